"""Files that several processes may want: written so that they appear whole, and one process at a time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
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
def alone(path: Path) -> Iterator[None]:
    """Do something while no other process does it that asks for the same; without effect on Windows.

    Args:
        path: a folder or a file that stands for it; a file is made where there is nothing.

    Raises:
        OSError: it cannot be opened.
    """
    try:
        import fcntl
    except ImportError:  # a system without such locks
        yield
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR | os.O_CREAT)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)  # gone with the process, however that ends
        yield
    finally:
        os.close(handle)
