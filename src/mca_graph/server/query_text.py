"""What a query may say before it comes near an engine."""

from __future__ import annotations

from functools import lru_cache

from mca_graph.errors import QueryError
from mca_graph.queries import sparql

_KEPT = 20_000
"""What is found out of a query of up to so many characters is kept."""


def is_ordered(text: str) -> bool:
    """True where a query says in which order it wants its rows."""
    return _is_ordered(text) if len(text) <= _KEPT else sparql.is_ordered(text)


_is_ordered = lru_cache(maxsize=500)(sparql.is_ordered)


def check_query(text: str, *, may_call: bool = False) -> str:
    """Refuse what must not run; returns the form of the query in capitals.

    Args:
        text: the query.
        may_call: whether it may name services.

    Raises:
        QueryError: it is not SPARQL, would change the graph, or would call a service and may not.
        LimitError: it is too long or nests too deeply.
    """
    return _checked(text, may_call) if len(text) <= _KEPT else _checked.__wrapped__(text, may_call)


@lru_cache(maxsize=500)
def _checked(text: str, may_call: bool) -> str:
    form = sparql.check(text, may_call=may_call)
    if not form:
        raise QueryError(
            "not SPARQL: the query has no SELECT, ASK, CONSTRUCT or DESCRIBE", "write one of them"
        )
    return form
