"""Which nodes each shape is asked about: its targets, and what other shapes hand on to it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from mca_graph.store import Term
from mca_graph.validation.paths import path_of
from mca_graph.validation.shapes import Node, Shapes
from mca_graph.validation.sparql import Evaluator


@dataclass(slots=True)
class Focus:
    """The focus nodes of a shape.

    Attributes:
        reported: those at which what it finds is reported: its targets, and the value nodes of shapes
            that have it as a property shape.
        asked: those at which another shape only needs to know whether they conform to it.
    """

    reported: dict[Term, None] = field(default_factory=dict)
    asked: dict[Term, None] = field(default_factory=dict)

    @property
    def all(self) -> list[Term]:
        """Both, each node once."""
        return list(self.reported | self.asked if self.asked else self.reported)


def conditional(shapes: Shapes, carriers: Collection[Node]) -> set[Node]:
    """Those of the given shapes that stand somewhere below ``sh:node``, ``sh:not`` and the like."""
    waiting = [condition for shape in shapes.nodes for condition in shapes.conditions(shape)]
    seen: set[Node] = set()
    while waiting:
        shape = waiting.pop()
        if shape not in seen:
            seen.add(shape)
            waiting += [*shapes.parts(shape), *shapes.conditions(shape)]
    return seen & set(carriers)


def focus_nodes(shapes: Shapes, carriers: Collection[Node], evaluator: Evaluator) -> dict[Node, Focus]:
    """The focus nodes of the given shapes, and of the shapes that lead to them."""
    relevant = _leading_to(shapes, carriers)
    found: dict[Node, Focus] = {shape: Focus() for shape in relevant}
    waiting: list[tuple[Node, bool, dict[Term, None]]] = [
        (shape, True, dict.fromkeys(targets(shapes, shape, evaluator))) for shape in relevant
    ]
    while waiting:
        shape, is_reported, nodes = waiting.pop()
        known = found[shape].reported if is_reported else found[shape].asked
        new = {node: None for node in nodes if node not in known}
        if not new or shapes.is_deactivated(shape):
            continue
        known.update(new)
        parts = [part for part in shapes.parts(shape) if part in found]
        conditions = [condition for condition in shapes.conditions(shape) if condition in found]
        if parts or conditions:
            values = _values(shapes, shape, evaluator, new)
            waiting += [(part, is_reported, values) for part in parts]
            waiting += [(condition, False, values) for condition in conditions]
    return found


def _values(shapes: Shapes, shape: Node, evaluator: Evaluator, nodes: dict[Term, None]) -> dict[Term, None]:
    """The value nodes of a shape: the focus nodes of a node shape, else what its path leads to."""
    path = path_of(shapes, shape)
    if path is None:
        return nodes
    return dict.fromkeys(value for _node, value in evaluator.values(path, list(nodes)))


def _leading_to(shapes: Shapes, carriers: Collection[Node]) -> list[Node]:
    """The shapes from which one of the given shapes can be reached, these included."""
    parents: dict[Node, list[Node]] = {}
    for shape in shapes.nodes:
        for child in (*shapes.parts(shape), *shapes.conditions(shape)):
            parents.setdefault(child, []).append(shape)
    seen: dict[Node, None] = {}
    waiting = list(carriers)
    while waiting:
        shape = waiting.pop()
        if shape not in seen:
            seen[shape] = None
            waiting += parents.get(shape, [])
    return list(seen)


def targets(shapes: Shapes, shape: Term, evaluator: Evaluator) -> Iterator[Term]:
    """The target nodes of a shape in the data graph (SHACL, section 2.1.3)."""
    for kind, value in shapes.targets(shape):
        if kind == "targetNode":
            yield value
        elif kind == "targetClass":
            yield from evaluator.instances(value)
        else:
            for subject, other in evaluator.ends(value):
                yield subject if kind == "targetSubjectsOf" else other
