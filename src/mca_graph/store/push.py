"""Send a project's graphs to a SPARQL server: graph by graph, each all or nothing, and verified.

A graph is first built beside the one that people ask, in a staging graph; one request then moves it
into place and notes its hash in a listing. So a push that was broken off leaves every graph as it was
before or as it is to be, and the next one goes on where it ended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode
from urllib.request import Request

from pyoxigraph import DefaultGraph, NamedNode, Quad, QuerySolutions

from mca_graph.errors import StoreError
from mca_graph.store.content import canonical_lines, hash_of
from mca_graph.store.copying import graph_of, in_graph
from mca_graph.store.graphs import COUNT, HASH, Dataset, Manifest
from mca_graph.store.remote import RemoteStore
from mca_graph.store.transport import Transport

Told = Callable[[str, int, int], None]
"""Is told of progress: which graph, how many of its triples were sent, and how many there are."""


@dataclass(frozen=True, slots=True)
class Graph:
    """A graph to be pushed: its name, its triples as canonical lines, and their hash."""

    name: str
    lines: Sequence[str]
    hash: str

    @classmethod
    def of(cls, name: str, triples: Iterable[Quad]) -> Graph:
        """A graph with the hash of what it says."""
        lines = canonical_lines(triples)
        return cls(name, lines, hash_of(lines))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a push did: graphs that were sent, that were there already, and that were removed."""

    sent: tuple[str, ...]
    kept: tuple[str, ...]
    removed: tuple[str, ...]
    triples: int


