"""Tables as CSV (RFC 4180), with metadata that tell what each column means (CSV on the Web).

The metadata lead back to the graph: whoever reads the tables with them gets the statements again. They
stand in ``csv-metadata.json`` beside the tables, where readers of CSV on the Web look for them.
"""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from mca_graph.namespaces import XSD
from mca_graph.project import Project
from mca_graph.publishing.machines.columns import Column
from mca_graph.publishing.machines.tables import ID, Table
from mca_graph.queries.results.formulas import guarded

METADATA = "csv-metadata.json"

_SEPARATORS = ("; ", " | ", " ¦ ", "\u241e")
_CONTEXT = "http://www.w3.org/ns/csvw"
_APOSTROPHE = "An apostrophe stands before text that a spreadsheet would take for a formula."


def csv_bytes(table: Table) -> bytes:
    """A table as CSV; a byte order mark makes spreadsheet programs read it as UTF-8."""
    separators = separators_of(table)
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([guarded(column.title) for column in table.columns])
    for row in table.rows:
        writer.writerow([guarded(mark.join(cell)) for mark, cell in zip(separators, row, strict=True)])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def separators_of(table: Table) -> list[str]:
    """For each column what stands between the values of a cell: a mark that no value holds."""
    found = []
    for index in range(len(table.columns)):
        values = [value for row in table.rows for value in row[index]]
        free = (mark for mark in _SEPARATORS if not any(mark in value for value in values))
        found.append(next(free, "\x1f"))
    return found


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
    pairs = zip(table.columns, separators_of(table), strict=True)
    columns = [_column(column, mark) for column, mark in pairs]
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


def _column(column: Column, mark: str) -> dict[str, Any]:
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
        found["separator"] = mark
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
