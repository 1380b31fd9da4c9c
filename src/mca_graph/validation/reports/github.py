"""A report as workflow commands of GitHub Actions, which show findings beside the lines of a change."""

from __future__ import annotations

from collections.abc import Iterator

from mca_graph.findings import Finding, Report, Severity
from mca_graph.project import Project
from mca_graph.validation.reports.rules import Rule, rules_of

_COMMANDS = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def to_github(report: Report, project: Project) -> str:
    """The report as one command a line.

    The form is that of "Workflow commands for GitHub Actions": percent signs and line ends are
    escaped in both parts, colons and commas in the properties too.
    """
    report = report.told_once()
    rules = rules_of(report, project)
    return "".join(f"{_command(finding, rules[finding.code])}\n" for finding in report.findings)


def _command(finding: Finding, rule: Rule) -> str:
    properties = ",".join(f"{name}={_property(value)}" for name, value in _properties(finding, rule))
    said = [finding.message, *([finding.suggestion] if finding.suggestion else [])]
    return f"::{_COMMANDS[finding.severity]} {properties}::{_data(chr(10).join(said))}"


def _properties(finding: Finding, rule: Rule) -> Iterator[tuple[str, object]]:
    place = finding.location
    if place is not None:
        yield "file", place.file
        if place.line is not None:
            yield "line", place.line
            yield "endLine", place.end_line or place.line
            # Columns are shown for a place on one line only.
            if place.column is not None and place.end_line in (None, place.line):
                yield "col", place.column
                yield "endColumn", max((place.end_column or place.column + 1) - 1, place.column)
    yield "title", f"{rule.short} {place.cell}" if place and place.cell else rule.short


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: object) -> str:
    return _data(str(value)).replace(":", "%3A").replace(",", "%2C")
