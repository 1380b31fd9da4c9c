"""A validation result of SHACL (W3C Recommendation, section 3.6.2), as both engines hand it on."""

from __future__ import annotations

from dataclasses import dataclass

from mca_graph.findings import Severity
from mca_graph.namespaces import SH


@dataclass(frozen=True, slots=True)
class Result:
    """One validation result. Every term is in N-Triples syntax.

    Attributes:
        focus: the focus node.
        shape: the source shape.
        component: IRI of the source constraint component, without angle brackets.
        severity: IRI of the severity, without angle brackets.
        path: the result path as a SPARQL property path.
        value: the value at fault.
        constraint: the SPARQL-based constraint that was broken.
        messages: what to tell people, each with its language tag or the empty text.
    """

    focus: str
    shape: str
    component: str
    severity: str = SH + "Violation"
    path: str | None = None
    value: str | None = None
    constraint: str | None = None
    messages: tuple[tuple[str, str], ...] = ()


def severity_of(iri: str) -> Severity:
    """The severity that an IRI of SHACL stands for; one of somebody's own counts as a violation."""
    return {SH + "Warning": Severity.WARNING, SH + "Info": Severity.INFO}.get(iri, Severity.VIOLATION)


def in_language(messages: tuple[tuple[str, str], ...], language: str) -> str | None:
    """The message in the language that is wanted where there is one, else one without, else any."""
    if not messages:
        return None
    return min(messages, key=lambda found: (found[1] != language, bool(found[1]), found[0]))[0]
