"""A graph as a contribution leaves it: what the store holds, less what is taken out, and what is added."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import chain

from pyoxigraph import Literal, NamedNode, Triple

from mca_graph.store import Term
from mca_graph.validation.incremental.lookups import Base, Few, value_of
from mca_graph.validation.incremental.paths import Step
from mca_graph.validation.lexical import may_change, normal_forms

Edge = tuple[Triple, Term]
"""A statement, and the node at its other end as the store would hold it."""


class View:
    """The base less some of its triples and with others added.

    Args:
        base: the graph in the store.
        added: what is added to it.
        removed: what is taken out of it.
        exact: literals are one only where they are written alike, as SHACL Core sees them; else those
            that SPARQL takes for one are one.
    """

    def __init__(
        self,
        base: Base,
        added: Iterable[Triple] = (),
        removed: Collection[Triple] = frozenset(),
        *,
        exact: bool = False,
    ) -> None:
        self._base, self._removed, self._exact = base, removed, exact
        triples = list(added)
        self._forms: dict[Term, Term] = {}
        if not exact:
            self._forms = normal_forms(value_of(triple) for triple in triples)
        self._added = Few(triples, self.held)

    def held(self, term: Term) -> Term:
        """The one term that stands for all that are one here: of a literal the form in the store."""
        if self._exact or not isinstance(term, Literal):
            return term
        found = self._forms.get(term)
        if found is None:
            found = normal_forms([term]).get(term, term) if may_change(term) else term
            self._forms[term] = found
        return found

    def edges(self, node: Term, step: Step) -> Iterator[Edge]:
        """The statements that a step leads over from a node."""
        for triple in chain(self._added.about(node, step), self._left(self._base.about(node, step))):
            if triple.predicate in step.excluded or (self._exact and step.inverse and triple.object != node):
                continue
            yield triple, triple.subject if step.inverse else self.held(value_of(triple))  # type: ignore[misc]

    def _left(self, triples: Iterable[Triple]) -> Iterable[Triple]:
        if not self._removed:
            return triples
        return (triple for triple in triples if triple not in self._removed)

    def exactly(self) -> View:
        """The same graph, where literals are one only where they are written alike."""
        return View(self._base, self._added.triples, self._removed, exact=True)

    def has(self, node: Term, step: Step) -> bool:
        """True where a step leads anywhere from a node."""
        return next(iter(self.edges(node, step)), None) is not None

    def count(self, node: Term, step: Step, most: int) -> int:
        """About how many statements a step leads over from a node, counted up to a limit."""
        stored = self._base.about(node, step)
        held = len(stored) if isinstance(stored, list) else stored.count(most)
        return held + len(self._added.about(node, step))

    def triples(self, predicate: NamedNode | None = None) -> Iterator[Triple]:
        """All triples, or all of one property. This reads them all."""
        for triple in self._added.triples:
            if predicate is None or triple.predicate == predicate:
                yield triple
        yield from self._left(self._base.triples(predicate))
