"""Validation engines side by side on a generated graph with planted defects.

    python benchmarks/validation.py [--sizes 10000 100000 1000000] [--largest pyshacl=100000 ...]

``fast`` is ours; ``core`` is the compiled validator in it alone, without any constraint in SPARQL, as
the least that validation can cost; ``shacl`` is the same validator with its own SPARQL. TopBraid runs where
there is Java and the variable TOPBRAID_LIB names the folder of its jar files.

Every engine is a process of its own that reads the same data and shapes as N-Triples. The right answer
is known, since the graph is valid but for the defects that were planted in it. Printed are time and
memory of each engine, and how many of the results it found, how many it missed, and how many are false.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from generate import BASE, MCA, TRIPLES_PER_PROJECT, XSD, make_project
from timing import Run, run

ENGINES = ("fast", "core", "shacl", "shifty", "topbraid", "pyshacl")
LARGEST = {"shacl": 100_000, "shifty": 1_000_000, "topbraid": 1_000_000, "pyshacl": 10_000}
TOPBRAID = os.environ.get("TOPBRAID_LIB")
SHAPES = BASE + "shapes#"
SHARE = 400
"""One project in so many gets a defect, but in a small graph each defect is planted twice."""

ENTITIES = [
    "award",
    "group",
    "opportunity",
    "organisation",
    "output",
    "participation",
    "person",
    "phase",
    "place",
    "project",
]
CONCEPTS = ["community", "method", "place-kind", "role"]
PREFIXES = {
    "mca": MCA,
    "shapes": SHAPES,
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": XSD,
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "schema": "https://schema.org/",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "scheme": f"{BASE}concept/",
    "query": f"{BASE}query/",
    **{name: f"{BASE}id/{name}/" for name in ENTITIES},
    **{name: f"{BASE}concept/{name}/" for name in CONCEPTS},
}


class Defect(NamedTuple):
    """A defect that can be planted at a project; {n} in it is the number of the project.

    Attributes:
        kind: the constraint component that must find it.
        focus: the focus node.
        shapes: the shapes that must report it.
        drops: the property whose statements are taken away from it, or the empty text.
        adds: what is written instead, in Turtle.
    """

    kind: str
    focus: str
    shapes: str
    drops: str
    adds: str


_PROJECT, _AWARD, _OUTPUT = "project:generated-{n}", "award:ah-g{n:07}-1", "output:generated-{n}"
DEFECTS = (
    Defect("minCount", _PROJECT, "Entity-label", "rdfs:label", ""),
    Defect("maxCount", _PROJECT, "Project-partOf", "mca:partOf", "FOCUS mca:partOf phase:1, phase:2 ."),
    Defect(
        "node",
        _PROJECT,
        "ResearchActivity-servesCommunity",
        "mca:servesCommunity",
        "FOCUS mca:servesCommunity community:nobody .",
    ),
    Defect("class", _AWARD, "Award-funder-class", "mca:funder", "FOCUS mca:funder phase:1 ."),
    Defect("nodeKind", _PROJECT, "Entity-page", "", 'FOCUS foaf:page "a page" .'),
    Defect(
        "datatype",
        _PROJECT,
        "ResearchActivity-durationInMonths-value",
        "",
        'FOCUS mca:durationInMonths "six" .',
    ),
    Defect(
        "or, datatype, ill-formed",
        _PROJECT,
        "ResearchActivity-endDate-form",
        "mca:endDate",
        'FOCUS mca:endDate "2026-02-30"^^xsd:date .',
    ),
    Defect(
        "minExclusive",
        _AWARD,
        "Award-amountValue-value",
        "mca:amountValue",
        "FOCUS mca:amountValue -1.0 .",
    ),
    Defect(
        "maxExclusive",
        _AWARD,
        "Award-amountValue-value",
        "mca:amountValue",
        "FOCUS mca:amountValue 30000000.0 .",
    ),
    Defect(
        "minInclusive",
        "group:generated-{n}",
        "ContributorGroup-minimumSize-value",
        "",
        """FOCUS a mca:ContributorGroup ; rdfs:label "Group {n}"@en ; mca:minimumSize 1 .
        project:generated-{n} mca:hasParticipation participation:{n:012x} .
        participation:{n:012x} a mca:Participation ; rdfs:label "group {n}"@en ;
            mca:participant FOCUS ; mca:role role:contributor .""",
    ),
    Defect(
        "maxInclusive",
        _PROJECT,
        "ResearchActivity-durationInMonths-value ProjectReview",
        "",
        "FOCUS mca:durationInMonths 241 .",
    ),
    Defect(
        "minLength",
        _PROJECT,
        "Entity-description-text",
        "dcterms:description",
        'FOCUS dcterms:description "Too short"@en .',
    ),
    Defect(
        "maxLength",
        _OUTPUT,
        "Entity-label-length",
        "rdfs:label",
        f'FOCUS rdfs:label "Report {{n}} {"and so on " * 20}end"@en .',
    ),
    Defect(
        "pattern",
        _AWARD,
        "Award-grantReference-pattern Award",
        "mca:grantReference",
        'FOCUS mca:grantReference "none" .',
    ),
    Defect(
        "uniqueLang",
        _OUTPUT,
        "Entity-label",
        "rdfs:label",
        'FOCUS rdfs:label "Number {n}"@en, "Report number {n}"@en .',
    ),
    Defect("in", _AWARD, "Award-currency-value", "mca:currency", 'FOCUS mca:currency "EUR" .'),
    Defect("disjoint", _PROJECT, "Entity-altLabel", "", 'FOCUS skos:altLabel "Project {n}"@en .'),
    Defect(
        "equals",
        "scheme:generated-{n}",
        "ConceptScheme-topConceptOf",
        "",
        """FOCUS a skos:ConceptScheme ; rdfs:label "scheme {n}"@en ; dcterms:title "Scheme {n}"@en ;
            dcterms:description "A scheme made for measuring."@en ;
            dcterms:creator organisation:generated-1 ;
            dcterms:license <https://creativecommons.org/licenses/by/4.0/> ;
            skos:hasTopConcept <https://w3id.org/mca-graph/concept/generated-{n}/first> .
        <https://w3id.org/mca-graph/concept/generated-{n}/first> a skos:Concept ; skos:inScheme FOCUS ;
            skos:topConceptOf FOCUS ;
            skos:prefLabel "first of {n}"@en ; skos:definition "The first one."@en .
        <https://w3id.org/mca-graph/concept/generated-{n}/second> a skos:Concept ; skos:inScheme FOCUS ;
            skos:topConceptOf FOCUS ;
            skos:prefLabel "second of {n}"@en ; skos:definition "The second one."@en .""",
    ),
    Defect(
        "lessThanOrEquals",
        "opportunity:generated-{n}",
        "FundingOpportunity-minimumFullEconomicCost-order",
        "",
        """FOCUS a mca:FundingOpportunity ; rdfs:label "Call {n}"@en ; dcterms:title "Call number {n}"@en ;
            foaf:page <https://example.org/call/{n}> ; mca:issuedUnder phase:1 ;
            mca:offeredBy organisation:arts-and-humanities-research-council ;
            mca:minimumFullEconomicCost 20000.5 ; mca:maximumFullEconomicCost 20000.0 .""",
    ),
    Defect(
        "hasValue",
        "place:alone-{n}",
        "Place-inside",
        "",
        'FOCUS a mca:Place ; rdfs:label "Place alone {n}"@en ; mca:placeKind place-kind:town .',
    ),
    Defect(
        "not",
        _OUTPUT,
        "Identified-identifiedBy-doi",
        "",
        "FOCUS mca:identifiedBy <https://doi.org/generated.{n}> .",
    ),
    Defect(
        "xone",
        "query:generated-{n}",
        "Query-text",
        "",
        """FOCUS a sh:SPARQLSelectExecutable ; rdfs:label "Question {n}"@en ; schema:keywords "projects"@en ;
            rdfs:comment "Which question is without SPARQL?"@en ; dcterms:identifier "generated-{n}" .""",
    ),
    Defect(
        "closed",
        "person:robin-{n}",
        "Person-privacy",
        "",
        """FOCUS a foaf:Person ; rdfs:label "Robin {n}"@en ; foaf:name "Robin {n}" ;
            foaf:phone <tel:+441253000000> .
        output:generated-{n} dcterms:creator FOCUS .""",
    ),
    Defect(
        "qualifiedMinCount, languageIn",
        "method:generated-{n}",
        "Concept-prefLabel-english",
        "",
        """FOCUS a skos:Concept ; skos:inScheme scheme:method ; skos:broader method:co-production ;
            skos:prefLabel "dull {n}"@cy ; skos:definition "A method made for measuring."@en .""",
    ),
    Defect(
        "qualifiedMaxCount",
        "person:kim-{n}",
        "Person-identifiedBy-oneOrcid",
        "",
        """FOCUS a foaf:Person ; rdfs:label "Kim {n}"@en ; foaf:name "Kim {n}" ;
            mca:identifiedBy ORCID, ORCID .
        output:generated-{n} dcterms:creator FOCUS .""",
    ),
    Defect(
        "sparql, order of dates",
        _PROJECT,
        "ResearchActivity",
        "mca:endDate",
        'FOCUS mca:endDate "2024-02-01"^^xsd:date .',
    ),
    Defect(
        "sparql, unknown property",
        _PROJECT,
        "Entity",
        "",
        "FOCUS mca:servesComunity community:older-people .",
    ),
)


def orcid(number: int) -> str:
    """The ORCID iD of a number, with its check digit (ISO/IEC 7064, MOD 11-2)."""
    digits = f"{number:015}"
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    whole = digits + ("X" if check == 10 else str(check))
    return "<https://orcid.org/" + "-".join(whole[at : at + 4] for at in range(0, 16, 4)) + ">"


def expand(curie: str) -> str:
    """A CURIE as N-Triples writes its IRI."""
    prefix, _, name = curie.partition(":")
    return f"<{PREFIXES[prefix]}{name}>"


def statements(defect: Defect, number: int) -> str:
    """What a defect adds to a project, as N-Triples."""
    from pyoxigraph import RdfFormat, parse, serialize

    text = defect.adds.format(n=number).replace("FOCUS", expand(defect.focus.format(n=number)))
    for offset in (10**12, 2 * 10**12):
        text = text.replace("ORCID", orcid(offset + number), 1)
    header = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
    triples = [quad.triple for quad in parse((header + text).encode(), format=RdfFormat.TURTLE)]
    return serialize(triples, format=RdfFormat.N_TRIPLES).decode()


def plant(project: Path, size: int) -> set[tuple[str, str]]:
    """Plant defects in the contribution of a generated project; returns focus nodes with their shapes."""
    contribution = project / "data" / "contributions" / "generated.nt"
    drops: set[str] = set()
    added: list[str] = []
    expected: set[tuple[str, str]] = set()
    total = size // TRIPLES_PER_PROJECT
    every = max(1, min(SHARE, total // (2 * len(DEFECTS))))
    for turn, number in enumerate(range(1, total, every)):
        defect = DEFECTS[turn % len(DEFECTS)]
        focus = expand(defect.focus.format(n=number))
        if defect.drops:
            drops.add(f"{focus} {expand(defect.drops)} ")
        added.append(statements(defect, number))
        expected |= {(focus, expand(f"shapes:{name}")) for name in defect.shapes.split()}
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
    if engine == "topbraid":
        import rdflib

        command = ["java", "-cp", f"{TOPBRAID}/*", "org.topbraid.shacl.tools.Validate"]
        done = subprocess.run(
            [*command, "-datafile", str(data), "-shapesfile", str(shapes)], capture_output=True, check=False
        )
        return rdflib.Graph().parse(done.stdout, format="turtle")
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


def _is_here(engine: str) -> bool:
    return engine != "topbraid" or (TOPBRAID is not None and shutil.which("java") is not None)


def _of_report(report: object) -> Iterator[tuple[str, str]]:
    import rdflib

    sh = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    assert isinstance(report, rdflib.Graph)
    for top in report.subjects(rdflib.RDF.type, sh.ValidationReport):
        for result in report.objects(top, sh.result):
            focus, shape = report.value(result, sh.focusNode), report.value(result, sh.sourceShape)
            yield f"<{focus}>", f"<{shape}>"


def prepare(size: int, work: Path) -> None:
    """Write the graph of one size, its shapes, and what is to be found in it."""
    make_project(size, work / "project")
    expected = plant(work / "project", size)
    count = write_files(work / "project", work / "data.nt", work / "shapes.nt")
    (work / "expected.json").write_text(json.dumps([count, sorted(expected)]), encoding="utf-8")


def compare(size: int, engines: list[str], work: Path, times: int) -> None:
    """Measure the engines on a graph of one size, and print."""
    # In a process of its own: what this one holds would count for the engines that it starts.
    subprocess.run([sys.executable, __file__, "--prepare", str(size), str(work)], check=True)
    data, shapes = work / "data.nt", work / "shapes.nt"
    count, pairs = json.loads((work / "expected.json").read_text(encoding="utf-8"))
    expected = {tuple(pair) for pair in pairs}
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
    parser.add_argument("--prepare", nargs=2, metavar=("SIZE", "FOLDER"))
    parser.add_argument("--engine", nargs=4, metavar=("NAME", "DATA", "SHAPES", "ANSWER"))
    options = parser.parse_args()
    if options.prepare:
        prepare(int(options.prepare[0]), Path(options.prepare[1]))
        return
    if options.engine:
        name, data, shapes, answer = options.engine
        found = sorted(set(results(name, Path(data), Path(shapes))))
        Path(answer).write_text(json.dumps(found), encoding="utf-8")
        return
    limits = LARGEST | {name: int(size) for name, _, size in (one.partition("=") for one in options.largest)}
    for size in options.sizes:
        with tempfile.TemporaryDirectory(prefix="mca-graph-benchmark-") as folder:
            engines = [name for name in options.engines if size <= limits.get(name, size) and _is_here(name)]
            compare(size, engines, Path(folder), options.times)
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
