"""What contributions change in a graph, were they in it and won every dispute."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import DefaultGraph, NamedNode, Quad, Triple

from mca_graph.graph.assemble import placed_quads
from mca_graph.graph.rules import SingleValued, single_valued, single_valued_in
from mca_graph.namespaces import OWL, RDF
from mca_graph.project import Project
from mca_graph.queries.catalogue import catalogue
from mca_graph.queries.published import catalogue_quads
from mca_graph.rdf.positions.document import PlacedSource
from mca_graph.store import Term
from mca_graph.store.embedded import EmbeddedStore
from mca_graph.validation.incremental.lookups import Base
from mca_graph.validation.incremental.paths import Step

_DEFAULT = DefaultGraph()
_TYPE = NamedNode(RDF + "type")
_DENIAL = NamedNode(OWL + "NegativePropertyAssertion")


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a graph.

    Attributes:
        base: the graph before it.
        added: what comes into it, and was not in it.
        removed: what goes out of it.
        mentioned: the subjects that the contributions speak of.
    """

    base: Base
    added: tuple[Triple, ...]
    removed: frozenset[Triple] = frozenset()
    mentioned: frozenset[Term] = frozenset()


def change_of(
    project: Project,
    store: EmbeddedStore,
    sources: Sequence[PlacedSource],
    shapes: Iterable[Triple] | None = None,
) -> Change:
    """What contributions change.

    Args:
        project: the project.
        store: its assembled graph.
        sources: what was read from the contributions.
        shapes: the shapes of the project, where they have been read already.

    Raises:
        ReadError: a contribution names a graph of its own.
    """
    shown = (_DEFAULT, NamedNode(project.graph("provenance")))
    said: dict[Triple, None] = {}
    denied: set[Triple] = set()
    for source in sources:
        quads = list(source.statements())
        denied.update(_denied(quads))
        for quad in placed_quads(project, Path(source.name), quads):
            if quad.graph_name in shown:
                said.setdefault(quad.triple)
    base = base_of(project, store)
    if shapes is None:
        rules = single_valued(project.shape_files)
    else:
        rules = single_valued_in(Quad(one.subject, one.predicate, one.object) for one in shapes)
    places = _Places(rules, said)
    filled = (
        triple for subject, property_ in places.filled() for triple in base.about(subject, Step(property_))
    )
    out = {triple for triple in filled if triple in places}
    out.update(triple for triple in denied if triple in base)
    return Change(
        base,
        tuple(triple for triple in said if triple not in base),
        frozenset(out - said.keys()),
        frozenset(triple.subject for triple in said),  # type: ignore[misc]
    )


def base_of(project: Project, store: EmbeddedStore) -> Base:
    """The current graph with concepts, ontology, provenance and the catalogue of saved queries."""

    def extra() -> Iterator[Triple]:
        described = EmbeddedStore.of(catalogue_quads(project, catalogue(project).values()))
        for quad in described.engine:
            yield quad.triple

    return Base(store, (_DEFAULT, NamedNode(project.graph("provenance"))), extra)


def _terms(triple: Triple) -> tuple[Term, NamedNode, Term]:
    return triple.subject, triple.predicate, triple.object  # type: ignore[return-value]


def _denied(quads: Iterable[Quad]) -> Iterator[Triple]:
    """The statements that a contribution says do not hold (OWL 2 Structural Specification, 9.6.5)."""
    parts: dict[object, dict[str, Term]] = {}
    for quad in quads:
        if quad.predicate == _TYPE and quad.object == _DENIAL:
            parts.setdefault(quad.subject, {})
    for quad in quads:
        if quad.subject in parts:
            parts[quad.subject][quad.predicate.value.removeprefix(OWL)] = quad.object  # type: ignore[assignment]
    for denial in parts.values():
        value = denial.get("targetIndividual", denial.get("targetValue"))
        subject, property_ = denial.get("sourceIndividual"), denial.get("assertionProperty")
        if subject is not None and isinstance(property_, NamedNode) and value is not None:
            yield Triple(subject, property_, value)  # type: ignore[arg-type]


class _Places:
    """The places of single values that statements fill, and so take from the rest of the graph."""

    def __init__(self, rules: Iterable[SingleValued], said: Iterable[Triple]) -> None:
        self._rules = {(rule.property, rule.per_language): rule for rule in rules}
        self._filled = {place for triple in said for place in self._of(triple)}

    def filled(self) -> set[tuple[Term, NamedNode]]:
        """The subjects and properties of these places."""
        return {(place[0], place[1]) for place in self._filled}

    def __contains__(self, triple: Triple) -> bool:
        return any(place in self._filled for place in self._of(triple))

    def _of(self, triple: Triple) -> Iterator[tuple[Term, NamedNode, bool, str]]:
        subject, property_, value = _terms(triple)
        for per_language in (False, True):
            rule = self._rules.get((property_, per_language))
            if rule is not None and not isinstance(value, Triple):
                yield (subject, property_, per_language, rule.slot(value))
