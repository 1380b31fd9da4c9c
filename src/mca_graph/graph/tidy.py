"""Tidy a large index once it is in use: each key in one place, and the names of things in a table.

Loading leaves a large store in sorted runs that a reader has to look through one by one. Merging them costs
more than whoever waits for the first answer should pay, so that it is done on a copy by a process that stays
behind, as ``git gc --auto`` does. Readers take the copy from the moment it is whole.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from mca_graph.errors import StoreError
from mca_graph.files import alone
from mca_graph.graph.build import discard, put_in_order
from mca_graph.graph.index import best, is_store, tidied
from mca_graph.machine import python
from mca_graph.store.embedded import NAMES_FILE, EmbeddedStore, create

WORTH_IT = 512 * 1024**2
"""Size in bytes of an index that is tidied: a smaller one has one run of each table, or few."""

_GRACE_S = 20.0
"""So long the untidy index stays for those who were about to open it; it stays for those who read it."""

_LOCK = "tidy.lock"

_NICE = 10


def tidy_later(folder: Path) -> None:
    """Start a process that tidies an index that is large enough; it goes on when this one ends."""
    if "MCA_GRAPH_NO_FORK" in os.environ:
        return
    if (folder / NAMES_FILE).is_file():  # made from a tidy one, so that it is nearly as tidy
        return
    if sum(entry.stat().st_size for entry in os.scandir(folder)) < WORTH_IT:
        return
    with contextlib.suppress(OSError):
        subprocess.Popen(
            [*python("mca_graph.graph.tidy"), str(folder)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # not interrupted with the command that started it
        )


def tidy(folder: Path) -> None:
    """Make the tidy copy of an index.

    Raises:
        OSError: the copy cannot be written.
        RuntimeError: the engine cannot do it.
        StoreError: the index is not there, or damaged.
    """
    if not is_store(folder):
        raise StoreError(f"{folder}: no store in this folder")
    with alone(folder.parent / _LOCK):  # one at a time; who waited may come too late
        if is_store(tidied(folder)):
            return
        _make_tidy_copy(folder)


def _make_tidy_copy(folder: Path) -> None:
    work = Path(tempfile.mkdtemp(prefix=f"building-{os.getpid()}-", dir=folder.parent))
    try:
        copy = work / "store"
        EmbeddedStore.open(folder).engine.backup(str(copy))  # of links, so that it takes no room
        store = create(copy)
        put_in_order(store, copy)
        store.close()
        os.rename(copy, tidied(folder))
    finally:
        shutil.rmtree(work, ignore_errors=True)


def main() -> int:
    """Tidy the index that the first argument names, then remove it; returns the exit code."""
    folder = Path(sys.argv[1])
    if hasattr(os, "nice"):
        os.nice(_NICE)
    tidy(folder)
    time.sleep(_GRACE_S)
    if best(folder) != folder and sys.platform != "win32":  # there nobody can say that it is in use
        discard(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
