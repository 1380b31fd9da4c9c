"""Files that mean harm, or that went wrong on the way: refused in one line, never run."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.formula import ArrayFormula
from tables_support import DATES, facts, problems, read, save_workbook, tool

from mca_graph.contributions.archive import check_archive
from mca_graph.errors import LimitError, McaGraphError, ReadError

ROWS = [["name", "length"], ["Elder", 7.25]]


def repacked(path: Path, changes: dict[str, bytes]) -> Path:
    """A workbook with parts replaced or added."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**parts, **changes}.items():
            archive.writestr(name, content)
    return path


def test_a_formula_is_a_problem_and_is_never_worked_out(tmp_path: Path, rivers: Path) -> None:
    path = tmp_path / "x.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "river"
    for row in (["name", "length", "habitat"], ["Elder", "=1+1", "Gravel"], ["Fir", "#N/A", None]):
        sheet.append(row)
    sheet["C3"] = ArrayFormula("C3:C3", "=A2:A3")
    sheet["B3"].data_type = "e"
    book.save(path)
    table, project = read(path, rivers)
    formula = "a formula is not read: only what is written in a cell counts"
    assert [found[:2] for found in problems(table)] == [
        ("river!B2", formula),
        ("river!B3", "the cell shows the error #N/A"),
        ("river!C3", formula),
    ]
    assert facts(table, project) == [
        "river:elder rdf:type riv:River",
        'river:elder rdfs:label "Elder"@en',
        "river:elder riv:habitat habitat:gravel",
        "river:fir rdf:type riv:River",
        'river:fir rdfs:label "Fir"@en',
    ]
    assert len(table.incomplete) == 2


def test_a_formula_in_the_name_is_not_lost(tmp_path: Path, rivers: Path) -> None:
    path = save_workbook(tmp_path / "x.xlsx", {"river": [["name", "length"], ['="El"&"der"', 3]]})
    table, _project = read(path, rivers)
    assert [found[0] for found in problems(table)] == ["river!A2", "river!A2"]
    assert list(table.statements()) == []


def test_a_formula_in_csv_is_a_problem(tmp_path: Path, rivers: Path) -> None:
    path = tmp_path / "river.csv"
    path.write_text("name,length\nElder,=1+1\n'=Fir,-3\n@home,+4\n")
    table, project = read(path, rivers)
    assert [found[:2] for found in problems(table)] == [("B2", "a formula is not read")]
    assert [fact for fact in facts(table, project) if "type" not in fact] == [
        'river:elder rdfs:label "Elder"@en',
        'river:fir rdfs:label "=Fir"@en',
        'river:fir riv:length "-3.0"^^xsd:decimal',
        'river:home rdfs:label "@home"@en',
        'river:home riv:length "+4.0"^^xsd:decimal',
    ]


@pytest.mark.parametrize("suffix", [".xlsm", ".xls", ".ods", ".xlsb"])
def test_a_kind_of_file_that_is_not_read(suffix: str, tmp_path: Path, rivers: Path) -> None:
    path = tmp_path / f"x{suffix}"
    path.write_bytes(b"PK")
    outcome = tool(rivers, "validate", path)
    assert outcome.code == 2
    assert outcome.err.startswith(f"error: {path}: ")
    assert outcome.err.endswith("  hint: save it as .xlsx or .csv\n")


def test_macros_behind_another_name(tmp_path: Path, rivers: Path) -> None:
    path = repacked(save_workbook(tmp_path / "x.xlsx", {"river": ROWS}), {"xl/vbaProject.bin": b"\0"})
    with pytest.raises(ReadError, match="the workbook holds macros"):
        read(path, rivers)


BILLION = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&b;</t></si></sst>'
)
OUTSIDE = BILLION.replace(b'<!ENTITY a "ha">', b'<!ENTITY a SYSTEM "file:///etc/passwd">')


@pytest.mark.parametrize("content", [BILLION, OUTSIDE, BILLION.decode().encode("utf-16")])
def test_entities(content: bytes, tmp_path: Path, rivers: Path) -> None:
    path = repacked(save_workbook(tmp_path / "x.xlsx", {"river": ROWS}), {"xl/sharedStrings.xml": content})
    with pytest.raises(ReadError, match=r"xl/sharedStrings\.xml declares entities"):
        read(path, rivers)


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path, rivers: Path) -> None:
    path = save_workbook(tmp_path / "x.xlsx", {"river": ROWS})
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet9.xml", "w", force_zip64=True) as part,
    ):
        for _index in range(256):
            part.write(b" " * (1 << 20))
    assert path.stat().st_size < 1 << 20
    start = time.monotonic()
    with pytest.raises(LimitError, match="are packed into"):
        read(path, rivers)
    assert time.monotonic() - start < 5


def test_many_parts(tmp_path: Path) -> None:
    path = save_workbook(tmp_path / "x.xlsx", {"river": ROWS})
    repacked(path, {f"a/{number}.bin": b"" for number in range(5_001)})
    with pytest.raises(LimitError):
        check_archive(path)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "this is no .xlsx file"),
        (b"PK\x03\x04" + b"\0" * 40, "this is no .xlsx file"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "an old .xls file, or one with a password"),
        (b"name,length\nElder,3\n", "this is no .xlsx file"),
    ],
)
def test_what_is_no_workbook(content: bytes, reason: str, tmp_path: Path, rivers: Path) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(content)
    with pytest.raises(ReadError, match=reason):
        read(path, rivers)


