"""Publish a project's site in a process of its own, so that a server goes on answering meanwhile."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mca_graph.errors import McaGraphError
from mca_graph.graph.index import open_graph
from mca_graph.project import load_project


def main() -> int:
    """Publish the project of the first argument in the folder of the second for the address of the third."""
    from mca_graph.publishing.site import publish

    root, out, base_url = sys.argv[1:4]
    project = load_project(Path(root))
    with contextlib.suppress(OSError):
        os.nice(10)  # who asks comes first
    try:
        Path(out).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _alone(Path(f"{out}.lock")):
            publish(project, open_graph(project), Path(out), base_url)
    except (McaGraphError, OSError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    return 0


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Wait until no other process publishes in the same folder."""
    with lock.open("w") as file:
        with contextlib.suppress(ImportError):  # a system without such locks has one server a folder
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    sys.exit(main())
