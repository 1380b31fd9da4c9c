"""A row of a table: what kind of thing it describes, and its cells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import NamedNode

from mca_graph.contributions.cells import Cell
from mca_graph.contributions.kinds import Kind
from mca_graph.contributions.layout import Slot
from mca_graph.contributions.rules import Path as PropertyPath


@dataclass(slots=True)
class Row:
    """A row that describes a thing.

    Attributes:
        kind: what the sheet holds.
        sheet: its name.
        number: counts from 1.
        cells: with the columns they stand in; of every column, empty ones too.
        subject: the thing, once that is known.
        named: it was known by its name, which the row repeats.
    """

    kind: Kind
    sheet: str | None
    number: int
    cells: list[tuple[Slot, Cell]]
    subject: NamedNode | None = None
    named: bool = False

    def cell(self, heading: str) -> Cell | None:
        """The cell of the identifier or the type."""
        return next((cell for slot, cell in self.cells if not slot.column and slot.heading == heading), None)

    def first(self, heading: str) -> Cell:
        """The cell of that heading where it is filled, else the first that is."""
        cell = self.cell(heading)
        filled = (found for _slot, found in self.cells if found.text)
        return cell if cell is not None and cell.text else next(filled, self.cells[0][1])

    def texts(self, path: PropertyPath) -> Iterator[tuple[Slot, Cell]]:
        """The cells of a property that are not empty and can be read."""
        for slot, cell in self.cells:
            if slot.column is not None and slot.column.path == path and cell.text and not cell.problem:
                yield slot, cell
