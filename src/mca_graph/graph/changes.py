"""What differs between two states of a project's graph."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import Quad


@dataclass(frozen=True, slots=True)
class Changes:
    """Statements that one of two states of a graph has and the other has not.

    Attributes:
        quads: the statements, each in the graph that it came into or went from: the default graph for what
            holds, a named graph for what a contribution says and for what is said of contributions.
    """

    quads: frozenset[Quad]

    def joined(self, others: Iterable[Changes]) -> Changes:
        """These and others together, as between states that lie further apart; some may cancel out."""
        return Changes(self.quads.union(*(one.quads for one in others)))
