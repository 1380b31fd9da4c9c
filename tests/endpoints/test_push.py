"""A push that is broken off leaves each graph as it was or as it is to be, and goes on where it ended."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from endpoint_support import push, running, tool
from pyoxigraph import RdfFormat, parse
from servers import Server, ask, numbers

from mca_graph.errors import StoreError
from mca_graph.project import load_project
from mca_graph.store.push import Graph, Pusher
from mca_graph.store.remote import RemoteStore

BASE = "https://rivers.example/graph/"
EVERY_GRAPH = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"


@pytest.fixture(scope="module", params=["oxigraph", "virtuoso"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(request.param, tmp_path_factory.mktemp(request.param)) as found:
        yield found


@pytest.fixture
def store(server: Server, rivers: Path) -> RemoteStore:
    """The endpoint, with the rivers on it and nothing else."""
    done = push(server, "--again", project=rivers)
    assert done.code == 0, done.err
    return fresh(server, rivers)


def fresh(server: Server, rivers: Path) -> RemoteStore:
    return RemoteStore.open(server.url, load_project(rivers), 60.0)


def graph(*lines: str, name: str = "contribution/new") -> Graph:
    text = "\n".join(lines).encode()
    return Graph.of(BASE + name, parse(text, format=RdfFormat.TURTLE))


def count(server: Server, name: str = "contribution/new") -> int:
    return numbers(server.url, f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{BASE}{name}> {{ ?s ?p ?o }} }}")[0]


def staging(server: Server) -> int:
    text = (
        f'SELECT (COUNT(*) AS ?n) {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(STRSTARTS(STR(?g), "{BASE}pushed/")) }}'
    )
    return numbers(server.url, text)[0]


OLD = graph("<urn:a> <urn:p> 1 .")
NEW = graph(*(f"<urn:a> <urn:p> {n} ." for n in range(2, 12)))


class BrokenOff(Exception):
    """Stands for a lost line, or for a process that was killed."""


@pytest.mark.parametrize("at", range(6))
def test_a_graph_is_old_or_new_wherever_it_breaks_off(
    server: Server, store: RemoteStore, rivers: Path, at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    Pusher(store).push([OLD])
    monkeypatch.setattr("mca_graph.store.transport.ATTEMPTS", 1)
    seen = 0
    pusher = Pusher(fresh(server, rivers))
    sent, updated = pusher._send, pusher._update

    def step(send: object, *args: object, **options: object) -> None:
        nonlocal seen
        seen += 1
        if seen > at:
            raise BrokenOff
        send(*args, **options)  # type: ignore[operator]

    monkeypatch.setattr(pusher, "_send", lambda *args, **options: step(sent, *args, **options))
    monkeypatch.setattr(pusher, "_update", lambda *args, **options: step(updated, *args, **options))
    monkeypatch.setattr("mca_graph.store.dialects.Dialect.batch", 4, raising=False)
    try:
        pusher.push([NEW])
        finished = True
    except BrokenOff:
        finished = False
    assert count(server) in (len(OLD.lines), len(NEW.lines))
    assert not finished or count(server) == len(NEW.lines)
    done = Pusher(fresh(server, rivers)).push([NEW])
    assert done.sent == (() if finished else done.sent)
    assert count(server) == len(NEW.lines)
    assert staging(server) == 0


def test_a_push_goes_on_where_it_was_broken_off(
    server: Server, store: RemoteStore, rivers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = graph(*(f"<urn:a> <urn:p> {n} ." for n in range(25)))
    batches: list[int] = []
    first = Pusher(store)
    assert store.pushed  # by which it is known what kind of server it is
    object.__setattr__(store.dialect, "batch", 10)
    sent = first._send

    def two_batches(name: str, lines: list[str], *, again: bool) -> None:
        if len(batches) == 2:
            raise BrokenOff
        batches.append(len(lines))
        sent(name, lines, again=again)

    monkeypatch.setattr(first, "_send", two_batches)
    try:
        with pytest.raises(BrokenOff):
            first.push([many])
        second = Pusher(fresh(server, rivers))
        rest: list[int] = []
        really = second._send
        monkeypatch.setattr(
            second,
            "_send",
            lambda name, lines, again: (rest.append(len(lines)), really(name, lines, again=again)),
        )
        second.push([many])
    finally:
        object.__setattr__(store.dialect, "batch", 5000)
    assert (batches, rest) == ([10, 10], [5])
    assert count(server) == 25


def test_blank_nodes_arrive_once(server: Server, store: RemoteStore) -> None:
    lists = graph("<urn:a> <urn:p> (1 2 3), [ <urn:q> [ <urn:q> 4 ] ] .")
    done = Pusher(store).push([lists])
    assert done.sent == (lists.name,)
    assert count(server) == len(lists.lines) == 10


def test_texts_of_every_kind_arrive_as_they_are(server: Server, store: RemoteStore) -> None:
    odd = graph(
        r'<urn:a> <urn:p> "quote \" backslash \\ tab \t line\nbreak\r", "é ö ☂ 😀"@de, "", "x"@en-GB .',
        '<urn:a> <urn:q> "POINT(-2.97489 56.46913)"^^<http://www.opengis.net/ont/geosparql#wktLiteral> .',
        '<urn:a> <urn:q> "2024-02-29"^^<http://www.w3.org/2001/XMLSchema#date>, 1e6, 007, true, 1.50 .',
        '<urn:a> <urn:q> "1999"^^<http://www.w3.org/2001/XMLSchema#gYear>, <urn:b?c=d&e=f#g> .',
        '<urn:a> <urn:q> "a } b > c ; INSERT DATA { <urn:x> a 1 }" .',
    )
    assert Pusher(store).push([odd]).sent == (odd.name,)


def test_what_a_server_changes_is_told(server: Server, store: RemoteStore, rivers: Path) -> None:
    """Virtuoso makes 0 of what is no number; the graph then does not count as pushed."""
    wrong = graph('<urn:a> <urn:p> "many"^^<http://www.w3.org/2001/XMLSchema#integer> .')
    if server.name == "oxigraph":
        Pusher(store).push([wrong])
        return
    with pytest.raises(StoreError, match=r'"many".* became .*"0"'):
        Pusher(store).push([wrong])
    assert wrong.name not in fresh(server, rivers).pushed


def test_the_servers_own_default_graph_is_left_alone_unless_asked(server: Server, rivers: Path) -> None:
    if server.name != "oxigraph":
        return  # Virtuoso's default graph is all its graphs together
    default = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    assert push(server, "--again", project=rivers).code == 0
    assert numbers(server.url, default) == [0]
    assert push(server, "--again", "--default-graph", project=rivers).code == 0
    assert numbers(server.url, default)[0] == count(server, "current")
    plain = ask(server.url, "ASK { <https://rivers.example/id/river/alder> ?p ?o }")
    assert plain["boolean"] is True


def test_who_may_not_write_is_told(server: Server, rivers: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if server.name != "virtuoso":
        return  # the Oxigraph server lets everybody write
    monkeypatch.setenv("NETRC", "/nowhere")
    found = tool("push", "--endpoint", server.url, "--again", project=rivers)
    assert found.code == 2
    assert "wants to know who asks (401)" in found.err
