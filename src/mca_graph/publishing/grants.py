"""Grants as 360Giving JSON (360Giving Data Standard 1.1).

Which award is a grant, and where its parts stand, is content: the saved query ``grants-360giving``
says it. Its columns are named as the standard names the fields; ``organisation__id`` is the field
``id`` of the object in ``organisation``.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from typing import Any, BinaryIO

from pyoxigraph import Literal, QuerySolutions

from mca_graph.errors import McaGraphError
from mca_graph.project import Project
from mca_graph.queries.catalogue import find_query
from mca_graph.queries.results.rows import is_number
from mca_graph.store import Store, Term

QUERY = "grants-360giving"

_REQUIRED = (
    "id",
    "title",
    "description",
    "currency",
    "amountAwarded",
    "awardDate",
    "recipientOrganization__id",
    "recipientOrganization__name",
    "fundingOrganization__id",
    "fundingOrganization__name",
)


def write_grants(project: Project, store: Store, out: BinaryIO, warn: Callable[[str], None]) -> None:
    """Write the grants that have every field the standard requires, and tell which have not.

    Args:
        project: holds the saved query.
        store: the graph.
        out: where to write bytes.
        warn: is told how many grants were left out, and what they miss.

    Raises:
        UnknownNameError: the project has no saved query of that name.
        McaGraphError: the query gives a grant two values of a field that has one.
    """
    rows = store.query(find_query(project, QUERY).text)
    if not isinstance(rows, QuerySolutions):
        raise McaGraphError(f"the query {QUERY} must be a SELECT")
    names = [variable.value for variable in rows.variables]
    grants: dict[Term, dict[str, Any]] = {}
    for row in rows:
        grant = grants.setdefault(row[names[0]], {})
        _merge(grant, {name: row[name] for name in names[1:] if row[name] is not None})
    missing: dict[str, int] = defaultdict(int)
    complete = []
    for _award, grant in sorted(grants.items(), key=lambda entry: str(entry[0])):
        lacks = [field for field in _REQUIRED if not _has(grant, field)]
        for field in lacks:
            missing[field.replace("__", ".")] += 1
        if not lacks:
            complete.append(grant)
    if missing:
        told = ", ".join(f"{field} ({count})" for field, count in missing.items())
        left = "none is written" if not complete else "they are left out"
        lacking = f"{len(grants) - len(complete)} of {len(grants)} grants"
        warn(f"{lacking} lack a required field, so {left}: {told}")
    out.write(json.dumps({"grants": complete}, indent=2, ensure_ascii=False).encode() + b"\n")


def _has(grant: dict[str, Any], field: str) -> bool:
    """True when a grant has a field, and where it is nested when each of its objects has the part."""
    field, _mark, part = field.partition("__")
    entries = grant.get(field) or []
    return bool(entries) and (not part or all(part in entry for entry in entries))


def _merge(grant: dict[str, Any], row: dict[str, Term]) -> None:
    """Add a row's fields to a grant; nested ones become one object for each distinct set of values."""
    nested: dict[str, dict[str, Any]] = defaultdict(dict)
    for name, term in row.items():
        field, _mark, part = name.partition("__")
        if part:
            nested[field][part] = _json(term)
        elif grant.setdefault(field, _json(term)) != _json(term):
            raise McaGraphError(
                f"the query {QUERY} gives two values of {field} for one grant: {grant[field]}, {_json(term)}",
                "let it give one row, or one value of each field, for a grant",
            )
    for field, entry in nested.items():
        entries = grant.setdefault(field, [])
        if entry not in entries:
            entries.append(entry)


def _json(term: Term) -> Any:
    if isinstance(term, Literal) and is_number(term):
        number = float(term.value)
        return int(number) if number.is_integer() else number
    return term.value
