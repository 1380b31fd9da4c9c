"""Where a worker writes an answer: counted as it goes, and stopped at its limits."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from mca_graph.server.frames import DATA, Channel
from mca_graph.server.refusal import UNPROCESSABLE, RefusedError

_MARKS = {"json": b'},{"', "xml": b"<result>", "tsv": b"\n", "ntriples": b"\n", "nquads": b"\n"}
"""What stands once in each row of an answer and nowhere else: inside a string each of them is escaped."""


class LimitedOutput(io.RawIOBase):
    """A file whose content goes to the server.

    Args:
        channel: the connection to the server.
        max_bytes: how many bytes may be written.
        max_rows: how many rows may be written.
    """

    def __init__(self, channel: Channel, max_bytes: int, max_rows: int) -> None:
        self._channel, self._max_bytes, self._max_rows = channel, max_bytes, max_rows
        self._mark = b""
        self._in_quotes = self._quoted = False
        self._tail = b""
        self._refusal: RefusedError | None = None
        self.size = self.rows = 0

    def count(self, format_name: str) -> None:
        """Count the rows of an answer in this format; others are counted where they are made."""
        self._mark = _MARKS.get(format_name, b"")
        self._quoted = format_name == "csv"

    def writable(self) -> bool:
        """True."""
        return True

    def write(self, data: object, /) -> int:
        """Send bytes.

        Raises:
            RefusedError: a limit was reached.
        """
        content = bytes(data)  # type: ignore[call-overload]
        assert isinstance(content, bytes)
        self.size += len(content)
        if self.size > self._max_bytes:
            self._refusal = RefusedError(
                UNPROCESSABLE,
                f"the answer has more than {self._max_bytes:,} bytes",
                "ask for less: add a LIMIT",
            )
            raise self._refusal
        if self._quoted:
            self._count_quoted(content)
        elif self._mark:
            joined = self._tail + content
            self.rows += joined.count(self._mark)
            self._tail = joined[-(len(self._mark) - 1) :] if len(self._mark) > 1 else b""
        if self.rows > self._max_rows + 1:
            self._refusal = too_many_rows(self._max_rows)
            raise self._refusal
        self._channel.put(DATA, content)
        return len(content)

    @contextmanager
    def refusing(self) -> Iterator[None]:
        """Raise what stopped the writing also where the engine makes another error of it.

        Raises:
            RefusedError: a limit was reached.
        """
        try:
            yield
        except (OSError, RuntimeError, ValueError):
            if self._refusal is not None:
                raise self._refusal from None
            raise

    def _count_quoted(self, content: bytes) -> None:
        """Count the lines of CSV; a line break within quotation marks ends none."""
        for index, part in enumerate(content.split(b'"')):
            self._in_quotes ^= bool(index)
            if not self._in_quotes:
                self.rows += part.count(b"\n")


def too_many_rows(limit: int) -> RefusedError:
    """Tell that an answer is longer than any may be."""
    return RefusedError(
        UNPROCESSABLE, f"the answer has more than {limit:,} rows", "ask for less: add a LIMIT"
    )


def as_file(out: LimitedOutput) -> BinaryIO:
    """The same as the type that writers of answers ask for."""
    return cast("BinaryIO", out)
