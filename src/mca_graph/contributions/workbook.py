"""Write a template as an Excel workbook: sheets to fill in, a guide, and a hidden sheet of lists."""

from __future__ import annotations

import datetime
import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from mca_graph.contributions.fill import Sheet
from mca_graph.contributions.guide import HEADINGS, INTRODUCTION, about, guide_rows, needed, what_to_write
from mca_graph.contributions.layout import RESERVED, Slot
from mca_graph.errors import LimitError
from mca_graph.namespaces import XSD
from mca_graph.queries.results.formulas import looks_like_formula

_MOST_ROWS = 1_048_575
_LONGEST = 32_767
_LONGEST_LIST = 50_000
_CHECKED_ROWS = 10_000
_EXACT_DIGITS = 15
_NUMERIC = frozenset(XSD + name for name in ("decimal", "integer", "nonNegativeInteger", "double", "float"))
_WHEN = datetime.datetime(2000, 1, 1)
"""A stated moment of making, so that the same template is the same file."""

_TOP = {"text_wrap": True, "valign": "top"}
_TEXT = {"num_format": "@", **_TOP}
_FORMATS: dict[str, dict[str, Any]] = {
    "head": {"bold": True, "bottom": 1, "bg_color": "#E8EEF4", **_TOP},
    "needed": {"bold": True, "bottom": 1, "bg_color": "#FFE6B3", **_TOP},
    "text": _TEXT,
    "guarded": {**_TEXT, "quote_prefix": True},
    "number": {"num_format": "General", "valign": "top"},
    "example": {**_TEXT, "italic": True, "font_color": "#767676"},
    "guide": _TOP,
}


def workbook(sheets: Sequence[Sheet], title: str) -> bytes:
    """A workbook of these tables.

    Raises:
        LimitError: there is more than a sheet or a cell can hold.
    """
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(buffer, {**options, "strings_to_numbers": False})
    book.set_properties({"title": title, "created": _WHEN})
    formats = {name: book.add_format(entries) for name, entries in _FORMATS.items()}
    pages = [book.add_worksheet(sheet.kind.name[:31]) for sheet in sheets]
    guide, lists = (book.add_worksheet(name) for name in RESERVED)
    lists.hide()
    ranges = _Lists(lists)
    for page, sheet in zip(pages, sheets, strict=True):
        _write_sheet(page, sheet, formats, ranges)
    _write_guide(guide, list(sheets), formats)
    book.close()
    return buffer.getvalue()


class _Lists:
    """Pick lists on the hidden sheet, each written once."""

    def __init__(self, sheet: Any) -> None:
        self._sheet = sheet
        self._columns: dict[tuple[str, ...], str] = {}

    def range(self, names: Sequence[str]) -> str:
        """The reference of the cells that hold a list."""
        key = tuple(names[:_LONGEST_LIST])
        if key not in self._columns:
            at = len(self._columns)
            for row, name in enumerate(key):
                self._sheet.write_string(row, at, name[:_LONGEST])
            letters = xlsxwriter.utility.xl_col_to_name(at, True)
            self._columns[key] = f"={RESERVED[1]}!{letters}$1:{letters}${len(key)}"
        return self._columns[key]


def _write_sheet(page: Any, sheet: Sheet, formats: dict[str, Any], ranges: _Lists) -> None:
    if len(sheet.rows) > _MOST_ROWS:
        raise LimitError(f"a sheet holds {_MOST_ROWS:,} rows, there are {len(sheet.rows):,}", "use csv")
    for at, slot in enumerate(sheet.slots):
        is_needed = slot.column is not None and slot.column.required
        heading, style = (f"{slot.heading} *", "needed") if is_needed else (slot.heading, "head")
        page.write_string(0, at, heading, formats[style])
        comment = "\n".join(filter(None, (about(sheet, slot), what_to_write(sheet, at))))
        page.write_comment(0, at, comment[:_LONGEST], {"x_scale": 2.5, "y_scale": 1.5})
        width = 40 if slot.column is not None and slot.column.values.of_text else 24
        page.set_column(at, at, width, formats["number" if _is_numeric(slot) else "text"])
        _validate(page, sheet, at, ranges)
    rows = sheet.rows or [sheet.example]
    for number, row in enumerate(rows, start=1):
        for at, text in enumerate(row):
            _write_cell(page, number, at, sheet.slots[at], text, formats, example=not sheet.rows)
    page.freeze_panes(1, 1)


def _write_cell(
    page: Any, number: int, at: int, slot: Slot, text: str, formats: dict[str, Any], *, example: bool
) -> None:
    if len(text) > _LONGEST:
        where = xlsxwriter.utility.xl_rowcol_to_cell(number, at)
        raise LimitError(f"a cell holds {_LONGEST:,} characters, {where} would have {len(text):,}", "use csv")
    if not text:
        return
    style = "example" if example else "guarded" if looks_like_formula(text) else "text"
    if _is_numeric(slot) and _is_exact(text):
        page.write_number(number, at, float(text), formats["example" if example else "number"])
    else:
        page.write_string(number, at, text, formats[style])


def _is_numeric(slot: Slot) -> bool:
    return (
        slot.column is not None
        and slot.column.values.datatypes[:1] != ()
        and all(datatype in _NUMERIC for datatype in slot.column.values.datatypes)
    )


def _is_exact(text: str) -> bool:
    """True for a number that a spreadsheet keeps as it is."""
    try:
        float(text)
    except ValueError:
        return False
    digits = text.strip("+-").replace(".", "").strip("0")
    return (len(digits) <= _EXACT_DIGITS and digits.isdigit()) or set(text) <= set("0.")


def _validate(page: Any, sheet: Sheet, at: int, ranges: _Lists) -> None:
    """The pick list of a column and the message that shows while a cell is filled in."""
    slot, listed = sheet.slots[at], sheet.choices[at]
    hint = {"yes": "Needed. ", "if known": "If known. "}.get(needed(slot), "") + what_to_write(sheet, at)
    entries: dict[str, Any] = {
        "validate": "any",
        "input_title": slot.heading[:32],
        "input_message": hint if len(hint) <= 255 else f"{hint[:254]}…",
    }
    if listed:
        strict = slot.column is not None and not slot.column.many and bool(slot.column.values.schemes)
        entries |= {"validate": "list", "source": ranges.range(listed), "show_error": strict}
        entries |= {"error_title": "Not in the list", "error_message": "Choose a name from the list."}
    page.data_validation(1, at, _CHECKED_ROWS, at, entries)


def _write_guide(page: Any, sheets: list[Sheet], formats: dict[str, Any]) -> None:
    for number, line in enumerate(INTRODUCTION):
        page.write_string(number, 0, line)
    top = len(INTRODUCTION) + 1
    for at, heading in enumerate(HEADINGS):
        page.write_string(top, at, heading, formats["head"])
    for number, row in enumerate(guide_rows(sheets), start=top + 1):
        for at, text in enumerate(row):
            if text:
                page.write_string(number, at, text[:_LONGEST], formats["guide"])
    for at, width in enumerate((16, 28, 9, 9, 50, 50, 40)):
        page.set_column(at, at, width)
    page.freeze_panes(top + 1, 0)
