"""Validation engines side by side on a generated graph with planted defects.

    python benchmarks/validation.py [--sizes 10000 100000 1000000] [--largest pyshacl=100000 ...]

``fast`` is ours; ``core`` is the compiled validator in it alone, without any constraint in SPARQL, as
the least that validation can cost; ``shacl`` is the same validator with its own SPARQL.

Every engine is a process of its own that reads the same data and shapes as N-Triples. The right answer
is known, since the graph is valid but for the defects that were planted in it. Printed are time and
memory of each engine, and how many of the results it found, how many it missed, and how many are false.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from generate import BASE, MCA, RDFS_LABEL, TRIPLES_PER_PROJECT, XSD, make_project
from timing import Run, run

ENGINES = ("fast", "core", "shacl", "shifty", "pyshacl")
LARGEST = {"shacl": 100_000, "shifty": 1_000_000, "pyshacl": 10_000}
SHAPES = BASE + "shapes#"
SHARE = 400
"""One project in so many gets a defect, but in a small graph each defect is planted twice."""

PROJECT, AWARD = BASE + "id/project/generated-{0}", BASE + "id/award/ah-g{0:07d}-1"
OUTPUT, ORGANISATION = BASE + "id/output/generated-{0}", BASE + "id/organisation/generated-{1}"


class Defect(NamedTuple):
    """A defect that can be planted at a project.

    Attributes:
        name: what it is.
        subject: the thing at fault; {0} is the number of the project.
        drops: the property whose statement is taken away, or the empty text.
        adds: statements that are written instead, as predicate and object.
        shapes: the local names of the shapes that must report the thing.
    """

    name: str
    subject: str
    drops: str
    adds: tuple[tuple[str, str], ...]
    shapes: tuple[str, ...]


def _date(text: str) -> str:
    return f'"{text}"^^<{XSD}date>'


DEFECTS = (
    Defect("minCount", PROJECT, RDFS_LABEL, (), ("Entity-label",)),
    Defect(
        "maxCount",
        PROJECT,
        MCA + "partOf",
        ((MCA + "partOf", f"<{BASE}id/phase/1>"), (MCA + "partOf", f"<{BASE}id/phase/2>")),
        ("Project-partOf",),
    ),
    Defect(
        "node",
        PROJECT,
        MCA + "servesCommunity",
        ((MCA + "servesCommunity", f"<{BASE}concept/community/nobody>"),),
        ("ResearchActivity-servesCommunity",),
    ),
    Defect(
        "minExclusive",
        AWARD,
        MCA + "amountValue",
        ((MCA + "amountValue", f'"-1.0"^^<{XSD}decimal>'),),
        ("Award-amountValue-value",),
    ),
    Defect(
        "sparql, order of dates",
        PROJECT,
        MCA + "endDate",
        ((MCA + "endDate", _date("2024-02-01")),),
        ("ResearchActivity",),
    ),
    Defect(
        "or, datatype, ill-formed",
        PROJECT,
        MCA + "endDate",
        ((MCA + "endDate", _date("2026-02-30")),),
        ("ResearchActivity-endDate-form",),
    ),
    Defect(
        "sparql, unknown property",
        PROJECT,
        "",
        ((MCA + "servesComunity", f"<{BASE}concept/community/older-people>"),),
        ("Entity",),
    ),
    Defect(
        "uniqueLang",
        OUTPUT,
        RDFS_LABEL,
        ((RDFS_LABEL, '"One"@en'), (RDFS_LABEL, '"Two"@en')),
        ("Entity-label",),
    ),
    Defect("in", AWARD, MCA + "currency", ((MCA + "currency", '"EUR"'),), ("Award-currency-value",)),
    Defect(
        "class",
        AWARD,
        MCA + "funder",
        ((MCA + "funder", f"<{BASE}id/phase/1>"),),
        ("Award-funder-class",),
    ),
    Defect(
        "pattern",
        AWARD,
        MCA + "grantReference",
        ((MCA + "grantReference", '"none"'),),
        ("Award-grantReference-pattern", "Award"),
    ),
    Defect("nodeKind", PROJECT, "", (("http://xmlns.com/foaf/0.1/page", '"a page"'),), ("Entity-page",)),
)


def plant(project: Path, size: int) -> set[tuple[str, str]]:
    """Plant defects in the contribution of a generated project; returns focus nodes with their shapes."""
    contribution = project / "data" / "contributions" / "generated.nt"
    drops: set[str] = set()
    added: list[str] = []
    expected: set[tuple[str, str]] = set()
    total = size // TRIPLES_PER_PROJECT
    every = max(1, min(SHARE, total // (2 * len(DEFECTS))))
    for turn, index in enumerate(range(0, total, every)):
        defect = DEFECTS[turn % len(DEFECTS)]
        subject = defect.subject.format(index, index)
        if defect.drops:
            drops.add(f"<{subject}> <{defect.drops}> ")
        added += [f"<{subject}> <{predicate}> {value} .\n" for predicate, value in defect.adds]
        expected |= {(f"<{subject}>", f"<{SHAPES}{shape}>") for shape in defect.shapes}
    scratch = contribution.with_suffix(".planted")
    with contribution.open(encoding="utf-8") as source, scratch.open("w", encoding="utf-8") as target:
        for line in source:
            subject, predicate, _rest = line.split(" ", 2)
            if f"{subject} {predicate} " not in drops:
                target.write(line)
        target.writelines(added)
    scratch.replace(contribution)
    return expected


def write_files(project: Path, data: Path, shapes: Path) -> int:
    """Write the data graph and the shapes graph of a project as N-Triples; returns the data's triples."""
    from mca_graph.graph.assemble import assemble
    from mca_graph.project import load_project
    from mca_graph.store.embedded import EmbeddedStore
    from mca_graph.validation.data import whole_graph
    from mca_graph.validation.shapes import Shapes

    loaded = load_project(project)
    store = EmbeddedStore()
    assemble(loaded, store)
    text = whole_graph(loaded, store).ntriples()
    data.write_text(text, encoding="utf-8")
    shapes.write_text(Shapes.read(loaded.shape_files).turtle(), encoding="utf-8")
    return text.count("\n")


