"""The W3C test suite of the SPARQL 1.1 Protocol, its manifest read as it stands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pyoxigraph import NamedNode, RdfFormat
from rdflib import Graph, Namespace
from rdflib.collection import Collection
from rdflib.term import Node
from server_support import Running, running

from mca_graph.store.embedded import create

SUITE = Path(__file__).parents[1] / "w3c" / "sparql-protocol"
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
DATA = "http://kasei.us/2009/09/sparql/data/data{}.rdf"

MANIFEST = Graph().parse(SUITE / "manifest.ttl")
(ENTRIES,) = MANIFEST.objects(None, MF.entries)
CASES: list[Node] = list(Collection(MANIFEST, ENTRIES))
FORMATS = {
    "boolean": ("application/sparql-results+json", "application/sparql-results+xml"),
    "tabular": (
        "application/sparql-results+json",
        "application/sparql-results+xml",
        "text/csv",
        "text/tab-separated-values",
    ),
    "RDF": ("text/turtle", "application/n-triples", "application/rdf+xml"),
}


def name_of(case: Node) -> str:
    return str(case).rpartition("#")[2]


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("protocol") / "store"
    folder.mkdir()
    store = create(folder)
    for number in (1, 2, 3):
        graph = NamedNode(DATA.format(number))
        store.engine.load(
            (SUITE / f"data{number}.nt").read_bytes(), format=RdfFormat.N_TRIPLES, to_graph=graph
        )
    store.engine.flush()
    del store
    with running("--store", str(folder), "--rate", "0") as found:
        yield found


def requests_of(case: Node) -> Iterator[tuple[str, str, dict[str, str], bytes, Node]]:
    (action,) = MANIFEST.objects(case, MF.action)
    (listed,) = MANIFEST.objects(action, HT.requests)
    for request in Collection(MANIFEST, listed):
        headers = {}
        for entries in MANIFEST.objects(request, HT.headers):
            for header in Collection(MANIFEST, entries):
                headers[str(MANIFEST.value(header, HT.fieldName))] = str(
                    MANIFEST.value(header, HT.fieldValue)
                )
        body = b""
        if (content := MANIFEST.value(request, HT.body)) is not None:
            encoding = str(MANIFEST.value(content, CNT.characterEncoding) or "UTF-8")
            body = str(MANIFEST.value(content, CNT.chars)).encode(encoding)
        path, method = (
            str(MANIFEST.value(request, HT.absolutePath)),
            str(MANIFEST.value(request, HT.methodName)),
        )
        yield method, path, headers, body, MANIFEST.value(request, HT.resp)  # type: ignore[misc]


def test_the_suite_is_all_there() -> None:
    assert len(CASES) == 34


@pytest.mark.parametrize(
    "case", [case for case in CASES if not name_of(case).startswith("update_")], ids=name_of
)
def test_protocol(case: Node, endpoint: Running) -> None:
    for method, path, headers, body, response in requests_of(case):
        found = endpoint.request(method, path, headers=headers, content=body)
        wanted = {str(status)[-3] for status in MANIFEST.objects(response, MF.expectedStatus)}
        assert str(found.status_code)[0] in wanted, found.text
        kind = MANIFEST.value(response, MF.expectedFormat)
        if kind is not None:
            assert found.headers["content-type"].partition(";")[0] in FORMATS[str(kind)]
        told = MANIFEST.value(response, MF.expectedBoolean)
        if told is not None:
            assert found.json()["boolean"] is told.toPython()  # type: ignore[attr-defined]


@pytest.mark.parametrize("case", [case for case in CASES if name_of(case).startswith("update_")], ids=name_of)
def test_no_update_of_the_suite_is_done(case: Node, endpoint: Running) -> None:
    before = endpoint.sparql(
        "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"
    ).json()
    answers = [
        endpoint.request(method, path, headers=headers, content=body)
        for method, path, headers, body, _response in requests_of(case)
    ]
    assert answers[0].status_code == 403
    assert answers[0].json()["detail"] == "updates are not allowed: the graph is read-only"
    after = endpoint.sparql(
        "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"
    ).json()
    assert after == before


def test_a_dataset_of_the_protocol_wins_over_from(endpoint: Running) -> None:
    ask = f"ASK FROM <{DATA.format(3)}> {{ <{DATA.format(1)}> a ?type }}"
    url = f"{endpoint.url}sparql"
    assert httpx.get(url, params={"query": ask}).json()["boolean"] is False
    assert (
        httpx.get(url, params={"query": ask, "default-graph-uri": DATA.format(1)}).json()["boolean"] is True
    )
