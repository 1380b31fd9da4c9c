"""Read a CSV file: with commas, semicolons or tabs between the cells (RFC 4180)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mca_graph.contributions.cells import Cell, Grid, reference
from mca_graph.errors import ReadError
from mca_graph.queries.results.formulas import unguarded
from mca_graph.rdf.read import read_bytes

_LONGEST = 1 << 20
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_QUOTED = re.compile(r'"(?:[^"]|"")*"')


def read_delimited(path: Path) -> Grid:
    """Read a CSV file; its first record holds the headings.

    Raises:
        ReadError: it is not UTF-8, or its quotation marks do not match.
    """
    text = read_bytes(path).decode("utf-8").removeprefix("\ufeff")
    delimiter, skipped = _delimiter(text)
    rows = _rows(path, text, delimiter, skipped)
    _number, heads = next(rows, (1, {}))
    return Grid(None, heads, rows)


def _delimiter(text: str) -> tuple[str, int]:
    """What stands between the cells, and whether the first line only says so, as in ``sep=;``."""
    first = text.split("\n", 1)[0].strip()
    if found := re.fullmatch(r'"?sep=(.)"?', first, re.IGNORECASE):
        return found.group(1), 1
    outside = _QUOTED.sub("", first if first.count('"') % 2 == 0 else text[:10_000])
    return max(",;\t", key=lambda mark: outside.count(mark)), 0


def _rows(path: Path, text: str, delimiter: str, skipped: int) -> Iterator[tuple[int, dict[int, Cell]]]:
    stream = io.StringIO(text, newline="")
    reader = csv.reader(stream, delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        try:
            with _field_limit():
                record = next(reader, None)
        except csv.Error as error:
            hint = 'a quotation mark within a cell is written twice: ""'
            raise ReadError(str(path), str(error), line=reader.line_num, hint=hint) from error
        if record is None:
            return
        cells = {at: _cell(value, reference(number, at)) for at, value in enumerate(record) if value.strip()}
        if cells and number > skipped:
            yield number, cells


def _cell(value: str, name: str) -> Cell:
    text = unguarded(value).replace("\r\n", "\n").replace("\r", "\n")
    if found := _CONTROL.search(text):
        shown = _CONTROL.sub("�", text)
        what = f"the control character U+{ord(found.group()):04X} stands in this cell"
        return Cell(shown, name, what, "write the text again")
    if text.startswith("=") and not value.startswith("'"):
        return Cell(text, name, "a formula is not read", "write the value, or an apostrophe before the text")
    return Cell(text, name)


@contextmanager
def _field_limit() -> Iterator[None]:
    before = csv.field_size_limit(_LONGEST)
    try:
        yield
    finally:
        csv.field_size_limit(before)
