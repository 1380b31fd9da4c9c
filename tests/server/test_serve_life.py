"""A server's life: start, changed content, stop."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
from server_support import RIVERS, WETLANDS, Running, running

SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
"""A query of a second or so."""


def test_health_readiness_and_metrics(server: Running) -> None:
    assert server.get("/healthz").text == "ok\n"
    assert server.get("/readyz").text.startswith("ready: 2 workers, edition ")
    text = server.get("/metrics").text
    assert "mca_graph_workers 2" in text
    for line in text.splitlines():
        assert line.startswith("#") or len(line.rsplit(" ", 1)) == 2
        if not line.startswith("#"):
            float(line.rsplit(" ", 1)[1])


def test_the_log_is_json_a_line(server: Running) -> None:
    server.get("/id/river/alder.ttl?log=1")
    server.until(lambda: any(entry["path"] == "/id/river/alder.ttl" for entry in server.log()))
    entry = next(entry for entry in server.log() if entry["path"] == "/id/river/alder.ttl")
    assert set(entry) == {"time", "client", "method", "path", "status", "bytes", "ms", "route"}


def test_the_head_of_an_answer_leaves_with_its_body(server: Running) -> None:
    """Else a server that dies in between leaves a proxy with a head, which may then ask no other one."""
    host, port = server.address
    asked = f"GET {WETLANDS} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
    with socket.create_connection((host, port), timeout=10) as connection:
        for _time in range(200):
            connection.sendall(asked)
            head, _end, body = connection.recv(65536).partition(b"\r\n\r\n")
            told = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            assert len(body) == int(told.partition(b":")[2]) > 0


def test_changed_content_is_served_without_a_dropped_request(rivers: Path) -> None:
    with running("--watch", "0.2", "--rate", "0", project=rivers) as server:
        stop, failed, seen = threading.Event(), [], set()

        def ask(number: int) -> None:
            with httpx.Client(base_url=server.url, timeout=30) as client:
                while not stop.is_set():
                    try:
                        found = client.get(f"/id/river/dogwood.ttl?{number}" if number % 2 else WETLANDS)
                        seen.add((number % 2, found.status_code))
                        if found.status_code not in (200, 404):
                            failed.append(found.text)
                    except httpx.HTTPError as error:
                        failed.append(str(error))

        with ThreadPoolExecutor(4) as threads:
            for number in range(4):
                threads.submit(ask, number)
            before = server.get("/readyz").text
            (rivers / "data/contributions/letter-2024.ttl").write_text(
                (rivers / "data/contributions/letter-2023.ttl")
                .read_text()
                .replace("2023", "2024")
                .replace("cedar", "dogwood")
            )
            try:
                server.until(lambda: server.get("/id/river/dogwood.ttl").status_code == 200)
                time.sleep(0.5)
            finally:
                stop.set()
        assert failed == []
        assert seen == {(1, 404), (1, 200), (0, 200)}
        assert server.get("/readyz").text != before
        server.until(lambda: len(server.workers()) == 2)


def test_content_that_cannot_be_read_leaves_the_old_one(rivers: Path) -> None:
    with running("--watch", "0.2", project=rivers) as server:
        (rivers / "data/contributions/letter-2023.ttl").write_text("this is no Turtle")
        server.until(lambda: server.metric('mca_graph_events_total{event="reload",reason="failed"}') == 1)
        assert server.get("/id/river/cedar.ttl").status_code == 200
        assert server.get("/readyz").status_code == 200
        server.until(lambda: any("letter-2023.ttl:1" in line for line in server.said))


def test_changed_queries_are_served_too(rivers: Path) -> None:
    with running("--watch", "0.2", project=rivers) as server:
        text = (rivers / "queries/rivers-with-habitat.rq").read_text()
        (rivers / "queries/another.rq").write_text(text)
        server.until(lambda: "another" in server.get("/api/queries").text)


def test_sigterm_lets_what_is_under_way_end() -> None:
    with running("--rate", "0") as server, ThreadPoolExecutor(2) as threads:
        under_way = [threads.submit(server.sparql, SLOW) for _number in range(2)]
        server.until(lambda: server.metric("mca_graph_workers_busy") >= 1)
        workers = server.workers()
        server.process.send_signal(signal.SIGTERM)
        assert [answer.result().status_code for answer in under_way] == [200, 200]
        assert server.process.wait(20) == 0
        assert not any(Path(f"/proc/{pid}").exists() for pid in workers)


def test_files_of_the_current_folder_are_not_taken_for_modules(rivers: Path, tmp_path: Path) -> None:
    """The server starts processes that run modules, wherever it was started itself."""
    for name in ("json", "asyncio", "pyoxigraph", "mca_graph"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('the wrong module')\n")
    with running(site=True, project=rivers, cwd=tmp_path, MCA_GRAPH_CACHE=str(tmp_path / "cache")) as server:
        assert server.get(WETLANDS).status_code == 200


def test_a_server_that_is_killed_leaves_no_worker_behind() -> None:
    with running() as server:
        workers = server.workers()
        assert workers
        server.process.kill()
        end = time.monotonic() + 10
        while time.monotonic() < end and any(_alive(pid) for pid in workers):
            time.sleep(0.05)
        assert not any(_alive(pid) for pid in workers)
        with socket.socket() as probe:
            assert probe.connect_ex(server.address) != 0


def test_a_server_that_is_killed_at_any_moment_starts_again(rivers: Path, tmp_path: Path) -> None:
    """While it starts, builds its index, publishes its site or answers: the next one serves the same."""
    before = {path: path.read_bytes() for path in rivers.rglob("*") if path.is_file()}
    with running(project=rivers) as server:
        expected = [server.get(path).content for path in (WETLANDS, "/id/river/alder.nt")]
    own = {**os.environ, "MCA_GRAPH_CACHE": str(tmp_path / "cache")}
    for moment in (0.1, 0.3, 0.5, 0.7, 0.9, 1.2, 1.6):
        process = subprocess.Popen(
            [sys.executable, "-m", "mca_graph", "--project", str(rivers), "serve", "--port", "0"],
            stderr=subprocess.DEVNULL, env=own,
        )  # fmt: skip
        time.sleep(moment)
        process.kill()
        process.wait()
    with running(project=rivers, MCA_GRAPH_CACHE=own["MCA_GRAPH_CACHE"]) as server:
        assert [server.get(path).content for path in (WETLANDS, "/id/river/alder.nt")] == expected
    assert {path: path.read_bytes() for path in rivers.rglob("*") if path.is_file()} == before


def test_a_port_that_is_taken() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-m", "mca_graph", "--project", str(RIVERS), "serve", "--port", port],
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        f"error: 127.0.0.1:{port} cannot be listened on: Address already in use",
        "  hint: choose another --port",
    ]


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
