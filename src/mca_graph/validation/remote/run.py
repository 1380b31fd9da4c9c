"""Run the checks of a shapes graph at an endpoint, and make one report of what they find."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from pyoxigraph import QuerySolutions, Triple

from mca_graph.errors import McaGraphError
from mca_graph.findings import Report
from mca_graph.project import Project
from mca_graph.store import Answer, Term
from mca_graph.store.copying import copy_of
from mca_graph.store.embedded import EmbeddedStore
from mca_graph.store.remote import RemoteStore
from mca_graph.validation import fast
from mca_graph.validation.advise import Adviser
from mca_graph.validation.data import DataGraph
from mca_graph.validation.lexical import AsTyped
from mca_graph.validation.locate import locate, project_sources
from mca_graph.validation.paths import path_of
from mca_graph.validation.remote.checks import Check, Checks
from mca_graph.validation.remote.constraints import Question, questions
from mca_graph.validation.remote.language import NotInQueriesError
from mca_graph.validation.result import Result
from mca_graph.validation.shapes import Shapes
from mca_graph.validation.sparql import Evaluator

Ask = Callable[[str], Answer]
Row = dict[str, Term]

_AT_ONCE = 20
_COLUMNS = "?this ?value ?mca_other ?mca_path"


def validate_endpoint(project: Project, store: RemoteStore) -> Report:
    """Check the graph of a project at an endpoint, without fetching it where that can be helped.

    Args:
        project: gives the shapes.
        store: the endpoint.

    Raises:
        McaGraphError: the shapes cannot be used, or the endpoint cannot be asked.
    """
    shapes = Shapes.read(project.shape_files)
    data = _data(store)
    found = {
        fast.finding_of(result, shapes, project.language)
        for result in (
            _by_copy(data, shapes) if data.dialect.sound_words else results(data.query, data, shapes)
        )
    }
    held: Any = store  # what is asked of it are statements and labels, which an endpoint has too
    sources_of, adviser = project_sources(project, held), Adviser(project, held, ())
    return Report.of(
        [adviser.advise(locate(finding, sources_of)) for finding in found],
        checked=f"the graph at {store.url}",
    )


def _data(store: RemoteStore) -> RemoteStore:
    """The data graph: the current graph, provenance and the catalogue of queries as one."""
    if store.dataset is None or store.manifest is None:
        return store
    wanted = (store.manifest.current, store.manifest.provenance, store.manifest.queries)
    there = {*store.dataset.default, *store.dataset.named, *store.pushed}
    return store.over(*(graph for graph in wanted if graph in there))


def results(ask: Ask, data: RemoteStore | EmbeddedStore, shapes: Shapes) -> Iterator[Result]:
    """Yield every validation result.

    Args:
        ask: answers a query over the data graph, where the data are.
        data: the same, to be fetched where a shape cannot be said in queries.
        shapes: the shapes graph.

    Raises:
        McaGraphError: the shapes graph cannot be used.
    """
    checks = Checks(shapes)
    try:
        in_core = list(checks.all())
        if checks.inexpressible:
            raise NotInQueriesError(next(iter(checks.inexpressible.values())))
        in_sparql = list(questions(shapes, checks))
    except NotInQueriesError:
        yield from _by_copy(data, shapes)
        return
    for start in range(0, len(in_core), _AT_ONCE):
        yield from _core(ask, shapes, in_core[start : start + _AT_ONCE])
    for question in in_sparql:
        yield from _sparql(ask, shapes, question)


def _by_copy(data: RemoteStore | EmbeddedStore, shapes: Shapes) -> Iterator[Result]:
    held = data if isinstance(data, EmbeddedStore) else copy_of(data, with_named=False)
    triples = [Triple(*statement) for statement in held.match()]
    return fast.results(DataGraph(triples), shapes)


def _core(ask: Ask, shapes: Shapes, checks: Sequence[Check]) -> Iterator[Result]:
    branches = " UNION ".join(
        f"{{ {check.pattern} BIND({number} AS ?mca_check) }}" for number, check in enumerate(checks)
    )
    for row in _rows(ask(f"SELECT DISTINCT {_COLUMNS} ?mca_check WHERE {{ {branches} }}")):
        check = checks[int(row["mca_check"].value)]
        yield _result(shapes, check, row)


def _result(shapes: Shapes, check: Check, row: Row) -> Result:
    path = row.get("mca_path")
    value = row.get("value")
    return Result(
        focus=str(row["this"]),
        shape=str(check.shape),
        component=check.component,
        severity=shapes.severity_iri(check.shape),
        path=str(path) if path is not None else path_of(shapes, check.shape),
        value=str(value) if value is not None else None,
        messages=shapes.messages(check.shape),
    )


def _sparql(ask: Ask, shapes: Shapes, question: Question) -> Iterator[Result]:
    constraint = question.constraint
    evaluator = Evaluator(EmbeddedStore(), shapes, AsTyped(()))
    for row in _rows(ask(question.text)):
        this = row.get("this")
        if this is None:
            raise McaGraphError(f"the constraint {constraint.node} finds something at no node")
        if constraint.is_ask:
            yield evaluator.result(constraint, this, None, row["value"])
        else:
            yield evaluator.result(constraint, this, row)


def _rows(answer: Answer) -> Iterator[Row]:
    assert isinstance(answer, QuerySolutions)
    names = [variable.value for variable in answer.variables]
    for row in answer:
        yield {name: term for name, term in zip(names, row, strict=True) if term is not None}
