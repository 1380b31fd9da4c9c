"""A report as a ``sh:ValidationReport`` (SHACL, section 3.6)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from mca_graph.findings import Finding, Report
from mca_graph.namespaces import RDF, SH, XSD
from mca_graph.project import Project
from mca_graph.store import Term
from mca_graph.validation.terms import parse_term


def to_turtle(report: Report, project: Project) -> str:
    """The report as a ``sh:ValidationReport`` (SHACL, section 3.6)."""
    triples = list(_report_triples(report))
    prefixes = {"sh": SH, "xsd": XSD, **dict(project.prefixes)}
    return (serialize(triples, format=RdfFormat.TURTLE, prefixes=prefixes) or b"").decode()


def _report_triples(report: Report) -> Iterator[Triple]:
    top = NamedNode("urn:mca-graph:report")
    yield Triple(top, NamedNode(RDF + "type"), NamedNode(SH + "ValidationReport"))
    yield Triple(top, NamedNode(SH + "conforms"), Literal(report.conforms))
    for finding in report.findings:
        digest = hashlib.sha1(repr(finding.sort_key).encode(), usedforsecurity=False).hexdigest()[:12]
        node = NamedNode(f"urn:mca-graph:result:{digest}")
        yield Triple(top, NamedNode(SH + "result"), node)
        for name, value in _properties(finding):
            yield Triple(node, NamedNode(name), value)


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
    if (
        finding.path
        and finding.path.startswith("<")
        and finding.path.count("<") == 1
        and finding.path[-1] == ">"
    ):
        yield SH + "resultPath", NamedNode(finding.path[1:-1])
    if finding.value is not None:
        yield SH + "value", parse_term(finding.value)
