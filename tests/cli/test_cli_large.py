"""Large files: loaded by the engine itself, in a process of its own where that is better, to the same end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from cli_support import RIVERS, command, tool, write
from pyoxigraph import DefaultGraph, NamedNode, Quad

from mca_graph.errors import ReadError
from mca_graph.graph import assemble, bulk
from mca_graph.graph.build import build_store
from mca_graph.project import load_project
from mca_graph.store.embedded import EmbeddedStore, create

WAYS = ("small", "here", "apart")


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """How files are loaded."""
    way: str = request.param
    if way != "small":
        monkeypatch.setattr(assemble, "_LARGE", 0)
    if way == "apart":
        monkeypatch.setattr(bulk, "WORTH_A_PROCESS", 0)
    return way


def loaded(project: Path, folder: Path) -> set[Quad]:
    folder.mkdir()
    build_store(folder, assemble.Assembly(load_project(project)))
    return set(EmbeddedStore.open(folder).engine.quads_for_pattern(None, None, None, None))


def test_all_ways_lead_to_the_same_graph(way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[object] = []
    run = subprocess.run
    monkeypatch.setattr(
        subprocess, "run", lambda *asked, **options: started.append(asked) or run(*asked, **options)
    )
    found = loaded(RIVERS, tmp_path / "store")
    assert len(started) == (1 if way == "apart" else 0)
    monkeypatch.undo()
    assert found == loaded(RIVERS, tmp_path / "expected")
    graphs = {str(quad.graph_name) for quad in found}
    assert "DEFAULT" in graphs
    assert "<https://rivers.example/graph/contribution/survey-2020>" in graphs
    assert "<https://rivers.example/graph/provenance>" in graphs


@pytest.mark.parametrize("load", [bulk.load_twice, bulk._load_side_by_side])
def test_a_file_is_loaded_as_what_holds_and_as_what_is_said(
    load: Callable[[Path, EmbeddedStore, NamedNode], None], tmp_path: Path
) -> None:
    """One after the other or at once, where files are large enough."""
    lines = "".join(f"<urn:s{number}> <urn:p> <urn:o{number % 7}> .\n" for number in range(5000))
    store = create(tmp_path / "store")
    load(write(tmp_path / "a.nt", lines), store, NamedNode("urn:g"))
    for graph in (DefaultGraph(), NamedNode("urn:g")):
        found = [
            (quad.subject.value, quad.object.value)
            for quad in store.engine.quads_for_pattern(None, None, None, graph)
        ]
        assert sorted(found) == sorted((f"urn:s{number}", f"urn:o{number % 7}") for number in range(5000))
    with pytest.raises(ReadError, match=r"b\.nt:2:17: "):
        load(
            write(tmp_path / "b.nt", "<urn:a> <urn:b> <urn:c> .\n<urn:a> <urn:b> <no iri> .\n"),
            store,
            NamedNode("urn:h"),
        )


def test_a_file_with_graphs_is_put_where_it_belongs(way: str, tmp_path: Path, rivers: Path) -> None:
    graph = "https://rivers.example/graph/contribution/more"
    write(rivers / "data" / "contributions" / "more.trig", f"<{graph}> {{ <urn:a> <urn:b> 1 }}")
    found = {quad for quad in loaded(rivers, tmp_path / "store") if quad.subject.value == "urn:a"}
    assert {str(quad.graph_name) for quad in found} == {"DEFAULT", f"<{graph}>"}


@pytest.mark.parametrize(
    ("lines", "place"), [("<urn:a> <urn:b> 1 .\n", "1:17"), ("<urn:a> <urn:b> <no iri> .\n", "1:17")]
)
def test_what_a_file_has_wrong_is_told_with_its_place(
    way: str, tmp_path: Path, rivers: Path, lines: str, place: str
) -> None:
    """The second is an IRI that is none: one of the two loads does not look at those."""
    broken = write(rivers / "data" / "contributions" / "broken.nt", lines)
    found = tool("load", tmp_path / "store", project=rivers)
    assert (found.code, found.err.startswith(f"error: {broken}:{place}: ")) == (2, True), found.err
    assert [path.name for path in tmp_path.iterdir()] == ["rivers"]
    write(broken, '<urn:a> <urn:b> "1" .\n')
    assert tool("load", tmp_path / "store", project=rivers).code == 0


@pytest.mark.skipif(sys.platform != "linux", reason="processes end with their parent on Linux only")
def test_a_process_that_loads_ends_with_the_one_that_waits(tmp_path: Path) -> None:
    project = tmp_path / "project"
    lines = "".join(f"<urn:s{number}> <urn:p> <urn:o{number}> .\n" for number in range(2_000_000))
    write(project / "mca-graph.toml", (RIVERS / "mca-graph.toml").read_text())
    write(project / "data" / "contributions" / "many.nt", lines)
    running = subprocess.Popen(
        command("load", tmp_path / "store", project=project),
        start_new_session=True,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    while not (loading := _below(running.pid)):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    for pid in loading:
        os.kill(int(_status(pid)[1]), signal.SIGKILL)
    running.wait()
    deadline = time.monotonic() + 2  # it would take longer to come to its end
    while any(_status(pid)[0] != "Z" for pid in loading):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _below(session: int) -> list[int]:
    """The processes of a session that load."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        pid = int(folder.name)
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"mca_graph.graph.bulk" in words and _status(pid)[3] == str(session):
            found.append(pid)
    return found


def _status(pid: int) -> list[str]:
    """State, parent, group and session of a process; one that is gone is as good as a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[:4]
    except OSError:
        return ["Z", "0", "0", "0"]
