"""The index on disk: a project's assembled graph, kept under a key made from the files' content.

A store is built in a folder of its own and then renamed into place, so that a reader sees a whole
one or none. It is never changed after that: changed files give another key, thus another folder.
The manifest beside the stores remembers size, times and digest of each file, so that an unchanged
file need not be read again to know its digest.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph

from mca_graph.errors import McaGraphError, ReadError, StoreError
from mca_graph.graph.assemble import assemble
from mca_graph.project import SETTINGS_FILE, Project
from mca_graph.store.embedded import EmbeddedStore

_SCHEMA = f"1 {pyoxigraph.__version__}"
"""Changes whenever an older index must not be read any more."""

_SETTLED_NS = 2_000_000_000
"""A file changed less than this before it was read may change again within one tick of its clock."""

_KEEP = 3
"""How many indexes of one project stay: the newest, and those that a running process may still read."""

_ABANDONED_S = 3600.0


@dataclass(frozen=True, slots=True)
class _Entry:
    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int
    digest: str

    def same_file(self, status: os.stat_result) -> bool:
        """True when nothing of the file's status has changed."""
        return (self.size, self.mtime_ns, self.ctime_ns, self.inode) == (
            status.st_size,
            status.st_mtime_ns,
            status.st_ctime_ns,
            status.st_ino,
        )


def cache_folder() -> Path:
    """Where indexes are kept: ``MCA_GRAPH_CACHE``, or the user's cache folder of the system."""
    if own := os.environ.get("MCA_GRAPH_CACHE"):
        return Path(own)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData/Local") / "mca-graph" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library/Caches/mca-graph"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "mca-graph"


def open_graph(project: Project, warn: Callable[[str], None] = lambda text: None) -> EmbeddedStore:
    """Open a project's graph, from its index where that is up to date, else building it first.

    Where the index cannot be kept (a full disk, a folder that may not be written), the graph is
    assembled in memory and ``warn`` is told why.

    Raises:
        ReadError: a file of the project cannot be read.
    """
    files = [project.root / SETTINGS_FILE, *project.graph_files]
    home = cache_folder() / hashlib.sha256(os.fsencode(project.root)).hexdigest()[:20]
    try:
        return _Index(home).open(files, lambda store: assemble(project, store))
    except (OSError, StoreError) as error:
        warn(f"the index cannot be kept in {home}: {error}; the graph is assembled in memory")
        store = EmbeddedStore()
        assemble(project, store)
        return store


def open_files(paths: Sequence[Path], warn: Callable[[str], None] = lambda text: None) -> EmbeddedStore:
    """Open plain RDF files as one default graph, indexed as a project's graph is.

    Raises:
        ReadError: a file cannot be read.
    """
    from mca_graph.graph.plain import load_plain

    home = cache_folder() / hashlib.sha256("\0".join(str(path.resolve()) for path in paths).encode()).hexdigest()[:20]
    try:
        return _Index(home).open(list(paths), lambda store: load_plain(paths, store))
    except (OSError, StoreError) as error:
        warn(f"the index cannot be kept in {home}: {error}; the files are loaded into memory")
        store = EmbeddedStore()
        load_plain(paths, store)
        return store


