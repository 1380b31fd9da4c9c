"""Servers of one snapshot behind nginx: one dies, others get a new snapshot, and no request fails."""

from __future__ import annotations

import shutil
import signal
import stat
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest
from replicas import ASKED, balanced, snapshot_of, write_brooks
from server_support import Running, running

from shared import NGINX, free_port, require

ROW = "| Marked {} {} | {} |\n"


def load(project: Path, folder: Path) -> Path:
    command = [sys.executable, "-m", "mca_graph", "--project", str(project), "load", str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    return folder


@pytest.fixture
def snapshots(rivers: Path, tmp_path: Path) -> dict[str, Path]:
    """Two snapshots of one project: in between all its marked brooks have changed."""
    found = {}
    for name in ("old", "new"):
        write_brooks(rivers, name)
        found[name] = load(rivers, tmp_path / name)
    return found


def answered(server: Running) -> float:
    routes = (("/sparql", "GET"), ("/sparql", "POST"), ("/api/queries", "GET"))
    return sum(
        server.metric(f'mca_graph_requests_total{{route="{route}",method="{method}",status="200"}}')
        for route, method in routes
    )


def test_a_death_and_an_upgrade_lose_no_request(
    rivers: Path, snapshots: dict[str, Path], tmp_path: Path
) -> None:
    require(NGINX, "nginx (Debian: nginx-light)")
    require(shutil.which("openssl"), "openssl (Debian: openssl)")
    ports = [free_port() for _number in range(3)]

    def replica(number: int, snapshot: str) -> Running:
        return stack.enter_context(
            running(
                *("--port", str(ports[number]), "--store", str(snapshots[snapshot])),
                *("--rate", "0", "--client-jobs", "1000", "--access-log", "", "--trust-proxy", "127.0.0.1"),
                project=rivers,
            )
        )

    def upgraded(number: int, server: Running) -> Running:
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(20) == 0
        return replica(number, "new")

    with ExitStack() as stack:
        first, second, third = (replica(number, "old") for number in range(3))
        clients = stack.enter_context(balanced(tmp_path, ports))
        with clients.asking(4):
            assert set(clients.wait_for(100)) == {"old"}
            assert all(answered(server) > 10 for server in (first, second, third))
            first.process.kill()
            assert set(clients.wait_for(100)) == {"old"}
            second = upgraded(1, second)
            while "new" not in clients.wait_for(20):
                pass
            assert set(clients.wait_for(200)) == {"old", "new"}
            third = upgraded(2, third)
            assert set(clients.wait_for(200)) == {"new"}
    assert clients.failed == []
    # An ETag names one content whichever server answers: two snapshots of what each client asked.
    assert sorted(map(len, clients.tags.values())) == [1] * (2 * len(ASKED))


def test_an_answer_that_mixes_snapshots_would_be_seen() -> None:
    old = [ROW.format(number, "old", "1.5") for number in range(60)]
    assert snapshot_of("".join(old)) == "old"
    assert snapshot_of("".join(old[:59])) == ""
    assert snapshot_of("".join([*old[:59], ROW.format(59, "new", "2.5")])) == ""
    assert snapshot_of("".join([*old[:59], ROW.format(59, "old", "2.5")])) == ""


def test_copies_of_a_snapshot_name_their_answers_alike(rivers: Path, tmp_path: Path) -> None:
    folder = load(rivers, tmp_path / "one")
    copy = shutil.copytree(folder, tmp_path / "machine" / "two")
    again = load(rivers, tmp_path / "again")
    editions = []
    for store in (folder, copy, again):
        with running("--store", str(store), "--workers", "1", project=rivers) as server:
            editions.append(server.get("/readyz").text)
    assert editions[0] == editions[1] != editions[2]


def test_a_snapshot_may_be_read_by_other_users(rivers: Path, tmp_path: Path) -> None:
    assert stat.S_IMODE(load(rivers, tmp_path / "one").stat().st_mode) == 0o755
