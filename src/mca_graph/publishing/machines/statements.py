"""Statements in an order of their own, so that one graph always gives the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    serialize,
)

from mca_graph.namespaces import RDF, Prefixes
from mca_graph.publishing.machines.spelling import Group
from mca_graph.rdf.read import read_quads
from mca_graph.store import Term

_DEFAULT = DefaultGraph()
_TYPE = NamedNode(RDF + "type")


def ordered(quads: Iterable[Quad]) -> list[Quad]:
    """Quads by graph, subject and property, the type first; nodes without names get canonical ones."""
    named: list[Quad] = []
    nameless: list[Quad] = []
    for quad in quads:
        (nameless if _has_blank(quad) else named).append(quad)
    if nameless:
        dataset = Dataset(nameless)
        dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
        named.extend(dataset)
    return sorted(dict.fromkeys(named), key=_position)


def _has_blank(quad: Quad) -> bool:
    return isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode)


def _position(quad: Quad) -> tuple[str, str, bool, str, str]:
    graph = "" if quad.graph_name == _DEFAULT else str(quad.graph_name)
    return (graph, str(quad.subject), quad.predicate != _TYPE, str(quad.predicate), str(quad.object))


def file_quads(files: Iterable[Path]) -> Iterator[Quad]:
    """The statements of some files."""
    for path in files:
        for quad in read_quads(path):
            yield Quad(quad.subject, quad.predicate, quad.object)


def grouped(quads: Sequence[Quad], number_of: Callable[[Term | Triple], int]) -> list[Group]:
    """Ordered statements of one graph, those on a thing together.

    Args:
        quads: the statements.
        number_of: gives the number of a term.
    """
    return [
        (number_of(subject), [(number_of(quad.predicate), number_of(quad.object)) for quad in found])
        for subject, found in groupby(quads, key=lambda quad: quad.subject)
    ]


def rdf_xml(quads: Sequence[Quad], prefixes: Prefixes) -> bytes:
    """Ordered statements as RDF/XML."""
    triples = (quad.triple for quad in quads)
    return serialize(triples, format=RdfFormat.RDF_XML, prefixes=dict(prefixes)) or b""
