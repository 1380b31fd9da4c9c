"""Build an index so that nothing can tear it: not a kill, a full disk, a changed file, a second process."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from mca_graph.errors import McaGraphError, StoreError
from mca_graph.graph.manifest import Manifest, changed, key_of
from mca_graph.store.embedded import EmbeddedStore, create

_KEEP = 3
"""How many indexes of one project stay: the newest, and those that a running process may still read."""

_ABANDONED_S = 3600.0
_ATTEMPTS = 5


def build_index(
    home: Path, manifest: Manifest, files: Sequence[Path], build: Callable[[EmbeddedStore], None]
) -> Path:
    """Return the folder of the index of the files as they are now, building it where there is none.

    Args:
        home: the folder of the project's indexes.
        manifest: tells what the last index was made from; it is brought up to date.
        files: what the index is made from.
        build: fills an empty store.

    Raises:
        StoreError: the index cannot be written, or the files do not come to rest.
        McaGraphError: whatever ``build`` raises.
    """
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    for _attempt in range(_ATTEMPTS):
        read_ns = time.time_ns()
        entries = manifest.read(files)
        folder = home / key_of(entries)
        if not (folder / "CURRENT").is_file():
            _sweep(home)
            work = Path(tempfile.mkdtemp(prefix=f"building-{os.getpid()}-", dir=home))
            try:
                build_store(work, build)
                if changed(entries):
                    continue  # files were written to while they were read: this is a graph of no moment
                _put_in_place(work, folder)
            finally:
                shutil.rmtree(work, ignore_errors=True)
        manifest.remember(folder.name, entries, read_ns)
        return folder
    raise StoreError("the files keep changing while they are read", "try again when they are at rest")


def build_store(folder: Path, build: Callable[[EmbeddedStore], None], *, compact: bool = False) -> None:
    """Build a store in an empty folder, and leave it whole on the disk.

    Args:
        folder: the empty folder.
        build: fills an empty store.
        compact: merge the sorted runs that loading leaves, so that a reader looks in one place for each key.

    Raises:
        StoreError: the store cannot be written.
        McaGraphError: whatever ``build`` raises.
    """
    try:
        store = create(folder)
        build(store)
        if compact:
            store.engine.optimize()
        store.engine.flush()
    except McaGraphError:
        raise
    except (OSError, RuntimeError) as error:
        raise StoreError(f"the store cannot be written: {error}") from error


def _put_in_place(work: Path, folder: Path) -> None:
    try:
        os.rename(work, folder)
    except OSError:
        # Another process may have been faster; what it built has the same key, thus the same content.
        if not (folder / "CURRENT").is_file():
            raise


def _sweep(home: Path) -> None:
    """Remove what killed builds left behind, and all but the newest indexes."""
    with contextlib.suppress(OSError):
        folders = [path for path in home.iterdir() if path.is_dir()]
        abandoned = [path for path in folders if path.name.startswith("building-") and _abandoned(path)]
        whole = [path for path in folders if not path.name.startswith("building-")]
        whole.sort(key=lambda path: path.stat().st_mtime, reverse=True)
        for path in (*abandoned, *whole[_KEEP:]):
            shutil.rmtree(path, ignore_errors=True)


def _abandoned(folder: Path) -> bool:
    """True when the process that was building there is gone, or has been at it for too long."""
    with contextlib.suppress(OSError):
        if time.time() - folder.stat().st_mtime > _ABANDONED_S:
            return True
    try:
        pid = int(folder.name.split("-")[1])
    except (ValueError, IndexError):
        return False
    return sys.platform != "win32" and _is_gone(pid)


def _is_gone(pid: int) -> bool:
    """True when no process has this number, or one that has ended and that nobody has asked about yet."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[:1] == ["Z"]
    return False
