"""The answer of a saved query as a page shows it: a table, and the picture that its ``view`` asks for."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode, QueryBoolean, QuerySolutions, QueryTriples, RdfFormat, Triple, serialize

from mca_graph.errors import McaGraphError
from mca_graph.publishing.site.context import Site
from mca_graph.publishing.site.model import Bar, Link, Point, Span
from mca_graph.publishing.site.network import Edge
from mca_graph.publishing.site.values import (
    date_text,
    link_of,
    literal_link,
    money_text,
    number_of,
    point_of,
    year_of,
)
from mca_graph.queries.catalogue import SavedQuery
from mca_graph.queries.names import Names
from mca_graph.queries.parameters import bind_parameters
from mca_graph.queries.sparql import tokens
from mca_graph.store import Term

MOST_ROWS = 500
MOST_BARS = 40

Cell = Link | None


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


def answer(site: Site, query: SavedQuery, root: str, params: Mapping[str, str] | None = None) -> AnswerView:
    """Ask a saved query with the values given, else with its defaults, else with its examples where it must be."""
    given = dict(params or {})
    for parameter in query.params:
        if parameter.name not in given and parameter.required and parameter.example is not None:
            given[parameter.name] = parameter.example
    shown = {**{p.name: p.default for p in query.params if p.default is not None}, **given}
    try:
        text = bind_parameters(query, {name: [value] for name, value in given.items()}, Names(site.store, site.project))
        found = site.store.query(text)
        return _view(site, query, found, shown, root)
    except McaGraphError as error:
        site.warn(f"the query {query.id} has no answer for its page: {error.message}")
        return AnswerView([], [], 0, shown, problem=error.message)


def _view(site: Site, query: SavedQuery, found: object, given: dict[str, str], root: str) -> AnswerView:
    if isinstance(found, QueryBoolean):
        return AnswerView(["answer"], [[Link("yes" if found else "no")]], 1, given)
    if isinstance(found, QueryTriples):
        return _graph(site, list(found), given, root)
    assert isinstance(found, QuerySolutions)
    columns = [variable.value for variable in found.variables]
    terms = [[row[name] for name in columns] for row in found]
    ordered = any(token.kind == "name" and token.text.upper() == "ORDER" for token in tokens(query.text))
    rows = [[_cell(site, term, root) for term in row] for row in terms]
    together = list(zip(terms, rows, strict=True))
    if not ordered:
        together.sort(key=lambda pair: [((cell.text if cell else "").casefold(), cell.iri if cell else "") for cell in pair[1]])
    terms, rows = [pair[0] for pair in together], [pair[1] for pair in together]
    view = AnswerView([name.replace("_", " ") for name in columns], rows[:MOST_ROWS], len(rows), given)
    view.numeric = {
        index
        for index in range(len(columns))
        if any(row[index] is not None for row in terms) and all(row[index] is None or number_of(row[index]) is not None for row in terms)
    }
    view.data = {"csv": _csv(columns, terms), "json": _json(columns, terms)}
    _picture(view, query.view, columns, terms, rows)
    _drop_columns(view, rows)
    return view


def _drop_columns(view: AnswerView, rows: list[list[Cell]]) -> None:
    """Leave out of the table what only the map needs, and columns in which nothing stands."""
    kept = [
        index
        for index in range(len(view.columns))
        if not rows or any(row[index] is not None and row[index].kind != "point" for row in rows)  # type: ignore[union-attr]
    ]
    view.columns = [view.columns[index] for index in kept]
    view.rows = [[row[index] for index in kept] for row in view.rows]
    view.numeric = {place for place, index in enumerate(kept) if index in view.numeric}


def _cell(site: Site, term: Term | None, root: str) -> Cell:
    if term is None:
        return None
    if isinstance(term, Literal):
        return literal_link(term, site.project.language)
    number = site.snapshot.id_of(term)
    return link_of(site, number, root)


def _picture(
    view: AnswerView, kind: str, columns: list[str], terms: list[list[Term]], rows: list[list[Cell]]
) -> None:
    """Draw what the query's header asks for, from the kinds of its columns alone."""
    if kind == "chart-bar":
        measure = next((index for index in sorted(view.numeric) if "year" not in columns[index]), None)
        currency = next((index for index, name in enumerate(columns) if "currency" in name), None)
        if measure is None:
            return
        for row, cells in zip(terms, rows, strict=True):
            named = [cell for index, cell in enumerate(cells) if cell and index not in view.numeric and index != currency and cell.href]
            named = named or [cell for index, cell in enumerate(cells) if cell and index != measure]
            size, literal = number_of(row[measure]), row[measure]
            if named and size is not None and isinstance(literal, Literal):
                last = named[-1] if len(named) > 1 and len({r[0] for r in terms}) < len(terms) else named[0]
                group = named[0].text if last is not named[0] else ""
                unit = row[currency] if currency is not None else None
                said = money_text(literal.value, unit.value) if isinstance(unit, Literal) else cells[measure].text  # type: ignore[union-attr]
                view.bars.append(Bar(last, size, said, group))
        view.bars.sort(key=lambda bar: (bar.group, -bar.amount, bar.link.text.casefold()))
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


