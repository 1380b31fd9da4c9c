"""Files that several processes may want: written so that they appear whole, and one process at a time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A file beside the one that is to be written, put in its place when all is written.

    Raises:
        OSError: the file cannot be written; what stood there is as it was.
    """
    scratch = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with scratch.open("wb") as file:
            yield file
        os.replace(scratch, path)
    finally:
        scratch.unlink(missing_ok=True)


@contextmanager
def alone(path: Path, *, wait: bool = True) -> Iterator[None]:
    """Do something while no other process does it that asks for the same; without effect on Windows.

    Args:
        path: a folder or a file that stands for it; a file is made where there is nothing.
        wait: until the others are done.

    Raises:
        OSError: it cannot be opened, or others are at it and are not waited for.
    """
    try:
        import fcntl
    except ImportError:  # a system without such locks
        yield
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR | os.O_CREAT)
    try:
        # Gone with the process, however that ends.
        fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)


class InUse:
    """Says that a folder is in use, for as long as this lives; without effect on Windows.

    Any number of processes may say so at once, and copies of this process go on saying it. Who wants the
    folder :func:`alone` has it only when nobody does.

    Args:
        folder: the folder.

    Raises:
        OSError: it is not there.
    """

    def __init__(self, folder: Path) -> None:
        self._handle = -1
        try:
            import fcntl
        except ImportError:
            return
        self._handle = os.open(folder, os.O_RDONLY)
        with suppress(OSError):  # a file system without locks
            fcntl.flock(self._handle, fcntl.LOCK_SH)

    def __del__(self) -> None:
        if self._handle >= 0:
            os.close(self._handle)
