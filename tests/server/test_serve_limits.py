"""Limits: each one reached, told in words with the right status, and the others served meanwhile."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from server_support import ENDLESS, HUGE, HUNGRY, WETLANDS, Running, running

SELECT = "SELECT ?s { ?s ?p ?o } LIMIT 1"


@pytest.fixture(scope="module")
def tight() -> Iterator[Running]:
    """A server with little of everything."""
    options = {
        "time-limit": "1", "memory": "300M", "max-rows": "2000", "max-bytes-in": "20K", "max-bytes-out": "1M",
        "queue": "2", "queue-time": "3", "rate": "0", "client-jobs": "1000", "workers": "2",
    }  # fmt: skip
    with running(*(word for name, value in options.items() for word in (f"--{name}", value))) as found:
        yield found


def test_time(tight: Running) -> None:
    begun = time.monotonic()
    found = tight.sparql(ENDLESS)
    assert found.status_code == 504
    assert found.json()["detail"] == "no answer within 1 s, so the work was stopped"
    assert time.monotonic() - begun < 4
    assert tight.sparql(SELECT).status_code == 200


def test_memory(tight: Running) -> None:
    found = tight.sparql(f"SELECT (COUNT(*) AS ?n) {{ {{ {HUNGRY} }} }}")
    assert found.status_code in (504, 507), found.text
    assert tight.sparql(SELECT).status_code == 200


def test_memory_alone() -> None:
    with running("--memory", "200M", "--time-limit", "60") as server:
        found = server.sparql(f"SELECT (COUNT(*) AS ?n) {{ {{ {HUNGRY} }} }}")
        assert found.status_code == 507
        assert found.json()["detail"] == "the work needed more than 200 MiB of memory, so it was stopped"
        server.until(lambda: len(server.workers()) == 2)
        assert server.sparql(SELECT).status_code == 200


@pytest.mark.parametrize("name", ["json", "csv", "tsv", "xml", "html", "jsonl"])
def test_rows(tight: Running, name: str) -> None:
    enough, too_many = (
        f"SELECT ?a ?d {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }} LIMIT {count}" for count in (1900, 2500)
    )
    assert tight.get("/sparql", params={"query": enough, "format": name}).status_code == 200
    try:
        found = tight.get("/sparql", params={"query": too_many, "format": name})
    except httpx.RemoteProtocolError:
        return  # the answer had begun, and broke off
    assert found.status_code == 422
    assert found.json()["detail"] == "the answer has more than 2,000 rows"


def test_rows_of_graphs_and_of_saved_queries(tight: Running) -> None:
    text = "CONSTRUCT { ?a ?e ?i } WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    with contextlib.suppress(httpx.RemoteProtocolError):
        assert tight.sparql(text, "application/n-triples").status_code == 422


def test_bytes_out(tight: Running) -> None:
    wide = " ".join(f'(REPLACE("{"x" * 100}", "x", "{"y" * 90}") AS ?v{n})' for n in range(120))
    try:
        found = tight.sparql(f"SELECT {wide} {{ ?s ?p ?o }}")
    except httpx.RemoteProtocolError:
        return
    assert found.status_code == 422
    assert found.json()["detail"] == "the answer has more than 1,048,576 bytes"


def test_bytes_in(tight: Running) -> None:
    for path, kind in (("/sparql", "application/sparql-query"), ("/api/validate", "text/turtle")):
        found = tight.post(path, content=b"#" * 30_000, headers={"Content-Type": kind})
        assert found.status_code == 413
        assert found.json()["detail"] == "the body has more than 20,480 bytes"


def test_bytes_in_of_a_body_whose_length_is_not_told(tight: Running) -> None:
    def pieces() -> Iterator[bytes]:
        for _number in range(100):
            yield b"#" * 1000

    found = tight.post("/sparql", content=pieces(), headers={"Content-Type": "application/sparql-query"})
    assert found.status_code == 413


def test_queue(tight: Running) -> None:
    with ThreadPoolExecutor(12) as threads:
        found = list(threads.map(lambda _n: tight.sparql(ENDLESS), range(12)))
    statuses = {answer.status_code for answer in found}
    assert statuses == {503, 504}
    busy = next(answer for answer in found if answer.status_code == 503)
    assert busy.headers["retry-after"] == "2"
    assert busy.json()["detail"] == "too many requests are waiting"
    tight.until(lambda: tight.sparql(SELECT).status_code == 200)


def test_what_could_not_wait_is_refused_before_its_body_is_read(tight: Running) -> None:
    stop = threading.Event()

    def fill() -> None:
        while not stop.is_set():
            with contextlib.suppress(httpx.HTTPError):
                tight.sparql(ENDLESS)

    heads = [
        f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Type: {kind}\r\nContent-Length: 100\r\n\r\n".encode()
        for path, kind in (("/sparql", "application/sparql-query"), ("/api/validate", "text/turtle"))
    ]
    with ThreadPoolExecutor(8) as threads:
        for _number in range(8):
            threads.submit(fill)
        try:
            tight.until(lambda: tight.metric("mca_graph_jobs_waiting") == 2)
            for head in heads:
                tight.until(lambda head=head: tight.raw(head, wait=0.3).startswith(b"HTTP/1.1 503 "))
        finally:
            stop.set()


def test_large_bodies_have_so_much_memory_together(server: Running) -> None:
    head = (
        b"POST /api/validate HTTP/1.1\r\nHost: a\r\nContent-Type: text/turtle\r\nContent-Length: %d\r\n\r\n"
    )
    small = {"content": b"<urn:a> <urn:b> 1 .", "headers": {"Content-Type": "text/turtle"}}
    with contextlib.ExitStack() as stack:
        for _number in range(25):  # 250 of 256 MiB
            connection = stack.enter_context(socket.create_connection(server.address))
            connection.sendall(head % (10 * 2**20))
        server.until(lambda: server.raw(head % (10 * 2**20), wait=0.3).startswith(b"HTTP/1.1 503 "))
        assert server.post("/api/validate?format=json", **small).status_code == 200
    server.until(lambda: server.metric("mca_graph_requests_in_flight") <= 1)
    assert server.raw(head % (10 * 2**20), wait=0.3) == b""


def test_readers_are_served_beside_exploding_queries(tight: Running) -> None:
    stop = threading.Event()

    def explode(text: str) -> None:
        while not stop.is_set():
            try:
                tight.sparql(text)
            except httpx.HTTPError:
                continue

    many = " ".join(map(str, range(1500)))
    values = f"SELECT * {{ VALUES ?x {{ {many} }} VALUES ?y {{ {many} }} FILTER(?x * ?y < 0) }}"
    attacks = [
        ENDLESS,
        HUGE,
        f"SELECT (COUNT(*) AS ?n) {{ {{ {HUNGRY} }} }}",
        values,
        "SELECT * { ?a (!<x:x>|^!<x:x>)* ?b . ?b (!<x:y>|^!<x:y>)* ?c . ?c (!<x:z>|^!<x:z>)+ ?d }",
    ]
    with ThreadPoolExecutor(len(attacks)) as threads:
        for text in attacks:
            threads.submit(explode, text)
        time.sleep(0.5)
        times = []
        try:
            for number in range(10):
                begun = time.monotonic()
                assert tight.get(f"/id/river/alder.ttl?{number}").status_code == 200  # not one that is kept
                assert tight.get(f"{WETLANDS}&page=1&page-size={number + 1}").status_code == 200
                times.append(time.monotonic() - begun)
        finally:
            stop.set()
    assert sorted(times)[len(times) // 2] < 2.0, times


def test_rate() -> None:
    with running("--rate", "0.5", "--burst", "5", "--client-jobs", "3", "--time-limit", "2") as server:
        found = [server.get(f"/id/river/alder.ttl?{number}") for number in range(8)]
        assert [answer.status_code for answer in found[:5]] == [200] * 5
        refused = found[-1]
        assert refused.status_code == 429
        assert int(refused.headers["retry-after"]) >= 1
        assert server.get("/id/river/alder.ttl?0").status_code == 200, "what is kept is free"
        time.sleep(int(refused.headers["retry-after"]) + 0.1)
        assert server.get("/id/river/birch.ttl").status_code == 200


def test_requests_of_one_client_at_once() -> None:
    with running("--client-jobs", "2", "--time-limit", "2") as server, ThreadPoolExecutor(5) as threads:
        statuses = [found.status_code for found in threads.map(lambda _n: server.sparql(ENDLESS), range(5))]
        assert 429 in statuses


def test_a_client_behind_a_proxy_is_known_only_where_the_proxy_is_trusted() -> None:
    for options, wanted in (((), "127.0.0.1"), (("--trust-proxy", "127.0.0.1"), "192.0.2.7")):
        with running(*options) as server:
            server.get("/healthz", headers={"X-Forwarded-For": "192.0.2.7"})
            server.until(lambda server=server: server.log())
            assert server.log()[0]["client"] == wanted


def test_a_worker_that_is_killed_loses_nothing(server: Running) -> None:
    before = server.metric('mca_graph_events_total{event="ended",reason="killed"}')
    stop, failed, done = threading.Event(), [], []

    def ask(number: int) -> None:
        step = 0
        while not stop.is_set():
            step += 1
            try:
                found = server.get(f"/id/river/alder.ttl?{number}-{step}")
                (done if found.status_code == 200 else failed).append(found.status_code)
            except httpx.HTTPError as error:
                failed.append(error)

    with ThreadPoolExecutor(4) as threads:
        for number in range(4):
            threads.submit(ask, number)
        for _round in range(6):
            time.sleep(0.4)
            for pid in server.workers()[:1]:
                os.kill(pid, signal.SIGKILL)
        stop.set()
    assert failed == []
    assert len(done) > 15
    assert server.metric('mca_graph_events_total{event="ended",reason="killed"}') > before
    server.until(lambda: len(server.workers()) == 2)


def test_all_workers_killed_at_once(server: Running) -> None:
    for pid in server.workers():
        os.kill(pid, signal.SIGKILL)
    assert server.get("/id/river/cedar.ttl?after").status_code == 200
    server.until(lambda: server.get("/readyz").status_code == 200)


def test_a_client_that_goes_away_does_not_keep_a_worker(server: Running) -> None:
    for _number in range(3):
        with pytest.raises(httpx.ReadTimeout):
            httpx.get(f"{server.url}sparql", params={"query": ENDLESS}, timeout=0.3)
    begun = time.monotonic()
    assert server.sparql(SELECT).status_code == 200
    assert time.monotonic() - begun < 6
    server.until(lambda: server.metric("mca_graph_workers_busy") == 0, 10)
