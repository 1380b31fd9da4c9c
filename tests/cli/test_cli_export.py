"""``mca-graph export``: the whole graph as a file, equal to the graph however it is written."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import rdflib
from cli_support import RIVERS, ok, refused, tool, write
from pyoxigraph import DefaultGraph, NamedNode
from rdflib.compare import isomorphic

from mca_graph.graph.index import open_graph
from mca_graph.project import load_project

GRAPHS = {
    "current": None,
    "ontology": "ontology",
    "concepts": "concepts",
    "provenance": "provenance",
    "contribution/survey-2020": "contribution/survey-2020",
    "contribution/letter-2023": "contribution/letter-2023",
}
BASE = "https://rivers.example/graph/"


def of_store(name: str | None) -> rdflib.Graph:
    """A graph of the store as rdflib sees it, read statement by statement."""
    graph = NamedNode(BASE + name) if name else DefaultGraph()
    found = rdflib.Graph()
    for quad in open_graph(load_project(RIVERS)).engine.quads_for_pattern(None, None, None, graph):
        found.parse(data=f"{quad.triple} .", format="nt")
    return found


def exported(format_name: str) -> bytes:
    return ok(tool("export", "-f", format_name)).out


@pytest.mark.parametrize(
    ("format_name", "parser"), [("nquads", "nquads"), ("trig", "trig"), ("jsonld", "json-ld")]
)
def test_every_graph_is_in_a_syntax_that_has_graphs(format_name: str, parser: str) -> None:
    dataset = rdflib.Dataset()
    dataset.parse(data=exported(format_name), format=parser)
    named = {str(graph.identifier) for graph in dataset.graphs() if len(graph)}
    assert named == {BASE + name for name in GRAPHS}
    for name, source in GRAPHS.items():
        assert isomorphic(dataset.graph(rdflib.URIRef(BASE + name)), of_store(source)), name


@pytest.mark.parametrize(
    ("format_name", "parser"), [("turtle", "turtle"), ("ntriples", "nt"), ("rdfxml", "xml")]
)
def test_the_current_graph_is_in_the_others(format_name: str, parser: str) -> None:
    assert isomorphic(rdflib.Graph().parse(data=exported(format_name), format=parser), of_store(None))


def test_the_current_graph_holds_the_chosen_value_and_the_evidence_both() -> None:
    lines = [
        line
        for line in exported("nquads").decode().splitlines()
        if "river/alder> <https://rivers.example/ontology#length" in line
    ]
    assert sorted(line.split()[-2].rsplit("/", 1)[-1] + " " + line.split('"')[1] for line in lines) == [
        "current> 12.5",
        "letter-2023> 14",
        "survey-2020> 12.5",
    ]


def test_a_dump_loads_into_a_store_that_answers_alike(tmp_path: Path) -> None:
    dump = tmp_path / "all.nq"
    ok(tool("export", "-o", dump))
    text = "SELECT ?g ?s ?p ?o { GRAPH ?g { ?s ?p ?o } FILTER(CONTAINS(STR(?g), 'contribution')) }"
    ours = ok(tool("query", "--text", text, "-f", "csv")).lines
    assert len(ours) > 10
    assert sorted(ok(tool("query", "--data", dump, "--text", text, "-f", "csv")).lines) == sorted(ours)


GRANTS = """#+ title: Grants
#+ summary: Grants.
SELECT ?award ?id ?title ?description ?currency ?amountAwarded ?awardDate ?recipientOrganization__id
       ?recipientOrganization__name ?fundingOrganization__id ?fundingOrganization__name WHERE {
  VALUES (?award ?id ?title ?description ?amountAwarded ?awardDate) {
    (<urn:1> "360G-1" "One" "A grant" 1000.0 "2020-01-01") (<urn:2> "360G-2" "Two" UNDEF 12.5 UNDEF) }
  VALUES (?recipientOrganization__id ?recipientOrganization__name) { ("GB-1" "First") ("GB-2" "Second") }
  BIND("GBP" AS ?currency) BIND("GB-F" AS ?fundingOrganization__id) BIND("Fund" AS ?fundingOrganization__name)
}
"""


def test_360giving_holds_complete_grants_and_tells_what_the_others_lack(rivers: Path) -> None:
    write(rivers / "queries" / "grants-360giving.rq", GRANTS)
    found = tool("export", "-f", "360giving", project=rivers)
    (grant,) = json.loads(found.out)["grants"]
    recipients = sorted(grant.pop("recipientOrganization"), key=lambda entry: entry["id"])
    assert recipients == [{"id": "GB-1", "name": "First"}, {"id": "GB-2", "name": "Second"}]
    assert grant == {
        "id": "360G-1",
        "title": "One",
        "description": "A grant",
        "currency": "GBP",
        "amountAwarded": 1000,
        "awardDate": "2020-01-01",
        "fundingOrganization": [{"id": "GB-F", "name": "Fund"}],
    }
    lacks = "description (1), awardDate (1)"
    assert found.err == f"warning: 1 of 2 grants lack a required field, so they are left out: {lacks}\n"


def test_360giving_without_its_query_is_refused() -> None:
    refused(tool("export", "-f", "360giving"), "no saved query 'grants-360giving'")


def test_a_dump_appears_whole_or_not_at_all(rivers: Path, tmp_path: Path) -> None:
    shutil.rmtree(rivers / "ontology")
    write(rivers / "ontology" / "bad.ttl", "oops")
    target = write(tmp_path / "out.nq", "old")
    assert tool("export", "-o", target, project=rivers).code == 2
    assert target.read_text() == "old"
