"""A project whose contributions are written by tests, and what its graph must be."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from pyoxigraph import Quad

from mca_graph.graph.assemble import assemble
from mca_graph.graph.index import index_folder
from mca_graph.project import Project, load_project
from mca_graph.store.embedded import EmbeddedStore
from shared import RIVERS

BASE = "https://rivers.example/"


def rivers_without_contributions(folder: Path) -> Project:
    """The rivers, with nothing said of them."""
    shutil.copytree(RIVERS, folder)
    shutil.rmtree(folder / "data" / "contributions")
    return load_project(folder)


def graph_of(slug: str) -> str:
    return f"{BASE}graph/contribution/{slug}"


def lines(statements: Iterable[str]) -> str:
    return "".join(f"{statement} .\n" for statement in statements)


def write_contributions(root: Path, files: Mapping[str, str]) -> Project:
    """Let a project have these contributions and no other; what is the same is not written again."""
    folder = root / "data" / "contributions"
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        if path.name not in files:
            path.unlink()
    for name, text in files.items():
        if not (folder / name).is_file() or (folder / name).read_text() != text:
            (folder / name).write_text(text)
    return load_project(root)


def contents(store: EmbeddedStore) -> tuple[frozenset[Quad], frozenset[str]]:
    """All statements, and the names of all graphs."""
    graphs = frozenset(str(graph) for graph in store.engine.named_graphs())
    return frozenset(store.engine.quads_for_pattern(None, None, None, None)), graphs


def from_nothing(project: Project) -> tuple[frozenset[Quad], frozenset[str]]:
    """What the graph of a project must be."""
    store = EmbeddedStore()
    assemble(project, store)
    return contents(store)


def indexed(project: Project) -> tuple[frozenset[Quad], frozenset[str]]:
    """What the index of a project says that its graph is."""
    return contents(EmbeddedStore.open(index_folder(project)))
