"""Copies of large files, kept beside an index, so that the next time only what changed in them is read.

A file of one statement a line is compared as bytes: what its two states have in common at the start and at
the end is never parsed, so that a change of one line in a million costs little more than reading the two.
"""

from __future__ import annotations

import contextlib
import hashlib
import mmap
import os
import shutil
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from mca_graph.files import whole_file
from mca_graph.rdf.formats import format_of
from mca_graph.rdf.read import BOM

_CHUNK = 1024 * 1024
_SUFFIX = ".text"
_LINE_BASED = frozenset(("ntriples", "nquads"))
_SHARE_OF_DISK = 4
"""A copy takes no more than one part in so many of the room that is left."""


class Middle(NamedTuple):
    """What two states of a text do not have in common, in whole lines."""

    old: bytes
    new: bytes


def is_line_based(path: Path) -> bool:
    """True for a file in which no statement goes over the end of a line."""
    return format_of(path).name in _LINE_BASED


def kept(home: Path, digest: str) -> Path:
    """Where the copy of a file is, if there is one."""
    return home / f"{digest}{_SUFFIX}"


def keep(home: Path, path: Path, digest: str) -> None:
    """Copy a file, if there is room for it; who reads the copy checks what is in it.

    Args:
        home: the folder of the project's indexes.
        path: the file.
        digest: of what is in it, SHA-256 in hexadecimal.
    """
    copy = kept(home, digest)
    with contextlib.suppress(OSError):
        if copy.is_file() or path.stat().st_size > shutil.disk_usage(home).free // _SHARE_OF_DISK:
            return
        with path.open("rb") as file, whole_file(copy) as out:
            shutil.copyfileobj(file, out, _CHUNK)


def sweep_texts(home: Path, wanted: Collection[str]) -> None:
    """Remove the copies whose digest nobody wants."""
    for path in home.glob(f"*{_SUFFIX}"):
        if path.name.removesuffix(_SUFFIX) not in wanted:
            with contextlib.suppress(OSError):
                path.unlink()


def lines_of(path: Path, digest: str) -> int | None:
    """How many lines a file has, at least as many as statements; None where the digest is not its own.

    Comments at its start do not count.

    Raises:
        OSError: it cannot be read.
    """
    found, lines, last = hashlib.sha256(), 0, b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            found.update(chunk)
            lines += _line_ends(last + chunk) - _line_ends(last)
            last = chunk[-1:]
    if found.hexdigest() != digest:
        return None
    return lines + (last not in b"\r\n") - _opening_comments(path)


def _line_ends(text: bytes) -> int:
    carriage_returns = text.count(b"\r")
    return text.count(b"\n") + (carriage_returns and carriage_returns - text.count(b"\r\n"))


def _opening_comments(path: Path) -> int:
    with path.open("rb") as file:
        file.seek(len(BOM) if file.read(len(BOM)) == BOM else 0)
        number = 0
        for line in file:
            if not line.lstrip(b" \t").startswith((b"#", b"\n", b"\r\n")) or b"\r" in line[:-2]:
                break
            number += 1
    return number


def middle(copy: Path, path: Path, most: int) -> Middle | None:
    """What a kept copy and a file do not have in common; None where that is more than so many bytes.

    Raises:
        OSError: one cannot be read.
        ValueError: the copy is empty.
    """
    with _mapped(copy) as old, path.open("rb") as file:
        new = _Text(file)
        shorter = min(len(old), new.size)
        start = old.rfind(b"\n", 0, _common_start(old, new, shorter)) + 1
        length = _common_end(old, new, shorter - start)
        line_end = old.find(b"\n", len(old) - length)  # what is the same may begin within a line
        length = len(old) - line_end - 1 if line_end >= 0 else 0
        if max(len(old), new.size) - length - start > most:
            return None
        found = Middle(old[start : len(old) - length], new[start : new.size - length])
    return found if start else Middle(found.old.removeprefix(BOM), found.new.removeprefix(BOM))


@contextlib.contextmanager
def _mapped(path: Path) -> Iterator[mmap.mmap]:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        yield text


class _Text:
    """A file that others may write to: mapped into memory it would take the process down as it shrinks."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.size = os.fstat(file.fileno()).st_size

    def __getitem__(self, part: slice) -> bytes:
        self._file.seek(part.start)
        return self._file.read(part.stop - part.start)


def _common_start(old: mmap.mmap, new: _Text, most: int) -> int:
    """How many bytes two texts have in common at their start, of so many."""
    return _common(most, lambda start, end: old[start:end] == new[start:end])


def _common_end(old: mmap.mmap, new: _Text, most: int) -> int:
    """How many bytes two texts have in common at their end, of so many."""
    left, right = len(old), new.size
    return _common(
        most, lambda start, end: old[left - end : left - start] == new[right - end : right - start]
    )


def _common(most: int, same: Callable[[int, int], bool]) -> int:
    """How far two texts are the same, where they can be compared from one place to another."""
    at = 0
    while at + _CHUNK <= most and same(at, at + _CHUNK):
        at += _CHUNK
    size = min(_CHUNK, most - at)
    while size:  # the first "at" bytes are the same, and at most "size" more
        half = (size + 1) // 2
        if same(at, at + half):
            at, size = at + half, size - half
        else:
            size = half - 1
    return at
