"""Each rule of hygiene/ holds for the ontology, and finds exactly the defects planted for it."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph
import pytest
from ontology_support import HERE, alignment, concepts, core, current, read, union, with_turtle
from rdflib import Graph

RULES = sorted((HERE / "hygiene").glob("*.rq"))
CORE_ONLY = {"oops-p39-p40-namespace-hijacking", "style-definition-form"}
"""Rules without the alignment: it is about terms of others, and no definition starts from their labels."""

PLANTED = sorted((HERE / "planted").glob("*/*.ttl"))


def errors(rule: Path, graph: Graph) -> list[str]:
    """Run a rule and give its sentences, which two SPARQL engines must agree on."""
    query = rule.read_text(encoding="utf-8")
    found = sorted(str(row.error) for row in graph.query(query))
    store = pyoxigraph.Store()
    store.load(graph.serialize(format="nt").encode(), format=pyoxigraph.RdfFormat.N_TRIPLES)
    assert found == sorted(row["error"].value for row in store.query(query))
    return found


@pytest.mark.parametrize("rule", RULES, ids=lambda path: path.stem)
def test_ontology_keeps_the_rule(rule: Path) -> None:
    graph = core() if rule.stem in CORE_ONLY else union(core(), alignment())
    assert errors(rule, graph) == []


@pytest.mark.parametrize("planted", PLANTED, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_rule_finds_the_planted_defect(planted: Path) -> None:
    expected = re.findall(r"^# error: (.*)$", planted.read_text(encoding="utf-8"), re.MULTILINE)
    assert expected
    assert errors(HERE / "hygiene" / f"{planted.parent.name}.rq", read(planted)) == sorted(expected)


@pytest.mark.parametrize("rule", RULES, ids=lambda path: path.stem)
def test_rule_states_what_it_asks_and_can_fail(rule: Path) -> None:
    text = rule.read_text(encoding="utf-8")
    assert re.match(r"# banner: \S.*\n# source: \S.*\n", text)
    assert [path for path in PLANTED if path.parent.name == rule.stem]


def test_every_planted_defect_has_its_rule() -> None:
    assert {path.parent.name for path in PLANTED} == {rule.stem for rule in RULES}


def test_undeclared_terms_are_found_in_concepts_and_data_too() -> None:
    rule = HERE / "hygiene" / "oops-p34-p35-undeclared.rq"
    assert errors(rule, current()) == []
    wrong = with_turtle(current(), "mca:x mca:fundz mca:y .")
    assert errors(rule, wrong) == [
        "https://w3id.org/mca-graph/ontology#fundz is used as a property but is not declared."
    ]


def test_no_hierarchy_of_concepts_has_a_cycle() -> None:
    assert errors(HERE / "hygiene" / "oops-p06-cycles.rq", concepts()) == []


def test_a_deprecated_term_is_left_alone() -> None:
    retired = Graph().parse(
        data="""
        @prefix mca: <https://w3id.org/mca-graph/ontology#> .
        @prefix owl: <http://www.w3.org/2002/07/owl#> .
        mca:OtherThing a owl:Class ; owl:deprecated true .
        """,
        format="turtle",
    )
    for rule in RULES:
        if rule.stem.startswith("oops-p2"):
            assert errors(rule, retired) == []
