"""A graph in a store as lookups that are remembered, each made only as far as somebody looks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cached_property, partial
from itertools import islice

from pyoxigraph import Literal, NamedNode, Triple

from mca_graph.store import Term
from mca_graph.store.embedded import EmbeddedStore
from mca_graph.validation.incremental.paths import Step

_FIRST = 16
"""How many statements about a node are looked up at once."""

_MUCH = 100
"""How many statements about a node make it one whose properties are looked up one by one."""

_ANY = Step(None)
_NONE: list[Triple] = []


class Lazy:
    """The items of an iterator, asked for only as far as somebody gets.

    No iterator is kept open: the engine's must not be dropped by another thread than the one that
    made them. For more items it is begun anew, each time for four times as many.
    """

    __slots__ = ("_begin", "_is_whole", "_taken")

    def __init__(self, begin: Callable[[], Iterator[Triple]]) -> None:
        self._begin, self._is_whole = begin, False
        self._taken: list[Triple] = []

    def _take_more(self) -> None:
        most = 4 * len(self._taken) or _FIRST
        self._taken = list(islice(self._begin(), most))
        self._is_whole = len(self._taken) < most

    def __iter__(self) -> Iterator[Triple]:
        index = 0
        while True:
            while index < len(self._taken):
                yield self._taken[index]
                index += 1
            if self._is_whole:
                return
            self._take_more()

    def count(self, most: int) -> int:
        """How many there are, counted up to a limit."""
        while len(self._taken) < most and not self._is_whole:
            self._take_more()
        return min(len(self._taken), most)


class Few:
    """Triples in memory, found by either end.

    Args:
        triples: the triples.
        held: the one term that stands for all that are taken for one.
    """

    def __init__(self, triples: Iterable[Triple], held: Callable[[Term], Term]) -> None:
        self.triples = list(triples)
        self._held = held
        self._from: dict[Term, list[Triple]] = {}
        self._to: dict[Term, list[Triple]] = {}
        for triple in self.triples:
            self._from.setdefault(triple.subject, []).append(triple)  # type: ignore[arg-type]
            self._to.setdefault(held(value_of(triple)), []).append(triple)

    def about(self, node: Term, step: Step) -> list[Triple]:
        """Those that a step leads over from a node."""
        found = self._to.get(self._held(node)) if step.inverse else self._from.get(node)
        if not found:
            return []
        return [triple for triple in found if step.predicate is None or triple.predicate == step.predicate]


class Base:
    """The graph before the contribution; lookups are remembered.

    Args:
        store: the store.
        graphs: those of its graphs that are validated.
        extra: makes triples that belong to the graph and stand in no store, as a store would hold them.
    """

    def __init__(
        self,
        store: EmbeddedStore,
        graphs: Collection[object] = (),
        extra: Callable[[], Iterable[Triple]] = tuple,
    ) -> None:
        self._engine, self._graphs, self._extra = store.engine, graphs, extra
        self._known: dict[tuple[Term, NamedNode | None, bool], Lazy | list[Triple]] = {}
        self._described: dict[Term, dict[NamedNode, list[Triple]] | None] = {}

    @cached_property
    def _few(self) -> Few:
        return Few(self._extra(), lambda term: term)

    def about(self, node: Term, step: Step) -> Lazy | list[Triple]:
        """The triples that a step leads over from a node; exclusions are not looked at."""
        if not step.inverse and step.predicate is not None:
            described = self._description(node)
            if described is not None:
                return described.get(step.predicate, _NONE)
        key = (node, step.predicate, step.inverse)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = Lazy(partial(self._about, node, step))
        return found

    def _description(self, node: Term) -> dict[NamedNode, list[Triple]] | None:
        """What is said of a node, by property; None where that is much. It takes one lookup, not many."""
        if node not in self._described:
            found = list(islice(self._about(node, _ANY), _MUCH))
            by_property: dict[NamedNode, list[Triple]] = {}
            for triple in found:
                by_property.setdefault(triple.predicate, []).append(triple)
            self._described[node] = by_property if len(found) < _MUCH else None
        return self._described[node]

    def _about(self, node: Term, step: Step) -> Iterator[Triple]:
        yield from self._few.about(node, step)
        if step.inverse:
            yield from self._stored(None, step.predicate, node)
        elif not isinstance(node, Literal):
            yield from self._stored(node, step.predicate, None)

    def _stored(
        self, subject: Term | None, predicate: NamedNode | None, value: Term | None
    ) -> Iterator[Triple]:
        for graph in self._graphs:
            for quad in self._engine.quads_for_pattern(subject, predicate, value, graph):  # type: ignore[arg-type]
                yield quad.triple

    def triples(self, predicate: NamedNode | None = None) -> Iterator[Triple]:
        """All triples, or all of one property. This reads them all."""
        for triple in self._few.triples:
            if predicate is None or triple.predicate == predicate:
                yield triple
        yield from self._stored(None, predicate, None)

    def __contains__(self, triple: Triple) -> bool:
        if triple in self._few.about(triple.subject, Step(triple.predicate)):  # type: ignore[arg-type]
            return True
        found = self._stored(triple.subject, triple.predicate, triple.object)  # type: ignore[arg-type]
        return any(one == triple for one in found)


def value_of(triple: Triple) -> Term:
    """The object of a triple; there are no triple terms (RDF 1.2) here."""
    return triple.object  # type: ignore[return-value]
