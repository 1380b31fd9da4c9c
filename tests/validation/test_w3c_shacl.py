"""The W3C's own tests of SHACL: Core and SPARQL, every one of them, with the whole report compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from mca_graph.errors import McaGraphError
from mca_graph.namespaces import RDF, SH
from mca_graph.validation import fast
from mca_graph.validation.data import DataGraph
from mca_graph.validation.paths import rendered
from mca_graph.validation.result import Result
from mca_graph.validation.shapes import Shapes

SUITE = Path(__file__).parents[1] / "w3c" / "shacl"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
SHT = "http://www.w3.org/ns/shacl-test#"

HOW_MANY = {"core": 98, "sparql": 23}


@dataclass
class Document:
    """A file of the suite, read once, so that its blank nodes are the same in data, shapes and result."""

    path: Path
    quads: list[Quad] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.quads = list(parse(self.path.read_bytes(), format=RdfFormat.TURTLE, base_iri=self.path.as_uri()))
        self.shapes = Shapes(self.quads)


@cache
def document(uri: str) -> Document:
    return Document(Path(uri.removeprefix("file://")))


def entries(part: str) -> Iterator[tuple[Path, NamedNode]]:
    """Every test, those that are proposed but that no manifest includes yet among them."""
    for path in sorted((SUITE / part).rglob("*.ttl")):
        for entry, kind in document(path.as_uri()).shapes.uses(RDF + "type"):
            if kind.value == SHT + "Validate":
                assert isinstance(entry, NamedNode)
                yield path, entry


def cases(part: str) -> list[pytest.ParameterSet]:
    return [
        pytest.param(path, entry, id=f"{part}/{path.parent.name}/{entry.value.rpartition('/')[2]}")
        for path, entry in entries(part)
    ]


CASES = {part: cases(part) for part in HOW_MANY}


@pytest.mark.parametrize("part", HOW_MANY)
def test_every_test_of_the_suite_is_run(part: str) -> None:
    assert len(CASES[part]) == HOW_MANY[part]


@pytest.mark.parametrize(("path", "entry"), [*CASES["core"], *CASES["sparql"]])
def test_fast_engine_gives_the_result_of_the_suite(path: Path, entry: NamedNode) -> None:
    manifest = document(path.as_uri())
    action = manifest.shapes.value(entry, MF + "action")
    wanted = manifest.shapes.value(entry, MF + "result")
    assert action is not None
    assert wanted is not None
    data = manifest.shapes.value(action, SHT + "dataGraph")
    shapes = manifest.shapes.value(action, SHT + "shapesGraph")
    assert data is not None
    assert shapes is not None
    graph = DataGraph([quad.triple for quad in document(data.value).quads])
    rules = document(shapes.value).shapes
    if wanted == NamedNode(SHT + "Failure"):
        with pytest.raises(McaGraphError):
            list(fast.results(graph, rules))
        return
    found = list(fast.results(graph, rules))
    results = manifest.shapes.values(wanted, SH + "result")
    conforms = manifest.shapes.value(wanted, SH + "conforms")
    assert conforms is not None
    assert (not found) == (conforms.value in ("true", "1"))
    expected = [row_of(manifest, node) for node in results]
    has_constraint, has_message = (any(row[column] for row in expected) for column in (6, 7))
    actual = [
        row_of_result(result, has_constraint=has_constraint, has_message=has_message) for result in found
    ]
    assert Counter(actual) == Counter(expected)


Row = tuple[str | None, ...]


def row_of(manifest: Document, node: object) -> Row:
    shapes = manifest.shapes

    def value(name: str) -> str | None:
        found = shapes.value(node, SH + name)  # type: ignore[arg-type]
        return str(found) if found is not None else None

    path = shapes.value(node, SH + "resultPath")  # type: ignore[arg-type]
    messages = sorted(map(str, shapes.values(node, SH + "resultMessage")))  # type: ignore[arg-type]
    return (
        value("focusNode"),
        rendered(shapes, path) if path is not None else None,
        value("value"),
        value("sourceShape"),
        value("sourceConstraintComponent"),
        value("resultSeverity"),
        value("sourceConstraint"),
        " ".join(messages),
    )


def row_of_result(result: Result, *, has_constraint: bool, has_message: bool) -> Row:
    """A result as a row; what the suite does not say is left out, as its documentation asks."""
    messages = sorted(
        f'"{text}"@{language}' if language else f'"{text}"' for text, language in result.messages
    )
    return (
        result.focus,
        result.path,
        result.value,
        result.shape,
        f"<{result.component}>",
        f"<{result.severity}>",
        result.constraint if has_constraint else None,
        " ".join(messages) if has_message else "",
    )
