"""Load a project's files into a store.

The default graph is what queries see: the resolved statements of all contributions, the concept
schemes and the ontology. What each contribution says stands in its own named graph beside it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from itertools import chain
from pathlib import Path

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad

from mca_graph.errors import ReadError
from mca_graph.graph.bulk import load_apart, load_twice
from mca_graph.graph.resolve import Resolver
from mca_graph.graph.rules import single_valued
from mca_graph.namespaces import OWL, RDF
from mca_graph.project import Project
from mca_graph.rdf.formats import format_of
from mca_graph.rdf.read import read_quads
from mca_graph.store.embedded import EmbeddedStore

_DEFAULT = DefaultGraph()
_TYPE = NamedNode(RDF + "type")
_DENIAL = NamedNode(OWL + "NegativePropertyAssertion")
_LARGE = 8 * 1024 * 1024
"""Size in bytes above which the engine reads a file itself: no quad passes through Python."""


class Assembly:
    """The files of a project on their way into a store.

    Args:
        project: whose files they are.

    Attributes:
        losers: what lost its dispute, once the store is filled.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self.losers: list[Quad] = []

    def begin(self, folder: Path) -> Collection[Path]:
        """Load what is best loaded before the store is open; see :class:`mca_graph.graph.build.Build`."""
        large = {path: self._project.contribution_graph(path) for path in self._large if _is_plain(path)}
        return large.keys() if load_apart(large, folder) else ()

    def fill(self, store: EmbeddedStore, done: Collection[Path] = ()) -> None:
        """Load the rest, and resolve what contributions disagree about.

        Raises:
            ReadError: a file cannot be read.
        """
        project, large = self._project, self._large
        small = [path for path in project.contribution_files if path not in large]
        store.engine.bulk_extend(chain(_quads_apart(project), *map(self.said_in, small)))
        for path in large:
            if not _is_plain(path):
                store.engine.bulk_extend(contribution_quads(project, path))
                continue
            graph = NamedNode(project.contribution_graph(path))
            if path not in done:
                load_twice(path, store, graph)
            _put_apart(project, graph, store)
        self.losers = Resolver(store, project, single_valued(project.shape_files)).settle()

    def said_in(self, path: Path) -> Iterator[Quad]:
        """What a contribution says, where it belongs; it is read when it is asked for.

        Raises:
            ReadError: the file cannot be read, or names a graph of its own.
        """
        yield from contribution_quads(self._project, path)

    @cached_property
    def _large(self) -> list[Path]:
        return [path for path in self._project.contribution_files if is_large(path.stat().st_size)]


def is_large(size: int) -> bool:
    """True for a file of so many bytes that no statement of it should pass through Python."""
    return size >= _LARGE


def assemble(project: Project, store: EmbeddedStore) -> None:
    """Load a whole project into an empty store and resolve what contributions disagree about.

    Raises:
        ReadError: a file cannot be read.
    """
    Assembly(project).fill(store)


def _quads_apart(project: Project) -> Iterator[Quad]:
    """What is said elsewhere than in contributions."""
    for name, files in (("ontology", project.ontology_files), ("concepts", project.concept_files)):
        graph = NamedNode(project.graph(name))
        for path in files:
            for quad in read_quads(path):
                yield Quad(quad.subject, quad.predicate, quad.object, graph)
                yield Quad(quad.subject, quad.predicate, quad.object, _DEFAULT)
    provenance = NamedNode(project.graph("provenance"))
    for path in project.provenance_files:
        for quad in read_quads(path):
            yield Quad(quad.subject, quad.predicate, quad.object, provenance)


def contribution_quads(project: Project, path: Path) -> Iterator[Quad]:
    """Yield a contribution's statements where they belong.

    Its header goes to the provenance graph, the rest to its own named graph and, save for what it
    denies, to the current graph.

    Raises:
        ReadError: the file cannot be read, or names a graph of its own.
    """
    yield from placed_quads(project, path, list(read_quads(path)))


def placed_quads(project: Project, path: Path, quads: Sequence[Quad]) -> Iterator[Quad]:
    """The same for what was already read from a file.

    Raises:
        ReadError: a statement names a graph of its own.
    """
    graph = NamedNode(project.contribution_graph(path))
    provenance = NamedNode(project.graph("provenance"))
    denials = {quad.subject for quad in quads if quad.predicate == _TYPE and quad.object == _DENIAL}
    for quad in quads:
        if quad.graph_name not in (_DEFAULT, graph):
            raise ReadError(
                str(path),
                f"a statement in graph {quad.graph_name}",
                hint=f"a contribution speaks for {graph} only",
            )
        if quad.subject == graph:
            yield Quad(quad.subject, quad.predicate, quad.object, provenance)
            continue
        yield Quad(quad.subject, quad.predicate, quad.object, graph)
        if quad.subject not in denials:
            yield Quad(quad.subject, quad.predicate, quad.object, _DEFAULT)


def _is_plain(path: Path) -> bool:
    """True for a file that names no graphs, so that the engine can put what it says where it belongs."""
    return not format_of(path).has_graphs


def _put_apart(project: Project, graph: NamedNode, store: EmbeddedStore) -> None:
    """Of a file that was loaded as a whole, move the header, and take back what it denies."""
    engine, provenance = store.engine, NamedNode(project.graph("provenance"))
    header = list(engine.quads_for_pattern(graph, None, None, graph))
    engine.extend(Quad(quad.subject, quad.predicate, quad.object, provenance) for quad in header)
    denials = [quad.subject for quad in engine.quads_for_pattern(None, _TYPE, _DENIAL, graph)]
    hidden = [quad for node in denials for quad in engine.quads_for_pattern(node, None, None, graph)]
    for quad in header:
        engine.remove(quad)
    if header and next(engine.quads_for_pattern(None, None, None, graph), None) is None:
        engine.remove_graph(graph)
    for quad in (*header, *hidden):
        if not isinstance(quad.subject, BlankNode):
            engine.remove(Quad(quad.subject, quad.predicate, quad.object, _DEFAULT))
