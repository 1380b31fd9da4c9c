"""The form of a site finds in a contribution what ``mca-graph validate`` finds in it."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from browser_support import published
from pyoxigraph import RdfFormat, serialize

from browsers import node
from mca_graph.project import Project
from mca_graph.rdf.read import read_quads
from shared import ROOT

CASES = ROOT / "tests" / "shapes" / "cases"
KINDS = sorted(path.name for path in CASES.iterdir() if path.is_dir())

CONCEPTS = {"Concept", "ConceptScheme", "MatchedConcept", "NarrowerConcept", "RelatedConcept"}
"""Their cases describe concepts that the graph describes in another way; no form enters concepts."""


@pytest.fixture(scope="module")
def site() -> dict[str, Any]:
    return {
        "settings": json.loads((published() / "editor.json").read_text(encoding="utf-8")),
        "model": json.loads((published() / "contribute.json").read_text(encoding="utf-8")),
    }


def ntriples(*paths: Path) -> str:
    triples = (quad.triple for path in paths for quad in read_quads(path))
    return (serialize(triples, format=RdfFormat.N_TRIPLES) or b"").decode()


def found_by_the_form(
    site: dict[str, Any], graph: str, cases: dict[str, str]
) -> dict[str, set[tuple[str, str]]]:
    answer: dict[str, list[dict[str, str]]] = node(
        "check_cases.mjs", {**site, "graph": graph, "cases": cases}
    )
    return {
        name: {
            (finding["severity"].rpartition("#")[2].lower(), finding["shape"].rpartition("#")[2])
            for finding in findings
        }
        for name, findings in answer.items()
    }


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in CONCEPTS])
def test_each_case_is_judged_alike(mca: Project, site: dict[str, Any], kind: str) -> None:
    paths = sorted((CASES / kind).glob("*.ttl"))
    assert paths
    graph = ntriples(*mca.ontology_files, *mca.concept_files, CASES / "context.ttl")
    found = found_by_the_form(site, graph, {path.stem: ntriples(path) for path in paths})
    wanted = {}
    for path in paths:
        listed = path.with_suffix("").with_suffix(".expected.csv")
        rows = csv.DictReader(listed.read_text(encoding="utf-8").splitlines()) if listed.exists() else ()
        wanted[path.stem] = {(row["severity"], row["code"].rpartition(":")[2]) for row in rows}
    assert found == wanted


def test_a_known_bad_record_is_refused(site: dict[str, Any]) -> None:
    """A wrong call of the engine would check nothing and say nothing."""
    bad = (
        "<https://w3id.org/mca-graph/id/award/Bad> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
        "<https://w3id.org/mca-graph/ontology#Award> .\n"
    )
    assert ("violation", "Award-iri") in found_by_the_form(site, "", {"bad": bad})["bad"]
