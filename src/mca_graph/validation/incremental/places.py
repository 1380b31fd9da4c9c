"""Where shapes read a graph: each step of each pattern, by what a statement there would look like."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import NamedNode, Triple

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
)
from mca_graph.validation.incremental.patterns import FOCUS, Domains, Group, Pattern
from mca_graph.validation.incremental.roots import Root
from mca_graph.validation.incremental.view import View


@dataclass(frozen=True, slots=True)
class Place:
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
        self._by_property: dict[NamedNode | None, list[Place]] = {}
        self._by_class: dict[Term, list[Place]] = {}
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
            place = Place(root, pattern, split, reverse(split.before), around, bound)
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

    def of(self, triple: Triple) -> Iterator[Place]:
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
