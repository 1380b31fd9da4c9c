"""SHACL property paths (SHACL, section 2.3.1) as SPARQL property paths."""

from __future__ import annotations

from mca_graph.errors import McaGraphError
from mca_graph.namespaces import RDF, SH
from mca_graph.store import Term
from mca_graph.validation.shapes import Shapes

_MARKS = {SH + "zeroOrMorePath": "*", SH + "oneOrMorePath": "+", SH + "zeroOrOnePath": "?"}
_DEEPEST = 100


def path_of(shapes: Shapes, shape: Term) -> str | None:
    """The path of a property shape; None for a node shape.

    Raises:
        McaGraphError: the path is ill-formed.
    """
    node = shapes.value(shape, SH + "path")
    return None if node is None else rendered(shapes, node)


def rendered(shapes: Shapes, node: Term, depth: int = 0) -> str:
    """A path node of a shapes graph as a SPARQL property path.

    Raises:
        McaGraphError: the path is ill-formed.
    """
    text = str(node)
    if text.startswith("<"):
        return text
    if depth > _DEEPEST:
        raise McaGraphError(f"the property path {node} contains itself")
    if shapes.value(node, RDF + "first") is not None:
        return "/".join(_part(shapes, step, depth, "|/^") for step in shapes.list_of(node))
    if (inverse := shapes.value(node, SH + "inversePath")) is not None:
        return "^" + _part(shapes, inverse, depth, "|/^*+?")
    if (options := shapes.value(node, SH + "alternativePath")) is not None:
        return "|".join(_part(shapes, option, depth, "|") for option in shapes.list_of(options))
    for kind, mark in _MARKS.items():
        if (inner := shapes.value(node, kind)) is not None:
            return _part(shapes, inner, depth, "|/^*+?") + mark
    raise McaGraphError(f"{node} is no property path", "see SHACL, section 2.3.1")


def _part(shapes: Shapes, node: Term, depth: int, weak: str) -> str:
    """A step of a path, in brackets where one of these operators would otherwise take it apart."""
    text = rendered(shapes, node, depth + 1)
    outside = _without_iris(text)
    # An inverse inside a sequence keeps its place without brackets: ^ binds more strongly than /.
    needs = any(sign in outside for sign in weak if not (sign == "^" and weak == "|/^"))
    return f"({text})" if needs else text


def _without_iris(text: str) -> str:
    kept, inside = [], False
    for sign in text:
        inside = sign == "<" or (inside and sign != ">")
        if not inside and sign != ">":
            kept.append(sign)
    return "".join(kept)
