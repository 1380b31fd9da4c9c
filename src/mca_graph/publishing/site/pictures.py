"""What the answer of a query holds, and the picture that its ``view`` asks for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from pyoxigraph import Literal

from mca_graph.publishing.site.model import Bar, Link, Point, Span
from mca_graph.publishing.site.network import Edge
from mca_graph.publishing.site.values import date_text, money_text, number_of, point_of, year_of
from mca_graph.store import Term

Cell = Link | None

_ENDS = re.compile(r"(start|end|start and end)\Z")


@dataclass(slots=True)
class AnswerView:
    """The answer of a query.

    Attributes:
        columns: headings; a number's column is told by ``numeric``.
        rows: the first rows, as links.
        total: how many rows or statements there are.
        given: the values of its parameters, as they were chosen.
        data: files with the whole answer, by their ending.
    """

    columns: list[str]
    rows: list[list[Cell]]
    total: int
    given: dict[str, str]
    numeric: set[int] = field(default_factory=set)
    bars: list[Bar] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    data: dict[str, bytes] = field(default_factory=dict)
    problem: str = ""


Terms = Sequence[Sequence[Term | None]]
Cells = Sequence[Sequence[Cell]]


def draw(view: AnswerView, kind: str, columns: Sequence[str], terms: Terms, rows: Cells) -> None:
    """Draw what the query's header asks for, from the kinds of its columns alone."""
    if kind == "chart-bar":
        _bars(view, columns, terms, rows)
    elif kind == "map":
        for row, cells in zip(terms, rows, strict=True):
            point = next((found for term in row if (found := point_of(term)) is not None), None)
            named = [cell for cell in cells if cell is not None and cell.iri]
            if point is not None and named:
                view.points.append(Point(*point, named[0], named[-1]))
    elif kind == "timeline":
        for row, cells in zip(terms, rows, strict=True):
            span = _span(columns, row, cells)
            if span is not None:
                view.spans.append(span)


def _bars(view: AnswerView, columns: Sequence[str], terms: Terms, rows: Cells) -> None:
    """A bar a row: its length is the first number; where the first column repeats, it groups the bars."""
    measure = next((index for index in sorted(view.numeric) if "year" not in columns[index]), None)
    currency = next((index for index, name in enumerate(columns) if "currency" in name), None)
    if measure is None:
        return
    repeats = len({row[0] for row in terms}) < len(terms)
    for row, cells in zip(terms, rows, strict=True):
        linked = [
            cell
            for index, cell in enumerate(cells)
            if cell and index not in view.numeric and index != currency and cell.href
        ]
        named = linked or [cell for index, cell in enumerate(cells) if cell and index != measure]
        size, literal = number_of(row[measure]), row[measure]
        if not named or size is None or not isinstance(literal, Literal):
            continue
        what = named[-1] if len(named) > 1 and repeats else named[0]
        unit = row[currency] if currency is not None else None
        said = money_text(literal.value, unit.value if isinstance(unit, Literal) else "")
        view.bars.append(Bar(what, size, said, named[0].text if what is not named[0] else ""))
    view.bars.sort(key=lambda bar: (bar.group, -bar.amount, bar.link.text.casefold(), bar.link.iri))


def _span(columns: Sequence[str], row: Sequence[Term | None], cells: Sequence[Cell]) -> Span | None:
    """A line of a timeline: of the columns that hold dates the first is its beginning, the next its end."""
    link = next((cell for cell in cells if cell is not None and cell.iri), None)
    dated = [
        (name, term.value)
        for name, term, cell in zip(columns, row, cells, strict=True)
        if isinstance(term, Literal) and cell is not None and cell.kind == "date"
    ]
    if link is None or not dated or (start := year_of(dated[0][1])) is None:
        return None
    lent = _lent(columns, row)
    if len(dated) > 1 and (end := year_of(dated[1][1], end=True)) is not None and end > start:
        said = f"{date_text(dated[0][1])} to {date_text(dated[1][1])}{lent}"
        return Span(link, start, end, said, open=bool(lent))
    months = next((number_of(term) for name, term in zip(columns, row, strict=True) if "month" in name), None)
    if months:
        said = f"from {date_text(dated[0][1])}, {int(months)} months{lent}"
        return Span(link, start, start + months / 12, said, open=bool(lent))
    return Span(link, start, start + 0.5, f"from {date_text(dated[0][1])}{lent}", open=True)


def _lent(columns: Sequence[str], row: Sequence[Term | None]) -> str:
    """Which ends of a line are those of something else: a column ``from_phase`` tells those of the phase."""
    for name, term in zip(columns, row, strict=True):
        if name.startswith("from_") and isinstance(term, Literal) and _ENDS.match(term.value):
            return f" ({term.value} of the {name.removeprefix('from_').replace('_', ' ')})"
    return ""
