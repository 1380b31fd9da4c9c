"""Pre-binding of variables in queries (SHACL, appendix A).

A variable is bound by a triple pattern over a graph of its own, put into every group graph pattern
that mentions it. That is the Values Insertion of the Recommendation, with a table that may hold any
number of nodes, blank ones too, so that one query answers for all focus nodes at once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from mca_graph.errors import QueryError
from mca_graph.queries.sparql import Token, place, tokens

TABLES = "urn:x-mca-graph:tables"
"""Name of the graph that holds the tables of pre-bound variables."""

_FORBIDDEN = frozenset({"MINUS", "VALUES", "SERVICE"})
_OPTIONAL = frozenset({"shapesGraph", "currentShape"})


@dataclass(slots=True)
class _Group:
    """A group graph pattern: the place after its ``{`` and the variables that it mentions anywhere."""

    start: int
    is_subquery: bool
    variables: set[str] = field(default_factory=set)


def refuse(text: str, names: Collection[str]) -> None:
    """Refuse a query that breaks the rules for pre-bound variables (SHACL, appendix A).

    Args:
        text: the query.
        names: the variables that may be pre-bound.

    Raises:
        QueryError: it breaks one.
    """
    items = list(tokens(text))
    for index, token in enumerate(items):
        word = token.text.upper() if token.kind == "name" else ""
        if word in _FORBIDDEN:
            raise QueryError(f"{word} is not allowed in a SPARQL-based constraint", place(text, token.start))
        following = items[index + 1] if index + 1 < len(items) else None
        if word == "AS" and following and following.kind == "var" and following.text[1:] in names:
            raise QueryError(
                f"{following.text} is pre-bound and cannot be assigned", place(text, token.start)
            )
        if word == "SELECT" and index and items[index - 1].text == "{":
            missing = set(names) - _OPTIONAL - _projected(items[index + 1 :])
            if missing:
                raise QueryError(f"a subquery must select ${min(missing)} too", place(text, token.start))


def _projected(items: Iterable[Token]) -> set[str]:
    """The variables that a subquery names as selected; a star names none."""
    found: set[str] = set()
    depth, before = 0, ""
    for token in items:
        if token.text == "{" or (token.kind == "name" and token.text.upper() == "WHERE"):
            break
        depth += (token.text == "(") - (token.text == ")")
        if token.kind == "var" and (not depth or before == "AS"):
            found.add(token.text[1:])
        before = token.text.upper()
    return found


def insert(text: str, patterns: Mapping[str, str], graph: str | None = TABLES) -> str:
    """Put the patterns of pre-bound variables where the variables are mentioned.

    Args:
        text: the query.
        patterns: for each pre-bound variable the triple pattern that binds it.
        graph: the graph that the patterns are about; None for the default graph.

    Returns:
        The query with those patterns in its outermost group, and in every inner one that mentions the
        variable. (In a group that does not, the join with the table changes nothing but the time.)
    """
    mentioned = {token.text[1:] for token in tokens(text) if token.kind == "var"}
    outermost = True
    pieces, last = [], 0
    for group in sorted(_groups(text), key=lambda group: group.start):
        if group.is_subquery:
            continue
        wanted = [
            pattern
            for name, pattern in patterns.items()
            if name in group.variables or (outermost and (name in mentioned or name == "this"))
        ]
        outermost = False
        pieces.append(text[last : group.start])
        if wanted:
            joined = " . ".join(wanted)
            pieces.append(f" GRAPH <{graph}> {{ {joined} }} " if graph else f" {' '.join(wanted)} ")
        last = group.start
    return "".join([*pieces, text[last:]])


def _groups(text: str) -> list[_Group]:
    found: list[_Group] = []
    stack: list[_Group] = []
    items = list(tokens(text))
    for index, token in enumerate(items):
        if token.text == "{":
            following = items[index + 1].text.upper() if index + 1 < len(items) else ""
            stack.append(_Group(token.start + 1, following == "SELECT"))
            found.append(stack[-1])
        elif token.text == "}" and stack:
            inner = stack.pop()
            if stack:
                stack[-1].variables |= inner.variables
        elif token.kind == "var" and stack:
            stack[-1].variables.add(token.text[1:])
    return found


def with_path(text: str, path: str) -> str:
    """The query with ``$PATH`` replaced by a property path (SHACL, section 5.2.1)."""
    pieces, last = [], 0
    inner = path if path.startswith("<") and path.count("<") == 1 and path.endswith(">") else f"({path})"
    for token in tokens(text):
        if token.kind == "var" and token.text == "$PATH":
            pieces += [text[last : token.start], inner]
            last = token.start + len(token.text)
    return "".join([*pieces, text[last:]])


def as_select(text: str, variable: str) -> str:
    """An ASK query as a SELECT of one variable."""
    for token in tokens(text):
        if token.kind == "name" and token.text.upper() == "ASK":
            end = token.start + len(token.text)
            return f"{text[: token.start]}SELECT DISTINCT ?{variable} {text[end:]}"
    raise QueryError("the validator's sh:ask is no ASK query")


def is_limited(text: str) -> bool:
    """True for a query that cuts off its solutions."""
    return any(token.kind == "name" and token.text.upper() in ("LIMIT", "OFFSET") for token in tokens(text))
