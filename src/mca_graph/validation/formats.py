"""A report as text, JSON or Turtle: views of the same findings."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse, serialize

from mca_graph.findings import Finding, Report, Severity
from mca_graph.namespaces import RDF, SH, XSD
from mca_graph.project import Project
from mca_graph.queries.labels import Labels
from mca_graph.queries.results.table import wrap
from mca_graph.store import Term

_COLOURS = {Severity.VIOLATION: "31", Severity.WARNING: "33", Severity.INFO: "36"}


def to_text(report: Report, project: Project, labels: Labels, width: int = 80, colour: bool = False) -> str:
    """The report for people: each finding with its thing, its message and its value, then the counts."""
    lines: list[str] = []
    for finding in report.findings:
        lines.extend(_block(finding, project, labels, width, colour))
        lines.append("")
    counts = [
        f"{count} {_plural(severity, count)}" for severity in Severity if (count := report.count(severity))
    ]
    lines.append(f"{report.checked}: {', '.join(counts) if counts else 'conforms'}")
    return "\n".join(lines) + "\n"


def _block(finding: Finding, project: Project, labels: Labels, width: int, colour: bool) -> Iterator[str]:
    start, end = (f"\x1b[1;{_COLOURS[finding.severity]}m", "\x1b[0m") if colour else ("", "")
    code = project.prefixes.shrink(finding.code) or finding.code
    yield f"{start}{finding.severity.value}{end} {code}"
    if finding.location:
        yield f"  --> {finding.location}"
    focus = parse_term(finding.focus)
    name = labels.text(focus)
    short = labels.iri(focus) if isinstance(focus, NamedNode) else ""
    yield from _entry("about", f"{name} ({short})" if short and short != name else name, width)
    yield from _entry("what to do", finding.message, width)
    if finding.value is not None and finding.value != finding.focus:
        value = parse_term(finding.value)
        yield from _entry("found", labels.iri(value) if isinstance(value, NamedNode) else str(value), width)


def _entry(head: str, text: str, width: int) -> Iterator[str]:
    first, *rest = wrap(" ".join(text.split()), max(width - 14, 20))
    yield f"  {head:<11} {first}"
    for line in rest:
        yield f"              {line}"


def _plural(severity: Severity, count: int) -> str:
    return severity.value if count == 1 or severity is Severity.INFO else f"{severity.value}s"


def to_json(report: Report) -> str:
    """The report as JSON; the same as :meth:`mca_graph.findings.Report.to_dict`."""
    return json.dumps(report.to_dict(), indent=2, ensure_ascii=False) + "\n"


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


def parse_term(text: str) -> Term:
    """A term from its N-Triples syntax."""
    line = f"<urn:s> <urn:p> {text} ."
    quad: Quad = next(iter(parse(line, format=RdfFormat.N_TRIPLES)))
    assert not isinstance(quad.object, Triple)
    return quad.object
