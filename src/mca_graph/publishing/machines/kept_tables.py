"""Tables that no change touches: what is known of them from the last run.

A table hangs on what is said of its rows, on which things these are, on what people call the things that the
rows lead to, and on which table has a row for each of these. All else that it is made from is the same, or
it is not known how the graph has changed.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from pyoxigraph import DefaultGraph

from mca_graph.contributions.kinds import Kind
from mca_graph.namespaces import LABEL_PROPERTIES
from mca_graph.publishing.machines.columns import Column
from mca_graph.publishing.machines.distributions import Distribution, Downloads
from mca_graph.publishing.machines.tables import Table, target_of
from mca_graph.publishing.site.context import Site

_RECORD = "tables"


@dataclass(slots=True)
class _Entry:
    """What is known of a table.

    Attributes:
        kind: a fingerprint of what the shapes say of it.
        members: a fingerprint of which things its rows are.
        print: the fingerprint of its file.
        size: of its file.
        sha256: of its file.
        columns: its columns.
    """

    kind: str
    members: str
    print: str
    size: int
    sha256: str
    columns: list[dict[str, Any]]


@dataclass(slots=True)
class _Record:
    """What is known of the tables of a run: by name, and the fingerprint of the database."""

    made_with: str = ""
    database: str = ""
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)


class KeptTables:
    """Finds the tables that are as they were, and notes what they are for the next run.

    Args:
        site: the site.
        chosen: what has a table, with its members.
        database: path of the database, from the root of the site.
    """

    def __init__(self, site: Site, chosen: Sequence[tuple[Kind, Sequence[int]]], database: str) -> None:
        self._site, self._chosen, self._database = site, chosen, database
        self._members = {kind.name: self._print(members) for kind, members in chosen}
        self._old = self._read()
        self._new = _Record(sqlite3.sqlite_version)
        self._touched = frozenset(self._find_touched())
        # In the same order, as the first that has a row for each value is what a column leads to.
        self._same_rows = list(self._members.items()) == [
            (name, entry.members) for name, entry in self._old.items()
        ]

    @property
    def any(self) -> bool:
        """True where a table may be as it was; its rows are in the old database."""
        return bool(self._old)

    def find(
        self, kind: Kind, members: Sequence[int], file: Distribution, downloads: Downloads
    ) -> Table | None:
        """A table without its rows, where it is as it was and its file is kept.

        Args:
            kind: what it is a table of.
            members: its rows.
            file: where it stands.
            downloads: keeps it.
        """
        entry = self._old.get(kind.name)
        if entry is None or (entry.kind, entry.members) != (_kind_print(kind), self._members[kind.name]):
            return None
        if self._site.writer.left(file.path) != entry.print or not self._touched.isdisjoint(members):
            return None
        table = Table(kind.name, kind.label, kind.class_.value, [Column(**one) for one in entry.columns])
        if not self._same_rows and not self._leads_there(table, members):
            return None
        return table if downloads.keep(replace(file, size=entry.size, sha256=entry.sha256)) else None

    def note(self, kind: Kind, table: Table, file: Distribution) -> None:
        """Note what a table is that was written or kept."""
        self._new.tables[kind.name] = asdict(
            _Entry(
                _kind_print(kind),
                self._members[kind.name],
                self._site.writer.fingerprint(file.path),
                file.size,
                file.sha256,
                [asdict(column) for column in table.columns],
            )
        )

    def write(self) -> None:
        """Keep what was noted, once the database is written."""
        self._new.database = self._site.writer.fingerprint(self._database)
        self._site.kept.write(_RECORD, asdict(self._new))

    def _read(self) -> dict[str, _Entry]:
        """What is known of the tables, where the database is as it was, which has their rows."""
        found = self._site.kept.read(_RECORD)
        if found is None:
            return {}
        try:
            record = _Record(**found)
            tables = {name: _Entry(**entry) for name, entry in record.tables.items()}
        except TypeError:  # of another version
            return {}
        fits = record.made_with == sqlite3.sqlite_version
        return tables if fits and self._site.writer.left(self._database) == record.database else {}

    def _find_touched(self) -> Iterator[int]:
        """What has other values than it had, or leads to something that has another name."""
        changes, snapshot = self._site.changes, self._site.snapshot
        for quad in changes.quads if changes is not None else ():
            number = snapshot.number_of(quad.subject)  # type: ignore[arg-type]
            if number is None:
                continue
            if quad.graph_name == DefaultGraph():
                yield number
            if quad.predicate.value in LABEL_PROPERTIES:
                yield from (subject for _property, subject in snapshot.pointing(number))

    def _leads_there(self, table: Table, members: Sequence[int]) -> bool:
        """True where the columns lead to the same tables as before."""
        snapshot = self._site.snapshot
        for column in table.columns:
            if column.of_things and not column.many and column.property:
                number = snapshot.find(column.property)
                found = {value for member in members for value in snapshot.values(member, number)}
                values = {value for value in found - snapshot.nameless if not snapshot.literal(value)}
                if target_of(values, self._chosen) != column.target:
                    return False
        return True

    def _print(self, members: Sequence[int]) -> str:
        text = "\n".join(map(self._site.snapshot.iri, members))
        return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


def _kind_print(kind: Kind) -> str:
    return hashlib.blake2b(repr(kind).encode(), digest_size=12).hexdigest()
