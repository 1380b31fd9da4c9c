"""The W3C's tests of SHACL, answered by queries over the data alone."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from mca_graph.errors import McaGraphError
from mca_graph.namespaces import SH
from mca_graph.store.embedded import EmbeddedStore
from mca_graph.validation.data import DataGraph
from mca_graph.validation.remote import run

sys.path.insert(0, str(Path(__file__).parents[1] / "validation"))
import test_w3c_shacl as suite  # noqa: E402

FETCHED: set[str] = set()


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
    graph = DataGraph([quad.triple for quad in suite.document(data.value).quads])
    rules = suite.document(shapes.value).shapes
    store = graph.store()
    by_copy = run._by_copy

    def fetched(*args: object) -> object:
        FETCHED.add(path.stem)
        print("FETCHED",path.stem)
        return by_copy(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(run, "_by_copy", fetched)
    if wanted == NamedNode(suite.SHT + "Failure"):
        with pytest.raises(McaGraphError):
            list(run.results(store.query, store, rules))
        return
    found = list(run.results(store.query, store, rules))
    expected = [suite.row_of(manifest, node) for node in manifest.shapes.values(wanted, SH + "result")]
    has_constraint, has_message = (any(row[column] for row in expected) for column in (6, 7))
    actual = [
        suite.row_of_result(result, has_constraint=has_constraint, has_message=has_message)
        for result in found
    ]
    assert Counter(actual) == Counter(expected)
