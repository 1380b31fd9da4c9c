"""Which graphs of an endpoint a query is about, and what a project's graphs are called there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from mca_graph.project import Project


class Dataset(NamedTuple):
    """The graphs that a query is about, by name: those of its default graph, and the others."""

    default: tuple[str, ...]
    named: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a project's graphs are called at an endpoint, and what was pushed there.

    Attributes:
        current: the graph that queries see.
        listing: the graph in which ``mca-graph push`` notes what it has pushed.
        queries: the catalogue of saved queries.
        provenance: who contributed what.
    """

    current: str
    listing: str
    queries: str
    provenance: str

    @classmethod
    def of(cls, project: Project) -> Manifest:
        """The names of a project's graphs."""
        return cls(*(project.graph(name) for name in ("current", "pushed", "queries", "provenance")))

    @property
    def hidden(self) -> tuple[str, ...]:
        """Graphs that no query sees by ``GRAPH``: the embedded store has none such."""
        return (self.current, self.listing, self.queries)


HASH = "urn:x-mca-graph:sha256"
"""The property that gives the hash of a graph in the listing."""

COUNT = "urn:x-mca-graph:triples"
"""The property that gives the number of its triples."""
