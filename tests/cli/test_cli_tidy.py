"""The tidy copy of a large index: the same answers, made behind the back of whoever asks, never torn."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cli_support import WETLANDS, command, ok, tool, write
from pyoxigraph import Literal, NamedNode, Quad

from mca_graph.errors import StoreError
from mca_graph.graph import tidy as tidying
from mca_graph.graph.index import best, is_store, open_graph, tidied
from mca_graph.namespaces import LABEL_PROPERTIES
from mca_graph.project import load_project
from mca_graph.server.jobs import open_store
from mca_graph.server.worker import WorkerSettings
from mca_graph.store.embedded import NAMES_FILE, EmbeddedStore, create

LABELS = """\
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
<urn:two> rdfs:label "Zwei"@de, "Two"@en, "Two"@en-GB, "Two" .
<urn:later> foaf:name "Named" ; skos:prefLabel "Preferred"@cy .
<urn:number> rdfs:label 7 .
<urn:mixed> rdfs:label "Mixed", 8 ; skos:prefLabel "Mixed too" .
<urn:link> rdfs:label <urn:two> .
<urn:html> rdfs:label "<b>bold</b>"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#HTML> .
<urn:way> rdfs:label "nul \\u0000 and \\u200F ẞ 👩‍🔬 'quote' \\"double\\" \\\\ \\n line" .
_:nameless rdfs:label "Nobody" .
"""


@pytest.fixture
def index(tmp_path: Path, rivers: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The index of the rivers and of things with names of all kinds."""
    monkeypatch.setenv("MCA_GRAPH_CACHE", str(tmp_path / "cache"))
    write(rivers / "data" / "contributions" / "labels.ttl", LABELS)
    ok(tool(*WETLANDS, project=rivers))
    (home,) = (tmp_path / "cache").iterdir()
    (folder,) = (path for path in home.iterdir() if path.is_dir())
    return folder


def tidy_process(folder: Path, **options: object) -> subprocess.Popen[bytes]:
    asked = [sys.executable, "-m", "mca_graph.graph.tidy", str(folder)]
    return subprocess.Popen(asked, stderr=subprocess.PIPE, **options)  # type: ignore[call-overload,no-any-return]


def statements(store: EmbeddedStore) -> set[Quad]:
    return set(store.engine.quads_for_pattern(None, None, None, None))


def test_the_copy_holds_the_same_statements_and_names(index: Path) -> None:
    tidying.tidy(index)
    plain, tidy = EmbeddedStore.open(index), EmbeddedStore.open(tidied(index))
    assert (index / NAMES_FILE).exists() is False
    assert (tidied(index) / NAMES_FILE).exists()
    quads = statements(plain)
    assert statements(tidy) == quads
    things = {node for quad in quads for node in (quad.subject, quad.object, quad.predicate)}
    things.add(NamedNode("urn:unheard-of"))
    named = 0
    for thing in things - {node for node in things if isinstance(node, Literal)}:
        for property_ in map(NamedNode, LABEL_PROPERTIES):
            expected = list(plain.match(thing, property_))
            assert sorted(tidy.match(thing, property_), key=str) == sorted(expected, key=str)
            for triple in expected:
                assert list(tidy.match(*triple)) == [triple]
            assert list(tidy.match(thing, property_, Literal("no name of it"))) == []
            named += len(expected)
    assert named > 20


def test_names_come_from_the_table(index: Path) -> None:
    """Seen by a table that says something else than the graph."""
    import sqlite3

    tidying.tidy(index)
    with sqlite3.connect(tidied(index) / NAMES_FILE) as table:
        table.execute("UPDATE name SET value = 'Due' WHERE thing = 'urn:two' AND language = 'de'")
    store = EmbeddedStore.open(tidied(index))
    found = store.match(NamedNode("urn:two"), NamedNode(LABEL_PROPERTIES[0]))
    assert {value for _thing, _property, value in found} == {
        Literal("Due", language="de"),
        Literal("Two", language="en"),
        Literal("Two", language="en-gb"),
        Literal("Two"),
    }


