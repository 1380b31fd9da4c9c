"""Every form of a report is a view of the same findings, and stands before its own schema."""

from __future__ import annotations

import html.parser
import json
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest
import rdflib
import xmlschema
from cli_support import RIV, RIVER, Outcome, tool, write
from pyshacl.validator_conformance import check_sht_result
from rdflib.namespace import RDF, SH

ROOT = Path(__file__).parents[2]
VENDORED = ROOT / "tests" / "validation" / "vendored"
SCHEMA = ROOT / "src" / "mca_graph" / "validation" / "reports" / "report.schema.json"

WRONG = """@prefix riv: <https://rivers.example/ontology#> .
@prefix river: <https://rivers.example/id/river/> .
@prefix habitat: <https://rivers.example/concept/habitat/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
# The dove\u2019s length is wrong twice: it is text, and it is below nought.
river:dove a riv:River ; rdfs:label "D\u00f6ve \U0001f54a"@en ; riv:length "minus, three: 100%" ;
    riv:habitas habitat:wetland .
river:erne a riv:River .
"""
"""A length that is no number, a property that does not exist, and a river without a name."""


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    return write(tmp_path / "wrong.ttl", WRONG)


def report(path: Path, form: str) -> Outcome:
    outcome = tool("validate", path, "-f", form)
    assert (outcome.code, outcome.err) == (1, "")
    return outcome


def test_text_shows_the_line_and_what_to_write(wrong: Path) -> None:
    assert report(wrong, "text").text == (
        f"violation shapes:River-length\n"
        f"  --> {wrong}:6:62\n"
        "   |\n"
        ' 6 | …e a riv:River ; rdfs:label "D\u00f6ve \U0001f54a"@en ; riv:length "minus, three: 100%" ;\n'
        "   | " + " " * 53 + "^" * 20 + "\n"
        "  about       D\u00f6ve \U0001f54a (river:dove)\n"
        "  what to do  Give one length in kilometres, such as 12.5.\n"
        "\n"
        "violation unknown-term\n"
        f"  --> {wrong}:7:5\n"
        "   |\n"
        " 7 |     riv:habitas habitat:wetland .\n"
        "   |     ^^^^^^^^^^^\n"
        "  about       D\u00f6ve \U0001f54a (river:dove)\n"
        "  what to do  Use a property of the ontology: it has no riv:habitas.\n"
        "  hint        did you mean riv:habitat?\n"
        "\n"
        "violation shapes:River-label\n"
        f"  --> {wrong}:8:1\n"
        "   |\n"
        " 8 | river:erne a riv:River .\n"
        "   | ^^^^^^^^^^\n"
        "  about       river:erne\n"
        "  what to do  Give the river one name in each language.\n"
        "\n"
        "read more about each rule at its address, such as https://rivers.example/shapes#River-length\n"
        f"{wrong}: 3 violations\n"
    )


def test_json_keeps_to_the_published_schema_and_tells_the_exact_places(wrong: Path) -> None:
    found = json.loads(report(wrong, "json").out)
    jsonschema.validate(found, json.loads(SCHEMA.read_text(encoding="utf-8")))
    places = [tuple(entry["location"].values())[1:] for entry in found["findings"]]
    assert sorted(set(places)) == [(6, 62, 6, 82), (7, 5, 7, 16), (8, 1, 8, 11)]
    assert {entry["value"] for entry in found["findings"] if "River-length" in entry["code"]} == {
        '"minus, three: 100%"'
    }


def test_github_commands_are_escaped(wrong: Path) -> None:
    lines = report(wrong, "github").lines
    assert lines[0] == (
        f"::error file={wrong},line=6,endLine=6,col=62,endColumn=81,title=shapes%3ARiver-length"
        "::Give one length in kilometres, such as 12.5."
    )
    assert lines[1].endswith(
        "::Use a property of the ontology: it has no riv:habitas.%0Adid you mean riv:habitat?"
    )
    assert len(lines) == 3


