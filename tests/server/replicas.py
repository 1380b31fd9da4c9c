"""Servers of one snapshot behind nginx, as deploy/nginx.conf sets it up, and clients that keep asking."""

from __future__ import annotations

import re
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from server_support import ROOT

from shared import free_port, nginx_command, wait_for_port

BROOKS = 60
MARKS = {"old": "1.5", "new": "2.5"}
"""What a snapshot calls all its brooks, and the length that all of them have in it."""

TABLE = (
    "PREFIX riv: <https://rivers.example/ontology#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
    "SELECT ?label ?length { ?brook a riv:Brook ; rdfs:label ?label ; riv:length ?length "
    "FILTER(STRSTARTS(?label, 'Marked ')) }"
)

ASKED: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("GET", "/sparql", {"query": TABLE, "format": "csv"}),
    ("POST", "/sparql", {"query": TABLE, "format": "csv"}),
    ("GET", "/api/queries/rivers-with-habitat.md", {"habitat": "gravel"}),
)
"""What clients ask, in turn: each answer shows all marked brooks."""


def write_brooks(project: Path, snapshot: str) -> None:
    """Add brooks to a project, each marked with the name of the snapshot in two ways."""
    lines = "".join(
        f'river:marked-{number} a riv:Brook ; rdfs:label "Marked {number} {snapshot}"@en ;\n'
        f"    riv:length {MARKS[snapshot]} ; riv:habitat habitat:gravel .\n"
        for number in range(BROOKS)
    )
    head = (project / "data/contributions/letter-2023.ttl").read_text().partition("river:alder")[0]
    (project / "data/contributions/marked.ttl").write_text(
        head.replace("letter-2023", "marked").replace("letters/7", "marked") + lines
    )


def snapshot_of(answer: str) -> str:
    """The snapshot that an answer is from; the empty text where it is not wholly from one."""
    seen = re.findall(r"Marked \d+ (old|new)\b.*?\b(1\.5|2\.5)\b", answer)
    if len(seen) != BROOKS or len(set(seen)) != 1:
        return ""
    name, length = seen[0]
    return name if MARKS[name] == length else ""


@dataclass
class Clients:
    """Clients that ask until they are told to stop, and what they were answered.

    Attributes:
        url: whom they ask.
        trusted: the certificates that they trust.
        snapshots: for each answer, in the order in which they came, the snapshot that it is from.
        failed: whatever was no whole answer from one snapshot.
        tags: the bodies that came under each ETag.
    """

    url: str
    trusted: ssl.SSLContext
    snapshots: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    tags: dict[str, set[str]] = field(default_factory=dict)

    @contextmanager
    def asking(self, count: int) -> Iterator[None]:
        """Let so many clients ask at once."""
        stop = threading.Event()
        threads = [threading.Thread(target=self._ask, args=(stop,)) for _number in range(count)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            stop.set()
            for thread in threads:
                thread.join()

    def _ask(self, stop: threading.Event) -> None:
        with httpx.Client(base_url=self.url, verify=self.trusted, timeout=20) as client:
            while not stop.is_set():
                for method, path, fields in ASKED:
                    given = {"params": fields} if method == "GET" else {"data": fields}
                    try:
                        self._note(client.request(method, path, **given))  # type: ignore[arg-type]
                    except httpx.HTTPError as error:
                        self.failed.append(f"{method} {path}: {error!r}")

    def _note(self, answer: httpx.Response) -> None:
        snapshot = snapshot_of(answer.text) if answer.status_code == 200 else ""
        if not snapshot:
            self.failed.append(f"{answer.request.method} {answer.url}: {answer.status_code} {answer.text}")
        self.snapshots.append(snapshot)
        self.tags.setdefault(answer.headers.get("etag", ""), set()).add(answer.text)

    def wait_for(self, count: int, seconds: float = 15) -> list[str]:
        """The snapshots of the next answers."""
        begun, end = len(self.snapshots), time.monotonic() + seconds
        while len(self.snapshots) < begun + count:
            assert time.monotonic() < end, (
                f"fewer than {count} answers within {seconds} s; {self.failed[-3:]}"
            )
            time.sleep(0.02)
        return self.snapshots[begun:]


def written_rules(folder: Path, ports: Sequence[int], own: int) -> Path:
    """The configuration of deploy/ with other ports, and a certificate of its own."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True,
    )  # fmt: skip
    text = (ROOT / "deploy/nginx.conf").read_text()
    plain = free_port()
    for before, after in (
        *((f"127.0.0.1:{8001 + number} ", f"127.0.0.1:{port} ") for number, port in enumerate(ports)),
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{own} ssl;"),
        ("    listen [::]:80;\n", ""),
        ("    listen [::]:443 ssl;\n", ""),
        ("/etc/letsencrypt/live/graph.example.org/fullchain.pem", str(certificate)),
        ("/etc/letsencrypt/live/graph.example.org/privkey.pem", str(key)),
    ):
        assert before in text
        text = text.replace(before, after)
    rules = folder / "rules.conf"
    rules.write_text(text)
    return rules


@contextmanager
def balanced(folder: Path, ports: Sequence[int]) -> Iterator[Clients]:
    """Run nginx before the servers at these ports; yields clients that ask it."""
    own = free_port()
    command = nginx_command(folder, written_rules(folder, ports, own))
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            wait_for_port(own)
            trusted = ssl.create_default_context(cafile=str(folder / "certificate.pem"))
            yield Clients(f"https://localhost:{own}", trusted)
        finally:
            process.terminate()
