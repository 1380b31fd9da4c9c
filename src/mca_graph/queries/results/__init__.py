"""Write the answer of a query in the format that was asked for.

The four result formats of SPARQL 1.1 and all RDF syntaxes are written by the engine itself, exactly
as the recommendations say, and streamed. The others are for people: they show labels.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, islice
from typing import BinaryIO

from pyoxigraph import NamedNode, QueryBoolean, QueryResultsFormat, QuerySolutions, QueryTriples

from mca_graph.errors import McaGraphError, did_you_mean
from mca_graph.namespaces import Prefixes
from mca_graph.queries.labels import Labels
from mca_graph.queries.results.rows import SORT_LIMIT
from mca_graph.rdf.formats import FORMAT_NAMES, format_named
from mca_graph.rdf.write import to_text, write_statements
from mca_graph.rdf.xml import XmlOutput
from mca_graph.store import Answer

_BOOLEAN_FORMATS = ("table", "csv", "tsv", "json", "xml", "jsonl", "md")
TABLE_FORMATS = ("table", "csv", "tsv", "json", "xml", "jsonl", "md", "html", "xlsx", "geojson")

_STANDARD = {
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
}


@dataclass(frozen=True, slots=True)
class Style:
    """How an answer is shown to people.

    Attributes:
        labels: names things.
        width: columns of the terminal; 0 for no limit.
        title: a heading for formats that have one.
        sort: order the rows by what they show.
        colour: use terminal colours.
        prefixes: for a graph that is written; only those that it uses are.
    """

    labels: Labels
    width: int = 80
    title: str = ""
    sort: bool = False
    colour: bool = False
    prefixes: Prefixes | None = None


def write_answer(answer: Answer, format_name: str | None, out: BinaryIO, style: Style) -> int:
    """Write an answer and return how many rows or triples it has; -1 where that was not counted.

    Args:
        answer: what the store gave.
        format_name: None for the default of the kind of answer.
        out: where to write bytes.
        style: how people see it.

    Raises:
        McaGraphError: the format does not fit the kind of answer.
    """
    if isinstance(answer, QueryTriples):
        syntax = format_named(_fitting(format_name or "turtle", FORMAT_NAMES, "a graph"))
        held = sorted(islice(answer, SORT_LIMIT), key=str)
        more = next(answer, None)
        if more is None:
            out.write(to_text(held, syntax.engine, style.prefixes))
        else:
            write_statements(chain(held, [more], answer), out, syntax.engine)
        return -1
    is_boolean = isinstance(answer, QueryBoolean)
    known, what = (_BOOLEAN_FORMATS, "a yes-or-no answer") if is_boolean else (TABLE_FORMATS, "a table")
    name = _fitting(format_name or "table", known, what)
    if name in _STANDARD:
        if isinstance(answer, QueryBoolean) and name in ("csv", "tsv"):
            out.write(b"true\n" if answer else b"false\n")  # the recommendation defines no form for ASK
        else:
            answer.serialize(XmlOutput(out) if name == "xml" else out, format=_STANDARD[name])  # type: ignore[arg-type]
        return -1
    if isinstance(answer, QueryBoolean):
        return _write_boolean(bool(answer), name, out)
    return _write_rows(answer, name, out, style)


def _write_rows(answer: QuerySolutions, name: str, out: BinaryIO, style: Style) -> int:
    columns = [variable.value for variable in answer.variables]
    if name == "table":
        from mca_graph.queries.results.table import write_table

        return write_table(columns, answer, out, style)
    if name == "md":
        from mca_graph.queries.results.text import write_markdown

        return write_markdown(columns, answer, out, style)
    if name == "html":
        from mca_graph.queries.results.text import write_html

        return write_html(columns, answer, out, style)
    if name == "jsonl":
        from mca_graph.queries.results.text import write_json_lines

        return write_json_lines(columns, answer, out, style)
    if name == "xlsx":
        from mca_graph.queries.results.xlsx import write_xlsx

        return write_xlsx(columns, answer, out, style)
    from mca_graph.queries.results.geojson import write_geojson

    return write_geojson(columns, answer, out, style)


def _write_boolean(answer: bool, name: str, out: BinaryIO) -> int:
    if name == "jsonl":
        out.write(b'{"boolean": %s}\n' % (b"true" if answer else b"false"))
    else:
        out.write(b"yes\n" if answer else b"no\n")
    return 1


def _fitting(name: str, known: tuple[str, ...], what: str) -> str:
    if name in known:
        return name
    if name in TABLE_FORMATS or name in FORMAT_NAMES:
        raise McaGraphError(f"{what} cannot be written as {name}", f"use one of {', '.join(known)}")
    raise McaGraphError(
        f"unknown format {name!r}", did_you_mean(name, known) or f"use one of {', '.join(known)}"
    )


def is_link(term: object) -> bool:
    """True for an IRI that a browser may follow: http, https or mailto and nothing else."""
    return isinstance(term, NamedNode) and term.value.lower().startswith(("http://", "https://", "mailto:"))
