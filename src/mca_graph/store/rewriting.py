"""Queries said in another way: over other graphs, page by page, a CONSTRUCT as the SELECT below it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from mca_graph.errors import QueryError
from mca_graph.store.tokens import Token, tokens

_FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")


@dataclass(frozen=True)
class Shape:
    """What can be seen of a query from outside: its form and where its parts begin.

    Attributes:
        text: the query.
    """

    text: str

    @cached_property
    def _tokens(self) -> list[Token]:
        return list(tokens(self.text))

    @cached_property
    def _outside(self) -> list[Token]:
        """The tokens that stand in no brackets, and opening braces that do not."""
        found, depth = [], 0
        for token in self._tokens:
            if token.text in "})]":
                depth -= 1
            if depth == 0:
                found.append(token)
            if token.text in "{([":
                depth += 1
        return found

    def word(self, *words: str) -> Token | None:
        """The first of some keywords that stands outside all brackets."""
        return next((token for token in self._outside if token.is_word(*words)), None)

    def mentions(self, *words: str) -> bool:
        """True where a keyword stands anywhere."""
        return any(token.is_word(*words) for token in self._tokens)

    @cached_property
    def form(self) -> str:
        """``SELECT``, ``ASK``, ``CONSTRUCT``, ``DESCRIBE``, or the empty text."""
        found = self.word(*_FORMS)
        return found.text.upper() if found else ""

    def braces(self) -> list[tuple[int, int]]:
        """Where each outermost pair of braces opens and closes."""
        found, depth, start = [], 0, 0
        for token in self._tokens:
            if token.text == "{":
                start = token.start if depth == 0 else start
                depth += 1
            elif token.text == "}":
                depth -= 1
                if depth == 0:
                    found.append((start, token.start))
        return found

    def over(self, default: Sequence[str], named: Sequence[str]) -> str:
        """The query with FROM clauses for these graphs."""
        clauses = [*(f"FROM <{iri}>" for iri in default), *(f"FROM NAMED <{iri}>" for iri in named)]
        place = self.word("WHERE")
        braces = self.braces()
        at = place.start if place else braces[0][0] if braces else len(self.text)
        return f"{self.text[:at]} {' '.join(clauses)} {self.text[at:]}"

    def without_from(self) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
        """The query without its FROM clauses, and the graphs that they name, those of FROM NAMED apart.

        Raises:
            QueryError: a clause names a graph by a prefixed or a relative name.
        """
        default: list[str] = []
        named: list[str] = []
        pieces, kept = [], 0
        outside = iter(self._outside)
        for token in outside:
            if not token.is_word("FROM"):
                continue
            graphs, name = default, next(outside, token)
            if name.is_word("NAMED"):
                graphs, name = named, next(outside, name)
            if name.kind != "iri" or ":" not in name.text:
                raise QueryError("FROM names a graph in short", "write its whole IRI, as <https://…>")
            graphs.append(name.text[1:-1])
            pieces.append(self.text[kept : token.start])
            kept = name.start + len(name.text)
        return " ".join([*pieces, self.text[kept:]]), tuple(default), tuple(named)

    def page(self, names: Sequence[str], size: int, start: int, *, nested: bool) -> str | None:
        """The query for some rows of its answer, always in the same order; None where it has a limit.

        Args:
            names: its variables.
            size: how many rows.
            start: how many rows to leave out.
            nested: sort inside and cut outside.
        """
        if self.word("LIMIT", "OFFSET") or self._ends_with_values():
            return None
        ties = " ".join(f"?{name}" for name in names)
        text = f"{self.text}\n" + (f" {ties}" if self.word("ORDER") else f" ORDER BY {ties}")
        if not nested:
            return f"{text} LIMIT {size} OFFSET {start}"
        head = self.word("SELECT")
        assert head is not None
        prologue, inner = text[: head.start], text[head.start :]
        return f"{prologue} SELECT * WHERE {{ {{ {inner} }} }} LIMIT {size} OFFSET {start}"

    def count(self) -> str:
        """The query for how many rows its answer has, as ``?rows``."""
        head = self.word("SELECT")
        assert head is not None
        prologue, inner = self.text[: head.start], self.text[head.start :]
        return f"{prologue} SELECT (COUNT(*) AS ?rows) WHERE {{ {{ {inner}\n }} }}"

    def _ends_with_values(self) -> bool:
        return self.word("VALUES") is not None

    def template(self) -> str:
        """What a CONSTRUCT query says of each solution."""
        start, end = self.braces()[0]
        return self.text[start + 1 : end]

    def prologue(self) -> str:
        """The PREFIX and BASE lines."""
        head = self.word(*_FORMS)
        return self.text[: head.start] if head else ""

    def solutions(self) -> tuple[str, list[str]]:
        """A CONSTRUCT query as the SELECT query for its solutions, and the variables of its template."""
        names = list(dict.fromkeys(_variables(self.template())))
        braces = self.braces()
        is_short = len(braces) == 1 or not self.text[braces[0][1] + 1 :].strip()
        head = self.word("CONSTRUCT")
        assert head is not None
        after = head.start + len("CONSTRUCT")
        rest = self.text[after:] if is_short else self.text[braces[0][1] + 1 :]
        # Solutions that differ only in what the template leaves out say the same, unless they are counted
        # or sorted, or name a new blank node each.
        template = list(tokens(self.template()))
        has_blanks = any(token.text in "[(" or token.text.startswith("_:") for token in template)
        counted = self.word("LIMIT", "OFFSET", "ORDER", "GROUP") is not None
        distinct = "" if counted or has_blanks else "DISTINCT "
        chosen = " ".join(f"?{name}" for name in names) or "(1 AS ?nothing)"
        return f"{self.prologue()}SELECT {distinct}{chosen} {rest}", names

    def instances(self, rows: str, names: Sequence[str]) -> str:
        """A CONSTRUCT query that fills the template with given rows."""
        listed = " ".join(f"?{name}" for name in names)
        where = f"VALUES ({listed}) {{ {rows} }}" if names else ""
        return f"{self.prologue()}CONSTRUCT {{ {self.template()} }} WHERE {{ {where} }}"


def _variables(text: str) -> Iterator[str]:
    return (token.text[1:] for token in tokens(text) if token.kind == "var")
