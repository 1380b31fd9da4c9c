"""The rows of an answer as people see them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, QuerySolution

from mca_graph.namespaces import XSD
from mca_graph.store import Term

if TYPE_CHECKING:
    from mca_graph.queries.results import Style

NUMERIC = frozenset(
    XSD + name for name in ("integer", "decimal", "double", "float", "nonNegativeInteger", "int", "long")
)
SORT_LIMIT = 10_000
"""Up to so many rows are held to be sorted; a longer answer is shown as it comes."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def heading(name: str) -> str:
    """A variable's name as a column heading."""
    return name.replace("_", " ")


def term_rows(answer: Iterable[QuerySolution], style: Style) -> Iterator[list[Term | None]]:
    """Yield rows of terms in the order of the variables.

    They are sorted by what they show where that was asked for and is affordable.
    """
    rows: Iterator[list[Term | None]] = map(list, answer)
    if not style.sort:
        yield from rows
        return
    held = list(islice(rows, SORT_LIMIT + 1))
    if len(held) <= SORT_LIMIT:
        held.sort(key=lambda row: [style.labels.text(term).casefold() for term in row])
    yield from chain(held, rows)


def cell(term: Term | None, style: Style) -> str:
    """What one cell shows: control and direction characters made visible, white space folded."""
    text = style.labels.text(term)
    if text.isprintable() and "  " not in text:  # nearly all are: none of these characters is printable
        return text.strip()
    return _CONTROL.sub(lambda found: f"\\u{ord(found.group()):04x}", " ".join(text.split()))


def is_number(term: Term | None) -> bool:
    """True for a literal that is shown as a number."""
    return (
        isinstance(term, Literal) and isinstance(term.datatype, NamedNode) and term.datatype.value in NUMERIC
    )
