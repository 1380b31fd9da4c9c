"""What is validated: the whole graph of a project, or a contribution as if it were already in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pyoxigraph import Quad, RdfFormat, Triple, serialize

from mca_graph.project import Project
from mca_graph.rdf.positions.document import PlacedSource
from mca_graph.store.embedded import EmbeddedStore
from mca_graph.validation.incremental.change import base_of, change_of


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
    return DataGraph(list(dict.fromkeys(base_of(project, store).triples())))


def with_sources(project: Project, store: EmbeddedStore, sources: Sequence[PlacedSource]) -> DataGraph:
    """The whole graph as it would be if these contributions were in it and won every dispute.

    Raises:
        ReadError: a contribution names a graph of its own.
    """
    change = change_of(project, store, sources)
    kept = (triple for triple in change.base.triples() if triple not in change.removed)
    mentioned = frozenset(str(node) for node in change.mentioned)
    return DataGraph(list(dict.fromkeys([*kept, *change.added])), mentioned)
