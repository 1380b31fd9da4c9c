"""Read a table back: rows to things, cells to typed values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad

from mca_graph.contributions.cells import Cell, Grid, reference
from mca_graph.contributions.choices import AmbiguousError, Choices, UnreadableError
from mca_graph.contributions.kinds import Kind, Kinds
from mca_graph.contributions.layout import COMMENT, RESERVED, Slot
from mca_graph.contributions.matching import match_kind
from mca_graph.contributions.minting import Mint
from mca_graph.contributions.ranges import Values
from mca_graph.contributions.rows import Row
from mca_graph.contributions.rules import Path as PropertyPath
from mca_graph.contributions.table import Table
from mca_graph.contributions.values import Reader
from mca_graph.errors import ReadError
from mca_graph.findings import Location
from mca_graph.namespaces import LABEL_PROPERTIES, RDF, RDFS
from mca_graph.project import Project
from mca_graph.queries.labels import Labels
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
    mint: Mint = field(init=False)
    reader: Reader = field(init=False)
    _own: dict[str, dict[NamedNode, NamedNode]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.kinds = Kinds(self.project, self.store)
        self.mint = Mint(self.project, self.store, self.kinds)
        self.reader = Reader(self.project, self.store, Labels(self.store, self.project), self._local)

    def read(self, path: Path) -> None:
        rows = [row for grid, slots, kind in self._sheets(path) for row in self._rows(grid, slots, kind)]
        if not rows:
            hint = "'mca-graph template KIND' makes one to fill in"
            raise ReadError(str(path), "no row describes a thing", hint=hint)
        later = [row for row in rows if not self._identify(row, by_parts=False)]
        for row in later:
            self._identify(row, by_parts=True)
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
            yield row

    def _check_headed(self, grid: Grid, cells: dict[int, Cell]) -> None:
        """Report what stands under no heading, once a column."""
        for at in cells.keys() - grid.heads.keys():
            grid.heads[at] = cells[at]
            place = self.table.locate(cells[at], grid.sheet)
            self.table.report(place, "this column has no heading", "write one into its first row", None)

    # Which thing a row describes

    def _identify(self, row: Row, *, by_parts: bool) -> bool:
        """Find out which thing a row describes; False where that has to wait for other rows."""
        cell = row.cell("id")
        given = cell.text.strip() if cell is not None and not cell.problem else ""
        name = self._name(row)
        if not given and not by_parts and self.mint.rule(row.kind).digest:
            return False
        try:
            row.subject = self._named(row.kind, given, name) if given else self._unnamed(row, name)
        except UnreadableError as error:
            at = cell if cell is not None else row.cells[0][1]
            self.table.report(self.table.locate(at, row.sheet), error.message, error.hint, None)
            return True
        self.table.add_thing(row.subject, self._thing_place(row))
        if name:
            self._own.setdefault(name.casefold(), {})[row.subject] = row.kind.class_
        self._own.setdefault(row.subject.value.casefold(), {})[row.subject] = row.kind.class_
        if given:
            self._own.setdefault(given.casefold(), {})[row.subject] = row.kind.class_
        return True

    def _named(self, kind: Kind, given: str, name: str) -> NamedNode:
        """The thing that an identifier means: one that is there already, or a new one."""
        try:
            return self._existing(kind).find(given)
        except UnreadableError:
            if re.fullmatch(r"[\w.~-]+", given):
                return self.mint.named(kind, given)
            raise

    def _unnamed(self, row: Row, name: str) -> NamedNode:
        """The thing of that name that is there already, else a new one."""
        kind = row.kind
        if name and not self.mint.rule(kind).digest:
            try:
                found = self._existing(kind).find(name)
            except AmbiguousError:
                raise
            except UnreadableError:
                found = None
            if found is not None:
                self._check_name(found, name)
                row.named = True
                return found
        made = self.mint.make(kind, name, lambda path: self._values(row, path))
        taken = next(self.store.match(made), None) is not None
        if taken and not self.mint.rule(kind).digest:
            known = Labels(self.store, self.project).label(made)
            raise UnreadableError(
                f"the id that this name would give is that of {known!r}",
                "write that id if it is the same thing, another id if it is not",
            )
        return made

    def _check_name(self, known: NamedNode, name: str) -> None:
        """Only the very name of a thing makes a row speak of it."""
        label = Labels(self.store, self.project).label(known)
        if label.casefold() != " ".join(name.split()).casefold():
            local = self.reader.choices(Values()).show(known)
            raise UnreadableError(
                f"{name!r} is another name of {label!r}",
                f"write the id {local} if it is the same thing, a fuller name if it is not",
            )

    def _existing(self, kind: Kind) -> Choices:
        return self.reader.choices(Values(classes=(kind.class_.value,)))

    def _values(self, row: Row, path: PropertyPath) -> list[Term]:
        found: list[Term] = []
        for slot, cell in row.texts(path):
            found.extend(term for term, _problem in self.reader.read(None, slot, cell) if term is not None)
        return found

    def _name(self, row: Row) -> str:
        """What a row calls its thing, in the project's language where it can."""
        found = [
            (
                LABEL_PROPERTIES.index(slot.column.path.property.value),
                slot.language != self.project.language,
                cell,
            )
            for slot, cell in row.cells
            if slot.column is not None
            and not slot.column.path.inverse
            and slot.column.path.property.value in LABEL_PROPERTIES
            and cell.text
            and not cell.problem
        ]
        return min(found, key=lambda entry: entry[:2])[2].text.strip() if found else ""

    def _thing_place(self, row: Row) -> Location:
        """Where a thing stands: its identifier, else its first cell that is not empty."""
        filled = [cell for _slot, cell in row.cells if cell.text]
        cell = row.cell("id")
        return self.table.locate(cell if cell is not None and cell.text else filled[0], row.sheet)

    def _local(self, text: str, values: Values) -> NamedNode | None:
        """A thing that this very file describes, by its name or identifier."""
        for node, class_ in self._own.get(" ".join(text.split()).casefold(), {}).items():
            above = {ancestor.value for ancestor in self.kinds.ancestors(class_)}
            if above & set(values.classes):
                return node
        return None

    # What a row says

    def _state(self, row: Row, subject: NamedNode) -> None:
        self._state_type(row, subject)
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
            for term, problem in self.reader.read(subject, slot, cell):
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
        cell = row.cell("type")
        if cell is not None and cell.text and not cell.problem:
            classes = (row.kind.class_, *row.kind.subclasses)
            slot = Slot("type", None)
            choices = self.reader.choices(Values(terms=classes))
            for text in self.reader.split(cell.text):
                try:
                    class_ = choices.find(text)
                    self.table.add(Quad(subject, _TYPE, class_), self.table.locate(cell, row.sheet))
                except UnreadableError as error:
                    place = self.table.locate(cell, row.sheet)
                    self.table.report(place, f"{slot.heading}: {error.message}", error.hint, subject)
        elif not self._is_known(subject, row.kind):
            self.table.add(Quad(subject, _TYPE, row.kind.class_), self._thing_place(row))

    def _is_known(self, subject: NamedNode, kind: Kind) -> bool:
        query = f"ASK {{ {subject} <{RDF}type>/<{RDFS}subClassOf>* {kind.class_} }}"
        return bool(self.store.query(query))


def _grids(path: Path) -> Iterator[Grid]:
    if path.suffix.lower() == ".xlsx":
        from mca_graph.contributions.excel import read_workbook

        return read_workbook(path)
    from mca_graph.contributions.delimited import read_delimited

    return iter([read_delimited(path)])
