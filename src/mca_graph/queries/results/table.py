"""A table for the terminal: columns share the width by need, long cells wrap, nothing is cut off."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from itertools import chain, islice
from typing import TYPE_CHECKING, BinaryIO

from pyoxigraph import QuerySolution

from mca_graph.queries.results.rows import cell, heading, is_number, term_rows

if TYPE_CHECKING:
    from mca_graph.queries.results import Style

_SAMPLE = 1000
"""Rows that the widths are worked out from; later ones wrap to the same widths."""

_GAP = "  "
_WIDEST_WORD = 32
"""A longer word, such as a link, may be broken to keep the columns side by side."""


def write_table(columns: list[str], answer: Iterable[QuerySolution], out: BinaryIO, style: Style) -> int:
    """Write an answer as an aligned table and return how many rows it has."""
    rows = ([(cell(term, style), is_number(term)) for term in row] for row in term_rows(answer, style))
    sample = list(islice(rows, _SAMPLE))
    heads = [heading(name) for name in columns]
    widths = _widths(heads, [[text for text, _number in row] for row in sample], style.width)
    bold, reset = ("\x1b[1m", "\x1b[0m") if style.colour else ("", "")

    def emit(line: str) -> None:
        out.write(f"{line}\n".encode())

    if not columns:
        return 0
    if widths is None:
        return _write_records(heads, chain(sample, rows), out, style.width)
    for line in _lines([(head, False) for head in heads], widths):
        emit(f"{bold}{line}{reset}")
    emit(_GAP.join("─" * width for width in widths))
    count = 0
    wraps = any(
        display_width(text) > width for row in sample for (text, _n), width in zip(row, widths, strict=True)
    )
    for row in chain(sample, rows):
        if wraps and count and len(columns) > 1:
            emit("")
        for line in _lines(row, widths):
            emit(line)
        count += 1
    return count


def _write_records(
    heads: list[str],
    rows: Iterable[list[tuple[str, bool]]],
    out: BinaryIO,
    width: int,
) -> int:
    """More than the terminal can hold side by side: one record a row, one line a value.

    Rows that follow each other and differ in their last value only make one record that lists the values.
    """
    label = max(display_width(head) for head in heads)
    room = max(width - label - len(_GAP), 20)
    count = 0
    before: list[str] = []
    for row in rows:
        texts = [text for text, _number in row]
        goes_on = bool(before) and len(texts) > 1 and texts[:-1] == before[:-1]
        if count and not goes_on:
            out.write(b"\n")
        first = len(texts) - 1 if goes_on else 0
        for head, text in list(zip(heads, texts, strict=True))[first:]:
            name = "" if goes_on else head
            for line in [text] if " " not in text else wrap(text, room):  # a link stays whole, to be followed
                padding = " " * (label - display_width(name))
                out.write(f"{name}{padding}{_GAP}{line}".rstrip().encode() + b"\n")
                name = ""
        before = texts
        count += 1
    return count


def _widths(heads: list[str], rows: list[list[str]], total: int) -> list[int] | None:
    """Share the width: every column gets what its words need, then what is left goes round in equal parts.

    None where the terminal is too narrow for so many columns.
    """
    columns = [[head, *(row[index] for row in rows)] for index, head in enumerate(heads)]
    wanted = [max(map(display_width, texts)) or 1 for texts in columns]
    if total <= 0:
        return wanted
    room = total - len(_GAP) * (len(heads) - 1)
    if sum(wanted) <= room:
        return wanted
    words = [max(display_width(word) for text in texts for word in text.split(" ")) for texts in columns]
    widths = [min(width, word, _WIDEST_WORD) or 1 for width, word in zip(wanted, words, strict=True)]
    room -= sum(widths)
    if room < 0:
        return None
    open_columns = [index for index, width in enumerate(wanted) if width > widths[index]]
    while room > 0 and open_columns:
        for index in open_columns[:room]:
            widths[index] += 1
            room -= 1
        open_columns = [index for index in open_columns if wanted[index] > widths[index]]
    return widths


def _lines(row: list[tuple[str, bool]], widths: list[int]) -> list[str]:
    wrapped = [wrap(text, width) for (text, _number), width in zip(row, widths, strict=True)]
    height = max(len(lines) for lines in wrapped)
    result = []
    for index in range(height):
        parts = []
        for lines, (_text, number), width in zip(wrapped, row, widths, strict=True):
            text = lines[index] if index < len(lines) else ""
            padding = " " * (width - display_width(text))
            parts.append(padding + text if number else text + padding)
        result.append(_GAP.join(parts).rstrip())
    return result


def wrap(text: str, width: int) -> list[str]:
    """Break text into lines of at most so many columns: between words, or within one that is too long."""
    if display_width(text) <= width:
        return [text]
    lines: list[str] = []
    current = ""
    for word in text.split(" "):
        joined = f"{current} {word}" if current else word
        if display_width(joined) <= width:
            current = joined
            continue
        if current:
            lines.append(current)
        while display_width(word) > width:
            head = _prefix(word, width)
            lines.append(head)
            word = word[len(head) :]
        current = word
    return [*lines, current] if current or not lines else lines


def _prefix(word: str, width: int) -> str:
    """The longest beginning that fits, cut after a mark such as ``/`` or ``-`` where one is near."""
    used = end = 0
    while end < len(word) and used + _columns(word[end]) <= width:
        used += _columns(word[end])
        end += 1
    head = word[: max(end, 1)]
    cut = max(head.rfind(mark) for mark in "/-_.,:#?&=") + 1
    return head[:cut] if cut > width // 2 else head


def display_width(text: str) -> int:
    """Columns that a text takes in a terminal (Unicode Standard Annex 11)."""
    return len(text) if text.isascii() else sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
