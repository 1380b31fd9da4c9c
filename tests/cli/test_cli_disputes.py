"""``mca-graph disputes``: where contributions differ, which value was chosen, and why."""

from __future__ import annotations

import json
from pathlib import Path

from cli_support import RIV, RIVER, XSD, tool, write

TEXT = """Alder — length in kilometres
  chosen    12.5 (contribution:survey-2020)
  rejected  14 (contribution:letter-2023)
  because   the stronger basis

Birch Brook — flows into
  chosen    Alder: holds (contribution:survey-2020)
  rejected  Alder: does not hold (contribution:letter-2023)
  because   the stronger basis
"""
GRAPH = "https://rivers.example/graph/contribution/"


def test_people_see_both_sides_and_the_reason() -> None:
    found = tool("disputes")
    assert (found.code, found.text, found.err) == (0, TEXT, "2 disputes\n")


def test_programs_see_the_same() -> None:
    found = tool("disputes", "-f", "json")
    assert (found.code, found.err) == (0, "")
    assert json.loads(found.out) == [
        {
            "subject": f"<{RIVER}alder>",
            "property": f"{RIV}length",
            "denied": None,
            "chosen": {"value": f'"12.5"^^<{XSD}decimal>', "contributions": [f"{GRAPH}survey-2020"]},
            "rejected": [{"value": f'"14"^^<{XSD}decimal>', "contributions": [f"{GRAPH}letter-2023"]}],
            "reason": "the stronger basis",
        },
        {
            "subject": f"<{RIVER}birch>",
            "property": f"{RIV}flowsInto",
            "denied": f"<{RIVER}alder>",
            "chosen": {"value": f"<{RIVER}alder>", "contributions": [f"{GRAPH}survey-2020"]},
            "rejected": [{"value": None, "contributions": [f"{GRAPH}letter-2023"]}],
            "reason": "the stronger basis",
        },
    ]


PIN = f"""
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
<https://rivers.example/graph/pin/alder> a rdf:Statement ; rdf:subject <{RIVER}alder> ;
    rdf:predicate <{RIV}length> ; rdf:object 14.0 .
"""


def test_an_editors_pin_decides_first(rivers: Path) -> None:
    write(rivers / "data" / "provenance.ttl", PIN)
    lines = tool("disputes", project=rivers).lines
    assert lines[1:4] == [
        "  chosen    14 (contribution:letter-2023)",
        "  rejected  12.5 (contribution:survey-2020)",
        "  because   an editor's pin",
    ]
    text = f"SELECT ?l {{ <{RIVER}alder> <{RIV}length> ?l }}"
    assert tool("query", "--text", text, "-f", "csv", project=rivers).lines == ["l", "14"]


def test_without_disputes_nothing_is_listed(rivers: Path) -> None:
    (rivers / "data" / "contributions" / "letter-2023.ttl").unlink()
    found = tool("disputes", project=rivers)
    assert (found.code, found.text, found.err) == (0, "", "0 disputes\n")
    assert tool("disputes", "-f", "json", project=rivers).text == "[]\n"
