"""Property paths: written as SPARQL writes them, and turned back into what a shapes graph says."""

from __future__ import annotations

from itertools import count

from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, NamedNode, Quad, Triple

from mca_graph.namespaces import RDF, SH
from mca_graph.validation.paths import PathGraph, rendered
from mca_graph.validation.shapes import Shapes

KINDS = ("inversePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath")
IRIS = st.sampled_from(["http://ex.org/a", "http://ex.org/b/*+?()", "http://ex.org/c"])
PATHS = st.recursive(
    IRIS,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(KINDS), inner),
        st.tuples(st.sampled_from(["sequence", "alternativePath"]), st.lists(inner, min_size=2, max_size=3)),
    ),
    max_leaves=6,
)


def said(path: object, triples: list[Triple], numbers: count[int]) -> NamedNode | BlankNode:
    """What a shapes graph says of a path, written down as the recommendation has it."""
    if isinstance(path, str):
        return NamedNode(path)
    kind, inner = path  # type: ignore[misc]
    if kind in KINDS:
        node = BlankNode(f"n{next(numbers)}")
        triples.append(Triple(node, NamedNode(SH + kind), said(inner, triples, numbers)))
        return node
    rest: NamedNode | BlankNode = NamedNode(RDF + "nil")
    for item in reversed(inner):
        node = BlankNode(f"n{next(numbers)}")
        triples.append(Triple(node, NamedNode(RDF + "first"), said(item, triples, numbers)))
        triples.append(Triple(node, NamedNode(RDF + "rest"), rest))
        rest = node
    if kind == "sequence":
        return rest
    node = BlankNode(f"n{next(numbers)}")
    triples.append(Triple(node, NamedNode(SH + kind), rest))
    return node


def canonical(node: NamedNode | BlankNode, triples: list[Triple]) -> Dataset:
    quads = [Quad(one.subject, one.predicate, one.object) for one in triples]
    found = Dataset([*quads, Quad(NamedNode("http://ex.org/shape"), NamedNode(SH + "path"), node)])
    found.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return found


def flat(path: object) -> object:
    """A sequence inside a sequence says the same as one long sequence; so it is with alternatives."""
    if isinstance(path, str):
        return path
    kind, inner = path  # type: ignore[misc]
    if kind in KINDS:
        return kind, flat(inner)
    items: list[object] = []
    for item in map(flat, inner):
        items.extend(item[1] if isinstance(item, tuple) and item[0] == kind else [item])  # type: ignore[arg-type]
    return kind, items


@given(PATHS)
def test_a_path_is_turned_back_into_the_same_graph(path: object) -> None:
    triples: list[Triple] = []
    node = said(flat(path), triples, count())
    text = rendered(Shapes(Quad(one.subject, one.predicate, one.object) for one in triples), node)
    back = PathGraph(text, "result1")
    assert canonical(back.node, list(back.triples())) == canonical(node, triples)


def test_a_path_as_it_is_written() -> None:
    back = PathGraph("<http://ex.org/a>/^<http://ex.org/b>", "result7")
    first, second, inverse = (BlankNode(f"result7p{number}") for number in (2, 3, 1))
    assert back.node == first
    assert set(back.triples()) == {
        Triple(inverse, NamedNode(SH + "inversePath"), NamedNode("http://ex.org/b")),
        Triple(first, NamedNode(RDF + "first"), NamedNode("http://ex.org/a")),
        Triple(first, NamedNode(RDF + "rest"), second),
        Triple(second, NamedNode(RDF + "first"), inverse),
        Triple(second, NamedNode(RDF + "rest"), NamedNode(RDF + "nil")),
    }
