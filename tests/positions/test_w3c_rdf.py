"""The positioned readers on the W3C suites: the engine's statements, and what must be rejected is.

The suites stand in ``tests/w3c`` as the W3C publishes them (https://github.com/w3c/rdf-tests).
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest
import rdflib
from pyoxigraph import CanonicalizationAlgorithm, Dataset, Quad, RdfFormat, parse

from mca_graph.rdf.positions.document import Document
from mca_graph.rdf.positions.lines import read_lines
from mca_graph.rdf.positions.turtle import read_turtle

SUITES = Path(__file__).parents[1] / "w3c"
MANIFEST = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
FORMATS = {
    "rdf-turtle": RdfFormat.TURTLE,
    "rdf-trig": RdfFormat.TRIG,
    "rdf-n-triples": RdfFormat.N_TRIPLES,
    "rdf-n-quads": RdfFormat.N_QUADS,
}


class Case(NamedTuple):
    suite: str
    path: Path
    rejected: bool

    @property
    def base(self) -> str:
        return f"https://w3c.github.io/rdf-tests/rdf/rdf11/{self.suite}/{self.path.name}"


def cases() -> list[Case]:
    found = set()
    for suite in FORMATS:
        manifest = rdflib.Graph().parse(
            SUITES / suite / "manifest.ttl", publicID=f"https://example.org/{suite}/"
        )
        for test, action in manifest.subject_objects(rdflib.URIRef(MANIFEST + "action")):
            kind = str(manifest.value(test, rdflib.RDF.type))
            found.add(Case(suite, SUITES / suite / str(action).rpartition("/")[2], "Negative" in kind))
    return sorted(found)


CASES = cases()


def read(case: Case) -> Document:
    text = case.path.read_bytes().decode("utf-8")
    if case.suite in ("rdf-turtle", "rdf-trig"):
        return read_turtle(case.path.name, text, base=case.base, graphs=case.suite == "rdf-trig")
    return read_lines(case.path.name, text, graphs=case.suite == "rdf-n-quads")


def canonical(quads: list[Quad]) -> set[Quad]:
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return set(dataset)


def test_the_suites_are_whole() -> None:
    counts = {suite: sum(case.suite == suite for case in CASES) for suite in FORMATS}
    assert counts == {"rdf-turtle": 313, "rdf-trig": 356, "rdf-n-triples": 70, "rdf-n-quads": 87}


@pytest.mark.parametrize(
    "case", [case for case in CASES if not case.rejected], ids=lambda case: f"{case.suite}/{case.path.name}"
)
def test_statements_are_those_of_the_engine(case: Case) -> None:
    document = read(case)
    assert document.faults == []
    engine = parse(case.path.read_bytes(), format=FORMATS[case.suite], base_iri=case.base)
    assert canonical([placed.quad for placed in document.quads]) == canonical(list(engine))


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.rejected], ids=lambda case: f"{case.suite}/{case.path.name}"
)
def test_what_must_be_rejected_is(case: Case) -> None:
    document = read(case)
    assert document.faults
    for fault in document.faults:
        assert 0 <= fault.span.start <= fault.span.end <= len(document.text)
