"""What a query may say before it comes near an engine."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from urllib.parse import urlsplit

from mca_graph.errors import QueryError
from mca_graph.queries.sparql import MAX_LENGTH, check, place, tokens
from mca_graph.server.refusal import FORBIDDEN, RefusedError

_UPDATES = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "COPY", "MOVE", "ADD", "WITH"})
_KEPT = 20_000
"""What is found out of a query of up to so many characters is kept."""


def is_ordered(text: str) -> bool:
    """True where a query says in which order it wants its rows."""
    return _is_ordered(text) if len(text) <= _KEPT else _is_ordered.__wrapped__(text)


@lru_cache(maxsize=500)
def _is_ordered(text: str) -> bool:
    return any(token.kind == "name" and token.text.upper() == "ORDER" for token in tokens(text))


def check_query(text: str, services: Collection[str] = ()) -> str:
    """Refuse what must not run; returns the form of the query in capitals.

    Args:
        text: the query.
        services: hosts that SERVICE may call.

    Raises:
        QueryError: it is not SPARQL.
        LimitError: it is too long or nests too deeply.
        RefusedError: it would change the graph or call a host that it may not.
    """
    if len(text) > MAX_LENGTH:
        check(text)  # says that it is too long
    services = tuple(services)
    return _checked(text, services) if len(text) <= _KEPT else _checked.__wrapped__(text, services)


@lru_cache(maxsize=500)
def _checked(text: str, services: tuple[str, ...]) -> str:
    masked, form = [], ""
    last = 0
    for token in tokens(text):
        word = token.text.upper() if token.kind == "name" else ""
        if word == "SERVICE":
            _check_service(text, token.start, services)
            masked.append(text[last : token.start] + "GRAPH  ")
            last = token.start + len(word)
        elif not form and word in _UPDATES:
            raise RefusedError(
                FORBIDDEN, f"{word} is not allowed: the graph is read-only", place(text, token.start)
            )
        elif word in ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE"):
            form = form or word
    form = check("".join([*masked, text[last:]]))
    if not form:
        raise QueryError(
            "not SPARQL: the query has no SELECT, ASK, CONSTRUCT or DESCRIBE", "write one of them"
        )
    return form


def _check_service(text: str, start: int, services: Collection[str]) -> None:
    """Refuse SERVICE on a host that was not allowed by name."""
    rest = tokens(text[start + len("SERVICE") :])
    target = next(rest, None)
    if target is not None and target.text.upper() == "SILENT":
        target = next(rest, None)
    where = place(text, start)
    if not services:
        raise RefusedError(
            FORBIDDEN, "SERVICE is not allowed: a query here never calls another machine", where
        )
    if target is None or target.kind != "iri":
        raise RefusedError(FORBIDDEN, "SERVICE must name an endpoint by its whole IRI", where)
    address = urlsplit(target.text[1:-1])
    if address.scheme not in ("http", "https") or (address.hostname or "") not in services:
        allowed = ", ".join(sorted(services))
        raise RefusedError(FORBIDDEN, f"SERVICE may not call {target.text}", f"{where}; allowed is {allowed}")
