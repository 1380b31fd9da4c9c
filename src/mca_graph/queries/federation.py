"""SERVICE (SPARQL 1.1 Federated Query): called by this tool, within limits, and never by an engine.

The embedded engine would call whatever a query names, for as long as that takes. So each SERVICE is asked
here beforehand, on its own, and its rows stand in the query in its place, as VALUES. That is what the
Recommendation says it means: a SERVICE pattern is joined with the rest, it is given nothing of it.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolutions, Triple

from mca_graph.errors import ForbiddenError, LimitError, McaGraphError, QueryError
from mca_graph.queries.sparql import Token, place, tokens
from mca_graph.store import Term
from mca_graph.store.rewriting import Shape

MOST_SERVICES = 10
MOST_ROWS = 10_000
MOST_BYTES = 10 * 2**20
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Service:
    """A SERVICE pattern of a query.

    Attributes:
        url: the endpoint that it names.
        pattern: what stands between its braces.
        silent: whether it goes without an answer where the endpoint has none.
        start: the place in the query where it begins.
        end: the place after its closing brace.
    """

    url: str
    pattern: str
    silent: bool
    start: int
    end: int


def federate(text: str, hosts: Collection[str], seconds: float) -> str:
    """Call the services of a query, and put their rows in their place.

    Args:
        text: the query.
        hosts: what may be called: hosts by name, with or without a port.
        seconds: how long all calls together may take.

    Returns:
        The query without SERVICE.

    Raises:
        ForbiddenError: it calls what may not be called.
        QueryError: its SERVICE, or the answer to it, cannot be put as VALUES.
        StoreError: an endpoint has no answer.
        LimitError: it has too many services, or their answers are too large or come too late.
    """
    found = list(services(text))
    if len(found) > MOST_SERVICES:
        raise LimitError(f"the query calls more than {MOST_SERVICES} services", "ask in several queries")
    for service in found:
        _check_host(service, hosts, place(text, service.start))
    prologue, deadline = Shape(text).prologue(), time.monotonic() + seconds
    pieces, last = [], 0
    for service in found:
        rows = _called(service, prologue, round(max(deadline - time.monotonic(), 0.0), 2))
        pieces += [text[last : service.start], rows]
        last = service.end
    return "".join([*pieces, text[last:]])


def services(text: str) -> Iterator[Service]:
    """The SERVICE patterns of a query, in their order.

    Raises:
        ForbiddenError: one does not name its endpoint by its whole IRI.
        QueryError: one holds another one, or is not SPARQL.
    """
    items = iter(tokens(text))
    for token in items:
        if not token.is_word("SERVICE"):
            continue
        where = place(text, token.start)
        target = next(items, None)
        if silent := target is not None and target.text.upper() == "SILENT":
            target = next(items, None)
        if target is None or target.kind != "iri":
            raise ForbiddenError("SERVICE must name an endpoint by its whole IRI", where)
        opened = next(items, None)
        if opened is None or opened.text != "{":
            raise QueryError("not SPARQL: SERVICE has no group in braces", where)
        end = _closing(items, where)
        yield Service(target.text[1:-1], text[opened.start + 1 : end], silent, token.start, end + 1)


def _closing(items: Iterator[Token], where: str) -> int:
    """Where the group closes that was just opened."""
    depth = 1
    for token in items:
        if token.is_word("SERVICE"):
            raise QueryError("SERVICE within SERVICE is not supported", where)
        depth += (token.text == "{") - (token.text == "}")
        if depth == 0:
            return token.start
    raise QueryError("not SPARQL: the group of SERVICE is not closed", where)


def _check_host(service: Service, hosts: Collection[str], where: str) -> None:
    """Refuse an endpoint on a host that was not allowed by name."""
    if not _names(service.url) & {host.lower() for host in hosts}:
        allowed = ", ".join(sorted(hosts))
        raise ForbiddenError(f"SERVICE may not call <{service.url}>", f"{where}; allowed is {allowed}")


def _names(url: str) -> set[str]:
    """What the host of an address may be called in a list of those that are allowed."""
    try:
        address = urlsplit(url)
        port = address.port or _PORTS[address.scheme]
    except (ValueError, KeyError):
        return set()
    if address.scheme not in _PORTS or "@" in address.netloc or not address.hostname:
        return set()
    return {address.hostname, f"{address.hostname}:{port}"}


def _called(service: Service, prologue: str, seconds: float) -> str:
    """The rows of a service as VALUES."""
    from mca_graph.store.endpoints import Endpoint
    from mca_graph.store.remote import RemoteStore

    # Without the credentials of whoever runs the tool: they are not for whoever wrote the query.
    endpoint = RemoteStore(Endpoint(service.url), seconds, largest=MOST_BYTES)
    try:
        answer = endpoint.ask(f"{prologue}\nSELECT * WHERE {{{service.pattern}\n}}", None)
    except McaGraphError:
        if service.silent:
            return "VALUES () { () }"  # one solution that binds nothing (section 3.1)
        raise
    assert isinstance(answer, QuerySolutions)
    return _values(answer, endpoint.url)


def _values(answer: QuerySolutions, where: str) -> str:
    """An answer as VALUES."""
    names = [variable.value for variable in answer.variables]
    rows = []
    for row in answer:
        rows.append(f"({' '.join(_written(row[name], where) for name in names)})")
        if len(rows) > MOST_ROWS:
            raise LimitError(f"{where}: the answer has more than {MOST_ROWS:,} rows", "ask for less")
    heads = " ".join(f"?{name}" for name in names)
    return f"VALUES ({heads}) {{ {' '.join(rows)} }}"


def _written(term: Term | Triple | None, where: str) -> str:
    if term is None:
        return "UNDEF"
    if isinstance(term, NamedNode | Literal):
        return str(term)
    what = "a blank node" if isinstance(term, BlankNode) else "a triple"
    raise QueryError(
        f"{where} answers with {what}, which cannot be joined here", "ask for what it stands for"
    )
