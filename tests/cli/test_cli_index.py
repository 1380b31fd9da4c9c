"""The index on disk: never stale, never torn, never in the way."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest
from cli_support import RIVER, Outcome, command, ok, tool, tool_process, write

LENGTH = f"SELECT ?l {{ <{RIVER}alder> <https://rivers.example/ontology#length> ?l }}"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("MCA_GRAPH_CACHE", str(folder))
    return folder


def ask(project: Path) -> Outcome:
    return tool("query", "--text", LENGTH, "-f", "csv", project=project)


def length(project: Path) -> str:
    return ok(ask(project)).lines[1]


def indexes(cache: Path) -> list[Path]:
    (home,) = cache.iterdir()
    return sorted(path for path in home.iterdir() if path.is_dir())


def settle(project: Path) -> None:
    """Make the files look as if they had not been written to for a while."""
    for path in project.rglob("*"):
        os.utime(path, (time.time() - 3600, time.time() - 3600))


def test_a_changed_file_is_noticed(cache: Path, rivers: Path) -> None:
    survey = rivers / "data" / "contributions" / "survey-2020.ttl"
    assert length(rivers) == "12.5"
    for value in ("13.5", "14.5", "15.5"):  # as many characters as before, within one tick of the clock
        text = survey.read_text()
        start = text.index("riv:length ") + len("riv:length ")
        survey.write_text(text[:start] + value + text[start + 4 :])
        assert length(rivers) == value


def test_a_file_that_comes_or_goes_is_noticed(cache: Path, rivers: Path) -> None:
    assert length(rivers) == "12.5"
    survey = rivers / "data" / "contributions" / "survey-2020.ttl"
    kept = survey.read_bytes()
    survey.unlink()
    assert length(rivers) == "14"
    survey.write_bytes(kept)
    assert length(rivers) == "12.5"


def test_changed_shapes_and_settings_are_noticed(cache: Path, rivers: Path) -> None:
    assert length(rivers) == "12.5"
    settings = rivers / "mca-graph.toml"
    order = '"trust:measured", "trust:guessed"'
    settings.write_text(settings.read_text().replace(order, '"trust:guessed", "trust:measured"'))
    assert length(rivers) == "14"
    shapes = rivers / "shapes" / "river.ttl"
    shapes.write_text(shapes.read_text().replace("sh:maxCount 1 ; ", ""))
    assert sorted(ok(ask(rivers)).lines[1:]) == ["12.5", "14"]


def test_an_index_is_built_once(cache: Path, rivers: Path) -> None:
    length(rivers)
    (built,) = indexes(cache)
    before = (built / "CURRENT").stat().st_mtime_ns
    length(rivers)
    assert [(path, (path / "CURRENT").stat().st_mtime_ns) for path in indexes(cache)] == [(built, before)]


def test_old_indexes_do_not_pile_up(cache: Path, rivers: Path) -> None:
    note = rivers / "data" / "contributions" / "note.ttl"
    for number in range(8):
        write(note, f"<urn:a> <urn:b> {number} .")
        length(rivers)
    assert len(indexes(cache)) <= 4


def test_two_processes_at_once_both_answer(cache: Path, rivers: Path) -> None:
    running = [
        subprocess.Popen(
            command("query", "--text", LENGTH, "-f", "csv", project=rivers),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _number in range(4)
    ]
    for one in running:
        assert one.communicate(timeout=60) == (b"l\r\n12.5\r\n", b"")
        assert one.returncode == 0
    assert len(indexes(cache)) == 1


@pytest.mark.parametrize("moment", [0.05, 0.12, 0.18, 0.25, 0.32, 0.4])
def test_a_kill_while_building_leaves_a_cache_that_works(cache: Path, rivers: Path, moment: float) -> None:
    statements = "".join(f"<urn:s:{number}> <urn:p> {number} .\n" for number in range(20_000))
    write(rivers / "data" / "contributions" / "many.ttl", statements)
    running = subprocess.Popen(
        command("query", "--text", LENGTH, project=rivers),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    time.sleep(moment)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    time.sleep(0.3)  # its child is gone too
    count = "SELECT (COUNT(*) AS ?n) { ?s <urn:p> ?o }"
    found = tool("query", "--text", count, "-f", "csv", project=rivers)
    assert ok(found).lines == ["n", "20000"]
    assert [path for path in indexes(cache) if path.name.startswith("building-")] == []


@pytest.mark.parametrize("what", ["manifest", "CURRENT", "MANIFEST-*", "*.sst", "everything"])
@pytest.mark.parametrize("how", ["emptied", "garbled", "removed"])
def test_a_damaged_cache_is_rebuilt(cache: Path, rivers: Path, what: str, how: str) -> None:
    length(rivers)
    settle(rivers)
    length(rivers)
    (index,) = indexes(cache)
    damaged = {
        "manifest": [index.parent / "manifest.json"],
        "everything": [path for path in index.iterdir() if path.is_file()],
    }.get(what) or list(index.glob(what))
    for path in damaged:
        if how == "removed":
            path.unlink()
        else:
            path.write_bytes(b"" if how == "emptied" else bytes(reversed(path.read_bytes())) + b"\xff")
    found = tool_process("query", "--text", LENGTH, "-f", "csv", project=rivers)
    assert found.lines == ["l", "12.5"], found.err
    assert found.code == 0


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path, rivers: Path) -> None:
    blocked = write(tmp_path / "file", "")
    found = tool_process(
        "query", "--text", LENGTH, "-f", "csv", project=rivers, MCA_GRAPH_CACHE=str(blocked / "cache")
    )
    assert (found.code, found.lines) == (0, ["l", "12.5"])
    assert found.err.startswith(f"warning: the index cannot be kept in {blocked}/cache/")
    assert found.err.endswith("; the graph is held in memory\n")
    assert len(found.err.splitlines()) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_cache_is_done_without(cache: Path, rivers: Path) -> None:
    cache.mkdir(mode=0o500)
    found = ask(rivers)
    assert (found.code, found.lines) == (0, ["l", "12.5"])
    assert found.err.startswith("warning: the index cannot be kept in ")


def test_a_full_disk_is_done_without_the_cache(cache: Path, rivers: Path) -> None:
    """Files may not grow beyond some bytes, as on a disk that is full."""

    def full() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

    done = subprocess.run(
        command("query", "--text", LENGTH, "-f", "csv", project=rivers),
        capture_output=True,
        preexec_fn=full,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, b"l\r\n12.5\r\n"), done.stderr
    assert done.stderr.startswith(b"warning: the index cannot be kept in ")
    assert length(rivers) == "12.5"


def test_two_copies_of_a_project_have_each_their_own_index(cache: Path, rivers: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(rivers, tmp_path / "other"))
    (other / "data" / "contributions" / "survey-2020.ttl").unlink()
    assert (length(rivers), length(other), length(rivers)) == ("12.5", "14", "12.5")


def test_plain_files_are_indexed_by_their_content(cache: Path, tmp_path: Path) -> None:
    file = write(tmp_path / "a.ttl", "<urn:a> <urn:b> 1 .")
    args = ("query", "--data", file, "--text", "SELECT ?o { ?s ?p ?o }", "-f", "csv")
    assert ok(tool(*args)).lines == ["o", "1"]
    write(file, "<urn:a> <urn:b> 2 .")
    assert ok(tool(*args)).lines == ["o", "2"]
