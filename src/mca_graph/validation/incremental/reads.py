"""What each shape with targets reads of a data graph: groups of patterns that begin at the focus node."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode

from mca_graph.namespaces import SH
from mca_graph.store import Term
from mca_graph.validation.constraints import PREBOUND, Constraint, constraints
from mca_graph.validation.incremental.paths import EMPTY, INSTANCE, Path, Step, from_shapes, joined
from mca_graph.validation.incremental.patterns import FOCUS, Domains, Group, Pattern
from mca_graph.validation.incremental.query import group_of
from mca_graph.validation.incremental.triples import NotUnderstoodError
from mca_graph.validation.shapes import Node, Shapes

_ANY = Step(None)
_PAIRS = ("equals", "disjoint", "lessThan", "lessThanOrEquals")
_VALUE = "value"


@dataclass(slots=True)
class Reads:
    """What a constraint reads: its patterns, and what some variables are bound to from the start."""

    group: Group
    bound: Domains = field(default_factory=dict)


@dataclass(slots=True)
class Root:
    """A shape with targets.

    Attributes:
        shape: the shape.
        targets: its targets, as patterns.
        nodes: the nodes that it names as targets.
        reads: what it and the shapes below it read.
        reads_all: it cannot be told what it reads: everything must be taken for read.
        cluster: a name for the shapes whose findings cannot be told from those of this one.
    """

    shape: Node
    targets: list[Pattern]
    nodes: frozenset[Term]
    reads: list[Reads] = field(default_factory=list)
    reads_all: bool = False
    cluster: str = ""


class _RecursiveError(Exception):
    """A shape refers to itself (SHACL, section 3.4.3: what that means is left open)."""


def roots(shapes: Shapes) -> list[Root]:
    """All shapes with targets that are not switched off, and what they read.

    Raises:
        McaGraphError: the shapes graph is ill-formed.
    """
    in_sparql: dict[Node, list[Constraint]] = {}
    for constraint in constraints(shapes):
        in_sparql.setdefault(constraint.shape, []).append(constraint)
    reader = _Reader(shapes, in_sparql)
    found = []
    for shape in shapes.nodes:
        targets = shapes.targets(shape)
        if targets and not shapes.is_deactivated(shape):
            nodes = frozenset(value for kind, value in targets if kind == "targetNode")
            root = Root(shape, [pattern for target in targets for pattern in _target(*target)], nodes)
            try:
                root.reads = list(reader.reads(shape, EMPTY, ()))
            except (NotUnderstoodError, _RecursiveError):
                root.reads_all = True
            found.append(root)
    _cluster(found, shapes, in_sparql)
    return found


def _target(kind: str, value: Term) -> Iterator[Pattern]:
    """A target of a shape (SHACL, section 2.1.3) as a pattern; a node that is named needs none."""
    if kind == "targetClass":
        yield Pattern(FOCUS, INSTANCE, value)
    elif kind == "targetSubjectsOf" and isinstance(value, NamedNode):
        yield Pattern(FOCUS, Step(value), _VALUE)
    elif kind == "targetObjectsOf" and isinstance(value, NamedNode):
        yield Pattern(FOCUS, Step(value, inverse=True), _VALUE)


class _Reader:
    def __init__(self, shapes: Shapes, in_sparql: dict[Node, list[Constraint]]) -> None:
        self._shapes, self._in_sparql = shapes, in_sparql
        self._parents: dict[Term, list[Node]] = {}
        for parent, part in shapes.uses(SH + "property"):
            self._parents.setdefault(part, []).append(parent)

    def reads(self, shape: Node, way: Path, around: tuple[Node, ...]) -> Iterator[Reads]:
        """What a shape reads, and the shapes below it, when it is asked about the nodes at a way's end."""
        shapes = self._shapes
        if shape in around:
            raise _RecursiveError(str(shape))
        if shapes.is_deactivated(shape):
            return
        path = shapes.value(shape, SH + "path")
        values = way if path is None else joined(way, from_shapes(shapes, path))
        for end in self._ends(shape, way, values):
            yield Reads(Group([Pattern(FOCUS, end, _VALUE)]))
        for kind in shapes.values(shape, SH + "class"):
            yield Reads(Group([Pattern(FOCUS, joined(values, INSTANCE), kind)]))
        for constraint in self._in_sparql.get(shape, ()):
            yield self._query(constraint, way, values)
        for inner in (*shapes.parts(shape), *shapes.conditions(shape), *self._siblings(shape)):
            yield from self.reads(inner, values, (*around, shape))

    def _ends(self, shape: Node, way: Path, values: Path) -> Iterator[Path]:
        """The ways to all that a shape itself compares or counts."""
        shapes = self._shapes
        if values is not way:
            yield values
        for name in _PAIRS:
            for property_ in shapes.values(shape, SH + name):
                if isinstance(property_, NamedNode):
                    yield joined(way, Step(property_))
        if any(shapes.is_true(value) for value in shapes.values(shape, SH + "closed")):
            yield joined(values, _ANY)
            yield joined(way, _ANY)  # the validator looks there, the Recommendation (4.8.1) at the values

    def _siblings(self, shape: Node) -> Iterator[Node]:
        """The shapes whose nodes a qualified shape must leave alone (SHACL, section 4.7.3)."""
        shapes = self._shapes
        if any(shapes.is_true(value) for value in shapes.values(shape, SH + "qualifiedValueShapesDisjoint")):
            for parent in self._parents.get(shape, ()):
                for part in shapes.parts(parent):
                    for value in shapes.values(part, SH + "qualifiedValueShape"):
                        if not isinstance(value, Literal):
                            yield value

    @staticmethod
    def _query(constraint: Constraint, way: Path, values: Path) -> Reads:
        """What a constraint in SPARQL reads, its focus node at the end of a way from that of the root."""
        bound: Domains = {name: {value} for name, value in constraint.parameters}
        bound["currentShape"] = {constraint.shape}
        prebound = {*PREBOUND, *bound, *([_VALUE] if constraint.is_ask else [])}
        patterns = [Pattern(FOCUS, way, "this")]
        if constraint.is_ask:
            patterns.append(Pattern(FOCUS, values, _VALUE))
        group = group_of(constraint.query, prebound)
        return Reads(Group([*patterns, *group.patterns], group.unions, group.optionals), bound)


def _cluster(found: list[Root], shapes: Shapes, in_sparql: dict[Node, list[Constraint]]) -> None:
    """Give one name to the shapes that report under the same names."""
    bearers: dict[str, list[Root]] = {}
    for root in found:
        waiting, seen = [root.shape], set[str]()
        while waiting:
            shape = waiting.pop()
            if str(shape) not in seen:
                seen.add(str(shape))
                seen.update(str(one.node) for one in in_sparql.get(shape, ()) if one.node is not None)
                waiting += shapes.parts(shape)
        for name in seen:
            bearers.setdefault(name, []).append(root)
        root.cluster = str(root.shape)
    by_cluster = {root.cluster: [root] for root in found}
    for together in bearers.values():
        first = together[0]
        for other in together[1:]:
            if other.cluster != first.cluster:
                for moved in by_cluster.pop(other.cluster):
                    moved.cluster = first.cluster
                    by_cluster[first.cluster].append(moved)