class Pusher:
    """Pushes graphs to one endpoint.

    Args:
        store: the endpoint.
        told: is told of progress.
    """

    def __init__(self, store: RemoteStore, told: Told = lambda name, done, total: None) -> None:
        if store.manifest is None:
            raise StoreError(f"{store.url}: no project whose graphs could be pushed")
        self._store, self._told, self._manifest = store, told, store.manifest

    def push(
        self, graphs: Sequence[Graph], *, also_default: bool = False, all_again: bool = False
    ) -> Outcome:
        """Bring an endpoint's graphs to what they should be, and verify each of them.

        Args:
            graphs: all graphs of the project; one that was pushed once and is not among them is removed.
            also_default: copy the current graph into the server's own default graph too, replacing it.
            all_again: send a graph also where the listing says that it is there.

        Raises:
            StoreError: the server cannot take a graph, or holds something else in the end.
        """
        known = self._store.pushed
        sent: list[str] = []
        kept: list[str] = []
        for graph in graphs:
            if (
                not all_again
                and known.get(graph.name) == (graph.hash, len(graph.lines))
                and self._is_there(graph)
            ):
                kept.append(graph.name)
                continue
            self._replace(graph)
            sent.append(graph.name)
        removed = sorted(known.keys() - {graph.name for graph in graphs})
        for name in removed:
            self._update(f"DROP SILENT GRAPH <{name}> ; {self._forget(name)}", again=True)
        if also_default and sent:
            self._update(f"COPY GRAPH <{self._manifest.current}> TO DEFAULT", again=True)
        for graph in graphs:
            self._verify(graph)
        return Outcome(tuple(sent), tuple(kept), tuple(removed), sum(len(graph.lines) for graph in graphs))

    def _replace(self, graph: Graph) -> None:
        staging = f"{self._manifest.listing}/staging/{quote(graph.hash[:32])}"
        self._fill(graph, staging)
        held = self._count(staging)
        if held != len(graph.lines):
            self._update(f"DROP SILENT GRAPH <{staging}>", again=True)
            raise StoreError(
                f"{self._store.url}: {held} of {len(graph.lines)} triples of {graph.name} arrived",
                "the graph that was there before is untouched; push again",
            )
        into = (
            f"MOVE GRAPH <{staging}> TO GRAPH <{graph.name}>"
            if graph.lines
            else f"DROP SILENT GRAPH <{graph.name}>"
        )
        note = f'<{graph.name}> <{HASH}> "{graph.hash}" ; <{COUNT}> {len(graph.lines)}'
        # Not to be sent twice: a second MOVE would find no staging graph.
        self._update(
            f"{into} ; {self._forget(graph.name)} ; "
            f"INSERT DATA {{ GRAPH <{self._manifest.listing}> {{ {note} }} }}",
            again=False,
        )

    def _fill(self, graph: Graph, staging: str) -> None:
        """Send a graph's triples in batches, from where an earlier push has ended."""
        size = self._store.dialect.batch
        blank = [line for line in graph.lines if "_:" in line]
        plain = [line for line in graph.lines if "_:" not in line]
        done = 0 if blank else self._count(staging) // size * size
        if done == 0:
            self._update(f"DROP SILENT GRAPH <{staging}>", again=True)
        if blank:  # in one request, since a blank node has no name that a second one could use
            self._send(staging, blank, again=False)
        for start in range(done, len(plain), size):
            self._told(graph.name, len(blank) + start, len(graph.lines))
            self._send(staging, plain[start : start + size], again=True)
        self._told(graph.name, len(graph.lines), len(graph.lines))

    def _send(self, name: str, lines: Sequence[str], *, again: bool) -> None:
        text = "\n".join(lines)
        address = self._store.endpoint.graph_store
        if address is None:
            self._update(f"INSERT DATA {{ GRAPH <{name}> {{ {text} }} }}", again=again)
            return
        mark = "&" if "?" in address else "?"
        request = Request(
            f"{address}{mark}{urlencode({'graph': name})}",
            data=f"{text}\n".encode(),
            headers={"Content-Type": "application/n-triples"},
            method="POST",
        )
        self._transport().send(request, again=again)

    def _update(self, text: str, *, again: bool) -> None:
        address = self._store.endpoint.update
        assert address is not None
        headers = {"Content-Type": "application/sparql-update", "Accept": "*/*"}
        request = Request(address, data=text.encode(), headers=headers, method="POST")
        self._transport().send(request, again=again)

    def _transport(self) -> Transport:
        return Transport(self._store.endpoint, self._store.timeout)

    def _forget(self, name: str) -> str:
        return f"DELETE WHERE {{ GRAPH <{self._manifest.listing}> {{ <{name}> ?p ?o }} }}"

    def _count(self, name: str) -> int:
        rows = self._store.ask("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }", Dataset((name,), ()))
        assert isinstance(rows, QuerySolutions)
        return int(next(iter(rows))["n"].value)

    def _is_there(self, graph: Graph) -> bool:
        return self._count(graph.name) == len(graph.lines)

    def _verify(self, graph: Graph) -> None:
        """Hold what the server says of a graph against what was meant.

        Raises:
            StoreError: it says something else.
        """
        got = canonical_lines(
            in_graph(triple, DefaultGraph()) for triple in graph_of(self._store, graph.name)
        )
        if hash_of(got) == graph.hash:
            return
        self._update(self._forget(graph.name), again=True)
        wanted = set(graph.lines)
        odd = next((line for line in got if line not in wanted), None)
        lost = next((line for line in graph.lines if line not in set(got)), None)
        raise StoreError(
            f"{self._store.url} holds {graph.name} otherwise than it was pushed: "
            f"{_short(lost)} became {_short(odd)}",
            "a server that changes what it is given cannot hold this graph",
        )


def graphs_of(
    manifest: Manifest, current: Iterable[Quad], named: Mapping[NamedNode, Iterable[Quad]]
) -> list[Graph]:
    """The graphs of a project in the order in which they are pushed: what queries see comes last."""
    others = [Graph.of(name.value, quads) for name, quads in sorted(named.items(), key=str)]
    return [*others, Graph.of(manifest.current, current)]


def _short(line: str | None) -> str:
    return "nothing" if line is None else line if len(line) <= 200 else f"{line[:200]}…"
