"""A file that is too large for a person to look at: read by the engine, its places known by file only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from pyoxigraph import NamedNode, Quad

from mca_graph.findings import Location
from mca_graph.rdf.positions.document import Problem
from mca_graph.rdf.terms import AnyTerm, Term


@dataclass(slots=True)
class PlainSource:
    """Quads of a file without their places: a :class:`~mca_graph.rdf.positions.document.PlacedSource`.

    Attributes:
        name: the file's name, as it is shown.
        quads: its statements; none where it could not be read.
        fault: what the engine could not read, with its place.
    """

    name: str
    quads: list[Quad] = field(default_factory=list)
    fault: Problem | None = None
    incomplete: set[Term] = field(default_factory=set)
    _subjects: frozenset[object] | None = field(default=None, repr=False)

    def statements(self) -> Iterator[Quad]:
        """The quads, in the order of the file."""
        return iter(self.quads)

    def problems(self) -> Iterator[Problem]:
        """The first place that could not be read: the engine stops there."""
        if self.fault is not None:
            yield self.fault

    def place(
        self, subject: AnyTerm, predicate: NamedNode | None = None, value: AnyTerm | None = None
    ) -> Location | None:
        """The file, where it speaks of the subject."""
        if self._subjects is None:
            self._subjects = frozenset(quad.subject for quad in self.quads)
        return Location(self.name) if subject in self._subjects else None

    def predicate_place(self, subject: AnyTerm, predicate: NamedNode, value: AnyTerm) -> Location | None:
        """The file, where it speaks of the subject."""
        return self.place(subject, predicate, value)

    def excerpt(self, location: Location) -> str | None:
        """Nothing: the file is not kept."""
        return None
