"""Servers that misbehave: what is tried again, what is an error, and what nobody gets to see."""

from __future__ import annotations

import time
from pathlib import Path
from urllib.parse import parse_qs

import pytest
import servers
from endpoint_support import require, tool
from pyoxigraph import QuerySolutions
from scripted import JSON, ONE, Scripted

from mca_graph.errors import LimitError, McaGraphError, QueryError, StoreError
from mca_graph.project import load_project
from mca_graph.store import transport
from mca_graph.store.bodies import read_rows
from mca_graph.store.dialects import DIALECTS
from mca_graph.store.endpoints import Endpoint, find_endpoint
from mca_graph.store.remote import RemoteStore

PASSWORD = "correct-horse"


OK = (200, {"Content-Type": JSON}, ONE)
QUERY = "SELECT ?n { ?s ?p ?n }"


def rows(url: str, timeout: float = 10.0) -> list[str]:
    answer = RemoteStore(url, timeout).query(QUERY)
    assert isinstance(answer, QuerySolutions)
    return [row["n"].value for row in answer]


@pytest.mark.parametrize("first", [(503, {}, b"busy"), (429, {"Retry-After": "0"}, b""), (0, {}, b"")])
def test_a_busy_server_is_asked_again(server: str, first: tuple[int, dict[str, str], bytes]) -> None:
    Scripted.script = [first, first, OK]
    assert rows(server) == ["1"]
    assert len(Scripted.seen) == 3


def test_it_is_not_asked_for_ever(server: str) -> None:
    Scripted.script = [(503, {}, b"busy")]
    with pytest.raises(StoreError, match="is busy \\(503"):
        rows(server)
    assert len(Scripted.seen) == transport.ATTEMPTS


def test_a_pause_that_the_time_limit_does_not_allow_is_not_made(server: str) -> None:
    Scripted.script = [(503, {"Retry-After": "15"}, b"busy")]
    began = time.monotonic()
    with pytest.raises(LimitError, match="within 1 s"):
        rows(server, 1.0)
    assert time.monotonic() - began < 1.0


@pytest.mark.parametrize(
    ("name", "status", "said"),
    [
        ("standard", 504, b"gateway"),
        ("fuseki", 503, b"Query timed out"),
        ("virtuoso", 500, b"Virtuoso S1T00 Error SR171: Transaction timed out"),
        ("virtuoso", 500, b"Virtuoso 42000 Error The estimated execution time 60 (sec) exceeds the limit"),
        ("neptune", 500, b'{"code":"TimeLimitExceededException"}'),
        ("qlever", 429, b'{"exception":"Operation timed out."}'),
        ("graphdb", 503, b"Query evaluation took too long"),
        ("stardog", 500, b"com.complexible.QueryTimeout: exceeded query timeout"),
    ],
)
def test_a_servers_own_time_limit_is_told_and_not_tried_again(
    server: str, name: str, status: int, said: bytes
) -> None:
    Scripted.script = [(status, {}, said)]
    with pytest.raises(LimitError, match="its own time limit"):
        RemoteStore(Endpoint(server, DIALECTS[name]), 10.0).query(QUERY)
    assert len(Scripted.seen) == 1


@pytest.mark.parametrize(
    ("answer", "kind", "message"),
    [
        ((400, {}, b"Parse error: line 1"), QueryError, "refused the query: Parse error: line 1"),
        ((404, {}, b"nothing here"), StoreError, "no SPARQL service at this address \\(404"),
        ((405, {}, b""), StoreError, "no SPARQL service at this address"),
        ((401, {}, b""), StoreError, "wants to know who asks \\(401"),
        ((500, {}, b"Internal"), StoreError, "failed \\(500"),
        ((302, {"Location": "https://elsewhere.example/"}, b""), StoreError, "has moved \\(302"),
        ((200, {"Content-Type": "text/html"}, b"<html>Welcome</html>"), StoreError, "a page for people"),
        ((200, {"Content-Type": "text/csv"}, b"n\r\n1\r\n"), StoreError, "whose end cannot be told"),
        ((200, {"Content-Type": JSON}, ONE[:-2]), StoreError, "cut off"),
        ((200, {"Content-Type": JSON}, ONE + b"\nException: out of time"), StoreError, "cut off"),
        ((200, {"Content-Type": JSON, "Content-Length": "200"}, ONE), StoreError, "broke off"),
    ],
)
def test_each_failure_has_its_own_words(
    server: str, answer: tuple[int, dict[str, str], bytes], kind: type[McaGraphError], message: str
) -> None:
    Scripted.script = [answer]
    with pytest.raises(kind, match=message):
        rows(server)
    assert len(Scripted.seen) == 1


