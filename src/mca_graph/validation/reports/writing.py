"""A report in the form that was asked for, whoever asks: the command line or the server."""

from __future__ import annotations

from collections.abc import Sequence

from mca_graph.findings import Location, Report, Severity
from mca_graph.project import Project
from mca_graph.queries.labels import Labels
from mca_graph.rdf.positions.document import PlacedSource
from mca_graph.validation.locate import line_of


def write_report(
    report: Report,
    format_name: str,
    project: Project,
    labels: Labels,
    sources: Sequence[PlacedSource],
    *,
    fail_on: Severity = Severity.VIOLATION,
    width: int = 80,
    colour: bool = False,
) -> str:
    """The report as text; only what the form needs is imported.

    Args:
        report: the findings.
        format_name: text, json, github, sarif, junit, turtle or html.
        project: gives prefixes, and names the rules.
        labels: names things; it learns the labels of the sources.
        sources: the contributions under test, whose lines are shown; without any, the lines of the
            project's own files are.
        fail_on: the least grave finding that a build server counts as a failure.
        width: columns of the terminal.
        colour: use terminal colours.
    """
    if format_name == "json":
        from mca_graph.validation.reports.json import to_json

        return to_json(report)
    if format_name == "turtle":
        from mca_graph.validation.reports.turtle import to_turtle

        return to_turtle(report, project)
    if format_name == "github":
        from mca_graph.validation.reports.github import to_github

        return to_github(report, project)
    if format_name == "sarif":
        from mca_graph.validation.reports.sarif import to_sarif

        return to_sarif(report, project)
    if format_name == "junit":
        from mca_graph.validation.reports.junit import to_junit

        return to_junit(report, project, fail_on)
    by_name = {source.name: source for source in sources}

    def excerpt(place: Location) -> str | None:
        if not by_name:
            return line_of(place)
        source = by_name.get(place.file)
        return source.excerpt(place) if source else None

    for source in sources:
        labels.learn(source.statements())
    if format_name == "html":
        from mca_graph.validation.reports.html import to_html

        return to_html(report, project, labels, excerpt)
    from mca_graph.validation.reports.text import to_text

    return to_text(report, project, labels, excerpt, width=width, colour=colour)