def results(engine: str, data: Path, shapes: Path) -> Iterator[tuple[str, str]]:
    """Run an engine in this process; yields focus nodes with their shapes."""
    if engine == "fast":
        from pyoxigraph import RdfFormat, parse

        from mca_graph.validation import fast
        from mca_graph.validation.data import DataGraph
        from mca_graph.validation.shapes import Shapes

        rules = Shapes(parse(path=str(shapes), format=RdfFormat.N_TRIPLES))
        graph = DataGraph.of_text(data.read_text(encoding="utf-8"), as_stored=True)
        for found in fast.results(graph, rules):
            yield found.focus, found.shape
    elif engine == "core":
        import shacl

        kept = (
            line for line in shapes.read_text(encoding="utf-8").splitlines(True) if "#sparql>" not in line
        )
        rules_of_core = shacl.Shapes.from_text("".join(kept), format="ntriples")
        for result in rules_of_core.validate_file(str(data)).results:
            yield result.focus_node, result.source_shape or ""
    elif engine == "shacl":
        import shacl

        for result in shacl.Shapes.from_file(str(shapes)).validate_file(str(data)).results:
            yield result.focus_node, result.source_shape or ""
    else:
        yield from _of_report(_report(engine, data, shapes))


def _report(engine: str, data: Path, shapes: Path) -> object:
    if engine == "shifty":
        import shifty

        return shifty.validate(data, shapes, graph_mode="data", infer=False)[1]
    import logging

    import pyshacl
    import rdflib

    logging.disable(logging.ERROR)  # an ill-formed literal is a result, not worth a trace
    graph = rdflib.Graph().parse(data, format="nt")
    rules = rdflib.Graph().parse(shapes, format="nt")
    return pyshacl.validate(graph, shacl_graph=rules, inplace=True, advanced=True)[1]


def _of_report(report: object) -> Iterator[tuple[str, str]]:
    import rdflib

    sh = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    assert isinstance(report, rdflib.Graph)
    for top in report.subjects(rdflib.RDF.type, sh.ValidationReport):
        for result in report.objects(top, sh.result):
            focus, shape = report.value(result, sh.focusNode), report.value(result, sh.sourceShape)
            yield f"<{focus}>", f"<{shape}>"


def compare(size: int, engines: list[str], work: Path, times: int) -> None:
    """Measure the engines on a graph of one size, and print."""
    project, data, shapes = work / "project", work / "data.nt", work / "shapes.nt"
    make_project(size, project)
    expected = plant(project, size)
    count = write_files(project, data, shapes)
    print(f"\n{count:,} triples, {len(expected):,} results to be found")
    print(f"{'':9}{'time':>10}{'memory':>11}{'found':>8}{'missed':>8}{'false':>8}")
    for engine in engines:
        answer = work / f"{engine}.json"
        command = [sys.executable, __file__, "--engine", engine, str(data), str(shapes), str(answer)]
        runs: list[Run] = [run(command) for _ in range(times)]
        found = {tuple(pair) for pair in json.loads(answer.read_text(encoding="utf-8"))}
        best = min(runs)
        print(
            f"{engine:9}{best.seconds:8.2f} s{best.mebibytes:7.0f} MiB{len(found & expected):8,}"
            f"{len(expected - found):8,}{len(found - expected):8,}"
        )
        for label, pairs in (("missed", expected - found), ("false", found - expected)):
            shapes_of = Counter(shape.removeprefix(f"<{SHAPES}").rstrip(">") for _focus, shape in pairs)
            if shapes_of:
                print(f"{'':9}{label}: {', '.join(f'{name} {n}' for name, n in shapes_of.most_common(6))}")


def main() -> None:
    """Measure and print, or be one of the engines that are measured."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("--largest", nargs="*", default=[], metavar="ENGINE=SIZE", help="limits of engines")
    parser.add_argument("--times", type=int, default=1, help="runs of each; the quickest counts")
    parser.add_argument("--engine", nargs=4, metavar=("NAME", "DATA", "SHAPES", "ANSWER"))
    options = parser.parse_args()
    if options.engine:
        name, data, shapes, answer = options.engine
        found = sorted(set(results(name, Path(data), Path(shapes))))
        Path(answer).write_text(json.dumps(found), encoding="utf-8")
        return
    limits = LARGEST | {name: int(size) for name, _, size in (one.partition("=") for one in options.largest)}
    for size in options.sizes:
        with tempfile.TemporaryDirectory(prefix="mca-graph-benchmark-") as folder:
            engines = [name for name in options.engines if size <= limits.get(name, size)]
            compare(size, engines, Path(folder), options.times)
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
