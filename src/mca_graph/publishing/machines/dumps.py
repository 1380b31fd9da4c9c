"""The whole graph as files to download, in each RDF syntax.

All dumps are written side by side, some things at a time: no graph is ever held as text, and what is said
of a thing is put in order once for all of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import islice
from typing import Protocol, TypeVar
from urllib.parse import urlsplit

from pyoxigraph import NamedNode

from mca_graph.contributions.words import kebab
from mca_graph.publishing.machines.context import Context
from mca_graph.publishing.machines.distributions import Distribution, Downloads, Output
from mca_graph.publishing.machines.graphs import Graphs
from mca_graph.publishing.machines.resource_data import ResourceData
from mca_graph.publishing.machines.spelling import Group
from mca_graph.publishing.site.context import Site

FOLDER = "data/"
CONTEXT = "context.jsonld"

_W3C = "https://www.w3.org/TR/"
_CURRENT = "The current graph, with ontology and concepts: what holds where sources disagree"
_ALL = "Every graph: the current one, ontology, concepts, and each contribution with where it comes from"
_BLOCK = 500

_Item = TypeVar("_Item")


class Taker(Protocol):
    """Takes all graphs, one after the other."""

    def begin(self, graph: str) -> None:
        """What follows is of this graph."""
        ...

    def add(self, groups: Sequence[Group]) -> None:
        """Take some of its statements, in order."""
        ...

    def end(self) -> None:
        """That was all of the graph."""
        ...


class _Memory:
    """Remembers the last text, for the dump that asks for the same one.

    Args:
        write: writes statements.
    """

    def __init__(self, write: Callable[[Sequence[Group]], str]) -> None:
        self._write = write
        self._last: tuple[Sequence[Group], str] = ((), "")

    def __call__(self, groups: Sequence[Group]) -> str:
        if groups is not self._last[0]:
            self._last = groups, self._write(groups)
        return self._last[1]


class _Dump:
    """A file in one syntax.

    Args:
        out: takes the bytes.
        data: writes statements.
        turtle: writes statements as Turtle.
    """

    def __init__(self, out: Output, data: ResourceData, turtle: _Memory) -> None:
        self._out, self._spelling, self._context = out, data.spelling, data.context
        self._turtle = turtle

    def begin(self, graph: str) -> None:
        pass

    def end(self) -> None:
        pass

    def write(self, text: str) -> None:
        self._out.write(text.encode())


class _NTriples(_Dump):
    def add(self, groups: Sequence[Group]) -> None:
        self.write(self._spelling.ntriples(groups))


class _NQuads(_Dump):
    def begin(self, graph: str) -> None:
        self._graph = f" {NamedNode(graph)}"

    def add(self, groups: Sequence[Group]) -> None:
        self.write(self._spelling.ntriples(groups, self._graph))


class _Turtle(_Dump):
    def begin(self, graph: str) -> None:
        self.write(f"{self._spelling.heading()}\n")

    def add(self, groups: Sequence[Group]) -> None:
        self.write(self._turtle(groups))


class _TriG(_Turtle):
    def __init__(self, out: Output, data: ResourceData, turtle: _Memory) -> None:
        super().__init__(out, data, turtle)
        self.write(self._spelling.heading())

    def begin(self, graph: str) -> None:
        self.write(f"\n{NamedNode(graph)} {{\n")

    def end(self) -> None:
        self.write("}\n")


class _JsonLd(_Dump):
    def begin(self, graph: str) -> None:
        self.write(self._context.heading())
        self._between = ""

    def add(self, groups: Sequence[Group]) -> None:
        self.write(f"{self._between}{self._context.listed(self._context.nodes(groups))}")
        self._between = ",\n"

    def end(self) -> None:
        self.write("\n  ]\n}\n")


_SYNTAXES = (
    (_Turtle, "ttl", "Turtle", "text/turtle", "turtle"),
    (_NTriples, "nt", "N-Triples", "application/n-triples", "n-triples"),
    (_JsonLd, "jsonld", "JSON-LD", "application/ld+json", "json-ld11"),
    (_NQuads, "nq", "N-Quads", "application/n-quads", "n-quads"),
    (_TriG, "trig", "TriG", "application/trig", "trig"),
)
_OF_ALL = (_NQuads, _TriG)


def write_dumps(site: Site, data: ResourceData, downloads: Downloads, others: Sequence[Taker] = ()) -> None:
    """Write the dumps, those of the current graph first.

    Args:
        site: the site.
        data: writes statements.
        downloads: takes the files.
        others: get all graphs too.
    """
    graphs = Graphs(site.project, site.snapshot, data.spelling)
    with ExitStack() as stack:
        of_current, of_all = list[Taker](), list[Taker](others)
        turtle = _Memory(data.spelling.turtle)
        for make, ending, label, media_type, standard in _SYNTAXES:
            everything = make in _OF_ALL
            file = Distribution(
                f"{FOLDER}{stem(site)}.{ending}.gz",
                f"{site.project.title}{', with sources' if everything else ''} ({label})",
                f"{_ALL if everything else _CURRENT}, as {label}.",
                media_type,
                compressed=True,
                conforms_to=(f"{_W3C}{standard}/",),
                is_rdf=True,
                current_only=not everything,
            )
            dump = make(stack.enter_context(downloads.open(file)), data, turtle)
            (of_all if everything else of_current).append(dump)
        for name in graphs.names:
            takers = [*of_all, *(of_current if name == graphs.current else ())]
            _hand_out(name, graphs.groups(name), takers)


def _hand_out(name: str, groups: Iterator[Group], takers: Sequence[Taker]) -> None:
    for taker in takers:
        taker.begin(name)
    for block in _blocks(groups, _BLOCK):
        for taker in takers:
            taker.add(block)
    for taker in takers:
        taker.end()


def _blocks(items: Iterable[_Item], size: int) -> Iterator[list[_Item]]:
    waiting = iter(items)
    while block := list(islice(waiting, size)):
        yield block


def stem(site: Site) -> str:
    """The name of the dumps without its ending: the last word of the base, such as ``mca-graph``."""
    parts = urlsplit(site.project.base)
    last = parts.path.strip("/").rpartition("/")[2] or (parts.hostname or "").partition(".")[0]
    return kebab(last) or "graph"


def context_file(context: Context) -> bytes:
    """The whole context of the JSON-LD files."""
    return json.dumps({"@context": context.full()}, indent=2, ensure_ascii=False).encode() + b"\n"
