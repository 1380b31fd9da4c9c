"""What the index on disk costs to build, and what it saves, on a generated graph.

    python benchmarks/index.py [--size 5000000] [--times 3]

Prints the time to build it beside the engine's own bulk load of the same file, then a cold query
against it beside a bare script that opens a store and beside the same query sorted.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
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
        # The first of these builds the index that the others find; its time is not counted.
        asked = {
            "saved query": [*ask, QUERY, "--community", COMMUNITY, "-o", str(work / "rows.txt")],
            "sorted, first ten": [*ask, "--text", PREFIXES + SORTED],
            "one resource": [tool, "--project", str(project), "show", "project:generated-1"],
        }
        print("\nasking, cold process, index in place")
        report(alternate(asked, options.times * 3), "saved query")


if __name__ == "__main__":
    main()
