"""How long the first answer takes: a cold process from start to end, beside the least that could do it.

    python benchmarks/cold_query.py [--times 15]

Every peer reads the same files and runs the same saved query.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from peers import OXIGRAPH, RDFLIB
from timing import alternate, report

ROOT = Path(__file__).parents[1]
QUERY = "projects-serving-community"
COMMUNITY = "coastal-communities"


def bound_query() -> str:
    """The text of the saved query with its parameter in place, for engines that know no parameters."""
    text = (ROOT / "queries" / f"{QUERY}.rq").read_text(encoding="utf-8")
    value = f"<https://w3id.org/mca-graph/concept/community/{COMMUNITY}>"
    return text.replace("WHERE {", f"WHERE {{ VALUES ?community {{ {value} }}", 1)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--times", type=int, default=15, help="runs of each peer")
    options = parser.parse_args()
    # A bare script has one graph only, so where the query asks for sources it finds none and does less.
    files = [str(path) for folder in ("ontology", "data") for path in sorted((ROOT / folder).rglob("*.ttl"))]
    with tempfile.NamedTemporaryFile("w", suffix=".rq", encoding="utf-8") as query:
        query.write(bound_query())
        query.flush()
        tool = str(Path(sys.executable).with_name("mca-graph"))
        runs = alternate(
            {
                "bare pyoxigraph": [sys.executable, "-c", OXIGRAPH, query.name, *files],
                "mca-graph": [tool, "--project", str(ROOT), "query", QUERY, "--community", COMMUNITY],
                "bare rdflib": [sys.executable, "-c", RDFLIB, query.name, *files],
            },
            options.times,
        )
    print(f"{QUERY} --community {COMMUNITY}, {len(files)} files")
    report(runs, "bare pyoxigraph")


if __name__ == "__main__":
    main()
