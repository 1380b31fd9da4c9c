"""A cell's text to terms, and terms to a cell's text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from pyoxigraph import Literal, NamedNode

from mca_graph.contributions.cells import Cell
from mca_graph.contributions.choices import Choices, UnreadableError, literal_of
from mca_graph.contributions.columns import Column
from mca_graph.contributions.layout import Slot
from mca_graph.contributions.literals import as_known, read_literal, same_value
from mca_graph.contributions.ranges import Values
from mca_graph.project import Project
from mca_graph.queries.labels import Labels
from mca_graph.store import Term
from mca_graph.store.embedded import EmbeddedStore

SEPARATOR = "; "
_PIECE = re.compile(r"\\(?P<escaped>[\\;n])|(?P<between>;(?=\s|\Z)|\n)|(?P<plain>[^\\;\n]+|.)", re.DOTALL)
_ENDING = re.compile(r";(?=\s|\Z)")

Local = Callable[[str, Values], NamedNode | None]


class Reader:
    """Reads cells.

    Args:
        project: gives prefixes and language.
        store: what is known already.
        labels: names things.
        local: finds what the file itself describes.
    """

    def __init__(self, project: Project, store: EmbeddedStore, labels: Labels, local: Local) -> None:
        self._project, self._store, self._labels, self._local = project, store, labels, local
        self._choices: dict[Values, Choices] = {}

    def choices(self, values: Values) -> Choices:
        """The things of a range, found once."""
        if values not in self._choices:
            self._choices[values] = Choices(values, self._project, self._store, self._labels)
        return self._choices[values]

    def read(
        self, subject: NamedNode | None, slot: Slot, cell: Cell
    ) -> Iterator[tuple[Term | None, UnreadableError | None]]:
        """Yield each value of a cell, or what is wrong with it."""
        column = slot.column
        if column is None:
            return
        for text in self.split(cell.text, whole=is_prose(column)):
            try:
                yield self._term(subject, column, slot.language, text), None
            except UnreadableError as error:
                yield None, UnreadableError(f"{column.name}: {error.message}", error.hint)

    def split(self, text: str, *, whole: bool = False) -> list[str]:
        """The values in a cell: one, or those between semicolons and line ends."""
        if whole:
            return [text.strip()] if text.strip() else []
        parts = (part.strip() for part in split_values(text))
        return [part for part in parts if part]

    def _term(self, subject: NamedNode | None, column: Column, language: str, text: str) -> Term:
        values = column.values
        known = list(self._known(subject, column))
        if (listed := literal_of(text, values)) is not None:
            return listed
        if values.datatypes and not values.of_things:
            read = read_literal(text, values.datatypes, language)
            alike = (term for term in known if isinstance(term, Literal) and same_value(term, read))
            return as_known(read, next(alike, None))
        try:
            return self.choices(values).find(text, lambda name: self._local(name, values))
        except UnreadableError:
            if values.datatypes:
                return read_literal(text, values.datatypes, language)
            raise

    def _known(self, subject: NamedNode | None, column: Column) -> Iterable[Term]:
        if subject is None or column.path.inverse:
            return ()
        return (value for *_rest, value in self._store.match(subject, column.path.property))


def is_prose(column: Column) -> bool:
    """True for a column whose cells hold one text each, semicolons and line ends included."""
    return not column.many and column.values.of_text


def split_values(text: str) -> list[str]:
    r"""The values of a cell; ``\;`` is a semicolon, ``\n`` a line end and ``\\`` a backslash in a value."""
    parts = [""]
    for found in _PIECE.finditer(text):
        if found["between"]:
            parts.append("")
        elif found["escaped"]:
            parts[-1] += "\n" if found["escaped"] == "n" else found["escaped"]
        else:
            parts[-1] += found["plain"]
    return parts


def join_values(texts: Iterable[str]) -> str:
    """Several values in one cell, to be taken apart by :func:`split_values`."""
    plain = (text.replace("\\", "\\\\").replace("\n", "\\n") for text in texts)
    return SEPARATOR.join(_ENDING.sub(r"\\;", text) for text in plain)
