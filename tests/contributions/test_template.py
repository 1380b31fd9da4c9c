"""Templates: made from the shapes alone, so that the form never asks for what the rules do not."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pyoxigraph import RdfFormat, parse
from tables_support import tool

from shared import RIVERS, ROOT, require


def sheet_of(path: Path, name: str) -> list[list[Any]]:
    return [list(row) for row in openpyxl.load_workbook(path)[name].iter_rows(values_only=True)]


def test_kinds_are_the_classes_of_the_shapes() -> None:
    assert tool(RIVERS, "template").out == "river\n"
    assert tool(ROOT, "template").out.split() == [
        "award",
        "community-asset",
        "concept",
        "concept-scheme",
        "contribution",
        "contributor-group",
        "denial",
        "finding",
        "funding-opportunity",
        "geometry",
        "organisation",
        "organisational-unit",
        "output",
        "participation",
        "person",
        "phase",
        "pin",
        "place",
        "programme",
        "project",
        "query-parameter",
        "research-activity",
    ]


@pytest.mark.parametrize("name", ["community-asset", "CommunityAsset", "community asset", "Community Assets"])
def test_a_kind_has_many_spellings(name: str, tmp_path: Path) -> None:
    outcome = tool(ROOT, "template", name, "-o", tmp_path / "x.csv")
    if name == "Community Assets":
        assert outcome.code == 2
        assert outcome.err.startswith("error: no kind of thing 'Community Assets'\n  hint: did you mean ")
        assert "'community-asset'" in outcome.err
    else:
        assert (outcome.code, outcome.err) == (0, "")


def test_an_unknown_kind_and_no_kind_of_file(tmp_path: Path) -> None:
    outcome = tool(RIVERS, "template", "lake", "-o", tmp_path / "x.xlsx")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == "error: no kind of thing 'lake'\n  hint: one of river\n"
    outcome = tool(RIVERS, "template", "river")
    assert outcome.err == "error: what kind of file?\n  hint: name it: -o FILE.xlsx, FILE.csv or FILE.ttl\n"
    outcome = tool(ROOT, "template", "award", "project", "-o", tmp_path / "x.csv")
    assert outcome.err == "error: a CSV file holds one table\n  hint: name one KIND, or write .xlsx\n"
    assert list(tmp_path.iterdir()) == []


def test_a_workbook_for_rivers(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    assert tool(RIVERS, "template", "river", "-o", path).code == 0
    book = openpyxl.load_workbook(path)
    assert [(sheet.title, sheet.sheet_state) for sheet in book] == [
        ("river", "visible"),
        ("Guide", "visible"),
        ("Lists", "hidden"),
    ]
    assert sheet_of(path, "river") == [
        ["id", "type", "name @en *", "length", "flows into", "habitat"],
        ["# an example, which is not read", "brook", "Birch Brook", 3, "Alder", "Gravel"],
    ]
    assert sheet_of(path, "Lists") == [
        ["brook", "Alder", "Gravel"],
        ["river", "Birch Brook", "Reed bed"],
        [None, "Cedar", "Wetland"],
    ]
    rules = {str(rule.sqref): rule for rule in book["river"].data_validations.dataValidation}
    assert {cells: rule.formula1 for cells, rule in rules.items() if rule.type == "list"} == {
        "B2:B10001": "Lists!$A$1:$A$2",
        "E2:E10001": "Lists!$B$1:$B$3",
        "F2:F10001": "Lists!$C$1:$C$3",
    }
    assert rules["C2:C10001"].prompt == "Needed. text in the language en"
    assert (
        book["river"]["D1"].comment.text == "a number with a dot and without other marks, such as 180000.50"
    )


def test_the_guide_explains_each_column(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    assert tool(ROOT, "template", "award", "person", "-o", path).code == 0
    rows = sheet_of(path, "Guide")
    top = next(number for number, row in enumerate(rows) if row[0] == "Sheet")
    entries = {(row[0], row[1]): row[2:] for row in rows[top + 1 :]}
    heads = [(name, head) for name in ("award", "person") for head in sheet_of(path, name)[0]]
    assert list(entries) == [(name, head.removesuffix(" *")) for name, head in heads]
    assert entries["award", "project funded"][:3] == [
        "yes",
        None,
        "An award funds one project. What an award funds is a project.",
    ]
    assert entries["award", "funder"][:2] == ["yes", "yes"]
    assert entries["award", "currency"][3] == "One of 1 names: GBP"
    assert entries["person", "id"][2].startswith("Leave it empty for a new thing")


def test_columns_stand_in_the_order_of_the_shapes(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    assert tool(ROOT, "template", "participation", "-o", path).code == 0
    head = next(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))
    assert head == [
        "id",
        "name @en",
        "other name @en",
        "description @en",
        "web page",
        "activity",
        "participant",
        "role",
        "note of the editors @en",
    ]


def test_a_property_that_is_never_stated_is_no_column(tmp_path: Path) -> None:
    for kind in ("project", "participation", "person"):
        path = tmp_path / f"{kind}.csv"
        assert tool(ROOT, "template", kind, "-o", path).code == 0
        described = json.loads((tmp_path / f"{kind}.csv-metadata.json").read_text())
        urls = [column.get("propertyUrl", "") for column in described["tableSchema"]["columns"]]
        forbidden = ("fundedBy", "participationIn", "hasParticipant", "sameAs", "hasPart")
        assert not [url for url in urls if url.endswith(forbidden)]
    assert "http://purl.org/dc/terms/description" not in urls  # closed: nothing private of a person


def test_csv_metadata(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    assert tool(RIVERS, "template", "river", "--filled", "-o", path).code == 0
    assert path.read_bytes() == (
        b"\xef\xbb\xbfid,type,name @en,length,flows into,habitat\r\n"
        b"alder,river,Alder,12.5,,Reed bed\r\n"
        b"birch,brook,Birch Brook,3,Alder,Gravel\r\n"
        b"cedar,river,Cedar,40,,Wetland\r\n"
    )
    described = json.loads((tmp_path / "x.csv-metadata.json").read_text())
    columns = described["tableSchema"].pop("columns")
    assert described == {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": "x.csv",
        "dc:title": "river: Rivers of the Vale",
        "dialect": {"commentPrefix": "#", "encoding": "utf-8", "header": True},
        "tableSchema": {"aboutUrl": "https://rivers.example/id/river/{id}"},
    }
    assert [column.get("titles") for column in columns] == [
        "id",
        "type",
        "name @en",
        "length",
        "flows into",
        "habitat",
        None,
    ]
    assert columns[2] == {
        "name": "name_en_2",
        "titles": "name @en",
        "dc:description": "text in the language en",
        "required": True,
        "propertyUrl": "http://www.w3.org/2000/01/rdf-schema#label",
        "datatype": "string",
        "lang": "en",
    }
    assert columns[3]["datatype"] == "decimal"
    assert columns[5]["separator"] == "; "
    assert columns[6] == {
        "virtual": True,
        "name": "kind",
        "propertyUrl": "rdf:type",
        "valueUrl": "https://rivers.example/ontology#River",
    }


def test_one_thing(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    assert tool(RIVERS, "template", "river", "--thing", "Cedar", "-o", path).code == 0
    assert sheet_of(path, "river")[1:] == [["cedar", "river", "Cedar", 40, None, "Wetland"]]
    outcome = tool(RIVERS, "template", "river", "--thing", "Wetland", "-o", path)
    assert (outcome.code, outcome.err.splitlines()[0]) == (2, "error: unknown river 'Wetland'")


def test_the_same_graph_gives_the_same_file(tmp_path: Path) -> None:
    for name in ("x.xlsx", "y.xlsx"):
        assert tool(ROOT, "template", "project", "award", "--filled", "-o", tmp_path / name).code == 0
    assert (tmp_path / "x.xlsx").read_bytes() == (tmp_path / "y.xlsx").read_bytes()


@pytest.mark.parametrize("kind", ["project", "participation", "organisation", "finding"])
def test_a_skeleton_is_turtle_and_says_what_is_needed(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "x.ttl"
    assert tool(ROOT, "template", kind, "-o", path).code == 0
    triples = list(parse(path.read_bytes(), format=RdfFormat.TURTLE))
    namespace = f"https://w3id.org/mca-graph/id/{kind}/"
    assert {triple.subject.value for triple in triples} == {f"{namespace}the-id-of-the-{kind}"}
    assert '    rdfs:label "…"@en ;\n' in path.read_text()
    assert "    # skos:altLabel" in path.read_text()
    assert tool(ROOT, "validate", path).code == 1


def test_a_skeleton_is_not_filled(tmp_path: Path) -> None:
    outcome = tool(RIVERS, "template", "river", "--filled", "-o", tmp_path / "x.ttl")
    assert outcome.err.startswith("error: a Turtle template is not filled\n  hint: ")


@pytest.mark.parametrize("name", ["x.xlsx", "x.csv"])
def test_the_example_is_not_a_statement(name: str, tmp_path: Path) -> None:
    assert tool(ROOT, "template", "project", "-o", tmp_path / name).code == 0
    outcome = tool(ROOT, "validate", tmp_path / name)
    assert (outcome.code, outcome.err.splitlines()[0]) == (
        2,
        f"error: {tmp_path / name}: no row describes a thing",
    )


def test_a_template_opens_in_libreoffice(tmp_path: Path) -> None:
    office = shutil.which("soffice")
    require(office, "LibreOffice (soffice)")
    assert office is not None
    path = tmp_path / "x.xlsx"
    assert tool(ROOT, "template", "project", "award", "--filled", "-o", path).code == 0
    home = f"-env:UserInstallation={(tmp_path / 'home').as_uri()}"
    command = [office, home, "--headless", "--convert-to", "csv", "--outdir", str(tmp_path), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=True)
    # LibreOffice without its Java part says so at each start; it is no word on the file.
    said = [line for line in (done.stdout + done.stderr).lower().splitlines() if "javaldx" not in line]
    assert not [line for line in said if "warn" in line or "error" in line]
    assert (tmp_path / "x.csv").read_text().startswith("id,name @en *,")
