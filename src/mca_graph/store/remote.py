"""A SPARQL 1.1 endpoint as a store."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

from pyoxigraph import (
    BlankNode,
    NamedNode,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    parse_query_results,
)
from SPARQLWrapper import POST, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

from mca_graph.errors import LimitError, QueryError, StoreError
from mca_graph.store import Answer, Term
from mca_graph.store.embedded import EmbeddedStore

_GRAPH_FORMS = frozenset({"CONSTRUCT", "DESCRIBE"})


class RemoteStore:
    """A graph behind a SPARQL endpoint.

    Args:
        url: the endpoint's address; http or https.
        timeout: seconds to wait for an answer.

    Raises:
        StoreError: the address is not one of a web server.
    """

    def __init__(self, url: str, timeout: float = 60.0) -> None:
        if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc:
            raise StoreError(f"{url}: not the address of an endpoint", "write https://… or http://…")
        self.url, self.timeout = url, timeout

    def query(self, text: str) -> Answer:
        """Answer a query; see :meth:`mca_graph.store.Store.query`."""
        wrapper = SPARQLWrapper(self.url)
        wrapper.setMethod(POST)
        wrapper.setTimeout(max(1, int(self.timeout)))
        wrapper.setQuery(text)
        is_graph = wrapper.queryType in _GRAPH_FORMS
        wrapper.setReturnFormat("n3" if is_graph else "json")
        wrapper.addCustomHttpHeader(
            "Accept",
            "application/n-triples, text/turtle;q=0.5" if is_graph else "application/sparql-results+json",
        )
        try:
            with _broken_pipes_as_errors():
                body = wrapper.query().response.read()
        except SPARQLWrapperException as error:
            raise QueryError(f"{self.url} refused the query: {_first_line(error)}") from error
        except HTTPError as error:
            raise StoreError(f"{self.url} answered {error.code} {error.reason}") from error
        except TimeoutError as error:
            raise LimitError(f"{self.url} gave no answer within {self.timeout:g} s") from error
        except URLError as error:
            raise _unreachable(self.url, error, self.timeout) from error
        except OSError as error:
            raise StoreError(f"{self.url}: the answer broke off: {error}") from error
        return self._parse(body, is_graph)

    def _parse(self, body: bytes, is_graph: bool) -> Answer:
        try:
            if is_graph:
                graph = EmbeddedStore()
                graph.engine.load(body, format=RdfFormat.TURTLE)
                return graph.engine.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
            # An answer that was cut off must be an error here, before the first row is shown.
            list_of_rows = parse_query_results(body, format=QueryResultsFormat.JSON)
            if isinstance(list_of_rows, QuerySolutions):
                for _row in list_of_rows:
                    pass
            return parse_query_results(body, format=QueryResultsFormat.JSON)
        except (SyntaxError, ValueError, OSError) as error:
            raise StoreError(
                f"{self.url}: the answer is cut off or is not a SPARQL result",
                "is this the address of the SPARQL endpoint itself, or did the server run out of time?",
            ) from error

    def match(
        self,
        subject: Term | None = None,
        predicate: NamedNode | None = None,
        value: Term | None = None,
    ) -> Iterator[tuple[Term, NamedNode, Term]]:
        """Yield triples of the default graph; see :meth:`mca_graph.store.Store.match`."""
        if isinstance(subject, BlankNode) or isinstance(value, BlankNode):
            return  # a blank node of an answer has no name that another query could use
        terms = [str(term) if term is not None else f"?{name}" for name, term in
                 (("s", subject), ("p", predicate), ("o", value))]  # fmt: skip
        rows = self.query(f"SELECT * WHERE {{ {' '.join(terms)} }}")
        assert isinstance(rows, QuerySolutions)
        names = {variable.value for variable in rows.variables}
        given = {"s": subject, "p": predicate, "o": value}
        for row in rows:
            found = {name: row[name] if name in names else term for name, term in given.items()}
            yield found["s"], found["p"], found["o"]  # type: ignore[misc]  # each is bound or given


@contextmanager
def _broken_pipes_as_errors() -> Iterator[None]:
    """Let an endpoint that hangs up be an error, also where a broken pipe ends the process otherwise."""
    if not hasattr(signal, "sigtimedwait"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGPIPE})
    try:
        yield
    finally:
        if signal.SIGPIPE not in before:
            signal.sigtimedwait({signal.SIGPIPE}, 0)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _first_line(error: Exception) -> str:
    text = str(error.args[0]) if error.args else type(error).__name__
    return next((line.strip() for line in text.splitlines() if line.strip()), type(error).__name__)[:300]


def _unreachable(url: str, error: URLError, timeout: float) -> StoreError | LimitError:
    if isinstance(error.reason, TimeoutError):
        return LimitError(f"{url} gave no answer within {timeout:g} s")
    if isinstance(error.reason, socket.gaierror):
        return StoreError(f"{url}: no such host", "check the address")
    return StoreError(f"{url} cannot be reached: {error.reason}", "is the server running?")
