"""What is written into a table reads back as what it was: all that is known, and whatever else may be."""

from __future__ import annotations

import functools
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Triple
from tables_support import problems

from mca_graph.contributions.fill import Filler
from mca_graph.contributions.kinds import Kind, Kinds
from mca_graph.contributions.reading import read_table
from mca_graph.contributions.template import csv_files, fill, xlsx_bytes
from mca_graph.contributions.values import join_values, split_values
from mca_graph.graph.index import open_graph
from mca_graph.namespaces import RDF, RDFS
from mca_graph.project import Project, load_project
from mca_graph.queries.results.formulas import guarded, looks_like_formula, unguarded
from mca_graph.store.embedded import EmbeddedStore
from shared import RIVERS, ROOT

TYPE = NamedNode(RDF + "type")
WITHOUT_THINGS = {"contribution", "denial", "pin", "query-parameter"}
"""Kinds of which the queried graph holds none: headers, and the catalogue of questions."""


@functools.cache
def opened(root: Path) -> tuple[Project, EmbeddedStore]:
    project = load_project(root)
    return project, open_graph(project)


def kinds_of(root: Path) -> list[str]:
    return Kinds(*opened(root)).names


def stored(triples: set[Triple]) -> set[Triple]:
    """The triples as a store has them: numbers by their values."""
    store = EmbeddedStore.of(Quad(one.subject, one.predicate, one.object) for one in triples)
    return {quad.triple for quad in store.engine}


def covered(store: EmbeddedStore, filler: Filler, kind: Kind) -> set[Triple]:
    """All that the graph says of the things of a kind, save for types where there is no choice of them."""
    things = set(filler.things(kind))
    types = {kind.class_, *kind.subclasses} if kind.subclasses else set()
    backwards = {column.path.property for column in kind.columns if column.path.inverse}
    found = set()
    for quad in store.engine.quads_for_pattern(None, None, None, DefaultGraph()):
        own = quad.subject in things and (quad.predicate != TYPE or quad.object in types)
        if own or (quad.object in things and quad.predicate in backwards):
            found.add(quad.triple)
    return found


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
@pytest.mark.parametrize(
    ("root", "name"), [(root, name) for root in (ROOT, RIVERS) for name in kinds_of(root)]
)
def test_everything_known_of_a_kind_comes_back(root: Path, name: str, suffix: str, tmp_path: Path) -> None:
    project, store = opened(root)
    sheets, filler = fill(project, store, [name], everything=True)
    if name in WITHOUT_THINGS:
        assert sheets[0].rows == []
        return
    assert len(sheets[0].rows) == len(filler.things(sheets[0].kind)) > 0
    path = tmp_path / f"{name}.{suffix}"
    path.write_bytes(
        xlsx_bytes(sheets, project) if suffix == "xlsx" else csv_files(sheets, project, filler, path.name)[0]
    )
    table = read_table(path, project, store)
    assert problems(table) == []
    said = stored({quad.triple for quad in table.statements()})
    assert said == covered(store, filler, sheets[0].kind)


def test_all_kinds_come_back_from_one_workbook(tmp_path: Path) -> None:
    project, store = opened(ROOT)
    names = [name for name in kinds_of(ROOT) if name not in WITHOUT_THINGS]
    sheets, _filler = fill(project, store, names, everything=True)
    path = tmp_path / "all.xlsx"
    path.write_bytes(xlsx_bytes(sheets, project))
    table = read_table(path, project, store)
    assert problems(table) == []
    current = {quad.triple for quad in store.engine.quads_for_pattern(None, None, None, DefaultGraph())}
    assert stored({quad.triple for quad in table.statements()}) <= current


@pytest.mark.parametrize("kind", ["participation", "award", "finding", "person", "organisation", "project"])
def test_a_row_without_its_id_is_still_about_the_same_thing(kind: str, tmp_path: Path) -> None:
    project, store = opened(ROOT)
    sheets, filler = fill(project, store, [kind], everything=True)
    things = filler.things(sheets[0].kind)
    for row in sheets[0].rows:
        row[0] = ""
    path = tmp_path / f"{kind}.csv"
    path.write_bytes(csv_files(sheets, project, filler, path.name)[0])
    table = read_table(path, project, store)
    assert problems(table) == []
    assert {quad.subject for quad in table.statements() if quad.subject in set(things)} == set(things)


TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\\;'=+-@,\"")
)
CLEAN = TEXT.map(str.strip).filter(bool).filter(lambda text: not text.startswith("#"))


@given(st.lists(CLEAN.filter(lambda text: text == text.strip())))
@example(["a\\", "b"])
@example(["a\\\n;", ";", "\\n"])
def test_values_in_a_cell_come_apart_as_they_were(texts: list[str]) -> None:
    parts = [part.strip() for part in split_values(join_values(texts))]
    assert [part for part in parts if part] == texts


@given(TEXT | st.from_regex(r"'*[=+\-@\t\r].*"))
def test_guarded_text_is_harmless_and_comes_back(text: str) -> None:
    written = guarded(text)
    assert unguarded(written) == text
    assert not looks_like_formula(written) or written.startswith("'")


DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**15), max_value=10**15)


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=CLEAN, other=CLEAN, length=DECIMALS | st.none())
@example(name="=cmd|' /C calc'!A0", other="'@x; y\\", length=None)
@example(name="_x000D_", other="a\u2028b", length=None)
def test_any_name_and_any_number_come_back(
    suffix: str, name: str, other: str, length: object, tmp_path: Path
) -> None:
    project, base = opened(RIVERS)
    river = NamedNode("https://rivers.example/id/river/oak")
    length_of = NamedNode("https://rivers.example/ontology#length")
    decimal = NamedNode("http://www.w3.org/2001/XMLSchema#decimal")
    said = {
        Triple(river, TYPE, NamedNode("https://rivers.example/ontology#River")),
        Triple(river, NamedNode(RDFS + "label"), Literal(name, language="en")),
        Triple(river, NamedNode(RDFS + "label"), Literal(other, language="cy")),
    }
    if length is not None:
        said.add(Triple(river, length_of, Literal(format(length, "f"), datatype=decimal)))
    store = EmbeddedStore.of(base.engine)
    store.engine.extend(Quad(one.subject, one.predicate, one.object) for one in said)
    filler = Filler(project, store)
    sheets = [filler.sheet(filler.kinds.find("river"), [river])]
    path = tmp_path / f"river.{suffix}"
    path.write_bytes(
        xlsx_bytes(sheets, project) if suffix == "xlsx" else csv_files(sheets, project, filler, path.name)[0]
    )
    table = read_table(path, project, store)
    assert problems(table) == []
    assert stored({quad.triple for quad in table.statements()}) == stored(said)
