"""What each shape with targets reads of a data graph: groups of patterns that begin at the focus node."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode

from mca_graph.namespaces import SH
from mca_graph.store import Term
from mca_graph.validation.constraints import PREBOUND, Constraint, constraints
from mca_graph.validation.incremental.paths import EMPTY, INSTANCE, Path, Step, from_shapes, joined
from mca_graph.validation.incremental.patterns import FOCUS, Domains, Group, Pattern, renamed
from mca_graph.validation.incremental.query import group_of
from mca_graph.validation.incremental.roots import Reads, Root, name_clusters
from mca_graph.validation.incremental.triples import NotUnderstoodError
from mca_graph.validation.shapes import Node, Shapes

_ANY = Step(None)
_PAIRS = ("equals", "disjoint", "lessThan", "lessThanOrEquals")
_COMPARED = frozenset(SH + name for name in (*_PAIRS, "closed"))
_LINKS = frozenset(
    SH + name for name in ("property", "node", "not", "and", "or", "xone", "qualifiedValueShape")
)
_VALUE = "value"


def roots(shapes: Shapes) -> list[Root]:
    """All shapes that report at nodes of their own and are not switched off, and what they read.

    Raises:
        McaGraphError: the shapes graph is ill-formed.
    """
    in_sparql: dict[Node, list[Constraint]] = {}
    for constraint in constraints(shapes):
        in_sparql.setdefault(constraint.shape, []).append(constraint)
    reader = _Reader(shapes, in_sparql)
    for shape in shapes.nodes:
        if shapes.targets(shape) and not shapes.is_deactivated(shape):
            reader.root(shape)
    found = list(reader.roots.values())
    name_clusters(found, shapes, in_sparql)
    return found


class _Reader:
    def __init__(self, shapes: Shapes, in_sparql: dict[Node, list[Constraint]]) -> None:
        self._shapes, self._in_sparql = shapes, in_sparql
        self.roots: dict[Node, Root] = {}
        self._open: list[Node] = []
        self._said: dict[Term, set[str]] = {}
        for triple in shapes.triples:
            self._said.setdefault(triple.subject, set()).add(triple.predicate.value)  # type: ignore[arg-type]
        self._parents: dict[Term, list[Node]] = {}
        for parent, part in shapes.uses(SH + "property"):
            self._parents.setdefault(part, []).append(parent)

    def root(self, shape: Node) -> Root:
        """A shape with what it reads, and where it has property shapes of its own for value nodes, those."""
        if shape not in self.roots:
            root = self.roots[shape] = Root(shape)
            for kind, value in self._shapes.targets(shape):
                if kind == "targetNode":
                    root.nodes.add(value)
                elif kind == "targetClass":
                    root.classes.add(value)
                elif isinstance(value, NamedNode):
                    root.steps.append(Step(value, inverse=kind == "targetObjectsOf"))
            self._open.append(shape)
            root.reads = list(self._reads(shape, EMPTY, (), root, reports=True))
            self._open.pop()
        return self.roots[shape]

    def _reads(
        self, shape: Node, way: Path, around: tuple[Node, ...], root: Root, *, reports: bool
    ) -> Iterator[Reads]:
        """What a shape reads, and the shapes below it, when it is asked about the nodes at a way's end.

        Args:
            shape: the shape.
            way: the way there from the focus node of the root.
            around: the shapes on the way.
            root: the root.
            reports: what the shape finds is reported, and not only asked for.
        """
        shapes, said = self._shapes, self._said.get(shape, set())
        if shape in around:
            root.reads_all = True  # what recursion means is left open (SHACL, section 3.4.3)
            return
        if SH + "deactivated" in said and shapes.is_deactivated(shape):
            return
        path = shapes.value(shape, SH + "path") if SH + "path" in said else None
        values = way if path is None else joined(way, from_shapes(shapes, path))
        for end in self._ends(shape, way, values):
            yield Reads(Group([Pattern(FOCUS, end, _VALUE)]))
        for kind in shapes.values(shape, SH + "class") if SH + "class" in said else ():
            yield Reads(Group([Pattern(FOCUS, joined(values, INSTANCE), kind)]))
        for constraint in self._in_sparql.get(shape, ()):
            try:
                yield self._query(constraint, way, values)
            except NotUnderstoodError:
                root.reads_all = True
        if said.isdisjoint(_LINKS):
            return
        inside = (*around, shape)
        for part in shapes.parts(shape):
            if path is None or not reports:
                yield from self._reads(part, values, inside, root, reports=reports)
            elif part in self._open:
                root.reads_all = True
            elif not shapes.is_deactivated(part):
                self.root(part).origins.append((root, values))
        for inner in (*shapes.conditions(shape), *self._siblings(shape)):
            yield from self._reads(inner, values, inside, root, reports=False)

    def _ends(self, shape: Node, way: Path, values: Path) -> Iterator[Path]:
        """The ways to all that a shape itself compares or counts."""
        shapes, said = self._shapes, self._said.get(shape, set())
        if values is not way:
            yield values
        if said.isdisjoint(_COMPARED):
            return
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
        group = group_of(constraint.query, prebound)
        focus = FOCUS
        if way != EMPTY:
            focus = "this at the end of the way"
            group = renamed(group, lambda name: focus if name == "this" else name)
            group.patterns.append(Pattern(FOCUS, way, focus))
        if constraint.is_ask:
            group.patterns.append(Pattern(FOCUS, values, _VALUE))
        return Reads(group, bound)
