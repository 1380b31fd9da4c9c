"""The columns of a property in a table: for things, for what people call them, for texts in each language."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import cast

from pyoxigraph import Literal, NamedNode

from mca_graph.contributions.columns import Column as ShapeColumn
from mca_graph.contributions.words import kebab
from mca_graph.store import Term

_SEPARATORS = ("; ", " | ", " ¦ ", "\u241e", "\x1f")


@dataclass(slots=True)
class Column:
    """A column of a table.

    Attributes:
        name: for programs: small letters, digits and underscores.
        title: for people.
        description: what the shapes say about it.
        property: IRI of the property; empty for names of the values of the column before.
        language: of its texts.
        datatype: IRI of the datatype, where all values have the same.
        of_things: its values are IRIs.
        many: a cell may hold several values.
        required: every row has a value.
        target: name of the table whose rows its values are.
        separator: stands between the values of a cell; no value holds it.
    """

    name: str
    title: str
    description: str = ""
    property: str = ""
    language: str = ""
    datatype: str = ""
    of_things: bool = False
    many: bool = False
    required: bool = False
    target: str = ""
    separator: str = _SEPARATORS[0]


def parts_of(
    shape: ShapeColumn, values: list[list[Term]], name_of: Callable[[Term], str | None]
) -> Iterator[tuple[Column, list[list[str]]]]:
    """The columns of a property: one for things, one for their names, one for each language of texts.

    Args:
        shape: what the shapes say of the property.
        values: its values in each row; no nodes without names.
        name_of: what people call a thing, where the graph gives it a name.
    """
    every = list(chain.from_iterable(values))
    literals = [value for value in every if isinstance(value, Literal)]
    languages = sorted({value.language or "" for value in literals})
    if len(literals) < len(every) or (not every and shape.values.of_things):
        things = _things(values, not literals)
        cells = [[value.value for value in row] for row in things]
        column = _column(shape, shape.name, cells, len(languages) == 0)
        column.of_things = True
        yield column, cells
        distinct = dict(zip(chain.from_iterable(cells), chain.from_iterable(things), strict=True))
        name = {address: name_of(value) for address, value in distinct.items()}
        names = [[found for value in cell if (found := name[value]) is not None] for cell in cells]
        if any(names):
            title = f"{shape.name} (name)"
            yield Column("", title, f"What people call the values of {shape.name}.", many=column.many), names
    elif not languages:
        languages = [""]
    for language in languages:
        texts = _texts(values, language, len(languages) == 1 and len(literals) == len(every))
        cells = [[value.value for value in row] for row in texts]
        title = f"{shape.name} ({language})" if len(languages) > 1 and language else shape.name
        column = _column(shape, title, cells, len(languages) == 1 and len(literals) == len(every))
        column.language = language
        datatypes = set() if language else {value.datatype.value for row in texts for value in row}
        column.datatype = datatypes.pop() if len(datatypes) == 1 else ""
        yield column, cells


def _things(values: list[list[Term]], alone: bool) -> list[list[NamedNode]]:
    """The things; alone where there is nothing else."""
    if alone:
        return cast(list[list[NamedNode]], values)
    return [[value for value in row if isinstance(value, NamedNode)] for row in values]


def _texts(values: list[list[Term]], language: str, alone: bool) -> list[list[Literal]]:
    """The texts in one language; alone where there is nothing else."""
    if alone:
        return cast(list[list[Literal]], values)
    return [
        [value for value in row if isinstance(value, Literal) and (value.language or "") == language]
        for row in values
    ]


def _column(shape: ShapeColumn, title: str, cells: list[list[str]], alone: bool) -> Column:
    return Column(
        "",
        title,
        shape.help,
        shape.path.property.value,
        many=any(len(cell) > 1 for cell in cells) or (shape.many and not shape.values.of_languages),
        required=alone and shape.required and all(cells),
    )


def separate(column: Column, cells: list[list[str]]) -> None:
    """Choose what stands between the values of a cell: the last mark is one that no text can hold."""
    values = [value for cell in cells if len(cell) > 1 for value in cell]
    free = (mark for mark in _SEPARATORS if not any(mark in value for value in values))
    column.separator = next(free, _SEPARATORS[-1])


def name_all(cells: list[tuple[Column, list[list[str]]]]) -> None:
    """Give each column a name that no other has."""
    taken: set[str] = set()
    for column, _rows in cells:
        title = column.title.replace("(", " ").replace(")", " ")
        name = base = (column.name or kebab(title)).replace("-", "_")
        number = 2
        while not name or name in taken:
            name, number = f"{base or 'column'}_{number}", number + 1
        taken.add(name)
        column.name = name
