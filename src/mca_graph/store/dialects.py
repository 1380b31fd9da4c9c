"""What SPARQL servers do each in their own way, in one table; docs/endpoints.md tells the same in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from mca_graph.errors import StoreError, did_you_mean
from mca_graph.store.tokens import tokens

Auth = Literal["basic", "digest", "bearer"]

_VIRTUOSO_SOUND = frozenset(
    {
        *("A", "AS", "ASC", "ASK", "AVG", "BASE", "BY", "CONTAINS", "COUNT", "DESC", "DISTINCT", "FALSE"),
        *("FILTER", "FROM", "GRAPH", "GROUP", "HAVING", "IN", "ISIRI", "ISLITERAL", "LANG", "LCASE", "LIMIT"),
        *("MAX", "MIN", "NAMED", "OFFSET", "OPTIONAL", "ORDER", "PREFIX", "SELECT", "STR", "STRENDS"),
        *("STRLEN", "STRSTARTS", "SUM", "TRUE", "UCASE", "UNION", "VALUES", "WHERE"),
    }
)
"""The words of the queries that Virtuoso 7 was seen to answer as SPARQL says."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one kind of server differs from the W3C's specifications, or what they leave open.

    Attributes:
        name: what the settings call it.
        server: how its ``Server`` header begins.
        update: path of its update service beside that of queries; the empty text where both are one.
        graph_store: the same for its Graph Store Protocol; None where INSERT DATA is all that is sure.
        auth: how it asks for credentials, where the settings do not say.
        time_limit: what it says, in any case, when it stops a query at its own time limit.
        limit_header: name of the header that tells how many rows it gives at most.
        dataset_in_text: give the graphs of a query in FROM clauses, not as parameters of the request.
        pages_nested: LIMIT and OFFSET stand around a query that is sorted inside.
        sound_words: the words of a query that it is trusted with; None for all.
        has_default_graph: a graph without a name, apart from the named ones.
        batch: triples in one request.
    """

    name: str
    server: str = ""
    update: str = ""
    graph_store: str | None = None
    auth: Auth = "basic"
    time_limit: str = r"time[d]?[ -]?out|time limit"
    limit_header: str | None = None
    dataset_in_text: bool = False
    pages_nested: bool = False
    sound_words: frozenset[str] | None = None
    has_default_graph: bool = False
    batch: int = 5000

    def is_time_limit(self, said: str) -> bool:
        """True for an error message that is about the server's own time limit."""
        return re.search(self.time_limit, said, re.IGNORECASE) is not None

    def doubt(self, query: str) -> str | None:
        """What in a query this server is known to answer wrongly, or None."""
        if self.sound_words is None:
            return None
        before, in_optional, opened = "", 0, 0
        for token in tokens(query):
            word = token.text.upper() if token.kind == "name" and ":" not in token.text else ""
            if word and word not in self.sound_words:
                return word
            if token.text in ("*", "+", "?") and (before.endswith((")", ">")) or ":" in before):
                return f"a property path with {token.text}"
            opened += (token.text == "{") - (token.text == "}")
            in_optional = opened + 1 if word == "OPTIONAL" else in_optional if opened >= in_optional else 0
            if word == "GRAPH" and in_optional and opened >= in_optional:
                return "GRAPH inside OPTIONAL"
            if before.upper() == "{" and word == "SELECT":
                return "a subquery"
            before = token.text
        return None


_TABLE = (
    Dialect("standard"),
    Dialect("oxigraph", "oxigraph", update="update", graph_store="store", has_default_graph=True),
    Dialect(
        "virtuoso",
        "virtuoso",
        update="sparql-auth",
        graph_store="sparql-graph-crud-auth",
        auth="digest",
        time_limit=r"S1TAT|S1T00|transaction timed out|estimated execution time|result timeout",
        limit_header="X-SPARQL-MaxRows",
        dataset_in_text=True,
        pages_nested=True,
        sound_words=_VIRTUOSO_SOUND,
    ),
    Dialect(
        "fuseki",
        "apache jena fuseki",
        update="update",
        graph_store="data",
        time_limit=r"query timed out|query cancelled|timeout",
        has_default_graph=True,
    ),
    Dialect(
        "graphdb",
        "graphdb",
        update="./statements",
        graph_store="./rdf-graphs/service",
        time_limit=r"query evaluation (took too long|timed? ?out)|QueryInterrupted|timeout",
    ),
    Dialect(
        "stardog",
        "stardog",
        update="update",
        graph_store="..",
        time_limit=r"QueryTimeout|exceeded (query )?timeout|OperationCancelled|timed out",
        has_default_graph=True,
    ),
    Dialect(
        "neptune",
        "neptune",
        graph_store="sparql/gsp/",
        time_limit=r"TimeLimitExceeded|deadline exceeded|timed? ?out",
    ),
    Dialect(
        "qlever",
        "qlever",
        auth="bearer",
        graph_store="",
        time_limit=r"operation timed out|time limit|was cancelled",
    ),
)

DIALECTS: Mapping[str, Dialect] = {dialect.name: dialect for dialect in _TABLE}


def dialect_named(name: str) -> Dialect:
    """The dialect of that name.

    Raises:
        StoreError: there is none.
    """
    if name not in DIALECTS:
        raise StoreError(
            f"unknown dialect {name!r}", did_you_mean(name, DIALECTS) or f"one of {', '.join(DIALECTS)}"
        )
    return DIALECTS[name]


def dialect_of(server: str) -> Dialect:
    """The dialect that a ``Server`` header tells; the standard one where it tells nothing."""
    folded = server.casefold()
    for dialect in _TABLE[1:]:
        if dialect.server and folded.startswith(dialect.server):
            return dialect
    return DIALECTS["standard"]
