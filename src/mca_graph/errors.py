"""One root for everything the tool says it could not do.

An error holds one line about what went wrong and, where there is one, a hint on what to do next. A
contribution that breaks a rule is not an error but a finding: see :mod:`mca_graph.findings`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

_NEAR = 0.5
_WORD = re.compile(r"[\s_:-]+")


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


class ForbiddenError(QueryError):
    """A query asks for something that no query may do."""


class ParameterError(McaGraphError):
    """A parameter of a saved query is missing, unknown or of the wrong type."""


class UnknownNameError(McaGraphError):
    """A name that nothing bears."""


class StoreError(McaGraphError):
    """A store or an endpoint could not be opened, read or written."""


class LimitError(McaGraphError):
    """A limit of time, memory or size was reached."""


class TimeLimitError(LimitError):
    """No answer within the time that there was."""


def did_you_mean(given: str, known: Iterable[str], count: int = 3) -> str | None:
    """Return a hint that names the nearest known names, or None where nothing is near.

    Args:
        given: what the user wrote.
        known: the names that would have been right.
        count: how many to name at most.
    """
    likeness = _Likeness(given.casefold())
    scored: list[tuple[float, str]] = []
    for name in known:
        folded = name.casefold()
        # Who mistypes one word of a long name is as near to it as that word is, or almost.
        words = _WORD.split(folded) if len(folded) > len(given) else ()
        score = max(likeness.of(folded), *(0.95 * likeness.of_word(word) for word in words), 0.0)
        if score >= _NEAR:
            scored.append((score, name))
    scored.sort(key=lambda entry: (-entry[0], len(entry[1]), entry[1]))
    near = list(dict.fromkeys(name for _score, name in scored))[:count]
    return f"did you mean {' or '.join(map(repr, near))}?" if near else None


class _Likeness:
    """How alike texts are to one, from 0 to 1; 0 where that is quickly seen to be too little to matter.

    There may be a hundred thousand texts, so most are passed over by what they cannot exceed.

    Args:
        given: the text.
    """

    def __init__(self, given: str) -> None:
        self._matcher = SequenceMatcher(autojunk=False)
        self._matcher.set_seq2(given)
        self._length = len(given)
        self._without = dict.fromkeys(map(ord, given))
        self._words: dict[str, float] = {}

    def of(self, text: str) -> float:
        """How alike a text is."""
        total = self._length + len(text)
        most = min(self._length, len(text))
        if 2 * most < _NEAR * total:
            return 0.0
        shared = len(text) - len(text.translate(self._without))
        if 2 * min(most, shared) < _NEAR * total:
            return 0.0
        self._matcher.set_seq1(text)
        return 0.0 if self._matcher.quick_ratio() < _NEAR else self._matcher.ratio()

    def of_word(self, word: str) -> float:
        """How alike a word is; the same ones stand in many names."""
        found = self._words.get(word)
        if found is None:
            found = self._words[word] = self.of(word) if word else 0.0
        return found
