"""Build an index so that nothing can tear it: not a kill, a full disk, a changed file, a second process."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from mca_graph.errors import McaGraphError, StoreError
from mca_graph.files import alone
from mca_graph.graph.index import best, is_store, tidied
from mca_graph.graph.lineage import sweep_records
from mca_graph.graph.manifest import Entry, Manifest, changed, key_of
from mca_graph.graph.remains import sweep_remains
from mca_graph.store.embedded import NAMES_FILE, EmbeddedStore, create, state_of

_KEEP = 3
"""For how many states of its files the indexes of a project stay: people go back and forth."""

_ABANDONED_S = 24 * 3600.0
_DOUBLE_S = 3600.0
_ATTEMPTS = 5


class Filling(Protocol):
    """What goes into a store."""

    def begin(self, folder: Path) -> Collection[Path]:
        """Write what is best written before the store in an empty folder is open; returns those files."""
        ...

    def fill(self, store: EmbeddedStore, done: Collection[Path] = ()) -> None:
        """Fill a store with all but the files that are done.

        Raises:
            McaGraphError: something cannot be read.
        """
        ...


class Build(Filling, Protocol):
    """What goes into an index, and how the next one is made from the last."""

    def follow(
        self, home: Path, last: tuple[str, Mapping[str, Entry]] | None, now: Mapping[str, Entry], folder: Path
    ) -> bool:
        """Make the store from the last one, where that is sooner done and comes to the same.

        Args:
            home: the folder of the indexes.
            last: the key of the last one, and what it was made from.
            now: what this one is made from.
            folder: where it is made; nothing is there yet.

        Returns:
            Whether it was done. If not, nothing is there.
        """
        ...

    def note(self, home: Path, key: str, now: Mapping[str, Entry]) -> None:
        """Keep what the next index may be made with; called before this one is in its place.

        Args:
            home: the folder of the indexes.
            key: that of this one.
            now: what it was made from.
        """
        ...


def build_index(
    home: Path,
    manifest: Manifest,
    files: Sequence[Path],
    build: Build,
    built: Callable[[Path], None],
) -> Path:
    """Return the folder of the index of the files as they are now, building it where there is none.

    Args:
        home: the folder of the project's indexes.
        manifest: tells what the last index was made from; it is brought up to date.
        files: what the index is made from.
        build: what goes into the store.
        built: is told of a folder that was not there before.

    Raises:
        StoreError: the index cannot be written, or the files do not come to rest.
        McaGraphError: whatever the build raises.
    """
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    for _attempt in range(_ATTEMPTS):
        read_ns = time.time_ns()
        entries = manifest.read(files)
        folder = home / key_of(entries)
        if not is_store(best(folder)):
            _sweep(home, manifest.last[0] if manifest.last is not None else "")
            work = Path(tempfile.mkdtemp(prefix=f"building-{os.getpid()}-", dir=home))
            made = work / "store"
            try:
                if not build.follow(home, manifest.last, entries, made):
                    made.mkdir()
                    build_store(made, build)
                if changed(entries):
                    continue  # files were written to while they were read: this is a graph of no moment
                build.note(home, folder.name, entries)
                placed = _put_in_place(made, folder)
            finally:
                shutil.rmtree(work, ignore_errors=True)
            if placed:
                built(folder)
        manifest.remember(folder.name, entries, read_ns)
        return best(folder)
    raise StoreError("the files keep changing while they are read", "try again when they are at rest")


def build_store(folder: Path, build: Filling, *, compact: bool = False) -> None:
    """Build a store in an empty folder, and leave it whole on the disk.

    Args:
        folder: the empty folder.
        build: what goes into the store.
        compact: put it in order too, for readers that come often.

    Raises:
        StoreError: the store cannot be written.
        McaGraphError: whatever the build raises.
    """
    try:
        done = build.begin(folder)
        store = create(folder)
        build.fill(store, done)
        if compact:
            put_in_order(store, folder)
        store.engine.flush()
        store.close()
    except McaGraphError:
        raise
    except (OSError, RuntimeError) as error:
        raise StoreError(f"the store cannot be written: {error}") from error


def put_in_order(store: EmbeddedStore, folder: Path) -> None:
    """Merge the sorted runs that loading leaves, and write the names of all things beside the store.

    A reader then looks in one place for each key, and has the names of thousands of things at once.

    Args:
        store: open for writing.
        folder: where it stands.

    Raises:
        OSError, RuntimeError: it cannot be written.
    """
    store.engine.optimize()
    store.engine.flush()
    try:
        import sqlite3

        from mca_graph.store.name_table import write_name_table
    except ImportError:  # a Python without SQLite: the store is asked for names
        return
    try:
        write_name_table(store, folder / NAMES_FILE, state_of(folder))
    except sqlite3.Error as error:
        raise OSError(f"the names cannot be written: {error}") from error


def discard(folder: Path) -> bool:
    """Remove an index, unless somebody reads it; returns whether it is gone."""
    away = folder.with_name(f"building-{os.getpid()}-{folder.name}")
    try:
        with alone(folder, wait=False):
            os.rename(folder, away)  # at once, so that nobody finds half of it
    except OSError:
        return False
    shutil.rmtree(away, ignore_errors=True)
    return True


def _put_in_place(work: Path, folder: Path) -> bool:
    """Rename a finished index; returns whether that was done and not needless."""
    try:
        os.rename(work, folder)
    except OSError:
        # Another process may have been faster; what it built has the same key, thus the same content.
        if not is_store(folder):
            raise
        return False
    return True


def _sweep(home: Path, last: str) -> None:
    """Remove what killed builds left behind, and the indexes of all but the newest states of the files.

    Args:
        home: the folder of the indexes.
        last: the key of one that stays however old it is, since the next is made from it.
    """
    with contextlib.suppress(OSError):
        folders = [path for path in home.iterdir() if path.is_dir()]
        for path in folders:
            if path.name.startswith("building-") and _abandoned(path):
                shutil.rmtree(path, ignore_errors=True)
        whole = [path for path in folders if not path.name.startswith("building-")]
        whole.sort(key=lambda path: path.stat().st_mtime, reverse=True)
        keys = list(dict.fromkeys(path.name.partition(".")[0] for path in whole))
        kept = {last, *keys[:_KEEP]}
        for path in whole:
            double = is_store(tidied(path)) and _age(path) > _DOUBLE_S
            if double or path.name.partition(".")[0] not in kept:
                discard(path)
        sweep_remains(home, kept)
        sweep_records(home)


def _abandoned(folder: Path) -> bool:
    """True when the process that was building there is gone, or has been at it for too long."""
    if _age(folder) > _ABANDONED_S:
        return True
    try:
        pid = int(folder.name.split("-")[1])
    except (ValueError, IndexError):
        return False
    return sys.platform != "win32" and _is_gone(pid)


def _age(folder: Path) -> float:
    """Seconds since something came into a folder or went."""
    try:
        return time.time() - folder.stat().st_mtime
    except OSError:
        return 0.0


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
