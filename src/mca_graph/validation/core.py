"""SHACL Core by the compiled validator, told by marks what SPARQL-based constraints have found.

A shape may ask whether a node conforms to another shape that has a SPARQL-based constraint. The
validator is not given such constraints, so the nodes that break one are marked in the data graph, and
the shape is given a property shape that allows no mark.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import shacl
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from mca_graph.errors import McaGraphError
from mca_graph.namespaces import RDF, SH, XSD
from mca_graph.store import Term
from mca_graph.validation.paths import path_of
from mca_graph.validation.result import Result
from mca_graph.validation.shapes import Messages, Node, Shapes

Marks = Mapping[Node, "set[Term]"]

_OWN = "urn:x-mca-graph:"
_BLANK_SHAPE = _OWN + "blank-shape:"
_GUARD = _OWN + "guard:"
_PROBE = _OWN + "probe"
_NAMES = _OWN + "names"
_BLANK_LABEL = re.compile(r"_:(\w(?:[\w.\-·]*[\w\-·])?)")
_NOT_CORE = frozenset(
    SH + name
    for name in (
        "sparql",
        "parameter",
        "validator",
        "nodeValidator",
        "propertyValidator",
        "target",
        "rule",
        "js",
    )
)
_SINGLE = frozenset(SH + name for name in ("node", "not", "qualifiedValueShape"))
_ZERO = Literal("0", datatype=NamedNode(XSD + "integer"))


def validate(ntriples: str, shapes: Shapes, marks: Marks) -> Iterator[Result]:
    """Yield what the constraints of SHACL Core find.

    Args:
        ntriples: the data graph.
        shapes: the shapes graph.
        marks: for each shape the nodes that break one of its SPARQL-based constraints.

    Raises:
        McaGraphError: the shapes graph cannot be used.
    """
    labels = sorted(set(_BLANK_LABEL.findall(ntriples))) if "_:" in ntriples else []
    added = [
        *(f"<{_OWN}blank:{label}> <{_NAMES}> _:{label} .\n" for label in labels),
        *(f"<{_GUARD}{index}> <{_GUARD}{index}> {node} .\n"
          for index, nodes in enumerate(marks.values()) for node in nodes),
    ]  # fmt: skip
    try:
        compiled = shacl.Shapes.from_text(_text(shapes, list(marks)), format="ntriples")
        report = compiled.validate_text(ntriples + "".join(added) if added else ntriples, format="ntriples")
    except ValueError as error:
        raise McaGraphError(f"the shapes or the data cannot be read: {error}") from error
    reader = _Reader(shapes)
    found = [result for result in report.results if not reader.reads_label(result)]
    return (read for result in found if (read := reader.read(result)) is not None)


class _Reader:
    """Makes results of the validator ours: its labels of blank nodes become those of the graphs."""

    def __init__(self, shapes: Shapes) -> None:
        self._shapes = shapes
        self._labels: dict[str, str] = {}
        self._known: dict[str, tuple[str, str | None, Messages]] = {}

    def reads_label(self, result: shacl.Result) -> bool:
        """True for a result that only tells how the validator calls a blank node of the data graph."""
        if result.source_shape != f"<{_PROBE}>":
            return False
        self._labels[result.value or ""] = "_:" + result.focus_node[len(f"<{_OWN}blank:") : -1]
        return True

    def read(self, result: shacl.Result) -> Result | None:
        """A result, or None for one that a mark has caused."""
        source = result.source_shape or ""
        if source.startswith(f"<{_GUARD}"):
            return None
        if source not in self._known:
            self._known[source] = self._about(source)
        shape, path, messages = self._known[source]
        return Result(
            focus=self._term(result.focus_node),
            shape=shape,
            component=result.component_iri,
            severity=result.severity_iri,
            path=path or result.path,
            value=self._term(result.value) if result.value is not None else None,
            messages=messages or tuple((text, "") for text in result.messages),
        )

    def _term(self, text: str) -> str:
        return self._labels.get(text, text)

    def _about(self, source: str) -> tuple[str, str | None, Messages]:
        """A shape's own name, its path and its messages."""
        iri = source.strip("<>")
        node: Node = NamedNode(iri)
        if iri.startswith(_BLANK_SHAPE):
            node = BlankNode(iri.removeprefix(_BLANK_SHAPE))
        return str(node), path_of(self._shapes, node), self._shapes.messages(node)


