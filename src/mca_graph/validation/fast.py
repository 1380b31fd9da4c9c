"""The fast engine: SHACL Core by a compiled validator, constraints in SPARQL by the embedded store.

The validator is given no constraint in SPARQL, since its evaluator cannot order dates. Each is one
query over all focus nodes instead of one query for each.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from mca_graph.findings import Finding
from mca_graph.store import Term
from mca_graph.validation import core
from mca_graph.validation.constraints import Constraint, constraints
from mca_graph.validation.data import DataGraph
from mca_graph.validation.lexical import AsTyped
from mca_graph.validation.reach import conditional, focus_nodes
from mca_graph.validation.result import Result, in_language, severity_of
from mca_graph.validation.shapes import Node, Shapes
from mca_graph.validation.sparql import Evaluator


def validate(data: DataGraph, shapes: Shapes, language: str) -> Iterator[Finding]:
    """Yield every finding of a data graph.

    Raises:
        McaGraphError: the shapes graph cannot be used.
    """
    return (finding_of(result, shapes, language) for result in results(data, shapes))


def finding_of(result: Result, shapes: Shapes, language: str) -> Finding:
    """A validation result as a finding."""
    component = result.component.rpartition("#")[2]
    return Finding(
        severity=severity_of(result.severity),
        code=shapes.name_of(result.constraint or result.shape, result.shape),
        message=in_language(result.messages, language) or component,
        focus=result.focus,
        path=result.path,
        value=result.value,
        component=component,
    )


def results(data: DataGraph, shapes: Shapes) -> Iterator[Result]:
    """Yield every validation result of any data graph against any shapes graph.

    Raises:
        McaGraphError: the shapes graph cannot be used.
    """
    in_sparql: dict[Node, list[Constraint]] = {}
    for constraint in constraints(shapes):
        in_sparql.setdefault(constraint.shape, []).append(constraint)
    text = data.ntriples()
    if not in_sparql:
        yield from core.validate(text, shapes, {})
    elif conditional(shapes, in_sparql):
        marks: dict[Node, set[Term]] = {}
        yield from _in_sparql(data, shapes, in_sparql, marks)
        yield from core.validate(text, shapes, marks)
    else:
        # Neither needs what the other finds, and both leave the interpreter free while they work.
        with ThreadPoolExecutor(max_workers=1) as background:
            found = background.submit(core.validate, text, shapes, {})
            yield from _in_sparql(data, shapes, in_sparql, {})
            yield from found.result()


def _in_sparql(
    data: DataGraph,
    shapes: Shapes,
    in_sparql: dict[Node, list[Constraint]],
    marks: dict[Node, set[Term]],
) -> Iterator[Result]:
    """Yield what constraints in SPARQL find, and note the nodes that break one of a shape's."""
    typed = AsTyped(data.typed)
    evaluator = Evaluator(data.store(), shapes, typed)
    focus = focus_nodes(shapes, in_sparql, evaluator)

    def violations(shape: Node) -> list[tuple[Term, Result]]:
        return list(evaluator.violations(in_sparql[shape], focus[shape].all))

    # The engine leaves the interpreter free while it searches; what takes longest is begun first.
    longest = sorted(in_sparql, key=lambda shape: len(focus[shape].reported), reverse=True)
    with ThreadPoolExecutor(max_workers=2) as pool:
        found = {shape: pool.submit(violations, shape) for shape in longest}
        for shape in in_sparql:
            for node, result in found[shape].result():
                if node in focus[shape].reported:
                    yield result
                if node in focus[shape].asked:
                    marks.setdefault(shape, set()).update(typed.everywhere(node))
