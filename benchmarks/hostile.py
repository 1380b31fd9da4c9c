"""Readers beside a thousand clients that send queries built to explode: what the readers notice of them.

    python benchmarks/hostile.py [--triples 20000] [--attackers 1000] [--seconds 20] [--project DIR]

Each attacker sends the next query as soon as the last one was answered or stopped, and about a second after
one that was refused. A hundred addresses of loopback attack; each of the readers has its own. The attackers
run at a low priority, since they would have machines of their own. Printed are the times of the readers
without and beside the attack, the most memory that all processes of the server ever held, how workers
ended, and whether all is well afterwards.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

from processes import family, free_port, held, server

HERE = Path(__file__).parent
READERS = 4
PAUSE_S = 0.02
"""What a reader waits between two answers."""

WORKERS, MEMORY_MIB, TIME_LIMIT_S = 2, 300, 5

JOIN = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o"
MATCHING = 'SELECT * { ?s ?p ?o FILTER(REGEX(STR(?o), "%s")) }'
MANY = " ".join(map(str, range(3000)))
ANY = "(!<x:x>|^!<x:x>)"
ATTACKS = {
    "cartesian product": f"SELECT (COUNT(*) AS ?n) {{ {JOIN} }}",
    "cartesian product, sorted": f"SELECT * {{ {JOIN} }} ORDER BY ?o ?a",
    "cartesian product, distinct": f"SELECT DISTINCT * {{ {JOIN} }}",
    "cartesian product, shown": f"SELECT * {{ {JOIN} }}",
    "nested 190 deep": f"SELECT * {{ {'{ ?s ?p ?o OPTIONAL ' * 95} {{}} {'}' * 95} }}",
    "nested 20,000 deep": f"SELECT * {{ {'{' * 20_000} {'}' * 20_000} }}",
    "regular expression, backtracking": MATCHING % "^(([a-z ])+.)+[A-Z]([a-z ])+$",
    "regular expression, repeated": MATCHING % "((a{1,500}){1,500}){1,500}",
    "long VALUES, multiplied": f"SELECT * {{ {' '.join(f'VALUES ?{x} {{ {MANY} }}' for x in 'xyz')} }}",
    "path closures": f"SELECT * {{ ?a {ANY}* ?b . ?b {ANY}+ ?c . ?c {ANY}* ?d }}",
    "strings that grow": "SELECT ?x20 { BIND('x' AS ?x0) "
    + " ".join(f"BIND(CONCAT({', '.join([f'?x{n}'] * 8)}) AS ?x{n + 1})" for n in range(20))
    + " }",
    "grouped": f"SELECT (GROUP_CONCAT(STR(?c)) AS ?all) {{ {JOIN} }}",
}  # fmt: skip


@dataclass
class Measured:
    """What clients saw.

    Attributes:
        statuses: how often each came; 0 where the connection broke off.
        seconds: the time of each answer.
    """

    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)

    def percentile(self, part: float) -> float:
        """The time within which so many per cent were answered, in ms."""
        return sorted(self.seconds)[int(len(self.seconds) * part / 100)] * 1000


async def ask(port: int, address: str, request: bytes) -> int:
    """Ask over a connection of its own; returns the status."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0))
    try:
        writer.write(request)
        head = await reader.read(65536)
        while await reader.read(65536):
            pass
        return int(head.split(b" ", 2)[1])
    except (OSError, IndexError, ValueError):
        return 0
    finally:
        writer.close()


async def keep_asking(
    port: int, address: str, requests: Iterator[bytes], end: float, found: Measured, pause: float
) -> None:
    """Ask again and again."""
    while (begun := time.monotonic()) < end:
        status = await ask(port, address, next(requests))
        found.statuses[status] += 1
        found.seconds.append(time.monotonic() - begun)
        await asyncio.sleep(random.uniform(0.5, 1.5) if status in (429, 503) else pause)


def get(path: str) -> bytes:
    """A request for a page."""
    return f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode()


def post(query: str) -> bytes:
    """A request with a query."""
    body = urlencode({"query": query}).encode()
    kind = "Content-Type: application/x-www-form-urlencoded"
    lines = (
        "POST /sparql HTTP/1.1",
        "Host: a",
        "Connection: close",
        kind,
        f"Content-Length: {len(body)}",
        "",
        "",
    )
    return "\r\n".join(lines).encode() + body


def read_requests(number: int) -> Iterator[bytes]:
    """What a reader asks: data and saved queries that nobody has asked before, and one that is kept."""
    for step in itertools.count():
        yield get(f"/id/project/generated-{step % 50}.ttl?{number}-{step}")
        yield get("/api/queries/projects-serving-community.csv?community=coastal-communities")
        yield get(
            f"/api/queries/project-profile?project=generated-{step % 50}&page=1&page-size={50 + step % 900}"
        )