def test_the_copy_is_what_is_asked_from_then_on(index: Path, rivers: Path) -> None:
    before = ok(tool(*WETLANDS, project=rivers)).text
    tidying.tidy(index)
    shutil.rmtree(index)
    assert ok(tool(*WETLANDS, project=rivers)).text == before
    assert not index.exists()  # nothing was built for it


def test_a_change_makes_an_index_of_its_own(index: Path, rivers: Path) -> None:
    tidying.tidy(index)
    write(rivers / "data" / "contributions" / "labels.ttl", '<urn:two> <urn:p> "new" .')
    asked = tool("query", "--text", "SELECT ?o { <urn:two> ?p ?o }", "-f", "csv", project=rivers)
    assert ok(asked).lines == ["o", "new"]


@pytest.mark.parametrize("what", [NAMES_FILE, "CURRENT", "MANIFEST-*", "*.sst"])
@pytest.mark.parametrize("how", ["emptied", "garbled", "removed"])
def test_a_damaged_copy_is_no_harm(index: Path, rivers: Path, what: str, how: str) -> None:
    before = ok(tool(*WETLANDS, project=rivers)).text
    tidying.tidy(index)
    for path in tidied(index).glob(what):
        if how == "removed":
            path.unlink()
        else:
            path.write_bytes(b"" if how == "emptied" else bytes(reversed(path.read_bytes())) + b"\xff")
    found = subprocess.run(command(*WETLANDS, project=rivers), capture_output=True, timeout=60, check=False)
    assert (found.returncode, found.stdout.decode()) == (0, before), found.stderr


@pytest.mark.parametrize("moment", [0.1, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5])
def test_a_kill_while_tidying_is_no_harm(index: Path, rivers: Path, moment: float) -> None:
    before = ok(tool(*WETLANDS, project=rivers)).text
    running = tidy_process(index)
    time.sleep(moment)
    running.kill()
    running.communicate()
    assert ok(tool(*WETLANDS, project=rivers)).text == before
    write(rivers / "data" / "contributions" / "labels.ttl", "<urn:two> <urn:p> 3 .")
    ok(tool(*WETLANDS, project=rivers))
    assert [path.name for path in index.parent.iterdir() if path.name.startswith("building-")] == []


def test_a_full_disk_leaves_the_index_as_it_was(index: Path, rivers: Path) -> None:
    def full() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

    running = tidy_process(index, preexec_fn=full)
    running.communicate(timeout=60)
    assert running.returncode != 0
    assert [path.name for path in index.parent.iterdir() if path.is_dir()] == [index.name]
    ok(tool(*WETLANDS, project=rivers))


def test_two_at_once_make_one_copy(index: Path, rivers: Path) -> None:
    running = [tidy_process(index) for _number in range(3)]
    deadline = time.monotonic() + 60
    while not is_store(tidied(index)) or any("building" in path.name for path in index.parent.iterdir()):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    for one in running:
        assert one.poll() is None  # they wait with removing what was there before
        one.kill()
        one.communicate()
    assert statements(EmbeddedStore.open(tidied(index))) == statements(EmbeddedStore.open(index))
    ok(tool(*WETLANDS, project=rivers))


