"""What it costs to check a contribution of about 200 triples against graphs of very different sizes.

    python benchmarks/incremental.py [--sizes 100000 1000000 5000000] [--times 7]

Prints for each size how long the check takes in a process that has the index open, and how long the
command takes from start to end as a cold process. Neither should grow with the graph.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from generate import BASE, DCTERMS, FOAF, MCA, PROV, RDF_TYPE, RDFS_LABEL, Writer, make_project, participation
from timing import run

CHECK = """
import json, sys, time
from pathlib import Path
from mca_graph.project import load_project
from mca_graph.rdf.positions.read import read_document
from mca_graph.store.embedded import EmbeddedStore
from mca_graph.validation.run import validate_sources
project, folder, file = load_project(Path(sys.argv[1])), Path(sys.argv[2]), Path(sys.argv[3])
start = time.perf_counter()
store = EmbeddedStore.open(folder)
opened = time.perf_counter()
report = validate_sources(project, store, [read_document(file)])
print(json.dumps([opened - start, time.perf_counter() - opened, len(report.findings)]))
"""


def contribution(file: Path) -> int:
    """Write a contribution of new projects and of news about old ones; returns how many triples it has."""
    with file.open("w", encoding="utf-8") as stream:
        out = Writer(stream)
        graph = f"{BASE}graph/contribution/{file.stem}"
        out.link(graph, RDF_TYPE, PROV + "Bundle")
        out.text(graph, RDFS_LABEL, "written for measuring")
        out.link(graph, PROV + "wasDerivedFrom", "https://example.org/fresh")
        out.link(graph, PROV + "wasAttributedTo", BASE + "id/agent/mca-graph-editors")
        out.typed(graph, PROV + "generatedAtTime", "2026-11-21T00:00:00Z", "dateTime")
        out.link(graph, DCTERMS + "license", "https://creativecommons.org/licenses/by/4.0/")
        out.link(graph, MCA + "basis", BASE + "concept/basis/stated")
        out.link(graph, MCA + "sourceKind", BASE + "concept/source-kind/host")
        for number in range(5):
            _project(out, number)
        for number in range(5):  # a date that takes the place of another, and a partner more
            project = f"{BASE}id/project/generated-{10 + number}"
            out.typed(project, MCA + "endDate", "2026-12-31", "date")
            participation(
                out, project, f"{BASE}id/organisation/generated-{number}", BASE + "concept/role/partner"
            )
        return out.count


def _project(out: Writer, number: int) -> None:
    project, output = f"{BASE}id/project/fresh-{number}", f"{BASE}id/output/fresh-{number}"
    out.link(project, RDF_TYPE, MCA + "Project")
    out.text(project, RDFS_LABEL, f"Fresh project {number}")
    out.link(project, MCA + "partOf", f"{BASE}id/phase/{number % 3 + 1}")
    out.typed(project, MCA + "startDate", "2024-03-01", "date")
    out.typed(project, MCA + "endDate", "2026-09-30", "date")
    out.text(project, DCTERMS + "description", f"Fresh project {number} works with people by the sea.")
    out.link(project, MCA + "servesCommunity", BASE + "concept/community/coastal-communities")
    out.link(project, MCA + "addressesTopic", BASE + "concept/health-topic/loneliness")
    out.link(project, MCA + "takesPlaceIn", f"{BASE}id/place/generated-{number}")
    for index in range(3):
        role = "partner" if index else "lead-research-organisation"
        organisation = f"{BASE}id/organisation/generated-{index}"
        participation(out, project, organisation, f"{BASE}concept/role/{role}")
    out.link(project, MCA + "produced", output)
    out.link(output, RDF_TYPE, MCA + "Output")
    out.text(output, RDFS_LABEL, f"Fresh report {number}")
    out.text(output, DCTERMS + "title", f"What fresh project {number} found")
    out.link(output, MCA + "outputKind", BASE + "concept/output-kind/report")
    out.link(output, DCTERMS + "publisher", f"{BASE}id/organisation/generated-0")
    out.typed(output, DCTERMS + "issued", "2026", "gYear")
    out.link(output, FOAF + "page", f"https://example.org/fresh-report/{number}")


def measure(project: Path, store: Path, file: Path, times: int) -> tuple[float, float, float, int]:
    """Medians of opening, checking and the whole command in seconds, and how much was found."""
    tool = str(Path(sys.executable).with_name("mca-graph"))
    arguments = [str(project), str(store), str(file)]
    inside, cold = [], []
    for _ in range(times + 1):
        done = subprocess.run(
            [sys.executable, "-c", CHECK, *arguments], check=True, capture_output=True, text=True
        )
        inside.append(json.loads(done.stdout))
        command = [tool, "--project", str(project), "validate", str(file), "--store", str(store)]
        cold.append(run([*command, "-o", str(file.with_suffix(".txt"))]).seconds)
    opening, checking, found = zip(*inside[1:], strict=True)
    return statistics.median(opening), statistics.median(checking), statistics.median(cold[1:]), found[0]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000, 1_000_000, 5_000_000])
    parser.add_argument("--times", type=int, default=7, help="runs at each size")
    options = parser.parse_args()
    tool = str(Path(sys.executable).with_name("mca-graph"))
    with tempfile.TemporaryDirectory(prefix="mca-graph-benchmark-") as folder:
        file = Path(folder) / "fresh.nt"
        print(f"a contribution of {contribution(file)} triples")
        print(f"{'triples':>12}  {'opening':>9}  {'checking':>9}  {'command':>9}  findings")
        checks = []
        for size in options.sizes:
            project, store = Path(folder) / f"project-{size}", Path(folder) / f"store-{size}"
            count = make_project(size, project)
            subprocess.run([tool, "--project", str(project), "load", str(store)], check=True)
            opening, checking, cold, found = measure(project, store, file, options.times)
            checks.append(checking)
            print(f"{count:12,}  {opening:7.3f} s  {checking:7.3f} s  {cold:7.3f} s  {found}")
        print(f"checking, slowest to fastest: {max(checks) / min(checks):.2f}")


if __name__ == "__main__":
    main()
