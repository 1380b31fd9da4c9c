"""Tables as CSV (RFC 4180), with metadata that tell what each column means (CSV on the Web).

The metadata lead back to the graph: whoever reads the tables with them gets the statements again. They
stand in ``csv-metadata.json`` beside the tables, where readers of CSV on the Web look for them.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any

from mca_graph.namespaces import XSD
from mca_graph.project import Project
from mca_graph.publishing.machines.columns import Column
from mca_graph.publishing.machines.tables import ID, Table
from mca_graph.queries.results.formulas import FIRST, guarded

METADATA = "csv-metadata.json"

_PIECE = 1_000
_CONTEXT = "http://www.w3.org/ns/csvw"
_APOSTROPHE = "An apostrophe stands before text that a spreadsheet would take for a formula."


def csv_bytes(table: Table) -> Iterator[bytes]:
    """A table as CSV, in pieces; a byte order mark makes spreadsheet programs read it as UTF-8."""
    yield b"\xef\xbb\xbf" + _lines([[column.title for column in table.columns]])
    marks = [column.separator for column in table.columns]
    for start in range(0, len(table.rows), _PIECE):
        rows = table.rows[start : start + _PIECE]
        yield _lines([[mark.join(cell) for mark, cell in zip(marks, row, strict=True)] for row in rows])


def _lines(rows: Iterable[Iterable[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(
        [guarded(text) if text[:1] in FIRST else text for text in row] for row in rows
    )
    return out.getvalue().encode()


def metadata(project: Project, tables: list[Table]) -> bytes:
    """The metadata of all tables, as one group."""
    described: dict[str, Any] = {
        "@context": [_CONTEXT, {"@language": project.language}],
        "dc:title": project.title,
        "dc:description": _APOSTROPHE,
        "dialect": {"encoding": "utf-8", "header": True, "lineTerminators": ["\r\n", "\n"]},
        "tables": [_table(table) for table in tables],
    }
    if project.licence:
        described["dc:license"] = {"@id": project.licence}
    return json.dumps(described, indent=2, ensure_ascii=False).encode() + b"\n"


def _table(table: Table) -> dict[str, Any]:
    columns = [_column(column) for column in table.columns]
    if not any(column.name == "type" for column in table.columns):
        kind = {"name": "type", "virtual": True, "propertyUrl": "rdf:type", "valueUrl": table.class_}
        columns.append(kind)
    schema: dict[str, Any] = {"aboutUrl": f"{{+{ID}}}", "primaryKey": ID, "columns": columns}
    keys = [
        {
            "columnReference": column.name,
            "reference": {"resource": f"{column.target}.csv", "columnReference": ID},
        }
        for column in table.columns
        if column.target
    ]
    if keys:
        schema["foreignKeys"] = keys
    return {"url": f"{table.name}.csv", "dc:title": table.title, "tableSchema": schema}


def _column(column: Column) -> dict[str, Any]:
    found: dict[str, Any] = {"name": column.name, "titles": column.title}
    if column.description:
        found["dc:description"] = column.description
    if column.required:
        found["required"] = True
    if not column.property:
        found["suppressOutput"] = True
    else:
        found["propertyUrl"] = column.property
    if column.many:
        found["separator"] = column.separator
    if column.of_things:
        found["datatype"] = "anyURI"
        if column.property and not column.many:
            found["valueUrl"] = f"{{+{column.name}}}"
    elif column.datatype.startswith(XSD):
        found["datatype"] = column.datatype.removeprefix(XSD)
    elif column.datatype:
        found["datatype"] = {"base": "string", "@id": column.datatype}
    else:
        found["datatype"] = "string"
    if column.language:
        found["lang"] = column.language
    return found
