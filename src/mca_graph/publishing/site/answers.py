"""The answer of a saved query as a page shows it: a table, and the picture that its ``view`` asks for."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping

from pyoxigraph import (
    Literal,
    NamedNode,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Triple,
    serialize,
)

from mca_graph.errors import McaGraphError
from mca_graph.publishing.site.context import Site, Warn
from mca_graph.publishing.site.model import Link
from mca_graph.publishing.site.network import Edge
from mca_graph.publishing.site.pictures import AnswerView, Cell, draw
from mca_graph.publishing.site.values import link_of, literal_link, number_of
from mca_graph.queries.catalogue import SavedQuery
from mca_graph.queries.names import Names
from mca_graph.queries.parameters import bind_parameters
from mca_graph.queries.sparql import is_ordered
from mca_graph.store import Term

MOST_ROWS = 500


def answer(
    site: Site,
    query: SavedQuery,
    root: str,
    params: Mapping[str, str] | None = None,
    warn: Warn | None = None,
) -> AnswerView:
    """Ask a saved query: with the values given, else its defaults, or examples where it needs one."""
    given = dict(params or {})
    for parameter in query.params:
        if parameter.name not in given and parameter.required and parameter.example is not None:
            given[parameter.name] = parameter.example
    shown = {**{p.name: p.default for p in query.params if p.default is not None}, **given}
    try:
        text = bind_parameters(
            query, {name: [value] for name, value in given.items()}, Names(site.store, site.project)
        )
        found = site.store.query(text)
        return _view(site, query, found, shown, root)
    except McaGraphError as error:
        (warn or site.warn)(f"the query {query.id} has no answer for its page: {error.message}")
        return AnswerView([], [], 0, shown, problem=error.message)


def _view(site: Site, query: SavedQuery, found: object, given: dict[str, str], root: str) -> AnswerView:
    if isinstance(found, QueryBoolean):
        return AnswerView(["answer"], [[Link("yes" if found else "no")]], 1, given)
    if isinstance(found, QueryTriples):
        return _graph(site, list(found), given, root)
    assert isinstance(found, QuerySolutions)
    columns = [variable.value for variable in found.variables]
    terms = [[row[name] for name in columns] for row in found]
    rows = [[_cell(site, term, root) for term in row] for row in terms]
    together = list(zip(terms, rows, strict=True))
    if not is_ordered(query.text):
        together.sort(
            key=lambda pair: [
                ((cell.text if cell else "").casefold(), cell.iri if cell else "") for cell in pair[1]
            ]
        )
    terms, rows = [pair[0] for pair in together], [pair[1] for pair in together]
    view = AnswerView([name.replace("_", " ") for name in columns], rows[:MOST_ROWS], len(rows), given)
    view.numeric = {
        index
        for index in range(len(columns))
        if any(row[index] is not None for row in terms)
        and all(row[index] is None or number_of(row[index]) is not None for row in terms)
    }
    view.data = {"csv": _csv(columns, terms), "json": _json(columns, terms)}
    draw(view, query.view, columns, terms, rows)
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
    order = sorted(
        range(len(rows)), key=lambda index: [(cell.text if cell else "").casefold() for cell in rows[index]]
    )
    view = AnswerView(
        ["thing", "property", "value"], [rows[index] for index in order][:MOST_ROWS], len(rows), given
    )
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
    types = site.vocabulary.specific(site.snapshot.types(number)) if number is not None else ()
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
