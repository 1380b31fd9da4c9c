"""A part of a data graph, and the shapes with the very nodes of it that are to be checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, serialize

from mca_graph.namespaces import RDF, SH
from mca_graph.store import Term
from mca_graph.store.embedded import EmbeddedStore
from mca_graph.validation.data import DataGraph
from mca_graph.validation.shapes import Node, Shapes

_TARGET = "urn:x-mca-graph:target:"
_TARGETS = frozenset(SH + f"target{kind}" for kind in ("Node", "Class", "SubjectsOf", "ObjectsOf"))
_KINDS = frozenset(SH + name for name in ("NodeShape", "PropertyShape"))

Focus = Mapping[Node, set[Term]]
"""For each shape the nodes that it is asked about."""


class Slice(DataGraph):
    """A part of a data graph; as text it also says which nodes are to be checked.

    Args:
        triples: the part.
        focus: the nodes to be checked.
    """

    def __init__(self, triples: Iterable[Triple], focus: Focus) -> None:
        super().__init__(triples)
        self._focus = focus

    def ntriples(self) -> str:
        """The part as N-Triples, with a statement about each node to be checked."""
        marks = (
            f"<{_TARGET}all> <{_TARGET}{index}> {node} .\n"
            for index, shape in enumerate(sorted(self._focus, key=str))
            for node in self._focus[shape]
        )
        return (serialize(self.triples, format=RdfFormat.N_TRIPLES) or b"").decode() + "".join(marks)

    def store(self) -> EmbeddedStore:
        """The part in memory, and nothing else."""
        return EmbeddedStore.of(
            Quad(triple.subject, triple.predicate, triple.object) for triple in self.triples
        )


class Focused(Shapes):
    """Shapes whose targets are told one by one; those without any may be missing.

    Args:
        shapes: the shapes.
        focus: the nodes to be checked.
        held: the same as the store holds them; a literal may have another form there.
    """

    def __init__(self, shapes: Shapes, focus: Focus, held: Focus) -> None:
        self._held = held
        nodes, involved = set(shapes.nodes), _involved(shapes, focus)
        super().__init__(
            Quad(triple.subject, triple.predicate, triple.object)
            for triple in _retargeted(shapes, focus, nodes, nodes - involved)
        )
        self.nodes = [node for node in shapes.nodes if node in involved]

    def targets(self, shape: Term) -> list[tuple[str, Term]]:
        """The nodes to be checked, each as a target."""
        return [("targetNode", node) for node in self._held.get(shape, ())]  # type: ignore[arg-type]


def _retargeted(shapes: Shapes, focus: Focus, nodes: set[Node], unasked: set[Node]) -> Iterator[Triple]:
    """The shapes graph, its targets replaced by the objects of a property for each shape."""
    for triple in shapes.triples:
        if triple.subject in nodes:
            property_ = triple.predicate.value
            if triple.subject in unasked or property_ in _TARGETS:
                continue
            if property_ == RDF + "type" and triple.object.value not in _KINDS:  # type: ignore[union-attr]
                continue  # a class among the shapes would have its instances for targets
        yield triple
    for index, shape in enumerate(sorted(focus, key=str)):
        yield Triple(shape, NamedNode(SH + "targetObjectsOf"), NamedNode(f"{_TARGET}{index}"))


def _involved(shapes: Shapes, focus: Iterable[Node]) -> set[Node]:
    """The shapes that have to do with some shapes: those they refer to, and those that refer to these."""
    beside: dict[Node, list[Node]] = {}
    for outer, inner in _links(shapes):
        beside.setdefault(outer, []).append(inner)
        beside.setdefault(inner, []).append(outer)
    found: set[Node] = set()
    waiting = list(focus)
    while waiting:
        shape = waiting.pop()
        if shape not in found:
            found.add(shape)
            waiting += beside.get(shape, ())
    return found


def _links(shapes: Shapes) -> Iterator[tuple[Node, Node]]:
    """Each shape with each that it refers to."""
    for name in ("property", "node", "not", "qualifiedValueShape"):
        for outer, inner in shapes.uses(SH + name):
            if not isinstance(inner, Literal):
                yield outer, inner
    for name in ("and", "or", "xone"):
        for outer, head in shapes.uses(SH + name):
            for inner in shapes.list_of(head):
                if not isinstance(inner, Literal):
                    yield outer, inner
