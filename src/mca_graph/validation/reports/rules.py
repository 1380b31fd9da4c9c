"""What is known of the rules that findings broke: their names, what they ask, and where to read more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import NamedNode

from mca_graph.findings import Report
from mca_graph.project import Project
from mca_graph.validation.advise import HIDDEN_CHARACTER, UNKNOWN_TERM
from mca_graph.validation.locate import SYNTAX
from mca_graph.validation.shapes import Shapes

_OWN = {
    SYNTAX: ("syntax", "Grammar of the file", "A file keeps to the grammar of its syntax."),
    UNKNOWN_TERM: (
        "unknown-term",
        "Term of the ontology",
        "A property or class in the namespace of the ontology is one that the ontology declares.",
    ),
    HIDDEN_CHARACTER: (
        "hidden-character",
        "No hidden characters",
        "A text holds no invisible character that changes the order in which it is shown.",
    ),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that a finding can be about.

    Attributes:
        code: its IRI.
        short: its CURIE, or a word for a rule of the tool itself.
        name: a few words.
        description: what it asks.
    """

    code: str
    short: str
    name: str
    description: str

    @property
    def page(self) -> str | None:
        """Where to read about it: the address that its IRI is; None for a rule of the tool itself."""
        return self.code if self.code.startswith(("http://", "https://")) else None


def rules_of(report: Report, project: Project) -> dict[str, Rule]:
    """The rules of a report's findings by their codes, in the order of the codes."""
    shapes = Shapes.read(project.shape_files)
    return {code: _rule(code, shapes, project) for code in sorted({found.code for found in report.findings})}


def _rule(code: str, shapes: Shapes, project: Project) -> Rule:
    if code in _OWN:
        return Rule(code, *_OWN[code])
    short = project.prefixes.shrink(code) or code
    name, description = (
        shapes.text(NamedNode(code), part, project.language) for part in ("name", "description")
    )
    return Rule(code, short, name or short, description or name or short)


def named(rules: Iterable[Rule]) -> dict[str, int]:
    """The position of each rule by its code."""
    return {rule.code: position for position, rule in enumerate(rules)}
