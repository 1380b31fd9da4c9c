"""Where an answer waits for a slow reader: in memory while it is short, then in a file without a name.

So a worker is free as soon as it has written its answer, however slowly the client reads.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections import deque
from collections.abc import AsyncIterator
from typing import IO

_IN_MEMORY = 1 << 20
_PIECE = 1 << 16


class Spool:
    """A pipe that never makes its writer wait."""

    def __init__(self) -> None:
        self._held: deque[bytes] = deque()
        self._size = 0
        self._file: IO[bytes] | None = None
        self._written = self._read = 0
        self._done = self._closed = False
        self._error: Exception | None = None
        self._news = asyncio.Event()

    @property
    def done(self) -> bool:
        """True when all is there."""
        return self._done

    def put(self, data: bytes) -> None:
        """Add to the end; what nobody reads any more is dropped.

        Raises:
            OSError: there is no room on the disk.
        """
        if self._closed:
            return
        if self._file is None and self._size + len(data) <= _IN_MEMORY:
            self._held.append(data)
            self._size += len(data)
        else:
            if self._file is None:
                self._file = tempfile.TemporaryFile(prefix="mca-graph-")  # noqa: SIM115 - outlives this call
            self._file.seek(self._written)
            self._file.write(data)
            self._written += len(data)
        self._news.set()

    def finish(self, error: Exception | None = None) -> None:
        """Say that no more comes, and why where something went wrong."""
        self._done, self._error = True, error
        self._news.set()

    def taken(self) -> bytes | None:
        """The whole answer where it is there and still in memory; None otherwise."""
        if not self._done or self._error is not None or self._file is not None:
            return None
        held, self._held = b"".join(self._held), deque()
        return held

    def close(self) -> None:
        """Give back the file; nobody reads any more."""
        self._closed = True
        self._held.clear()
        if self._file is not None:
            self._file.close()

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield what comes, as it comes.

        Raises:
            Exception: the answer broke off.
        """
        try:
            while True:
                if self._held:
                    piece = self._held.popleft()
                    self._size -= len(piece)
                    yield piece
                elif self._file is not None and self._read < self._written:
                    self._file.seek(self._read)
                    piece = self._file.read(_PIECE)
                    self._read += len(piece)
                    yield piece
                elif self._done:
                    if self._error is not None:
                        raise self._error
                    return
                else:
                    self._news.clear()
                    await self._news.wait()
        finally:
            self.close()
