"""Which kind of thing a sheet holds, told from its name, its description or its headings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode

from mca_graph.contributions.cells import Cell, Grid
from mca_graph.contributions.kinds import Kind, Kinds
from mca_graph.contributions.layout import Slot, slot_of
from mca_graph.contributions.words import kebab
from mca_graph.errors import did_you_mean
from mca_graph.namespaces import RDF
from mca_graph.project import Project

_LARGEST_METADATA = 1 << 22


@dataclass(frozen=True, slots=True)
class Match:
    """A sheet's kind and columns.

    Attributes:
        kind: what its rows describe.
        slots: what each column holds.
        unknown: headings that mean nothing or stand twice: the cell, what is wrong and what to try.
    """

    kind: Kind
    slots: dict[int, Slot]
    unknown: list[tuple[Cell, str, str | None]]


def match_kind(path: Path, grid: Grid, kinds: Kinds, project: Project) -> Match | None:
    """Find out what a sheet holds.

    A sheet's name, or the metadata beside a CSV file or its name, says it; else the headings do, where they
    fit one kind better than any other.
    """
    for kind in _named(path, grid, kinds):
        match = _match(kind, grid, project)
        if match.slots:
            return match
    matches = [_match(kinds.find(name), grid, project) for name in kinds.names]
    most = max((len(match.slots) for match in matches), default=0)
    best = [match for match in matches if len(match.slots) == most and _says_something(match)]
    return best[0] if len(best) == 1 else None


def _says_something(match: Match) -> bool:
    return any(slot.column for slot in match.slots.values())


def _named(path: Path, grid: Grid, kinds: Kinds) -> Iterator[Kind]:
    if grid.sheet is None:
        class_ = _described_class(path.with_name(f"{path.name}-metadata.json"))
        if class_ is not None and class_ in kinds.by_name.values():
            yield kinds.of_class(class_)
    name = kebab(grid.sheet if grid.sheet is not None else path.stem)
    beginning = [known for known in kinds.by_name if name == known or name.startswith(f"{known}-")]
    if beginning:
        yield kinds.find(max(beginning, key=len))


def _described_class(metadata: Path) -> NamedNode | None:
    """The class that metadata (Metadata Vocabulary for Tabular Data, section 5.6) gives to each row."""
    try:
        if metadata.stat().st_size > _LARGEST_METADATA:
            return None
        columns = json.loads(metadata.read_bytes())["tableSchema"]["columns"]
        for column in columns:
            if column.get("virtual") and column.get("propertyUrl") in ("rdf:type", f"{RDF}type"):
                return NamedNode(column["valueUrl"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return None


def _match(kind: Kind, grid: Grid, project: Project) -> Match:
    slots: dict[int, Slot] = {}
    unknown: list[tuple[Cell, str, str | None]] = []
    for at, cell in grid.heads.items():
        slot = slot_of(cell.text, kind, project)
        if slot is None:
            hint = did_you_mean(cell.text, ["id", *kind.names()])
            hint = hint or f"the columns of a {kind.label} are {', '.join(kind.names())}"
            unknown.append((cell, f"no column {cell.text!r} is known here", hint))
        elif any(_same(slot, other) for other in slots.values()):
            unknown.append((cell, f"the column {cell.text!r} stands twice", "keep one of the two"))
        else:
            slots[at] = slot
    return Match(kind, slots, unknown)


def _same(left: Slot, right: Slot) -> bool:
    if left.column is None or right.column is None:
        return left.column is right.column and left.heading == right.heading
    return left.column == right.column and left.language == right.language
