"""The patterns of a query: what it reads of a graph.

The answer may be too wide (filters and expressions are not looked at), never too narrow. A query that
is not understood is refused, and whoever asked must read the whole graph.
"""

from __future__ import annotations

from collections.abc import Collection

from mca_graph.validation.incremental.patterns import Group, renamed
from mca_graph.validation.incremental.triples import NUMBERS, NotUnderstoodError, TripleReader

_AGGREGATES = frozenset({"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"})
_CLOSE = {"(": ")", "{": "}", "[": "]"}


def group_of(text: str, prebound: Collection[str]) -> Group:
    """The patterns of a SELECT or ASK query.

    Args:
        text: the query.
        prebound: variables that are bound from the start, in every group.

    Raises:
        NotUnderstoodError: it cannot be told what the query reads.
    """
    return _Reader(text, frozenset(prebound)).query()


class _Reader(TripleReader):
    def __init__(self, text: str, prebound: frozenset[str]) -> None:
        super().__init__(text)
        self._prebound = prebound

    def query(self) -> Group:
        """The whole query."""
        while self._word == "PREFIX":
            self._take()
            prefix, iri = self._take(), self._take()
            self._prefixes[prefix.text.removesuffix(":")] = iri.text[1:-1]
        if self._word == "ASK":
            self._take()
            return self._after_where()
        return self._select()[0]

    def _select(self) -> tuple[Group, set[str] | None]:
        """A SELECT and the variables that it hands on; None for all."""
        if self._word != "SELECT":
            raise NotUnderstoodError(self._text)
        self._take()
        handed_on: set[str] | None = set()
        aggregates = False
        while self._text not in ("{", "") and self._word != "WHERE":
            aggregates |= self._word in _AGGREGATES
            if self._text == "*":
                handed_on = None
                self._take()
            elif self._text == "(":
                aggregates |= self._skip()
            elif self._tokens[self._at].kind == "var":
                assert handed_on is not None
                handed_on.add(self._take().text[1:])
            elif self._word in ("DISTINCT", "REDUCED"):
                self._take()
            else:
                raise NotUnderstoodError(self._text)
        group = self._after_where()
        self._modifiers(aggregates)
        return group, handed_on

    def _after_where(self) -> Group:
        if self._word == "WHERE":
            self._take()
        return self._group()

    def _modifiers(self, aggregates: bool) -> None:
        """What follows a group: it must not choose among the solutions of several focus nodes."""
        grouped = False
        while self._at < len(self._tokens) and self._text != "}":
            if self._word in ("LIMIT", "OFFSET", "VALUES", "EXISTS"):
                raise NotUnderstoodError(self._word)
            grouped |= self._word == "GROUP"
            aggregates |= self._word in ("HAVING", *_AGGREGATES)
            self._take()
        if aggregates and not grouped:
            raise NotUnderstoodError("an aggregate has a solution where the patterns have none")

    def _skip(self, found: Group | None = None) -> bool:
        """Pass over an expression in brackets, but not over the groups in it; true if it aggregates."""
        close = [_CLOSE[self._take("(").text]]
        aggregates = False
        while close:
            if self._word == "EXISTS":
                if found is None:
                    raise NotUnderstoodError("EXISTS")
                self._take()
                found.optionals.append(self._group())
                continue
            aggregates |= self._word in _AGGREGATES
            token = self._take()
            if token.text in _CLOSE:
                close.append(_CLOSE[token.text])
            elif token.text == close[-1]:
                close.pop()
        return aggregates

    def _group(self) -> Group:
        self._take("{")
        if self._word == "SELECT":
            group, handed_on = self._select()
            self._take("}")
            if handed_on is not None:
                group = self._apart(group, handed_on | self._prebound)
            return group
        group, asked = Group(), Group()
        while self._text != "}":
            self._element(group, asked)
        self._take("}")
        certain = group.certain() | self._prebound
        group.optionals += [self._apart(one, certain) for one in asked.optionals]
        return group

    def _element(self, group: Group, asked: Group) -> None:
        """One part of a group; what its filters ask about is put aside."""
        word = self._word
        if self._text == ".":
            self._take()
        elif word == "OPTIONAL":
            self._take()
            certain = group.certain() | self._prebound
            group.optionals.append(self._apart(self._group(), certain))
        elif word in ("FILTER", "BIND"):
            self._take()
            while self._text != "(":
                if self._word == "EXISTS":
                    self._take()
                    asked.optionals.append(self._group())
                    return
                self._take()
            self._skip(asked)
        elif word in ("GRAPH", "MINUS", "VALUES", "SERVICE"):
            raise NotUnderstoodError(word)
        elif self._text == "{":
            options = [self._group()]
            while self._word == "UNION":
                self._take()
                options.append(self._group())
            group.unions.append(options)
        else:
            self.triples(group)

    def _apart(self, group: Group, shared: Collection[str]) -> Group:
        """The group with other names for the variables that it does not share with what is around it."""
        mark = f"#{next(NUMBERS)}"

        return renamed(group, lambda name: name if name in shared else name + mark)
