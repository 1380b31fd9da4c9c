"""Triple patterns and property paths in the text of a query."""

from __future__ import annotations

from itertools import count

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from mca_graph.namespaces import RDF
from mca_graph.queries.sparql import Token, tokens
from mca_graph.store import Term
from mca_graph.validation.incremental.paths import Choice, Path, Repeat, Step, joined, reverse
from mca_graph.validation.incremental.patterns import Group, Pattern

_REPEATS = {"*": (True, True), "+": (False, True), "?": (True, False)}
NUMBERS = count()
"""Numbers that make the names of variables different."""


class NotUnderstoodError(Exception):
    """A query uses something that is not looked into here."""


class TripleReader:
    """Reads triple patterns from the tokens of a query.

    Args:
        text: the query.
    """

    def __init__(self, text: str) -> None:
        self._tokens: list[Token] = []
        for token in tokens(text):
            name = token.text.rstrip(".") if token.kind in ("name", "other") else token.text
            dots = len(token.text) - len(name)
            if name and dots:
                self._tokens.append(Token(token.kind, name, token.start))
                self._tokens.append(Token("other", ".", token.start + len(name)))
            else:
                self._tokens.append(token)
        self._at = 0
        self._prefixes: dict[str, str] = {}

    @property
    def _text(self) -> str:
        return self._tokens[self._at].text if self._at < len(self._tokens) else ""

    @property
    def _word(self) -> str:
        token = self._tokens[self._at] if self._at < len(self._tokens) else None
        return token.text.upper() if token and token.kind == "name" else ""

    def _take(self, *expected: str) -> Token:
        if self._at >= len(self._tokens) or (expected and self._text not in expected):
            raise NotUnderstoodError(self._text)
        self._at += 1
        return self._tokens[self._at - 1]

    def triples(self, group: Group) -> None:
        """Read a subject with its properties into a group."""
        subject = self._node(group)
        if self._text in (".", "}"):
            return
        self._properties(subject, group)

    def _properties(self, subject: str | Term, group: Group) -> None:
        while True:
            token = self._tokens[self._at] if self._at < len(self._tokens) else None
            variable = self._take().text[1:] if token and token.kind == "var" else None
            path: Path = Step(None) if variable else self._alternatives()
            while True:
                group.patterns.append(Pattern(subject, path, self._node(group), variable))
                if self._text != ",":
                    break
                self._take()
            while self._text == ";":
                self._take()
            if self._text in (".", "}", "]", "{") or self._word in ("OPTIONAL", "FILTER", "BIND", "GRAPH"):
                return

    def _node(self, group: Group) -> str | Term:
        token = self._take()
        if token.kind == "var":
            return token.text[1:]
        if token.text == "[":
            blank = f"[]#{next(NUMBERS)}"
            if self._text != "]":
                self._properties(blank, group)
            self._take("]")
            return blank
        if token.text.startswith("_:"):
            return token.text
        if token.kind in ("iri", "name") and token.text.upper() not in ("TRUE", "FALSE"):
            return self._iri(token)
        text = token.text
        if token.kind == "string" and self._text in ("@", "^"):
            while self._text in ("@", "^"):
                text += self._take().text
            following = self._take()
            text += following.text if text.endswith("@") else str(self._iri(following))
        elif token.text in "+-":
            text += self._take().text
        return _literal(text)

    def _iri(self, token: Token) -> NamedNode:
        if "\\" in token.text:
            raise NotUnderstoodError(token.text)
        if token.kind == "iri":
            return _iri(token.text[1:-1])
        if token.text == "a":
            return NamedNode(RDF + "type")
        prefix, colon, local = token.text.partition(":")
        if not colon or prefix not in self._prefixes:
            raise NotUnderstoodError(token.text)
        return _iri(self._prefixes[prefix] + local)

    def _alternatives(self) -> Path:
        options = [self._sequence()]
        while self._text == "|":
            self._take()
            options.append(self._sequence())
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def _sequence(self) -> Path:
        parts = [self._part()]
        while self._text == "/":
            self._take()
            parts.append(self._part())
        return joined(*parts)

    def _part(self) -> Path:
        if self._text == "^":
            self._take()
            return reverse(self._part())
        if self._text == "!":
            self._take()
            path = self._excluding()
        elif self._text == "(":
            self._take()
            path = self._alternatives()
            self._take(")")
        else:
            path = Step(self._iri(self._take()))
        if self._text in _REPEATS:
            path = Repeat(path, *_REPEATS[self._take().text])
        return path

    def _excluding(self) -> Path:
        """A negated property set (SPARQL 1.1, section 9.1)."""
        sides: dict[bool, set[NamedNode]] = {}
        brackets = self._text == "("
        if brackets:
            self._take()
        while self._text != ")":
            inverse = self._text == "^"
            if inverse:
                self._take()
            sides.setdefault(inverse, set()).add(self._iri(self._take()))
            if not brackets:
                break
            if self._text == "|":
                self._take()
        if brackets:
            self._take(")")
        return Choice(tuple(Step(None, inverse, frozenset(iris)) for inverse, iris in sides.items()))


def _literal(text: str) -> Literal:
    try:
        quad = next(iter(parse(f"<urn:s> <urn:p> {text} .", format=RdfFormat.TURTLE)))
    except (SyntaxError, StopIteration) as error:
        raise NotUnderstoodError(text) from error
    if not isinstance(quad.object, Literal):
        raise NotUnderstoodError(text)
    return quad.object


def _iri(text: str) -> NamedNode:
    try:
        return NamedNode(text)
    except ValueError as error:
        raise NotUnderstoodError(text) from error
