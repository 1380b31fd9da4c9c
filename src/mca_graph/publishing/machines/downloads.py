"""Everything that can be downloaded: the dumps, the tables, the database and the grants."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

from pyoxigraph import Quad

from mca_graph.publishing.grants import QUERY as GRANTS
from mca_graph.publishing.grants import write_grants
from mca_graph.publishing.machines.context import Context
from mca_graph.publishing.machines.csvw import METADATA, csv_bytes, metadata
from mca_graph.publishing.machines.distributions import Packed
from mca_graph.publishing.machines.dumps import FOLDER, dumps, stem
from mca_graph.publishing.machines.sqlite import database, datasette_metadata
from mca_graph.publishing.machines.tables import Table, tables
from mca_graph.publishing.site.context import Site

TABLES = f"{FOLDER}tables/"

_CSVW = ("https://www.w3.org/TR/tabular-data-model/",)
_GRANTS_STANDARD = ("https://standard.threesixtygiving.org/",)


def downloads(site: Site, context: Context, current: list[Quad], everything: list[Quad]) -> Iterator[Packed]:
    """The files, each with what will be said of it; see :func:`mca_graph.publishing.machines.dumps.dumps`."""
    yield from dumps(site, context, current, everything)
    made = tables(site.project, site.store)
    for table in made:
        yield _csv(site, table)
    if made:
        yield Packed(
            f"{TABLES}{METADATA}",
            f"{site.project.title}: what the columns mean",
            "The metadata of the tables, as CSV on the Web.",
            "application/csvm+json",
            metadata(site.project, made),
            conforms_to=_CSVW,
        )
    yield Packed(
        f"{FOLDER}{stem(site)}.db",
        f"{site.project.title} (SQLite)",
        "The tables and every statement as one SQLite file, which Datasette shows.",
        "application/vnd.sqlite3",
        database(made, everything),
        conforms_to=("https://www.sqlite.org/fileformat.html",),
    )
    yield Packed(
        f"{FOLDER}datasette.json",
        f"{site.project.title}: metadata for Datasette",
        "What Datasette shows beside the tables of the SQLite file.",
        "application/json",
        datasette_metadata(site.project, stem(site), made),
    )
    yield from _grants(site)


def _csv(site: Site, table: Table) -> Packed:
    return Packed(
        f"{TABLES}{table.name}.csv",
        f"{site.project.title}: {table.title} (CSV)",
        f"The table of the class {table.title}, a row for each of {len(table.rows)}.",
        "text/csv",
        csv_bytes(table),
        conforms_to=_CSVW,
    )


def _grants(site: Site) -> Iterator[Packed]:
    """The grants, where the project has any that are complete: the standard wants one at least."""
    if GRANTS not in site.queries:
        return
    out = io.BytesIO()
    write_grants(site.project, site.store, out, site.warn)
    count = len(json.loads(out.getvalue())["grants"])
    if count:
        yield Packed(
            f"{FOLDER}{stem(site)}-360giving.json",
            f"{site.project.title} (360Giving)",
            f"The {count} grants that have every field that the 360Giving Data Standard requires.",
            "application/json",
            out.getvalue(),
            conforms_to=_GRANTS_STANDARD,
        )
