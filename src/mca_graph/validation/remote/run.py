"""Run the checks of a shapes graph at an endpoint, and make one report of what they find."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from pyoxigraph import DefaultGraph, NamedNode, QuerySolutions

from mca_graph.findings import Report
from mca_graph.namespaces import RDF
from mca_graph.project import Project
from mca_graph.store import Answer, Term
from mca_graph.store.copying import copy_of
from mca_graph.store.embedded import EmbeddedStore, Statement
from mca_graph.store.remote import RemoteStore
from mca_graph.validation import fast
from mca_graph.validation.advise import Adviser
from mca_graph.validation.data import DataGraph
from mca_graph.validation.locate import locate, project_sources
from mca_graph.validation.paths import path_of
from mca_graph.validation.remote.checks import Check, Checks
from mca_graph.validation.remote.constraints import Question, questions, result_of
from mca_graph.validation.remote.language import NotInQueriesError
from mca_graph.validation.result import Result
from mca_graph.validation.shapes import Shapes

Ask = Callable[[str], Answer]
Row = dict[str, Term]

_AT_ONCE = 20
_NODES_AT_ONCE = 300
_TYPE = NamedNode(RDF + "type")
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
    given = _by_copy(data, shapes) if data.dialect.sound_words else results(data.query, data, shapes)
    found = {fast.finding_of(result, shapes, project.language) for result in given}
    whereabouts: Any = _Whereabouts(store, {finding.focus for finding in found if finding.focus})
    held: Any = store  # the adviser asks for statements and labels, which an endpoint has too
    sources_of, adviser = project_sources(project, whereabouts), Adviser(project, held, ())
    return Report.of(
        [adviser.advise(locate(finding, sources_of)) for finding in found],
        checked=f"the graph at {store.url}",
    )


class _Whereabouts:
    """Which graphs say something of which nodes, asked for many nodes at once."""

    def __init__(self, store: RemoteStore, nodes: set[str]) -> None:
        self._graphs: dict[str, list[Term]] = {}
        listed = sorted(node for node in nodes if node.startswith("<"))
        for start in range(0, len(listed), _NODES_AT_ONCE):
            some = " ".join(listed[start : start + _NODES_AT_ONCE])
            text = f"SELECT DISTINCT ?s ?g WHERE {{ VALUES ?s {{ {some} }} GRAPH ?g {{ ?s ?p ?o }} }}"
            for row in _rows(store.query(text)):
                self._graphs.setdefault(str(row["s"]), []).append(row["g"])

    def statements(self, node: Term) -> Iterator[Statement]:
        """A stand-in for the statements about a node: of each only its graph is right."""
        for graph in self._graphs.get(str(node), ()):
            assert isinstance(graph, NamedNode)
            yield Statement(node, _TYPE, node, graph)


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
    quads = held.engine.quads_for_pattern(None, None, None, DefaultGraph())
    triples = [quad.triple for quad in quads]
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
    for row in _rows(ask(question.text)):
        yield result_of(question.constraint, row, shapes.severity_iri(question.constraint.shape))


def _rows(answer: Answer) -> Iterator[Row]:
    assert isinstance(answer, QuerySolutions)
    names = [variable.value for variable in answer.variables]
    for row in answer:
        yield {name: term for name, term in zip(names, row, strict=True) if term is not None}