@pytest.mark.parametrize("cut", range(60, 330, 15))
def test_xml_that_is_cut_off_is_an_error(cut: int) -> None:
    whole = (
        b'<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#">'
        b'<head><variable name="n"/></head><results>'
        b'<result><binding name="n"><literal>1</literal></binding></result>'
        b'<result><binding name="n"><literal>2</literal></binding></result></results></sparql>'
    )
    assert read_rows("here", whole, "application/sparql-results+xml")[1] == 2
    with pytest.raises(StoreError):
        read_rows("here", whole[: min(cut, len(whole) - 9)], "application/sparql-results+xml")


@pytest.mark.parametrize("cut", range(1, len(ONE)))
def test_json_that_is_cut_off_anywhere_is_an_error(cut: int) -> None:
    with pytest.raises(StoreError):
        read_rows("here", ONE[:cut], JSON)


def test_lines_that_are_cut_off_are_an_error(server: str) -> None:
    Scripted.script = [
        (200, {"Content-Type": "application/n-triples"}, b"<urn:a> <urn:b> <urn:c> .\n<urn:a> <ur")
    ]
    with pytest.raises(StoreError, match="cut off"):
        RemoteStore(server).query("DESCRIBE <urn:a>")


def test_a_server_that_gives_only_some_rows_is_asked_for_the_others(server: str) -> None:
    def page(*values: int) -> bytes:
        bound = ",".join(f'{{"n":{{"type":"literal","value":"{value}"}}}}' for value in values)
        return f'{{"head":{{"vars":["n"]}},"results":{{"bindings":[{bound}]}}}}'.encode()

    total = page(5).replace(b'"n"', b'"rows"')
    limited = {"Content-Type": JSON, "X-SPARQL-MaxRows": "2"}
    Scripted.script = [(200, limited, body) for body in (page(1, 2), total, page(1, 2), page(3, 4), page(5))]
    store = RemoteStore(Endpoint(server, DIALECTS["virtuoso"]))
    answer = store.query(QUERY)
    assert isinstance(answer, QuerySolutions)
    assert [row["n"].value for row in answer] == ["1", "2", "3", "4", "5"]
    sent = [parse_qs(body)["query"][0] for _path, _headers, body in Scripted.seen]
    assert all("ORDER BY ?n" in text for text in sent[2:])
    assert [text.rpartition("OFFSET ")[2] for text in sent[2:]] == ["0", "2", "4"]


def test_pages_that_end_too_soon_are_an_error(server: str) -> None:
    empty = b'{"head":{"vars":["n"]},"results":{"bindings":[]}}'
    total = ONE.replace(b'"n"', b'"rows"').replace(b'"1"', b'"7"')
    limited = {"Content-Type": JSON, "X-SPARQL-MaxRows": "1"}
    Scripted.script = [(200, limited, body) for body in (ONE, total, ONE, empty)]
    with pytest.raises(StoreError, match="1 of 7 rows came"):
        RemoteStore(Endpoint(server, DIALECTS["virtuoso"])).query(QUERY)


# -- who asks ----------------------------------------------------------------------------------


def settings(folder: Path, text: str) -> Path:
    path = folder / "mca-graph.toml"
    path.write_text(f"{path.read_text()}\n{text}\n")
    return folder


