"""Measure the server beside the Oxigraph server on the same store, with wrk (Debian package ``wrk``).

    python benchmarks/serving.py [--triples 100000] [--seconds 3] [--clients 1 8 64] [--output FILE.md]

Both are asked over loopback on the same machine, so they share its processors with wrk. What is asked of
each: a page and the JSON-LD of a thing (of the other server a CONSTRUCT of the same statements), a saved
query (the same text, parameters bound) and a query of one's own. "kept" are answers that the server
keeps; "worked out" is a server that keeps none, so that every answer comes from the graph.
"""

from __future__ import annotations

import argparse
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from timing import held

from mca_graph.graph.index import index_folder
from mca_graph.project import load_project
from mca_graph.queries.catalogue import find_query
from mca_graph.queries.names import Names
from mca_graph.queries.parameters import bind_parameters
from mca_graph.store.embedded import EmbeddedStore

HERE = Path(__file__).parent
RAW = (
    "PREFIX mca: <https://w3id.org/mca-graph/ontology#> "
    "SELECT ?kind (COUNT(*) AS ?n) WHERE { ?project mca:servesCommunity ?kind } "
    "GROUP BY ?kind"
)
UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def server(command: list[str], port: int, ready: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _attempt in range(600):
            try:
                urlopen(f"http://127.0.0.1:{port}{ready}", timeout=5).read()
                break
            except OSError:
                time.sleep(0.1)
        yield process
    finally:
        process.terminate()
        process.wait(60)


def measure(url: str, accept: str, clients: int, seconds: float) -> tuple[float, float, float, int]:
    """Requests a second, median and 99th percentile in ms, and how many answers were not 2xx."""
    threads, time_ = "1" if clients < 8 else "2", f"{max(1, round(seconds))}s"
    done = subprocess.run(
        ["wrk", "-t", threads, "-c", str(clients), "-d", time_, "--timeout", "30s", "--latency",
         "-H", f"Accept: {accept}", url],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    rate = re.search(r"Requests/sec:\s+([\d.]+)", done)
    times = [re.search(rf"{part}%\s+([\d.]+)(us|ms|s|m)", done) for part in (50, 99)]
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", done)
    assert rate is not None, done
    median, last = (float(found[1]) * UNITS[found[2]] for found in times if found)
    return float(rate[1]), median, last, int(failed[1]) if failed else 0


def main() -> None:
    """Measure and print a table in Markdown."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--triples", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8, 64])
    parser.add_argument("--project", type=Path, help="a project that was generated before")
    parser.add_argument("--output", type=Path)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        root = args.project or Path(scratch) / "project"
        if args.project is None:
            subprocess.run([sys.executable, HERE / "generate.py", str(args.triples), str(root)], check=True)
        lines = list(compare(root, args.clients, args.seconds))
    text = "\n".join(lines)
    print(text)
    if args.output:
        args.output.write_text(text + "\n")


Asked = tuple[str, str, str]
"""What is asked: its name, the path, the media type."""


def asked_of(root: Path) -> tuple[list[Asked], list[Asked], int]:
    """What this server is asked, what the other is asked for the same, and how large the store is."""
    project = load_project(root)
    store = EmbeddedStore.open(index_folder(project))
    rows = store.query("SELECT ?p { ?p a <https://w3id.org/mca-graph/ontology#Project> } ORDER BY ?p LIMIT 1")
    thing = next(iter(rows))["p"].value  # type: ignore[arg-type, index, union-attr]
    path = thing.removeprefix(project.base)
    out, into = f"<{thing}> ?p ?o", f"?s ?q <{thing}>"
    about = f"CONSTRUCT {{ {out} . {into} }} WHERE {{ {{ {out} }} UNION {{ {into} }} }}"
    json, json_ld = "application/sparql-results+json", "application/ld+json"
    ours = [("page", f"/{path}.html", "text/html"), ("JSON-LD", f"/{path}.jsonld", json_ld)]
    theirs = [("JSON-LD", f"/query?{urlencode({'query': about})}", json_ld)]
    ours.append(("own query", f"/sparql?{urlencode({'query': RAW})}", json))
    theirs.append(("own query", f"/query?{urlencode({'query': RAW})}", json))
    names = Names(store, project)
    for what, query, params in (
        ("saved query, one thing", "project-profile", {"project": thing}),
        ("saved query, many rows", "projects-serving-community", {"community": "coastal-communities"}),
    ):
        text = bind_parameters(find_query(project, query), {k: [v] for k, v in params.items()}, names)
        ours.append((what, f"/api/queries/{query}?{urlencode(params)}", json))
        theirs.append((what, f"/query?{urlencode({'query': text})}", json))
    return ours, theirs, len(store.engine)


def compare(root: Path, counts: list[int], seconds: float) -> Iterator[str]:
    """Lines of the table."""
    ours, theirs, size = asked_of(root)
    port = str(free_port())
    serve = [
        *(sys.executable, "-m", "mca_graph", "--project", str(root), "serve", "--no-site", "--watch", "0"),
        *("--rate", "0", "--client-jobs", "100000", "--queue", "100000", "--queue-time", "60"),
        *("--access-log", "", "--port", port),
    ]
    folder = str(index_folder(load_project(root)))
    oxigraph = str(Path(sys.executable).with_name("oxigraph"))
    yield f"{size:,} triples, {seconds:g} s each\n"
    yield "| server | what | clients | requests/s | p50 ms | p99 ms | not 2xx |"
    yield "|---|---|--:|--:|--:|--:|--:|"
    memory = []
    # One at a time: a server may go on with queries whose clients have gone.
    for name, command, ready, asked in (
        ("kept", serve, "/readyz", [entry for entry in ours if entry[0] != "own query"]),
        ("worked out", [*serve, "--cache-bytes", "0"], "/readyz", ours),
        (
            "Oxigraph",
            [oxigraph, "serve-read-only", "-l", folder, "-b", f"127.0.0.1:{port}"],
            "/query?query=ASK%7B%7D",
            theirs,
        ),
    ):
        with server(command, int(port), ready) as process:
            home = f"http://127.0.0.1:{port}"
            for _what, target, accept in asked * 3:
                urlopen(Request(home + target, headers={"Accept": accept})).read()
            before = held(process.pid)
            for what, target, accept in asked:
                for clients in counts:
                    rate, median, last, failed = measure(home + target, accept, clients, seconds)
                    told = f"{rate:,.0f} | {median:.2f} | {last:.2f} | {failed}"
                    yield f"| {name} | {what} | {clients} | {told} |"
            memory.append(f"{name} {before / 1024:.0f} to {held(process.pid) / 1024:.0f}")
    yield f"\nMemory before and after, MiB: {', '.join(memory)}"


if __name__ == "__main__":
    main()
