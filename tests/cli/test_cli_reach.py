"""Nothing that a user asks or reads makes the tool call another machine, or read another file."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_support import ok, refused, tool, tool_process, write


class Listener:
    """Counts whoever calls on loopback, and hangs up."""

    def __init__(self) -> None:
        self.calls = 0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.socket.getsockname()[1]}/"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                caller, _address = self.socket.accept()
            except OSError:
                return
            self.calls += 1
            caller.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    found = Listener()
    yield found
    found.socket.close()
    assert found.calls == 0


def test_the_listener_would_notice() -> None:
    found = Listener()
    assert tool_process("query", "--endpoint", found.address, "--text", "ASK {}").code == 2
    assert found.calls > 0
    found.socket.close()


@pytest.mark.parametrize("form", ["SERVICE", "service SILENT", "SERVICE\n"])
def test_service_is_refused(listener: Listener, form: str) -> None:
    text = f"SELECT * {{ {form} <{listener.address}> {{ ?s ?p ?o }} }}"
    refused(tool("query", "--text", text), "SERVICE is not allowed: a query never calls another machine")


def test_service_is_refused_in_a_saved_query(listener: Listener, rivers: Path) -> None:
    text = f"#+ title: A\n#+ summary: B.\nSELECT * {{ SERVICE <{listener.address}> {{ ?s ?p ?o }} }}\n"
    write(rivers / "queries" / "away.rq", text)
    refused(
        tool("query", "away", project=rivers), "SERVICE is not allowed: a query never calls another machine"
    )


@pytest.mark.parametrize("text", ["LOAD <%s>", "LOAD SILENT <%s> INTO GRAPH <urn:g>"])
def test_load_is_refused(listener: Listener, text: str) -> None:
    refused(tool("query", "--text", text % listener.address), "LOAD is not allowed: the graph is read-only")


@pytest.mark.parametrize("clause", ["FROM", "FROM NAMED"])
def test_from_never_fetches_or_reads(listener: Listener, tmp_path: Path, clause: str) -> None:
    secret = write(tmp_path / "secret.ttl", "<urn:a> <urn:b> <urn:c> .")
    for address in (listener.address, secret.as_uri()):
        text = f"SELECT ?s {clause} <{address}> {{ {{ ?s ?p ?o }} UNION {{ GRAPH ?g {{ ?s ?p ?o }} }} }}"
        assert ok(tool("query", "--text", text, "-f", "csv")).lines == ["s"]


@pytest.mark.parametrize("command", [("query", "--text", "ASK {}", "--data"), ("validate",)])
def test_a_remote_json_ld_context_is_never_fetched(
    listener: Listener, tmp_path: Path, command: tuple[str, ...]
) -> None:
    secret = write(tmp_path / "context.json", '{"@context": {"b": "urn:b"}}')
    for address in (listener.address, secret.as_uri()):
        file = write(tmp_path / "a.jsonld", f'{{"@context": "{address}", "@id": "urn:a", "b": "c"}}')
        found = tool(*command, file)
        assert found.code == 2
        assert "context" in found.text + found.err
        assert "Traceback" not in found.err


def test_owl_imports_are_never_followed(listener: Listener, rivers: Path) -> None:
    write(
        rivers / "ontology" / "more.ttl",
        f"<urn:o> <http://www.w3.org/2002/07/owl#imports> <{listener.address}> .",
    )
    for engine in ("fast", "reference"):
        assert (
            ok(tool("validate", "--engine", engine, project=rivers)).lines[-1] == "the whole graph: conforms"
        )


def test_links_in_the_graph_are_shown_and_not_followed(listener: Listener, rivers: Path) -> None:
    write(
        rivers / "data" / "contributions" / "link.ttl",
        f"<https://rivers.example/id/river/alder> <http://xmlns.com/foaf/0.1/page> <{listener.address}> .",
    )
    assert listener.address in ok(tool("show", "alder", project=rivers)).text
