"""Build the index of a project in a process of its own, so that a server goes on answering meanwhile."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from mca_graph.errors import McaGraphError
from mca_graph.graph.index import index_folder
from mca_graph.project import load_project


def main() -> int:
    """Print the folder of the index of the project that the first argument names; returns the exit code."""
    try:
        folder = index_folder(load_project(Path(sys.argv[1])))
    except (McaGraphError, OSError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    sys.stdout.write(json.dumps({"folder": str(folder)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
