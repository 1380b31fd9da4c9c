"""SERVICE on hosts that are allowed by name: asked by this tool, beside a real server and beside bad ones."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from endpoint_support import push, running, tool, tool_process
from scripted import JSON, ONE, Scripted
from servers import Server

from mca_graph.errors import ForbiddenError, LimitError, QueryError, StoreError
from mca_graph.queries import federation
from mca_graph.queries.federation import federate
from shared import RIVERS

PREFIXES = """PREFIX riv: <https://rivers.example/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
"""
TWO = (
    b'{"head":{"vars":["s","x"]},"results":{"bindings":[{"s":{"type":"uri","value":"urn:a"},'
    b'"x":{"type":"literal","value":"\\"}","xml:lang":"de"}},{"s":{"type":"uri","value":"urn:b"}}]}}'
)
WHOLE_IRI = "SERVICE must name an endpoint by its whole IRI"
BARE = [",12.5", ",3", ",40"]
BLANK = b'{"head":{"vars":["s"]},"results":{"bindings":[{"s":{"type":"bnode","value":"b0"}}]}}'


@pytest.fixture(scope="module")
def rivers_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real server that holds the rivers."""
    with running("oxigraph", tmp_path_factory.mktemp("oxigraph")) as found:
        assert push(found, "--default-graph", project=RIVERS).code == 0
        yield found


def asked(text: str, *options: str) -> tuple[int, list[str], str]:
    found = tool("query", "--text", PREFIXES + text, "-f", "csv", *options, project=RIVERS)
    return found.code, found.lines, found.err


def test_rows_of_a_real_server_are_joined(rivers_server: Server) -> None:
    pattern = "?river rdfs:label ?there . # a comment }\n FILTER(STRLEN(?there) < 6)"
    away = f"SERVICE <{rivers_server.url}> {{ {pattern} }}"
    assert asked(
        f"SELECT ?there ?length {{ ?river riv:length ?length {away} }} ORDER BY ?there",
        *("--allow-service", "127.0.0.1"),
    ) == (0, ["there,length", "Alder,12.5", "Cedar,40"], "")


@pytest.mark.parametrize(
    ("where", "lines"),
    [
        ("?river riv:length ?length OPTIONAL { %s }", ["Alder,12.5", "Birch Brook,3", "Cedar,40"]),
        ("{ ?river riv:length ?length } UNION { %s }", [*BARE, "Alder,", "Birch Brook,", "Cedar,"]),
        ("?river riv:length ?length FILTER EXISTS { %s }", BARE),
        ("?river riv:length ?length MINUS { %s }", []),
    ],
)
def test_a_service_may_stand_anywhere(rivers_server: Server, where: str, lines: list[str]) -> None:
    inner = "SELECT ?river ?there { ?river riv:length ?own ; rdfs:label ?there }"
    away = f"SERVICE <{rivers_server.url}> {{ {inner} }}"
    port = str(urlsplit(rivers_server.url).port)
    found = asked(f"SELECT ?there ?length {{ {where % away} }}", "--allow-service", f"127.0.0.1:{port}")
    assert (found[0], sorted(found[1][1:]), found[2]) == (0, lines, "")


def test_an_endpoint_may_be_asked_together_with_a_service(rivers_server: Server) -> None:
    away = f"SERVICE <{rivers_server.url}> {{ ?river rdfs:label 'Alder'@en }}"
    assert asked(
        f"SELECT ?length {{ ?river riv:length ?length {away} }}",
        *("--endpoint", rivers_server.url, "--allow-service", "127.0.0.1"),
    ) == (0, ["length", "12.5"], "")


@pytest.mark.parametrize(
    "target",
    [
        "http://localhost:{port}/",
        "http://127.0.0.1:1/",
        "http://127.0.0.1:{port}@evil.example/",
        "http://user@127.0.0.1:{port}/",
        "http://127.0.0.1.evil.example:{port}/",
        "ftp://127.0.0.1:{port}/",
        "http://127.0.0.1:port/",
        "relative",
    ],
)
def test_only_what_is_named_is_called(server: str, target: str) -> None:
    port = urlsplit(server).port
    url = target.format(port=port)
    with pytest.raises(ForbiddenError) as told:
        federate(f"SELECT * {{ SERVICE SILENT <{url}> {{ ?s ?p ?o }} }}", {f"127.0.0.1:{port}"}, 5)
    assert told.value.message == f"SERVICE may not call <{url}>"
    assert told.value.hint == f"line 1, column 12; allowed is 127.0.0.1:{port}"
    assert Scripted.seen == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT * { VALUES ?e { <urn:e> } SERVICE ?e { ?s ?p ?o } }", WHOLE_IRI),
        ("PREFIX e: <urn:e> SELECT * { SERVICE e:e { ?s ?p ?o } }", WHOLE_IRI),
        ("ASK { SERVICE <%s> { SERVICE <urn:e> { ?s ?p ?o } } }", "SERVICE within SERVICE is not supported"),
        ("SELECT * { SERVICE <%s> ?s ?p ?o }", "not SPARQL: SERVICE has no group in braces"),
        ("SELECT * { SERVICE <%s> { ?s ?p ?o", "not SPARQL: the group of SERVICE is not closed"),
    ],
)  # fmt: skip
def test_what_values_cannot_express_is_refused(server: str, text: str, message: str) -> None:
    with pytest.raises(QueryError) as told:
        federate(text.replace("%s", server), {"127.0.0.1"}, 5)
    assert told.value.message == message
    assert Scripted.seen == []


