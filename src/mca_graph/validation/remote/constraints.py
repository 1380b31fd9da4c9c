"""Constraints that are written in SPARQL, as one query over the endpoint's data each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from mca_graph.errors import McaGraphError
from mca_graph.namespaces import XSD
from mca_graph.queries.sparql import check, variables
from mca_graph.store import Term
from mca_graph.store.rewriting import Shape
from mca_graph.validation.constraints import Constraint, constraints
from mca_graph.validation.prebinding import insert, is_limited
from mca_graph.validation.reach import conditional
from mca_graph.validation.remote.checks import Checks
from mca_graph.validation.remote.language import NotInQueriesError, sparql
from mca_graph.validation.result import Result
from mca_graph.validation.shapes import Shapes

_PLACEHOLDER = re.compile(r"\{[?$](\w+)\}")
_TRUE = Literal("true", datatype=NamedNode(XSD + "boolean"))


@dataclass(frozen=True, slots=True)
class Question:
    """A query whose rows are what a constraint finds."""

    constraint: Constraint
    text: str


def questions(shapes: Shapes, checks: Checks) -> Iterator[Question]:
    """The queries of all constraints in SPARQL.

    Raises:
        NotInQueriesError: one of them needs more than a query over the data.
        McaGraphError: the shapes graph cannot be used.
    """
    found = constraints(shapes)
    if conditional(shapes, {constraint.shape for constraint in found}):
        raise NotInQueriesError("a constraint in SPARQL under a condition")
    for constraint in found:
        check(constraint.query)
        for focus in checks.contexts(constraint.shape):
            yield Question(constraint, _text(constraint, focus, checks))


def _text(constraint: Constraint, focus: str, checks: Checks) -> str:
    used = variables(constraint.query)
    if "shapesGraph" in used:
        raise NotInQueriesError("a constraint that asks the shapes graph")
    if is_limited(constraint.query):
        raise NotInQueriesError("a constraint with a limit for each focus node")
    fixed = {
        name: f"VALUES ?{name} {{ {sparql(value)} }}"
        for name, value in (("currentShape", constraint.shape), *constraint.parameters)
        if name in used
    }
    if not constraint.is_ask:
        return insert(constraint.query, {"this": focus, **fixed}, None)
    query = Shape(insert(constraint.query, fixed, None))
    start, end = query.braces()[0]
    values = checks.compiler.values(constraint.shape, "?this", "?value")
    return (
        f"{query.prologue()}SELECT DISTINCT ?this ?value WHERE {{ {focus} {values} "
        f"FILTER NOT EXISTS {{ {query.text[start + 1 : end]} }} }}"
    )


def result_of(constraint: Constraint, row: Mapping[str, Term], severity: str) -> Result:
    """One solution as a validation result (SHACL, section 5.3.2).

    Raises:
        McaGraphError: the query reports a failure, or says of no node that it is at fault.
    """
    bound: dict[str, Term] = {**dict(constraint.parameters), **row}
    this = bound.get("this")
    if this is None or bound.get("failure") == _TRUE:
        raise McaGraphError(f"the constraint {constraint.node} reports that it failed at {this}")
    value = bound.get("value", this if constraint.path is None else None)
    if value is not None:
        bound["value"] = value
    path, own = bound.get("path"), bound.get("message")
    messages = ((own.value, own.language or ""),) if isinstance(own, Literal) else constraint.messages
    return Result(
        focus=str(this),
        shape=str(constraint.shape),
        component=constraint.component,
        severity=severity,
        path=str(path) if isinstance(path, NamedNode) else constraint.path,
        value=str(value) if value is not None else None,
        constraint=str(constraint.node) if constraint.node is not None else None,
        messages=tuple((_filled(text, bound), language) for text, language in messages),
    )


def _filled(text: str, bound: Mapping[str, Term]) -> str:
    """A message with the values of its variables (SHACL, section 5.2.1)."""
    return _PLACEHOLDER.sub(
        lambda found: bound[found.group(1)].value if found.group(1) in bound else found.group(), text
    )
