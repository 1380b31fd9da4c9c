"""The tables of ``mca-graph query``: each format as its standard has it, read back by others."""

from __future__ import annotations

import io
import json
import unicodedata
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import rdflib
from cli_support import HABITAT, RIVER, WETLANDS, XSD, Outcome, ok, refused, tool, tool_process, write
from rdflib.query import Result
from SPARQLWrapper import JSON as AS_JSON
from SPARQLWrapper import XML as AS_XML
from SPARQLWrapper.Wrapper import QueryResult

TRICKY = """
SELECT ?iri ?text ?tagged ?number ?typed ?none WHERE {
  VALUES (?iri ?text ?tagged ?number ?typed ?none) {
    (<http://example.org/a?b=c&d> "a, \\"b\\"\\nc\\td" "größe"@de 12.5
     "2020-05-01"^^<http://www.w3.org/2001/XMLSchema#date> UNDEF)
    (<urn:x> "=1+1" "<b>|\\\\*"@en 7 true UNDEF)
  }
}
"""
ROWS = [
    {
        "iri": rdflib.URIRef("http://example.org/a?b=c&d"),
        "text": rdflib.Literal('a, "b"\nc\td'),
        "tagged": rdflib.Literal("größe", lang="de"),
        "number": rdflib.Literal("12.5", datatype=rdflib.XSD.decimal),
        "typed": rdflib.Literal("2020-05-01", datatype=rdflib.XSD.date),
    },
    {
        "iri": rdflib.URIRef("urn:x"),
        "text": rdflib.Literal("=1+1"),
        "tagged": rdflib.Literal("<b>|\\*", lang="en"),
        "number": rdflib.Literal("7", datatype=rdflib.XSD.integer),
        "typed": rdflib.Literal("true", datatype=rdflib.XSD.boolean),
    },
]
COLUMNS = ["iri", "text", "tagged", "number", "typed", "none"]


def tricky(format_name: str, *more: str) -> Outcome:
    return ok(tool("query", "--text", TRICKY, "-f", format_name, *more))


def read_back(format_name: str) -> Result:
    return Result.parse(io.BytesIO(tricky(format_name).out), format=format_name)


@pytest.mark.parametrize("format_name", ["json", "xml", "tsv"])
def test_rdflib_reads_back_every_term(format_name: str) -> None:
    result = read_back(format_name)
    assert [str(name) for name in result.vars or []] == COLUMNS
    found = [{str(name): term for name, term in row.items() if term is not None} for row in result.bindings]
    assert found == ROWS


def test_rdflib_reads_back_csv_as_the_plain_text_it_is() -> None:
    found = [{str(name): str(term) for name, term in row.items()} for row in read_back("csv").bindings]
    assert found == [{name: str(term) for name, term in row.items()} for row in ROWS]


@pytest.mark.parametrize(("format_name", "kind"), [("json", AS_JSON), ("xml", AS_XML)])
def test_sparqlwrapper_reads_back_the_rows(format_name: str, kind: str) -> None:
    class Response(io.BytesIO):
        def info(self) -> dict[str, str]:
            return {"content-type": f"application/sparql-results+{format_name}"}

    answer: Any = QueryResult((Response(tricky(format_name).out), kind)).convert()
    if format_name == "json":
        assert answer["head"]["vars"] == COLUMNS
        assert answer["results"]["bindings"][1]["tagged"] == {
            "type": "literal",
            "value": "<b>|\\*",
            "xml:lang": "en",
        }
    else:
        texts = [node.firstChild.nodeValue for node in answer.getElementsByTagName("literal")]
        assert texts[:2] == ['a, "b"\nc\td', "größe"]


def test_csv_is_exactly_that_of_the_recommendation() -> None:
    assert (
        tricky("csv").out
        == (
            "iri,text,tagged,number,typed,none\r\n"
            'http://example.org/a?b=c&d,"a, ""b""\nc\td",größe,12.5,2020-05-01,\r\n'
            "urn:x,=1+1,<b>|\\*,7,true,\r\n"
        ).encode()
    )


