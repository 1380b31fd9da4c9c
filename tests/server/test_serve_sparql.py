"""The SPARQL endpoint, asked by several clients."""

from __future__ import annotations

import csv
import io
import json
import socket
from collections.abc import Callable

import httpx
import pytest
from pyoxigraph import QueryResultsFormat, QuerySolutions, RdfFormat, parse, parse_query_results
from rdflib import Graph, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from server_support import ALDER, BASE, HUGE, Running, running
from SPARQLWrapper import CSV, JSON, POST, TSV, TURTLE, XML, SPARQLWrapper

from shared import free_port

SELECT = f"SELECT ?name WHERE {{ <{ALDER}> <http://www.w3.org/2000/01/rdf-schema#label> ?name }}"
CONSTRUCT = f"CONSTRUCT {{ <{ALDER}> ?p ?o }} WHERE {{ <{ALDER}> ?p ?o }}"
GRAPH = f"{BASE}graph/contribution/survey-2020"


@pytest.mark.parametrize(
    ("accept", "media_type", "engine"),
    [
        ("application/sparql-results+json", "application/sparql-results+json", QueryResultsFormat.JSON),
        ("application/json", "application/sparql-results+json", QueryResultsFormat.JSON),
        ("application/sparql-results+xml", "application/sparql-results+xml", QueryResultsFormat.XML),
        ("application/xml;q=0.9, text/csv;q=0.1", "application/sparql-results+xml", QueryResultsFormat.XML),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8", QueryResultsFormat.TSV),
        (None, "application/sparql-results+json", QueryResultsFormat.JSON),
    ],
)
def test_formats_of_tables(
    server: Running, accept: str | None, media_type: str, engine: QueryResultsFormat
) -> None:
    found = server.get("/sparql", params={"query": SELECT}, headers={"Accept": accept} if accept else {})
    assert (found.status_code, found.headers["content-type"]) == (200, media_type)
    answer = parse_query_results(found.content, format=engine)
    assert isinstance(answer, QuerySolutions)
    assert [row["name"].value for row in answer] == ["Alder"]


def test_csv(server: Running) -> None:
    found = server.sparql(SELECT, "text/csv")
    assert found.headers["content-type"] == "text/csv; charset=utf-8"
    assert list(csv.reader(io.StringIO(found.text))) == [["name"], ["Alder"]]


@pytest.mark.parametrize(
    ("accept", "engine"),
    [
        ("text/turtle", RdfFormat.TURTLE),
        ("application/n-triples", RdfFormat.N_TRIPLES),
        ("application/n-quads", RdfFormat.N_QUADS),
        ("application/trig", RdfFormat.TRIG),
        ("application/rdf+xml", RdfFormat.RDF_XML),
        ("application/ld+json", RdfFormat.JSON_LD),
    ],
)
def test_formats_of_graphs(server: Running, accept: str, engine: RdfFormat) -> None:
    found = server.sparql(CONSTRUCT, accept)
    assert found.headers["content-type"].partition(";")[0] == accept
    triples = {str(quad.triple) for quad in parse(found.content, format=engine)}
    assert len(triples) == 4


@pytest.mark.parametrize("name", ["html", "md", "jsonl", "xlsx"])
def test_formats_for_people(server: Running, name: str) -> None:
    found = server.get("/sparql", params={"query": SELECT, "format": name})
    assert found.status_code == 200
    assert len(found.content) > 10


def test_a_map_needs_places(server: Running) -> None:
    found = server.get("/sparql", params={"query": SELECT, "format": "geojson"})
    assert found.status_code == 422


def test_a_browser_gets_a_table(server: Running) -> None:
    found = server.sparql(SELECT, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
    assert found.headers["content-type"] == "text/html; charset=utf-8"
    assert "<td>Alder</td>" in found.text


def test_three_ways_to_send_a_query(server: Running) -> None:
    answers = [
        server.get("/sparql", params={"query": SELECT}),
        server.post("/sparql", data={"query": SELECT}),
        server.post("/sparql", content=SELECT, headers={"Content-Type": "application/sparql-query"}),
        server.post(
            "/sparql", content=SELECT, headers={"Content-Type": "application/sparql-query; charset=UTF-8"}
        ),
    ]
    assert [answer.status_code for answer in answers] == [200] * 4
    assert len({answer.content for answer in answers}) == 1


def test_a_part_of_the_dataset(server: Running) -> None:
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    inside = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"

    def number(text: str, **params: str) -> int:
        rows = server.get("/sparql", params={"query": text, **params}).json()["results"]["bindings"]
        return int(rows[0]["n"]["value"])

    own = number(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{GRAPH}> {{ ?s ?p ?o }} }}")
    assert number(count, **{"default-graph-uri": GRAPH}) == own
    assert number(inside, **{"default-graph-uri": GRAPH}) == 0
    assert number(inside, **{"named-graph-uri": GRAPH}) == own
    assert number(count, **{"named-graph-uri": GRAPH}) == 0
    assert number(count, **{"default-graph-uri": f"{BASE}graph/current"}) == number(count)


