"""Turtle and TriG with the place of every term, going on after an error.

Follows the grammars of RDF 1.1 Turtle, section 6.5, and RDF 1.1 TriG, section 4.4. What is not in the
grammar becomes a fault, and reading goes on where a person would say that the next statement begins.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, parse

from mca_graph.errors import did_you_mean
from mca_graph.namespaces import RDF, STANDARD_PREFIXES, XSD
from mca_graph.rdf.positions.document import Document, Fault, Graph, PlacedQuad, Span
from mca_graph.rdf.positions.tokens import (
    NEEDS_LANGUAGE,
    EscapeError,
    Token,
    explain_bad,
    next_token,
    unescape,
    unescape_local,
)

_TYPE = NamedNode(RDF + "type")
_FIRST, _REST, _NIL = (NamedNode(RDF + name) for name in ("first", "rest", "nil"))
_DEEPEST = 150
"""Brackets within brackets; more than a person writes, less than breaks the parsers that follow."""

_NUMBERS = {"integer": "integer", "decimal": "decimal", "double": "double"}
_ENDS = re.compile(r"[\s#]|\Z")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")

Node = NamedNode | BlankNode
Value = NamedNode | BlankNode | Literal


class _Break(Exception):
    """The statement cannot be read on."""


def read_turtle(
    name: str, text: str, *, base: str | None, graphs: bool = False, scope: str = "b"
) -> Document:
    """Read Turtle, or with ``graphs`` TriG.

    Args:
        name: the file's name, for its locations.
        text: its characters.
        base: the base IRI that it begins with.
        graphs: read the graph blocks of TriG.
        scope: what the labels of blank nodes begin with.
    """
    reader = _Reader(Document(name, text, base=base), graphs, scope)
    reader.read()
    reader.document.faults.sort(key=lambda fault: fault.span)
    return reader.document


class _Reader:
    def __init__(self, document: Document, graphs: bool, scope: str) -> None:
        self.document = document
        self._text = document.text
        self._graphs = graphs
        self._scope = scope
        self._blank: dict[str, BlankNode] = {}
        self._blank_count = 0
        self._graph: Graph = DefaultGraph()
        self._subject: Node | None = None
        self._depth = 0
        self._previous = Token("start", "", 0, 0)
        self._token = next_token(self._text, 0)

    # Moving through the tokens

    def _advance(self) -> Token:
        token = self._previous = self._token
        self._token = next_token(self._text, token.end)
        return token

    def _take(self, text: str) -> bool:
        """Go past a mark if it is the next token."""
        if self._token.kind == "punctuation" and self._token.text == text:
            self._advance()
            return True
        return False

    def _is(self, *texts: str) -> bool:
        return self._token.kind == "punctuation" and self._token.text in texts

    def _fault(self, span: Span, message: str, hint: str | None = None) -> None:
        self.document.faults.append(Fault(span, message, hint))
        if self._subject is not None:
            self.document.incomplete.add(self._subject)

    def _stop(self, expected: str) -> _Break:
        """Blame the next token, and give the exception that leaves the statement."""
        token = self._token
        if token.kind == "bad":
            span, why = explain_bad(token, self._text)
            self._fault(span, why.message, why.hint)
        elif token.kind == "end":
            at = Span(self._previous.end, self._previous.end)
            self._fault(at, f"the file ends where {expected} should stand")
        else:
            self._fault(token.span, f"{expected} should stand here, not {token.text!r}")
        return _Break()

    def _begins_line(self, token: Token) -> bool:
        return token.start == 0 or self._text[token.start - 1] in "\r\n"

    def _recover(self, start: int) -> None:
        """Go to where the next statement begins: after a ``.``, or at a line that is not indented."""
        while self._token.kind != "end":
            fresh = self._begins_line(self._token) and self._token.start > start
            if fresh and not self._is(".", ";", ",", ")", "]"):
                return
            if self._is("}") and not isinstance(self._graph, DefaultGraph):
                return
            token = self._advance()
            if token.kind == "punctuation" and token.text == "." and _ENDS.match(self._text, token.end):
                return

    # Statements

    def read(self) -> None:
        """Read to the end of the text."""
        while self._token.kind != "end":
            start = self._token.start
            self._depth, self._subject = 0, None
            try:
                self._statement()
            except _Break:
                self._graph = DefaultGraph()
                self._recover(start)
                if self._token.start == start:
                    self._advance()

    def _statement(self) -> None:
        token = self._token
        word = token.text.upper()
        if token.kind == "at" and token.text in ("@prefix", "@base"):
            self._advance()
            self._directive(token.text[1:])
            if not self._take("."):
                self._missing_end()
        elif token.kind == "word" and word in ("PREFIX", "BASE"):
            self._advance()
            self._directive(word.lower())
        elif self._graphs and (self._is("{") or (token.kind == "word" and word == "GRAPH")):
            if not self._is("{"):
                self._advance()
                self._graph = self._graph_name()
            self._block()
        elif self._graphs and self._names_block():
            self._graph = self._graph_name()
            self._block()
        else:
            self._triples()
            if not self._take("."):
                self._missing_end()

    def _names_block(self) -> bool:
        """True when the next term may name a graph and is followed by ``{``."""
        if self._token.kind not in ("iri", "name", "blank") and not self._is("["):
            return False
        end = self._token.end
        if self._is("["):
            closing = next_token(self._text, end)
            if closing.text != "]":
                return False
            end = closing.end
        return next_token(self._text, end).text == "{"

    def _graph_name(self) -> Graph:
        if self._is("["):
            self._advance()
            if not self._take("]"):
                raise self._stop("']'")
            return self._new_blank()
        if self._token.kind not in ("iri", "name", "blank"):
            raise self._stop("the name of a graph")
        name = self._resource(self._advance())
        if name is None:
            self._previous = self._token
            return NamedNode("urn:mca-graph:unreadable")
        return name

    def _block(self) -> None:
        if not self._take("{"):
            raise self._stop("'{'")
        graph = self._graph
        while not self._is("}"):
            start = self._token.start
            if self._token.kind == "end":
                raise self._stop("'}'")
            try:
                self._depth, self._subject = 0, None
                self._triples()
                if not self._take(".") and not self._is("}"):
                    self._missing_end()
            except _Break:
                self._graph = graph
                self._recover(start)
                if self._token.start == start:
                    self._advance()
        self._advance()
        self._graph = DefaultGraph()

    def _missing_end(self) -> None:
        at = Span(self._previous.end, self._previous.end)
        if self._token.kind == "end" or self._begins_line(self._token):
            # The statement itself is whole: only its full stop is missing, or went with a bad string.
            if self._previous.kind == "bad":
                return
            self.document.faults.append(Fault(at, "this statement does not end", "write . here"))
            return
        raise self._stop("'.'")

    def _directive(self, kind: str) -> None:
        prefix = None
        if kind == "prefix":
            if (
                self._token.kind != "name"
                or not self._token.text.endswith(":")
                or self._token.text.count(":") > 1
            ):
                raise self._stop("a prefix such as 'mca:'")
            prefix = self._advance().text[:-1]
        if self._token.kind != "iri":
            raise self._stop("an IRI such as <https://example.org/>")
        node = self._iri(self._advance())
        if node is not None and prefix is not None:
            self.document.prefixes[prefix] = node.value
        elif node is not None:
            self.document.base = node.value

    def _triples(self) -> None:
        token = self._token
        may_stand_alone = False
        subject: Node | None
        if self._is("["):
            subject, span, may_stand_alone = self._brackets()
        elif self._is("("):
            subject, span = self._collection()
        elif token.kind in ("iri", "name", "blank"):
            subject, span = self._resource(self._advance()), token.span
        else:
            raise self._stop("the subject of a statement")
        self._subject = subject
        if may_stand_alone and (self._is(".", "}") or self._token.kind == "end"):
            return
        self._predicates(subject, span)

    def _predicates(self, subject: Node | None, span: Span) -> None:
        while True:
            predicate, predicate_span = self._verb()
            self._objects(subject, span, predicate, predicate_span)
            if self._is(";"):
                while self._take(";"):
                    pass
                if not self._starts_verb():
                    return
            elif self._starts_verb() and not self._begins_line(self._token):
                self._missing("';'", "';' or '.'")
            else:
                return

    def _missing(self, mark: str, expected: str) -> None:
        """Blame a missing mark, unless the term before it was at fault already; go on as if it were there."""
        at = self._previous.end
        if not any(fault.span.start >= self._previous.start for fault in self.document.faults):
            self._fault(Span(at, at), f"{expected} should stand here", f"write {mark.strip(chr(39))} here")

    def _starts_verb(self) -> bool:
        return self._token.kind in ("iri", "name") or (self._token.kind == "word" and self._token.text == "a")

    def _verb(self) -> tuple[NamedNode | None, Span]:
        token = self._token
        if token.kind == "word" and token.text == "a":
            self._advance()
            return _TYPE, token.span
        if token.kind not in ("iri", "name"):
            raise self._stop("a property")
        node = self._resource(self._advance())
        return node if isinstance(node, NamedNode) else None, token.span

    def _objects(
        self, subject: Node | None, span: Span, predicate: NamedNode | None, predicate_span: Span
    ) -> None:
        while True:
            value, value_span = self._object()
            self._emit(subject, predicate, value, span, predicate_span, value_span)
            if self._take(","):
                continue
            if self._token.kind in ("string", "long", "integer", "decimal", "double", "blank"):
                self._missing("','", "','")
                continue
            return

    def _emit(
        self,
        subject: Node | None,
        predicate: NamedNode | None,
        value: Value | None,
        subject_span: Span,
        predicate_span: Span,
        value_span: Span,
    ) -> None:
        if subject is None or predicate is None or value is None:
            return
        quad = Quad(subject, predicate, value, self._graph)
        self.document.quads.append(PlacedQuad(quad, subject_span, predicate_span, value_span))

    # Terms

    def _object(self) -> tuple[Value | None, Span]:
        token = self._token
        if self._is("["):
            node, span, _alone = self._brackets()
            return node, span
        if self._is("("):
            return self._collection()
        if token.kind in ("iri", "name", "blank"):
            return self._resource(self._advance()), token.span
        if token.kind in ("string", "long"):
            return self._literal()
        if token.kind in _NUMBERS:
            self._advance()
            return Literal(token.text, datatype=NamedNode(XSD + _NUMBERS[token.kind])), token.span
        if token.kind == "word" and token.text in ("true", "false"):
            self._advance()
            return Literal(token.text, datatype=NamedNode(XSD + "boolean")), token.span
        if token.kind == "bad" and token.text[:1] in "\"'<":
            span, why = explain_bad(token, self._text)
            self._fault(span, why.message, why.hint)
            if self._depth:
                raise _Break  # what closes the brackets may have gone with it
            self._advance()
            return None, token.span
        raise self._stop("a value")

    def _literal(self) -> tuple[Literal | None, Span]:
        token = self._advance()
        quotes = 3 if token.kind == "long" else 1
        value: str | None = None
        try:
            value = unescape(token.text[quotes:-quotes])
        except EscapeError as error:
            start = token.start + quotes + error.offset
            self._fault(Span(start, start + error.length), str(error), "write \\\\ for a backslash")
        if self._token.kind == "at" and self._token.start == token.end:
            tag = self._advance()
            span = Span(token.start, tag.end)
            return self._checked(span, lambda: Literal(value or "", language=tag.text[1:]), value), span
        if self._is("^^"):
            self._advance()
            if self._token.kind not in ("iri", "name"):
                raise self._stop("a datatype such as xsd:date")
            datatype = self._resource(self._advance())
            span = Span(token.start, self._previous.end)
            if not isinstance(datatype, NamedNode):
                return None, span
            if datatype.value in NEEDS_LANGUAGE:
                self._fault(span, "a literal of this datatype needs a language", 'write it as "text"@en')
                return None, span
            return self._checked(span, lambda: Literal(value or "", datatype=datatype), value), span
        return (None if value is None else Literal(value)), token.span

    def _checked(self, span: Span, make: Callable[[], Literal], value: str | None) -> Literal | None:
        try:
            made = make()
        except ValueError as error:
            self._fault(span, str(error))
            return None
        return None if value is None else made

    def _resource(self, token: Token) -> Node | None:
        if token.kind == "blank":
            return self._labelled_blank(token.text[2:])
        return self._iri(token) if token.kind == "iri" else self._prefixed(token)

    def _iri(self, token: Token) -> NamedNode | None:
        try:
            written = unescape(token.text[1:-1], characters=False)
        except EscapeError as error:
            start = token.start + 1 + error.offset
            self._fault(Span(start, start + error.length), f"{error}, in an IRI")
            return None
        node = make_iri(written, self.document.base)
        if node is None:
            relative = not _SCHEME.match(written) and self.document.base is None
            self._fault(
                token.span,
                "this IRI is relative, and no base is declared" if relative else "this is no valid IRI",
                "write the whole IRI, such as <https://example.org/x>" if relative else None,
            )
        return node

    def _prefixed(self, token: Token) -> NamedNode | None:
        prefix, _colon, local = token.text.partition(":")
        namespace = self.document.prefixes.get(prefix)
        if namespace is None:
            known = {**STANDARD_PREFIXES}
            hint = did_you_mean(prefix, self.document.prefixes)
            if prefix in known:
                hint = f"add @prefix {prefix}: <{known[prefix]}> . at the top"
            span = Span(token.start, token.start + len(prefix) + 1)
            self._fault(span, f"the prefix {prefix}: is not declared", hint)
            return None
        node = make_iri(namespace + unescape_local(local), None)
        if node is None:
            self._fault(token.span, "this makes no valid IRI")
        return node

    def _labelled_blank(self, label: str) -> BlankNode:
        if label not in self._blank:
            self._blank[label] = self._new_blank()
        return self._blank[label]

    def _new_blank(self) -> BlankNode:
        self._blank_count += 1
        return BlankNode(f"{self._scope}{self._blank_count}")

    def _enter(self) -> int:
        start = self._advance().start
        self._depth += 1
        if self._depth > _DEEPEST:
            self._fault(Span(start, start + 1), f"brackets are nested more than {_DEEPEST} deep")
            raise _Break
        return start

    def _brackets(self) -> tuple[Node, Span, bool]:
        """``[ … ]``: the blank node, its place, and whether it says something and may thus stand alone."""
        start = self._enter()
        node = self._new_blank()
        if self._take("]"):
            self._depth -= 1
            return node, Span(start, self._previous.end), False
        first = len(self.document.quads)
        self._predicates(node, Span(start, start + 1))
        if not self._take("]"):
            raise self._stop("']'")
        self._depth -= 1
        whole = Span(start, self._previous.end)
        for index in range(first, len(self.document.quads)):
            placed = self.document.quads[index]
            if placed.quad.subject == node:
                self.document.quads[index] = PlacedQuad(placed.quad, whole, placed.predicate, placed.object)
        return node, whole, True

    def _collection(self) -> tuple[Node, Span]:
        start = self._enter()
        head: Node = _NIL
        last: BlankNode | None = None
        span = Span(start, start + 1)
        while not self._is(")"):
            if self._token.kind == "end":
                raise self._stop("')'")
            item, item_span = self._object()
            cell = self._new_blank()
            if last is None:
                head = cell
            else:
                self._emit(last, _REST, cell, span, span, item_span)
            self._emit(cell, _FIRST, item, span, item_span, item_span)
            last = cell
        self._advance()
        self._depth -= 1
        whole = Span(start, self._previous.end)
        if last is not None:
            self._emit(last, _REST, _NIL, span, span, whole)
        return head, whole


def make_iri(written: str, base: str | None) -> NamedNode | None:
    """An IRI as a term, resolved against a base where it is relative (RFC 3986, section 5).

    None where it is no IRI.
    """
    try:
        if _SCHEME.match(written):
            node = NamedNode(written)
            next(iter(parse(f"<{written}> <{written}> <{written}> .", format=RdfFormat.N_TRIPLES)))
            return node
        if base is None:
            return None
        relative = f"<{written}> <urn:p> <urn:o> ."
        quad = next(iter(parse(relative, format=RdfFormat.TURTLE, base_iri=base)))
    except (ValueError, SyntaxError, StopIteration):
        return None
    return quad.subject if isinstance(quad.subject, NamedNode) else None
