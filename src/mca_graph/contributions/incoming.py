"""A contribution on its way in: what was read, under its new name and with its header."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from pyoxigraph import DefaultGraph, NamedNode, Quad, Triple

from mca_graph.findings import Location
from mca_graph.rdf.positions.document import PlacedSource, Problem
from mca_graph.rdf.terms import AnyTerm
from mca_graph.store import Term
from mca_graph.store.embedded import EmbeddedStore

_DEFAULT = DefaultGraph()


@dataclass(slots=True)
class Incoming:
    """A contribution with its header, as it would stand in the project: a :class:`PlacedSource`.

    Attributes:
        name: the file that it would be.
        source: what was read.
        quads: its statements under its new name, and its header.
        incomplete: as in the source.
    """

    name: str
    source: PlacedSource
    quads: list[Quad]
    incomplete: set[Term] = field(init=False)

    def __post_init__(self) -> None:
        self.incomplete = self.source.incomplete

    def statements(self) -> Iterator[Quad]:
        """Its statements; see :meth:`PlacedSource.statements`."""
        return iter(self.quads)

    def problems(self) -> Iterator[Problem]:
        """What could not be read; see :meth:`PlacedSource.problems`."""
        return self.source.problems()

    def place(
        self, subject: AnyTerm, predicate: NamedNode | None = None, value: AnyTerm | None = None
    ) -> Location | None:
        """Where it stands in what was read; see :meth:`PlacedSource.place`."""
        return self.source.place(subject, predicate, value)

    def predicate_place(self, subject: AnyTerm, predicate: NamedNode, value: AnyTerm) -> Location | None:
        """Where the property stands in what was read; see :meth:`PlacedSource.predicate_place`."""
        return self.source.predicate_place(subject, predicate, value)

    def excerpt(self, location: Location) -> str | None:
        """What stands there; see :meth:`PlacedSource.excerpt`."""
        return self.source.excerpt(location)


def spoken_of(incoming: Incoming, store: EmbeddedStore) -> list[Triple]:
    """What queries see of the things that a contribution speaks of."""
    subjects = dict.fromkeys(quad.subject for quad in incoming.quads)
    return [
        quad.triple
        for subject in subjects
        for quad in store.engine.quads_for_pattern(subject, None, None, _DEFAULT)
    ]
