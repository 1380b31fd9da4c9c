"""Pages and data on the paths of permanent IRIs."""

from __future__ import annotations

import pytest
from rdflib import Graph, URIRef
from server_support import ALDER, Running

FORMS = {
    ".html": "text/html; charset=utf-8",
    ".ttl": "text/turtle; charset=utf-8",
    ".jsonld": "application/ld+json",
    ".nt": "application/n-triples",
    ".rdf": "application/rdf+xml",
}


@pytest.mark.parametrize(
    ("accept", "suffix"),
    [
        (None, ".html"),
        ("*/*", ".html"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", ".html"),
        ("text/turtle", ".ttl"),
        ("application/ld+json", ".jsonld"),
        ("application/json", ".jsonld"),
        ("application/n-triples", ".nt"),
        ("application/rdf+xml", ".rdf"),
        ("text/html;q=0.5, text/turtle;q=0.6", ".ttl"),
        ("text/turtle;q=0.5, application/ld+json;q=0.501", ".jsonld"),
        ("text/*;q=0.4, text/turtle;q=0, application/n-triples;q=0.3", ".html"),
        ("TEXT/TURTLE", ".ttl"),
        ('text/turtle;profile="a,b;q=0", text/html;q=0.1', ".html"),
        ("nonsense, text/turtle", ".ttl"),
        ("image/png, */*;q=0.1", ".html"),
    ],
)
def test_a_thing_leads_to_what_the_client_prefers(server: Running, accept: str | None, suffix: str) -> None:
    found = server.get("/id/river/alder", headers={"Accept": accept} if accept else {})
    assert (found.status_code, found.headers["location"]) == (303, f"./alder{suffix}")
    assert "Accept" in found.headers["vary"]


def test_no_form_that_the_client_takes(server: Running) -> None:
    found = server.get("/id/river/alder", headers={"Accept": "image/png"})
    assert found.status_code == 406
    assert "text/turtle" in found.text


@pytest.mark.parametrize("suffix", FORMS)
def test_each_form(server: Running, suffix: str) -> None:
    found = server.get(f"/id/river/alder{suffix}")
    assert (found.status_code, found.headers["content-type"]) == (200, FORMS[suffix])
    assert found.headers["access-control-allow-origin"] == "*"
    assert found.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in found.headers["content-security-policy"]


def test_all_data_say_the_same(server: Running) -> None:
    graphs = [
        Graph().parse(data=server.get(f"/id/river/alder{suffix}").text, format=name)
        for suffix, name in ((".ttl", "turtle"), (".nt", "nt"), (".rdf", "xml"), (".jsonld", "json-ld"))
    ]
    assert len(graphs[0]) > 3
    assert (URIRef(ALDER), None, None) in graphs[0]
    assert all(set(graph) == set(graphs[0]) for graph in graphs[1:])


def test_a_page_shows_labels_and_leads_to_data(server: Running) -> None:
    page = server.get("/id/river/alder.html").text
    assert "Alder" in page
    assert 'href="./alder.ttl"' in page


@pytest.mark.parametrize(
    "path", ["/id/river/nothing", "/id/river/nothing.ttl", "/id/river", "/id/river/alder.exe", "/nothing"]
)
def test_nothing_is_known(server: Running, path: str) -> None:
    found = server.get(path, headers={"Accept": "text/plain"})
    assert found.status_code == 404
    assert found.text.startswith("nothing is known of this\n")


def test_a_path_that_ends_in_a_slash_names_nothing(server: Running) -> None:
    assert server.get("/id/river/alder/").status_code == 404


def test_graphs_and_schemes_have_an_address_too(server: Running) -> None:
    for path in (
        "/graph/contribution/survey-2020",
        "/concept/habitat",
        "/ontology",
        "/shapes",
        "/query/rivers-with-habitat",
    ):
        found = server.get(path, headers={"Accept": "text/turtle"}, follow_redirects=True)
        assert found.status_code == 200, path
        assert len(Graph().parse(data=found.text, format="turtle")) > 2, path


def test_conditional_requests(server: Running) -> None:
    first = server.get("/id/river/alder.ttl")
    tag = first.headers["etag"]
    for value in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = server.get("/id/river/alder.ttl", headers={"If-None-Match": value})
        assert (again.status_code, again.content) == (304, b""), value
        assert again.headers["etag"] == tag
    assert server.get("/id/river/alder.ttl", headers={"If-None-Match": '"other"'}).status_code == 200


def test_each_form_and_each_encoding_has_its_own_tag(server: Running) -> None:
    tags = {
        server.get(path, headers={"Accept-Encoding": encoding}).headers["etag"]
        for path in ("/id/river/alder.html", "/ontology.jsonld", "/ontology.nt")
        for encoding in ("gzip", "identity")
    }
    assert len(tags) == 6


@pytest.mark.parametrize("encoding", ["gzip", "gzip, deflate, br", "*", "gzip;q=0.3"])
def test_gzip(server: Running, encoding: str) -> None:
    plain = server.get("/id/river/alder.html", headers={"Accept-Encoding": "identity"})
    found = server.get("/id/river/alder.html", headers={"Accept-Encoding": encoding})
    assert found.headers["content-encoding"] == "gzip"
    assert int(found.headers["content-length"]) < len(plain.content)
    assert found.content == plain.content
    assert "Accept-Encoding" in found.headers["vary"]


@pytest.mark.parametrize("encoding", ["identity", "gzip;q=0", "br"])
def test_no_gzip(server: Running, encoding: str) -> None:
    assert (
        "content-encoding"
        not in server.get("/id/river/alder.html", headers={"Accept-Encoding": encoding}).headers
    )


@pytest.mark.parametrize(
    "path", ["/id/river/alder", "/id/river/alder.ttl", "/", "/api/queries", "/sparql", "/healthz"]
)
def test_head_is_get_without_a_body(server: Running, path: str) -> None:
    get, head = server.get(path), server.request("HEAD", path)
    assert head.content == b""
    assert head.status_code == get.status_code
    for headers in (get.headers, head.headers):
        del headers["date"]
    assert head.headers == get.headers


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/id/river/alder", "GET, HEAD, OPTIONS"),
        ("/sparql", "GET, HEAD, POST, OPTIONS"),
        ("/api/validate", "POST, OPTIONS"),
        ("/api/queries", "GET, HEAD, OPTIONS"),
    ],
)
def test_options(server: Running, path: str, allowed: str) -> None:
    found = server.request("OPTIONS", path, headers={"Origin": "https://elsewhere.example"})
    assert (found.status_code, found.headers["allow"]) == (204, allowed)
    assert found.headers["access-control-allow-methods"] == allowed
    assert found.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH", "TRACE", "BREW"])
@pytest.mark.parametrize("path", ["/id/river/alder.ttl", "/rdf-graph-store?default", "/api/queries", "/"])
def test_nothing_is_written(server: Running, method: str, path: str) -> None:
    found = server.request(method, path)
    assert found.status_code == 405
    assert found.headers["allow"] == "GET, HEAD, OPTIONS"


def test_typed_links(server: Running) -> None:
    page = server.get("/id/river/alder.html").headers["link"]
    assert f'<{ALDER}>; rel="cite-as"' in page
    assert '<./alder.ttl>; rel="describedby"; type="text/turtle"' in page
    data = server.get("/id/river/alder.ttl").headers["link"]
    assert f'<{ALDER}>; rel="describes"' in data
    assert '<./alder.html>; rel="alternate"; type="text/html"' in data


def test_what_is_kept_is_what_was_made(server: Running) -> None:
    first, second = server.get("/id/river/birch.ttl"), server.get("/id/river/birch.ttl")
    assert first.content == second.content
    assert first.headers["etag"] == second.headers["etag"]