def test_rows_stand_in_place_of_the_service(server: str) -> None:
    Scripted.script = [(200, {"Content-Type": JSON}, TWO)]
    text = f"PREFIX a: <urn:>\nSELECT * {{ ?s a:p ?y . SERVICE <{server}> {{ ?s a:q ?x }} FILTER(?y > 1) }}"
    assert federate(text, {"127.0.0.1"}, 5) == (
        "PREFIX a: <urn:>\nSELECT * { ?s a:p ?y . "
        'VALUES (?s ?x) { (<urn:a> "\\"}"@de) (<urn:b> UNDEF) } FILTER(?y > 1) }'
    )
    (request,) = Scripted.seen
    assert parse_qs(request[2])["query"] == ["PREFIX a: <urn:>\n\nSELECT * WHERE { ?s a:q ?x \n}"]


def test_blank_nodes_are_refused(server: str) -> None:
    Scripted.script = [(200, {"Content-Type": JSON}, BLANK)]
    with pytest.raises(QueryError, match="answers with a blank node, which cannot be joined here"):
        federate(f"SELECT * {{ SERVICE SILENT <{server}> {{ ?s ?p ?o }} }}", {"127.0.0.1"}, 5)


def test_a_silent_service_without_an_answer_is_passed_over(server: str) -> None:
    Scripted.script = [(500, {}, b"out of order")]
    text = f"SELECT * {{ ?a ?b ?c SERVICE %s<{server}> {{ ?s ?p ?o }} }}"
    assert federate(text % "SILENT ", {"127.0.0.1"}, 5) == "SELECT * { ?a ?b ?c VALUES () { () } }"
    with pytest.raises(StoreError, match="failed \\(500"):
        federate(text % "", {"127.0.0.1"}, 5)


def test_a_redirect_is_not_followed(server: str) -> None:
    Scripted.script = [(307, {"Location": server.replace("127.0.0.1", "localhost")}, b"")]
    with pytest.raises(StoreError, match="has moved \\(307\\)"):
        federate(f"SELECT * {{ SERVICE <{server}> {{ ?s ?p ?o }} }}", {"127.0.0.1", "LOCALHOST"}, 5)
    assert len(Scripted.seen) == 1


def test_no_credentials_are_sent(server: str, tmp_path: Path) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login someone password secret\n")
    federate(f"SELECT * {{ SERVICE <{server}> {{ ?s ?p ?n }} }}", {"127.0.0.1"}, 5)
    assert "Authorization" not in Scripted.seen[0][1]


def test_limits_of_size(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = f"SELECT * {{ SERVICE <{server}> {{ ?s ?p ?n }} }}"
    Scripted.script = [(200, {"Content-Type": JSON}, TWO)]
    monkeypatch.setattr(federation, "MOST_ROWS", 1)
    with pytest.raises(LimitError, match="the answer has more than 1 rows"):
        federate(text, {"127.0.0.1"}, 5)
    monkeypatch.setattr(federation, "MOST_BYTES", len(ONE))
    with pytest.raises(LimitError, match=f"the answer has more than {len(ONE)} bytes"):
        federate(text, {"127.0.0.1"}, 5)
    with pytest.raises(LimitError, match="the query calls more than 10 services"):
        federate(f"SELECT * {{ {text.removeprefix('SELECT * {').removesuffix('}') * 11} }}", {"127.0.0.1"}, 5)


def test_all_calls_together_have_one_time_limit() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        away = f"http://127.0.0.1:{deaf.getsockname()[1]}/"
        service = f"SERVICE SILENT <{away}> {{ ?s ?p ?o }}"
        begun = time.monotonic()
        federate(f"SELECT * {{ {service} {service} {service} }}", {"127.0.0.1"}, 0.5)
        assert time.monotonic() - begun < 1.0
        words = ("query", "--text", f"ASK {{ SERVICE <{away}> {{ ?s ?p ?o }} }}", "--timeout", "2")
        found = tool_process(*words, "--allow-service", "127.0.0.1", project=RIVERS)
    assert found.err == f"error: {away} gave no answer within 1 s\n  hint: give a longer --timeout\n"
    assert found.code == 2
