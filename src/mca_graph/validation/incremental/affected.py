"""Which focus nodes a changed statement can matter to."""

from __future__ import annotations

from pyoxigraph import Triple

from mca_graph.store import Term
from mca_graph.validation.incremental.paths import (
    INSTANCE,
    Path,
    ends_of,
    reverse,
    walk,
)
from mca_graph.validation.incremental.patterns import FOCUS, Domains
from mca_graph.validation.incremental.places import Place
from mca_graph.validation.incremental.roots import Root
from mca_graph.validation.incremental.solve import domain, solve
from mca_graph.validation.incremental.view import View


class Finder:
    """Finds the focus nodes at which a shape reads a statement.

    Args:
        view: all that is in the graph before the change or after it.
    """

    def __init__(self, view: View) -> None:
        self._view = view
        self._targets: dict[Root, set[Term]] = {}

    def focus_nodes(self, place: Place, triple: Triple, known: set[Term]) -> set[Term]:
        """The focus nodes that a place leads back to from a statement; there may be too many of them.

        Args:
            place: the place.
            triple: the statement.
            known: nodes that need not be found again.
        """
        view = self._view
        node, other = triple.subject, view.held(triple.object)  # type: ignore[arg-type]
        if place.split.step.inverse:
            node, other = other, node  # type: ignore[assignment]
        fixed = domain(place.pattern.end, place.bound, view)
        if fixed is not None and fixed.isdisjoint(ends_of(place.split.after, {other}, view)):
            return set()
        if place.around is None:
            return ends_of(place.back, {node}, view)  # type: ignore[arg-type]
        begins = domain(place.pattern.start, place.bound, view)
        if begins is not None and begins.isdisjoint(ends_of(place.back, {node}, view)):  # type: ignore[arg-type]
            return set()
        domains = dict(place.bound)
        if place.pattern.predicate is not None:
            domains[place.pattern.predicate] = {triple.predicate}
        if not self._seed(place, node, other, domains):  # type: ignore[arg-type]
            return set()
        if FOCUS in domains and domains[FOCUS] <= known:
            return set()
        found = solve(place.around, domains, view)
        if found is None:
            return set()
        return found[FOCUS] if FOCUS in found else self.all_targets(place.root)

    def _seed(self, place: Place, node: Term, other: Term, domains: Domains) -> bool:
        """Bind an end of a pattern to what the statement leaves open to it; False where nothing is left.

        Of a path of several steps that is the end with fewer nodes.
        """
        sides: list[tuple[str | Term, Path, Term]] = [
            (place.pattern.start, place.back, node),
            (place.pattern.end, place.split.after, other),
        ]
        open_sides = [side for side in sides if isinstance(side[0], str)]
        if place.split.before == place.split.after:  # nothing before and nothing after: a single step
            pass
        elif len(open_sides) == 2:
            open_sides = [_shorter(open_sides[0], open_sides[1], self._view)]
        for name, path, begin in open_sides:
            assert isinstance(name, str)
            found = ends_of(path, {begin}, self._view)
            domains[name] = found & domains[name] if name in domains else found
            if not domains[name]:
                return False
        return True

    def all_targets(self, root: Root) -> set[Term]:
        """Every target of a shape; this takes as long as there are many."""
        if root not in self._targets:
            found: set[Term] = set(root.nodes)
            found |= ends_of(reverse(INSTANCE), root.classes, self._view)
            for step in root.steps:
                triples = self._view.triples(step.predicate)
                found.update(
                    self._view.held(triple.object) if step.inverse else triple.subject  # type: ignore[arg-type, misc]
                    for triple in triples
                )
            for origin, way in root.origins:
                found |= ends_of(way, self.all_targets(origin), self._view)
            self._targets[root] = found
        return self._targets[root]


def _shorter(
    one: tuple[str | Term, Path, Term], two: tuple[str | Term, Path, Term], view: View
) -> tuple[str | Term, Path, Term]:
    """That of two sides whose walk ends first."""
    walks = [walk(side[1], {side[2]}, view) for side in (one, two)]
    while True:
        for walking, side in zip(walks, (one, two), strict=True):
            try:
                next(walking)
            except StopIteration:
                return side
