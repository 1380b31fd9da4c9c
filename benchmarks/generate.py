"""Generate a project of any size in the vocabulary of MCA, valid or with a chosen share of defects.

    python benchmarks/generate.py 1000000 OUT [--defects 0.01] [--seed 1]

OUT becomes a project: the ontology, shapes and queries of this one, and one contribution of about so
many triples as N-Triples. What was planted is listed in OUT/planted.csv (focus node, shape).
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import random
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

ROOT = Path(__file__).parents[1]
BASE = "https://w3id.org/mca-graph/"
MCA = BASE + "ontology#"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
RDFS_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
XSD = "http://www.w3.org/2001/XMLSchema#"
ORG = "http://www.w3.org/ns/org#"
DCTERMS = "http://purl.org/dc/terms/"
FOAF = "http://xmlns.com/foaf/0.1/"
PROV = "http://www.w3.org/ns/prov#"

TRIPLES_PER_PROJECT = 50
DEFECTS = ("amount-negative", "two-phases", "no-label", "unknown-community", "end-before-start")


class Writer:
    """Writes N-Triples lines and counts them."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self.count = 0

    def link(self, subject: str, predicate: str, value: str) -> None:
        """Write a statement whose object is a resource."""
        self._out.write(f"<{subject}> <{predicate}> <{value}> .\n")
        self.count += 1

    def text(self, subject: str, predicate: str, value: str, tag: str = "@en") -> None:
        """Write a statement whose object is a text."""
        self._out.write(f'<{subject}> <{predicate}> "{value}"{tag} .\n')
        self.count += 1

    def typed(self, subject: str, predicate: str, value: str, datatype: str) -> None:
        """Write a statement whose object is a literal of an XSD datatype."""
        self.text(subject, predicate, value, f"^^<{XSD}{datatype}>")


def concepts(scheme: str) -> list[str]:
    """The concepts of one of the real schemes."""
    import pyoxigraph

    path = ROOT / "ontology" / "concepts" / f"{scheme}.ttl"
    in_scheme = "http://www.w3.org/2004/02/skos/core#inScheme"
    quads = pyoxigraph.parse(path.read_bytes(), format=pyoxigraph.RdfFormat.TURTLE)
    return sorted(quad.subject.value for quad in quads if quad.predicate.value == in_scheme)


def participation(out: Writer, project: str, agent: str, role: str) -> None:
    """One participation under its deterministic IRI."""
    digest = hashlib.sha1(f"{project}|{agent}|{role}".encode(), usedforsecurity=False).hexdigest()[:12]
    node = f"{BASE}id/participation/{digest}"
    out.link(project, MCA + "hasParticipation", node)
    out.link(node, RDF_TYPE, MCA + "Participation")
    out.text(node, RDFS_LABEL, f"participation {digest}")
    out.link(node, MCA + "participant", agent)
    out.link(node, MCA + "role", role)