def test_tsv_is_exactly_that_of_the_recommendation() -> None:
    assert (
        tricky("tsv").out
        == (
            "?iri\t?text\t?tagged\t?number\t?typed\t?none\n"
            '<http://example.org/a?b=c&d>\t"a, \\"b\\"\\nc\\td"\t"größe"@de\t12.5\t'
            f'"2020-05-01"^^<{XSD}date>\t\n'
            '<urn:x>\t"=1+1"\t"<b>|\\\\*"@en\t7\ttrue\t\n'
        ).encode()
    )


def test_json_is_exactly_that_of_the_recommendation() -> None:
    text = 'SELECT ?a ?b ?c { VALUES (?a ?b ?c) { (<urn:x> "y"@de UNDEF) (UNDEF 40.5 "z") } }'
    answer = json.loads(ok(tool("query", "--text", text, "-f", "json")).out)
    assert answer == {
        "head": {"vars": ["a", "b", "c"]},
        "results": {
            "bindings": [
                {
                    "a": {"type": "uri", "value": "urn:x"},
                    "b": {"type": "literal", "value": "y", "xml:lang": "de"},
                },
                {
                    "b": {"type": "literal", "value": "40.5", "datatype": f"{XSD}decimal"},
                    "c": {"type": "literal", "value": "z"},
                },
            ]
        },
    }


def test_a_whole_decimal_keeps_its_type_in_tsv() -> None:
    rows = ok(tool("query", "--text", "SELECT (40.0 AS ?x) (1e0 AS ?y) {}", "-f", "tsv")).lines
    assert rows[1] == f'"40"^^<{XSD}decimal>\t"1"^^<{XSD}double>'


def test_json_lines_hold_one_row_each() -> None:
    rows = [json.loads(line) for line in tricky("jsonl").lines]
    whole = json.loads(tricky("json").out)
    assert rows == whole["results"]["bindings"]


def test_triple_terms_are_written_in_every_format_that_shows_terms(tmp_path: Path) -> None:
    data = write(tmp_path / "terms.nt", '<urn:s> <urn:p> <<( <urn:a> <urn:b> "c" )>> .\n')
    args = ("query", "--data", data, "--text", "SELECT ?o { ?s <urn:p> ?o }", "-f")
    whole = json.loads(ok(tool(*args, "json")).out)["results"]["bindings"]
    assert json.loads(ok(tool(*args, "jsonl")).out) == whole[0]
    assert ok(tool(*args, "md")).lines[2] == '| \\<urn:a\\> \\<urn:b\\> "c" |'


def test_a_table_shows_labels_and_aligns_numbers() -> None:
    assert ok(tool(*WETLANDS)).lines == [
        "river  length",
        "─────  ──────",
        "Alder    12.5",
        "Cedar      40",
    ]


def test_iris_shows_curies() -> None:
    assert ok(tool(*WETLANDS, "--iris")).lines[2:] == ["river:alder    12.5", "river:cedar      40"]


def test_markdown_escapes_its_marks_and_links_to_things() -> None:
    assert tricky("md").lines == [
        "| iri | text | tagged | number | typed | none |",
        "| --- | --- | --- | --- | --- | --- |",
        "| [http://example.org/a?b=c&d](http://example.org/a?b=c&d) "
        '| a, "b" c d | größe | 12.5 | 2020-05-01 |  |',
        "| urn:x | =1+1 | \\<b\\>\\|\\\\\\* | 7 | true |  |",
    ]
    assert ok(tool(*WETLANDS, "-f", "md")).lines[2] == f"| [Alder]({RIVER}alder) | 12.5 |"


