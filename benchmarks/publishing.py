"""What publishing costs: generated projects of 1,000, 10,000 and 100,000 things, all formats written.

    python benchmarks/publishing.py [--things 1000 10000 100000]

For each size the graph is indexed and the site written, then both once more after the description of one
project has changed, after its name has and after there is one project more, and the site once more with
nothing changed. Printed are wall time, processor time of
all processes, the largest sum of their memory (proportional set size), pages a second, the time of copying
the finished site with cp as the least that writing so many files can cost, and how time grows with size.
The last line is what a browser loads before it paints the page of a thing.
"""

from __future__ import annotations

import argparse
import gzip
import math
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from generate import make_project
from timing import Watched, watch

TRIPLES_PER_THING = 6.87
"""So many triples :mod:`generate` writes for each thing that gets a page."""

MOST_BYTES = 100_000
"""So many packed bytes a page may load before it is painted."""

BASE = "https://w3id.org/mca-graph/"
NEW = f"<{BASE}id/project/new> <http://www.w3.org/"
EDITS: dict[str, Callable[[str], str]] = {
    "one text changed": lambda text: text.replace("Project 77 works with", "Project 77 always works with"),
    "one name changed": lambda text: text.replace('"Project 77"@en', '"Project 77, renamed"@en'),
    "one thing more": lambda text: (
        f"{text}{NEW}1999/02/22-rdf-syntax-ns#type> <{BASE}ontology#Project> .\n"
        f'{NEW}2000/01/rdf-schema#label> "A new project"@en .\n'
    ),
}
"""What is done to the contribution between two runs."""

_THINGS = re.compile(r"([\d,]+) things; ([\d,]+) files written")
_LOADED = re.compile(r'<link rel="stylesheet" href="([^"]+)"|<script src="([^"]+)"')


class Again(NamedTuple):
    """What it took to publish again after a change."""

    what: str
    rewritten: int
    index: Watched
    site: Watched


class Times(NamedTuple):
    """What one size took: index and site, then both after each change, then with no change."""

    things: int
    index: Watched
    site: Watched
    again: list[Again]
    unchanged: Watched
    copy: Watched


def measure(things: int, folder: Path) -> Times:
    """Publish a generated project of about so many things."""
    project, out = folder / "project", folder / "site"
    make_project(round(things * TRIPLES_PER_THING), project)
    tool = [str(Path(sys.executable).with_name("mca-graph")), "--project", str(project)]
    ask = [*tool, "query", "--text", "ASK {}"]
    publish = [*tool, "publish", str(out), "--base-url", "https://site.example/"]
    env = {"MCA_GRAPH_CACHE": str(folder / "cache")}
    index, site = watch(ask, env), watch(publish, env)
    again = []
    data = project / "data" / "contributions" / "generated.nt"
    for what, edit in EDITS.items():
        text = data.read_text(encoding="utf-8")
        assert edit(text) != text
        data.write_text(edit(text), encoding="utf-8")
        once_more = Again(what, 0, watch(ask, env), watch(publish, env))
        again.append(once_more._replace(rewritten=_counted(once_more.site)[1]))
    unchanged = watch(publish, env)
    copy = watch(["cp", "-r", str(out), str(folder / "copy")])
    return Times(_counted(site)[0], index, site, again, unchanged, copy)


def _counted(publishing: Watched) -> tuple[int, int]:
    """How many things the site has, and how many files were written."""
    found = _THINGS.search(publishing.said)
    assert found is not None
    things, written = (int(text.replace(",", "")) for text in found.groups())
    return things, written


def report(all_times: list[Times]) -> None:
    """Print what was measured, and how it grows."""
    print("| things | what | wall s | processor s | memory MiB | pages/s | to the first time | to a copy |")
    print("|--:|---|--:|--:|--:|--:|--:|--:|")
    for times in all_times:
        first = times.index.seconds + times.site.seconds
        for what, parts in (
            ("index", [times.index]),
            ("site", [times.site]),
            ("index and site", [times.index, times.site]),
            *((f"{one.what}, {one.rewritten:,} files", [one.index, one.site]) for one in times.again),
            ("nothing changed", [times.unchanged]),
            ("cp -r", [times.copy]),
        ):
            wall = sum(part.seconds for part in parts)
            processor = sum(part.processor_seconds for part in parts)
            memory = max(part.mebibytes for part in parts)
            print(
                f"| {times.things:,} | {what} | {wall:.1f} | {processor:.1f} | {memory:.0f} "
                f"| {times.things / wall:,.0f} | {wall / first:.2f} | {wall / times.copy.seconds:.1f} |"
            )
    print()
    for small, large in pairwise(all_times):
        for what, one, other in (
            ("wall", small.site.seconds, large.site.seconds),
            ("processor", small.site.processor_seconds, large.site.processor_seconds),
        ):
            power = math.log(other / one) / math.log(large.things / small.things)
            print(
                f"{small.things:,} to {large.things:,} things: {what} time grows with the power {power:.2f}"
            )


def first_paint(site: Path) -> tuple[int, int]:
    """Packed and plain bytes of the page of a thing with the styles and scripts that it waits for."""
    page = next((site / "id" / "project").glob("*-77.html"))
    text = page.read_text(encoding="utf-8")
    loaded = [page, *(page.parent / (style or script) for style, script in _LOADED.findall(text))]
    contents = [path.read_bytes() for path in loaded]
    return sum(len(gzip.compress(data)) for data in contents), sum(map(len, contents))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--things", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    options = parser.parse_args()
    all_times = []
    for things in options.things:
        with tempfile.TemporaryDirectory(prefix="mca-graph-benchmark-") as folder:
            all_times.append(measure(things, Path(folder)))
            packed, plain = first_paint(Path(folder) / "site")
            subprocess.run(["rm", "-rf", f"{folder}/site", f"{folder}/copy"], check=True)
    report(all_times)
    print(f"first paint of a thing's page: {packed:,} bytes packed, {plain:,} plain")
    if packed > MOST_BYTES:
        sys.exit(f"that is more than {MOST_BYTES:,}")


if __name__ == "__main__":
    main()