def generate(size: int, defects: float, seed: int, out: Writer) -> Iterator[tuple[str, str]]:
    """Write about ``size`` triples; yield each planted defect as (focus node, kind)."""
    chance = random.Random(seed)
    communities, topics, methods = concepts("community"), concepts("health-topic"), concepts("method")
    assets, kinds, output_kinds = (
        concepts("asset-kind"),
        concepts("organisation-kind"),
        concepts("output-kind"),
    )
    total = max(1, size // TRIPLES_PER_PROJECT)
    graph = BASE + "graph/contribution/generated"
    out.link(graph, RDF_TYPE, PROV + "Bundle")
    out.text(graph, RDFS_LABEL, "generated for measuring")
    out.link(graph, PROV + "wasDerivedFrom", "https://example.org/generated")
    out.link(graph, PROV + "wasAttributedTo", BASE + "id/agent/mca-graph-editors")
    out.typed(graph, PROV + "generatedAtTime", "2026-01-01T00:00:00Z", "dateTime")
    out.link(graph, DCTERMS + "license", "https://creativecommons.org/licenses/by/4.0/")
    out.link(graph, MCA + "basis", BASE + "concept/basis/stated")
    out.link(graph, MCA + "sourceKind", BASE + "concept/source-kind/host")
    out.text(f"{BASE}id/agent/mca-graph-editors", FOAF + "name", "mca-graph editors", "")
    council = BASE + "id/organisation/arts-and-humanities-research-council"
    out.link(council, RDF_TYPE, ORG + "Organization")
    out.text(council, RDFS_LABEL, "Arts and Humanities Research Council")
    out.link(council, ORG + "classification", BASE + "concept/organisation-kind/research-council")
    out.link(council, MCA + "identifiedBy", "http://www.wikidata.org/entity/Q4801497")
    for number in (1, 2, 3):
        out.typed(f"{BASE}id/phase/{number}", MCA + "startDate", "2022-01", "gYearMonth")
        out.link(f"{BASE}id/phase/{number}", RDF_TYPE, MCA + "Phase")
        out.text(f"{BASE}id/phase/{number}", RDFS_LABEL, f"Phase {number}")
        out.link(f"{BASE}id/phase/{number}", MCA + "partOf", f"{BASE}id/programme/generated")
    out.link(f"{BASE}id/programme/generated", RDF_TYPE, MCA + "Programme")
    out.text(f"{BASE}id/programme/generated", RDFS_LABEL, "Generated programme")
    out.typed(f"{BASE}id/programme/generated", MCA + "startDate", "2021", "gYear")
    coordinating = BASE + "concept/role/coordinating-organisation"
    participation(out, f"{BASE}id/programme/generated", council, coordinating)
    places = [f"{BASE}id/place/generated-{index}" for index in range(max(3, total // 50))]
    for index, place in enumerate(places):
        out.link(place, RDF_TYPE, MCA + "Place")
        out.text(place, RDFS_LABEL, f"Place {index}")
        out.link(place, MCA + "placeKind", BASE + "concept/place-kind/" + ("town" if index else "country"))
        if index:
            out.link(place, MCA + "within", places[(index - 1) // 8])
    organisations = [f"{BASE}id/organisation/generated-{index}" for index in range(max(5, total // 4))]
    for index, organisation in enumerate(organisations):
        out.link(organisation, RDF_TYPE, ORG + "Organization")
        out.text(organisation, RDFS_LABEL, f"Organisation {index}")
        out.link(organisation, ORG + "classification", chance.choice(kinds))
        out.link(
            organisation, MCA + "identifiedBy", f"http://www.wikidata.org/entity/Q{index + 9_000_000_000}"
        )
    for index in range(total):
        project = f"{BASE}id/project/generated-{index}"
        award, output = f"{BASE}id/award/ah-g{index:07d}-1", f"{BASE}id/output/generated-{index}"
        defect = chance.choice(DEFECTS) if chance.random() < defects else ""
        if defect:
            yield (award if defect == "amount-negative" else project), defect
        out.link(project, RDF_TYPE, MCA + "Project")
        if defect != "no-label":
            out.text(project, RDFS_LABEL, f"Project {index}")
        out.link(project, MCA + "partOf", f"{BASE}id/phase/{index % 3 + 1}")
        if defect == "two-phases":
            out.link(project, MCA + "partOf", f"{BASE}id/phase/{(index + 1) % 3 + 1}")
        start, end = (
            ("2026-01-01", "2025-01-01") if defect == "end-before-start" else ("2024-03-01", "2026-09-30")
        )
        out.typed(project, MCA + "startDate", start, "date")
        out.typed(project, MCA + "endDate", end, "date")
        out.text(project, DCTERMS + "description", f"Project {index} works with people near where they live.")
        for community in chance.sample(communities, 2):
            out.link(project, MCA + "servesCommunity", community)
        if defect == "unknown-community":
            out.link(project, MCA + "servesCommunity", BASE + "concept/community/nobody")
        out.link(project, MCA + "addressesTopic", chance.choice(topics))
        out.link(project, MCA + "usesMethod", chance.choice(methods))
        out.link(project, MCA + "mobilisesAssetKind", chance.choice(assets))
        out.link(project, MCA + "takesPlaceIn", chance.choice(places))
        lead, *partners = chance.sample(organisations, 4)
        participation(out, project, lead, BASE + "concept/role/lead-research-organisation")
        for partner in partners:
            participation(out, project, partner, BASE + "concept/role/partner")
        out.link(award, RDF_TYPE, MCA + "Award")
        out.text(award, RDFS_LABEL, f"Award {index}")
        out.link(award, MCA + "funds", project)
        out.link(award, MCA + "funder", council)
        out.link(award, MCA + "recipient", lead)
        amount = chance.randrange(50_000, 250_000)
        out.typed(
            award, MCA + "amountValue", f"{-amount if defect == 'amount-negative' else amount}.0", "decimal"
        )
        out.text(award, MCA + "currency", "GBP", "")
        out.link(award, MCA + "amountSense", BASE + "concept/amount-sense/awarded")
        out.text(award, MCA + "grantReference", f"AH/G{index:07d}/1", "")
        out.link(project, MCA + "produced", output)
        out.link(output, RDF_TYPE, MCA + "Output")
        out.text(output, RDFS_LABEL, f"Report {index}")
        out.text(output, DCTERMS + "title", f"What project {index} found")
        out.link(output, MCA + "outputKind", chance.choice(output_kinds))
        out.link(output, DCTERMS + "publisher", lead)
        out.typed(output, DCTERMS + "issued", str(chance.randrange(2022, 2027)), "gYear")
        out.link(output, FOAF + "page", f"https://example.org/report/{index}")


def make_project(size: int, folder: Path, defects: float = 0.0, seed: int = 1) -> int:
    """Write a whole project and return how many triples its contribution has."""
    for name in ("ontology", "shapes", "queries"):
        shutil.copytree(ROOT / name, folder / name, dirs_exist_ok=True)
    shutil.copy(ROOT / "mca-graph.toml", folder)
    contributions = folder / "data" / "contributions"
    contributions.mkdir(parents=True, exist_ok=True)
    with (
        (contributions / "generated.nt").open("w", encoding="utf-8") as file,
        (folder / "planted.csv").open("w", newline="", encoding="utf-8") as planted,
    ):
        rows = csv.writer(planted)
        rows.writerow(["focus", "defect"])
        out = Writer(file)
        for row in generate(size, defects, seed, out):
            rows.writerow(row)
    return out.count


def main() -> None:
    """Read the arguments and write the project."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("size", type=int, help="about how many triples")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--defects", type=float, default=0.0, help="share of projects that get one defect")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    count = make_project(options.size, options.folder, options.defects, options.seed)
    sys.stderr.write(f"{count:,} triples in {options.folder}\n")


if __name__ == "__main__":
    main()
