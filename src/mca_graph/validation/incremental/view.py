"""A graph as a contribution leaves it: what the store holds, less what is taken out, and what is added."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cached_property, partial
from itertools import chain, islice

from pyoxigraph import Literal, NamedNode, Quad, Triple

from mca_graph.store import Term
from mca_graph.store.embedded import EmbeddedStore
from mca_graph.validation.incremental.paths import Step
from mca_graph.validation.lexical import may_change, normal_forms

Edge = tuple[Triple, Term]
"""A statement, and the node at its other end as the store would hold it."""

_FIRST = 64
"""How many edges of a node are looked up at once."""


class _Lazy:
    """The items of an iterator, asked for only as far as somebody gets.

    No iterator is kept open: the engine's must not be dropped by another thread than the one that
    made them. For more items it is begun anew, each time for four times as many.
    """

    __slots__ = ("_begin", "_is_whole", "_taken")

    def __init__(self, begin: Callable[[], Iterator[Edge]]) -> None:
        self._begin, self._taken, self._is_whole = begin, list[Edge](), False

    def __iter__(self) -> Iterator[Edge]:
        index = 0
        while True:
            while index < len(self._taken):
                yield self._taken[index]
                index += 1
            if self._is_whole:
                return
            most = 4 * len(self._taken) or _FIRST
            self._taken = list(islice(self._begin(), most))
            self._is_whole = len(self._taken) < most


class Base:
    """The graph before the contribution.

    Args:
        store: the store.
        graphs: those of its graphs that are validated.
        extra: makes triples that belong to the graph and stand in no store; asked when they matter.
    """

    def __init__(
        self,
        store: EmbeddedStore,
        graphs: Collection[object] = (),
        extra: Callable[[], Iterable[Triple]] = tuple,
    ) -> None:
        self._engine, self._graphs, self._extra = store.engine, graphs, extra

    @cached_property
    def extra(self) -> EmbeddedStore:
        """What stands in no store, as one."""
        return EmbeddedStore.of(
            Quad(triple.subject, triple.predicate, triple.object) for triple in self._extra()
        )

    def match(
        self, subject: Term | None = None, predicate: NamedNode | None = None, value: Term | None = None
    ) -> Iterator[Triple]:
        """Yield the triples that fit; of a literal its value counts, not how it is written."""
        if isinstance(subject, Literal):
            return
        for graph in self._graphs:
            for quad in self._engine.quads_for_pattern(subject, predicate, value, graph):  # type: ignore[arg-type]
                yield quad.triple
        for quad in self.extra.engine.quads_for_pattern(subject, predicate, value, None):
            yield quad.triple

    def __contains__(self, triple: Triple) -> bool:
        found = self.match(triple.subject, triple.predicate, triple.object)  # type: ignore[arg-type]
        return any(one == triple for one in found)


class View:
    """The base less some of its triples and with others added; lookups are remembered.

    Args:
        base: the graph in the store.
        added: what is added to it.
        removed: what is taken out of it.
    """

    def __init__(
        self, base: Base, added: Iterable[Triple] = (), removed: Collection[Triple] = frozenset()
    ) -> None:
        self._base, self._removed = base, removed
        self._added = list(added)
        self._known: dict[tuple[Term, Step], _Lazy] = {}
        self._forms: dict[Term, Term] = normal_forms(_value(triple) for triple in self._added)
        self._from: dict[Term, list[Triple]] = {}
        self._to: dict[Term, list[Triple]] = {}
        for triple in self._added:
            self._from.setdefault(triple.subject, []).append(triple)  # type: ignore[arg-type]
            self._to.setdefault(self.held(_value(triple)), []).append(triple)

    def held(self, term: Term) -> Term:
        """A term as the store would hold it: literals that SPARQL takes for one are one."""
        if term in self._forms or not may_change(term):
            return self._forms.get(term, term)
        return self._forms.setdefault(term, normal_forms([term]).get(term, term))

    def edges(self, node: Term, step: Step) -> Iterable[Edge]:
        """The statements that a step leads over from a node."""
        key = (node, step)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = _Lazy(partial(self._edges, node, step))
        return found

    def _edges(self, node: Term, step: Step) -> Iterator[Edge]:
        if step.inverse:
            own, stored = self._to.get(self.held(node), []), self._base.match(None, step.predicate, node)
        else:
            own, stored = self._from.get(node, []), self._base.match(node, step.predicate)
        fitting = (triple for triple in own if step.predicate in (None, triple.predicate))
        for triple in chain(fitting, (triple for triple in stored if triple not in self._removed)):
            if triple.predicate not in step.excluded:
                yield triple, triple.subject if step.inverse else self.held(_value(triple))  # type: ignore[misc]

    def count(self, node: Term, step: Step, most: int) -> int:
        """How many statements a step leads over from a node, counted up to a limit."""
        return sum(1 for _edge in islice(self.edges(node, step), most))

    def triples(self, predicate: NamedNode | None = None) -> Iterator[Triple]:
        """All triples, or all of one property. This reads them all."""
        for triple in chain(self._added, self._base.match(None, predicate)):
            if triple not in self._removed and predicate in (None, triple.predicate):
                yield triple


def _value(triple: Triple) -> Term:
    return triple.object  # type: ignore[return-value]
