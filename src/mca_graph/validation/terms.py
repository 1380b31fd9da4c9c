"""Terms in the N-Triples syntax that findings hold."""

from __future__ import annotations

from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, parse

from mca_graph.store import Term


def parse_term(text: str) -> Term:
    """A term from its N-Triples syntax."""
    if text.startswith("<"):
        return NamedNode(text[1:-1])
    quad: Quad = next(iter(parse(f"<urn:s> <urn:p> {text} .", format=RdfFormat.N_TRIPLES)))
    assert not isinstance(quad.object, Triple)
    return quad.object


def simple_predicate(path: str | None) -> NamedNode | None:
    """The predicate of a path of one step; None for any other path."""
    if path and path.startswith("<") and path.endswith(">") and path.count("<") == 1:
        return NamedNode(path[1:-1])
    return None


def last_predicate(path: str | None) -> NamedNode | None:
    """The predicate that a path ends with: that of the statements whose object a value is."""
    if not path or not path.endswith(">"):
        return None
    start = path.rindex("<")
    return None if path[:start].endswith("^") else NamedNode(path[start + 1 : -1])
