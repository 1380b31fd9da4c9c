"""Property paths that can be walked both ways, and taken apart around each of their steps."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import NamedNode, Triple

from mca_graph.errors import McaGraphError
from mca_graph.namespaces import RDF, RDFS, SH
from mca_graph.store import Term

if TYPE_CHECKING:
    from mca_graph.validation.incremental.view import View
    from mca_graph.validation.shapes import Shapes


@dataclass(frozen=True, slots=True)
class Step:
    """One statement.

    Attributes:
        predicate: its property; None for any.
        inverse: walked from the object to the subject.
        excluded: properties that it may not have.
    """

    predicate: NamedNode | None
    inverse: bool = False
    excluded: frozenset[NamedNode] = frozenset()


@dataclass(frozen=True, slots=True)
class Sequence:
    """Paths one after the other; without any, it leads from a node to itself."""

    parts: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several paths."""

    options: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A path that may be left out, or walked more than once, or both."""

    inner: Path
    optional: bool
    many: bool


Path = Step | Sequence | Choice | Repeat

EMPTY = Sequence(())

TYPE = Step(NamedNode(RDF + "type"))
SUBCLASSES = Repeat(Step(NamedNode(RDFS + "subClassOf")), optional=True, many=True)
"""From a class to itself and its superclasses."""

INSTANCE = Sequence((TYPE, SUBCLASSES))
"""From a node to its classes and their superclasses (SHACL, section 1.1: SHACL instance)."""

_REPEATS = {"zeroOrMorePath": (True, True), "oneOrMorePath": (False, True), "zeroOrOnePath": (True, False)}


class Split(NamedTuple):
    """A path around one of its steps: what leads to the step, and what follows it."""

    before: Path
    step: Step
    after: Path


def joined(*paths: Path) -> Path:
    """Paths one after the other, in as few objects as possible."""
    parts: list[Path] = []
    for path in paths:
        parts += path.parts if isinstance(path, Sequence) else (path,)
    return parts[0] if len(parts) == 1 else Sequence(tuple(parts))


def reverse(path: Path) -> Path:
    """The same path walked from its end."""
    if isinstance(path, Step):
        return Step(path.predicate, not path.inverse, path.excluded)
    if isinstance(path, Sequence):
        return Sequence(tuple(reverse(part) for part in reversed(path.parts)))
    if isinstance(path, Choice):
        return Choice(tuple(reverse(option) for option in path.options))
    return Repeat(reverse(path.inner), path.optional, path.many)


def splits(path: Path) -> Iterator[Split]:
    """The path around each of its steps."""
    if isinstance(path, Step):
        yield Split(EMPTY, path, EMPTY)
    elif isinstance(path, Sequence):
        for index, part in enumerate(path.parts):
            for before, step, after in splits(part):
                yield Split(
                    joined(*path.parts[:index], before), step, joined(after, *path.parts[index + 1 :])
                )
    elif isinstance(path, Choice):
        for option in path.options:
            yield from splits(option)
    elif path.many:
        again = Repeat(path.inner, optional=True, many=True)
        for before, step, after in splits(path.inner):
            yield Split(joined(again, before), step, joined(after, again))
    else:
        yield from splits(path.inner)


def walk(
    path: Path, starts: Iterable[Term], view: View, seen: set[Triple] | None = None
) -> Generator[None, None, set[Term]]:
    """Walk a path; returns where it ends, after a pause at each statement.

    Args:
        path: the path.
        starts: where to begin.
        view: the graph.
        seen: takes the statements that were walked over.
    """
    if isinstance(path, Step):
        ends: set[Term] = set()
        for node in starts:
            for triple, end in view.edges(node, path):
                if seen is not None:
                    seen.add(triple)
                ends.add(end)
                yield
        return ends
    if isinstance(path, Sequence):
        here = set(starts)
        for part in path.parts:
            here = yield from walk(part, here, view, seen)
        return here
    if isinstance(path, Choice):
        here, found = set(starts), set[Term]()
        for option in path.options:
            found |= yield from walk(option, here, view, seen)
        return found
    first = set(starts)
    found = set(first) if path.optional else set()
    reached = yield from walk(path.inner, first, view, seen)
    fresh = reached - found
    found |= reached
    while path.many and fresh:
        reached = yield from walk(path.inner, fresh, view, seen)
        fresh = reached - found
        found |= reached
    return found


def ends_of(path: Path, starts: Iterable[Term], view: View, seen: set[Triple] | None = None) -> set[Term]:
    """Walk a path to its end without a pause."""
    walking = walk(path, starts, view, seen)
    while True:
        try:
            next(walking)
        except StopIteration as stop:
            found: set[Term] = stop.value
            return found


def from_shapes(shapes: Shapes, node: Term, depth: int = 0) -> Path:
    """A path of a shapes graph (SHACL, section 2.3.1).

    Raises:
        McaGraphError: it is ill-formed.
    """
    if isinstance(node, NamedNode):
        return Step(node)
    if depth > 100:
        raise McaGraphError(f"the property path {node} contains itself")
    if shapes.value(node, RDF + "first") is not None:
        return joined(*(from_shapes(shapes, part, depth + 1) for part in shapes.list_of(node)))
    if (inverse := shapes.value(node, SH + "inversePath")) is not None:
        return reverse(from_shapes(shapes, inverse, depth + 1))
    if (options := shapes.value(node, SH + "alternativePath")) is not None:
        return Choice(tuple(from_shapes(shapes, option, depth + 1) for option in shapes.list_of(options)))
    for name, (optional, many) in _REPEATS.items():
        if (inner := shapes.value(node, SH + name)) is not None:
            return Repeat(from_shapes(shapes, inner, depth + 1), optional, many)
    raise McaGraphError(f"{node} is no property path", "see SHACL, section 2.3.1")
