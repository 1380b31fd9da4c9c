"""Every shape catches its own defect and nothing else, and both engines say so in the same words.

A case is a file in ``cases/<node shape>/``: ``valid*.ttl`` breaks no shape, ``invalid-<defect>.ttl`` has one
defect, and ``invalid-<defect>.expected.csv`` lists all that must be found. Each is checked together with
``cases/context.ttl`` and with the classes and properties that the ontology declares.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, parse

from mca_graph.findings import Finding, Severity
from mca_graph.graph.index import open_graph
from mca_graph.namespaces import RDF, RDFS, SH
from mca_graph.project import Project, load_project
from mca_graph.rdf.read import read_quads
from mca_graph.validation.data import DataGraph, whole_graph
from mca_graph.validation.run import EngineName, run_engine
from mca_graph.validation.shapes import Shapes

PROJECT = load_project(Path(__file__).parents[2])
CASES = Path(__file__).parent / "cases"
VALID = sorted(CASES.glob("*/valid*.ttl"))
INVALID = sorted(CASES.glob("*/invalid-*.ttl"))
COLUMNS = ["focus_node", "path", "value", "code", "severity"]
ENGINES: tuple[EngineName, ...] = ("fast", "reference")

TARGETS = {SH + name for name in ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")}
ANNOTATIONS = {SH + name for name in ("name", "description", "message", "severity", "group", "order")}
PARTS = {SH + "property": "property", SH + "sparql": "sparql"}


def case_id(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@cache
def shapes() -> Shapes:
    return Shapes.read(PROJECT.shape_files)


@cache
def common() -> list[Triple]:
    """What all cases share: the context, and what the ontology declares."""
    declares = {RDF + "type", RDFS + "subClassOf"}
    ontology = [triple for path in PROJECT.ontology_files for triple in triples(path)]
    declared = [
        triple
        for triple in ontology
        if triple.predicate.value in declares and "_:" not in str(triple.subject) + str(triple.object)
    ]
    return [*declared, *triples(CASES / "context.ttl")]


def triples(path: Path) -> list[Triple]:
    return [Triple(quad.subject, quad.predicate, quad.object) for quad in read_quads(path)]


def findings(data: list[Triple], engine: EngineName) -> set[Finding]:
    return set(run_engine(DataGraph(data), shapes(), engine, PROJECT.language))


def check(path: Path, engine: EngineName) -> set[Finding]:
    return findings([*common(), *triples(path)], engine)


def rows(found: set[Finding]) -> set[tuple[str, ...]]:
    """What was found, as the columns of an expected file."""
    return {
        (finding.focus, finding.path or "", finding.value or "", finding.code, finding.severity.value)
        for finding in found
    }


def expected(path: Path) -> set[tuple[str, ...]]:
    """The rows of an expected file, with terms as N-Triples and paths with full IRIs."""
    with path.with_suffix("").with_suffix(".expected.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        assert reader.fieldnames == COLUMNS
        return {
            (
                term(row["focus_node"]),
                full_path(row["path"]),
                term(row["value"]) if row["value"] else "",
                term(row["code"]).strip("<>"),
                Severity(row["severity"]).value,
            )
            for row in reader
        }


def term(text: str) -> str:
    """A term of an expected file, written as in Turtle, in N-Triples syntax."""
    prefixes = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PROJECT.prefixes)
    quad: Quad = next(iter(parse(f"{prefixes} <urn:s> <urn:p> {text} .", format=RdfFormat.TURTLE)))
    return str(quad.object)


def full_path(text: str) -> str:
    return re.sub(r"[\w-]+:[\w-]+", lambda found: term(found.group()), text)


@cache
def reporting() -> dict[str, str]:
    """The shapes and constraints that a result can name, and which kind each is.

    They are the property shapes and SPARQL-based constraints of shapes with a target, and these shapes
    themselves where they demand something; not those that are only tested by way of sh:node.
    """
    found: dict[str, str] = {}
    outgoing: dict[str, list[Triple]] = {}
    for triple in shapes().triples:
        outgoing.setdefault(str(triple.subject), []).append(triple)
    waiting = [node for node, stated in outgoing.items() if any(t.predicate.value in TARGETS for t in stated)]
    for node in waiting:
        ignored = TARGETS | ANNOTATIONS | PARTS.keys() | {RDF + "type"}
        if any(triple.predicate.value not in ignored for triple in outgoing[node]):
            found[node.strip("<>")] = "node"
    while waiting:
        for triple in outgoing.get(waiting.pop(), []):
            if kind := PARTS.get(triple.predicate.value):
                found[str(triple.object).strip("<>")] = kind
                if kind == "property":
                    waiting.append(str(triple.object))
    return found


def annotations(name: str) -> dict[str, list[str]]:
    """The values of one property of each shape."""
    found: dict[str, list[str]] = {}
    for triple in shapes().triples:
        if triple.predicate.value == SH + name:
            found.setdefault(triple.subject.value, []).append(triple.object.value)
    return found


@pytest.mark.parametrize("engine", ENGINES)
def test_the_context_breaks_no_shape(engine: EngineName) -> None:
    assert findings(common(), engine) == set()


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("path", VALID, ids=case_id)
def test_a_valid_case_breaks_no_shape(path: Path, engine: EngineName) -> None:
    assert check(path, engine) == set()


@pytest.mark.parametrize("path", INVALID, ids=case_id)
def test_an_invalid_case_breaks_the_shapes_that_it_is_meant_to(path: Path) -> None:
    fast = check(path, "fast")
    assert rows(fast) == expected(path)
    assert check(path, "reference") == fast


def test_every_case_is_complete() -> None:
    assert VALID
    assert INVALID
    assert {path.parent.name for path in INVALID} == {path.parent.name for path in VALID}
    names = {path.with_suffix("").with_suffix("") for path in CASES.glob("*/*.csv")}
    assert names == {path.with_suffix("") for path in INVALID}


def test_every_shape_has_a_case_that_breaks_it() -> None:
    broken = {row[3] for path in INVALID for row in expected(path)}
    assert sorted(reporting().keys() - broken) == []


def test_every_shape_is_named() -> None:
    curies = [PROJECT.prefixes.shrink(shape) or shape for shape in reporting()]
    assert [curie for curie in curies if not curie.startswith("shapes:")] == []


@pytest.mark.parametrize("name", ["name", "description", "message", "severity"])
def test_every_shape_says(name: str) -> None:
    stated = annotations(name)
    assert sorted(shape for shape in reporting() if len(stated.get(shape, [])) != 1) == []


@pytest.mark.parametrize("name", ["order", "group"])
def test_every_property_shape_has_its_place(name: str) -> None:
    stated = annotations(name)
    properties = {shape for shape, kind in reporting().items() if kind == "property"}
    assert sorted(properties - stated.keys()) == []


def test_every_group_is_declared() -> None:
    groups = {
        triple.subject.value
        for triple in shapes().triples
        if triple.predicate.value == RDF + "type" and triple.object == NamedNode(SH + "PropertyGroup")
    }
    assert {group for found in annotations("group").values() for group in found} == groups


def test_no_message_is_a_copy_of_another() -> None:
    messages = Counter(text for texts in annotations("message").values() for text in texts)
    assert [text for text, count in messages.items() if count > 1] == []


def test_messages_speak_of_things_that_exist() -> None:
    """An example that a contributor copies must work."""
    store = open_graph(PROJECT)
    for text in (text for texts in annotations("message").values() for text in texts):
        for curie in re.findall(r"(?<![\w@<:/-])[a-z][a-z-]*:[A-Za-z0-9][\w-]*", text):
            iri = PROJECT.prefixes.expand(curie)
            if iri and iri.startswith(PROJECT.base):
                assert any(store.statements(NamedNode(iri))), f"{curie} in {text!r}"


def test_a_constraint_has_the_severity_of_its_shape() -> None:
    """A result has the severity of the shape (SHACL, section 2.1.4), whatever its constraint says."""
    stated = annotations("severity")
    for shape, constraints in annotations("sparql").items():
        assert {constraint: stated[constraint] for constraint in constraints} == dict.fromkeys(
            constraints, stated[shape]
        )


def test_the_graph_has_no_violation(mca: Project) -> None:
    found = run_engine(whole_graph(mca, open_graph(mca)), shapes(), "fast", mca.language)
    assert [finding for finding in found if finding.severity is Severity.VIOLATION] == []


def test_the_engines_find_the_same_in_the_graph(mca: Project) -> None:
    data = whole_graph(mca, open_graph(mca))
    fast, reference = (set(run_engine(data, shapes(), engine, mca.language)) for engine in ENGINES)
    assert reference == fast
