"""Where a graph is asked: the embedded engine, or any SPARQL 1.1 endpoint, behind one protocol."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from pyoxigraph import NamedNode, QueryBoolean, QuerySolutions, QueryTriples

from mca_graph.rdf.terms import Term as Term

Answer = QuerySolutions | QueryTriples | QueryBoolean


class Store(Protocol):
    """A graph that answers SPARQL 1.1 queries.

    Its default graph is what saved queries see; evidence and provenance stand in named graphs.
    """

    def query(self, text: str) -> Answer:
        """Answer a SPARQL query.

        Raises:
            QueryError: the query is wrong or was refused.
            StoreError: the store cannot be reached or broke off.
        """
        ...

    def match(
        self,
        subject: Term | None = None,
        predicate: NamedNode | None = None,
        value: Term | None = None,
    ) -> Iterator[tuple[Term, NamedNode, Term]]:
        """Yield the triples of the default graph that fit; None fits everything."""
        ...
