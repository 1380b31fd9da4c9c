"""Just enough of SPARQL's grammar to bind parameters and to refuse what must not run.

The text is cut into tokens first; a variable inside a string, an IRI or a comment is therefore never
mistaken for one. Binding puts ``VALUES`` into each group graph
pattern that uses the variable: the query keeps its structure whatever the value is, and every
SPARQL 1.1 engine answers it alike, subqueries and aggregates included.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mca_graph.errors import ForbiddenError, LimitError, QueryError
from mca_graph.store.tokens import Token as Token
from mca_graph.store.tokens import tokens as tokens

MAX_DEPTH = 200
"""How deep brackets may nest: engines recurse, and end with the process at some thousands."""

MAX_LENGTH = 1_000_000
"""How many characters a query may have."""

_UPDATES = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "COPY", "MOVE", "ADD", "WITH"})
_OPEN, _CLOSE = "{([", "})]"


@dataclass(slots=True)
class Group:
    """A group graph pattern: the place after its ``{`` and the variables used directly in it."""

    start: int
    variables: set[str] = field(default_factory=set)


def check(text: str, *, may_call: bool = False) -> str:
    """Refuse what must not reach an engine; returns the form of the query in capitals.

    Args:
        text: the query.
        may_call: whether it may name services; :mod:`mca_graph.queries.federation` then says which.

    Returns:
        ``SELECT``, ``ASK``, ``CONSTRUCT`` or ``DESCRIBE``; the empty text where none of them stands.

    Raises:
        ForbiddenError: it would make the engine call another machine, or change the graph.
        LimitError: it is too long or nests too deeply.
    """
    if len(text) > MAX_LENGTH:
        raise LimitError(
            f"the query has {len(text):,} characters; {MAX_LENGTH:,} are allowed", "make it shorter"
        )
    depth, form = 0, ""
    for token in tokens(text):
        if token.text in _OPEN:
            depth += 1
            if depth > MAX_DEPTH:
                raise LimitError(f"the query nests more than {MAX_DEPTH} deep", place(text, token.start))
        elif token.text in _CLOSE:
            depth -= 1
        elif token.kind == "name":
            word = token.text.upper()
            if word == "SERVICE" and not may_call:
                raise ForbiddenError(
                    "SERVICE is not allowed: a query never calls another machine", place(text, token.start)
                )
            if not form and word in ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE"):
                form = word
            elif not form and word in _UPDATES:
                raise ForbiddenError(
                    f"{word} is not allowed: the graph is read-only", place(text, token.start)
                )
    return form


def is_ordered(text: str) -> bool:
    """True where a query says in which order it wants its rows."""
    return any(token.is_word("ORDER") for token in tokens(text))


def place(text: str, start: int) -> str:
    """Say in words where a character stands."""
    line = text.count("\n", 0, start) + 1
    return f"line {line}, column {start - text.rfind(chr(10), 0, start)}"


def variables(text: str) -> set[str]:
    """The names of all variables of a query."""
    return {token.text[1:] for token in tokens(text) if token.kind == "var"}


def groups(text: str) -> list[Group]:
    """The group graph patterns of a query, outermost first.

    The template of a CONSTRUCT, the data of a VALUES and the braces around a subquery are none.
    """
    found: list[Group] = []
    stack: list[Group | None] = []
    after_construct = after_values = False
    items = list(tokens(text))
    for index, token in enumerate(items):
        word = token.text.upper() if token.kind == "name" else ""
        if word == "CONSTRUCT":
            after_construct = True
        elif word == "WHERE":
            after_construct = False
        elif word == "VALUES":
            after_values = True
        if token.text == "{":
            opens_subquery = index + 1 < len(items) and items[index + 1].text.upper() == "SELECT"
            if after_construct or after_values or opens_subquery:
                stack.append(None)
                after_construct = False
            else:
                group = Group(token.start + 1)
                found.append(group)
                stack.append(group)
        elif token.text == "}":
            if stack:
                stack.pop()
            after_values = False
        elif token.kind == "var" and stack and (group_or_none := stack[-1]) is not None:
            group_or_none.variables.add(token.text[1:])
    return found


def bind(text: str, values: Mapping[str, Sequence[str]]) -> str:
    """Bind variables of a query to values.

    Args:
        text: the query.
        values: for each variable the terms it may take, each already in SPARQL syntax.

    Returns:
        The query with ``VALUES ?variable { … }`` in every group that uses the variable directly.

    Raises:
        QueryError: a variable is used in no group, so that binding it would have no effect.
    """
    wanted = {name: list(dict.fromkeys(terms)) for name, terms in values.items() if terms}
    used: set[str] = set()
    pieces: list[str] = []
    last = 0
    for group in sorted(groups(text), key=lambda group: group.start):
        names = sorted(group.variables & wanted.keys())
        used.update(names)
        pieces.append(text[last : group.start])
        pieces.extend(f" VALUES ?{name} {{ {' '.join(wanted[name])} }}" for name in names)
        last = group.start
    if missing := wanted.keys() - used:
        raise QueryError(f"?{min(missing)} is used in no group of the query: it cannot be bound")
    return "".join([*pieces, text[last:]])
