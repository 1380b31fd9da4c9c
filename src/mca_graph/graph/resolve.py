"""Resolve disagreement between contributions: one value where the shapes allow one.

The policy, in order: an editor's pin; the stronger basis; the more official source; the newer
contribution. A contribution may also deny a statement (``owl:NegativePropertyAssertion``, OWL 2
Structural Specification, section 9.6.5): whether the statement holds is decided by the same policy.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from mca_graph.graph.policy import Policy
from mca_graph.graph.rules import SingleValued
from mca_graph.namespaces import OWL, RDF, RDFS
from mca_graph.project import Project
from mca_graph.store import Term
from mca_graph.store.embedded import EmbeddedStore, Statement

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
        reason: the step of the policy that decided.
        denied: the value whose very holding is in dispute, where it is that.
    """

    subject: Term
    property: NamedNode
    chosen: Choice
    rejected: tuple[Choice, ...]
    reason: str
    denied: Term | None = None

    def losers(self) -> Iterator[tuple[Term, NamedNode, Term]]:
        """The triples that must not reach the queries."""
        if self.denied is None:
            values = [side.value for side in self.rejected if side.value is not None]
        else:
            values = [self.denied] if self.chosen.value is None else []
        for value in values:
            yield self.subject, self.property, value


class Resolver:
    """Finds disputes in a store that holds contributions, and settles them.

    Args:
        store: the assembled graph.
        project: gives the policy and the names of the graphs.
        rules: the properties that have one value.
    """

    def __init__(self, store: EmbeddedStore, project: Project, rules: Iterable[SingleValued]) -> None:
        self._store = store
        self._policy = Policy(store, project)
        self._rules = list(rules)
        prefix = project.graph("contribution/")
        self._contributions = [graph for graph in store.named_graphs() if graph.value.startswith(prefix)]

    def disputes(self, about: Collection[Term] | None = None) -> Iterator[Dispute]:
        """Yield every dispute, those over a single value first, then denials.

        Args:
            about: of the disputes over a single value only those about these; those about all by default.
        """
        for rule in self._rules:
            yield from self._over_values(rule, about)
        yield from self._over_denials()

    def settle(self, about: Collection[Term] | None = None) -> list[Quad]:
        """Take from the current graph what lost its dispute, and return it.

        Args:
            about: as in :meth:`disputes`.
        """
        losers = [triple for dispute in list(self.disputes(about)) for triple in dispute.losers()]
        quads = [Quad(s, p, o, _DEFAULT) for s, p, o in losers if not isinstance(s, Literal)]
        for quad in quads:
            self._store.engine.remove(quad)
        return quads

    def _over_values(self, rule: SingleValued, about: Collection[Term] | None) -> Iterator[Dispute]:
        graphs = [graph for graph in self._contributions if self._uses(graph, rule.property)]
        if len(graphs) < 2:
            return
        said: dict[tuple[Term, str], dict[Term, list[NamedNode]]] = defaultdict(lambda: defaultdict(list))
        for found, graph in self._statements(rule.property, graphs, about):
            said[found.subject, rule.slot(found.value)][found.value].append(graph)
        for (subject, _slot), values in sorted(said.items(), key=str):
            sources = {graph for takers in values.values() for graph in takers}
            if len(values) > 1 and len(sources) > 1 and self._applies(rule, subject):
                yield self._decide(subject, rule.property, values)

    def _statements(
        self, property_: NamedNode, graphs: list[NamedNode], about: Collection[Term] | None
    ) -> Iterator[tuple[Statement, NamedNode]]:
        """What some graphs say with a property, of all things or of some, and which graph it is."""
        if about is None:
            for graph in graphs:
                yield from ((found, graph) for found in self._store.statements(None, property_, None, graph))
            return
        for subject in about:
            for found in self._store.statements(subject, property_):
                if isinstance(found.graph, NamedNode) and found.graph in graphs:
                    yield found, found.graph

    def _over_denials(self) -> Iterator[Dispute]:
        for graph in self._contributions:
            for denial in self._store.statements(None, _TYPE, _DENIAL, graph):
                yield from self._over_denial(denial, graph)

    def _over_denial(self, denial: Statement, graph: NamedNode) -> Iterator[Dispute]:
        subject, predicate, individual, literal = (
            self._store.value(denial.subject, NamedNode(OWL + part), graph)
            for part in ("sourceIndividual", "assertionProperty", "targetIndividual", "targetValue")
        )
        value = individual if individual is not None else literal
        if subject is None or value is None or not isinstance(predicate, NamedNode):
            return
        affirmed = [
            other
            for other in self._contributions
            if next(self._store.statements(subject, predicate, value, other), None) is not None
        ]
        if affirmed:
            yield self._decide(subject, predicate, {value: affirmed, None: [graph]}, denied=value)

    def _decide(
        self,
        subject: Term,
        predicate: NamedNode,
        sides: dict[Term, list[NamedNode]] | dict[Term | None, list[NamedNode]],
        denied: Term | None = None,
    ) -> Dispute:
        ranked = sorted(
            (
                (self._policy.rank(subject, predicate, value, tuple(takers)), Choice(value, tuple(takers)))
                for value, takers in sides.items()
            ),
            key=lambda entry: entry[0],
        )
        (best, chosen), (second, _choice) = ranked[0], ranked[1]
        rejected = tuple(choice for _rank, choice in ranked[1:])
        return Dispute(subject, predicate, chosen, rejected, self._policy.reason(best, second), denied)

    def _uses(self, graph: NamedNode, predicate: NamedNode) -> bool:
        return next(self._store.statements(None, predicate, None, graph), None) is not None

    def _applies(self, rule: SingleValued, subject: Term) -> bool:
        """True when the subject is an instance of a class that the rule is for."""
        seen: set[Term] = set()
        queue = [value for _s, _p, value in self._store.match(subject, _TYPE)]
        while queue and not rule.for_all:
            current = queue.pop()
            if current in rule.classes:
                return True
            if current not in seen:
                seen.add(current)
                queue.extend(value for _s, _p, value in self._store.match(current, _SUBCLASS))
        return rule.for_all
