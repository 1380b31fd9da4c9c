"""The constraints of a shapes graph that are written in SPARQL (SHACL, sections 5 and 6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from pyoxigraph import Literal, NamedNode

from mca_graph.errors import QueryError
from mca_graph.namespaces import SH
from mca_graph.store import Term
from mca_graph.validation.paths import path_of
from mca_graph.validation.prebinding import refuse, with_path
from mca_graph.validation.shapes import Messages, Node, Shapes

PREBOUND = ("this", "currentShape", "shapesGraph")

_LOCAL_NAME = re.compile(r"[A-Za-z_][\w.-]*\Z")


@dataclass(frozen=True, slots=True)
class Constraint:
    """A constraint whose validation is a query.

    Attributes:
        shape: the shape that it hangs on.
        node: the SPARQL-based constraint; None where a constraint component was used.
        component: IRI of the constraint component.
        query: the query with its prefixes, ``$PATH`` replaced.
        is_ask: true for a validator that is asked about each value node.
        parameters: values of the component's parameters, by variable.
        messages: its own messages, or else those of the shape.
        path: the shape's path, None for a node shape.
    """

    shape: Node
    node: Node | None
    component: str
    query: str
    is_ask: bool
    parameters: tuple[tuple[str, Term], ...]
    messages: Messages
    path: str | None


def constraints(shapes: Shapes) -> list[Constraint]:
    """All constraints in SPARQL that are not switched off, in a stable order.

    Raises:
        QueryError: a query is missing, or breaks the rules of pre-binding.
        McaGraphError: a path is ill-formed.
    """
    found = [*_sparql(shapes), *_of_components(shapes)]
    for constraint in found:
        names = [*PREBOUND, *(name for name, _value in constraint.parameters)]
        refuse(constraint.query, [*names, "value"] if constraint.is_ask else names)
    return found


def _sparql(shapes: Shapes) -> Iterator[Constraint]:
    """The constraints of ``sh:sparql`` (SHACL, section 5)."""
    for shape in shapes.nodes:
        if shapes.is_deactivated(shape):
            continue
        for node in shapes.values(shape, SH + "sparql"):
            if not isinstance(node, Literal) and not shapes.is_deactivated(node):
                own = shapes.messages(node) or shapes.messages(shape)
                component = SH + "SPARQLConstraintComponent"
                yield _constraint(shapes, shape, node, component, node, (), own)


def _of_components(shapes: Shapes) -> Iterator[Constraint]:
    """The constraints of SPARQL-based constraint components (SHACL, section 6)."""
    declared = {subject for subject, _parameter in shapes.uses(SH + "parameter")}
    for component in sorted(declared, key=str):
        if not isinstance(component, NamedNode) or component.value.startswith(SH):
            continue
        required, optional = _parameters(shapes, component)
        if not required:
            continue
        users = {subject for subject, _value in shapes.uses(required[0].value)}
        for shape in sorted(users, key=str):
            if shapes.is_deactivated(shape):
                continue
            validator = _validator(shapes, component, shape)
            if validator is None:
                continue
            messages = shapes.messages(validator) or shapes.messages(component) or shapes.messages(shape)
            for values in _uses(shapes, shape, required, optional):
                yield _constraint(shapes, shape, None, component.value, validator, values, messages)


def _parameters(shapes: Shapes, component: Term) -> tuple[list[NamedNode], list[NamedNode]]:
    """The paths of a component's parameters, the required ones and the optional ones."""
    required: list[NamedNode] = []
    optional: list[NamedNode] = []
    for parameter in shapes.values(component, SH + "parameter"):
        path = shapes.value(parameter, SH + "path")
        if isinstance(path, NamedNode):
            may_lack = any(shapes.is_true(value) for value in shapes.values(parameter, SH + "optional"))
            (optional if may_lack else required).append(path)
    return required, optional


def _uses(
    shapes: Shapes, shape: Term, required: list[NamedNode], optional: list[NamedNode]
) -> Iterator[tuple[tuple[str, Term], ...]]:
    """Each way in which a shape fills a component's parameters (SHACL, section 6.1)."""
    given = [(path, shapes.values(shape, path.value)) for path in (*required, *optional)]
    if all(values for path, values in given if path in required):
        filled = [(path, values) for path, values in given if values]
        for choice in product(*(values for _path, values in filled)):
            yield tuple((_variable(path), value) for (path, _), value in zip(filled, choice, strict=True))


def _variable(path: NamedNode) -> str:
    """The variable of a parameter: the local name of its path (SHACL, section 6.2.1)."""
    found = _LOCAL_NAME.search(path.value)
    if found is None:
        raise QueryError(f"the parameter {path} has no local name that a variable could bear")
    return found.group()


def _validator(shapes: Shapes, component: Term, shape: Term) -> Term | None:
    """The validator of a component for a kind of shape (SHACL, section 6.2.3); None where none fits."""
    kind = "nodeValidator" if shapes.value(shape, SH + "path") is None else "propertyValidator"
    for validator in (
        *shapes.values(component, SH + kind),
        *shapes.values(component, SH + "validator"),
    ):
        if any(shapes.value(validator, SH + form) is not None for form in ("select", "ask")):
            return validator
    return None


def _constraint(
    shapes: Shapes,
    shape: Node,
    node: Node | None,
    component: str,
    source: Term,
    parameters: tuple[tuple[str, Term], ...],
    messages: Messages,
) -> Constraint:
    select, ask = shapes.value(source, SH + "select"), shapes.value(source, SH + "ask")
    is_ask = node is None and select is None
    text = ask if is_ask else select
    if text is None:
        raise QueryError(f"the SPARQL-based constraint {source} has no sh:select")
    path = path_of(shapes, shape)
    query = shapes.prefixes(source) + text.value
    if path is not None:
        query = with_path(query, path)
    return Constraint(shape, node, component, query, is_ask, parameters, messages, path)
