"""The reference engine: pyshacl, slower and independent of the fast one."""

from __future__ import annotations

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
from mca_graph.validation.result import severity_of
from mca_graph.validation.shapes import Shapes

_MARKS = {SH.zeroOrMorePath: "*", SH.oneOrMorePath: "+", SH.zeroOrOnePath: "?"}


def validate(data: DataGraph, shapes: Shapes, language: str) -> Iterator[Finding]:
    """Yield every finding of a data graph."""
    rdflib.NORMALIZE_LITERALS = False  # to show what was typed; pyshacl sets it back after each run
    graph = _DataGraph().parse(data=data.ntriples(), format="nt")
    rules = _rules(shapes.turtle())
    _conforms, report, _text = pyshacl.validate(
        graph,
        shacl_graph=rules,
        advanced=True,
        inference="none",
        inplace=True,
        do_owl_imports=False,
        js=False,
    )
    assert isinstance(report, rdflib.Graph)
    top = report.value(predicate=RDF.type, object=SH.ValidationReport)
    for result in report.objects(top, SH.result):
        yield _finding(report, rules, result, shapes, language)


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
    path = report.value(result, SH.resultPath)
    value = report.value(result, SH.value)
    message = None
    if isinstance(shape, rdflib.URIRef) and component != "SPARQLConstraintComponent":
        from pyoxigraph import NamedNode

        message = shapes.text(NamedNode(str(shape)), "message", language)
    return Finding(
        severity=severity_of(str(report.value(result, SH.resultSeverity))),
        code=str(shape),
        message=message or _message(report, result, language),
        focus=_term(report.value(result, SH.focusNode)),
        path=_path(path, report, rules) if path is not None else None,
        value=_term(value) if value is not None else None,
        component=component,
    )


def _message(report: rdflib.Graph, result: rdflib.term.Node, language: str) -> str:
    found = list(report.objects(result, SH.resultMessage))
    found.sort(key=lambda text: (getattr(text, "language", None) != language, str(text)))
    return str(found[0]) if found else "the constraint does not hold"


def _term(node: rdflib.term.Node | None) -> str:
    """A term in N-Triples syntax, with the escapes of canonical N-Triples (RDF 1.1 N-Triples, section 4)."""
    from pyoxigraph import BlankNode, Literal, NamedNode

    if isinstance(node, rdflib.URIRef):
        return str(NamedNode(str(node)))
    if isinstance(node, rdflib.Literal):
        if node.language:
            return str(Literal(str(node), language=node.language))
        return str(Literal(str(node), datatype=NamedNode(str(node.datatype)) if node.datatype else None))
    return str(BlankNode(re.sub(r"\W", "", str(node))))


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