REFUSED: list[tuple[dict[str, str], int, str]] = [
    ({"query": "SELECT"}, 400, "not SPARQL, line 1, column 7: something is wrong here or just before"),
    ({"query": ""}, 400, "not SPARQL: the query has no SELECT, ASK, CONSTRUCT or DESCRIBE"),
    (
        {"query": "SELECT * { ?s nope:p ?o }"},
        400,
        "not SPARQL, line 1, column 21: the prefix nope: has not been declared",
    ),
    (
        {"query": "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }"},
        403,
        "SERVICE is not allowed: a query never calls another machine",
    ),
    ({"query": "INSERT DATA { <a:a> <a:b> <a:c> }"}, 403, "INSERT is not allowed: the graph is read-only"),
    ({"query": "LOAD <file:///etc/passwd>"}, 403, "LOAD is not allowed: the graph is read-only"),
    ({"update": "DROP ALL"}, 403, "updates are not allowed: the graph is read-only"),
    ({"query": SELECT, "update": "DROP ALL"}, 403, "updates are not allowed: the graph is read-only"),
    ({"query": f"ASK {{ {'{' * 300}{'}' * 300} }}"}, 413, "the query nests more than 200 deep"),
    ({"query": SELECT, "format": "png"}, 406, "this answer is not to be had as 'png'"),
    ({"query": SELECT, "default-graph-uri": "not an IRI"}, 400, "not the IRI of a graph: 'not an IRI'"),
    ({"quary": SELECT}, 400, "the request has no query"),
]


@pytest.mark.parametrize(("params", "status", "message"), REFUSED, ids=[entry[2][:30] for entry in REFUSED])
def test_errors(server: Running, params: dict[str, str], status: int, message: str) -> None:
    for found in (server.get("/sparql", params=params), server.post("/sparql", data=params)):
        assert found.status_code == status
        assert found.headers["content-type"] == "application/problem+json"
        assert found.json()["detail"] == message
        assert found.json()["status"] == status


def test_a_query_of_two_megabytes_is_told_that_it_is_too_long(server: Running) -> None:
    found = server.post("/sparql", data={"query": f"SELECT * {{ ?s ?p '{'a' * 2_000_000}' }}"})
    assert found.status_code == 413
    assert found.json()["detail"] == "the query has 2,000,021 characters; 1,000,000 are allowed"


def test_errors_as_text_and_as_a_page(server: Running) -> None:
    assert server.sparql("SELECT", "text/plain").text.startswith("not SPARQL, line 1")
    page = server.sparql("SELECT <script>", "text/html")
    assert page.status_code == 400
    assert "<script>" not in page.text


def test_other_bodies(server: Running) -> None:
    assert server.post("/sparql", content=SELECT, headers={"Content-Type": "text/plain"}).status_code == 415
    assert (
        server.post(
            "/sparql", content=b"\xff", headers={"Content-Type": "application/sparql-query"}
        ).status_code
        == 400
    )
    assert (
        server.post("/sparql", content="x", headers={"Content-Type": "application/sparql-update"}).status_code
        == 403
    )


def test_the_service_description(server: Running) -> None:
    graph = Graph().parse(data=server.get("/sparql", headers={"Accept": "text/turtle"}).text, format="turtle")
    sd = "http://www.w3.org/ns/sparql-service-description#"
    assert set(graph.objects(None, URIRef(sd + "endpoint"))) == {URIRef(f"{BASE}sparql")}
    assert set(graph.objects(None, URIRef(sd + "supportedLanguage"))) == {URIRef(sd + "SPARQL11Query")}
    assert not list(graph.triples((None, URIRef(sd + "feature"), None)))


def test_the_query_page(server: Running) -> None:
    page = server.get("/sparql", headers={"Accept": "text/html"})
    assert '<textarea name="query"' in page.text
    assert "script" not in page.text


def test_a_query_is_not_asked_again_where_nothing_has_changed(server: Running) -> None:
    first = server.sparql(SELECT)
    again = server.get(
        "/sparql",
        params={"query": SELECT},
        headers={"Accept": "application/sparql-results+json", "If-None-Match": first.headers["etag"]},
    )
    assert (again.status_code, again.content) == (304, b"")


def test_a_long_answer_comes_in_pieces(server: Running) -> None:
    text = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } LIMIT 50000"
    url = f"{server.url}sparql"
    with httpx.stream(
        "GET", url, params={"query": text}, headers={"Accept": "text/csv"}, timeout=60
    ) as found:
        pieces = list(found.iter_raw())
    assert found.headers["transfer-encoding"] == "chunked"
    assert len(pieces) > 3
    with httpx.stream(
        "GET", url, params={"query": text}, headers={"Accept": "application/json"}, timeout=60
    ) as found:
        assert len(json.loads(found.read())["results"]["bindings"]) == 50000


@pytest.mark.parametrize(
    "accept", ["application/json", "text/csv", "text/tab-separated-values", "application/sparql-results+xml"]
)
def test_an_answer_that_breaks_off_is_not_taken_for_whole(server: Running, accept: str) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        server.sparql(HUGE, accept)
    assert server.sparql(SELECT).status_code == 200


