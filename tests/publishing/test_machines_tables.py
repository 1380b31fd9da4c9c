"""Tables, the database and the grants: what they hold, and that they lead back to the graph."""

from __future__ import annotations

import csv
import json
import sqlite3
from pathlib import Path

import jsonschema
import rdflib
from machines_support import BASE, VENDORED
from referencing import Registry
from referencing.jsonschema import DRAFT202012
from test_machines_rdf import in_store, values

from mca_graph.contributions.kinds import Kinds
from mca_graph.graph.index import open_graph
from mca_graph.project import Project
from mca_graph.publishing.site.snapshot import Snapshot
from mca_graph.queries.results.formulas import unguarded

pytest_plugins = ["machines_fixtures"]

ALDER, BIRCH = f"{BASE}id/river/alder", f"{BASE}id/river/birch"


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_row_for_each_thing_with_the_columns_of_the_shapes(river_site: Path) -> None:
    rows = rows_of(river_site / "data/tables/river.csv")
    assert list(rows[0])[:4] == ["id", "type", "name", "length"]
    assert [(row["name"], row["length"], row["habitat (name)"]) for row in rows] == [
        ("Alder", "12.5", "Reed bed"),
        ("Birch Brook", "3.0", "Gravel"),
        ("Cedar", "40.0", "Wetland"),
    ]


def test_texts_cannot_be_formulas_and_values_stay_apart(river_site: Path) -> None:
    (alder, *_others) = rows_of(river_site / "data/tables/river.csv")
    assert alder["alt label (en)"] == "'=1+1 | a; b"
    assert alder["alt label (de)"] == "Erle"


def from_csvw(folder: Path) -> rdflib.Graph:
    """The statements that the tables mean (Generating RDF from Tabular Data on the Web, minimal mode)."""
    found = rdflib.Graph()
    (table,) = json.loads((folder / "csv-metadata.json").read_text())["tables"]
    for row in rows_of(folder / table["url"]):
        cells = {
            column["name"]: row.get(column.get("titles"), "") for column in table["tableSchema"]["columns"]
        }
        for column in table["tableSchema"]["columns"]:
            text = unguarded(cells[column["name"]])
            if column.get("suppressOutput") or not text:
                continue
            for value in text.split(column["separator"]) if "separator" in column else [text]:
                found.add(
                    (rdflib.URIRef(row["id"]), rdflib.URIRef(column["propertyUrl"]), term(column, value))
                )
    return found


def term(column: dict[str, str], value: str) -> rdflib.term.Node:
    if column["datatype"] == "anyURI":
        return rdflib.URIRef(value)
    datatype = None if column["datatype"] == "string" else rdflib.XSD[column["datatype"]]
    return rdflib.Literal(value, lang=column.get("lang"), datatype=datatype)


def test_the_metadata_lead_from_the_tables_back_to_the_graph(river_site: Path, river_project: Path) -> None:
    from pyoxigraph import DefaultGraph

    graph = in_store(river_project, DefaultGraph())
    rivers = {triple for triple in values(graph) if triple[0].startswith(f"{BASE}id/river/")}
    assert values(from_csvw(river_site / "data/tables")) == rivers


def test_the_database_answers_in_sql(river_site: Path) -> None:
    connection = sqlite3.connect(f"file:{river_site / 'data/rivers.db'}?mode=ro", uri=True)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    longest = "SELECT name, length FROM river ORDER BY length DESC LIMIT 1"
    assert connection.execute(longest).fetchone() == ("Cedar", 40.0)
    others = connection.execute("SELECT alt_label_en FROM river WHERE id = ?", (ALDER,)).fetchone()[0]
    assert json.loads(others) == ["=1+1", "a; b"]
    counted = "SELECT COUNT(*) FROM statements WHERE graph LIKE '%/current'"
    assert connection.execute(counted).fetchone() == (48,)


def test_the_names_that_datasette_is_given_are_those_of_the_database(river_site: Path) -> None:
    connection = sqlite3.connect(f"file:{river_site / 'data/rivers.db'}?mode=ro", uri=True)
    tables = json.loads((river_site / "data/datasette.json").read_text())["databases"]["rivers"]["tables"]
    assert list(tables) == ["river"]
    for name, entry in tables.items():
        columns = {row[1] for row in connection.execute(f"PRAGMA table_info({name})")}
        assert entry["columns"].keys() <= columns


def test_the_grants_follow_the_standard(river_site: Path) -> None:
    package, grant = (
        json.loads((VENDORED / "360giving" / f"360-giving-{name}schema.json").read_text())
        for name in ("package-", "")
    )
    reference = package["properties"]["grants"]["items"]["$ref"]
    registry: Registry[object] = Registry().with_resource(reference, DRAFT202012.create_resource(grant))
    found = json.loads((river_site / "data/rivers-360giving.json").read_text())
    formats = jsonschema.FormatChecker(formats=())
    formats.checks("date-time")(lambda text: "T" in text)
    validator = jsonschema.Draft202012Validator(package, registry=registry, format_checker=formats)
    assert [error.message for error in validator.iter_errors(found)] == []
    assert [entry["id"] for entry in found["grants"]] == ["360G-vale-1"]
    del found["grants"][0]["awardDate"]
    assert not validator.is_valid(found)


def test_the_columns_are_those_that_the_store_tells(mca: Project) -> None:
    asked = Kinds(mca, open_graph(mca))
    at_hand = Kinds(mca, open_graph(mca), Snapshot(mca).used_by)
    assert len(asked.names) > 20
    assert [asked.find(name) for name in asked.names] == [at_hand.find(name) for name in asked.names]
