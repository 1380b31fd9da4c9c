"""A table for the terminal: columns share the width by need, long cells wrap, nothing is cut off."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO

from pyoxigraph import QuerySolution

from mca_graph.queries.results.rows import cell, heading, is_number, term_rows

if TYPE_CHECKING:
    from mca_graph.queries.results import Style

_SAMPLE = 1000
"""Rows that the widths are worked out from; later ones wrap to the same widths."""

_GAP = "  "
_NARROWEST = 8


def write_table(columns: list[str], answer: Iterable[QuerySolution], out: BinaryIO, style: Style) -> int:
    """Write an answer as an aligned table and return how many rows it has."""
    rows = (
        [(cell(term, style), is_number(term)) for term in row] for row in term_rows(columns, answer, style)
    )
    sample = list(islice(rows, _SAMPLE))
    heads = [heading(name) for name in columns]
    widths = _widths(heads, [[text for text, _number in row] for row in sample], style.width)
    bold, reset = ("\x1b[1m", "\x1b[0m") if style.colour else ("", "")

    def emit(line: str) -> None:
        out.write(f"{line}\n".encode())

    if not columns:
        return 0
    if widths is None:
        return _write_records(heads, sample, rows, out, style.width)
    for line in _lines([(head, False) for head in heads], widths):
        emit(f"{bold}{line}{reset}")
    emit(_GAP.join("─" * width for width in widths))
    count = 0
    wraps = any(
        display_width(text) > width for row in sample for (text, _n), width in zip(row, widths, strict=True)
    )
    for part in (sample, rows):
        for row in part:
            if wraps and count and len(columns) > 1:
                emit("")
            for line in _lines(row, widths):
                emit(line)
            count += 1
    return count


def _write_records(
    heads: list[str],
    sample: list[list[tuple[str, bool]]],
    rows: Iterable[list[tuple[str, bool]]],
    out: BinaryIO,
    width: int,
) -> int:
    """More columns than the terminal can hold: one record a row, one line a value."""
    label = max(display_width(head) for head in heads)
    room = max(width - label - 2, 20)
    count = 0
    for part in (sample, rows):
        for row in part:
            if count:
                out.write(b"\n")
            for head, (text, _number) in zip(heads, row, strict=True):
                for index, line in enumerate(wrap(text, room)):
                    out.write(
                        f"{(head if index == 0 else '').ljust(label)}  {line}".rstrip().encode() + b"\n"
                    )
            count += 1
    return count


def _widths(heads: list[str], rows: list[list[str]], total: int) -> list[int] | None:
    """Share the width: narrow columns get what they need, the wide ones the rest in equal parts.

    None where the terminal is too narrow for so many columns.
    """
    wanted = [
        max([display_width(head), *(display_width(row[index]) for row in rows)], default=0) or 1
        for index, head in enumerate(heads)
    ]
    if total <= 0:
        return wanted
    room = total - len(_GAP) * (len(heads) - 1)
    if sum(min(width, _NARROWEST) for width in wanted) > room:
        return None
    widths = [0] * len(wanted)
    open_columns = list(range(len(wanted)))
    while open_columns:
        share = room // len(open_columns)
        fitting = [index for index in open_columns if wanted[index] <= share]
        if not fitting:
            for position, index in enumerate(open_columns):
                widths[index] = share + (1 if position < room - share * len(open_columns) else 0)
            break
        for index in fitting:
            widths[index] = wanted[index]
            room -= wanted[index]
        open_columns = [index for index in open_columns if index not in fitting]
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