def _text(shapes: Shapes, guarded: list[Node]) -> str:
    """The shapes graph for the validator: without SPARQL, with guards, every shape with an IRI."""
    triples = [*_rewritten(shapes, guarded), *_guards(shapes, guarded), *_probe()]
    renamed: dict[object, NamedNode] = {
        node: NamedNode(_BLANK_SHAPE + node.value) for node in shapes.nodes if isinstance(node, BlankNode)
    }
    named = (
        Triple(
            renamed.get(triple.subject, triple.subject),
            triple.predicate,
            renamed.get(triple.object, triple.object),
        )
        for triple in triples
    )
    return (serialize(named, format=RdfFormat.N_TRIPLES) or b"").decode()


def _rewritten(shapes: Shapes, guarded: list[Node]) -> Iterator[Triple]:
    """The triples of SHACL Core; where a guarded property shape is a condition, a guarded node shape."""
    instead: dict[object, NamedNode] = {
        shape: NamedNode(f"{_GUARD}{index}:condition")
        for index, shape in enumerate(guarded)
        if shapes.value(shape, SH + "path") is not None
    }
    cells = set(_cells(shapes)) if instead else set()
    for triple in shapes.triples:
        if triple.predicate.value in _NOT_CORE:
            continue
        is_condition = triple.predicate.value in _SINGLE or (
            triple.predicate.value == RDF + "first" and triple.subject in cells
        )
        if is_condition and triple.object in instead:
            yield Triple(triple.subject, triple.predicate, instead[triple.object])
        else:
            yield triple
    for shape in guarded:
        if shape in instead:
            yield Triple(instead[shape], NamedNode(SH + "property"), shape)


def _cells(shapes: Shapes) -> Iterator[Term]:
    """The cells of the lists of ``sh:and``, ``sh:or`` and ``sh:xone``."""
    for name in ("and", "or", "xone"):
        for _shape, head in shapes.uses(SH + name):
            cell: Term | None = head
            seen: set[Term] = set()
            while cell is not None and cell not in seen:
                seen.add(cell)
                yield cell
                cell = shapes.value(cell, RDF + "rest")


def _guards(shapes: Shapes, guarded: list[Node]) -> Iterator[Triple]:
    """For each guarded shape a property shape that no marked node conforms to, where it takes effect.

    A property shape is asked about a node and judges that node's values, but a mark is on the node
    itself; its guard therefore hangs on the shapes that refer to it.
    """
    part = NamedNode(SH + "property")
    for index, shape in enumerate(guarded):
        guard, path = NamedNode(f"{_GUARD}{index}"), BlankNode(f"guard{index}path")
        yield Triple(guard, NamedNode(SH + "path"), path)
        yield Triple(path, NamedNode(SH + "inversePath"), guard)
        yield Triple(guard, NamedNode(SH + "maxCount"), _ZERO)
        if shapes.value(shape, SH + "path") is None:
            yield Triple(shape, part, guard)
            continue
        yield Triple(NamedNode(f"{_GUARD}{index}:condition"), part, guard)
        for parent, one in shapes.uses(SH + "property"):
            if one == shape:
                yield Triple(parent, part, guard)


def _probe() -> Iterator[Triple]:
    """A shape whose results tell how the validator calls each blank node of the data graph."""
    probe = NamedNode(_PROBE)
    yield Triple(probe, NamedNode(RDF + "type"), NamedNode(SH + "PropertyShape"))
    yield Triple(probe, NamedNode(SH + "targetSubjectsOf"), NamedNode(_NAMES))
    yield Triple(probe, NamedNode(SH + "path"), NamedNode(_NAMES))
    yield Triple(probe, NamedNode(SH + "nodeKind"), NamedNode(SH + "IRI"))
