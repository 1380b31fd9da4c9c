"""Work that several processes share: all of it is done, and what comes out does not tell by whom."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from test_site_writing import contents, published

from mca_graph.errors import McaGraphError
from mca_graph.files import alone
from mca_graph.publishing.site.sharing import aside, share

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot copy a process")


def wait() -> None:
    time.sleep(0.3)


@pytest.mark.parametrize("helpers", [0, 1, 3])
def test_every_piece_gives_its_result_in_its_place(helpers: int) -> None:
    assert share(7, lambda piece: piece * piece, wait, helpers) == [0, 1, 4, 9, 16, 25, 36]


def test_there_may_be_nothing_to_do() -> None:
    assert share(0, lambda piece: piece, wait, 1) == []


def test_helpers_work_while_this_process_does_something_else() -> None:
    found = share(4, lambda piece: os.getpid(), wait, 1)
    assert len(set(found)) == 1
    assert found[0] != os.getpid()


def test_what_a_helper_fails_to_do_is_done_here() -> None:
    origin = os.getpid()

    def work(piece: int) -> int:
        if os.getpid() != origin:
            os._exit(1)
        return piece

    assert share(3, work, wait, 2) == [0, 1, 2]


def test_the_error_of_a_piece_is_seen() -> None:
    def work(piece: int) -> int:
        raise McaGraphError(f"piece {piece}")

    with pytest.raises(McaGraphError, match="piece 0"):
        share(1, work, wait, 1)


def test_helpers_end_where_this_process_fails(tmp_path: Path) -> None:
    def work(piece: int) -> None:
        (tmp_path / "pid").write_text(str(os.getpid()))
        time.sleep(60)

    def fail() -> None:
        while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
            time.sleep(0.01)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        share(1, work, fail, 1)
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


@pytest.mark.parametrize("later", [False, True])
def test_something_is_done_aside(monkeypatch: pytest.MonkeyPatch, later: bool) -> None:
    monkeypatch.setattr("mca_graph.publishing.site.sharing._idle_processors", lambda: 1)
    with aside(lambda: (os.getpid(), os.nice(0)), later=later) as result:
        pid, niceness = result()
    assert pid != os.getpid()
    assert niceness == os.nice(0) + (10 if later else 0)
    monkeypatch.setattr("mca_graph.publishing.site.sharing._idle_processors", lambda: 0)
    with aside(os.getpid) as result:
        assert result() == os.getpid()


def test_what_fails_aside_is_done_here_and_its_error_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mca_graph.publishing.site.sharing._idle_processors", lambda: 1)

    def work() -> None:
        raise McaGraphError(f"in {os.getpid()}")

    with aside(work) as result, pytest.raises(McaGraphError, match=f"in {os.getpid()}"):
        result()


def test_what_nobody_waits_for_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mca_graph.publishing.site.sharing._idle_processors", lambda: 1)

    def work() -> None:
        (tmp_path / "pid").write_text(str(os.getpid()))
        time.sleep(60)

    with aside(work):
        while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
            time.sleep(0.01)
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


def test_one_process_at_a_time(tmp_path: Path) -> None:
    def work(piece: int) -> None:
        with alone(tmp_path / "lock"):
            with (tmp_path / "log").open("a") as log:
                log.write("in\n")
            time.sleep(0.02)
            with (tmp_path / "log").open("a") as log:
                log.write("out\n")

    share(6, work, lambda: None, 2)
    assert (tmp_path / "log").read_text() == "in\nout\n" * 6


def test_helpers_write_the_same_site(rivers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mca_graph.publishing.site.resource._PIECE", 1)
    monkeypatch.setattr("mca_graph.publishing.site.sharing._idle_processors", lambda: 2)
    shared = published(rivers, tmp_path / "shared")
    monkeypatch.setattr("mca_graph.publishing.site.sharing._idle_processors", lambda: 0)
    assert published(rivers, tmp_path / "alone") == shared
    assert contents(tmp_path / "alone") == contents(tmp_path / "shared")