def test_another_zip_file(tmp_path: Path, rivers: Path) -> None:
    path = tmp_path / "x.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    with pytest.raises(ReadError, match="this is no Excel workbook"):
        read(path, rivers)


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "[Content_Types].xml"])
@pytest.mark.parametrize("content", [b"", b"<a>", b"<a/>", b"\xff\xfe\0"])
def test_a_broken_part(part: str, content: bytes, tmp_path: Path, rivers: Path) -> None:
    path = repacked(save_workbook(tmp_path / "x.xlsx", {"river": ROWS}), {part: content})
    with pytest.raises(McaGraphError):
        read(path, rivers)


def test_a_sheet_that_claims_to_be_huge(tmp_path: Path, rivers: Path) -> None:
    path = save_workbook(tmp_path / "x.xlsx", {"river": ROWS})
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    wide = sheet.replace(b'ref="A1:B2"', b'ref="A1:XFD1048576"')
    assert wide != sheet
    table, project = read(repacked(path, {"xl/worksheets/sheet1.xml": wide}), rivers)
    assert len(facts(table, project)) == 3
    far = sheet.replace(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')
    table, project = read(repacked(path, {"xl/worksheets/sheet1.xml": far}), rivers)
    assert len(facts(table, project)) == 3
    assert [found[:2] for found in problems(table)] == [("river!XFD1048576", "this column has no heading")]


def test_a_csv_file_with_nul_and_other_marks(tmp_path: Path, rivers: Path) -> None:
    path = tmp_path / "river.csv"
    path.write_bytes(b"name,length\nEl\0der,3\nFir\x1b[31m,4\nYew,5\n")
    table, project = read(path, rivers)
    assert [found[:2] for found in problems(table)] == [
        ("A2", "there is no id, and no name to make one from"),
        ("A2", "the control character U+0000 stands in this cell"),
        ("A3", "there is no id, and no name to make one from"),
        ("A3", "the control character U+001B stands in this cell"),
    ]
    assert 'river:yew riv:length "5.0"^^xsd:decimal' in facts(table, project)


def test_a_huge_cell(tmp_path: Path, rivers: Path) -> None:
    (rivers / "shapes" / "more.ttl").write_text(DATES)
    path = tmp_path / "river.csv"
    path.write_text(f"name,flows into\nElder,{'; '.join(['Alder'] * 20_000)}\n")
    table, project = read(path, rivers)
    assert facts(table, project)[2:] == ["river:elder riv:flowsInto river:alder"]
    path.write_text(f"name,flows into\nElder,{'x' * (1 << 20)}y\n")
    with pytest.raises(ReadError, match="field larger than field limit"):
        read(path, rivers)


def test_a_text_too_long_for_a_sheet_is_not_cut(tmp_path: Path, rivers: Path) -> None:
    with (rivers / "data/contributions/survey-2020.ttl").open("a") as file:
        file.write(f'river:alder <http://purl.org/dc/terms/description> "{"x" * 32_768}"@en .\n')
    outcome = tool(rivers, "template", "river", "--filled", "-o", tmp_path / "x.xlsx")
    assert (outcome.code, outcome.out) == (2, "")
    assert "a cell holds 32,767 characters" in outcome.err
    assert not (tmp_path / "x.xlsx").exists()
    assert tool(rivers, "template", "river", "--filled", "-o", tmp_path / "x.csv").code == 0


def test_more_rows_than_a_sheet_holds(rivers: Path) -> None:
    from mca_graph.contributions.template import fill
    from mca_graph.contributions.workbook import workbook
    from mca_graph.graph.index import open_graph
    from mca_graph.project import load_project

    project = load_project(rivers)
    sheets, _filler = fill(project, open_graph(project), ["river"])
    sheets[0].rows.extend([[""] * len(sheets[0].slots)] * 1_048_576)
    with pytest.raises(LimitError, match="a sheet holds 1,048,575 rows"):
        workbook(sheets, "x")


EVIL = """
river:evil a riv:River ; rdfs:label "=HYPERLINK(\\"http://e\\")"@en ; riv:length -2.0 .
river:worse a riv:River ; rdfs:label "'+1"@en .
river:tab a riv:River ; rdfs:label "\\t=1"@en .
"""


def test_injected_formulas_are_text_in_what_is_written(tmp_path: Path, rivers: Path) -> None:
    with (rivers / "data/contributions/survey-2020.ttl").open("a") as file:
        file.write(EVIL)
    path = tmp_path / "river.csv"
    assert tool(rivers, "template", "river", "--filled", "-o", path).code == 0
    names = [line.split(",", 3)[2] for line in path.read_text("utf-8-sig").splitlines()[1:]]
    assert sorted(names)[:3] == ['"\'=HYPERLINK(""http://e"")"', "'\t=1", "''+1"]
    book = tmp_path / "river.xlsx"
    assert tool(rivers, "template", "river", "--filled", "-o", book).code == 0
    cells = {cell.value: cell for cell in openpyxl.load_workbook(book)["river"]["C"]}
    evil = cells['=HYPERLINK("http://e")']
    assert evil.quotePrefix
    for file in (path, book):
        table, project = read(file, rivers)
        assert problems(table) == []
        assert 'river:evil rdfs:label "=HYPERLINK(\\"http://e\\")"@en' in facts(table, project)
        assert 'river:evil riv:length "-2.0"^^xsd:decimal' in facts(table, project)


def test_the_bytes_of_a_workbook_are_never_shown(tmp_path: Path, rivers: Path) -> None:
    noise = io.BytesIO()
    with zipfile.ZipFile(noise, "w") as archive:
        archive.writestr("xl/workbook.xml", b"\x1b]0;title\x07")
    path = tmp_path / "x.xlsx"
    path.write_bytes(noise.getvalue())
    outcome = tool(rivers, "validate", path)
    assert outcome.code == 2
    assert "\x1b" not in outcome.err
