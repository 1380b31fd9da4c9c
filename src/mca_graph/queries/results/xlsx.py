"""Answers as an Excel workbook."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterable
from typing import TYPE_CHECKING, BinaryIO

import xlsxwriter
from pyoxigraph import Literal, NamedNode, QuerySolution

from mca_graph.errors import LimitError
from mca_graph.queries.results import is_link
from mca_graph.queries.results.formulas import looks_like_formula
from mca_graph.queries.results.rows import cell, heading, is_number, term_rows

if TYPE_CHECKING:
    from mca_graph.queries.results import Style

_MOST_ROWS = 1_048_575
_LONGEST = 32_767
_MOST_LINKS = 65_000
_EXACT_DIGITS = 15


def write_xlsx(columns: list[str], answer: Iterable[QuerySolution], out: BinaryIO, style: Style) -> int:
    """Write a workbook with one sheet; text is never taken for a formula.

    Raises:
        LimitError: there are more rows than a sheet holds.
    """
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    sheet = book.add_worksheet("Answer")
    bold = book.add_format({"bold": True, "bottom": 1})
    guarded = book.add_format({"quote_prefix": True})
    widths = [len(heading(name)) for name in columns]
    for index, name in enumerate(columns):
        sheet.write_string(0, index, heading(name), bold)
    count = links = 0
    for row in term_rows(answer, style):
        count += 1
        if count > _MOST_ROWS:
            raise LimitError(
                f"a sheet holds {_MOST_ROWS:,} rows, the answer has more", "use csv, or add a LIMIT"
            )
        for index, term in enumerate(row):
            text = cell(term, style)[:_LONGEST]
            widths[index] = max(widths[index], min(len(text), 60))
            if (
                isinstance(term, Literal)
                and is_number(term)
                and len(term.value.strip("+-.")) <= _EXACT_DIGITS
            ):
                with contextlib.suppress(ValueError):
                    sheet.write_number(count, index, float(term.value))
                    continue
            if (
                isinstance(term, NamedNode)
                and is_link(term)
                and links < _MOST_LINKS
                and len(term.value) < 2000
            ):
                links += 1
                sheet.write_url(count, index, term.value, string=text)
            elif text:
                sheet.write_string(count, index, text, guarded if looks_like_formula(text) else None)
    for index, width in enumerate(widths):
        sheet.set_column(index, index, width + 2)
    sheet.freeze_panes(1, 0)
    if count and columns:
        sheet.autofilter(0, 0, count, len(columns) - 1)
    book.close()
    out.write(buffer.getvalue())
    return count
