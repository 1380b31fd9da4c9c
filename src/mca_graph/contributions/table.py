"""A table that was read: statements, each with the cell that it stands in."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from pyoxigraph import NamedNode, Quad

from mca_graph.contributions.cells import Cell
from mca_graph.findings import Location
from mca_graph.rdf.positions.document import Problem
from mca_graph.rdf.terms import AnyTerm
from mca_graph.store import Term


@dataclass(slots=True)
class Table:
    """A file of tables: a :class:`mca_graph.rdf.positions.document.PlacedSource`.

    Attributes:
        name: the file's name, as it is shown.
        incomplete: things whose rows hold something that could not be read.
    """

    name: str
    incomplete: set[Term] = field(default_factory=set)
    _quads: dict[Quad, Location] = field(default_factory=dict)
    _problems: list[Problem] = field(default_factory=list)
    _about: dict[AnyTerm, list[Quad]] = field(default_factory=lambda: defaultdict(list))
    _heads: dict[tuple[str | None, str], Location] = field(default_factory=dict)
    _things: dict[AnyTerm, Location] = field(default_factory=dict)
    _mentioned: dict[AnyTerm, Location] = field(default_factory=dict)
    _cells: dict[tuple[AnyTerm, NamedNode], Location] = field(default_factory=dict)
    _texts: dict[Location, str] = field(default_factory=dict)

    def locate(self, cell: Cell, sheet: str | None) -> Location:
        """The place of a cell; its text is remembered."""
        location = Location(self.name, sheet=sheet, cell=cell.reference)
        if cell.text:
            self._texts[location] = cell.text
        return location

    def add_head(self, cell: Cell, sheet: str | None) -> None:
        """Remember the heading of a column."""
        self._heads[sheet, _letters(cell.reference)] = self.locate(cell, sheet)

    def add_thing(self, subject: Term, location: Location) -> None:
        """Remember where a thing stands; the first place counts."""
        self._things.setdefault(subject, location)

    def add_place(self, subject: Term, predicate: NamedNode, location: Location) -> None:
        """Remember where the values of a property would stand, be there any or none."""
        self._cells.setdefault((subject, predicate), location)

    def add(self, quad: Quad, location: Location) -> None:
        """Add a statement."""
        if quad not in self._quads:
            self._quads[quad] = location
            self._about[quad.subject].append(quad)
        if isinstance(quad.object, NamedNode):
            self._mentioned.setdefault(quad.object, location)

    def report(self, location: Location, message: str, hint: str | None, subject: Term | None) -> None:
        """Add a problem, and note that the thing may lack what was not read."""
        self._problems.append(Problem(location, message, hint))
        if subject is not None:
            self.incomplete.add(subject)

    def statements(self) -> Iterator[Quad]:
        """The statements in the order of the rows; see :meth:`PlacedSource.statements`."""
        return iter(self._quads)

    def problems(self) -> Iterator[Problem]:
        """What could not be read; see :meth:`PlacedSource.problems`."""
        sheets = list(dict.fromkeys(problem.location.sheet for problem in self._problems))
        return iter(sorted(self._problems, key=lambda problem: _position(problem.location, sheets)))

    def place(
        self, subject: AnyTerm, predicate: NamedNode | None = None, value: AnyTerm | None = None
    ) -> Location | None:
        """The cell of a value, of a property or of a thing; see :meth:`PlacedSource.place`.

        Of a property that has no value the empty cell, where there is a column for it.
        """
        if predicate is None:
            return self._things.get(subject) or self._mentioned.get(subject)
        places = [
            self._quads[quad]
            for quad in self._about.get(subject, ())
            if quad.predicate == predicate and value in (None, quad.object)
        ]
        if places:
            return places[0] if value is not None else places[-1]
        return self._cells.get((subject, predicate)) if value is None else None

    def predicate_place(self, subject: AnyTerm, predicate: NamedNode, value: AnyTerm) -> Location | None:
        """The heading of the column that a value stands in; see :meth:`PlacedSource.predicate_place`."""
        cell = self.place(subject, predicate, value)
        return self._heads.get((cell.sheet, _letters(cell.cell or ""))) if cell is not None else None

    def excerpt(self, location: Location) -> str | None:
        """The text of a cell; see :meth:`PlacedSource.excerpt`."""
        return self._texts.get(location)


def _position(location: Location, sheets: list[str | None]) -> tuple[int, int, int, str]:
    """Sheet by sheet, row by row."""
    letters = _letters(location.cell or "")
    row = int((location.cell or "")[len(letters) :] or 0)
    return (sheets.index(location.sheet), row, len(letters), letters)


def _letters(reference: str) -> str:
    return re.sub(r"[0-9]", "", reference)
