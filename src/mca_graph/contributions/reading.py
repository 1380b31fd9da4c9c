"""Read a table back: rows to things, cells to typed values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad

from mca_graph.contributions.cells import Cell, Grid, reference
from mca_graph.contributions.choices import UnreadableError
from mca_graph.contributions.identify import Identifier
from mca_graph.contributions.kinds import Kind, Kinds
from mca_graph.contributions.layout import COMMENT, ID_HEADING, RESERVED, TYPE_HEADING, Slot
from mca_graph.contributions.matching import match_kind
from mca_graph.contributions.ranges import Values
from mca_graph.contributions.rows import Row
from mca_graph.contributions.rules import Path as PropertyPath
from mca_graph.contributions.table import Table
from mca_graph.errors import ReadError
from mca_graph.findings import Location
from mca_graph.namespaces import LABEL_PROPERTIES, RDF, RDFS
from mca_graph.project import Project
from mca_graph.store import Term
from mca_graph.store.embedded import EmbeddedStore

_TYPE = NamedNode(RDF + "type")
_LABEL = NamedNode(RDFS + "label")


def read_table(path: Path, project: Project, store: EmbeddedStore) -> Table:
    """Read a workbook or a CSV file as a contribution.

    Raises:
        ReadError: it cannot be opened, is not what its name says, or holds no table of a known kind.
        LimitError: it is larger than can be read.
    """
    table = Table(str(path))
    _Reading(table, project, store).read(path)
    return table


@dataclass(slots=True)
class _Reading:
    table: Table
    project: Project
    store: EmbeddedStore
    kinds: Kinds = field(init=False)
    things: Identifier = field(init=False)

    def __post_init__(self) -> None:
        self.kinds = Kinds(self.project, self.store)
        self.things = Identifier(self.project, self.store, self.kinds)

    def read(self, path: Path) -> None:
        rows = [row for grid, slots, kind in self._sheets(path) for row in self._rows(grid, slots, kind)]
        if not rows and not any(self.table.problems()):
            hint = "'mca-graph template KIND' makes one to fill in"
            raise ReadError(str(path), "no row describes a thing", hint=hint)
        for row in sorted(rows, key=self.things.waits):
            self._identify(row)
        for row in rows:
            if row.subject is not None:
                self._state(row, row.subject)

    def _sheets(self, path: Path) -> Iterator[tuple[Grid, dict[int, Slot], Kind]]:
        for grid in _grids(path):
            if grid.sheet in RESERVED or not grid.heads:
                continue
            found = match_kind(path, grid, self.kinds, self.project)
            first = grid.heads[min(grid.heads)]
            if found is None:
                names = ", ".join(self.kinds.names)
                self.table.report(
                    self.table.locate(first, grid.sheet),
                    "the headings do not tell what kind of thing this is",
                    f"name the sheet, or the CSV file, as a kind is: {names}",
                    None,
                )
                continue
            for cell, message, hint in found.unknown:
                self.table.report(self.table.locate(cell, grid.sheet), message, hint, None)
            for cell in grid.heads.values():
                self.table.add_head(cell, grid.sheet)
            yield grid, found.slots, found.kind

    def _rows(self, grid: Grid, slots: dict[int, Slot], kind: Kind) -> Iterator[Row]:
        for number, cells in grid.rows:
            if cells[min(cells)].text.startswith(COMMENT):
                continue
            self._check_headed(grid, cells)
            row = Row(
                kind,
                grid.sheet,
                number,
                [(slot, cells.get(at) or Cell("", reference(number, at))) for at, slot in slots.items()],
            )
            if any(cell.text for _slot, cell in row.cells):
                yield row

    def _check_headed(self, grid: Grid, cells: dict[int, Cell]) -> None:
        """Report what stands under no heading, once a column."""
        for at in cells.keys() - grid.heads.keys():
            grid.heads[at] = cells[at]
            place = self.table.locate(cells[at], grid.sheet)
            self.table.report(place, "this column has no heading", "write one into its first row", None)

    def _identify(self, row: Row) -> None:
        place = self.table.locate(row.first(ID_HEADING), row.sheet)
        try:
            row.subject = self.things.identify(row)
            self.table.add_thing(row.subject, place)
        except UnreadableError as error:
            self.table.report(place, error.message, error.hint, None)
            for _slot, cell in row.cells:
                if cell.problem:
                    self.table.report(self.table.locate(cell, row.sheet), cell.problem, cell.hint, None)

    def _state(self, row: Row, subject: NamedNode) -> None:
        self._state_type(row, subject)
        known_as = subject if next(self.store.match(subject), None) is not None else None
        for slot, cell in row.cells:
            location = self.table.locate(cell, row.sheet)
            if cell.problem:
                self.table.report(location, cell.problem, cell.hint, subject)
                continue
            if slot.column is None:
                continue
            path = slot.column.path
            if not path.inverse:
                self.table.add_place(subject, path.property, location)
            for term, problem in self.things.reader.read(known_as, slot, cell):
                if problem is not None:
                    self.table.report(location, problem.message, problem.hint, subject)
                elif term is not None:
                    known = self._known_name(subject, path, term) if row.named else None
                    self._add(subject, path, known or term, location)

    def _known_name(self, subject: NamedNode, path: PropertyPath, term: Term) -> Term | None:
        """The name that a thing has already, where a row writes it with other capitals."""
        if path.inverse or path.property.value not in LABEL_PROPERTIES:
            return None
        known = (value for *_rest, value in self.store.match(subject, path.property))
        folded = term.value.casefold()
        return next((value for value in known if value.value.casefold() == folded), None)

    def _add(self, subject: NamedNode, path: PropertyPath, term: Term, location: Location) -> None:
        if not path.inverse:
            self.table.add(Quad(subject, path.property, term), location)
        elif not isinstance(term, Literal):
            self.table.add(Quad(term, path.property, subject), location)

    def _state_type(self, row: Row, subject: NamedNode) -> None:
        """The type that is given; of a new thing without one the class of its sheet."""
        cell = row.cell(TYPE_HEADING)
        if cell is not None and cell.text and not cell.problem:
            classes = (row.kind.class_, *row.kind.subclasses)
            choices = self.things.reader.choices(Values(terms=classes))
            for text in self.things.reader.split(cell.text):
                try:
                    class_ = choices.find(text)
                    self.table.add(Quad(subject, _TYPE, class_), self.table.locate(cell, row.sheet))
                except UnreadableError as error:
                    place = self.table.locate(cell, row.sheet)
                    self.table.report(place, f"type: {error.message}", error.hint, subject)
        elif not self._is_known(subject, row.kind):
            place = self.table.locate(row.first(ID_HEADING), row.sheet)
            self.table.add(Quad(subject, _TYPE, row.kind.class_), place)

    def _is_known(self, subject: NamedNode, kind: Kind) -> bool:
        query = f"ASK {{ {subject} <{RDF}type>/<{RDFS}subClassOf>* {kind.class_} }}"
        return bool(self.store.query(query))


def _grids(path: Path) -> Iterator[Grid]:
    if path.suffix.lower() == ".xlsx":
        from mca_graph.contributions.excel import read_workbook

        return read_workbook(path)
    from mca_graph.contributions.delimited import read_delimited

    return iter([read_delimited(path)])
