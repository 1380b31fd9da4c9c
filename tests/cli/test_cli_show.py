"""``mca-graph show``: one thing from both sides, with its sources."""

from __future__ import annotations

from pathlib import Path

import pytest
import rdflib
from cli_support import HABITAT, RIV, RIVER, ok, refused, tool, tool_process, write

BIRCH = """Birch Brook
https://rivers.example/id/river/birch
brook

  flows into              Alder [1]
  habitat                 Gravel [1]
  length in kilometres    3 [1]
  rdfs:label              Birch Brook [1]

where this comes from
  [1]  graph/contribution/survey-2020 https://rivers.example/reports/2020
"""
GRAVEL = """Gravel
https://rivers.example/concept/habitat/gravel
skos:Concept

  skos:altLabel           Pebbles
  skos:inScheme           Habitats
  skos:prefLabel          Gravel
                          Kies

what points here
  ← habitat               Birch Brook
"""


@pytest.mark.parametrize("name", ["birch", "Birch Brook", "BIRCH BROOK", "river:birch", f"{RIVER}birch"])
def test_a_thing_is_found_by_each_of_its_names(name: str) -> None:
    assert ok(tool("show", name)).text == BIRCH


def test_what_points_to_a_thing_is_shown_too() -> None:
    assert ok(tool("show", "gravel")).text == GRAVEL


def test_a_value_that_lost_its_dispute_is_not_shown() -> None:
    lines = ok(tool("show", "alder")).lines
    assert "  length in kilometres    12.5 [1]" in lines
    assert not any("14" in line for line in lines)


def test_two_sources_of_one_fact_are_both_named(rivers: Path) -> None:
    letter = rivers / "data" / "contributions" / "letter-2023.ttl"
    letter.write_text(letter.read_text() + 'river:alder rdfs:label "Alder"@en .\n')
    lines = ok(tool("show", "alder", project=rivers)).lines
    assert "  rdfs:label              Alder [2,1]" in lines
    assert lines[-2:] == [
        "  [1]  graph/contribution/survey-2020 https://rivers.example/reports/2020",
        "  [2]  graph/contribution/letter-2023 https://rivers.example/letters/7",
    ]


def test_long_text_stays_within_the_terminal(rivers: Path) -> None:
    words = "water " * 60
    write(rivers / "data/contributions/long.ttl", f'<{RIVER}alder> <{RIV}note> "{words.strip()}" .')
    lines = ok(tool_process("show", "alder", project=rivers, COLUMNS="60")).lines
    assert max(map(len, lines[3:-3])) <= 60
    assert " ".join(lines).count("water") == 60


@pytest.mark.parametrize(
    ("format_name", "parser"),
    [("turtle", "turtle"), ("ntriples", "nt"), ("jsonld", "json-ld"), ("rdfxml", "xml")],
)
def test_as_rdf_it_is_every_statement_with_the_thing_in_it(format_name: str, parser: str) -> None:
    graph = rdflib.Graph().parse(data=ok(tool("show", "wetland", "-f", format_name)).out, format=parser)
    wetland = rdflib.URIRef(f"{HABITAT}wetland")
    assert {str(s) for s in graph.subjects(None, wetland)} == {f"{HABITAT}reed-bed", f"{RIVER}cedar"}
    assert {p.fragment for p in graph.predicates(wetland)} == {"type", "inScheme", "prefLabel"}
    assert len(graph) == 5


def test_it_is_written_to_a_file(tmp_path: Path) -> None:
    assert ok(tool("show", "gravel", "-o", tmp_path / "gravel.txt")).out == b""
    assert (tmp_path / "gravel.txt").read_text() == GRAVEL


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("alde", "did you mean 'alder'?"),
        ("zzzzzz", "'mca-graph search WORDS' finds things by their names"),
        ("foo:bar", None),
        ("https://rivers.example/id/river/nowhere", None),
    ],
)
def test_an_unknown_thing_is_refused(name: str, hint: str | None) -> None:
    refused(tool("show", name), f"unknown thing {name!r}", hint)
