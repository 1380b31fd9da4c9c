"""Statements in an order of their own, so that one graph always gives the same bytes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    NamedNode,
    Quad,
    Triple,
    serialize,
)

from mca_graph.namespaces import RDF, Prefixes
from mca_graph.rdf.formats import format_named
from mca_graph.store.embedded import EmbeddedStore

_DEFAULT = DefaultGraph()
_TYPE = NamedNode(RDF + "type")
_PREFIX_LINE = re.compile(r"@prefix ([^:\s]*): <[^>]*> \.\n")
_USED = re.compile(r"(?:^|[\s,;(\[^])([A-Za-z][A-Za-z0-9_.-]*|):", re.MULTILINE)


def ordered(quads: Iterable[Quad]) -> list[Quad]:
    """Quads by graph, subject and property, the type first; nodes without names get canonical ones."""
    named, nameless = [], []
    for quad in quads:
        (nameless if _has_blank(quad) else named).append(quad)
    if nameless:
        dataset = Dataset(nameless)
        dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
        named.extend(dataset)
    return sorted(named, key=_position)


def _has_blank(quad: Quad) -> bool:
    return isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode)


def _position(quad: Quad) -> tuple[str, str, bool, str, str]:
    graph = "" if quad.graph_name == _DEFAULT else str(quad.graph_name)
    return (graph, str(quad.subject), quad.predicate != _TYPE, str(quad.predicate), str(quad.object))


def graph_quads(store: EmbeddedStore, graph: NamedNode | DefaultGraph = _DEFAULT) -> list[Quad]:
    """The statements of one graph in order, as those of a graph without a name."""
    found = store.engine.quads_for_pattern(None, None, None, graph)
    return ordered(Quad(quad.subject, quad.predicate, quad.object) for quad in found)


def dataset_quads(store: EmbeddedStore, current: str) -> list[Quad]:
    """The statements of all graphs in order; the current graph has a name too.

    Args:
        store: the assembled graph.
        current: the IRI that the current graph gets.
    """

    def all_quads() -> Iterator[Quad]:
        name = NamedNode(current)
        for quad in store.engine.quads_for_pattern(None, None, None, None):
            default = quad.graph_name == _DEFAULT
            yield Quad(quad.subject, quad.predicate, quad.object, name) if default else quad

    return ordered(all_quads())


def text_of(quads: Sequence[Quad], format_name: str, prefixes: Prefixes) -> bytes:
    """Ordered statements in an RDF syntax, with the prefixes that it uses and no others."""
    syntax = format_named(format_name)
    items: Iterable[Quad] | Iterable[Triple] = quads
    if not syntax.has_graphs:
        items = (quad.triple for quad in quads)
    has_prefixes = syntax.name in ("turtle", "trig", "rdfxml")
    known = dict(prefixes) if has_prefixes else None
    made = serialize(items, format=syntax.engine, prefixes=known) or b""
    if syntax.name not in ("turtle", "trig"):
        return made
    text = made.decode()
    head = 0
    while line := _PREFIX_LINE.match(text, head):
        head = line.end()
    used = set(_USED.findall(text, head))
    kept = (line[0] for line in _PREFIX_LINE.finditer(text, 0, head) if line[1] in used)
    return ("".join(sorted(kept)) + "\n" + text[head:].lstrip("\n")).encode()
