"""The names of all things of a store, in a table beside it.

An answer of thousands of things wants the name of each. The engine finds one by reading what else is said of
the thing, from a place of its own on the disk; here names stand together and in order.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from mca_graph.namespaces import LABEL_PROPERTIES, RDF, XSD
from mca_graph.store import Store

_NUMBERS = {NamedNode(iri): number for number, iri in enumerate(LABEL_PROPERTIES)}
_TEXTS = frozenset((XSD + "string", RDF + "langString"))
_SCHEMA = """
CREATE TEMP TABLE said (thing TEXT, property INTEGER, value TEXT, language TEXT);
CREATE TEMP TABLE odd (thing TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE name (thing TEXT, property INTEGER, value TEXT, language TEXT,
    PRIMARY KEY (thing, property, language, value)) WITHOUT ROWID;
"""
_IN_ORDER = """
INSERT INTO name SELECT thing, property, value, language FROM said
    WHERE thing NOT IN (SELECT thing FROM odd) ORDER BY thing, property, language, value;
"""
Row = tuple[int, str, str]


class NameTable:
    """Names by thing; a thing that it does not know may still have one.

    Args:
        path: the file.

    Raises:
        sqlite3.Error: it is no such table.
    """

    def __init__(self, path: Path) -> None:
        uri = (
            f"{path.absolute().as_uri()}?mode=ro&immutable=1"  # it is never written again: no lock is needed
        )
        self._connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
        self._last: tuple[NamedNode | None, list[Row]] = (None, [])
        self._rows("")  # a file that is no table is found out here

    @classmethod
    def beside(cls, path: Path, state: int) -> NameTable | None:
        """The table in a file; None where it cannot be read, or is of another state of the store."""
        try:
            found = cls(path)
            return found if found.state == state else None
        except sqlite3.Error:
            return None

    @property
    def state(self) -> int:
        """The state of the store that it was written for."""
        return int(self._connection.execute("PRAGMA user_version").fetchone()[0])

    def names(self, thing: NamedNode, property_: NamedNode) -> list[Literal] | None:
        """The values of a property that names a thing; None where the store is to be asked."""
        wanted = _NUMBERS.get(property_)
        if wanted is None:
            return None
        last, rows = self._last
        if thing != last:
            try:
                rows = self._rows(thing.value)
            except sqlite3.Error:
                return None
            self._last = thing, rows
        if not rows:
            return None
        return [
            Literal(value, language=language or None) for found, value, language in rows if found == wanted
        ]

    def _rows(self, iri: str) -> list[Row]:
        query = "SELECT property, value, language FROM name WHERE thing = ?"
        return self._connection.execute(query, (iri,)).fetchall()


def write_name_table(store: Store, path: Path, state: int) -> None:
    """Write the table of a store.

    Args:
        store: the store.
        path: the file.
        state: of the store; the table is not used with another.

    Raises:
        sqlite3.Error: it cannot be written.
    """
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        # Nobody reads it before it is whole, and what a killed process leaves is thrown away.
        for setting in ("journal_mode = OFF", "synchronous = OFF"):
            connection.execute(f"PRAGMA {setting}")
        connection.executescript(_SCHEMA)
        connection.execute("BEGIN")
        for property_, number in _NUMBERS.items():
            _gather(store, connection, number, property_)
        connection.execute(_IN_ORDER)
        connection.execute(f"PRAGMA user_version = {state}")
        connection.execute("COMMIT")
    finally:
        connection.close()


def follow_name_table(
    store: Store, old: Path, old_state: int, path: Path, state: int, things: Iterable[NamedNode]
) -> None:
    """Write the table of a store from that of another, which differs in what some things are called.

    Args:
        store: the store.
        old: the table of the other; where it is not that, nothing is written.
        old_state: of the other.
        path: the file.
        state: of the store.
        things: which they are.

    Raises:
        OSError, sqlite3.Error: it cannot be written.
    """
    if NameTable.beside(old, old_state) is None:
        return
    shutil.copyfile(old, path)
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        for setting in ("journal_mode = OFF", "synchronous = OFF"):
            connection.execute(f"PRAGMA {setting}")
        connection.execute("BEGIN")
        for thing in things:
            connection.execute("DELETE FROM name WHERE thing = ?", (thing.value,))
            connection.executemany("INSERT INTO name VALUES (?, ?, ?, ?)", _names_of(store, thing))
        connection.execute(f"PRAGMA user_version = {state}")
        connection.execute("COMMIT")
    finally:
        connection.close()


def _names_of(store: Store, thing: NamedNode) -> list[tuple[str, int, str, str]]:
    """The rows of a thing; none where something else than a text is said in place of its name."""
    rows = []
    for property_, number in _NUMBERS.items():
        for _thing, _property, value in store.match(thing, property_):
            if not isinstance(value, Literal) or not _is_plain(value):
                return []
            rows.append((thing.value, number, value.value, value.language or ""))
    return rows


def _gather(store: Store, connection: sqlite3.Connection, number: int, property_: NamedNode) -> None:
    """Note what a property says; things that it says something else of than a text are left to the store."""

    def rows() -> Iterator[tuple[str, int, str, str]]:
        for thing, _property, value in store.match(None, property_):
            if not isinstance(thing, NamedNode):
                continue
            if isinstance(value, Literal) and _is_plain(value):
                yield thing.value, number, value.value, value.language or ""
            else:
                connection.execute("INSERT OR IGNORE INTO odd VALUES (?)", (thing.value,))

    connection.executemany("INSERT INTO said VALUES (?, ?, ?, ?)", rows())


def _is_plain(value: Literal) -> bool:
    """True for a text that a value and a language make whole."""
    return value.datatype.value in _TEXTS
