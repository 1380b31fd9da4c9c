"""The two sides of a comparison: a file, a contribution, a folder, or a revision of git."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import DefaultGraph, NamedNode, Quad, Triple

from mca_graph.contributions.revisions import extract_project, file_at, is_revision
from mca_graph.contributions.sources import read_source
from mca_graph.errors import McaGraphError, ReadError, did_you_mean
from mca_graph.graph.assemble import assemble
from mca_graph.graph.index import open_graph
from mca_graph.project import RDF_SUFFIXES, SETTINGS_FILE, Project, load_project
from mca_graph.rdf.read import read_quads
from mca_graph.store import Answer, Store, Term
from mca_graph.store.embedded import EmbeddedStore

_DEFAULT = DefaultGraph()


@dataclass(frozen=True, slots=True)
class Operand:
    """One side of a comparison.

    Attributes:
        triples: what it says.
        store: a graph that names its things.
    """

    triples: Iterable[Triple]
    store: EmbeddedStore


def find_operand(text: str, project: Project, graph: Callable[[], EmbeddedStore]) -> Operand:
    """What a word of the command line stands for.

    Args:
        text: the path of a file or folder, the name of a contribution, a revision of git, or
            ``REVISION:PATH`` for a file in one.
        project: contributions and revisions are those of this project.
        graph: opens its graph, in which the names in tables are looked up.

    Raises:
        McaGraphError: it stands for nothing, or that cannot be read.
    """
    path = Path(text)
    if path.is_dir():
        return _folder(path)
    if path.exists():
        return _file(path, project, graph)
    for contribution in project.contribution_files:
        if text in (contribution.stem, contribution.name):
            return _file(contribution, project, graph)
    revision, _colon, inside = text.partition(":")
    if is_revision(project.root, revision):
        return _file_at(revision, inside, project, graph) if inside else _revision(revision, project)
    known = [contribution.stem for contribution in project.contribution_files]
    hint = did_you_mean(text, known) or "name a file, a folder, a contribution or a revision of git"
    raise McaGraphError(f"nothing here is called {text!r}", hint)


def _file(path: Path, project: Project, graph: Callable[[], EmbeddedStore]) -> Operand:
    source = read_source(path, project, graph())
    for problem in source.problems():
        place = problem.location
        raise McaGraphError(f"{place}: {problem.message}", problem.hint)
    return _of([quad.triple for quad in source.statements()])


def _folder(path: Path) -> Operand:
    if (path / SETTINGS_FILE).is_file():
        return _of_store(open_graph(load_project(path)))
    files = sorted(file for file in path.rglob("*") if file.suffix in RDF_SUFFIXES and file.is_file())
    if not files:
        raise ReadError(str(path), "no RDF file in this folder", hint=f"does it lack {SETTINGS_FILE}?")
    return _of([quad.triple for file in files for quad in read_quads(file)])


def _revision(revision: str, project: Project) -> Operand:
    with tempfile.TemporaryDirectory(prefix="mca-graph-") as folder:
        extract_project(project.root, revision, Path(folder))
        store = EmbeddedStore()
        assemble(load_project(Path(folder)), store)
        return _of_store(store)


def _file_at(revision: str, inside: str, project: Project, graph: Callable[[], EmbeddedStore]) -> Operand:
    with tempfile.TemporaryDirectory(prefix="mca-graph-") as folder:
        path = Path(folder) / Path(inside).name
        path.write_bytes(file_at(project.root, revision, inside))
        return _file(path, project, graph)


def _of(triples: Sequence[Triple]) -> Operand:
    quads = (Quad(triple.subject, triple.predicate, triple.object) for triple in triples)
    return Operand(triples, EmbeddedStore.of(quads))


def _of_store(store: EmbeddedStore) -> Operand:
    return Operand(graph_triples(store), store)


def graph_triples(store: EmbeddedStore) -> Iterator[Triple]:
    """The triples that queries see."""
    return (quad.triple for quad in store.engine.quads_for_pattern(None, None, None, _DEFAULT))


class Together:
    """Several graphs that name things, looked into one after the other: a :class:`Store`.

    Args:
        stores: the graphs; the first that has a name for a thing gives it.
    """

    def __init__(self, *stores: Store) -> None:
        self._stores = stores

    def query(self, text: str) -> Answer:
        """Answer from the first graph."""
        return self._stores[0].query(text)

    def match(
        self, subject: Term | None = None, predicate: NamedNode | None = None, value: Term | None = None
    ) -> Iterator[tuple[Term, NamedNode, Term]]:
        """Yield the triples of the first graph that has any that fit."""
        for store in self._stores:
            found = False
            for triple in store.match(subject, predicate, value):
                found = True
                yield triple
            if found:
                return
