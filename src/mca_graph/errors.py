"""One root for everything the tool says it could not do.

An error holds one line about what went wrong and, where there is one, a hint on what to do next. A
contribution that breaks a rule is not an error but a finding: see :mod:`mca_graph.findings`.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class McaGraphError(Exception):
    """Something could not be done.

    Args:
        message: what went wrong, in one line.
        hint: what the user can try next.
    """

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n  hint: {self.hint}" if self.hint else self.message


class ProjectError(McaGraphError):
    """No project was found, or its settings do not make sense."""


class ReadError(McaGraphError):
    """A file could not be read as RDF."""

    def __init__(
        self,
        path: str,
        reason: str,
        *,
        line: int | None = None,
        column: int | None = None,
        hint: str | None = None,
    ) -> None:
        place = path if line is None else f"{path}:{line}" if column is None else f"{path}:{line}:{column}"
        super().__init__(f"{place}: {reason}", hint)
        self.path, self.reason, self.line, self.column = path, reason, line, column


class QueryError(McaGraphError):
    """A query is not SPARQL, asks for something that is not allowed, or could not be answered."""


class ParameterError(McaGraphError):
    """A parameter of a saved query is missing, unknown or of the wrong type."""


class UnknownNameError(McaGraphError):
    """A name that nothing bears."""


class StoreError(McaGraphError):
    """A store or an endpoint could not be opened, read or written."""


class LimitError(McaGraphError):
    """A limit of time, memory or size was reached."""


def did_you_mean(given: str, known: Iterable[str], count: int = 3) -> str | None:
    """Return a hint that names the nearest known names, or None where nothing is near.

    Args:
        given: what the user wrote.
        known: the names that would have been right.
        count: how many to name at most.
    """
    by_folded = {name.casefold(): name for name in known}
    near = get_close_matches(given.casefold(), by_folded, n=count, cutoff=0.5)
    return f"did you mean {' or '.join(repr(by_folded[name]) for name in near)}?" if near else None
