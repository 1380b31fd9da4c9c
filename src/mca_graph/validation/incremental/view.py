"""A graph as a contribution leaves it: what the store holds, less what is taken out, and what is added."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cached_property, partial
from itertools import chain, islice

from pyoxigraph import Literal, NamedNode, Triple

from mca_graph.store import Term
from mca_graph.store.embedded import EmbeddedStore
from mca_graph.validation.incremental.paths import Step
from mca_graph.validation.lexical import may_change, normal_forms

Edge = tuple[Triple, Term]
"""A statement, and the node at its other end as the store would hold it."""

_FIRST = 16
"""How many statements about a node are looked up at once."""

_MUCH = 100
"""How many statements about a node make it one whose properties are looked up one by one."""

_ANY = Step(None)
_NONE: list[Triple] = []


class _Lazy:
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


class _Few:
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
        self._known: dict[tuple[Term, NamedNode | None, bool], _Lazy | list[Triple]] = {}
        self._described: dict[Term, dict[NamedNode, list[Triple]] | None] = {}

    @cached_property
    def _few(self) -> _Few:
        return _Few(self._extra(), lambda term: term)

    def about(self, node: Term, step: Step) -> _Lazy | list[Triple]:
        """The triples that a step leads over from a node; exclusions are not looked at."""
        if not step.inverse and step.predicate is not None:
            described = self._description(node)
            if described is not None:
                return described.get(step.predicate, _NONE)
        key = (node, step.predicate, step.inverse)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = _Lazy(partial(self._about, node, step))
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
        self._added = _Few(triples, self.held)

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


def value_of(triple: Triple) -> Term:
    """The object of a triple; there are no triple terms (RDF 1.2) here."""
    return triple.object  # type: ignore[return-value]
