"""``mca-graph queries``: what can be asked, for people, programs and linked data."""

from __future__ import annotations

import json
from pathlib import Path

import rdflib
from cli_support import RIVERS, ok, tool, write
from rdflib.namespace import RDF, SH

QUERY = rdflib.URIRef("https://rivers.example/query/rivers-with-habitat")


def test_each_query_is_listed_with_its_parameters_and_its_title() -> None:
    assert ok(tool("queries")).lines == ["rivers-with-habitat --habitat", "    Rivers with a habitat"]


def test_what_need_not_be_given_bears_a_question_mark(rivers: Path) -> None:
    write(
        rivers / "queries" / "all.rq",
        "#+ title: All\n#+ summary: All.\n#+ params:\n"
        '#+   {"r": {"type": "iri", "description": "A river."}}\n'
        "SELECT ?r { ?r ?p ?o }\n",
    )
    assert ok(tool("queries", project=rivers)).lines[:2] == ["all --r?", "    All"]


def test_json_says_all_that_a_form_needs() -> None:
    assert json.loads(ok(tool("queries", "-f", "json")).out) == [
        {
            "id": "rivers-with-habitat",
            "title": "Rivers with a habitat",
            "summary": "Lists the rivers that have a habitat or a narrower one.",
            "tags": ["rivers"],
            "view": "table",
            "form": "SELECT",
            "params": [
                {
                    "name": "habitat",
                    "type": "iri",
                    "description": "A habitat; narrower ones count too.",
                    "required": True,
                    "repeat": False,
                    "scheme": "https://rivers.example/concept/habitat",
                    "example": "wetland",
                }
            ],
        }
    ]


def test_turtle_describes_each_query_as_shacl_has_it() -> None:
    graph = rdflib.Graph().parse(data=ok(tool("queries", "-f", "turtle")).out, format="turtle")
    assert (QUERY, RDF.type, SH.SPARQLSelectExecutable) in graph
    assert str(graph.value(QUERY, SH.select)) == (RIVERS / "queries/rivers-with-habitat.rq").read_text()
    parameter = graph.value(QUERY, SH.parameter)
    assert (parameter, SH.name, rdflib.Literal("habitat", lang="en")) in graph
    assert (parameter, SH.optional, rdflib.Literal(False)) in graph
    assert (parameter, SH.nodeKind, SH.IRI) in graph


def test_a_tag_chooses() -> None:
    assert ok(tool("queries", "--tag", "rivers")).lines[0] == "rivers-with-habitat --habitat"
    assert ok(tool("queries", "--tag", "lakes")).out == b""
