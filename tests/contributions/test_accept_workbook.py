"""A workbook of several sheets, filled in as a contributor would, taken into the real graph."""

from __future__ import annotations

import datetime
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tables_support import tool

from shared import ROOT

PAGE = "https://gtr.ukri.org/projects?ref=AH%2FX999999%2F1"

BODY = """\
project:sea-choirs
    a mca:Project ;
    rdfs:label "Sea Choirs"@en ;
    dcterms:description "Choirs by the sea for people who feel lonely."@en ;
    mca:addressesTopic topic:loneliness ;
    mca:durationInMonths 24 ;
    mca:hasParticipation
        participation:7677fc32e256 ,
        participation:cddd9f3b30a1 ;
    mca:partOf phase:3 ;
    mca:servesCommunity
        community:coastal-communities ,
        community:young-people ;
    mca:startDate "2025-02"^^xsd:gYearMonth ;
    mca:takesPlaceIn place:blackpool ;
.

participation:7677fc32e256
    a mca:Participation ;
    rdfs:label "University of Bristol leads Sea Choirs"@en ;
    mca:participant organisation:university-of-bristol ;
    mca:role role:lead-research-organisation ;
.

participation:cddd9f3b30a1
    a mca:Participation ;
    rdfs:label "Jo Bloggs leads Sea Choirs"@en ;
    mca:participant person:jo-bloggs ;
    mca:role role:principal-investigator ;
.

person:jo-bloggs
    a foaf:Person ;
    rdfs:label "Jo Bloggs"@en ;
    org:memberOf organisation:university-of-bristol ;
    foaf:name "Jo Bloggs" ;
.
"""

ROWS: list[tuple[str, dict[str, Any]]] = [
    (
        "project",
        {
            "name @en": "Sea Choirs",
            "phase": "Phase 3",
            "community served": "Coastal communities; Young people",
            "description of the project @en": "Choirs by the sea for people who feel lonely.",
            "place of the work": "Blackpool",
            "health topic addressed": "Loneliness",
            "start": datetime.date(2025, 2, 1),
            "duration": 24,
        },
    ),
    (
        "participation",
        {
            "name @en": "Jo Bloggs leads Sea Choirs",
            "activity": "Sea Choirs",
            "participant": "Jo Bloggs",
            "role": "Principal investigator",
        },
    ),
    (
        "participation",
        {
            "name @en": "University of Bristol leads Sea Choirs",
            "activity": "Sea Choirs",
            "participant": "University of Bristol",
            "role": "lead research organisation",
        },
    ),
    (
        "person",
        {"name @en": "Jo Bloggs", "published name": "Jo Bloggs", "works for": "University of Bristol"},
    ),
]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    root = tmp_path / "mca"
    for name in ("data", "ontology", "shapes", "queries"):
        shutil.copytree(ROOT / name, root / name)
    shutil.copy(ROOT / "mca-graph.toml", root)
    return root


@pytest.fixture
def filled(copy: Path, tmp_path: Path) -> Path:
    path = tmp_path / "choirs.xlsx"
    assert tool(copy, "template", "project", "participation", "person", "-o", path).code == 0
    book = openpyxl.load_workbook(path)
    for name, values in ROWS:
        sheet = book[name]
        heads = {str(cell.value).removesuffix(" *"): cell.column for cell in sheet[1]}
        row = sheet.max_row + 1
        for heading, value in values.items():
            cell = sheet.cell(row, heads[heading], value)
            if isinstance(value, datetime.date):
                cell.number_format = "mmm yyyy"
    book.save(path)
    return path


def test_a_filled_workbook_is_accepted(copy: Path, filled: Path) -> None:
    outcome = tool(copy, "validate", filled)
    assert (outcome.code, outcome.err) == (0, ""), outcome.out
    outcome = tool(copy, "accept", filled, "--source", PAGE, "--by", "mca-graph editors")
    assert (outcome.code, outcome.err) == (0, f"accepted: {copy}/data/contributions/choirs.ttl\n")
    assert outcome.out.splitlines()[-1] == "24 added, 0 removed, 0 changed"
    text = (copy / "data/contributions/choirs.ttl").read_text()
    header, body = text.split("\nproject:sea-choirs\n", 1)
    assert f"project:sea-choirs\n{body}" == BODY
    assert "    prov:wasAttributedTo agent:mca-graph-editors ;\n" in header
    assert "    mca:sourceKind source-kind:funder ;\n" in header  # as all that comes from that host alone
    assert tool(copy, "fmt", "--check", copy / "data/contributions/choirs.ttl").code == 0
    shown = tool(
        copy, "query", "projects-serving-community", "--community", "coastal-communities", "-f", "csv"
    )
    assert "project/sea-choirs" in shown.out


def test_a_missing_cell_is_named(copy: Path, filled: Path) -> None:
    book = openpyxl.load_workbook(filled)
    sheet = book["project"]
    heads = {str(cell.value).removesuffix(" *"): cell.column_letter for cell in sheet[1]}
    sheet[f"{heads['phase']}3"] = None
    sheet[f"{heads['duration']}3"] = 999
    book.save(filled)
    outcome = tool(copy, "accept", filled, "--source", PAGE, "--by", "mca-graph editors")
    assert (outcome.code, outcome.err) == (1, "not accepted: nothing was written\n")
    assert f"{filled}:project:{heads['phase']}3" in outcome.out
    assert f"{filled}:project:{heads['duration']}3" in outcome.out
    assert outcome.out.endswith(f"{filled}: 2 violations\n")
    assert not (copy / "data/contributions/choirs.ttl").exists()