def _span(columns: list[str], row: list[Term], cells: list[Cell]) -> Span | None:
    """A line of a timeline: of the columns that hold dates the first is its beginning, the next its end."""
    link = next((cell for cell in cells if cell is not None and cell.iri), None)
    dated = [
        (name, term.value)
        for name, term, cell in zip(columns, row, cells, strict=True)
        if isinstance(term, Literal) and cell is not None and cell.kind == "date"
    ]
    if link is None or not dated or (start := year_of(dated[0][1])) is None:
        return None
    if len(dated) > 1 and (end := year_of(dated[1][1], end=True)) is not None and end > start:
        return Span(link, start, end, f"{date_text(dated[0][1])} to {date_text(dated[1][1])}")
    months = next((number_of(term) for name, term in zip(columns, row, strict=True) if "month" in name), None)
    if months:
        return Span(link, start, start + months / 12, f"from {date_text(dated[0][1])}, {int(months)} months")
    return Span(link, start, start + 0.5, f"from {date_text(dated[0][1])}", open=True)


def _graph(site: Site, triples: list[Triple], given: dict[str, str], root: str) -> AnswerView:
    triples = sorted(dict.fromkeys(triples), key=str)
    edges, rows = [], []
    for triple in triples:
        cells = [_cell(site, term, root) for term in (triple.subject, triple.predicate, triple.object)]  # type: ignore[arg-type]
        rows.append(cells)
        if isinstance(triple.object, NamedNode) and isinstance(triple.subject, NamedNode):
            source, target = (_with_kind(site, cell) for cell in (cells[0], cells[2]))
            assert cells[1] is not None
            edges.append(Edge(source, target, cells[1]))
    order = sorted(range(len(rows)), key=lambda index: [(cell.text if cell else "").casefold() for cell in rows[index]])
    view = AnswerView(["thing", "property", "value"], [rows[index] for index in order][:MOST_ROWS], len(rows), given)
    view.edges = edges
    prefixes = dict(site.project.prefixes)
    view.data = {
        "ttl": serialize(triples, format=RdfFormat.TURTLE, prefixes=prefixes) or b"",
        "nt": serialize(triples, format=RdfFormat.N_TRIPLES) or b"",
    }
    return view


def _with_kind(site: Site, cell: Cell) -> Link:
    assert cell is not None
    number = site.snapshot.find(cell.iri)
    types = site.vocabulary.specific(site.snapshot.types(number)) if number is not None else []
    return cell._replace(kind=site.snapshot.label(types[0]) if types else "")


def _csv(columns: list[str], rows: list[list[Term]]) -> bytes:
    """SPARQL 1.1 Query Results CSV; a cell that a spreadsheet would take for a formula is guarded."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_guarded(term) for term in row])
    return out.getvalue().encode()


def _guarded(term: Term | None) -> str:
    if term is None:
        return ""
    text = f"_:{term.value}" if not isinstance(term, NamedNode | Literal) else term.value
    return f"'{text}" if text[:1] in "=+-@\t\r" and text and number_of(term) is None else text


def _json(columns: list[str], rows: list[list[Term]]) -> bytes:
    """SPARQL 1.1 Query Results JSON."""
    bindings = []
    for row in rows:
        entry: dict[str, dict[str, str]] = {}
        for name, term in zip(columns, row, strict=True):
            if isinstance(term, Literal):
                entry[name] = {"type": "literal", "value": term.value}
                if term.language:
                    entry[name]["xml:lang"] = term.language
                elif not term.datatype.value.endswith("#string"):
                    entry[name]["datatype"] = term.datatype.value
            elif term is not None:
                entry[name] = {"type": "uri" if isinstance(term, NamedNode) else "bnode", "value": term.value}
        bindings.append(entry)
    head = json.dumps({"vars": columns}, ensure_ascii=False)
    lines = ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in bindings)
    return f'{{"head": {head}, "results": {{"bindings": [\n{lines}\n]}}}}\n'.encode()


