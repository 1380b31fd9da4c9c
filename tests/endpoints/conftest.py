"""The servers that several test modules ask."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
from endpoint_support import push, running
from scripted import JSON, ONE, Scripted
from servers import Server

from mca_graph.store import transport


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    monkeypatch.setattr(transport, "_FIRST_PAUSE_S", 0.01)
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    Scripted.script, Scripted.seen = [(200, {"Content-Type": JSON}, ONE)], []
    http = ThreadingHTTPServer(("127.0.0.1", 0), Scripted)
    # Who no longer waits has closed; a word on it would stand in what a later test reads.
    http.handle_error = lambda request, client: None  # type: ignore[method-assign]
    threading.Thread(target=http.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{http.server_port}/sparql"
    http.shutdown()
    http.server_close()


@pytest.fixture(scope="module", params=["oxigraph", "virtuoso"])
def pushed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Each server, with the graph of the project that the tool comes with."""
    with running(request.param, tmp_path_factory.mktemp(request.param)) as server:
        done = push(server)
        assert done.code == 0, done.err
        yield server