def test_a_large_index_is_tidied_in_the_background(
    index: Path, rivers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(index)
    started: list[str] = []
    popen = subprocess.Popen

    def note(asked: list[str], **options: object) -> subprocess.Popen[bytes]:
        started.append(asked[-1])
        running: subprocess.Popen[bytes] = popen(asked, **options)  # type: ignore[call-overload]
        return running

    monkeypatch.setattr(subprocess, "Popen", note)
    monkeypatch.setattr(tidying, "WORTH_IT", 0)
    open_graph(load_project(rivers))
    open_graph(load_project(rivers))  # found, so that nothing is started for it
    assert started == [str(index)]
    deadline = time.monotonic() + 60
    while not is_store(tidied(index)):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert best(index) == tidied(index)


@pytest.mark.parametrize("why", ["small", "no processes"])
def test_otherwise_nothing_is_started(
    index: Path, rivers: Path, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    shutil.rmtree(index)
    monkeypatch.setattr(subprocess, "Popen", lambda *_asked, **_options: pytest.fail("a process was started"))
    if why == "no processes":
        monkeypatch.setattr(tidying, "WORTH_IT", 0)
        monkeypatch.setenv("MCA_GRAPH_NO_FORK", "1")
    open_graph(load_project(rivers))
    assert is_store(index)


def test_what_was_tidied_is_removed_and_workers_go_on(
    index: Path, rivers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = statements(EmbeddedStore.open(index))
    monkeypatch.setattr(tidying, "_GRACE_S", 0)
    monkeypatch.setattr(os, "nice", lambda _by: 0)
    monkeypatch.setattr(sys, "argv", ["tidy", str(index)])
    assert tidying.main() == 0
    assert not index.exists()
    told = WorkerSettings(
        root=str(rivers), store=str(index), edition="", time_limit=1, memory=0,
        max_rows=1, max_bytes_out=1, page_size=1,
    )  # fmt: skip
    store = open_store(load_project(rivers), told)
    assert isinstance(store, EmbeddedStore)
    assert statements(store) == plain


def test_what_somebody_reads_is_not_removed(
    index: Path, rivers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine opens files when it first needs them."""
    reader = EmbeddedStore.open(index)
    monkeypatch.setattr(tidying, "_GRACE_S", 0)
    monkeypatch.setattr(os, "nice", lambda _by: 0)
    monkeypatch.setattr(sys, "argv", ["tidy", str(index)])
    assert tidying.main() == 0
    assert statements(reader) == statements(EmbeddedStore.open(tidied(index)))
    reader.close()
    assert tidying.main() == 0
    assert not index.exists()
    ok(tool(*WETLANDS, project=rivers))


def test_names_of_another_state_of_a_store_are_not_used(tmp_path: Path) -> None:
    data = write(tmp_path / "a.ttl", '<urn:a> <http://www.w3.org/2000/01/rdf-schema#label> "old" .')
    assert tool("load", tmp_path / "store", "--data", data, "--compact").code == 0
    ask = ("query", "--store", tmp_path / "store", "--text", "SELECT ?s { ?s ?p ?o }")
    assert ok(tool(*ask)).lines[-1] == "old"
    written = create(tmp_path / "store")
    written.engine.update(
        'PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> DELETE DATA { <urn:a> rdfs:label "old" }; '
        'INSERT DATA { <urn:a> rdfs:label "new" }'
    )
    written.engine.flush()
    written.close()
    assert ok(tool(*ask)).lines[-1] == "new"


def test_three_states_of_the_files_keep_their_indexes(index: Path, rivers: Path) -> None:
    def state(number: int) -> str:
        """Ask, tidy the index that was built for it, and return its key."""
        known = {path.name for path in index.parent.iterdir()}
        write(rivers / "data" / "contributions" / "labels.ttl", f"<urn:two> <urn:p> {number} .")
        ok(tool(*WETLANDS, project=rivers))
        (new,) = (path for path in index.parent.iterdir() if path.is_dir() and path.name not in known)
        tidying.tidy(new)
        return new.name

    tidying.tidy(index)
    keys = [index.name, *map(state, (1, 2, 3, 4))]
    left = {path.name.removesuffix(".tidy") for path in index.parent.iterdir() if path.is_dir()}
    assert left == set(keys[1:])  # the three newest were kept when the last was built


def test_what_is_not_there_cannot_be_tidied(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no store in this folder"):
        tidying.tidy(tmp_path / "nothing")
    assert list(tmp_path.iterdir()) == []
