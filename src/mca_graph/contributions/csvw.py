"""Write a template as CSV (RFC 4180) with its metadata (CSVW, Metadata Vocabulary for Tabular Data)."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from mca_graph.contributions.fill import Sheet
from mca_graph.contributions.guide import about, what_to_write
from mca_graph.contributions.layout import ID_HEADING, Slot
from mca_graph.contributions.values import SEPARATOR, is_prose
from mca_graph.contributions.words import kebab
from mca_graph.namespaces import XSD
from mca_graph.project import Project
from mca_graph.queries.results.formulas import guarded


def csv_text(sheet: Sheet) -> bytes:
    """The table as CSV; a byte order mark makes spreadsheet programs read it as UTF-8."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([guarded(slot.heading) for slot in sheet.slots])
    for row in sheet.rows or [sheet.example]:
        writer.writerow([guarded(text) for text in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def metadata(sheet: Sheet, file_name: str, project: Project, namespace: str | None) -> str:
    """The metadata that stands beside the table as ``<name>.csv-metadata.json``."""
    columns = [_column(sheet, at, slot) for at, slot in enumerate(sheet.slots)]
    kind = {"virtual": True, "name": "kind", "propertyUrl": "rdf:type", "valueUrl": sheet.kind.class_.value}
    schema: dict[str, Any] = {"columns": [*columns, kind]}
    if namespace is not None:
        schema["aboutUrl"] = f"{namespace}{{id}}"
    described = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": project.language}],
        "url": file_name,
        "dc:title": f"{sheet.kind.label}: {project.title}",
        "dialect": {"commentPrefix": "#", "encoding": "utf-8", "header": True},
        "tableSchema": schema,
    }
    return json.dumps(described, indent=2, ensure_ascii=False) + "\n"


def _column(sheet: Sheet, at: int, slot: Slot) -> dict[str, Any]:
    column = slot.column
    entries: dict[str, Any] = {"name": _name(slot, at), "titles": slot.heading}
    entries["dc:description"] = f"{about(sheet, slot)} {what_to_write(sheet, at)}".strip()
    if column is None:
        return entries if slot.heading == ID_HEADING else {**entries, "suppressOutput": True}
    if column.required:
        entries["required"] = True
    if column.path.inverse:
        entries["suppressOutput"] = True
    else:
        entries["propertyUrl"] = column.path.property.value
    if column.many or not is_prose(column):
        entries["separator"] = SEPARATOR
    entries["datatype"] = _datatype(column.values.datatypes)
    if slot.language:
        entries["lang"] = slot.language
    return entries


def _datatype(datatypes: tuple[str, ...]) -> str:
    """A datatype of XML Schema by its short name; text where there may be several."""
    single = len(datatypes) == 1 and datatypes[0].startswith(XSD)
    return datatypes[0].removeprefix(XSD) if single else "string"


def _name(slot: Slot, at: int) -> str:
    if slot.column is None:
        return slot.heading
    return f"{kebab(slot.heading).replace('-', '_')}_{at}"
