"""Patterns that a shape or a query reads, and the nodes that fit them in a graph."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from mca_graph.store import Term
from mca_graph.validation.incremental.paths import Path, reverse

FOCUS = "this"
"""The variable of the focus node of the shape that has the targets."""

Domains = dict[str, set[Term]]
"""What a variable may be; a variable that is missing may be anything."""


@dataclass(slots=True)
class Pattern:
    """Two nodes and the path between them; variables are texts.

    Attributes:
        start: where the path begins.
        path: the path.
        end: where it ends.
        predicate: the variable of the property, where that is one.
        back: the path from its end.
    """

    start: str | Term
    path: Path
    end: str | Term
    predicate: str | None = None
    back: Path = field(init=False)

    def __post_init__(self) -> None:
        self.back = reverse(self.path)

    def variables(self) -> set[str]:
        """The names of its variables."""
        return {term for term in (self.start, self.end, self.predicate) if isinstance(term, str)}


@dataclass(slots=True)
class Group:
    """Patterns that must fit together.

    Attributes:
        patterns: its own patterns.
        unions: groups of which one must fit.
        optionals: groups that may fit, or are asked about (``EXISTS``); their variables are bound to
            what the group binds only where they bear the same name.
    """

    patterns: list[Pattern] = field(default_factory=list)
    unions: list[list[Group]] = field(default_factory=list)
    optionals: list[Group] = field(default_factory=list)

    def certain(self) -> set[str]:
        """The variables that every solution binds."""
        found = {name for pattern in self.patterns for name in pattern.variables()}
        for options in self.unions:
            found |= set.intersection(*(option.certain() for option in options))
        return found


def renamed(group: Group, name: Callable[[str], str]) -> Group:
    """The same group with other names for its variables."""

    def term(old: str | Term) -> str | Term:
        return name(old) if isinstance(old, str) else old

    return Group(
        [
            Pattern(term(one.start), one.path, term(one.end), one.predicate and name(one.predicate))
            for one in group.patterns
        ],
        [[renamed(option, name) for option in options] for options in group.unions],
        [renamed(optional, name) for optional in group.optionals],
    )
