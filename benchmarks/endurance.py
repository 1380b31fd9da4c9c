"""Ask a server many thousand times, and print the memory of all its processes as it goes.

    python benchmarks/endurance.py [--triples 20000] [--requests 100000] [--every 10000] [--project DIR]

Requests of every kind in turn, hardly one like another: pages, data, own and saved queries in several
formats, contributions to check, and what is refused. The slope is that of a straight line through the
figures from the second one on (least squares): what is kept for the next who asks is full by then.
"""

from __future__ import annotations

import argparse
import itertools
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from statistics import linear_regression
from urllib.parse import urlencode

from processes import free_port, held, server

from mca_graph.graph.index import index_folder
from mca_graph.project import load_project
from mca_graph.store.embedded import EmbeddedStore

HERE = Path(__file__).parent
CLIENTS = 4
THINGS = "SELECT ?p { ?p a <https://w3id.org/mca-graph/ontology#Project> } ORDER BY ?p LIMIT 500"
SAVED = "/api/queries/projects-serving-community.{}?community=coastal-communities&page=1&page-size={}"
PROFILE = "/api/queries/project-profile?project={}&page=1&page-size={}"

Asked = tuple[str, str, bytes | None]
"""A request: its method, its path, its body."""


def requests(root: Path) -> Iterator[Asked]:
    """Requests without end."""
    project = load_project(root)
    rows = EmbeddedStore.open(index_folder(project)).query(THINGS)
    things = [row["p"].value.removeprefix(project.base) for row in rows]  # type: ignore[index, union-attr, misc]
    for number, thing in enumerate(itertools.cycle(things)):
        own = f"SELECT ?p ?o {{ <{project.base}{thing}> ?p ?o FILTER(?p != <urn:n:{number}>) }}"
        table = ("json", "csv", "html", "xml")[number % 4]
        yield "GET", f"/{thing}.{('html', 'jsonld', 'ttl')[number % 3]}?n={number}", None
        yield "GET", f"/sparql?{urlencode({'query': own, 'format': table})}", None
        yield "GET", SAVED.format(table, 5 + number % 500), None
        yield "POST", f"/sparql?{urlencode({'query': own})}", b""
        yield "GET", PROFILE.format(thing.rsplit("/", 1)[-1], 5 + number % 500), None
        yield "GET", f"/id/project/nothing-{number}", None
        yield "GET", f"/sparql?query=SELECT+nonsense+{number}", None
        if number % 50 == 0:
            yield "POST", "/api/validate?format=json", b"<urn:a> <urn:b> %d ." % number


def ask_all(port: int, share: list[Asked]) -> Counter[int]:
    """Ask one after another over one connection; count the statuses."""
    connection, statuses = HTTPConnection("127.0.0.1", port, timeout=60), Counter[int]()
    for method, path, body in share:
        kind = "application/x-www-form-urlencoded" if path.startswith("/sparql") else "text/turtle"
        connection.request(method, path, body, {"Content-Type": kind} if body is not None else {})
        answer = connection.getresponse()
        answer.read()
        statuses[answer.status] += 1
    connection.close()
    return statuses


def measure(root: Path, total: int, every: int) -> Iterator[str]:
    """Lines of the table."""
    port = free_port()
    command = [
        *(sys.executable, "-m", "mca_graph", "--project", str(root), "serve", "--no-site", "--watch", "1"),
        *("--rate", "1000000", "--burst", "1000000", "--cache-bytes", "8M", "--access-log", ""),
        *("--port", str(port)),
    ]
    yield "| requests | memory MiB | requests/s |\n|--:|--:|--:|"
    asked, statuses, points = requests(root), Counter[int](), []
    with server(command, port) as process, ThreadPoolExecutor(CLIENTS) as clients:
        for done in range(every, total + 1, every):
            share = list(itertools.islice(asked, every))
            begun = time.perf_counter()
            for counted in clients.map(lambda n: ask_all(port, share[n::CLIENTS]), range(CLIENTS)):  # noqa: B023
                statuses += counted
            rate = every / (time.perf_counter() - begun)
            points.append((done, held(process.pid) / 1024))
            yield f"| {done:,} | {points[-1][1]:.1f} | {rate:,.0f} |"
    slope = linear_regression(*zip(*points[1:], strict=True)).slope
    yield f"\nslope: {slope * 10_000:+.2f} MiB for 10,000 requests"
    yield f"statuses: {dict(sorted(statuses.items()))}"


def main() -> None:
    """Measure and print a table in Markdown."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--triples", type=int, default=20_000)
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--every", type=int, default=10_000)
    parser.add_argument("--project", type=Path, help="a project that was generated before")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        root = args.project or Path(scratch) / "project"
        if args.project is None:
            subprocess.run([sys.executable, HERE / "generate.py", str(args.triples), str(root)], check=True)
        for line in measure(root, args.requests, args.every):
            print(line, flush=True)


if __name__ == "__main__":
    main()
