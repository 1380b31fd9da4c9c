"""What is validated: the whole graph of a project, or a contribution as if it were already in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Triple, serialize

from mca_graph.errors import ReadError
from mca_graph.graph.assemble import contribution_quads
from mca_graph.graph.rules import SingleValued, single_valued
from mca_graph.project import Project
from mca_graph.queries.catalogue import catalogue
from mca_graph.queries.published import catalogue_quads
from mca_graph.store.embedded import EmbeddedStore

_DEFAULT = DefaultGraph()


@dataclass(frozen=True, slots=True)
class DataGraph:
    """A data graph in the sense of SHACL, section 1.4.

    Attributes:
        triples: its triples, with literals as they were typed where that is known.
        mentioned: for each subject of the files under test, in N-Triples syntax, the first file that
            mentions it; None when the whole graph is under test.
    """

    triples: list[Triple]
    mentioned: dict[str, str] | None = None

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


def with_files(project: Project, store: EmbeddedStore, files: Sequence[Path]) -> DataGraph:
    """The whole graph as it would be if these contributions were in it and won every dispute.

    Raises:
        ReadError: a file cannot be read, or says nothing.
    """
    added: dict[Triple, str] = {}
    for path in files:
        quads = [quad for quad in contribution_quads(project, path) if _is_shown(quad, project)]
        if not quads:
            raise ReadError(str(path), "no statement in this file", hint="a contribution needs at least one")
        for quad in quads:
            added.setdefault(quad.triple, str(path))
    places = _Places(single_valued(project.shape_files), added)
    kept = (triple for triple in _base(project, store) if triple not in places)
    mentioned: dict[str, str] = {}
    for triple, file in added.items():
        mentioned.setdefault(str(triple.subject), file)
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


class _Places:
    """The places of single values that added statements fill, and so take from the rest of the graph."""

    def __init__(self, rules: Iterable[SingleValued], added: Iterable[Triple]) -> None:
        self._rules = {(rule.property, rule.per_language): rule for rule in rules}
        self._filled = {place for triple in added for place in self._of(triple)}

    def __contains__(self, triple: Triple) -> bool:
        return any(place in self._filled for place in self._of(triple))

    def _of(self, triple: Triple) -> Iterator[tuple[object, ...]]:
        for per_language in (False, True):
            rule = self._rules.get((triple.predicate, per_language))
            if rule is not None and not isinstance(triple.object, Triple):
                yield (triple.subject, triple.predicate, per_language, rule.slot(triple.object))