def test_sarif_keeps_to_its_schema(wrong: Path) -> None:
    log = json.loads(report(wrong, "sarif").out)
    schema = json.loads((VENDORED / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
    jsonschema.Draft4Validator(schema).validate(log)
    (run,) = log["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert [(rules[result["ruleIndex"]], result["level"]) for result in run["results"]] == [
        ("shapes:River-length", "error"),
        ("unknown-term", "error"),
        ("shapes:River-label", "error"),
    ]
    assert run["results"][0]["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": str(wrong)},
        "region": {"startLine": 6, "startColumn": 62, "endLine": 6, "endColumn": 82},
    }


def test_junit_keeps_to_its_schema(wrong: Path) -> None:
    text = report(wrong, "junit").text
    xmlschema.XMLSchema(VENDORED / "junit-10.xsd").validate(text)
    (suite,) = ElementTree.fromstring(text)
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("3", "3", "0")
    assert [case.get("classname") for case in suite] == [
        "shapes:River-length",
        "unknown-term",
        "shapes:River-label",
    ]


def test_junit_of_a_graph_that_conforms_has_one_passed_case() -> None:
    outcome = tool("validate", "-f", "junit")
    xmlschema.XMLSchema(VENDORED / "junit-10.xsd").validate(outcome.text)
    (suite,) = ElementTree.fromstring(outcome.text)
    assert [(case.get("name"), len(case)) for case in suite] == [("conforms", 0)]


def test_turtle_is_a_report_that_pyshacl_compares_as_equal(tmp_path: Path) -> None:
    path = write(tmp_path / "short.ttl", "\n".join(WRONG.splitlines()[i] for i in (0, 1, 7)) + "\n")
    graph = rdflib.Graph().parse(data=tool("validate", path, "-f", "turtle").out, format="turtle")
    (node,) = graph.subjects(RDF.type, SH.ValidationReport)
    expected = rdflib.Graph().parse(
        data=f"""@prefix sh: <{SH}> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        @prefix river: <{RIVER}> . @prefix shapes: <https://rivers.example/shapes#> .
        [] a sh:ValidationReport ; sh:conforms false ; sh:result [ a sh:ValidationResult ;
            sh:focusNode <{RIVER}erne> ; sh:resultPath rdfs:label ; sh:resultSeverity sh:Violation ;
            sh:sourceShape <https://rivers.example/shapes#River-label> ;
            sh:sourceConstraintComponent sh:MinCountConstraintComponent ] .""",
        format="turtle",
    )
    (wanted,) = expected.subjects(RDF.type, SH.ValidationReport)
    assert isinstance(wanted, rdflib.BNode)
    assert check_sht_result(graph, expected, wanted)
    assert graph.value(node, SH.conforms) == rdflib.Literal(False)


class Page(html.parser.HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.marked: list[str] = []
        self._in_mark = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._in_mark = tag == "mark"

    def handle_data(self, data: str) -> None:
        if self._in_mark:
            self.marked.append(data)
            self._in_mark = False


def test_html_is_one_page_that_needs_nothing_and_runs_nothing(tmp_path: Path) -> None:
    hostile = WRONG.replace("minus, three: 100%", "<script>alert(1)</script>")
    text = report(write(tmp_path / "wrong.ttl", hostile), "html").text
    page = Page(text)
    names = {tag for tag, _attributes in page.tags}
    assert not names & {"script", "img", "link", "iframe", "object"}
    assert page.marked == ['"<script>alert(1)</script>"', "riv:habitas", "river:erne"]
    assert [attributes for tag, attributes in page.tags if tag == "html"] == [{"lang": "en"}]
    assert {"title", "main", "h1", "h2", "h3"} <= names


@pytest.mark.parametrize("form", ["text", "json", "github", "sarif", "junit", "turtle", "html"])
def test_the_same_input_gives_the_same_report(wrong: Path, form: str) -> None:
    assert report(wrong, form).out == report(wrong, form).out


def test_every_mistake_in_the_grammar_is_told_at_its_place(tmp_path: Path) -> None:
    text = (
        "@prefix riv: <https://rivers.example/ontology#> .\n"
        "@prefix river: <https://rivers.example/id/river/> .\n"
        'river:a riv:length "never closed .\n'
        "river:b riv:length 1..0 .\n"
        "river:c a riv:River ; riv:length -1.0 .\n"
    )
    path = write(tmp_path / "broken.ttl", text)
    found = tool("validate", path, "-f", "json")
    places = {
        (entry["code"].rpartition(":")[2].rpartition("#")[2], entry["location"]["line"])
        for entry in json.loads(found.out)["findings"]
    }
    assert places == {("syntax", 3), ("syntax", 4), ("River-label", 5), ("River-length", 5)}
    assert found.code == 2
    assert found.err.splitlines()[0].startswith(f"error: {path}:3:20: this string is opened and not closed")
    assert RIV in text
