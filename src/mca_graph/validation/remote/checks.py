"""The checks of a shapes graph: for each shape with targets the patterns of what breaks it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import Literal

from mca_graph.namespaces import SH
from mca_graph.store import Term
from mca_graph.validation.paths import path_of
from mca_graph.validation.remote.compiler import Compiler
from mca_graph.validation.remote.language import INSTANCE_OF, NotInQueriesError, sparql
from mca_graph.validation.remote.values import value_tests
from mca_graph.validation.shapes import Node, Shapes

THIS, VALUE, OTHER, PATH = "?this", "?value", "?mca_other", "?mca_path"
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Check:
    """A constraint at the focus nodes of one shape.

    Attributes:
        shape: the shape it belongs to.
        component: IRI of its component.
        pattern: the group graph pattern with a solution for each fault: ``?this``, and ``?value`` or
            ``?mca_path`` where there is one; ``?mca_other`` tells faults apart.
    """

    shape: Node
    component: str
    pattern: str


class Checks:
    """Translates all shapes of a shapes graph that have targets.

    Args:
        shapes: the shapes graph.
    """

    def __init__(self, shapes: Shapes) -> None:
        self.shapes, self.compiler = shapes, Compiler(shapes)
        self.inexpressible: dict[Node, str] = {}

    def all(self) -> Iterator[Check]:
        """Every check; shapes that cannot be said in queries are noted in ``inexpressible``."""
        for shape in self.shapes.nodes:
            try:
                focus = targets(self.shapes, shape)
                found = list(self._of(shape, focus, THIS, 0)) if focus else []
            except NotInQueriesError as error:
                self.inexpressible[shape] = error.message
                continue
            yield from found

    def contexts(self, wanted: Node) -> list[str]:
        """The patterns that bind ``?this`` to the focus nodes of a shape at which it reports.

        Raises:
            NotInQueriesError: they cannot be said.
        """
        found = []
        for shape in self.shapes.nodes:
            focus = targets(self.shapes, shape)
            if focus:
                found += list(self._contexts(shape, focus, wanted, THIS, 0))
        return found

    def _contexts(self, shape: Node, focus: str, wanted: Node, node: str, depth: int) -> Iterator[str]:
        if self.shapes.is_deactivated(shape) or depth > _DEEPEST:
            return
        if shape == wanted:
            yield focus
        for part in self.shapes.parts(shape):
            yield from self._contexts(part, self._inside(shape, focus), wanted, node, depth + 1)

    def _inside(self, shape: Node, focus: str) -> str:
        """The pattern that binds ``?this`` to the value nodes of a shape."""
        if path_of(self.shapes, shape) is None:
            return focus
        outer = self.compiler.fresh("f")
        moved = focus.replace(f"{THIS} ", f"{outer} ").replace(f"{THIS}.", f"{outer}.")
        return f"{moved} {self.compiler.values(shape, outer, THIS)}"

    def _of(self, shape: Node, focus: str, this: str, depth: int) -> Iterator[Check]:
        if self.shapes.is_deactivated(shape):
            return
        if depth > _DEEPEST:
            raise NotInQueriesError(f"{shape}: shapes within shapes too deeply")
        compiler = self.compiler
        for test in [*value_tests(self.shapes, shape), *compiler.shape_tests(shape)]:
            if (fails := test.fails(VALUE)) != "false":
                values = compiler.values(shape, this, VALUE)
                yield self._check(shape, test.component, f"{focus} {values} FILTER({fails})")
        for component, expression in compiler.counts(shape, this):
            if component == "UniqueLang":
                yield self._check(shape, component, f"{focus} {compiler.same_language(shape, this, OTHER)}")
            elif expression != "false":
                yield self._check(shape, component, f"{focus} FILTER({expression})")
        for component, pattern in compiler.pairs(shape, this, VALUE, OTHER):
            yield self._check(shape, component, f"{focus} {pattern}")
        for pattern in compiler.closed(shape, this, PATH, VALUE):
            yield self._check(shape, "Closed", f"{focus} {pattern}")
        for part in self.shapes.parts(shape):
            yield from self._of(part, self._inside(shape, focus), this, depth + 1)

    def _check(self, shape: Node, component: str, pattern: str) -> Check:
        return Check(shape, f"{SH}{component}ConstraintComponent", pattern)


def targets(shapes: Shapes, shape: Node) -> str:
    """A pattern that binds ``?this`` to the targets of a shape; empty where it has none.

    Raises:
        NotInQueriesError: a target is a blank node.
    """
    options = [_target(kind, value) for kind, value in shapes.targets(shape)]
    if len(options) <= 1:
        return "".join(options)
    return " UNION ".join(f"{{ {option} }}" for option in options)


def _target(kind: str, value: Term) -> str:
    if kind == "targetNode":
        return f"VALUES {THIS} {{ {sparql(value)} }}"
    if isinstance(value, Literal):
        raise NotInQueriesError(f"{value} is no class and no property")
    if kind == "targetClass":
        return f"{THIS} {INSTANCE_OF} {sparql(value)} ."
    if kind == "targetSubjectsOf":
        return f"{THIS} {sparql(value)} [] ."
    return f"[] {sparql(value)} {THIS} ."
