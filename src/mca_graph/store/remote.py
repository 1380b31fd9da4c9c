"""A SPARQL 1.1 endpoint as a store."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.request import Request

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    parse_query_results,
)
from SPARQLWrapper import POST, SPARQLWrapper

from mca_graph.errors import QueryError, StoreError
from mca_graph.namespaces import LABEL_PROPERTIES
from mca_graph.store import Answer, Term
from mca_graph.store.bodies import check_lines, read_rows
from mca_graph.store.dialects import DIALECTS, Dialect, dialect_of
from mca_graph.store.embedded import EmbeddedStore, Statement
from mca_graph.store.endpoints import Endpoint, find_endpoint
from mca_graph.store.graphs import COUNT, HASH, Dataset, Manifest
from mca_graph.store.rewriting import Shape
from mca_graph.store.transport import Reply, Transport

if TYPE_CHECKING:
    from mca_graph.project import Project

_JSON = "application/sparql-results+json"
_LINES = "application/n-triples"
_NAMES = frozenset(LABEL_PROPERTIES)
_AHEAD = 300
_PAGES = 10_000
_BLANK = "urn:x-mca-graph:blank:"
_ROWS_AT_ONCE = 2000


class RemoteStore:
    """A graph behind a SPARQL endpoint.

    Args:
        endpoint: the endpoint, or its address.
        timeout: seconds to wait for an answer.
        manifest: what the project's graphs are called there; None to take the endpoint as it is.
        largest: bytes that one answer may have; None for any number.

    Raises:
        StoreError: the address is not one of a web server.
    """

    def __init__(
        self,
        endpoint: Endpoint | str,
        timeout: float = 60.0,
        manifest: Manifest | None = None,
        largest: int | None = None,
    ) -> None:
        found = find_endpoint(endpoint) if isinstance(endpoint, str) else endpoint
        self.endpoint = found.of(found.dialect) if found.dialect else found
        self.timeout, self.manifest, self.largest = timeout, manifest, largest
        self.asked = 0
        self.received = 0
        self._recent: dict[NamedNode, None] = {}
        self._labels: dict[NamedNode, list[tuple[NamedNode, Term]]] = {}
        self.copies: dict[bool, EmbeddedStore] = {}

    @classmethod
    def open(
        cls, given: str, project: Project, timeout: float = 60.0, largest: int | None = None
    ) -> RemoteStore:
        """The endpoint of that address or name, and in it the graphs of a project."""
        return cls(find_endpoint(given, project.endpoints), timeout, Manifest.of(project), largest)

    @property
    def url(self) -> str:
        """The address as messages show it."""
        return self.endpoint.shown

    @property
    def dialect(self) -> Dialect:
        """What kind of server it is, as far as that is known."""
        return self.endpoint.dialect or DIALECTS["standard"]

    def query(self, text: str) -> Answer:
        """Answer a query; see :meth:`mca_graph.store.Store.query`."""
        shape = Shape(text)
        own = shape.mentions("FROM") or self.manifest is None
        dataset = None if own else self.dataset
        if (doubt := self.dialect.doubt(text)) is not None:
            return self._copy(doubt, with_named=shape.mentions("GRAPH")).query(text)
        return self.ask(text, dataset)

    def query_dataset(
        self,
        text: str,
        default_graphs: Sequence[NamedNode | DefaultGraph] | None = None,
        named_graphs: Sequence[NamedNode] | None = None,
        base: str | None = None,
    ) -> Answer:
        """Answer a query on a part of the graph; see :meth:`EmbeddedStore.query_dataset`.

        The endpoint is told of graphs of the project only, whatever the query names: some servers fetch a
        graph that they do not hold from where its name leads to.

        Raises:
            QueryError: the query is wrong, was refused, or names a graph that is not there.
        """
        if base is not None:
            text = f"BASE <{base}>\n{text}"
        default, named = self._graph_names(default_graphs or ()), self._graph_names(named_graphs or ())
        text, own_default, own_named = Shape(text).without_from()
        if not default and not named:
            default, named = own_default, own_named
        if not default and not named:
            return self.query(text)
        here = self.dataset
        known = {*here.default, *here.named} if here is not None else set()
        if missing := next((name for name in (*default, *named) if name not in known), None):
            raise QueryError(
                f"there is no graph <{missing}>", "SELECT DISTINCT ?g { GRAPH ?g {} } lists them"
            )
        if (doubt := self.dialect.doubt(text)) is not None:
            current = here.default if here is not None else ()
            return self._copy(doubt, with_named=True).query_dataset(
                text,
                [DefaultGraph() if name in current else NamedNode(name) for name in default],
                [NamedNode(name) for name in named],
            )
        return self.ask(text, Dataset(default, named))

    def _graph_names(self, graphs: Sequence[NamedNode | DefaultGraph]) -> tuple[str, ...]:
        current = self.dataset.default if self.dataset is not None else ()
        return tuple(
            name for graph in graphs for name in ((graph.value,) if isinstance(graph, NamedNode) else current)
        )

    def ask(self, text: str, dataset: Dataset | None) -> Answer:
        """Answer a query over these graphs, by the server itself whatever is thought of it."""
        shape = Shape(text)
        if shape.form == "CONSTRUCT":
            return self._constructed(shape, dataset)
        if shape.form == "DESCRIBE":
            lines = self._send(text, dataset, _LINES).body
            return _graph(check_lines(self.url, lines), self.url)
        return self._select(text, dataset)

    def _select(self, text: str, dataset: Dataset | None) -> Answer:
        reply = self._send(text, dataset, _JSON)
        answer, count = read_rows(self.url, reply.body, reply.headers.get("Content-Type", ""))
        if isinstance(answer, QuerySolutions):
            limit = self._limit(reply)
            if limit is not None and count >= limit:
                answer = self._paged(text, dataset, answer, limit)
            self._look_ahead(reply.body if count < _PAGES else b"", reply.headers.get("Content-Type", ""))
        return answer

    def _limit(self, reply: Reply) -> int | None:
        header = self.dialect.limit_header
        told = reply.headers.get(header, "") if header else ""
        return int(told) if told.isdecimal() else self.endpoint.rows

    def _paged(self, text: str, dataset: Dataset | None, first: QuerySolutions, limit: int) -> Answer:
        """All rows of an answer that the server cuts into pages."""
        shape = Shape(text)
        names = [variable.value for variable in first.variables]
        counted, _one = read_rows(self.url, *_body(self._send(shape.count(), dataset, _JSON)))
        assert isinstance(counted, QuerySolutions)
        total = int(next(iter(counted))["rows"].value)
        pages: list[bytes] = []
        got = 0
        while got < total:
            page = shape.page(names, limit, got, nested=self.dialect.pages_nested)
            if page is None:
                raise StoreError(
                    f"{self.url} gives at most {limit} rows, and this answer has {total}", "ask for fewer"
                )
            reply = self._send(page, dataset, _JSON)
            rows, count = read_rows(self.url, *_body(reply))
            assert isinstance(rows, QuerySolutions)
            if count == 0:
                raise StoreError(
                    f"{self.url}: the answer is cut off: {got} of {total} rows came", "ask for fewer"
                )
            pages.append(rows.serialize(format=QueryResultsFormat.JSON) or b"")
            got += count
        return _joined(pages) if pages else first

    def _constructed(self, shape: Shape, dataset: Dataset | None) -> Answer:
        """A graph, made here from the solutions: of a table it can be told that it is whole."""
        text, names = shape.solutions()
        rows = self._select(text, dataset)
        assert isinstance(rows, QuerySolutions)
        graph, filler = EmbeddedStore(), EmbeddedStore()
        waiting: list[str] = []

        def fill() -> None:
            made = filler.query(shape.instances(" ".join(waiting), names))
            assert isinstance(made, QueryTriples)
            lines = made.serialize(format=RdfFormat.N_TRIPLES) or b""
            graph.engine.load(_blanks_back(lines), format=RdfFormat.N_TRIPLES)
            waiting.clear()

        for row in rows:
            waiting.append(f"({' '.join(_sparql(row[name]) for name in names)})")
            if len(waiting) == _ROWS_AT_ONCE:
                fill()
        if waiting:
            fill()
        return graph.engine.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")

    def _send(self, text: str, dataset: Dataset | None, accept: str) -> Reply:
        parameters: list[tuple[str, str]] = []
        if dataset is not None:
            named = dataset.named if Shape(text).mentions("GRAPH") else ()
            if self.dialect.dataset_in_text:
                text = Shape(text).over(dataset.default, named)
            else:
                parameters += [("default-graph-uri", iri) for iri in dataset.default]
                parameters += [("named-graph-uri", iri) for iri in named]
        wrapper = _Wrapper(self.endpoint.url, Transport(self.endpoint, self.timeout, self.largest))
        for name, value in parameters:
            wrapper.addParameter(name, value)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            wrapper.setQuery(text)
        wrapper.queryType = "SELECT"  # it takes words of IRIs for those of updates
        wrapper.addCustomHttpHeader("Accept", accept)
        wrapper.query()
        assert wrapper.reply is not None
        self.asked += 1
        self.received += len(wrapper.reply.body)
        if self.endpoint.dialect is None:
            dialect = dialect_of(wrapper.reply.headers.get("Server", ""))
            self.endpoint = self.endpoint.of(dialect)
        return wrapper.reply

    @cached_property
    def dataset(self) -> Dataset | None:
        """The graphs of the project at this endpoint; None where it holds no graph of that name."""
        if self.manifest is None:
            return None
        pushed = self.pushed
        if pushed:
            named = sorted(graph for graph in pushed if graph not in self.manifest.hidden)
            return Dataset((self.manifest.current,), tuple(named))
        found = self._select(f"ASK {{ GRAPH <{self.manifest.current}> {{ ?s ?p ?o }} }}", None)
        if not (isinstance(found, QueryBoolean) and bool(found)):
            return None
        rows = self._select("SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }", None)
        assert isinstance(rows, QuerySolutions)
        named = sorted({row["g"].value for row in rows} - set(self.manifest.hidden))
        return Dataset((self.manifest.current,), tuple(named))

    @cached_property
    def pushed(self) -> Mapping[str, tuple[str, int]]:
        """For each graph that was pushed here its hash and the number of its triples."""
        if self.manifest is None:
            return {}
        rows = self._select(
            f"SELECT ?g ?hash ?count WHERE {{ GRAPH <{self.manifest.listing}> "
            f"{{ ?g <{HASH}> ?hash . ?g <{COUNT}> ?count }} }}",
            None,
        )
        assert isinstance(rows, QuerySolutions)
        return {row["g"].value: (row["hash"].value, int(row["count"].value)) for row in rows}

    def fresh(self) -> RemoteStore:
        """The same endpoint, with nothing known of what it holds."""
        return RemoteStore(replace(self.endpoint), self.timeout, self.manifest, self.largest)

    def over(self, *graphs: str) -> RemoteStore:
        """The same endpoint with these graphs, merged, as its default graph."""
        other = RemoteStore(replace(self.endpoint), self.timeout, self.manifest)
        other.__dict__["dataset"] = Dataset(graphs, self.dataset.named if self.dataset else ())
        other.__dict__["pushed"] = self.pushed
        return other

    def _copy(self, doubt: str, *, with_named: bool) -> EmbeddedStore:
        from mca_graph.store.copying import LARGEST, copy_of

        size = sum(count for _hash, count in self.pushed.values())
        if size > LARGEST:
            raise QueryError(
                f"{self.url}: {self.dialect.name} is known to answer {doubt} wrongly, "
                "and the graph is too large to be copied and asked here",
                "put the query in another way, or push the graph to another kind of server",
            )
        return copy_of(self, with_named=with_named)

    def match(
        self,
        subject: Term | None = None,
        predicate: NamedNode | None = None,
        value: Term | None = None,
    ) -> Iterator[tuple[Term, NamedNode, Term]]:
        """Yield triples of the default graph; see :meth:`mca_graph.store.Store.match`."""
        if isinstance(subject, BlankNode | Literal) or isinstance(value, BlankNode):
            return  # a blank node of an answer has no name that another query could use
        if (
            isinstance(subject, NamedNode)
            and predicate is not None
            and predicate.value in _NAMES
            and value is None
        ):
            for name, text in self._labels_of(subject):
                if name == predicate:
                    yield subject, predicate, text
            return
        yield from self._matching(subject, predicate, value)

    def _matching(
        self, subject: Term | None, predicate: NamedNode | None, value: Term | None, cut: str = ""
    ) -> Iterator[tuple[Term, NamedNode, Term]]:
        terms = [str(term) if term is not None else f"?{name}" for name, term in
                 (("s", subject), ("p", predicate), ("o", value))]  # fmt: skip
        if None not in (subject, predicate, value):
            if bool(self.query(f"ASK WHERE {{ {' '.join(terms)} }}")):
                yield subject, predicate, value  # type: ignore[misc]  # none of them is None
            return
        rows = self.query(f"SELECT * WHERE {{ {' '.join(terms)} }}{cut}")
        assert isinstance(rows, QuerySolutions)
        names = {variable.value for variable in rows.variables}
        given = {"s": subject, "p": predicate, "o": value}
        for row in rows:
            found = {name: row[name] if name in names else term for name, term in given.items()}
            yield found["s"], found["p"], found["o"]  # type: ignore[misc]  # each is bound or given

    def statements(
        self, subject: Term | None = None, predicate: NamedNode | None = None, value: Term | None = None,
        graph: NamedNode | DefaultGraph | None = None, most: int | None = None,
    ) -> Iterator[Statement]:  # fmt: skip
        """Yield the statements of the named graphs, or of one graph, that fit; so many at most."""
        cut = f" LIMIT {most}" if most is not None else ""
        if isinstance(graph, DefaultGraph):
            for triple in self._matching(subject, predicate, value, cut):
                yield Statement(*triple, graph)
            return
        given = {"s": subject, "p": predicate, "o": value, "g": graph}
        if any(isinstance(term, BlankNode) for term in given.values()) or isinstance(subject, Literal):
            return
        s, p, o, g = (str(term) if term is not None else f"?{name}" for name, term in given.items())
        rows = self.query(f"SELECT * WHERE {{ GRAPH {g} {{ {s} {p} {o} }} }}{cut}")
        assert isinstance(rows, QuerySolutions)
        names = {variable.value for variable in rows.variables}
        for row in rows:
            found: Any = [row[name] if name in names else term for name, term in given.items()]
            yield Statement(*found)

    def _labels_of(self, node: NamedNode) -> list[tuple[NamedNode, Term]]:
        """The names of a thing; those of the other things of the last answer are asked for with it."""
        if node not in self._labels:
            waiting = [other for other in self._recent if other not in self._labels and other != node]
            nodes = [node, *waiting[: _AHEAD - 1]]
            self._labels |= {one: [] for one in nodes}
            names = " ".join(f"<{iri}>" for iri in LABEL_PROPERTIES)
            rows = self.query(
                f"SELECT ?s ?p ?o WHERE {{ VALUES ?p {{ {names} }} "
                f"VALUES ?s {{ {' '.join(map(str, nodes))} }} ?s ?p ?o }}"
            )
            assert isinstance(rows, QuerySolutions)
            for row in rows:
                self._labels[row["s"]].append((row["p"], row["o"]))
        return self._labels[node]

    def _look_ahead(self, body: bytes, media_type: str) -> None:
        if body:
            rows, _count = read_rows(self.url, body, media_type)
            assert isinstance(rows, QuerySolutions)
            found = [term for row in rows for term in row if isinstance(term, NamedNode)]
            self._recent = {node: None for node in found if node not in self._labels}


class _Wrapper(SPARQLWrapper):
    """Makes the requests of the SPARQL protocol; they are sent by a transport of ours."""

    def __init__(self, url: str, transport: Transport) -> None:
        super().__init__(url)
        self.setMethod(POST)
        self.setOnlyConneg(True)
        self._transport = transport
        self.reply: Reply | None = None

    def _query(self) -> tuple[Any, str]:
        request: Request = self._createRequest()
        self.reply = self._transport.send(request, again=True)
        return self.reply, self.returnFormat


def _body(reply: Reply) -> tuple[bytes, str]:
    return reply.body, reply.headers.get("Content-Type", "")


def _joined(pages: Sequence[bytes]) -> QuerySolutions:
    """The rows of several answers as one."""
    import json

    whole = json.loads(pages[0])
    for page in pages[1:]:
        whole["results"]["bindings"] += json.loads(page)["results"]["bindings"]
    joined = parse_query_results(json.dumps(whole).encode(), format=QueryResultsFormat.JSON)
    assert isinstance(joined, QuerySolutions)
    return joined


def _graph(lines: bytes, where: str) -> Answer:
    graph = EmbeddedStore()
    try:
        graph.engine.load(lines, format=RdfFormat.TURTLE)
    except SyntaxError as error:
        raise StoreError(f"{where}: the answer is cut off or is not a graph") from error
    return graph.engine.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")


def _sparql(term: Term | None) -> str:
    """A term in a table of a query; a blank node as an IRI for the moment."""
    if term is None:
        return "UNDEF"
    return f"<{_BLANK}{term.value}>" if isinstance(term, BlankNode) else str(term)


def _blanks_back(lines: bytes) -> bytes:
    import re

    return re.sub(rb"<" + _BLANK.encode() + rb"([^>]*)>", rb"_:\1", lines)
