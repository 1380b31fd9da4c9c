"""``mca-graph serve --endpoint``: what a SPARQL server holds is served as the graph in this process is."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

import pytest
from endpoint_support import ROOT, tool
from pyoxigraph import RdfFormat, parse
from servers import Server, oxigraph

from mca_graph.project import load_project
from mca_graph.queries.catalogue import catalogue
from mca_graph.store.content import canonical_lines

sys.path.insert(0, str(Path(__file__).parents[1] / "server"))
import server_support

MCA = "https://w3id.org/mca-graph/"
QUERIES = catalogue(load_project(ROOT))
PLANTED = (ROOT / "data/contributions/arc-north-thames-well-communities.ttl").read_text()


@pytest.fixture(scope="module")
def here() -> Iterator[server_support.Running]:
    with server_support.running("--rate", "0", project=ROOT) as server:
        yield server


@pytest.fixture(scope="module")
def there(pushed: Server) -> Iterator[server_support.Running]:
    with server_support.running("--rate", "0", "--endpoint", pushed.url, project=ROOT) as server:
        yield server


def path_of(name: str) -> str:
    given = {
        parameter.name: parameter.example
        for parameter in QUERIES[name].params
        if parameter.example is not None
    }
    query = "&".join(f"{key}={quote(value)}" for key, value in given.items())
    form = ".csv" if QUERIES[name].form == "SELECT" else ".nt"
    return f"/api/queries/{name}{form}?{query}"


@pytest.mark.parametrize("name", QUERIES)
def test_saved_queries(here: server_support.Running, there: server_support.Running, name: str) -> None:
    first, second = here.get(path_of(name)), there.get(path_of(name))
    assert (second.status_code, second.headers["content-type"]) == (200, first.headers["content-type"])
    assert sorted(second.text.splitlines()) == sorted(first.text.splitlines())


@pytest.mark.parametrize(
    "path",
    [
        "/id/project/migrefhealth.html",
        "/id/project/migrefhealth.ttl",
        "/id/organisation/university-of-bristol.jsonld",
        "/concept/community/coastal-communities.html",
        "/graph/contribution/arc-north-thames-well-communities.ttl",
        "/id/project/nothing-like-that.html",
        "/api/queries/projects.json?page=2&page_size=10",
        "/api/queries/projects-serving-community.csv?community=costal",
        "/sparql?query=" + quote("SELECT ?s WHERE { ?s a ?c"),
        "/sparql?query=" + quote("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"),
        "/rdf-graph-store?graph=" + quote(f"{MCA}graph/nothing-like-that"),
    ],
)
def test_what_is_asked_for_by_its_address(
    here: server_support.Running, there: server_support.Running, path: str
) -> None:
    first, second = here.get(path), there.get(path)
    assert (second.status_code, second.text) == (first.status_code, first.text)


@pytest.mark.parametrize(
    "path",
    [
        "/ontology.nt",
        "/shapes.nt",
        "/rdf-graph-store?default",
        "/rdf-graph-store?graph=" + quote(f"{MCA}graph/provenance"),
        "/sparql?query=" + quote(f"DESCRIBE <{MCA}id/project/migrefhealth>"),
        "/sparql?query=" + quote("CONSTRUCT { ?s a ?c } WHERE { ?s a ?c }"),
    ],
)
def test_graphs(here: server_support.Running, there: server_support.Running, path: str) -> None:
    answers = [server.get(path, headers={"Accept": "application/n-triples"}) for server in (here, there)]
    assert [answer.status_code for answer in answers] == [200, 200]
    first, second = (canonical_lines(parse(answer.content, format=RdfFormat.N_TRIPLES)) for answer in answers)
    assert second == first
    assert len(first) > 5


@pytest.mark.parametrize(
    ("given", "query"),
    [
        ({}, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"),
        ({}, "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"),
        ({}, f"SELECT (COUNT(*) AS ?n) FROM <{MCA}graph/provenance> {{ ?s ?p ?o }}"),
        ({}, f"SELECT (COUNT(*) AS ?n) FROM NAMED <{MCA}graph/concepts> {{ GRAPH ?g {{ ?s ?p ?o }} }}"),
        ({"default-graph-uri": f"{MCA}graph/provenance"}, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"),
        ({"named-graph-uri": f"{MCA}graph/concepts"}, "SELECT ?g { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"),
        ({}, "ASK { <graph/provenance> ?p ?o }"),
    ],
)  # fmt: skip
def test_parts_of_the_graph(
    here: server_support.Running, there: server_support.Running, given: dict[str, str], query: str
) -> None:
    asked = {"params": {"query": query, **given}, "headers": {"Accept": "text/csv"}}
    if query.startswith("ASK"):
        asked["headers"] = {"Accept": "application/sparql-results+json"}
    first, second = here.get("/sparql", **asked), there.get("/sparql", **asked)
    assert second.status_code == 200, second.text
    assert sorted(second.text.splitlines()) == sorted(first.text.splitlines())


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM <http://127.0.0.1:9/secret> { ?s ?p ?o }",
        "SELECT * FROM NAMED <file:///etc/passwd> { GRAPH ?g { ?s ?p ?o } }",
    ],
)
def test_a_graph_that_is_not_there_is_not_asked_for(there: server_support.Running, query: str) -> None:
    answer = there.sparql(query)
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith("there is no graph <")


def test_a_graph_is_named_in_full(there: server_support.Running) -> None:
    answer = there.sparql(f"PREFIX g: <{MCA}graph/> SELECT * FROM g:provenance {{ ?s ?p ?o }}")
    assert (answer.status_code, answer.json()["detail"]) == (400, "FROM names a graph in short")


@pytest.mark.parametrize(
    "query",
    [
        'DEFINE input:grab-all "yes" SELECT * { ?s ?p ?o }',
        "PREFIX bif: <bif:> SELECT (bif:file_to_string('/etc/passwd') AS ?text) { ?s ?p ?o }",
        "SELECT * { ?s ?p ?o FILTER(<sql:user>(?s)) }",
        "SELECT (<\\u0062if:user>() AS ?who) {}",
        "SELECT * { \\u0053ERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    ],
)
def test_what_only_some_servers_have_is_refused(there: server_support.Running, query: str) -> None:
    answer = there.sparql(query)
    assert answer.status_code == 400
    # It is refused here: the graph's server never sees it.
    assert "the graph's server" not in answer.text


def test_a_contribution_is_checked_against_it(
    here: server_support.Running, there: server_support.Running
) -> None:
    text = PLANTED + f"\n<{MCA}id/project/nameless> a <{MCA}ontology#Project> .\n"
    headers = {"Content-Type": "text/turtle", "Accept": "application/json"}
    sent = {"content": text.encode(), "headers": headers}
    first, second = here.post("/api/validate", **sent), there.post("/api/validate", **sent)
    assert (second.status_code, second.json()) == (200, first.json())
    assert not first.json()["conforms"]


def test_what_is_pushed_is_served_without_a_break(rivers: Path) -> None:
    with oxigraph() as graph:
        assert tool("push", "--endpoint", graph.url, project=rivers).code == 0
        with server_support.running("--endpoint", graph.url, "--watch", "0.2", project=rivers) as server:
            path = "/id/river/birch.ttl"
            old = server.get(path)
            assert "Floods" not in old.text
            survey = rivers / "data/contributions/survey-2020.ttl"
            survey.write_text(survey.read_text() + 'river:birch rdfs:comment "Floods in March"@en .\n')
            assert tool("push", "--endpoint", graph.url, project=rivers).code == 0
            server.until(lambda: "Floods in March" in server.get(path).text)
            assert server.get(path).headers["etag"] != old.headers["etag"]


def test_the_site_is_made_from_it(rivers: Path) -> None:
    """The project at hand has no data of its own: what is shown comes from the endpoint."""
    with oxigraph() as graph:
        assert tool("push", "--endpoint", graph.url, project=rivers).code == 0
        for path in (rivers / "data").rglob("*.ttl"):
            path.unlink()
        with server_support.running("--endpoint", graph.url, project=rivers, site=True) as server:
            server.until(lambda: server.get("/browse.html").status_code == 200, 60)
            assert "Alder" in server.get("/id/river/alder.html").text
            assert server.get("/sparql", headers={"Accept": "text/html"}).status_code == 200


def test_a_server_that_is_gone_or_too_slow_is_not_told_of(rivers: Path) -> None:
    with ExitStack() as stack:
        graph = stack.enter_context(oxigraph())
        assert tool("push", "--endpoint", graph.url, project=rivers).code == 0
        options = ("--endpoint", graph.url, "--watch", "0", "--time-limit", "2")
        with server_support.running(*options, project=rivers) as server:
            assert server.sparql("ASK { ?s ?p ?o }").json()["boolean"] is True
            late = server.sparql(server_support.ENDLESS)
            assert late.status_code == 504
            stack.close()
            gone = server.sparql("SELECT * { ?a ?b ?c }")
            assert gone.status_code == 502
            assert gone.json()["detail"].startswith("the graph's server cannot be reached")
            page = server.get("/id/river/alder.html", headers={"Accept": "text/html"})
            assert page.status_code == 502
            for answer in (late, gone, page):
                assert graph.url.split("/")[2] not in answer.text
            assert server.get("/healthz").status_code == 200


def test_it_does_not_start_without_it(rivers: Path) -> None:
    refused = pytest.raises(AssertionError, match=r"http://127\.0\.0\.1:9/query cannot be reached")
    with refused, server_support.running("--endpoint", "http://127.0.0.1:9/query", project=rivers):
        pass


def test_one_graph_is_served(rivers: Path) -> None:
    refused = pytest.raises(AssertionError, match="--endpoint and --store each name a graph")
    with refused, server_support.running("--endpoint", "live", "--store", "here", project=rivers):
        pass
