"""Which focus nodes a change can matter to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from mca_graph.store import Term
from mca_graph.validation.incremental.paths import (
    INSTANCE,
    SUBCLASSES,
    TYPE,
    Path,
    Split,
    ends_of,
    joined,
    reverse,
    splits,
    walk,
)
from mca_graph.validation.incremental.patterns import FOCUS, Domains, Group, Pattern, domain, solve
from mca_graph.validation.incremental.reads import Root
from mca_graph.validation.incremental.view import View


@dataclass(frozen=True, slots=True)
class _Place:
    """A step of a pattern, where a changed statement would be read.

    Attributes:
        root: the shape that reads it.
        pattern: the pattern.
        split: its path around the step.
        back: the way from the step back to where the pattern begins.
        around: the patterns that must fit together with it; None where it stands alone.
        bound: what some variables are bound to from the start.
    """

    root: Root
    pattern: Pattern
    split: Split
    back: Path
    around: Group | None
    bound: Domains


class Places:
    """Where shapes would read a changed statement.

    Args:
        roots: the shapes with targets.
        view: all that is in the graph before the change or after it.
    """

    def __init__(self, roots: Iterable[Root], view: View) -> None:
        self._view = view
        self._by_property: dict[NamedNode | None, list[_Place]] = {}
        self._by_class: dict[Term, list[_Place]] = {}
        self._seen: set[tuple[object, ...]] = set()
        for root in roots:
            for target in _all_targets(root):
                self._add(root, target, None, {})
            for reads in root.reads:
                for pattern, around in _in_context(reads.group, Group()):
                    alone = pattern.start == FOCUS and len(around.patterns) == 1 and not around.unions
                    self._add(root, pattern, None if alone else around, reads.bound)

    def _add(self, root: Root, pattern: Pattern, around: Group | None, bound: Domains) -> None:
        for split in splits(pattern.path):
            place = _Place(root, pattern, split, reverse(split.before), around, bound)
            if around is None:
                end = None if isinstance(pattern.end, str) else (pattern.end, split.after)
                key = (root.cluster, place.back, split.step, end)
                if key in self._seen:
                    continue
                self._seen.add(key)
            if split.step == TYPE and split.after is SUBCLASSES and not isinstance(pattern.end, str):
                self._by_class.setdefault(pattern.end, []).append(place)
            else:
                self._by_property.setdefault(split.step.predicate, []).append(place)

    def of(self, triple: Triple) -> Iterator[_Place]:
        """The places where a statement would be read."""
        yield from self._by_property.get(triple.predicate, ())
        for place in self._by_property.get(None, ()):
            if triple.predicate not in place.split.step.excluded:
                yield place
        if triple.predicate == TYPE.predicate:
            for kind in ends_of(SUBCLASSES, {self._view.held(triple.object)}, self._view):  # type: ignore[arg-type]
                yield from self._by_class.get(kind, ())


def _all_targets(root: Root) -> Iterator[Pattern]:
    """The targets of a shape, and those that it has because of the shapes around it."""
    yield from (Pattern(FOCUS, INSTANCE, kind) for kind in root.classes)
    yield from (Pattern(FOCUS, step, "value") for step in root.steps)
    for origin, way in root.origins:
        back = reverse(way)
        for node in origin.nodes:
            yield Pattern(FOCUS, back, node)
        for target in _all_targets(origin):
            yield Pattern(FOCUS, joined(back, target.path), target.end)


def _in_context(group: Group, around: Group) -> Iterator[tuple[Pattern, Group]]:
    """Each pattern of a group and of the groups in it, with all that must fit together with it."""
    here = Group([*around.patterns, *group.patterns], [*around.unions, *group.unions])
    for pattern in group.patterns:
        yield pattern, here
    for options in group.unions:
        others = [one for one in here.unions if one is not options]
        for option in options:
            yield from _in_context(option, Group(here.patterns, others))
    for optional in group.optionals:
        yield from _in_context(optional, here)


class Finder:
    """Finds the focus nodes at which a shape reads a statement.

    Args:
        view: all that is in the graph before the change or after it.
    """

    def __init__(self, view: View) -> None:
        self._view = view
        self._targets: dict[Root, set[Term]] = {}

    def focus_nodes(self, place: _Place, triple: Triple, known: set[Term]) -> set[Term]:
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

    def _seed(self, place: _Place, node: Term, other: Term, domains: Domains) -> bool:
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


class Targets:
    """Tells whether a node is a target of a shape.

    Args:
        view: the graph.
    """

    def __init__(self, view: View) -> None:
        self._view, self._exact = view, view.exactly()
        self._classes: dict[Term, set[Term]] = {}

    def written(self, root: Root, node: Term) -> set[Term]:
        """A node as a shape is asked about it, a literal in each of its forms; nothing where it is not."""
        if not isinstance(node, Literal):
            return {node} if self.has(root, node) else set()
        forms = {one for one in root.nodes if self._view.held(one) == node}
        for step in root.steps:
            if step.inverse:
                forms.update(triple.object for triple, _ in self._view.edges(node, step))  # type: ignore[misc]
        for origin, way in root.origins:
            for other in ends_of(reverse(way), {node}, self._view):
                reached = ends_of(way, self.written(origin, other), self._exact)
                forms.update(end for end in reached if self._view.held(end) == node)
        return forms

    def has(self, root: Root, node: Term) -> bool:
        """True for a target node (SHACL, section 2.1.3) and for a value node that is handed on."""
        return (
            node in root.nodes
            or not root.classes.isdisjoint(self._classes_of(node))
            or any(self._view.has(node, step) for step in root.steps)
            or any(
                other in self.written(origin, self._view.held(other))
                for origin, way in root.origins
                for other in ends_of(reverse(way), {node}, self._exact)
            )
        )

    def _classes_of(self, node: Term) -> set[Term]:
        if node not in self._classes:
            self._classes[node] = ends_of(INSTANCE, {node}, self._view)
        return self._classes[node]
