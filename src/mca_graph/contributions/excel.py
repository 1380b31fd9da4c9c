"""Read a workbook's sheets; nothing in it is ever worked out or run."""

from __future__ import annotations

import datetime
import re
import warnings
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from mca_graph.contributions.archive import check_archive
from mca_graph.contributions.cells import Cell, Grid, reference
from mca_graph.errors import LimitError, ReadError

_MOST_CELLS = 20_000_000
_FORMULA = ("a formula is not read: only what is written in a cell counts", "paste the value instead")


def read_workbook(path: Path) -> Iterator[Grid]:
    """Yield the sheets of a workbook.

    Raises:
        ReadError: it is none, or not one that is safe to open.
        LimitError: it is too large.
    """
    check_archive(path)
    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # on extensions that hold no data
            book = openpyxl.load_workbook(path, read_only=True, data_only=False, keep_links=False)
    except Exception as error:  # whatever the library meets in a broken file
        raise ReadError(str(path), f"this workbook cannot be read: {error}", hint="save it again") from error
    try:
        for sheet in book.worksheets:
            sheet.reset_dimensions()
            yield _grid(path, sheet)
    finally:
        book.close()


def _grid(path: Path, sheet: Any) -> Grid:
    rows = _rows(path, sheet)
    _number, heads = next(rows, (1, {}))
    return Grid(sheet.title, heads, rows)


def _rows(path: Path, sheet: Any) -> Iterator[tuple[int, dict[int, Cell]]]:
    seen = 0
    rows = sheet.iter_rows()
    for number in range(1, 1 << 21):
        try:
            row = next(rows, None)
        except Exception as error:  # whatever the library meets in a broken file
            where = f"sheet {sheet.title!r} cannot be read after row {number - 1}: {error}"
            raise ReadError(str(path), where, hint="save it again") from error
        if row is None:
            return
        seen += len(row)
        if seen > _MOST_CELLS:
            raise LimitError(
                f"{path}: sheet {sheet.title!r} has more than {_MOST_CELLS:,} cells", "use a CSV file"
            )
        cells = {
            at: cell
            for at, found in enumerate(row)
            if found.value is not None and (cell := _cell(found, reference(number, at))).text.strip()
        }
        if cells:
            yield number, cells


def _cell(found: Any, name: str) -> Cell:
    value = found.value
    if found.data_type == "f" or not isinstance(
        value, str | int | float | datetime.date | datetime.time | datetime.timedelta
    ):
        return Cell(value if isinstance(value, str) else "=…", name, *_FORMULA)
    if found.data_type == "e":
        return Cell(str(value), name, f"the cell shows the error {value}", "write the value itself")
    if isinstance(value, datetime.datetime | datetime.date):
        return Cell(_moment(value, str(found.number_format)), name)
    if isinstance(value, datetime.time | datetime.timedelta):
        return Cell(str(value), name, "a time of day is not read", "write a day, such as 2024-02-13")
    if isinstance(value, str):
        return Cell(_plain(value), name)
    return Cell(_number(value), name)


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _number(value: float) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return format(Decimal(repr(value)), "f").removesuffix(".0")


def _moment(value: datetime.date, form: str) -> str:
    """A date as exactly as the cell shows it: a day, a month, a year; a moment where it has a time."""
    if isinstance(value, datetime.datetime):
        if value.time() != datetime.time():
            return value.isoformat(timespec="seconds")
        value = value.date()
    shown = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", form).lower()
    if "d" in shown or "y" not in shown:
        return value.isoformat()
    return value.isoformat()[:7] if "m" in shown else value.isoformat()[:4]
