"""A report as a ``sh:ValidationReport`` (SHACL, section 3.6)."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple

from mca_graph.findings import Finding, Report
from mca_graph.namespaces import RDF, SH
from mca_graph.project import Project
from mca_graph.rdf.write import to_text
from mca_graph.store import Term
from mca_graph.validation.paths import PathGraph
from mca_graph.validation.terms import parse_term


def to_turtle(report: Report, project: Project) -> str:
    """The report as a ``sh:ValidationReport`` (SHACL, section 3.6)."""
    return to_text(_report_triples(report), RdfFormat.TURTLE, project.prefixes).decode()


def _report_triples(report: Report) -> Iterator[Triple]:
    top = BlankNode("report")
    yield Triple(top, NamedNode(RDF + "type"), NamedNode(SH + "ValidationReport"))
    yield Triple(top, NamedNode(SH + "conforms"), Literal(report.conforms))
    for number, finding in enumerate(report.findings, start=1):
        node = BlankNode(f"result{number}")
        yield Triple(top, NamedNode(SH + "result"), node)
        for name, value in _properties(finding):
            yield Triple(node, NamedNode(name), value)
        if finding.path:
            path = PathGraph(finding.path, node.value)
            yield Triple(node, NamedNode(SH + "resultPath"), path.node)
            yield from path.triples()


def _properties(finding: Finding) -> Iterator[tuple[str, Term]]:
    sparql = finding.component == "SPARQLConstraintComponent"
    yield RDF + "type", NamedNode(SH + "ValidationResult")
    if finding.focus is not None:
        yield SH + "focusNode", parse_term(finding.focus)
    yield SH + "resultSeverity", NamedNode(SH + finding.severity.value.capitalize())
    yield SH + "resultMessage", Literal(finding.message, language="en")
    yield SH + ("sourceConstraint" if sparql else "sourceShape"), NamedNode(finding.code)
    if finding.component:
        yield SH + "sourceConstraintComponent", NamedNode(SH + finding.component)
    if finding.value is not None:
        yield SH + "value", parse_term(finding.value)
