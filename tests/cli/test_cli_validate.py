"""``mca-graph validate``: findings for people, programs and SHACL tools, and what the exit code says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import rdflib
from cli_support import ENDLESS, RIV, RIVER, XSD, ok, refused, tool, tool_process, write
from rdflib.namespace import RDF, SH

SHAPES = "https://rivers.example/shapes#"
DOVE = """@prefix riv: <https://rivers.example/ontology#> .
@prefix river: <https://rivers.example/id/river/> .
river:dove a riv:River ; riv:length -3.0 .
"""
FINDINGS = [
    {
        "severity": "violation",
        "code": f"{SHAPES}River-label",
        "message": "Give the river one name in each language.",
        "focus": f"<{RIVER}dove>",
        "path": "<http://www.w3.org/2000/01/rdf-schema#label>",
        "component": "MinCountConstraintComponent",
    },
    {
        "severity": "violation",
        "code": f"{SHAPES}River-length",
        "message": "Give one length in kilometres, such as 12.5.",
        "focus": f"<{RIVER}dove>",
        "path": f"<{RIV}length>",
        "value": f'"-3.0"^^<{XSD}decimal>',
        "component": "MinExclusiveConstraintComponent",
    },
]


@pytest.fixture
def dove(tmp_path: Path) -> Path:
    return write(tmp_path / "dove.ttl", DOVE)


def test_a_graph_that_conforms_is_told_in_a_line() -> None:
    assert ok(tool("validate")).text == "the whole graph: conforms\n"


def test_people_read_what_to_do_and_where(dove: Path) -> None:
    found = tool("validate", dove)
    assert (found.code, found.err) == (1, "")
    entries = found.text.split("\n\n")
    assert [entry.splitlines()[:2] for entry in entries[:2]] == [
        ["violation shapes:River-label", f"  --> {dove}:3:1"],
        ["violation shapes:River-length", f"  --> {dove}:3:37"],
    ]
    assert "  what to do  Give the river one name in each language." in entries[0].splitlines()
    assert "  what to do  Give one length in kilometres, such as 12.5." in entries[1].splitlines()
    assert entries[2].splitlines() == [
        f"read more about each rule at its address, such as {SHAPES}River-label",
        f"{dove}: 2 violations",
    ]


@pytest.mark.parametrize("engine", ["fast", "reference"])
def test_programs_read_the_same(dove: Path, engine: str) -> None:
    found = tool("validate", dove, "-f", "json", "--engine", engine)
    report = json.loads(found.out)
    places = [finding.pop("location")["file"] for finding in report["findings"]]
    assert (found.code, found.err, places) == (1, "", [str(dove)] * 2)
    assert report == {
        "conforms": False,
        "checked": str(dove),
        "counts": {"violation": 2, "warning": 0, "info": 0},
        "findings": FINDINGS,
    }


def test_turtle_is_a_report_of_shacl(dove: Path) -> None:
    found = tool("validate", dove, "-f", "turtle")
    graph = rdflib.Graph().parse(data=found.out, format="turtle")
    (report,) = graph.subjects(RDF.type, SH.ValidationReport)
    assert found.code == 1
    assert graph.value(report, SH.conforms) == rdflib.Literal(False)
    results = {
        (
            str(graph.value(node, SH.sourceShape)),
            str(graph.value(node, SH.resultPath)),
            str(graph.value(node, SH.value)),
        )
        for node in graph.objects(report, SH.result)
    }
    assert results == {
        (f"{SHAPES}River-label", "http://www.w3.org/2000/01/rdf-schema#label", "None"),
        (f"{SHAPES}River-length", f"{RIV}length", "-3.0"),
    }


def test_turtle_of_a_graph_that_conforms_says_so() -> None:
    graph = rdflib.Graph().parse(data=ok(tool("validate", "-f", "turtle")).out, format="turtle")
    assert [str(value) for value in graph.objects(None, SH.conforms)] == ["true"]


@pytest.mark.parametrize(
    ("severity", "fail_on", "code"),
    [
        ("Violation", "violation", 1),
        ("Warning", "violation", 0),
        ("Warning", "warning", 1),
        ("Info", "warning", 0),
        ("Info", "info", 1),
    ],
)
def test_the_exit_code_follows_the_gravest_finding(
    rivers: Path, severity: str, fail_on: str, code: int
) -> None:
    shapes = rivers / "shapes" / "river.ttl"
    rule = "shapes:River-length sh:path riv:length ;"
    shapes.write_text(shapes.read_text().replace(rule, f"{rule} sh:severity sh:{severity} ;"))
    label = "<http://www.w3.org/2000/01/rdf-schema#label>"
    file = write(rivers / "new.ttl", f'{DOVE}river:dove {label} "Dove"@en .\n')
    found = tool("validate", file, "-f", "json", "--fail-on", fail_on, project=rivers)
    assert found.code == code
    assert [entry["severity"] for entry in json.loads(found.out)["findings"]] == [severity.lower()]


def test_what_was_wrong_before_is_no_fault_of_a_new_file(rivers: Path) -> None:
    write(rivers / "data/contributions/old.ttl", DOVE)
    good = write(
        rivers / "good.ttl",
        f"<{RIVER}elm> a <{RIV}River> ; <{RIV}length> 1.5 ; "
        '<http://www.w3.org/2000/01/rdf-schema#label> "Elm"@en .',
    )
    assert tool("validate", project=rivers).code == 1
    assert ok(tool("validate", good, project=rivers)).text == f"{good}: conforms\n"


def test_a_file_that_breaks_what_was_right_is_told(rivers: Path) -> None:
    bad = write(rivers / "bad.ttl", f"<{RIVER}alder> <{RIV}length> 1.0 , 2.0 .")
    found = tool("validate", bad, "-f", "json", project=rivers)
    assert found.code == 1
    assert [entry["component"] for entry in json.loads(found.out)["findings"]] == [
        "MaxCountConstraintComponent"
    ]


def test_the_report_goes_to_a_file(dove: Path, tmp_path: Path) -> None:
    found = tool("validate", dove, "-f", "json", "-o", tmp_path / "report.json")
    assert (found.code, found.out, found.err) == (1, b"", "")
    assert json.loads((tmp_path / "report.json").read_text())["counts"]["violation"] == 2


def test_the_reference_engine_says_nothing_beside_its_report(rivers: Path) -> None:
    file = write(rivers / "bad.ttl", f'<{RIVER}alder> <{RIV}length> "long"^^<{XSD}decimal> .')
    found = tool_process("validate", file, "--engine", "reference", "-f", "json", project=rivers)
    assert (found.code, found.err) == (1, "")
    assert json.loads(found.out)["findings"][0]["value"] == f'"long"^^<{XSD}decimal>'


def test_the_three_exit_codes(dove: Path, tmp_path: Path) -> None:
    assert tool_process("validate").code == 0
    assert tool_process("validate", dove).code == 1
    assert tool_process("validate", tmp_path / "none.ttl").code == 2


# -- shapes that would never be done -----------------------------------------------------------

HEADER = f"""PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX riv: <{RIV}>
PREFIX shapes: <{SHAPES}>
"""
BACKTRACKING = (
    'shapes:Slow a sh:PropertyShape ; sh:targetClass riv:River ; sh:path rdfs:label ; sh:pattern "^(a+)+$" .'
)
OF_EACH = ENDLESS.replace("SELECT", "SELECT $this").replace("?a", "$this") + " GROUP BY $this"
ENDLESS_SHAPE = f"""shapes:Slow a sh:NodeShape ; sh:targetClass riv:River ;
    sh:sparql [ a sh:SPARQLConstraint ; sh:select "{OF_EACH}" ] ."""


def with_shape(rivers: Path, shape: str) -> Path:
    write(rivers / "shapes" / "slow.ttl", HEADER + shape)
    return rivers


def named(rivers: Path, label: str) -> Path:
    return write(rivers / "new.ttl", f'{HEADER}<{RIVER}new> a riv:River ; rdfs:label "{label}"@en .')


def test_a_pattern_that_tries_without_end_costs_nothing(rivers: Path) -> None:
    project = with_shape(rivers, BACKTRACKING)
    found = tool_process("validate", named(rivers, "a" * 60 + "b"), project=project, timeout=20)
    assert (found.code, found.text.splitlines()[0]) == (1, "violation shapes:Slow")


@pytest.mark.parametrize(
    ("engine", "shape"), [("reference", BACKTRACKING), ("fast", ENDLESS_SHAPE)], ids=["pattern", "query"]
)
def test_a_check_without_end_is_stopped_at_its_time_limit(rivers: Path, engine: str, shape: str) -> None:
    project, file = with_shape(rivers, shape), named(rivers, "a" * 60 + "b")
    found = tool_process("validate", file, "--engine", engine, "--timeout", "3", project=project, timeout=20)
    refused(
        found,
        "no answer within 3 s, so the work was stopped",
        "look for a pattern or a query in the shapes that takes too long, or give a longer --timeout",
    )


@pytest.mark.parametrize("engine", ["fast", "reference"])
def test_shapes_that_refer_to_themselves_are_refused(rivers: Path, engine: str) -> None:
    shape = """shapes:One a sh:NodeShape ; sh:targetClass riv:River ; sh:node shapes:Two .
    shapes:Two a sh:NodeShape ; sh:or ( [ sh:property [ sh:path riv:flowsInto ; sh:node shapes:One ] ] ) ."""
    found = tool("validate", "--engine", engine, project=with_shape(rivers, shape))
    refused(
        found,
        f"shapes that refer to themselves: <{SHAPES}One>, <{SHAPES}Two>",
        "SHACL leaves open what that means (section 3.4.3): take out one of these references",
    )
