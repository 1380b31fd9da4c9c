"""The cells of a table, whatever kind of file it stands in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that is not empty.

    Attributes:
        text: its content as text.
        reference: its name, such as ``B7``.
        problem: why its content cannot be used, where it cannot.
        hint: what to do about that.
    """

    text: str
    reference: str
    problem: str | None = None
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """A sheet.

    Attributes:
        sheet: its name; None in a file that has no sheets.
        heads: the cells of its first row, by the number of their columns.
        rows: the rows after it, without empty ones: the row's number and its cells by column.
    """

    sheet: str | None
    heads: dict[int, Cell]
    rows: Iterator[tuple[int, dict[int, Cell]]]


def reference(row: int, column: int) -> str:
    """The name of a cell; rows count from 1, columns from 0."""
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"
