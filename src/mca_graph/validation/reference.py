"""The reference engine: pyshacl, slower and independent of the fast one."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import pyshacl
import rdflib
from rdflib.collection import Collection
from rdflib.namespace import RDF, SH
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query

from mca_graph.findings import Finding
from mca_graph.validation.data import DataGraph
from mca_graph.validation.paths import path_of
from mca_graph.validation.result import severity_of
from mca_graph.validation.shapes import Shapes

_MARKS = {SH.zeroOrMorePath: "*", SH.oneOrMorePath: "+", SH.zeroOrOnePath: "?"}


def validate(data: DataGraph, shapes: Shapes, language: str) -> Iterator[Finding]:
    """Yield every finding of a data graph."""
    report, rules = report_of(data, shapes), _rules(shapes.turtle())
    top = report.value(predicate=RDF.type, object=SH.ValidationReport)
    for result in report.objects(top, SH.result):
        yield _finding(report, rules, result, shapes, language)


def report_of(data: DataGraph, shapes: Shapes) -> rdflib.Graph:
    """The validation report as pyshacl gives it."""
    logging.getLogger("rdflib.term").setLevel(logging.ERROR)  # an ill-typed literal is a finding
    rdflib.NORMALIZE_LITERALS = False  # to show what was typed; pyshacl sets it back after each run
    graph = _DataGraph().parse(data=data.ntriples(), format="nt")
    _conforms, report, _text = pyshacl.validate(
        graph,
        shacl_graph=_rules(shapes.turtle()),
        advanced=True,
        inference="none",
        inplace=True,
        do_owl_imports=False,
        js=False,
    )
    assert isinstance(report, rdflib.Graph)
    return report


class _DataGraph(rdflib.Graph):
    """A graph that parses a query once, for pyshacl asks it again for each focus node."""

    def query(self, query_object: str | Query, *args: Any, **kwargs: Any) -> rdflib.query.Result:
        query = _parsed(query_object) if isinstance(query_object, str) else query_object
        return super().query(query, *args, **kwargs)


@lru_cache(maxsize=256)
def _parsed(text: str) -> Query:
    return prepareQuery(text)


@lru_cache(maxsize=1)
def _rules(text: str) -> rdflib.Graph:
    return rdflib.Graph().parse(data=text, format="nt")


def _finding(
    report: rdflib.Graph, rules: rdflib.Graph, result: rdflib.term.Node, shapes: Shapes, language: str
) -> Finding:
    shape = report.value(result, SH.sourceConstraint) or report.value(result, SH.sourceShape)
    component = str(report.value(result, SH.sourceConstraintComponent) or "").rpartition("#")[2]
    path = _result_path(report, rules, result, shapes)
    value = report.value(result, SH.value)
    message = None
    if isinstance(shape, rdflib.URIRef) and component != "SPARQLConstraintComponent":
        from pyoxigraph import NamedNode

        message = shapes.text(NamedNode(str(shape)), "message", language)
    return Finding(
        severity=severity_of(str(report.value(result, SH.resultSeverity))),
        code=str(shape),
        message=message or _message(report, result, language),
        focus=term_of(report.value(result, SH.focusNode)),
        path=path,
        value=term_of(value) if value is not None else None,
        component=component,
    )


def _message(report: rdflib.Graph, result: rdflib.term.Node, language: str) -> str:
    found = list(report.objects(result, SH.resultMessage))
    found.sort(key=lambda text: (getattr(text, "language", None) != language, str(text)))
    return str(found[0]) if found else "the constraint does not hold"


def term_of(node: rdflib.term.Node | None) -> str:
    """A term in N-Triples syntax, with the escapes of canonical N-Triples (RDF 1.1 N-Triples, section 4)."""
    from pyoxigraph import BlankNode, Literal, NamedNode

    if isinstance(node, rdflib.URIRef):
        return str(NamedNode(str(node)))
    if isinstance(node, rdflib.Literal):
        if node.language:
            return str(Literal(str(node), language=node.language))
        return str(Literal(str(node), datatype=NamedNode(str(node.datatype)) if node.datatype else None))
    return str(BlankNode(re.sub(r"\W", "", str(node))))


def _result_path(
    report: rdflib.Graph, rules: rdflib.Graph, result: rdflib.term.Node, shapes: Shapes
) -> str | None:
    node = report.value(result, SH.resultPath)
    shape = report.value(result, SH.sourceShape)
    if isinstance(node, rdflib.BNode) and isinstance(shape, rdflib.URIRef):
        from pyoxigraph import NamedNode

        return path_of(shapes, NamedNode(str(shape)))
    return _path(node, report, rules) if node is not None else None


def _path(node: rdflib.term.Node, report: rdflib.Graph, rules: rdflib.Graph) -> str:
    """A SHACL property path (SHACL, section 2.3.1) as a SPARQL property path."""
    if isinstance(node, rdflib.URIRef):
        return f"<{node}>"
    graph = report if (node, None, None) in report else rules
    if (node, RDF.first, None) in graph:
        return f"({'/'.join(_path(step, report, rules) for step in Collection(graph, node))})"
    if (inverse := graph.value(node, SH.inversePath)) is not None:
        return f"^{_path(inverse, report, rules)}"
    if (options := graph.value(node, SH.alternativePath)) is not None:
        return f"({'|'.join(_path(step, report, rules) for step in Collection(graph, options))})"
    for kind, mark in _MARKS.items():
        if (inner := graph.value(node, kind)) is not None:
            return f"({_path(inner, report, rules)}){mark}"
    return str(node)