def test_an_endpoint_has_a_name_and_its_credentials_come_from_the_environment(
    server: str, rivers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings(
        rivers, f'[endpoints.live]\nurl = "{server}"\ndialect = "fuseki"\ncredentials = "env:RIVERS_LOGIN"'
    )
    monkeypatch.setenv("RIVERS_LOGIN", f"ann:{PASSWORD}")
    Scripted.script = [(403, {}, f"no, ann:{PASSWORD}".encode())]
    found = tool("query", "--text", QUERY, "--endpoint", "live", project=rivers)
    assert found.code == 2
    assert "refuses these credentials (403)" in found.err
    assert PASSWORD not in found.err
    assert Scripted.seen[0][1]["Authorization"] == "Basic YW5uOmNvcnJlY3QtaG9yc2U="


def test_a_token_comes_from_the_environment(
    server: str, rivers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = f'live = {{url = "{server}", auth = "bearer", credentials = "env:RIVERS_TOKEN"}}'
    settings(rivers, f"[endpoints]\n{text}")
    monkeypatch.setenv("RIVERS_TOKEN", "abc")
    assert rows_of(find_endpoint("live", load_project(rivers).endpoints)) == ["1"]
    assert Scripted.seen[0][1]["Authorization"] == "Bearer abc"


def rows_of(endpoint: Endpoint) -> list[str]:
    answer = RemoteStore(endpoint).query(QUERY)
    assert isinstance(answer, QuerySolutions)
    return [row["n"].value for row in answer]


def test_a_netrc_file_is_used_for_its_own_hosts_only(server: str, tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text(
        f"machine elsewhere.example login a password {PASSWORD}\ndefault login b password {PASSWORD}\n"
    )
    netrc.chmod(0o600)
    assert rows(server) == ["1"]
    assert "Authorization" not in Scripted.seen[0][1]
    netrc.write_text(f"machine 127.0.0.1 login ann password {PASSWORD}\n")
    assert rows(server) == ["1"]
    assert Scripted.seen[1][1]["Authorization"].startswith("Basic ")


def test_a_password_follows_no_redirect(server: str, tmp_path: Path) -> None:
    (tmp_path / "netrc").write_text(f"machine 127.0.0.1 login ann password {PASSWORD}\n")
    (tmp_path / "netrc").chmod(0o600)
    Scripted.script = [(307, {"Location": server.replace("/sparql", "/other")}, b"")]
    with pytest.raises(StoreError, match="has moved"):
        rows(server)
    assert [path for path, _headers, _body in Scripted.seen] == ["/sparql"]


def test_a_password_in_an_address_is_refused_and_not_shown() -> None:
    with pytest.raises(StoreError) as found:
        find_endpoint(f"https://ann:{PASSWORD}@sparql.example/query")
    assert "must not hold a password" in str(found.value)
    assert "netrc" in str(found.value)
    assert PASSWORD not in str(found.value)


def test_a_password_does_not_travel_in_the_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text(f"machine sparql.example login ann password {PASSWORD}\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with pytest.raises(StoreError, match="unencrypted") as found:
        find_endpoint("http://sparql.example/query")
    assert PASSWORD not in str(found.value)
    assert PASSWORD not in repr(find_endpoint("https://sparql.example/query"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('live = {dialect = "fuseki"}', "needs a url"),
        ('live = {url = "https://a.example/", colour = "blue"}', "unknown key colour"),
        ('live = {url = "https://a.example/", dialect = "oxygraph"}', "unknown dialect 'oxygraph'"),
        ('live = {url = "https://a.example/", credentials = "ann:secret"}', "come from a variable or a file"),
        (
            'live = {url = "https://a.example/", credentials = "env:NOT_SET"}',
            "the environment has no NOT_SET",
        ),
        ('live = {url = "ftp://a.example/"}', "not the address of an endpoint"),
    ],
)
def test_settings_that_make_no_sense_are_told(rivers: Path, text: str, message: str) -> None:
    found = tool(
        "query", "--text", QUERY, "--endpoint", "live", project=settings(rivers, f"[endpoints]\n{text}")
    )
    assert found.code == 2
    assert message in found.err
    assert "secret" not in found.err


def test_a_name_that_is_nearly_one_is_told(rivers: Path) -> None:
    settings(rivers, '[endpoints]\nlive = {url = "https://a.example/"}')
    found = tool("query", "--text", QUERY, "--endpoint", "liev", project=rivers)
    assert "did you mean 'live'?" in found.err


# -- a real server that runs out of time -------------------------------------------------------


def test_half_an_answer_of_a_real_server_is_an_error(rivers: Path) -> None:
    """Oxigraph ends a query at its time limit with status 200 and half a body."""
    require(servers.OXIGRAPH.is_file(), "the server oxigraph (PyPI: oxigraph)")
    text = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    with servers.oxigraph("--timeout-s", "1") as slow:
        assert tool("push", "--endpoint", slow.url, project=rivers).code == 0
        for query in (text, text.replace("SELECT *", "CONSTRUCT { ?a ?e ?l . ?d ?h ?i . ?j ?b ?c } WHERE")):
            found = tool("query", "--text", query, "-f", "ntriples" if "CON" in query else "csv",
                         "--endpoint", slow.url, project=rivers)  # fmt: skip
            assert (found.code, found.out) == (2, b"")
            assert found.err.startswith("error: ")
