"""The index on disk: a project's assembled graph, kept under a key made from the files' content.

A store is built in a folder of its own and then renamed into place, so that a reader sees a whole
one or none. It is never changed after that: changed files give another key, thus another folder.

This module is on the way of every query, so it imports little; what is needed to build an index is
imported when one is built.
"""

from __future__ import annotations

import os
import sys
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mca_graph.errors import StoreError
from mca_graph.graph.manifest import Manifest
from mca_graph.project import SETTINGS_FILE, Project
from mca_graph.store.embedded import EmbeddedStore

if TYPE_CHECKING:
    from mca_graph.graph.build import Build

Warn = Callable[[str], None]


def cache_folder() -> Path:
    """Where indexes are kept: ``MCA_GRAPH_CACHE``, or the user's cache folder of the system."""
    if own := os.environ.get("MCA_GRAPH_CACHE"):
        return Path(own)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData/Local") / "mca-graph" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library/Caches/mca-graph"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "mca-graph"


def open_graph(project: Project, warn: Warn = lambda text: None) -> EmbeddedStore:
    """Open a project's graph, from its index where that is up to date, else building it first.

    Where the index cannot be kept (a full disk, a folder that may not be written), the graph is
    assembled in memory and ``warn`` is told why.

    Raises:
        ReadError: a file of the project cannot be read.
    """

    def build() -> Build:
        from mca_graph.graph.follow import Following

        return Following(project)

    return _open(str(project.root), _files_of(project), build, warn)


def index_folder(project: Project) -> Path:
    """The folder of the index of a project's graph as its files are now, built where there is none.

    Raises:
        ReadError: a file of the project cannot be read.
        StoreError: the index cannot be kept.
    """
    from mca_graph.graph.build import build_index
    from mca_graph.graph.follow import Following
    from mca_graph.graph.tidy import tidy_later

    manifest, files = manifest_of(project)
    return build_index(home_of(project), manifest, files, Following(project), tidy_later)


def home_of(project: Project) -> Path:
    """The folder of the indexes of a project."""
    return cache_folder() / short_name(str(project.root))


def manifest_of(project: Project) -> tuple[Manifest, Sequence[Path]]:
    """What the last index of a project was made from, and the files that it is made from."""
    return Manifest(home_of(project) / "manifest.json", str(project.root)), _files_of(project)


def _files_of(project: Project) -> Sequence[Path]:
    return [project.root / SETTINGS_FILE, *project.graph_files]


def open_files(paths: Sequence[Path], warn: Warn = lambda text: None) -> EmbeddedStore:
    """Open plain RDF files as one default graph, indexed as a project's graph is.

    Raises:
        ReadError: a file cannot be read.
    """

    def build() -> Build:
        from mca_graph.graph.bulk import PlainFiles

        return PlainFiles(paths)

    return _open("\0".join(str(path.resolve()) for path in paths), paths, build, warn)


def _open(name: str, files: Sequence[Path], build: Callable[[], Build], warn: Warn) -> EmbeddedStore:
    home = cache_folder() / short_name(name)
    manifest = Manifest(home / "manifest.json", name)
    try:
        key = manifest.key_of_unchanged(files)
        if key is not None and is_store(folder := best(home / key)):
            if (store := _readable(folder)) is not None:
                return store
            # Damaged on the disk: what it was made from is still there.
            from mca_graph.graph.build import discard

            discard(folder)
        from mca_graph.graph.build import build_index
        from mca_graph.graph.tidy import tidy_later

        return EmbeddedStore.open(build_index(home, manifest, files, build(), tidy_later))
    except (OSError, StoreError) as error:
        warn(f"the index cannot be kept in {home}: {error}; the graph is held in memory")
        store = EmbeddedStore()
        build().fill(store)
        return store


def _readable(folder: Path) -> EmbeddedStore | None:
    """The index in a folder; None where it cannot be opened."""
    try:
        return EmbeddedStore.open(folder)
    except StoreError:
        return None


def is_store(folder: Path) -> bool:
    """True for a folder that holds a store."""
    return (folder / "CURRENT").is_file()


def tidied(folder: Path) -> Path:
    """Where the tidy copy of an index is, if there is one."""
    return folder.with_name(f"{folder.name}.tidy")


def best(folder: Path) -> Path:
    """The tidy copy of an index, or where there is none the index itself."""
    return tidied(folder) if is_store(tidied(folder)) else folder


def short_name(name: str) -> str:
    """A folder name for an index.

    Should two names give the same one, each finds the other's manifest unfit and builds anew: slow,
    but never wrong.
    """
    data = name.encode("utf-8", "surrogateescape")
    return f"{zlib.crc32(data):08x}{zlib.crc32(data[::-1], 1):08x}"
