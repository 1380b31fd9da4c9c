"""The fast engine: SHACL Core by a compiled validator, SPARQL-based constraints by the embedded store.

The validator evaluates no SPARQL-based constraint here, since its evaluator cannot order dates. Each
is one query over all focus nodes instead of one query for each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import shacl
from pyoxigraph import NamedNode, QuerySolution, QuerySolutions

from mca_graph.errors import McaGraphError
from mca_graph.findings import Finding, Severity
from mca_graph.queries.sparql import bind, check
from mca_graph.store import Term
from mca_graph.store.embedded import EmbeddedStore
from mca_graph.validation.data import DataGraph
from mca_graph.validation.shapes import Shapes, SparqlConstraint, severity_of

_CHUNK = 2000
"""Focus nodes bound in one query: the text of the query stays small whatever the graph's size."""

_PLACEHOLDER = re.compile(r"\{[?$](\w+)\}")


def validate(data: DataGraph, shapes: Shapes, language: str) -> Iterator[Finding]:
    """Yield every finding of a data graph.

    Raises:
        McaGraphError: the shapes graph cannot be used.
    """
    yield from _core(data, shapes, language)
    active = [constraint for constraint in shapes.sparql_constraints if not constraint.deactivated]
    if active:
        store = data.store()
        for constraint in active:
            yield from _sparql(constraint, shapes, store, language)


def _core(data: DataGraph, shapes: Shapes, language: str) -> Iterator[Finding]:
    try:
        compiled = shacl.Shapes.from_text(shapes.turtle(sparql=False), format="ntriples")
        report = compiled.validate_text(data.ntriples(), format="ntriples")
    except ValueError as error:
        raise McaGraphError(f"the shapes or the data cannot be read: {error}") from error
    for result in report.results:
        shape = result.source_shape or result.root_shape or ""
        own = shapes.message(_node(shape), language) if shape.startswith("<") else None
        yield Finding(
            severity=severity_of(result.severity_iri),
            code=shape.strip("<>"),
            message=own or result.message or result.component,
            focus=result.focus_node,
            path=result.path,
            value=result.value,
            component=result.component,
        )


def _sparql(
    constraint: SparqlConstraint, shapes: Shapes, store: EmbeddedStore, language: str
) -> Iterator[Finding]:
    check(constraint.select)
    template = shapes.message(constraint.node, language) or shapes.message(constraint.shape, language)
    severity = shapes.severity(constraint.shape)
    focus = shapes.focus_nodes(constraint.shape, store)
    for start in range(0, len(focus), _CHUNK):
        chunk: Sequence[Term] = [
            node for node in focus[start : start + _CHUNK] if isinstance(node, NamedNode)
        ]
        if not chunk:
            continue
        rows = store.query(bind(constraint.select, {"this": [str(node) for node in chunk]}))
        assert isinstance(rows, QuerySolutions)
        names = [variable.value for variable in rows.variables]
        for row in rows:
            yield _finding(constraint, template, severity, row, names)


def _finding(
    constraint: SparqlConstraint,
    template: str | None,
    severity: Severity,
    row: QuerySolution,
    names: list[str],
) -> Finding:
    """One solution as a validation result (SHACL, section 5.3.2)."""
    bound = {name: row[name] for name in names if row[name] is not None}
    focus = bound["this"]
    message = bound["message"].value if "message" in bound else template or "the constraint does not hold"
    return Finding(
        severity=severity,
        code=str(constraint.node).strip("<>"),
        message=_PLACEHOLDER.sub(lambda found: _shown(bound.get(found.group(1)), found.group()), message),
        focus=str(focus),
        path=str(bound["path"]) if "path" in bound else None,
        value=str(bound.get("value", focus)),
        component="SPARQLConstraintComponent",
    )


def _shown(term: Term | None, otherwise: str) -> str:
    return otherwise if term is None else term.value


def _node(text: str) -> NamedNode:
    return NamedNode(text.strip("<>"))
