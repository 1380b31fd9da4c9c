"""A copy of an endpoint's graphs in the embedded store: for dumps, and for what a server answers wrongly."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import DefaultGraph, NamedNode, Quad, QuerySolutions, Triple

from mca_graph.errors import StoreError
from mca_graph.store.embedded import EmbeddedStore
from mca_graph.store.remote import Dataset, RemoteStore

LARGEST = 5_000_000
"""Triples above which a graph is not copied for the sake of a single query."""

_DEFAULT = DefaultGraph()


def copy_of(store: RemoteStore) -> EmbeddedStore:
    """The graphs of a project at an endpoint, or else its default graph, as an embedded store; made once.

    Raises:
        StoreError: a graph did not come whole.
    """
    known = store.__dict__.get("copy")
    if known is None:
        known = store.__dict__["copy"] = EmbeddedStore.of(_quads(store))
    assert isinstance(known, EmbeddedStore)
    return known


def _quads(store: RemoteStore) -> Iterator[Quad]:
    dataset = store.dataset
    if dataset is None:
        for triple in graph_of(store, None):
            yield in_graph(triple, _DEFAULT)
        return
    for graph in dataset.default:
        for triple in graph_of(store, graph):
            yield in_graph(triple, _DEFAULT)
    for graph in dataset.named:
        for triple in graph_of(store, graph):
            yield in_graph(triple, NamedNode(graph))


def in_graph(triple: Triple, graph: NamedNode | DefaultGraph) -> Quad:
    """A triple in a graph."""
    return Quad(triple.subject, triple.predicate, triple.object, graph)


def graph_of(store: RemoteStore, graph: str | None) -> list[Triple]:
    """The triples of one graph; of the endpoint's own default graph where none is named.

    Raises:
        StoreError: fewer came than the server counts.
    """
    dataset = Dataset((graph,), ()) if graph is not None else None
    rows = store.ask("SELECT ?s ?p ?o WHERE { ?s ?p ?o }", dataset)
    counted = store.ask("SELECT (COUNT(*) AS ?rows) WHERE { ?s ?p ?o }", dataset)
    assert isinstance(rows, QuerySolutions)
    assert isinstance(counted, QuerySolutions)
    triples = [Triple(row["s"], row["p"], row["o"]) for row in rows]
    total = int(next(iter(counted))["rows"].value)
    if len(triples) != total:
        raise StoreError(
            f"{store.url}: {len(triples)} of {total} triples of {graph or 'the graph'} came", "try again"
        )
    return triples
