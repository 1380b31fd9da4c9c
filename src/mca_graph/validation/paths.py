"""SHACL property paths (SHACL, section 2.3.1) as SPARQL property paths."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pyoxigraph import BlankNode, NamedNode, Triple

from mca_graph.errors import McaGraphError
from mca_graph.namespaces import RDF, SH
from mca_graph.store import Term
from mca_graph.validation.shapes import Shapes

_TOKEN = re.compile(r"<[^>]*>|[()|/^*+?]")
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


class PathGraph:
    """A SPARQL property path as :func:`rendered` writes it, turned back into what a shapes graph says.

    Args:
        text: the path.
        name: what the names of its blank nodes begin with.
    """

    def __init__(self, text: str, name: str) -> None:
        self._tokens: list[str] = _TOKEN.findall(text)
        self._name, self._count = name, 0
        self._triples: list[Triple] = []
        self.node = self._alternatives()

    def triples(self) -> Iterator[Triple]:
        """What the path's nodes say."""
        yield from self._triples

    def _alternatives(self) -> NamedNode | BlankNode:
        options = [self._sequence()]
        while self._next("|"):
            options.append(self._sequence())
        return options[0] if len(options) == 1 else self._said("alternativePath", self._list(options))

    def _sequence(self) -> NamedNode | BlankNode:
        steps = [self._step()]
        while self._next("/"):
            steps.append(self._step())
        return steps[0] if len(steps) == 1 else self._list(steps)

    def _step(self) -> NamedNode | BlankNode:
        if self._next("^"):
            return self._said("inversePath", self._step())
        if self._next("("):
            node = self._alternatives()
            self._next(")")
        else:
            node = NamedNode(self._tokens.pop(0)[1:-1])
        for kind, mark in _MARKS.items():
            if self._next(mark):
                return self._said(kind.removeprefix(SH), node)
        return node

    def _next(self, token: str) -> bool:
        """Take a token where it comes next."""
        if self._tokens[:1] == [token]:
            del self._tokens[0]
            return True
        return False

    def _blank(self) -> BlankNode:
        self._count += 1
        return BlankNode(f"{self._name}p{self._count}")

    def _said(self, property_: str, value: NamedNode | BlankNode) -> BlankNode:
        node = self._blank()
        self._triples.append(Triple(node, NamedNode(SH + property_), value))
        return node

    def _list(self, items: list[NamedNode | BlankNode]) -> BlankNode:
        nodes = [self._blank() for _item in items]
        rests: list[NamedNode | BlankNode] = [*nodes[1:], NamedNode(RDF + "nil")]
        for node, item, rest in zip(nodes, items, rests, strict=True):
            self._triples.append(Triple(node, NamedNode(RDF + "first"), item))
            self._triples.append(Triple(node, NamedNode(RDF + "rest"), rest))
        return nodes[0]
