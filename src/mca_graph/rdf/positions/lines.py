"""N-Triples and N-Quads with the place of every term, line by line (RDF 1.1 N-Triples, section 7)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad

from mca_graph.rdf.positions.document import Document, Fault, Graph, PlacedQuad, Span
from mca_graph.rdf.positions.tokens import (
    NEEDS_LANGUAGE,
    EscapeError,
    Token,
    explain_bad,
    next_token,
    unescape,
)
from mca_graph.rdf.positions.turtle import make_iri

_LINE = re.compile(r"[^\r\n]+")


class _Wrong(Exception):
    def __init__(self, span: Span, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.fault = Fault(span, message, hint)


def read_lines(name: str, text: str, *, graphs: bool = False, scope: str = "b") -> Document:
    """Read N-Triples, or with ``graphs`` N-Quads.

    Args:
        name: the file's name, for its locations.
        text: its characters.
        graphs: a fourth term may name the graph.
        scope: what the labels of blank nodes begin with.
    """
    document = Document(name, text)
    blank: dict[str, BlankNode] = {}

    def node(token: Token) -> NamedNode | BlankNode:
        if token.kind == "blank":
            label = token.text[2:]
            return blank.setdefault(label, BlankNode(f"{scope}{len(blank) + 1}"))
        return _iri(token)

    for found in _LINE.finditer(text):
        tokens = list(_tokens(text, found.start(), found.end()))
        if not tokens:
            continue
        try:
            document.quads.append(_statement(tokens, text, node, graphs))
        except _Wrong as wrong:
            document.faults.append(wrong.fault)
            if tokens[0].kind in ("iri", "blank"):
                try:
                    document.incomplete.add(node(tokens[0]))
                except _Wrong:
                    continue
    return document


def _tokens(text: str, start: int, end: int) -> Iterator[Token]:
    while (token := next_token(text, start)).start < end and token.kind != "end":
        yield token
        start = max(token.end, token.start + 1)
        if token.kind == "bad":
            return


def _statement(tokens: list[Token], text: str, node, graphs: bool) -> PlacedQuad:  # type: ignore[no-untyped-def]
    rest = iter(tokens)
    last = tokens[0]

    def take(what: str, *kinds: str) -> Token:
        nonlocal last
        token = next(rest, None)
        if token is None:
            raise _Wrong(Span(last.end, last.end), f"the line ends where {what} should stand")
        if token.kind == "bad":
            span, why = explain_bad(token, text)
            raise _Wrong(span, why.message, why.hint)
        if token.kind not in kinds:
            raise _Wrong(token.span, f"{what} should stand here, not {token.text!r}")
        last = token
        return token

    subject = take("a subject, an IRI in < > or a blank node,", "iri", "blank")
    predicate = take("a property, an IRI in < >,", "iri")
    value = take(
        "a value, an IRI in < >, a blank node or a string in double quotes,", "iri", "blank", "string"
    )
    term: NamedNode | BlankNode | Literal
    span = value.span
    upcoming = next(rest, None)
    if value.kind == "string":
        term, span, upcoming = _literal(value, upcoming, rest)
    else:
        term = node(value)
    graph: Graph = DefaultGraph()
    if graphs and upcoming is not None and upcoming.kind in ("iri", "blank"):
        graph = node(upcoming)
        last = upcoming
        upcoming = next(rest, None)
    if upcoming is None:
        raise _Wrong(Span(span.end, span.end), "this statement does not end", "write . here")
    if upcoming.kind == "bad":
        wrong, why = explain_bad(upcoming, text)
        raise _Wrong(wrong, why.message, why.hint)
    if upcoming.text != ".":
        raise _Wrong(upcoming.span, f"'.' should stand here, not {upcoming.text!r}")
    if (more := next(rest, None)) is not None:
        raise _Wrong(more.span, "a line holds one statement only", "begin a new line")
    quad = Quad(node(subject), _iri(predicate), term, graph)
    return PlacedQuad(quad, subject.span, predicate.span, span)


def _literal(
    token: Token, upcoming: Token | None, rest: Iterator[Token]
) -> tuple[Literal, Span, Token | None]:
    if token.text[0] != '"':
        raise _Wrong(token.span, "a string stands in double quotes here")
    try:
        value = unescape(token.text[1:-1])
        if upcoming is not None and upcoming.kind == "at":
            span = Span(token.start, upcoming.end)
            return Literal(value, language=upcoming.text[1:]), span, next(rest, None)
        if upcoming is not None and upcoming.text == "^^":
            datatype = next(rest, None)
            if datatype is None or datatype.kind != "iri":
                raise _Wrong((datatype or upcoming).span, "a datatype, an IRI in < >, should stand here")
            span = Span(token.start, datatype.end)
            if _iri(datatype).value in NEEDS_LANGUAGE:
                raise _Wrong(span, "a literal of this datatype needs a language", 'write it as "text"@en')
            return Literal(value, datatype=_iri(datatype)), span, next(rest, None)
    except EscapeError as error:
        start = token.start + 1 + error.offset
        raise _Wrong(Span(start, start + error.length), str(error), "write \\\\ for a backslash") from error
    except ValueError as error:
        raise _Wrong(token.span, str(error)) from error
    return Literal(value), token.span, upcoming


def _iri(token: Token) -> NamedNode:
    try:
        node = make_iri(unescape(token.text[1:-1], characters=False), None)
    except EscapeError as error:
        start = token.start + 1 + error.offset
        raise _Wrong(Span(start, start + error.length), f"{error}, in an IRI") from error
    if node is None:
        raise _Wrong(token.span, "this is no whole IRI", "write it whole, such as <https://example.org/x>")
    return node
