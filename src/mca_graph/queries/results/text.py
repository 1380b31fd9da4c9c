"""Answers as Markdown, HTML and JSON lines."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, BinaryIO

from pyoxigraph import BlankNode, NamedNode, QuerySolution, Triple

from mca_graph.queries.results import is_link
from mca_graph.queries.results.rows import cell, heading, is_number, term_rows
from mca_graph.store import Term

if TYPE_CHECKING:
    from mca_graph.queries.results import Style

_ESCAPES = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_[]<>|#~"})

_PAGE_HEAD = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; }}
table {{ border-collapse: collapse; }}
th, td {{ border-bottom: 1px solid; padding: .4rem .8rem; text-align: left; vertical-align: top; }}
td.number {{ font-variant-numeric: tabular-nums; text-align: right; }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
<table>
<thead><tr>{heads}</tr></thead>
<tbody>
"""


def write_markdown(columns: list[str], answer: Iterable[QuerySolution], out: BinaryIO, style: Style) -> int:
    """Write a table in GitHub Flavored Markdown (section 4.10); links go to the things themselves."""
    heads = [heading(name).translate(_ESCAPES) for name in columns]
    out.write(f"| {' | '.join(heads)} |\n|{'|'.join(' --- ' for _ in heads)}|\n".encode())
    count = 0
    for row in term_rows(answer, style):
        out.write(f"| {' | '.join(_markdown_cell(term, style) for term in row)} |\n".encode())
        count += 1
    return count


def _markdown_cell(term: Term | None, style: Style) -> str:
    text = cell(term, style).translate(_ESCAPES)
    if isinstance(term, NamedNode) and is_link(term):
        address = term.value.replace("(", "%28").replace(")", "%29").replace("|", "%7C")
        return f"[{text}]({address})"
    return text


def write_html(columns: list[str], answer: Iterable[QuerySolution], out: BinaryIO, style: Style) -> int:
    """Write a whole page with one table; everything from the graph is escaped."""
    title = html.escape(style.title or "Answer")
    heads = "".join(f'<th scope="col">{html.escape(heading(name))}</th>' for name in columns)
    out.write(_PAGE_HEAD.format(title=title, heads=heads, language="en").encode())
    count = 0
    for row in term_rows(answer, style):
        out.write(f"<tr>{''.join(_html_cell(term, style) for term in row)}</tr>\n".encode())
        count += 1
    out.write(b"</tbody>\n</table>\n</main>\n</body>\n</html>\n")
    return count


def _html_cell(term: Term | None, style: Style) -> str:
    text = html.escape(cell(term, style))
    if is_link(term):
        assert isinstance(term, NamedNode)
        text = f'<a href="{html.escape(term.value)}">{text}</a>'
    return f'<td class="number">{text}</td>' if is_number(term) else f"<td>{text}</td>"


def write_json_lines(columns: list[str], answer: Iterable[QuerySolution], out: BinaryIO, style: Style) -> int:
    """Write one JSON object a row, each binding as in SPARQL 1.1 Query Results JSON Format, section 3.2.2."""
    count = 0
    for row in answer:
        bound = {name: _binding(row[name]) for name in columns if row[name] is not None}
        out.write(json.dumps(bound, ensure_ascii=False).encode() + b"\n")
        count += 1
    return count


def _binding(term: Term | Triple) -> dict[str, Any]:
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, Triple):
        parts = (("subject", term.subject), ("predicate", term.predicate), ("object", term.object))
        return {"type": "triple", "value": {name: _binding(part) for name, part in parts}}
    entry = {"type": "literal", "value": term.value}
    if term.language:
        entry["xml:lang"] = term.language
    elif term.datatype.value != "http://www.w3.org/2001/XMLSchema#string":
        entry["datatype"] = term.datatype.value
    return entry
