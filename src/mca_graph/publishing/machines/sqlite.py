"""The tables as one SQLite file, for Datasette and for whoever asks in SQL.

A cell that may hold several values is a JSON array, which Datasette can count by. Every statement with
its graph stands in the view ``statements`` besides.
"""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode

from mca_graph.namespaces import XSD
from mca_graph.project import Project
from mca_graph.publishing.machines.columns import Column
from mca_graph.publishing.machines.spelling import Group
from mca_graph.publishing.machines.tables import ID, Table
from mca_graph.store import Term

_TAKEN = frozenset(("statement", "statements", "term"))
_SCHEMA = """
CREATE TABLE term (id INTEGER PRIMARY KEY, value TEXT, datatype TEXT, language TEXT);
CREATE TABLE statement (graph INTEGER REFERENCES term (id), subject INTEGER REFERENCES term (id),
    property INTEGER REFERENCES term (id), value INTEGER REFERENCES term (id));
CREATE VIEW statements AS
    SELECT g.value AS graph, s.value AS subject, p.value AS property, v.value AS value, v.datatype, v.language
    FROM statement JOIN term AS g ON g.id = graph JOIN term AS s ON s.id = subject
    JOIN term AS p ON p.id = property JOIN term AS v ON v.id = statement.value;
"""

_REALS = frozenset(XSD + name for name in ("decimal", "double", "float"))
_INTEGERS = frozenset(
    XSD + name for name in ("integer", "nonNegativeInteger", "positiveInteger", "int", "long")
)


class Database:
    """A file of SQLite that is being written; the same tables and graphs always give the same bytes.

    Args:
        path: the file.
    """

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        # Until it is whole nobody reads the file, and what a killed run leaves is thrown away.
        for setting in ("page_size = 4096", "journal_mode = OFF", "synchronous = OFF"):
            self._connection.execute(f"PRAGMA {setting}")
        self._connection.executescript(_SCHEMA)
        self._connection.execute("BEGIN")

    def add_table(self, table: Table) -> None:
        """Write a table."""
        columns = ", ".join(_declared(column) for column in table.columns)
        self._connection.execute(f"CREATE TABLE {_quoted(_table_name(table))} ({columns})")
        marks = ", ".join("?" * len(table.columns))
        self._connection.executemany(
            f"INSERT INTO {_quoted(_table_name(table))} VALUES ({marks})",
            ([_cell(*pair) for pair in zip(table.columns, row, strict=True)] for row in table.rows),
        )

    def statements(self, terms: Sequence[Term]) -> StatementTable:
        """The table of all statements."""
        return StatementTable(self._connection, terms)

    def close(self) -> None:
        """Make the file whole."""
        self._connection.execute("COMMIT")
        self._connection.close()


class StatementTable:
    """Takes the statements of all graphs.

    A term stands in the file once, and statements lead to it by number: with the texts themselves the
    file would be five times as large. The view has the texts.

    Args:
        connection: to the database.
        terms: the terms by number.
    """

    def __init__(self, connection: sqlite3.Connection, terms: Sequence[Term]) -> None:
        self._connection, self._terms = connection, terms
        self._rows = array("I")
        self._last = 0

    def begin(self, graph: str) -> None:
        """What follows is of this graph."""
        self._graph = self._new_row((graph, None, None))

    def add(self, groups: Sequence[Group]) -> None:
        """Take some of its statements."""
        self._rows.extend(bytes(len(self._terms) - len(self._rows)))  # terms may have come meanwhile
        row = self._row_of
        self._connection.executemany(
            "INSERT INTO statement VALUES (?, ?, ?, ?)",
            [
                (self._graph, row(subject), row(property_), row(value))
                for subject, pairs in groups
                if isinstance(subject, int)
                for property_, value in pairs
            ],
        )

    def end(self) -> None:
        """That was all of the graph."""

    def index(self) -> None:
        """Make the statements quick to find."""
        for column in ("subject", "property", "value"):
            self._connection.execute(f"CREATE INDEX statement_{column} ON statement ({column})")
        self._connection.execute("CREATE INDEX term_value ON term (value)")

    def _row_of(self, number: int) -> int:
        """The row of a term; the numbers of the snapshot hang on what else was asked of it."""
        if self._rows[number] == 0:
            self._rows[number] = self._new_row(_term(self._terms[number]))
        return self._rows[number]

    def _new_row(self, term: tuple[str, str | None, str | None]) -> int:
        self._last += 1
        self._connection.execute("INSERT INTO term VALUES (?, ?, ?, ?)", (self._last, *term))
        return self._last


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


def _table_name(table: Table) -> str:
    name = table.name.replace("-", "_")
    return f"{name}_" if name in _TAKEN else name


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


def _term(term: Term) -> tuple[str, str | None, str | None]:
    if isinstance(term, Literal):
        return term.value, term.datatype.value, term.language
    return term.value if isinstance(term, NamedNode) else str(term), None, None


def _quoted(name: str) -> str:
    escaped = name.replace('"', '""')
    return f'"{escaped}"'
