"""Everything that can be downloaded: the dumps, the tables, the database and the grants."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from mca_graph.contributions.kinds import Kind
from mca_graph.graph.lineage import graph_at
from mca_graph.machine import collector_at_rest
from mca_graph.project import Project
from mca_graph.publishing.grants import QUERY as GRANTS
from mca_graph.publishing.grants import write_grants
from mca_graph.publishing.machines.csvw import METADATA, csv_bytes, metadata
from mca_graph.publishing.machines.distributions import Distribution, Downloads
from mca_graph.publishing.machines.dumps import FOLDER, stem, write_dumps
from mca_graph.publishing.machines.graphs import Graphs
from mca_graph.publishing.machines.kept_tables import KeptTables
from mca_graph.publishing.machines.resource_data import ResourceData
from mca_graph.publishing.machines.sqlite import Database, datasette_metadata
from mca_graph.publishing.machines.tables import Table, table_of
from mca_graph.publishing.site.context import Site
from mca_graph.publishing.site.kept import Past
from mca_graph.queries.catalogue import catalogue
from mca_graph.queries.reads import note_on
from mca_graph.store.embedded import EmbeddedStore

TABLES = f"{FOLDER}tables/"

_Chosen = tuple[Kind, Sequence[int]]

_PIECE = 1 << 20
_CSVW = ("https://www.w3.org/TR/tabular-data-model/",)
_GRANTS_STANDARD = ("https://standard.threesixtygiving.org/",)


@collector_at_rest()
def write_dump_files(site: Site, data: ResourceData) -> list[Distribution]:
    """Write the dumps, without asking the store; returns what each file is.

    Args:
        site: the site.
        data: writes statements.
    """
    downloads = Downloads(site.writer)
    write_dumps(site, data, Graphs(site.project, site.snapshot, data.spelling), downloads)
    return downloads.files


@collector_at_rest()
def write_tables(site: Site, data: ResourceData, kinds: Sequence[_Chosen]) -> list[Distribution]:
    """Write the tables and the database, without asking the store; returns what each file is.

    Args:
        site: the site.
        data: writes statements.
        kinds: what has a table, with its members.
    """
    downloads = Downloads(site.writer)
    place = f"{FOLDER}{stem(site)}.db"
    with TemporaryDirectory(prefix="mca-graph-") as folder:
        path = Path(folder) / "graph.db"
        graphs = Graphs(site.project, site.snapshot, data.spelling)
        kept = KeptTables(site, kinds, place)
        database = Database(path, site.writer.out / place if kept.any else None)
        database.add_statements(site.snapshot, graphs)
        made = [_write_table(site, kind, kinds, kept, database, downloads) for kind in kinds]
        database.close()
        if made:
            _write_metadata(site, made, downloads)
        _write_database(site, path, place, made, downloads)
    kept.write()
    return downloads.files


def _write_table(
    site: Site,
    one: _Chosen,
    kinds: Sequence[_Chosen],
    kept: KeptTables,
    database: Database,
    downloads: Downloads,
) -> Table:
    """Write a table, or keep it; returns it without its rows."""
    kind, members = one
    file = Distribution(
        f"{TABLES}{kind.name}.csv",
        f"{site.project.title}: {kind.label} (CSV)",
        f"The table of the class {kind.label}, a row for each of {len(members)}.",
        "text/csv",
        conforms_to=_CSVW,
    )
    table = kept.find(kind, members, file, downloads)
    if table is not None:
        database.copy_table(table)
    else:
        table = table_of(kind, members, site.snapshot, kinds)
        with downloads.open(file) as out:
            for piece in csv_bytes(table):
                out.write(piece)
        database.add_table(table)
        table.rows.clear()
    kept.note(kind, table, downloads.found(file.path))
    return table


def _write_metadata(site: Site, made: list[Table], downloads: Downloads) -> None:
    file = Distribution(
        f"{TABLES}{METADATA}",
        f"{site.project.title}: what the columns mean",
        "The metadata of the tables, as CSV on the Web.",
        "application/csvm+json",
        conforms_to=_CSVW,
    )
    downloads.add(file, metadata(site.project, made))


def _write_database(site: Site, path: Path, place: str, made: list[Table], downloads: Downloads) -> None:
    file = Distribution(
        place,
        f"{site.project.title} (SQLite)",
        "The tables and every statement as one SQLite file, which Datasette shows.",
        "application/vnd.sqlite3",
        conforms_to=("https://www.sqlite.org/fileformat.html",),
    )
    with downloads.open(file) as out, path.open("rb") as source:
        shutil.copyfileobj(source, out, _PIECE)
    about = Distribution(
        f"{FOLDER}datasette.json",
        f"{site.project.title}: metadata for Datasette",
        "What Datasette shows beside the tables of the SQLite file.",
        "application/json",
    )
    downloads.add(about, datasette_metadata(site.project, stem(site), made))


class Grants(NamedTuple):
    """The grants of a project.

    Attributes:
        content: the file.
        number: how many stand in it.
        warnings: what is to be told of the others.
    """

    content: bytes
    number: int
    warnings: Sequence[str]


def wants_grants(past: Past) -> bool:
    """True where the grants are to be found anew; they may have to be where this is false, too."""
    note = past.kept.read(GRANTS)
    return note is None or past.may_change(note["reads"])


def grants_in(project: Project, state: str) -> Grants | None:
    """The grants in a state of a project's graph; None where that is not there, or there is no such query."""
    store = graph_at(project, state)
    return _found_grants(project, store) if store is not None and GRANTS in catalogue(project) else None


def _found_grants(project: Project, store: EmbeddedStore) -> Grants:
    warnings, out = list[str](), io.BytesIO()
    write_grants(project, store, out, warnings.append)
    return Grants(out.getvalue(), len(json.loads(out.getvalue())["grants"]), warnings)


def write_grants_file(site: Site, early: Callable[[], Grants | None] | None) -> list[Distribution]:
    """Write the grants, where the project has any that are complete: the standard wants one at least.

    Args:
        site: the site.
        early: gives them where somebody has been looking for them already.
    """
    if GRANTS not in site.queries:
        return []
    path, note = f"{FOLDER}{stem(site)}-360giving.json", site.kept.read(GRANTS)
    if note is not None and site.leaves(note["reads"]):
        content = (site.writer.out / path).read_bytes() if note["count"] else b""
        grants = Grants(content, note["count"], note["warnings"])
    else:
        grants = (early() if early is not None else None) or _found_grants(site.project, site.store)
        note = {"reads": note_on(site.queries[GRANTS].text)}
    for text in grants.warnings:
        site.warn(text)
    site.kept.write(GRANTS, {**note, "count": grants.number, "warnings": grants.warnings})
    downloads = Downloads(site.writer)
    if grants.number:
        file = Distribution(
            path,
            f"{site.project.title} (360Giving)",
            f"The {grants.number} grants that have every field that the 360Giving Data Standard requires.",
            "application/json",
            conforms_to=_GRANTS_STANDARD,
        )
        downloads.add(file, grants.content)
    return downloads.files
