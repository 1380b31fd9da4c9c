"""The tables as one SQLite file, for Datasette and for whoever asks in SQL.

A cell that may hold several values is a JSON array, which Datasette can count by. Every statement with
its graph stands in the view ``statements`` besides.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode

from mca_graph.namespaces import XSD
from mca_graph.project import Project
from mca_graph.publishing.machines.columns import Column
from mca_graph.publishing.machines.graphs import Graphs
from mca_graph.publishing.machines.tables import ID, Table
from mca_graph.publishing.site.snapshot import Snapshot
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

_MOST_VALUES = 256
_JSON = json.JSONEncoder(ensure_ascii=False)
_REALS = frozenset(XSD + name for name in ("decimal", "double", "float"))
_INTEGERS = frozenset(
    XSD + name for name in ("integer", "nonNegativeInteger", "positiveInteger", "int", "long")
)


class Database:
    """A file of SQLite that is being written; the same tables and graphs always give the same bytes.

    Args:
        path: the file.
        old: one that was written before, which tables may be copied from.
    """

    def __init__(self, path: Path, old: Path | None = None) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None, uri=True)
        # Until it is whole nobody reads the file, and what a killed run leaves is thrown away.
        for setting in ("page_size = 4096", "journal_mode = OFF", "synchronous = OFF"):
            self._connection.execute(f"PRAGMA {setting}")
        self._connection.executescript(_SCHEMA)
        if old is not None:
            self._connection.execute("ATTACH ? AS old", (f"{old.resolve().as_uri()}?mode=ro&immutable=1",))
        self._connection.execute("BEGIN")

    def add_table(self, table: Table) -> None:
        """Write a table."""
        self._create(table)
        cells = (cell for row in table.rows for cell in map(_cell, table.columns, row))
        _insert(self._connection, _quoted(_table_name(table)), len(table.columns), cells)

    def copy_table(self, table: Table) -> None:
        """Write a table with the rows that it had."""
        self._create(table)
        name = _quoted(_table_name(table))
        self._connection.execute(f"INSERT INTO main.{name} SELECT * FROM old.{name} ORDER BY rowid")

    def _create(self, table: Table) -> None:
        columns = ", ".join(_declared(column) for column in table.columns)
        self._connection.execute(f"CREATE TABLE main.{_quoted(_table_name(table))} ({columns})")

    def add_statements(self, snapshot: Snapshot, graphs: Graphs) -> None:
        """Write all statements, with the texts and addresses that they lead to."""
        _Statements(self._connection, snapshot).write(graphs)

    def close(self) -> None:
        """Make the file whole."""
        self._connection.execute("COMMIT")
        self._connection.close()


class _Statements:
    """Writes the statements of all graphs.

    A term stands in the file once, and statements lead to it by number: with the texts themselves the
    file would be five times as large. The view has the texts. The order is that of the files, which costs no
    sorting and keeps together what is said of a thing.

    Args:
        connection: to the database.
        snapshot: knows the terms.
    """

    def __init__(self, connection: sqlite3.Connection, snapshot: Snapshot) -> None:
        self._connection, self._snapshot = connection, snapshot
        self._others: dict[int | str, int] = {}

    def write(self, graphs: Graphs) -> None:
        """Write them, and make them quick to find."""
        _insert(self._connection, "statement", 4, chain.from_iterable(self._statements(graphs)))
        _insert(self._connection, "term", 4, chain.from_iterable(self._terms()))
        # Not by property: most have many statements, and SQLite would choose it where there is a better one.
        for column in ("subject", "value"):
            self._connection.execute(f"CREATE INDEX statement_{column} ON statement ({column})")
        self._connection.execute("CREATE INDEX term_value ON term (value)")

    def _statements(self, graphs: Graphs) -> Iterator[list[int]]:
        """For each thing the values of its rows, one after the other."""
        row = self._row_of
        for name in graphs.names:
            graph = row(name)
            for subject, pairs in graphs.plain(name):  # their numbers are those of the rows
                yield [number for pair in pairs for number in (graph, subject, *pair)]
            for one, pairs in graphs.mixed(name).items():
                subject = row(one)
                yield [number for pair in pairs for number in (graph, subject, pair[0], row(pair[1]))]

    def _row_of(self, term: int | str) -> int:
        """The row of a term, or of the name of a graph.

        Those from the files have their number: numbers that came later hang on what else was asked.
        """
        if isinstance(term, int) and term < self._snapshot.read:
            return term
        return self._others.setdefault(term, self._snapshot.read + len(self._others))

    def _terms(self) -> Iterator[tuple[int, str, str | None, str | None]]:
        terms = self._snapshot.terms
        for number, term in enumerate(islice(terms, self._snapshot.read)):
            if not isinstance(term, BlankNode):  # the parser's names for these are others each time
                yield number, *_term(term)
        for one, row in self._others.items():
            yield row, *(_term(terms[one]) if isinstance(one, int) else (one, None, None))


def _insert(connection: sqlite3.Connection, table: str, columns: int, values: Iterable[object]) -> None:
    """Insert rows, many at once: that takes half of the time.

    Args:
        connection: to the database.
        table: its name, quoted where it needs it.
        columns: how many it has.
        values: those of all rows, one after the other.
    """
    most = max(1, _MOST_VALUES // columns)
    waiting = iter(values)
    rest: tuple[object, ...] = ()

    def full() -> Iterator[tuple[object, ...]]:
        nonlocal rest
        while len(rest := tuple(islice(waiting, most * columns))) == most * columns:
            yield rest

    row = f"({', '.join('?' * columns)})"
    connection.executemany(f"INSERT INTO {table} VALUES {', '.join([row] * most)}", full())
    if rest:
        connection.execute(f"INSERT INTO {table} VALUES {', '.join([row] * (len(rest) // columns))}", rest)


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
    return f"[{', '.join(map(_JSON.encode, values))}]" if column.many else values[0]


def _term(term: Term) -> tuple[str, str | None, str | None]:
    if isinstance(term, Literal):
        return term.value, term.datatype.value, term.language
    return term.value if isinstance(term, NamedNode) else str(term), None, None


def _quoted(name: str) -> str:
    escaped = name.replace('"', '""')
    return f'"{escaped}"'
