"""Constraints that are written in SPARQL, as one query over the endpoint's data each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mca_graph.queries.sparql import check, variables
from mca_graph.store.rewriting import Shape
from mca_graph.validation.constraints import Constraint, constraints
from mca_graph.validation.prebinding import insert, is_limited
from mca_graph.validation.reach import conditional
from mca_graph.validation.remote.checks import Checks
from mca_graph.validation.remote.language import NotInQueriesError, sparql
from mca_graph.validation.shapes import Shapes


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
