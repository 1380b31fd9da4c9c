"""Resolve disagreement between contributions: one value where the shapes allow one.

The policy, in order: an editor's pin; the stronger basis; the more official source; the newer
contribution. A contribution may also deny a statement (``owl:NegativePropertyAssertion``, OWL 2
section 9.6.5): whether the statement holds is then decided by the same policy.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from mca_graph.graph.rules import SingleValued
from mca_graph.namespaces import DCTERMS, OWL, PROV, RDF, RDFS
from mca_graph.project import Project
from mca_graph.store import Term
from mca_graph.store.embedded import EmbeddedStore

_DEFAULT = DefaultGraph()
_TYPE = NamedNode(RDF + "type")
_SUBCLASS = NamedNode(RDFS + "subClassOf")
_DENIAL = NamedNode(OWL + "NegativePropertyAssertion")


@dataclass(frozen=True, slots=True)
class Choice:
    """One side of a dispute.

    Attributes:
        value: the value; None stands for "this statement does not hold".
        contributions: the graphs that say so.
    """

    value: Term | None
    contributions: tuple[NamedNode, ...]


@dataclass(frozen=True, slots=True)
class Dispute:
    """A statement on which contributions differ.

    Attributes:
        subject: what it is about.
        property: the property in dispute.
        chosen: the side that reaches the queries.
        rejected: the other sides, best first.
        denied: the value whose very holding is in dispute, where it is that.
        reason: the step of the policy that decided.
    """

    subject: Term
    property: NamedNode
    chosen: Choice
    rejected: tuple[Choice, ...]
    reason: str
    denied: Term | None = None


class Resolver:
    """Finds disputes in a store that holds contributions, and settles them.

    Args:
        store: the assembled graph.
        project: gives the policy and the names of the graphs.
        rules: the properties that have one value.
    """

    def __init__(self, store: EmbeddedStore, project: Project, rules: Iterable[SingleValued]) -> None:
        self._engine = store.engine
        self._policy = project.policy
        self._prefix = project.graph("contribution/")
        self._provenance = NamedNode(project.graph("provenance"))
        self._rules = list(rules)
        self._ranks: dict[NamedNode, tuple[int, int, str]] = {}
        self._pins: set[tuple[Term, Term, Term]] | None = None

    def disputes(self) -> Iterator[Dispute]:
        """Yield every dispute, those over a single value first, then denials."""
        for rule in self._rules:
            yield from self._over_values(rule)
        yield from self._over_denials()

    def settle(self) -> int:
        """Take from the current graph what lost its dispute; returns how many statements went."""
        losers = [quad for dispute in list(self.disputes()) for quad in _losing_quads(dispute)]
        for quad in losers:
            self._engine.remove(quad)
        return len(losers)

    def _over_values(self, rule: SingleValued) -> Iterator[Dispute]:
        graphs = self._graphs_with(rule.property)
        if len(graphs) < 2:
            return
        said: dict[tuple[Term, str], dict[Term, list[NamedNode]]] = defaultdict(lambda: defaultdict(list))
        for graph in graphs:
            for quad in self._engine.quads_for_pattern(None, rule.property, None, graph):
                language = _language(quad.object) if rule.per_language else ""
                said[quad.subject, language][quad.object].append(graph)
        for (subject, _language_tag), values in sorted(said.items(), key=lambda entry: str(entry[0])):
            sources = {graph for graphs_of_value in values.values() for graph in graphs_of_value}
            if len(values) > 1 and len(sources) > 1 and self._applies(rule, subject):
                sides = [Choice(value, tuple(sorted(found, key=str))) for value, found in values.items()]
                yield self._decide(subject, rule.property, sides, None)

    def _over_denials(self) -> Iterator[Dispute]:
        for typing in self._engine.quads_for_pattern(None, _TYPE, _DENIAL, None):
            if not self._is_contribution(typing.graph_name):
                continue
            subject = self._one(typing.subject, OWL + "sourceIndividual", typing.graph_name)
            prop = self._one(typing.subject, OWL + "assertionProperty", typing.graph_name)
            value = self._one(typing.subject, OWL + "targetIndividual", typing.graph_name)
            if value is None:
                value = self._one(typing.subject, OWL + "targetValue", typing.graph_name)
            if subject is None or not isinstance(prop, NamedNode) or value is None:
                continue
            affirmed = [
                quad.graph_name
                for quad in self._engine.quads_for_pattern(subject, prop, value, None)
                if self._is_contribution(quad.graph_name)
            ]
            if affirmed:
                sides = [Choice(value, tuple(sorted(affirmed, key=str))), Choice(None, (typing.graph_name,))]
                yield self._decide(subject, prop, sides, value)

    def _decide(self, subject: Term, prop: NamedNode, sides: list[Choice], denied: Term | None) -> Dispute:
        ranked = sorted(sides, key=lambda side: self._key(subject, prop, side))
        best, second = (self._key(subject, prop, side) for side in ranked[:2])
        return Dispute(subject, prop, ranked[0], tuple(ranked[1:]), _reason(best, second), denied)

    def _key(self, subject: Term, prop: NamedNode, side: Choice) -> tuple[int, int, int, str, str]:
        pinned = side.value is not None and (subject, prop, side.value) in self._pinned()
        basis, source, age = min(self._rank(graph) for graph in side.contributions)
        return (0 if pinned else 1, basis, source, age, str(side.value))

    def _rank(self, graph: NamedNode) -> tuple[int, int, str]:
        """Rank of a contribution, the smaller the better: basis, source kind, inverted date."""
        if graph not in self._ranks:
            policy = self._policy
            newest = max(
                (
                    quad.object.value
                    for predicate in (DCTERMS + "issued", PROV + "generatedAtTime")
                    for quad in self._header(graph, predicate)
                ),
                default="",
            )
            self._ranks[graph] = (
                self._position(graph, policy.basis_property, policy.basis_order),
                self._position(graph, policy.source_property, policy.source_order),
                _inverted(newest),
            )
        return self._ranks[graph]

    def _position(self, graph: NamedNode, predicate: str | None, order: tuple[str, ...]) -> int:
        if predicate is None:
            return 0
        known = {iri: index for index, iri in enumerate(order)}
        return min(
            (known.get(quad.object.value, len(order)) for quad in self._header(graph, predicate)),
            default=len(order),
        )

    def _header(self, graph: NamedNode, predicate: str) -> Iterator[Quad]:
        return self._engine.quads_for_pattern(graph, NamedNode(predicate), None, self._provenance)

    def _pinned(self) -> set[tuple[Term, Term, Term]]:
        if self._pins is None:
            statement = NamedNode(RDF + "Statement")
            self._pins = set()
            for quad in self._engine.quads_for_pattern(None, _TYPE, statement, self._provenance):
                parts = [
                    self._one(quad.subject, RDF + part, self._provenance)
                    for part in ("subject", "predicate", "object")
                ]
                if None not in parts:
                    self._pins.add(tuple(parts))  # type: ignore[arg-type]
        return self._pins

    def _graphs_with(self, prop: NamedNode) -> list[NamedNode]:
        return [
            graph
            for graph in self._engine.named_graphs()
            if self._is_contribution(graph)
            and next(self._engine.quads_for_pattern(None, prop, None, graph), None) is not None
        ]

    def _is_contribution(self, graph: Term | DefaultGraph) -> bool:
        return isinstance(graph, NamedNode) and graph.value.startswith(self._prefix)

    def _applies(self, rule: SingleValued, subject: Term) -> bool:
        if rule.for_all:
            return True
        seen: set[Term] = set()
        queue = [quad.object for quad in self._engine.quads_for_pattern(subject, _TYPE, None, _DEFAULT)]
        while queue:
            current = queue.pop()
            if current in rule.classes:
                return True
            if current not in seen:
                seen.add(current)
                queue.extend(
                    quad.object for quad in self._engine.quads_for_pattern(current, _SUBCLASS, None, _DEFAULT)
                )
        return False

    def _one(self, subject: Term, predicate: str, graph: NamedNode) -> Term | None:
        found = next(self._engine.quads_for_pattern(subject, NamedNode(predicate), None, graph), None)
        return found.object if found is not None else None


def _losing_quads(dispute: Dispute) -> Iterator[Quad]:
    if dispute.denied is not None:
        if dispute.chosen.value is None:
            yield Quad(dispute.subject, dispute.property, dispute.denied, _DEFAULT)
        return
    for side in dispute.rejected:
        yield Quad(dispute.subject, dispute.property, side.value, _DEFAULT)


def _reason(best: tuple[int, int, int, str, str], second: tuple[int, int, int, str, str]) -> str:
    names = ("an editor's pin", "the stronger basis", "the more official source", "the newer contribution")
    for name, left, right in zip(names, best, second, strict=False):
        if left != right:
            return name
    return "nothing in the policy: the first in the order of the alphabet"


def _inverted(moment: str) -> str:
    """Turn an ISO 8601 moment into text that sorts the other way round, so that newer comes first."""
    return moment.translate({ord(digit): str(9 - int(digit)) for digit in "0123456789"}) if moment else "~"


def _language(term: Term) -> str:
    return (term.language or "") if isinstance(term, Literal) else ""
