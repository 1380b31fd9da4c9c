"""Clients that mean no good: each gets a plain answer or none, and the next one is served."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from server_support import ALDER, RIVERS, WETLANDS, Running, running

PATHS = [
    "/../../etc/passwd",
    "/..%2f..%2fetc/passwd",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/id/%2e%2e/%2e%2e/data",
    "/id/river/..%5c..%5cdata",
    "/id/river/alder%00.ttl",
    "/id/river/%c0%ae%c0%ae/x",
    "/id/river/%e0%80%ae",
    "/id/river/%ff",
    "/id/river/%f0%82%82%ac",
    "/id//river/alder",
    "//evil.example/id/river/alder",
    "/id/river/alder%0d%0aX-Evil:%201",
    "/id/river/\\..\\x",
    "/id/river/" + "a" * 3000,
    "/id/river/%u002e",
    "/id/river/alder;x=1",
    "/id/river/<script>alert(1)</script>",
    "/id/river/%3Cscript%3Ealert(1)%3C/script%3E",
    "/id/river/x%22%3E%3Cimg%20src=x%3E.html",
    "/id/river/%7B%7D%7C%5E%60",
    "/id/river/alder> ?p ?o . <x:x",
    "/api/queries/..%2f..%2fmca-graph.toml",
    "/api/queries/%00",
    "/api/queries/<b>",
    "/assets/../../mca-graph.toml",
    "/assets/%2e%2e/%2e%2e/pyproject.toml",
    "/.git/config",
    "/.mca-graph-site.json",
    "/%2e/%2e",
    "/~root",
    "/id/river/alder.ttl/",
    "/id/river/alder.ttl.html",
]


def status_of(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else 0


def ask(server: Running, target: str, *headers: str) -> bytes:
    lines = [
        f"GET {target} HTTP/1.1",
        "Host: rivers.example",
        "Connection: close",
        "Accept: text/html",
        *headers,
        "",
        "",
    ]
    return server.raw("\r\n".join(lines).encode("utf-8"))


@pytest.mark.parametrize("path", PATHS, ids=[path[:40] for path in PATHS])
def test_paths(server: Running, path: str) -> None:
    answer = ask(server, path)
    head, _blank, body = answer.partition(b"\r\n\r\n")
    assert status_of(answer) in (400, 404, 414), answer[:300]
    assert b"x-evil" not in head.lower()
    assert b"<script>" not in body
    assert b"<img" not in body
    assert b"root:" not in body
    assert b"[project]" not in body
    assert b"Traceback" not in body


@pytest.mark.parametrize(
    "headers",
    [
        ["Host: evil.example"],
        [
            "Host: evil.example",
            "X-Forwarded-Host: evil.example",
            "X-Forwarded-Proto: gopher",
            "Forwarded: host=evil.example",
        ],
        ["Host: evil.example:99999"],
        ['Host: "><script>'],
    ],
)
@pytest.mark.parametrize(
    "path", ["/id/river/alder", "/", "/api/openapi.json", f"{WETLANDS}&page=1", "/sparql", "/nothing"]
)
def test_the_host_is_never_told_back(server: Running, headers: list[str], path: str) -> None:
    answer = server.raw("\r\n".join([f"GET {path} HTTP/1.1", *headers, "Connection: close", "", ""]).encode())
    assert status_of(answer) in (200, 303, 400, 404)
    assert b"evil" not in answer
    assert b"<script>" not in answer


def test_two_hosts_are_refused(server: Running) -> None:
    assert status_of(server.raw(b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n")) == 400


INJECTIONS = [
    "wetland> } } #",
    'wetland" } UNION { ?s ?p ?o } #',
    f"{ALDER}> ?p ?o . <{ALDER}",
    "wetland\n} SELECT * { ?s ?p ?o }",
    "<https://rivers.example/concept/habitat/wetland> <x:y>",
    "UNDEF",
    "?project",
    "\\u003e\\u007d",
    "wetland}",
    "habitat:wetland#",
    "\u202ewetland",
    "a" * 20_000,
    "\ufeff",
    "\x00",
]


@pytest.mark.parametrize("value", INJECTIONS, ids=[repr(value)[:24] for value in INJECTIONS])
def test_a_parameter_never_becomes_a_part_of_the_query(server: Running, value: str) -> None:
    for accept in ("application/json", "text/html"):
        found = server.get(
            "/api/queries/rivers-with-habitat", params={"habitat": value}, headers={"Accept": accept}
        )
        assert found.status_code == 400, found.text[:300]
        assert "not SPARQL" not in found.text
        assert "unknown habitat" in found.text


def test_every_parameter_of_every_query_refuses_injection(mca_server: Running) -> None:
    listed = mca_server.get("/api/queries").json()["queries"]
    tried = 0
    for query in listed:
        for parameter in query["params"]:
            params = {p["name"]: p["example"] for p in query["params"] if p["required"]}
            params[parameter["name"]] = '"> } UNION { ?s ?p ?o } #\n'
            found = mca_server.get(
                f"/api/queries/{query['id']}", params=params, headers={"Accept": "application/json"}
            )
            assert "not SPARQL" not in found.text, query["id"]
            assert found.status_code == (200 if parameter["type"] == "string" else 400), (
                query["id"],
                found.text,
            )
            if parameter["type"] == "string":
                assert found.json()["results"]["bindings"] == []
            tried += 1
    assert tried > 10


@pytest.mark.parametrize(
    "target",
    [
        "/api/queries/rivers-with-habitat?habitat=<script>alert(1)</script>",
        "/api/queries/<script>alert(1)</script>",
        "/sparql?query=<script>alert(1)</script>",
        "/sparql?query="
        + quote('SELECT ("<script>alert(1)</script>" AS ?x) ("<img src=x onerror=alert(1)>" AS ?y) {}'),
        "/sparql?query=" + quote("SELECT ?<b> {}"),
        "/sparql?query=" + quote("SELECT (IRI('javascript:alert(1)') AS ?x) {}"),
        "/sparql?format=<script>&query=ASK{}",
        "/sparql?default-graph-uri=<script>&query=ASK{}",
        "/rdf-graph-store?graph=<script>",
        "/api/queries?<script>=1",
    ],
)
def test_nothing_that_is_sent_comes_back_as_markup(server: Running, target: str) -> None:
    answer = ask(server, quote(target, safe="/?=&%"))
    head, _blank, body = answer.partition(b"\r\n\r\n")
    assert b"<script" not in body
    assert b"<img" not in body
    assert b'href="javascript' not in body
    assert re.search(rb"content-security-policy: default-src 'none'[^\r]*", head)
    assert b"script-src 'unsafe-inline'" not in head


@pytest.mark.parametrize(
    "target",
    [
        "/api/queries/rivers-with-habitat?habitat=wetland&page=1&x%0d%0aSet-Cookie:a=b=1",
        "/api/queries/rivers-with-habitat.csv%0d%0aSet-Cookie:%20a=b?habitat=wetland&page=1",
        "/api/queries/rivers-with-habitat?habitat=wetland%0d%0a%0d%0a<html>&page=1",
        "/id/river/alder%0d%0aSet-Cookie:%20a=b",
        "/sparql?query=ASK{}&format=json%0d%0aSet-Cookie:%20a=b",
    ],
)
def test_no_response_is_split(server: Running, target: str) -> None:
    answer = ask(server, target)
    assert b"set-cookie" not in answer.partition(b"\r\n\r\n")[0].lower()
    assert answer.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize(
    "data",
    [
        b"nonsense\r\n\r\n",
        b"GET\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n" + b"".join(b"X%d: 1\r\n" % n for n in range(10_000)) + b"\r\n",
        b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nquery=",
        b"POST /sparql HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX\x00Y: 1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n folded: 1\r\n\r\n",
        b"GET http://evil.example/id/river/alder HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    ],
    ids=lambda data: repr(data[:32]),
)
def test_requests_that_are_none(server: Running, data: bytes) -> None:
    try:
        answer = server.raw(data, wait=1)
    except (ConnectionResetError, BrokenPipeError):
        answer = b""
    assert status_of(answer) in (0, 400, 404, 411, 413, 414, 431) or data.startswith(
        (b"GET / HTTP/1.1\r\nHost: a\r\n folded", b"GET / HTTP/1.1\r\nHost: a\r\nX0")
    )
    assert b"Traceback" not in answer
    assert server.get("/healthz").status_code == 200


def test_a_request_in_the_body_of_another_is_not_answered(server: Running) -> None:
    inner = b"GET /api/queries HTTP/1.1\r\nHost: a\r\n\r\n"
    data = (
        b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\n"
        b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(inner)
    )
    answer = server.raw(data + inner)
    assert status_of(answer) == 415
    assert answer.count(b"HTTP/1.1 ") == 1


@pytest.fixture(scope="module")
def impatient() -> Iterator[Running]:
    with running("--header-time", "1", "--send-time", "1", "--rate", "0", "--connections", "60") as found:
        yield found


PATIENCE = 60
"""Seconds that a busy machine may take for what is limited to one; without a limit it never ends."""


@pytest.mark.parametrize(
    "beginning", [b"", b"GET / HTTP/1.1\r\n", b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\nGET / HT"]
)
def test_a_client_that_never_ends_its_request_is_let_go(impatient: Running, beginning: bytes) -> None:
    with socket.create_connection(impatient.address, timeout=PATIENCE) as connection:
        connection.sendall(beginning)
        try:
            while connection.recv(65536):
                pass
        except ConnectionResetError:
            pass


def test_a_body_that_never_comes(impatient: Running) -> None:
    head = (
        b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\n"
        b"Content-Length: 100\r\n\r\nSEL"
    )
    answer = impatient.raw(head, wait=PATIENCE)
    assert status_of(answer) == 408
    assert b"within 1 s" in answer


def test_many_slow_clients_do_not_keep_others_out(impatient: Running) -> None:
    slow = []
    try:
        for _number in range(40):
            connection = socket.create_connection(impatient.address, timeout=10)
            connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nX: ")
            slow.append(connection)
        assert impatient.get("/id/river/alder.ttl").status_code == 200
        time.sleep(2.5)
        assert impatient.get("/id/river/alder.ttl").status_code == 200
    finally:
        for connection in slow:
            connection.close()


def broken_off(server: Running) -> float:
    """How many answers have broken off."""
    names = (f'mca_graph_events_total{{event="broken",reason="{why}"}}' for why in ("answer", "reader"))
    return sum(map(server.metric, names))


def test_a_client_that_does_not_read_keeps_no_worker(impatient: Running) -> None:
    text = quote("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } LIMIT 60000")
    before, slow = broken_off(impatient), []
    try:
        for _number in range(4):
            connection = socket.socket()
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.connect(impatient.address)
            connection.sendall(
                f"GET /sparql?query={text} HTTP/1.1\r\nHost: a\r\nAccept: application/xml\r\n\r\n".encode()
            )
            slow.append(connection)
        impatient.until(lambda: broken_off(impatient) - before == len(slow), PATIENCE)
        impatient.until(lambda: impatient.metric("mca_graph_workers_busy") == 0, PATIENCE)
        assert impatient.get(WETLANDS).status_code == 200
        impatient.until(lambda: impatient.metric("mca_graph_requests_in_flight") <= 1, PATIENCE)
    finally:
        for connection in slow:
            connection.close()


def test_a_query_nested_as_deep_as_it_may_be(server: Running) -> None:
    deep = f"ASK {{ {'{' * 150} ?s ?p ?o {'}' * 150} }}"
    assert server.sparql(deep).status_code == 200
    unary = f"ASK {{ FILTER({'!' * 100_000}true) }}"
    assert server.post("/sparql", data={"query": unary[:60_000]}).status_code in (400, 413, 500)
    found = server.post("/sparql", data={"query": unary})
    assert found.status_code in (200, 400, 413, 500)
    path = f"ASK {{ ?s {'^' * 50_000}<x:x> ?o }}"
    assert server.post("/sparql", data={"query": path}).status_code in (200, 400, 413, 500)
    union = "ASK { " + " UNION ".join(["{ ?s ?p ?o }"] * 20_000) + " }"
    assert server.post("/sparql", data={"query": union}).status_code in (200, 400, 413, 500, 504)
    server.until(lambda: server.get("/readyz").status_code == 200)
    assert server.get(WETLANDS).status_code == 200


def held(pid: int) -> int:
    """Memory of the processes below a process, without its workers' own children, in KiB."""
    total = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(path.read_text().rpartition(")")[2].split()[1]) == pid:
                found = re.search(r"VmRSS:\s+(\d+)", (path.parent / "status").read_text())
                total += int(found[1]) if found else 0
        except OSError:
            continue
    return total


def test_memory_stays_flat(server: Running) -> None:
    for number in range(150):
        server.get(f"/id/river/alder.ttl?warm{number}")
    before = held(server.process.pid)
    for number in range(300):
        server.get(f"/id/river/alder.ttl?n{number}")
    assert held(server.process.pid) - before < 20_000


def test_no_file_of_the_project_is_changed(server: Running) -> None:
    assert not any(path.name.startswith((".", "tmp")) for path in RIVERS.rglob("*"))