class Cells(HTMLParser):
    """Collects the rows of a page's table, its links and the tags it opens and never closes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.links: list[str | None] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")
        elif tag == "a":
            self.links.append(dict(attrs)["href"])
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.rows and self.open and self.open[-1] in ("td", "th", "a"):
            self.rows[-1][-1] += data


def test_html_escapes_what_comes_from_the_graph() -> None:
    page = Cells(tricky("html").text)
    assert page.open == []
    assert page.rows == [
        COLUMNS,
        ["http://example.org/a?b=c&d", 'a, "b" c d', "größe", "12.5", "2020-05-01", ""],
        ["urn:x", "=1+1", "<b>|\\*", "7", "true", ""],
    ]
    assert page.links == ["http://example.org/a?b=c&d"]


def test_html_makes_no_link_that_runs_a_script() -> None:
    text = 'SELECT (IRI("javascript:alert(1)") AS ?x) {}'
    assert Cells(ok(tool("query", "--text", text, "-f", "html")).text).links == []


def test_html_bears_the_title_of_the_saved_query() -> None:
    assert "<title>Rivers with a habitat</title>" in ok(tool(*WETLANDS, "-f", "html")).text


def workbook(tmp_path: Path, *args: str) -> Any:
    path = tmp_path / "answer.xlsx"
    ok(tool(*args, "-f", "xlsx", "-o", str(path)))
    return openpyxl.load_workbook(path).active


def test_a_spreadsheet_holds_numbers_as_numbers_and_links(tmp_path: Path) -> None:
    sheet = workbook(tmp_path, *WETLANDS)
    assert list(sheet.values) == [("river", "length"), ("Alder", 12.5), ("Cedar", 40)]
    assert sheet["A2"].hyperlink.target == f"{RIVER}alder"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "=HYPERLINK(1)", "{=1}"])
def test_a_spreadsheet_takes_no_text_for_a_formula(text: str, tmp_path: Path) -> None:
    cell = workbook(tmp_path, "query", "--text", f'SELECT ("{text}" AS ?x) {{}}')["A2"]
    assert (cell.value, cell.data_type) == (text, "s")


def test_a_number_too_long_for_a_spreadsheet_stays_text(tmp_path: Path) -> None:
    cell = workbook(tmp_path, "query", "--text", "SELECT (1234567890123456 AS ?x) {}")["A2"]
    assert cell.value == "1234567890123456"


GEO = "http://www.opengis.net/ont/geosparql#wktLiteral"


def test_geojson_puts_longitude_first_and_shows_labels() -> None:
    text = (
        f"SELECT ?river ?length ?place {{ ?river <https://rivers.example/ontology#length> ?length "
        f'BIND("POINT(-1.5 53.25)"^^<{GEO}> AS ?place) FILTER(?river = <{RIVER}alder>) }}'
    )
    assert json.loads(ok(tool("query", "--text", text, "-f", "geojson")).out) == {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [-1.5, 53.25]},
                "properties": {"river": "Alder", "length": 12.5, "iri": f"{RIVER}alder"},
            }
        ],
    }


def test_geojson_without_geometry_is_refused() -> None:
    refused(tool(*WETLANDS, "-f", "geojson"), "no row of this answer has a geometry")


def test_no_rows_are_an_empty_answer_in_each_format() -> None:
    none = ("query", "--text", "SELECT ?x ?y { ?x a <urn:none> }", "-f")
    assert ok(tool(*none, "csv")).out == b"x,y\r\n"
    assert ok(tool(*none, "tsv")).out == b"?x\t?y\n"
    assert ok(tool(*none, "jsonl")).out == b""
    assert ok(tool(*none, "table")).lines == ["x  y", "─  ─"]
    assert json.loads(ok(tool(*none, "geojson")).out)["features"] == []


ASK = [
    ("table", b"yes\n", b"no\n"),
    ("md", b"yes\n", b"no\n"),
    ("csv", b"true\n", b"false\n"),
    ("tsv", b"true\n", b"false\n"),
    ("jsonl", b'{"boolean": true}\n', b'{"boolean": false}\n'),
]


@pytest.mark.parametrize(("format_name", "yes", "no"), ASK)
def test_ask_answers_yes_or_no(format_name: str, yes: bytes, no: bytes) -> None:
    assert ok(tool("query", "--text", f"ASK {{ <{RIVER}alder> ?p ?o }}", "-f", format_name)).out == yes
    assert ok(tool("query", "--text", "ASK { <urn:none> ?p ?o }", "-f", format_name)).out == no


@pytest.mark.parametrize("format_name", ["json", "xml"])
def test_ask_is_read_back_by_rdflib(format_name: str) -> None:
    out = ok(tool("query", "--text", "ASK {}", "-f", format_name)).out
    assert Result.parse(io.BytesIO(out), format=format_name).askAnswer is True


@pytest.mark.parametrize("format_name", ["html", "xlsx", "geojson", "turtle"])
def test_ask_has_no_form_in_the_other_formats(format_name: str) -> None:
    refused(
        tool("query", "--text", "ASK {}", "-f", format_name),
        f"a yes-or-no answer cannot be written as {format_name}",
        "use one of table, csv, tsv, json, xml, jsonl, md",
    )


def test_a_table_is_no_graph() -> None:
    refused(tool(*WETLANDS, "-f", "turtle"), "a table cannot be written as turtle")


def width(line: str) -> int:
    return sum(
        0 if unicodedata.combining(mark) else 2 if unicodedata.east_asian_width(mark) in "WF" else 1
        for mark in line
    )


LONG = (
    "SELECT ?a ?b ?c ?d { VALUES (?a ?b ?c ?d) { "
    f'("{"riverside paths and meadows " * 5}" "水の道" "{"x" * 120}" 7) ("short" "" "y" 12345) }} }}'
)


def test_a_wide_table_stays_within_80_columns_and_loses_nothing() -> None:
    found = ok(tool_process("query", "--text", LONG, COLUMNS="80"))
    assert max(width(line) for line in found.lines) <= 80
    assert found.text.count("x") == 120
    assert found.text.count("meadows") == 5
    assert "水の道" in found.text


def test_more_columns_than_fit_become_records() -> None:
    names = [f"?column_{number}" for number in range(12)]
    rows = [" ".join(f'"value {row} {number}"' for number in range(12)) for row in (1, 2)]
    text = f"SELECT {' '.join(names)} {{ VALUES ({' '.join(names)}) {{ ({rows[0]}) ({rows[1]}) }} }}"
    lines = ok(tool_process("query", "--text", text, COLUMNS="40")).lines
    assert lines == [
        *(f"{f'column {number}':<9}  value 1 {number}" for number in range(12)),
        "",
        *(f"{f'column {number}':<9}  value 2 {number}" for number in range(12)),
    ]


def test_characters_that_could_fool_a_terminal_are_made_visible() -> None:
    text = 'SELECT ("a\\u001B[31mb\\u202Ec" AS ?x) {}'
    assert ok(tool("query", "--text", text)).lines[2] == "a\\u001b[31mb\\u202ec"


def test_output_to_a_file_is_the_same_as_to_the_terminal(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    assert ok(tool(*WETLANDS, "-f", "csv", "-o", target)).out == b""
    assert target.read_bytes() == ok(tool(*WETLANDS, "-f", "csv")).out
    assert list(tmp_path.iterdir()) == [target]


def test_a_query_that_fails_leaves_the_old_file_as_it_was(tmp_path: Path) -> None:
    target = write(tmp_path / "out.xlsx", "old")
    assert tool("query", "--text", "SELECT ?x { ?x a }", "-f", "xlsx", "-o", target).code == 2
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_label_in_the_language_of_the_project_is_shown() -> None:
    text = f"SELECT (<{HABITAT}gravel> AS ?x) {{}}"
    assert ok(tool("query", "--text", text)).lines[2] == "Gravel"
