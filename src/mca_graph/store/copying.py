"""A copy of an endpoint's graphs in the embedded store: for dumps, and for what a server answers wrongly."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import DefaultGraph, NamedNode, Quad, QuerySolution, QuerySolutions, Triple

from mca_graph.errors import StoreError
from mca_graph.store.embedded import EmbeddedStore
from mca_graph.store.graphs import Dataset
from mca_graph.store.remote import RemoteStore

LARGEST = 5_000_000
"""Triples above which a graph is not copied for the sake of a single query."""

_DEFAULT = DefaultGraph()


def copy_of(store: RemoteStore, *, with_named: bool = True) -> EmbeddedStore:
    """The graphs of a project at an endpoint, or else its default graph, as an embedded store.

    Args:
        store: the endpoint.
        with_named: also the named graphs.

    Raises:
        StoreError: a graph did not come whole.
    """
    if (whole := store.copies.get(True)) is not None:
        return whole
    if with_named not in store.copies:
        store.copies[with_named] = EmbeddedStore.of(_quads(store, with_named))
    return store.copies[with_named]


def _quads(store: RemoteStore, with_named: bool) -> Iterator[Quad]:
    dataset = store.dataset
    default = Dataset(dataset.default, ()) if dataset is not None else None
    for triple in _triples(store, default):
        yield in_graph(triple, _DEFAULT)
    if with_named and dataset is not None and dataset.named:
        rows, total = _counted(store, "?g ?s ?p ?o", "GRAPH ?g { ?s ?p ?o }", dataset)
        _complete(store, len(rows), total)
        for g, s, p, o in rows:
            yield Quad(s, p, o, g)


def in_graph(triple: Triple, graph: NamedNode | DefaultGraph) -> Quad:
    """A triple in a graph."""
    return Quad(triple.subject, triple.predicate, triple.object, graph)


def graph_of(store: RemoteStore, graph: str) -> list[Triple]:
    """The triples of one graph.

    Raises:
        StoreError: fewer came than the server counts.
    """
    return _triples(store, Dataset((graph,), ()))


def _triples(store: RemoteStore, dataset: Dataset | None) -> list[Triple]:
    rows, total = _counted(store, "?s ?p ?o", "?s ?p ?o", dataset)
    _complete(store, len(rows), total)
    return [Triple(s, p, o) for s, p, o in rows]


def _counted(
    store: RemoteStore, names: str, pattern: str, dataset: Dataset | None
) -> tuple[list[QuerySolution], int]:
    rows = store.ask(f"SELECT {names} WHERE {{ {pattern} }}", dataset)
    counted = store.ask(f"SELECT (COUNT(*) AS ?rows) WHERE {{ {pattern} }}", dataset)
    assert isinstance(rows, QuerySolutions)
    assert isinstance(counted, QuerySolutions)
    return list(rows), int(next(iter(counted))["rows"].value)


def _complete(store: RemoteStore, came: int, total: int) -> None:
    if came != total:
        raise StoreError(f"{store.url}: the answer is cut off: {came} of {total} triples came", "try again")
