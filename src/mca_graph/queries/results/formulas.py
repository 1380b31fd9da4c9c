"""Text that a spreadsheet might take for a formula, and how to write it so that it does not."""

from __future__ import annotations

import re

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\Z")


FIRST = frozenset("'=+-@\t\r")
"""A formula begins with one of these; other text need not be looked at."""


def guarded(text: str) -> str:
    """Text for a CSV file: an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{text}" if looks_like_formula(text) else text


def unguarded(text: str) -> str:
    """The text that :func:`guarded` was given."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def looks_like_formula(text: str) -> bool:
    """True for text that a spreadsheet might run: it begins with = + - @, a tab or a carriage return."""
    return bool(_FORMULA.match(text)) and not _NUMBER.match(text)
