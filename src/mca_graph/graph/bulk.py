"""Load large files into a store: no statement passes through Python.

On Linux it is done by a process of its own. Sorting millions of keys is mostly waiting for memory, and the C
library of GNU asks the system for large pages only where the environment says so when a process begins.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from pyoxigraph import DefaultGraph, NamedNode

from mca_graph.errors import McaGraphError, ReadError
from mca_graph.graph.manifest import Entry
from mca_graph.machine import end_with_parent, processors, python, usable_memory
from mca_graph.rdf.formats import format_of
from mca_graph.rdf.read import BOM, empty_file, refuse_deep_json, refuse_utf_16, syntax_error
from mca_graph.store.embedded import EmbeddedStore, create

_ROOM_FOR_TWO = 5 * 1024**3
"""So many bytes of memory two loads at once may want; one alone wants little more than half of it."""

WORTH_A_PROCESS = 64 * 1024**2
"""Size in bytes of the files that a process is started for."""

_WORTH_TWO = 256 * 1024**2
"""Size in bytes of a file that is worth the memory of two loads at once."""

_LARGE_PAGES = (
    "glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=4294967296"
    ":glibc.malloc.trim_threshold=4294967296:glibc.malloc.top_pad=268435456"
)
"""Large pages, and memory that is free again is kept (GNU C Library manual, section 38.2)."""


def load_apart(files: Mapping[Path, str], folder: Path) -> bool:
    """Load files into a new store, each as :func:`load_twice` does, in a process made for it.

    Args:
        files: each with the name of the graph of its contribution.
        folder: the empty folder of the store.

    Returns:
        Whether it was done. If not, the folder is empty, and whoever loads them finds out what is wrong.
    """
    size = sum(path.stat().st_size for path in files)
    if size < WORTH_A_PROCESS or sys.platform != "linux" or "MCA_GRAPH_NO_FORK" in os.environ:
        return False
    try:
        done = _run(files, folder)
    except OSError:  # no process can be started
        return False
    if done.returncode == 0:
        return True
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return False


def _run(files: Mapping[Path, str], folder: Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*python("mca_graph.graph.bulk"), str(folder)],
        input=json.dumps(
            {"parent": os.getpid(), "files": {str(path): files[path] for path in files}}
        ).encode(),
        env={"GLIBC_TUNABLES": _LARGE_PAGES, **os.environ},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )


def load_twice(path: Path, store: EmbeddedStore, graph: NamedNode) -> None:
    """Load a file as what holds and as what its contribution says.

    Raises:
        ReadError: the file cannot be read.
    """
    bulk_load(path, store, to_graph=DefaultGraph())  # the other order is a tenth slower
    bulk_load(path, store, to_graph=graph, lenient=True)  # the first has checked it


def _load_side_by_side(path: Path, store: EmbeddedStore, graph: NamedNode) -> None:
    """The same at once, since one load keeps no more than one and a half processors busy.

    Where one fails the other goes on until it is done or the process ends.

    Raises:
        ReadError: the file cannot be read.
    """
    helper = ThreadPoolExecutor(max_workers=1)
    try:
        evidence = helper.submit(bulk_load, path, store, to_graph=graph, lenient=True)
        bulk_load(path, store, to_graph=DefaultGraph())  # this one checks it
        evidence.result()
    finally:
        helper.shutdown(wait=False)


class PlainFiles:
    """RDF files that are no project, on their way into a store; named graphs stay what they are.

    Args:
        paths: the files.
    """

    def __init__(self, paths: Iterable[Path]) -> None:
        self._paths = list(paths)

    def begin(self, folder: Path) -> Collection[Path]:
        """Nothing; see :class:`mca_graph.graph.build.Build`."""
        return ()

    def fill(self, store: EmbeddedStore, done: Collection[Path] = ()) -> None:
        """Load the files.

        Raises:
            ReadError: a file cannot be read.
        """
        for path in self._paths:
            if path.stat().st_size == 0:
                raise empty_file(path)
            bulk_load(path, store, base_iri=path.resolve().as_uri())

    def follow(
        self, home: Path, last: tuple[str, Mapping[str, Entry]] | None, now: Mapping[str, Entry], folder: Path
    ) -> bool:
        """Always from nothing; see :class:`mca_graph.graph.build.Build`."""
        return False

    def note(self, home: Path, key: str, now: Mapping[str, Entry]) -> None:
        """Nothing; see :class:`mca_graph.graph.build.Build`."""


def bulk_load(path: Path, store: EmbeddedStore, **options: Any) -> None:
    """Let the engine itself read a file.

    Args:
        path: the file.
        store: open for writing.
        options: of the engine's ``bulk_load``.

    Raises:
        ReadError: the file cannot be read.
    """
    syntax = format_of(path)
    try:
        with path.open("rb") as file:
            start = file.read(len(BOM))
            refuse_utf_16(str(path), start)
            if syntax.name == "jsonld":
                refuse_deep_json(str(path), start + file.read())
            if start == BOM:
                file.seek(len(BOM))
                store.engine.bulk_load(input=file, format=syntax.engine, **options)
            else:
                store.engine.bulk_load(path=str(path), format=syntax.engine, **options)
    except SyntaxError as error:
        raise syntax_error(str(path), error) from error
    except OSError as error:
        raise ReadError(str(path), error.strerror or str(error)) from error


def main() -> int:
    """Load what standard input names into the folder that the first argument names; returns the exit code."""
    job = json.load(sys.stdin)
    end_with_parent(job["parent"])
    can_do_two = processors() > 1 and usable_memory() > _ROOM_FOR_TWO
    try:
        store = create(Path(sys.argv[1]))
        for name, graph in job["files"].items():
            path = Path(name)
            at_once = can_do_two and path.stat().st_size > _WORTH_TWO
            load = _load_side_by_side if at_once else load_twice
            load(path, store, NamedNode(graph))
        store.engine.flush()
        store.close()
    except (McaGraphError, OSError, RuntimeError):
        os._exit(2)  # without waiting for what still runs
    return 0


if __name__ == "__main__":
    sys.exit(main())
