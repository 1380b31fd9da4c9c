"""The shapes that report at nodes of their own, and which of them report under one name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from mca_graph.namespaces import SH
from mca_graph.store import Term
from mca_graph.validation.constraints import Constraint
from mca_graph.validation.incremental.paths import Path, Step
from mca_graph.validation.incremental.patterns import Domains, Group
from mca_graph.validation.shapes import Node, Shapes


@dataclass(slots=True)
class Reads:
    """What a constraint reads: its patterns, and what some variables are bound to from the start."""

    group: Group
    bound: Domains = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Root:
    """A shape that reports what it finds at nodes of its own.

    Those are its targets; where it is the property shape of a property shape, they are the value nodes of
    that one too.

    Attributes:
        shape: the shape.
        nodes: the nodes that are its targets by name.
        classes: the classes whose instances are its targets.
        steps: what leads from a target to something, where a property makes it one.
        origins: the shapes whose value nodes it is asked about, each with the way there.
        reads: what it and the shapes below it read.
        reads_all: it cannot be told what it reads: everything must be taken for read.
        cluster: a name for the shapes whose findings cannot be told from those of this one.
    """

    shape: Node
    nodes: set[Term] = field(default_factory=set)
    classes: set[Term] = field(default_factory=set)
    steps: list[Step] = field(default_factory=list)
    origins: list[tuple[Root, Path]] = field(default_factory=list)
    reads: list[Reads] = field(default_factory=list)
    reads_all: bool = False
    cluster: str = ""


def name_clusters(found: Iterable[Root], shapes: Shapes, in_sparql: Mapping[Node, list[Constraint]]) -> None:
    """Give one name to the shapes that report under the same names."""
    bearers: dict[str, list[Root]] = {}
    for root in found:
        root.cluster = str(root.shape)
        waiting, seen = [root.shape], set[Node]()
        while waiting:
            shape = waiting.pop()
            if shape in seen:
                continue
            seen.add(shape)
            names = {shapes.name_of(str(shape))}
            for constraint in in_sparql.get(shape, ()):
                if constraint.node is not None:
                    names.add(shapes.name_of(str(constraint.node), str(shape)))
            for name in names:
                bearers.setdefault(name, []).append(root)
            if shape == root.shape or shapes.value(shape, SH + "path") is None:
                waiting += shapes.parts(shape)
    together = {root.cluster: [root] for root in found}
    for first, *others in bearers.values():
        for other in others:
            if other.cluster != first.cluster:
                for moved in together.pop(other.cluster):
                    moved.cluster = first.cluster
                    together[first.cluster].append(moved)
