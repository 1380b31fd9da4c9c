"""A server as users start it: a process of its own, asked over a socket."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]
RIVERS = Path(__file__).parents[1] / "projects" / "rivers"
BASE = "https://rivers.example/"
ALDER = f"{BASE}id/river/alder"
WETLANDS = "/api/queries/rivers-with-habitat?habitat=wetland"

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?o ?p . ?q ?r ?s }"
"""A query that would run for years on the smallest of graphs."""

HUNGRY = "SELECT DISTINCT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
"""A query that would need more memory than there is."""

HUGE = "SELECT ?a ?d ?g { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
"""A query with some forty million rows on the rivers."""


@dataclass
class Running:
    """A server that runs."""

    process: subprocess.Popen[str]
    url: str
    said: list[str] = field(default_factory=list)
    client: httpx.Client = field(
        default_factory=lambda: httpx.Client(timeout=60, limits=httpx.Limits(max_connections=None))
    )

    @property
    def address(self) -> tuple[str, int]:
        host, port = self.url.removeprefix("http://").rstrip("/").rsplit(":", 1)
        return host, int(port)

    def get(self, path: str, **options: object) -> httpx.Response:
        return self.client.get(self.url.rstrip("/") + path, **options)  # type: ignore[arg-type]

    def post(self, path: str, **options: object) -> httpx.Response:
        return self.client.post(self.url.rstrip("/") + path, **options)  # type: ignore[arg-type]

    def request(self, method: str, path: str, **options: object) -> httpx.Response:
        return self.client.request(method, self.url.rstrip("/") + path, **options)  # type: ignore[arg-type]

    def sparql(self, text: str, accept: str = "application/sparql-results+json") -> httpx.Response:
        return self.get("/sparql", params={"query": text}, headers={"Accept": accept})

    def raw(self, data: bytes, wait: float = 10) -> bytes:
        """Send bytes as they are, and read until the server closes or has no more to say."""
        with socket.create_connection(self.address, timeout=wait) as connection:
            connection.sendall(data)
            found = b""
            try:
                while piece := connection.recv(65536):
                    found += piece
            except TimeoutError:
                pass
        return found

    def workers(self) -> list[int]:
        """The numbers of the processes that answer queries."""
        found = []
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                words = path.read_bytes().split(b"\0")
                if b"mca_graph.server.worker" in words and self.process.pid in _ancestors(
                    int(path.parent.name)
                ):
                    found.append(int(path.parent.name))
            except (OSError, ValueError):
                continue
        return found

    def metric(self, name: str) -> float:
        """A value of /metrics; 0 where it is not there."""
        found = re.search(rf"^{re.escape(name)} (.+)$", self.get("/metrics").text, re.M)
        return float(found[1]) if found else 0.0

    def log(self) -> list[dict[str, object]]:
        """The access log."""
        return [json.loads(line) for line in self.said if line.startswith("{")]

    def until(self, check: object, seconds: float = 20) -> None:
        """Wait until something holds."""
        assert callable(check)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if check():
                return
            time.sleep(0.05)
        raise AssertionError(f"not within {seconds} s; the server said {self.said[-5:]}")


def _ancestors(pid: int) -> list[int]:
    found = []
    while pid > 1:
        status = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        pid = int(status[1])
        found.append(pid)
    return found


@contextmanager
def running(
    *options: str, project: Path = RIVERS, site: bool = False, cwd: Path | None = None, **env: str
) -> Iterator[Running]:
    """Start a server on a free port; stop it at the end."""
    process = subprocess.Popen(
        [
            *(sys.executable, "-P", "-m", "mca_graph", "--project", str(project), "serve", "--port", "0"),
            *(() if site else ("--no-site",)),
            *options,
        ],
        stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, cwd=cwd,
        env={**os.environ, **env},
    )  # fmt: skip
    assert process.stderr is not None
    said: list[str] = []
    url = ""
    for line in process.stderr:
        said.append(line.rstrip("\n"))
        if address := re.search(r" at (http://\S+)$", line):
            url = address[1]
            break
    if not url:
        process.wait()
        raise AssertionError(f"the server did not start: {said}")
    stderr = process.stderr
    reader = threading.Thread(target=lambda: said.extend(line.rstrip("\n") for line in stderr), daemon=True)
    reader.start()
    found = Running(process, url, said)
    try:
        yield found
    finally:
        found.client.close()
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        reader.join(5)
        stderr.close()