class _Index:
    """The indexes of one project.

    Args:
        home: the folder that holds them and their manifest.
    """

    def __init__(self, home: Path) -> None:
        self._home = home
        self._manifest = home / "manifest.json"

    def open(self, files: Sequence[Path], build: Callable[[EmbeddedStore], None]) -> EmbeddedStore:
        """Open the index of the files as they are now."""
        for _attempt in range(5):
            entries, known = self._entries(files)
            key = _key(entries)
            folder = self._home / key
            if not (folder / "CURRENT").is_file():
                self._build(folder, build)
                if _changed(entries):
                    # The files were written to while they were read: what was built is of no one state.
                    shutil.rmtree(folder, ignore_errors=True)
                    continue
            if entries != known:
                self._remember(entries)
            return EmbeddedStore.open(folder)
        raise StoreError("the files keep changing while they are read", "try again when they are at rest")

    def _entries(self, files: Sequence[Path]) -> tuple[dict[str, _Entry], dict[str, _Entry]]:
        """Digest and status of each file now, and those the manifest knew."""
        checked_ns, known = self._recall()
        entries: dict[str, _Entry] = {}
        for path in files:
            name = str(path)
            try:
                status = os.stat(path)
            except OSError as error:
                raise ReadError(name, error.strerror or str(error)) from error
            old = known.get(name)
            settled = max(status.st_mtime_ns, status.st_ctime_ns) < checked_ns - _SETTLED_NS
            entries[name] = old if old and settled and old.same_file(status) else _read_entry(path)
        return entries, known if checked_ns else {}

    def _recall(self) -> tuple[int, dict[str, _Entry]]:
        try:
            stored = json.loads(self._manifest.read_bytes())
            if stored["schema"] != _SCHEMA:
                return 0, {}
            return stored["checked_ns"], {name: _Entry(*row) for name, row in stored["files"].items()}
        except (OSError, ValueError, KeyError, TypeError):
            return 0, {}

    def _remember(self, entries: Mapping[str, _Entry]) -> None:
        content = {
            "schema": _SCHEMA,
            "checked_ns": time.time_ns(),
            "files": {
                name: [entry.size, entry.mtime_ns, entry.ctime_ns, entry.inode, entry.digest]
                for name, entry in entries.items()
            },
        }
        with _scratch_file(self._home) as file:
            file.write_text(json.dumps(content), encoding="utf-8")
            os.replace(file, self._manifest)

    def _build(self, folder: Path, build: Callable[[EmbeddedStore], None]) -> None:
        self._home.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._sweep()
        work = Path(tempfile.mkdtemp(prefix=f"building-{os.getpid()}-", dir=self._home))
        try:
            build_store(work, build)
            try:
                os.rename(work, folder)
            except OSError:
                if not (folder / "CURRENT").is_file():
                    raise
                # Another process was faster; what it built has the same key, thus the same content.
        finally:
            shutil.rmtree(work, ignore_errors=True)

    def _sweep(self) -> None:
        """Remove what killed builds left behind, and all but the newest indexes."""
        with contextlib.suppress(OSError):
            folders = [path for path in self._home.iterdir() if path.is_dir()]
            for path in folders:
                if path.name.startswith("building-") and _abandoned(path):
                    shutil.rmtree(path, ignore_errors=True)
            whole = [path for path in folders if not path.name.startswith("building-")]
            whole.sort(key=lambda path: path.stat().st_mtime, reverse=True)
            for path in whole[_KEEP:]:
                shutil.rmtree(path, ignore_errors=True)


def build_store(folder: Path, build: Callable[[EmbeddedStore], None]) -> None:
    """Build a store in an empty folder, and leave it whole on the disk.

    Raises:
        StoreError: the store cannot be written.
        McaGraphError: whatever the given step raises.
    """
    from mca_graph.store.embedded import create

    try:
        store = create(folder)
        build(store)
        store.engine.flush()
        del store
    except McaGraphError:
        raise
    except (OSError, RuntimeError) as error:
        raise StoreError(f"the store cannot be written: {error}") from error


def _key(entries: Mapping[str, _Entry]) -> str:
    digest = hashlib.sha256(_SCHEMA.encode())
    for name, entry in sorted(entries.items()):
        digest.update(f"\0{name}\0{entry.digest}".encode())
    return digest.hexdigest()[:32]


def _read_entry(path: Path) -> _Entry:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        status = os.fstat(file.fileno())
    return _Entry(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, digest)


def _changed(entries: Mapping[str, _Entry]) -> bool:
    """True when a file is no longer what its entry says; one that was just written is read again."""
    just_now = time.time_ns() - _SETTLED_NS
    try:
        for name, entry in entries.items():
            if not entry.same_file(os.stat(name)):
                return True
            if entry.mtime_ns > just_now and _read_entry(Path(name)).digest != entry.digest:
                return True
    except OSError:
        return True
    return False


def _abandoned(folder: Path) -> bool:
    with contextlib.suppress(OSError):
        if time.time() - folder.stat().st_mtime > _ABANDONED_S:
            return True
    if sys.platform == "win32":
        return False
    try:
        os.kill(int(folder.name.split("-")[1]), 0)
    except ProcessLookupError:
        return True
    except (OSError, ValueError, IndexError):
        return False
    return False


@contextlib.contextmanager
def _scratch_file(folder: Path) -> Iterator[Path]:
    handle, name = tempfile.mkstemp(prefix="writing-", dir=folder)
    os.close(handle)
    try:
        yield Path(name)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name)
