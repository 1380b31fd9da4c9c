"""What the index on disk costs to build, and what it saves, on a generated graph.

    python benchmarks/index.py [--size 5000000] [--times 3]

Prints the time to build it beside the engine's own bulk load of the same file, then cold queries against
it: the saved query with the most rows that people would look through, one sorted, and one resource. A large
index is tidied in the background once it is there; that is waited for, and how long it took is printed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from cold_query import COMMUNITY, QUERY, ROOT
from peers import BULK_LOAD
from timing import Run, alternate, report, run

SORTED = "SELECT ?project ?label { ?project a mca:Project ; rdfs:label ?label } ORDER BY ?label LIMIT 10"
PREFIXES = (
    "PREFIX mca: <https://w3id.org/mca-graph/ontology#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
)


def build(project: Path, work: Path, times: int) -> dict[str, list[Run]]:
    """Build the index and load the same file into a bare store, in turn."""
    tool = str(Path(sys.executable).with_name("mca-graph"))
    generated = next((project / "data" / "contributions").glob("generated.nt"))
    runs: dict[str, list[Run]] = {"bulk load": [], "index": []}
    for number in range(times):
        bare, index = work / f"bare-{number}", work / f"index-{number}"
        runs["bulk load"].append(run([sys.executable, "-c", BULK_LOAD, str(bare), str(generated)]))
        shutil.rmtree(bare)
        runs["index"].append(run([tool, "--project", str(project), "load", str(index)]))
        shutil.rmtree(index)
    return runs


def wait_until_tidy(cache: Path) -> float:
    """Seconds until the only index of a cache is tidy; none where it is too small to be tidied."""
    began = time.monotonic()
    while any(cache.glob("*/building-*")) and not any(cache.glob("*/*.tidy")):
        time.sleep(0.1)
    return time.monotonic() - began


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--size", type=int, default=5_000_000, help="about how many triples")
    parser.add_argument("--times", type=int, default=3, help="runs of each peer")
    options = parser.parse_args()
    tool = str(Path(sys.executable).with_name("mca-graph"))
    with tempfile.TemporaryDirectory(prefix="mca-graph-benchmark-") as folder:
        work, project = Path(folder), Path(folder) / "project"
        generate = [sys.executable, str(ROOT / "benchmarks" / "generate.py"), str(options.size), str(project)]
        subprocess.run(generate, check=True, stdout=subprocess.DEVNULL)
        print(f"building, about {options.size:,} triples")
        report(build(project, work, options.times), "bulk load")
        ask = [tool, "--project", str(project), "query"]
        cache = work / "cache"
        os.environ["MCA_GRAPH_CACHE"] = str(cache)
        first = run([*ask, "--text", "ASK {}"])
        time.sleep(1)  # until the process that tidies has begun
        print(f"\nfirst query, which builds the index: {first.seconds:.1f} s")
        print(f"tidy after another {wait_until_tidy(cache):.1f} s in the background")
        asked = {
            "saved query": [*ask, QUERY, "--community", COMMUNITY, "-o", str(work / "rows.txt")],
            "sorted, first ten": [*ask, "--text", PREFIXES + SORTED],
            "one resource": [tool, "--project", str(project), "show", "project:generated-1"],
        }
        print("\nasking, cold process, index in place and tidy")
        report(alternate(asked, options.times * 3), "saved query")


if __name__ == "__main__":
    main()
