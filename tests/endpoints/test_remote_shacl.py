"""The W3C's tests of SHACL, answered by queries over the data alone."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from mca_graph.errors import McaGraphError
from mca_graph.findings import Finding
from mca_graph.namespaces import SH
from mca_graph.validation import fast
from mca_graph.validation.data import DataGraph
from mca_graph.validation.lexical import normal_forms
from mca_graph.validation.remote import run
from mca_graph.validation.terms import parse_term

sys.path.insert(0, str(Path(__file__).parents[1] / "shapes"))
sys.path.insert(0, str(Path(__file__).parents[1] / "validation"))
import test_shapes as cases
import test_w3c_shacl as suite

FETCHED = {"shacl-shacl", "shapesGraph-001"}
"""The tests whose shapes cannot be said as queries over the data: blank nodes as values, the shapes graph."""


def as_held(text: str | None) -> str | None:
    """A term as a server holds it, which keeps the value of a literal and not how it was typed."""
    if text is None or not text.startswith('"'):
        return text
    return next((str(held) for _typed, held in normal_forms([parse_term(text)]).items()), text)


@pytest.mark.parametrize(("path", "entry"), [*suite.CASES["core"], *suite.CASES["sparql"]])
def test_queries_give_the_result_of_the_suite(
    path: Path, entry: NamedNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = suite.document(path.as_uri())
    action = manifest.shapes.value(entry, suite.MF + "action")
    wanted = manifest.shapes.value(entry, suite.MF + "result")
    assert action is not None
    assert wanted is not None
    data = manifest.shapes.value(action, suite.SHT + "dataGraph")
    shapes = manifest.shapes.value(action, suite.SHT + "shapesGraph")
    assert data is not None
    assert shapes is not None
    store = DataGraph([quad.triple for quad in suite.document(data.value).quads]).store()
    rules = suite.document(shapes.value).shapes
    if path.stem not in FETCHED:
        monkeypatch.setattr(run, "_by_copy", None)  # nothing may be fetched
    if wanted == NamedNode(suite.SHT + "Failure"):
        with pytest.raises(McaGraphError):
            list(run.results(store.query, store, rules))
        return
    found = list(run.results(store.query, store, rules))
    expected = [suite.row_of(manifest, node) for node in manifest.shapes.values(wanted, SH + "result")]
    has_constraint, has_message = (any(row[column] for row in expected) for column in (6, 7))
    actual = {
        suite.row_of_result(result, has_constraint=has_constraint, has_message=has_message)
        for result in found
    }
    assert actual == {tuple(map(as_held, row)) for row in expected}


# -- the shapes of the project that the tool comes with ----------------------------------------


@pytest.mark.parametrize("path", [*cases.INVALID, *cases.VALID], ids=cases.case_id)
def test_queries_find_each_planted_defect_and_nothing_else(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "_by_copy", None)  # nothing may be fetched
    data = [*cases.common(), *cases.triples(path)]
    store = DataGraph(data).store()
    found = {
        fast.finding_of(result, cases.shapes(), "en")
        for result in run.results(store.query, store, cases.shapes())
    }
    wanted = cases.findings(data, "fast")

    def told(findings: set[Finding]) -> set[tuple[str | None, ...]]:
        return {
            (one.code, one.focus, one.path, as_held(one.value), one.component, one.severity)
            for one in findings
        }

    assert told(found) == told(wanted)
