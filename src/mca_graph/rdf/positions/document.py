"""What a positioned reader gives: statements with the places of their terms, and what was wrong."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad

from mca_graph.findings import Location
from mca_graph.rdf.terms import AnyTerm, Term


class Span(NamedTuple):
    """A stretch of a text: offsets in characters, the end not included."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PlacedQuad:
    """A quad and the places of its terms.

    Attributes:
        quad: subject, predicate, object and graph, with lexical forms as they were typed.
        subject: where the subject was last written before this statement.
        predicate: where the predicate stands; the ``;`` and ``,`` of Turtle do not repeat it.
        object: where the object stands, with its quotes and its datatype or language.
        pointer: the object's JSON pointer (RFC 6901), for JSON-LD.
    """

    quad: Quad
    subject: Span
    predicate: Span
    object: Span
    pointer: str | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not in the grammar.

    Attributes:
        span: the very characters at fault.
        message: what is wrong.
        hint: what to write.
    """

    span: Span
    message: str
    hint: str | None = None


class Problem(NamedTuple):
    """A fault as it is told: its place, what is wrong, and what to write."""

    location: Location
    message: str
    hint: str | None = None


class PlacedSource(Protocol):
    """What was read from one file of any kind, with the places of its terms.

    Attributes:
        name: the file's name, as it is shown.
        incomplete: subjects of statements that were broken off: they may lack what was never read.
    """

    name: str
    incomplete: set[Term]

    def statements(self) -> Iterator[Quad]:
        """The quads that could be read, in the order of the file, as they were typed."""
        ...

    def problems(self) -> Iterator[Problem]:
        """What could not be read, in the order of the file."""
        ...

    def place(
        self, subject: AnyTerm, predicate: NamedNode | None = None, value: AnyTerm | None = None
    ) -> Location | None:
        """Where a value of a property stands; without a value its last value; without a property the subject.

        None where the file says nothing of the kind.
        """
        ...

    def predicate_place(self, subject: AnyTerm, predicate: NamedNode, value: AnyTerm) -> Location | None:
        """Where the property of a statement stands: the word itself, or the heading of a column."""
        ...

    def excerpt(self, location: Location) -> str | None:
        """What stands there: the line of a text, the content of a cell."""
        ...


@dataclass(slots=True)
class Document:
    """A text file read with places: a :class:`PlacedSource`.

    Attributes:
        name: the file's name, as it is shown.
        text: its characters, without a byte order mark.
        quads: the statements that could be read, in the order of the file.
        faults: what could not be read, in the order of the file.
        incomplete: subjects of statements that were broken off: they may lack what was never read.
        prefixes: the prefixes that the file declares.
        base: the base IRI at the end of the file.
    """

    name: str
    text: str
    quads: list[PlacedQuad] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    incomplete: set[Term] = field(default_factory=set)
    prefixes: dict[str, str] = field(default_factory=dict)
    base: str | None = None
    _lines: list[int] = field(default_factory=list, repr=False)
    _subjects: dict[object, list[PlacedQuad]] | None = field(default=None, repr=False)

    def location(self, span: Span, pointer: str | None = None) -> Location:
        """Line and column of a span; both count from 1, columns in characters (code points)."""
        line, column = self.position(span.start)
        end_line, end_column = self.position(max(span.end, span.start))
        return Location(self.name, line, column, end_line, end_column, pointer=pointer)

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of one character."""
        if not self._lines:
            self._lines = [0, *(index + 1 for index, char in enumerate(self.text) if char == "\n")]
        line = bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1] + 1

    def line(self, number: int) -> str:
        """The text of a line, without its end; empty where there is none."""
        self.position(0)
        if not 1 <= number <= len(self._lines):
            return ""
        end = self._lines[number] - 1 if number < len(self._lines) else len(self.text)
        return self.text[self._lines[number - 1] : end].removesuffix("\r")

    def statements(self) -> Iterator[Quad]:
        """The quads that could be read; see :meth:`PlacedSource.statements`."""
        return (placed.quad for placed in self.quads)

    def problems(self) -> Iterator[Problem]:
        """What could not be read; see :meth:`PlacedSource.problems`."""
        return (Problem(self.location(fault.span), fault.message, fault.hint) for fault in self.faults)

    def place(
        self, subject: AnyTerm, predicate: NamedNode | None = None, value: AnyTerm | None = None
    ) -> Location | None:
        """Where something stands; see :meth:`PlacedSource.place`."""
        of_subject = self._about().get(subject, [])
        if predicate is None:
            if of_subject:
                return self.location(of_subject[0].subject)
            found = next((placed for placed in self.quads if placed.quad.object == subject), None)
        else:
            fitting = [
                placed
                for placed in of_subject
                if placed.quad.predicate == predicate and value in (None, placed.quad.object)
            ]
            # The value that a rule asks for by name may stand twice: the first is it. Of too many values
            # without a name the last is the one too many.
            found = (fitting[0] if value is not None else fitting[-1]) if fitting else None
        return self.location(found.object, found.pointer) if found else None

    def predicate_place(self, subject: AnyTerm, predicate: NamedNode, value: AnyTerm) -> Location | None:
        """Where a property stands; see :meth:`PlacedSource.predicate_place`."""
        return next(
            (
                self.location(placed.predicate, placed.pointer)
                for placed in self._about().get(subject, [])
                if placed.quad.predicate == predicate and placed.quad.object == value
            ),
            None,
        )

    def excerpt(self, location: Location) -> str | None:
        """The line of a location; see :meth:`PlacedSource.excerpt`."""
        return self.line(location.line) if location.line else None

    def _about(self) -> dict[object, list[PlacedQuad]]:
        if self._subjects is None:
            self._subjects = {}
            for placed in self.quads:
                self._subjects.setdefault(placed.quad.subject, []).append(placed)
        return self._subjects


Graph = NamedNode | BlankNode | DefaultGraph
