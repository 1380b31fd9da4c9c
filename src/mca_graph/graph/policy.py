"""The policy that ranks the sides of a dispute: pin, basis, source, age."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import NamedTuple

from pyoxigraph import NamedNode

from mca_graph.namespaces import DCTERMS, PROV, RDF
from mca_graph.project import Project
from mca_graph.store import Term
from mca_graph.store.embedded import EmbeddedStore, Statement

_TYPE = NamedNode(RDF + "type")
_STATEMENT = NamedNode(RDF + "Statement")


class Rank(NamedTuple):
    """Where a side of a dispute stands; the smaller, the better. Compared part by part."""

    pin: int
    basis: int
    source: int
    age: str
    text: str


_REASONS = {
    "pin": "an editor's pin",
    "basis": "the stronger basis",
    "source": "the more official source",
    "age": "the newer contribution",
    "text": "nothing in the policy: the first in the order of the alphabet",
}


class Policy:
    """Ranks what contributions say by what the provenance graph tells of them.

    Args:
        store: the assembled graph.
        project: gives the order of bases and source kinds.
    """

    def __init__(self, store: EmbeddedStore, project: Project) -> None:
        self._store = store
        self._settings = project.policy
        self._provenance = NamedNode(project.graph("provenance"))
        self._of_contribution = lru_cache(maxsize=None)(self._rank_contribution)

    def rank(
        self, subject: Term, predicate: NamedNode, value: Term | None, contributions: tuple[NamedNode, ...]
    ) -> Rank:
        """Rank one side of a dispute by the best of the contributions that take it."""
        pinned = (subject, predicate, value) in self._pins
        basis, source, age = min(self._of_contribution(graph) for graph in contributions)
        return Rank(0 if pinned else 1, basis, source, age, str(value))

    def reason(self, best: Rank, second: Rank) -> str:
        """The step of the policy that tells two sides apart, in words."""
        return next(
            _REASONS[name]
            for name, left, right in zip(Rank._fields, best, second, strict=True)
            if left != right or name == "text"
        )

    def _rank_contribution(self, graph: NamedNode) -> tuple[int, int, str]:
        settings = self._settings
        # A page without a date may be of any age, however lately it was read: it ranks after dated ones.
        published, entered = (
            _inverted(max((_text(found) for found in self._header(graph, property_)), default=""))
            for property_ in (DCTERMS + "issued", PROV + "generatedAtTime")
        )
        return (
            self._position(graph, settings.basis_property, settings.basis_order),
            self._position(graph, settings.source_property, settings.source_order),
            f"{published} {entered}",
        )

    def _position(self, graph: NamedNode, predicate: str | None, order: tuple[str, ...]) -> int:
        if predicate is None:
            return 0
        known = {iri: index for index, iri in enumerate(order)}
        stated = (known.get(_text(found), len(order)) for found in self._header(graph, predicate))
        return min(stated, default=len(order))

    def _header(self, graph: NamedNode, predicate: str) -> Iterator[Statement]:
        return self._store.statements(graph, NamedNode(predicate), None, self._provenance)

    @cached_property
    def _pins(self) -> frozenset[tuple[Term | None, ...]]:
        """The statements that editors pinned: each an ``rdf:Statement`` (RDF Schema, section 5.3)."""
        nodes = self._store.statements(None, _TYPE, _STATEMENT, self._provenance)
        return frozenset(
            tuple(
                self._store.value(found.subject, NamedNode(RDF + part), self._provenance)
                for part in ("subject", "predicate", "object")
            )
            for found in nodes
        )


def _text(found: Statement) -> str:
    return getattr(found.value, "value", "")


def _inverted(moment: str) -> str:
    """Turn an ISO 8601 moment into text that sorts the other way round, so that newer comes first."""
    return moment.translate({ord(digit): str(9 - int(digit)) for digit in "0123456789"}) if moment else "~"