async def read(port: int, seconds: float) -> Measured:
    """Let readers ask for a while."""
    found, end = Measured(), time.monotonic() + seconds
    await asyncio.gather(
        *(
            keep_asking(port, f"127.0.2.{n + 1}", read_requests(n), end, found, PAUSE_S)
            for n in range(READERS)
        )
    )
    return found


async def attack(port: int, count: int, seconds: float) -> Measured:
    """Let attackers ask for a while."""
    found, end = Measured(), time.monotonic() + seconds
    requests = [post(query) for query in ATTACKS.values()]

    def turned(number: int) -> Iterator[bytes]:
        return itertools.cycle(requests[number % len(requests) :] + requests[: number % len(requests)])

    await asyncio.gather(
        *(keep_asking(port, f"127.0.1.{n % 100 + 1}", turned(n), end, found, 0) for n in range(count))
    )
    return found


def attack_from(port: int, count: int, seconds: float) -> Measured:
    """Let attackers ask, in a process of their own."""
    return asyncio.run(attack(port, count, seconds))


class Largest:
    """The most memory that a server ever held."""

    def __init__(self, pid: int) -> None:
        self._pid, self.mebibytes = pid, 0.0

    async def watch(self) -> None:
        """Look again and again."""
        while True:
            self.mebibytes = max(self.mebibytes, await asyncio.to_thread(held, self._pid) / 1024)
            await asyncio.sleep(0.2)


async def measure(port: int, pid: int, attackers: int, seconds: float) -> None:
    """Measure and print."""
    await read(port, 2)
    before = family(pid)[1]  # the server itself, below the process that waits for it
    alone = await read(port, seconds)
    largest = Largest(pid)
    watching = asyncio.create_task(largest.watch())
    with ProcessPoolExecutor(1, initializer=os.nice, initargs=(10,)) as elsewhere:
        loop = asyncio.get_running_loop()
        attacking = loop.run_in_executor(elsewhere, attack_from, port, attackers, seconds + 3)
        await asyncio.sleep(2)
        beside = await read(port, seconds)
        attacked = await attacking
    watching.cancel()
    print("| readers | answers | not 200 | p50 ms | p99 ms | max ms |\n|---|--:|--:|--:|--:|--:|")
    for name, found in (("alone", alone), (f"beside {attackers:,} attackers", beside)):
        failed = sum(found.statuses.values()) - found.statuses[200]
        times = " | ".join(f"{found.percentile(part):.1f}" for part in (50, 99))
        print(f"| {name} | {len(found.seconds):,} | {failed} | {times} | {max(found.seconds) * 1000:.1f} |")
    ratio = beside.percentile(99) / alone.percentile(99)
    print(f"\np99 beside the attack: {ratio:.1f} times")
    print(f"attackers were told: {dict(sorted(attacked.statuses.items()))}")
    print(f"memory: at most {largest.mebibytes:.0f} MiB of {WORKERS} × {MEMORY_MIB} MiB and the server's own")
    metrics = await asyncio.to_thread(lambda: urlopen(f"http://127.0.0.1:{port}/metrics").read().decode())
    ended = re.findall(r'event="ended",reason="(\w+)"\} (\d+)', metrics)
    print(f"workers ended: {', '.join(f'{count} by {why}' for why, count in ended) or 'none'}")
    after = await read(port, 2)
    well = before in family(pid) and set(after.statuses) == {200}
    print(f"afterwards: {'the same server answers everything' if well else dict(after.statuses)}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--triples", type=int, default=20_000)
    parser.add_argument("--attackers", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--project", type=Path, help="a project that was generated before")
    args = parser.parse_args()
    files = args.attackers * 2 + 200
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files if hard < 0 else min(files, hard), hard))
    with tempfile.TemporaryDirectory() as scratch:
        root, port = args.project or Path(scratch) / "project", free_port()
        if args.project is None:
            subprocess.run([sys.executable, HERE / "generate.py", str(args.triples), str(root)], check=True)
        command = [
            *(
                sys.executable,
                "-m",
                "mca_graph",
                "--project",
                str(root),
                "serve",
                "--no-site",
                "--watch",
                "0",
            ),
            *("--workers", str(WORKERS), "--memory", f"{MEMORY_MIB}M", "--time-limit", str(TIME_LIMIT_S)),
            *("--connections", str(files), "--rate", "1000", "--burst", "1000", "--access-log", ""),
            *("--port", str(port)),
        ]
        with server(command, port) as process:
            asyncio.run(measure(port, process.pid, args.attackers, args.seconds))


if __name__ == "__main__":
    main()
