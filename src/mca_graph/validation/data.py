"""What is validated: the whole graph of a project, or a contribution as if it were already in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Triple, serialize

from mca_graph.graph.assemble import placed_quads
from mca_graph.graph.rules import SingleValued, single_valued
from mca_graph.namespaces import RDF, RDFS
from mca_graph.project import Project
from mca_graph.queries.catalogue import catalogue
from mca_graph.queries.published import catalogue_quads
from mca_graph.rdf.positions.document import PlacedSource
from mca_graph.store import Term
from mca_graph.store.embedded import EmbeddedStore

_DEFAULT = DefaultGraph()
_TYPE, _SUBCLASS = NamedNode(RDF + "type"), NamedNode(RDFS + "subClassOf")

IsOneOf = Callable[[Term, set[NamedNode]], bool]


@dataclass(frozen=True, slots=True)
class DataGraph:
    """A data graph in the sense of SHACL, section 1.4.

    Attributes:
        triples: its triples, with literals as they were typed where that is known.
        mentioned: the subjects of the contributions under test, in N-Triples syntax; None when the whole
            graph is under test.
    """

    triples: list[Triple]
    mentioned: frozenset[str] | None = None

    def ntriples(self) -> str:
        """The data graph as N-Triples."""
        return (serialize(self.triples, format=RdfFormat.N_TRIPLES) or b"").decode()

    def store(self) -> EmbeddedStore:
        """The data graph in memory, for SPARQL-based constraints."""
        return EmbeddedStore.of(
            Quad(triple.subject, triple.predicate, triple.object) for triple in self.triples
        )


def whole_graph(project: Project, store: EmbeddedStore) -> DataGraph:
    """The current graph with concepts, ontology, provenance and the catalogue of saved queries."""
    return DataGraph(list(dict.fromkeys(_base(project, store))))


def with_sources(project: Project, store: EmbeddedStore, sources: Sequence[PlacedSource]) -> DataGraph:
    """The whole graph as it would be if these contributions were in it and won every dispute.

    Raises:
        ReadError: a contribution names a graph of its own.
    """
    added: dict[Triple, None] = {}
    for source in sources:
        for quad in placed_quads(project, Path(source.name), list(source.statements())):
            if _is_shown(quad, project):
                added.setdefault(quad.triple)
    types: Set[tuple[object, object]] = {
        (triple.subject, triple.object) for triple in added if triple.predicate == _TYPE
    }
    places = _Places(single_valued(project.shape_files), added, partial(_is_one_of, store, types))
    kept = (triple for triple in _base(project, store) if triple not in places)
    mentioned = frozenset(str(triple.subject) for triple in added)
    return DataGraph(list(dict.fromkeys([*kept, *added])), mentioned)


def _base(project: Project, store: EmbeddedStore) -> Iterator[Triple]:
    provenance = NamedNode(project.graph("provenance"))
    for graph in (_DEFAULT, provenance):
        for quad in store.engine.quads_for_pattern(None, None, None, graph):
            yield quad.triple
    for quad in catalogue_quads(project, catalogue(project).values()):
        yield quad.triple


def _is_shown(quad: Quad, project: Project) -> bool:
    return quad.graph_name == _DEFAULT or quad.graph_name == NamedNode(project.graph("provenance"))


def _is_one_of(
    store: EmbeddedStore, added: Set[tuple[object, object]], node: Term, classes: set[NamedNode]
) -> bool:
    """True when a node is an instance of one of the classes, by the graph or by what is added to it."""
    of_graph = {found.value for found in store.statements(node, _TYPE, None, _DEFAULT)}
    queue: list[object] = [*of_graph, *(kind for subject, kind in added if subject == node)]
    seen: set[object] = set()
    while queue:
        current = queue.pop()
        if current in classes:
            return True
        if current not in seen and isinstance(current, NamedNode):
            seen.add(current)
            queue.extend(found.value for found in store.statements(current, _SUBCLASS, None, _DEFAULT))
    return False


class _Places:
    """The places of single values that added statements fill, and so take from the rest of the graph."""

    def __init__(self, rules: Iterable[SingleValued], added: Iterable[Triple], is_one_of: IsOneOf) -> None:
        self._rules = {(rule.property, rule.per_language): rule for rule in rules}
        self._is_one_of = is_one_of
        self._filled = {place for triple in added for place in self._of(triple)}

    def __contains__(self, triple: Triple) -> bool:
        return any(place in self._filled for place in self._of(triple))

    def _of(self, triple: Triple) -> Iterator[tuple[object, ...]]:
        for per_language in (False, True):
            rule = self._rules.get((triple.predicate, per_language))
            if rule is None or isinstance(triple.object, Triple) or isinstance(triple.subject, Triple):
                continue
            if rule.for_all or self._is_one_of(triple.subject, rule.classes):
                yield (triple.subject, triple.predicate, per_language, rule.slot(triple.object))
