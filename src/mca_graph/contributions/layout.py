"""Which column of a sheet holds what."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from mca_graph.contributions.columns import Column
from mca_graph.contributions.kinds import Kind
from mca_graph.project import Project

ID_HEADING = "id"
TYPE_HEADING = "type"
COMMENT = "#"
"""What the first cell of a row that is not read begins with."""

EXAMPLE = "# an example, which is not read"
RESERVED = ("Guide", "Lists")
"""Sheets of a template that hold no things."""

_LANGUAGE = re.compile(r"(?P<name>.*?)\s*@\s*(?P<tag>-|[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*)\Z")


@dataclass(frozen=True, slots=True)
class Slot:
    """A column of a sheet.

    Attributes:
        heading: its heading.
        column: the property; None for the identifier and the type.
        language: of its texts; empty for text without a language.
    """

    heading: str
    column: Column | None = None
    language: str = ""


def slots_of(kind: Kind, project: Project, languages: Iterable[tuple[Column, str]] = ()) -> list[Slot]:
    """The columns of a kind's sheet: identifier, type where there is a choice, then the properties.

    Args:
        kind: the kind.
        project: its language is that of texts.
        languages: further languages that columns are needed in.
    """
    slots = [Slot(ID_HEADING)]
    if kind.subclasses:
        slots.append(Slot(TYPE_HEADING))
    more: dict[Column, dict[str, None]] = {}
    for column, language in languages:
        more.setdefault(column, {})[language] = None
    for column in kind.columns:
        if column.values.of_languages:
            tags = dict.fromkeys([project.language, *sorted(more.get(column, ()))])
            slots.extend(Slot(f"{column.name} @{tag or '-'}", column, tag) for tag in tags)
        else:
            slots.append(Slot(column.name, column))
    return slots


def folded(heading: str) -> str:
    """A heading as it is compared: without the mark of a required column, in any case."""
    return " ".join(heading.replace("*", " ").split()).casefold()


def slot_of(heading: str, kind: Kind, project: Project) -> Slot | None:
    """The column that a heading means, or None."""
    text = folded(heading)
    if text == ID_HEADING:
        return Slot(ID_HEADING)
    if text == TYPE_HEADING and kind.subclasses:
        return Slot(TYPE_HEADING)
    name, language = text, None
    if found := _LANGUAGE.match(" ".join(heading.replace("*", " ").split())):
        name, language = folded(found["name"]), "" if found["tag"] == "-" else found["tag"].lower()
    for column in kind.columns:
        curie = project.prefixes.shrink(column.path.property.value) or ""
        if name not in (column.name.casefold(), f"{'^' * column.path.inverse}{curie}".casefold()):
            continue
        if not column.values.of_languages:
            return Slot(column.name, column) if language is None else None
        return Slot(heading, column, project.language if language is None else language)
    return None