@pytest.mark.parametrize(("kind", "check"), [
    (JSON, lambda found: found["results"]["bindings"][0]["name"]["value"] == "Alder"),
    (XML, lambda found: "Alder" in found.toxml()),
    (CSV, lambda found: found == b"name\r\nAlder\r\n"),
    (TSV, lambda found: b"Alder" in found),
])  # fmt: skip
@pytest.mark.parametrize("method", ["GET", POST])
def test_sparqlwrapper(server: Running, kind: str, method: str, check: Callable[[object], bool]) -> None:
    wrapper = SPARQLWrapper(f"{server.url}sparql", returnFormat=kind)
    wrapper.setMethod(method)
    wrapper.setQuery(SELECT)
    assert check(wrapper.query().convert())


def test_sparqlwrapper_construct(server: Running) -> None:
    wrapper = SPARQLWrapper(f"{server.url}sparql", returnFormat=TURTLE)
    wrapper.setQuery(CONSTRUCT)
    assert len(Graph().parse(data=wrapper.query().convert(), format="turtle")) == 4


def test_rdflib_as_a_client(server: Running) -> None:
    graph = Graph(SPARQLStore(f"{server.url}sparql"))
    label = URIRef("http://www.w3.org/2000/01/rdf-schema#label")
    assert [str(value) for value in graph.objects(URIRef(ALDER), label)] == ["Alder"]
    assert bool(graph.query(f"ASK {{ <{ALDER}> ?p ?o }}"))


def test_our_own_client(server: Running) -> None:
    from mca_graph.store.remote import RemoteStore

    rows = RemoteStore(f"{server.url}sparql").query(SELECT)
    assert [row["name"].value for row in rows] == ["Alder"]  # type: ignore[union-attr, index]


def test_service_on_a_host_that_is_allowed_by_name(server: Running) -> None:
    label = "<http://www.w3.org/2000/01/rdf-schema#label>"
    ask = f"SELECT ?name {{{{ SERVICE <{{}}> {{{{ <{ALDER}> {label} ?name }}}} }}}}"
    with running("--allow-service", "127.0.0.1") as other:
        found = other.sparql(ask.format(f"{server.url}sparql"))
        assert found.json()["results"]["bindings"][0]["name"]["value"] == "Alder"
        for target in (
            "http://localhost/",
            "http://127.0.0.1@evil.example/",
            "http://127.0.0.1.evil.example/",
            "ftp://127.0.0.1/",
            "relative",
        ):
            assert other.sparql(ask.format(target)).status_code == 403, target
        assert (
            other.sparql("SELECT * { VALUES ?x { <http://127.0.0.1/> } SERVICE ?x { ?s ?p ?o } }").status_code
            == 403
        )
        assert (
            other.sparql(
                "PREFIX x: <http://127.0.0.1/> SELECT * { SERVICE SILENT x:y { ?s ?p ?o } }"
            ).status_code
            == 403
        )


def test_a_service_without_an_answer(server: Running) -> None:
    with running("--allow-service", "127.0.0.1") as other:
        away = f"http://127.0.0.1:{free_port()}/"
        found = other.sparql(f"SELECT ?s {{ ?s ?p ?o SERVICE <{away}> {{ ?s ?p ?x }} }} LIMIT 1")
        assert found.status_code == 502
        assert found.json()["detail"] == f"{away} cannot be reached: [Errno 111] Connection refused"
        silent = other.sparql(
            f"SELECT ?o {{ <{ALDER}> ?p ?o SERVICE SILENT <{away}> {{ ?o ?q ?x }} }} LIMIT 1"
        )
        assert len(silent.json()["results"]["bindings"]) == 1


def test_a_service_that_never_answers_takes_half_the_time(server: Running) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as deaf,
        running("--allow-service", "127.0.0.1", "--time-limit", "2") as other,
    ):
        away = f"http://127.0.0.1:{deaf.getsockname()[1]}/"
        found = other.sparql(f"SELECT * {{ SERVICE <{away}> {{ ?s ?p ?o }} }}")
        assert found.status_code == 502
        assert found.json()["detail"] == f"{away} gave no answer within 1 s"


def test_graph_store(server: Running) -> None:
    found = server.get("/rdf-graph-store", params={"graph": GRAPH}, headers={"Accept": "text/turtle"})
    assert found.status_code == 200
    assert (URIRef(ALDER), None, None) in Graph().parse(data=found.text, format="turtle")
    whole = server.get("/rdf-graph-store?default", headers={"Accept": "application/n-triples"})
    assert len(whole.text.splitlines()) == len(
        server.sparql("CONSTRUCT WHERE { ?s ?p ?o }", "application/n-triples").text.splitlines()
    )
    assert server.get("/rdf-graph-store", params={"graph": f"{BASE}graph/none"}).status_code == 404
    for wrong in ("", "?default&graph=x", "?graph=a%3Aa&graph=b%3Ab", "?graph=no", "?other=1"):
        assert server.get(f"/rdf-graph-store{wrong}").status_code == 400, wrong
