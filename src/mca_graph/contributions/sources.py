"""Any file that may be a contribution, read with the places of what it says."""

from __future__ import annotations

from pathlib import Path

from mca_graph.errors import ReadError
from mca_graph.project import Project
from mca_graph.rdf.positions.document import PlacedSource
from mca_graph.rdf.positions.read import read_document
from mca_graph.store.embedded import EmbeddedStore

TABLES = (".xlsx", ".csv", ".tsv")
_REFUSED = {
    ".xlsm": "a workbook that may hold macros is not opened",
    ".xltm": "a workbook that may hold macros is not opened",
    ".xlsb": "a binary workbook is not opened",
    ".xls": "the old Excel format is not read",
    ".ods": "OpenDocument sheets are not read",
}


def read_source(path: Path, project: Project, store: EmbeddedStore, scope: str = "b") -> PlacedSource:
    """Read a contribution of any kind: RDF in any syntax, a workbook or a CSV file.

    Args:
        path: the file; its suffix tells the kind.
        project: what it is a contribution to.
        store: the project's graph: names in tables are looked up there.
        scope: what the labels of blank nodes begin with, so that two files share none.

    Raises:
        ReadError: the file cannot be read at all.
        McaGraphError: its name tells no kind that is read.
    """
    suffix = path.suffix.lower()
    if suffix in _REFUSED:
        raise ReadError(str(path), _REFUSED[suffix], hint="save it as .xlsx or .csv")
    if suffix in TABLES:
        from mca_graph.contributions.reading import read_table

        return read_table(path, project, store)
    return read_document(path, scope)
