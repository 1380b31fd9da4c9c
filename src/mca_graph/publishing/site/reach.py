"""Which pages a change reaches: those whose fingerprint may be another one after it.

Working out the fingerprints of all pages costs as much as reading all that they show. Where it is known by
which statements two states of a graph differ, this finds the pages that show one of them, or a few more. It
goes the way of :mod:`mca_graph.publishing.site.digests` backwards: whoever changes one has to change both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator

from pyoxigraph import Literal, NamedNode, Quad

from mca_graph.graph.changes import Changes
from mca_graph.publishing.site.context import Site
from mca_graph.publishing.site.digests import neighbours, seen_beside


class Reach:
    """Finds the pages that a change reaches.

    Args:
        site: the site that is being published.
        changes: by what its graph differs from the one that it was last made from.
        is_joiner: tells things that are shown by what they join, and so are looked through.
    """

    def __init__(self, site: Site, changes: Changes, is_joiner: Callable[[int], bool]) -> None:
        self._site, self._snapshot, self._is_joiner = site, site.snapshot, is_joiner
        self._quads = changes.quads
        self._place_terms = {*site.vocabulary.transitive, *site.place_terms} - {None}

    def pages(self) -> set[int] | None:
        """The things whose pages may have changed; None where that may be any."""
        if not self._site.has_same_things:
            return None
        said = self._numbers(quad.subject for quad in self._quads)
        led_to = self._numbers(quad.object for quad in self._quads)
        shown = self._shown(led_to)
        vocabulary = self._site.vocabulary
        above = {*vocabulary.transitive, vocabulary.broader, vocabulary.in_scheme}
        found = {*said, *led_to, *shown, *self._below(shown | said, above)}
        for one in shown:
            found.update(neighbours(self._snapshot, one))
        found.update(self._speaking(said, shown))
        found.update(self._by_source(said))
        for one in {*said, *led_to, *shown}:  # a scheme shows how often each concept of it is used
            found.update(self._snapshot.values(one, vocabulary.in_scheme))
        return found

    def _numbers(self, terms: Iterable[object]) -> set[int]:
        """The numbers of the things among some terms; those that are gone have none."""
        number_of = self._snapshot.number_of
        found = {number_of(term) for term in set(terms) if isinstance(term, NamedNode)}
        return {number for number in found if number is not None}

    def _shown(self, led_to: set[int]) -> set[int]:
        """The things of which other pages may show something else than before."""
        snapshot = self._snapshot
        seen = seen_beside(self._site)

        def is_seen(quad: Quad) -> bool:
            return not isinstance(quad.object, Literal) or snapshot.number_of(quad.predicate) in seen

        shown = self._numbers(quad.subject for quad in self._quads if is_seen(quad))
        around = {one for thing in shown for one in neighbours(snapshot, thing)}
        joiners = set(filter(self._is_joiner, {*around, *led_to}))
        # Where something is on the map is told by what is around it.
        return {*shown, *joiners, *self._below(shown, self._place_terms)}

    def _below(self, things: Iterable[int], properties: Collection[int | None]) -> Iterator[int]:
        """What leads to some things by some properties, step after step."""
        waiting, seen = list(things), set(things)
        while waiting:
            for property_, one in self._snapshot.pointing(waiting.pop()):
                if property_ in properties and one not in seen:
                    seen.add(one)
                    waiting.append(one)
                    yield one

    def _speaking(self, said: set[int], shown: set[int]) -> Iterator[int]:
        """The contributions on whose pages or in whose files something else stands of what they say."""
        data = self._site.machines.data
        stating: dict[int, set[int]] = defaultdict(set)
        for quad in self._quads:
            for graph in self._numbers([quad.graph_name]):
                stating[graph].update(self._numbers([quad.subject]))
        on = {graph for one in said for graph in self._snapshot.graphs_on(one)}
        for graph in {*on, *stating}:
            if data.holds_what_is_said(graph) or not stating[graph] <= self._stated_before(graph):
                yield graph
        yield from (graph for one in shown for graph in self._snapshot.graphs_on(one))

    def _stated_before(self, graph: int) -> set[int]:
        """What a contribution still speaks of in words of before."""
        terms, name = self._snapshot.terms, self._snapshot.terms[graph]
        came = {
            (quad.subject, quad.predicate, quad.object) for quad in self._quads if quad.graph_name == name
        }
        return {
            subject
            for subject in self._numbers(part for part, _property, _value in came)
            if any(
                (terms[subject], terms[property_], terms[value]) not in came
                for property_, value in self._snapshot.stated(graph, subject)
            )
        }

    def _by_source(self, said: set[int]) -> Iterator[int]:
        """What is stated by contributions whose header, or what that leads to, has changed."""
        snapshot = self._snapshot
        headed = (
            graph
            for graph in snapshot.headed()
            if graph in said or not said.isdisjoint(value for _property, value in snapshot.header(graph))
        )
        changed = set(headed)
        if changed:
            for graph, subjects in snapshot.stated_by().items():
                if graph in changed:
                    yield graph
                    yield from subjects
