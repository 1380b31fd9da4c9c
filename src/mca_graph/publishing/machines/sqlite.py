"""The tables as one SQLite file, for Datasette and for whoever asks in SQL.

A cell that may hold several values is a JSON array, which Datasette can count by. Every statement with
its graph stands in the table ``statements`` besides.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad

from mca_graph.namespaces import XSD
from mca_graph.project import Project
from mca_graph.publishing.machines.columns import Column
from mca_graph.publishing.machines.tables import ID, Table

STATEMENTS = "statements"

_REALS = frozenset(XSD + name for name in ("decimal", "double", "float"))
_INTEGERS = frozenset(
    XSD + name for name in ("integer", "nonNegativeInteger", "positiveInteger", "int", "long")
)


def database(tables: list[Table], quads: Iterable[Quad]) -> bytes:
    """The bytes of the file; the same tables and statements always give the same.

    Args:
        tables: one for each class.
        quads: all statements, in order.
    """
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        connection.execute("PRAGMA page_size = 4096")
        connection.execute("BEGIN")
        for table in tables:
            _write(connection, table)
        connection.execute(
            f"CREATE TABLE {STATEMENTS} (graph TEXT, subject TEXT, property TEXT, value TEXT,"
            " datatype TEXT, language TEXT)"
        )
        connection.executemany(f"INSERT INTO {STATEMENTS} VALUES (?, ?, ?, ?, ?, ?)", map(_statement, quads))
        for column in ("subject", "property", "value"):
            connection.execute(f"CREATE INDEX {STATEMENTS}_{column} ON {STATEMENTS} ({column})")
        connection.execute("COMMIT")
        connection.execute("VACUUM")
        return connection.serialize()
    finally:
        connection.close()


def datasette_metadata(project: Project, name: str, tables: list[Table]) -> bytes:
    """What Datasette shows beside the tables: ``datasette NAME.db --metadata datasette.json``."""
    described: dict[str, Any] = {
        "title": project.title,
        "source": project.title,
        "source_url": project.base,
        "databases": {
            name: {
                "tables": {
                    _table_name(table): {
                        "title": table.title,
                        "columns": {
                            column.name: column.description for column in table.columns if column.description
                        },
                    }
                    for table in tables
                }
            }
        },
    }
    if project.licence:
        described["license_url"] = project.licence
    return json.dumps(described, indent=2, ensure_ascii=False).encode() + b"\n"


def _write(connection: sqlite3.Connection, table: Table) -> None:
    columns = ", ".join(_declared(column) for column in table.columns)
    connection.execute(f"CREATE TABLE {_quoted(_table_name(table))} ({columns})")
    marks = ", ".join("?" * len(table.columns))
    connection.executemany(
        f"INSERT INTO {_quoted(_table_name(table))} VALUES ({marks})",
        ([_cell(*pair) for pair in zip(table.columns, row, strict=True)] for row in table.rows),
    )


def _table_name(table: Table) -> str:
    name = table.name.replace("-", "_")
    return f"{name}_" if name == STATEMENTS else name


def _declared(column: Column) -> str:
    kind = "TEXT"
    if not column.many:
        kind = "REAL" if column.datatype in _REALS else "INTEGER" if column.datatype in _INTEGERS else "TEXT"
    text = f"{_quoted(column.name)} {kind}"
    if column.name == ID:
        return f"{text} PRIMARY KEY"
    return f"{text} REFERENCES {_quoted(column.target.replace('-', '_'))} ({ID})" if column.target else text


def _cell(column: Column, values: list[str]) -> str | None:
    if not values:
        return None
    return json.dumps(values, ensure_ascii=False) if column.many else values[0]


def _statement(quad: Quad) -> tuple[str | None, ...]:
    value, graph = quad.object, quad.graph_name
    head = (graph.value if isinstance(graph, NamedNode) else None, _name(quad.subject), quad.predicate.value)
    if isinstance(value, Literal):
        return (*head, value.value, value.datatype.value, value.language)
    return (*head, _name(value), None, None)


def _name(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else str(term)


def _quoted(name: str) -> str:
    escaped = name.replace('"', '""')
    return f'"{escaped}"'
