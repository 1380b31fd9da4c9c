"""Canonical Turtle: one layout for one graph, so that a change in a file is a change of content.

The layout is rdflib's ``longturtle`` with canonical blank nodes. Comments inside a file are lost by
any rewriting, so only those at its very top are kept: the rest of what is worth saying is said in
annotations.
"""

from __future__ import annotations

import io
import logging
import re
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import rdflib
from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, Quad, RdfFormat, parse, serialize
from rdflib.namespace import RDF, XSD
from rdflib.plugins.serializers.longturtle import LongTurtleSerializer

from mca_graph.errors import LimitError, McaGraphError
from mca_graph.namespaces import Prefixes
from mca_graph.rdf.formats import format_of
from mca_graph.rdf.read import BOM, read_bytes, syntax_error

logging.getLogger("rdflib.term").setLevel(logging.ERROR)  # an ill-typed literal is no news here

_DEEPEST = 100
_BARE = {
    XSD.integer: re.compile(r"[+-]?[0-9]+"),
    XSD.decimal: re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    XSD.double: re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)[eE][+-]?[0-9]+"),
    XSD.boolean: re.compile(r"true|false"),
}
"""Literals that Turtle writes without quotation marks (RDF 1.1 Turtle, section 2.5)."""

_SAFE_NAME = re.compile(r"[A-Za-z0-9._-]*:[A-Za-z0-9_.-]*")


def canonical_turtle(path: Path, prefixes: Prefixes) -> str:
    """Return the canonical text of a Turtle file.

    Raises:
        ReadError: the file is not Turtle.
        LimitError: its blank nodes nest too deeply.
        McaGraphError: it has no canonical form that says the same.
    """
    content = read_bytes(path).removeprefix(BOM)
    try:
        quads = list(parse(content, format=format_of(path).engine))
    except SyntaxError as error:
        raise syntax_error(str(path), error) from error
    if _depth(quads) > _DEEPEST:
        raise LimitError(
            f"{path}: brackets are nested more than {_DEEPEST} deep", "give the inner things names"
        )
    graph = rdflib.Graph(bind_namespaces="none")
    for prefix, namespace in prefixes:
        graph.bind(prefix, namespace, override=True, replace=True)
    lines = serialize((quad.triple for quad in quads), format=RdfFormat.N_TRIPLES) or b""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            with _as_typed():
                graph.parse(data=lines, format="nt")
        text = graph_text(graph)
        same = _canonical(quads) == _canonical(parse(text, format=RdfFormat.TURTLE))
    except (SyntaxError, ValueError, rdflib.exceptions.Error):
        same = False
    if not same:
        raise McaGraphError(
            f"{path}: no canonical form says the same",
            "does it hold triple terms or IRIs with odd characters?",
        )
    return _leading_comments(content.decode()) + text


def _depth(quads: Iterable[Quad]) -> int:
    """How deep blank nodes nest; a list counts once, however long it is."""
    above = {
        quad.object: quad.subject
        for quad in quads
        if isinstance(quad.object, BlankNode)
        and isinstance(quad.subject, BlankNode)
        and quad.predicate.value != str(RDF.rest)
    }
    deepest = 0
    for node in above:
        depth, current, seen = 0, node, {node}
        while depth <= _DEEPEST and (parent := above.get(current)) is not None and parent not in seen:
            depth, current = depth + 1, parent
            seen.add(parent)
        deepest = max(deepest, depth)
    return deepest


def graph_text(graph: rdflib.Graph) -> str:
    """Write a graph canonically."""
    out = io.BytesIO()
    with warnings.catch_warnings(), _as_typed():
        warnings.simplefilter("ignore", UserWarning)  # on ill-typed literals, which stay what they are
        _Exact(graph).serialize(out, encoding="utf-8", canon=True)  # type: ignore[no-untyped-call]
    return out.getvalue().decode().strip() + "\n"


@contextmanager
def _as_typed() -> Iterator[None]:
    """Let rdflib keep literals as they were typed: "4.10" stays "4.10". Others may have set it otherwise."""
    before = rdflib.NORMALIZE_LITERALS
    rdflib.NORMALIZE_LITERALS = False
    try:
        yield
    finally:
        rdflib.NORMALIZE_LITERALS = before


class _Exact(LongTurtleSerializer):
    """Abbreviates a literal or an IRI only where it is read back as it was typed."""

    def get_pname(self, uri: rdflib.term.Node, gen_prefix: bool = True) -> str | None:
        name: str | None = super().get_pname(uri, gen_prefix)  # type: ignore[no-untyped-call]
        return name if name is not None and _SAFE_NAME.fullmatch(name) else None

    def label(self, node: rdflib.term.Node, position: int) -> str:
        if not isinstance(node, rdflib.Literal) or node.datatype is None:
            return str(super().label(node, position))  # type: ignore[no-untyped-call]
        bare = _BARE.get(node.datatype)
        if bare is not None and bare.fullmatch(str(node)):
            return str(node)
        return f"{rdflib.Literal(str(node)).n3()}^^{self.label(node.datatype, position)}"

    def isValidList(self, l_: rdflib.term.Node | None) -> bool:
        """True for a well-formed list that nothing else refers into: only that can be written in brackets."""
        seen: set[rdflib.term.Node] = set()
        while l_ != RDF.nil:
            if not isinstance(l_, rdflib.BNode) or l_ in seen or self._references[l_] != 1:
                return False
            if sorted(map(str, self.store.predicates(l_))) != [str(RDF.first), str(RDF.rest)]:
                return False
            seen.add(l_)
            l_ = self.store.value(l_, RDF.rest)
        return True


def _canonical(quads: Iterable[Quad]) -> Dataset:
    dataset = Dataset(Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
    dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return dataset


def _leading_comments(text: str) -> str:
    kept: list[str] = []
    for line in text.lstrip().splitlines():
        if not line.startswith("#") and line.strip():
            break
        kept.append(line.rstrip())
    while kept and not kept[-1]:
        kept.pop()
    return "\n".join(kept) + "\n\n" if kept else ""
