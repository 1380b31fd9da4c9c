"""A report for people at a terminal, in the manner of the best compilers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

from pyoxigraph import NamedNode

from mca_graph.findings import Finding, Location, Report, Severity
from mca_graph.project import Project
from mca_graph.queries.labels import Labels
from mca_graph.queries.results.table import display_width, wrap
from mca_graph.validation.locate import OWN_RULES
from mca_graph.validation.terms import parse_term

_COLOURS = {Severity.VIOLATION: "31", Severity.WARNING: "33", Severity.INFO: "36"}
_MANY = 3
"""Notes of one rule are listed up to this number; of more it is told how many, and the first few."""

Excerpt = Callable[[Location], str | None]


def to_text(
    report: Report,
    project: Project,
    labels: Labels,
    excerpt: Excerpt,
    *,
    width: int = 80,
    colour: bool = False,
) -> str:
    """The report: each finding with its place, its line, what to do and what to write, then the counts.

    Args:
        report: the findings.
        project: gives prefixes.
        labels: names things.
        excerpt: the line, or the cell, that stands at a place.
        width: columns of the terminal.
        colour: use terminal colours.
    """
    report = report.told_once()
    writer = _Writer(project, labels, excerpt, width, colour)
    lines: list[str] = []
    notes: dict[str, list[Finding]] = defaultdict(list)
    for finding in report.findings:
        if finding.severity is Severity.INFO:
            notes[finding.code].append(finding)
        else:
            lines.extend((*writer.block(finding), ""))
    for _code, findings in sorted(notes.items()):
        blocks = [writer.many(findings)] if len(findings) > _MANY else map(writer.block, findings)
        for block in blocks:
            lines.extend((*block, ""))
    if page := next(
        (one.code for one in report.findings if one.code.startswith(("http://", "https://"))), None
    ):
        lines.append(f"read more about each rule at its address, such as {page}")
    lines.append(f"{report.checked}: {summary(report)}")
    return "\n".join(lines) + "\n"


def summary(report: Report) -> str:
    """How many findings of each severity there are, in words."""
    counts = [
        f"{count} {_plural(severity, count)}" for severity in Severity if (count := report.count(severity))
    ]
    return ", ".join(counts) if counts else "conforms"


class _Writer:
    def __init__(self, project: Project, labels: Labels, excerpt: Excerpt, width: int, colour: bool) -> None:
        self._project, self._labels, self._excerpt = project, labels, excerpt
        self._width, self._colour = width, colour

    def block(self, finding: Finding) -> Iterator[str]:
        """One finding."""
        yield self._head(finding)
        place = finding.location
        if place is not None:
            yield f"  --> {place}"
            yield from self._source(finding, place)
        yield from self._about(finding)
        yield from self._entry("what to do", finding.message)
        if finding.value is not None and finding.value != finding.focus and place is None:
            yield from self._entry("found", self._term(finding.value))
        if finding.suggestion:
            yield from self._entry("hint", finding.suggestion)

    def many(self, findings: list[Finding]) -> Iterator[str]:
        """Notes of one rule, told together."""
        yield f"{self._head(findings[0])}, {len(findings)} times"
        yield from self._entry("what to do", findings[0].message)
        names = [self._term(finding.focus) for finding in findings[:_MANY] if finding.focus]
        yield from self._entry("about", f"{', '.join(names)} and {len(findings) - len(names)} more")

    def _head(self, finding: Finding) -> str:
        start, end = (f"\x1b[1;{_COLOURS[finding.severity]}m", "\x1b[0m") if self._colour else ("", "")
        code = self._project.prefixes.shrink(finding.code) or finding.code.removeprefix(OWN_RULES)
        return f"{start}{finding.severity.value}{end} {code}"

    def _source(self, finding: Finding, place: Location) -> Iterator[str]:
        """The line with the place underlined; a part of it where it is longer than the terminal is wide."""
        text = self._excerpt(place)
        if text is None or place.line is None or place.column is None:
            return
        margin = len(str(place.line))
        ends_here = place.end_line == place.line and place.end_column is not None
        end = (place.end_column or 0) - 1 if ends_here else len(text)
        shown, start, end = _window(text.rstrip(), place.column - 1, end, self._width - margin - 3)
        on, off = (f"\x1b[{_COLOURS[finding.severity]}m", "\x1b[0m") if self._colour else ("", "")
        marks = "^" * max(display_width(shown[start:end]), 1)
        yield f" {' ' * margin} |"
        yield f" {place.line} | {shown}"
        yield f" {' ' * margin} | {' ' * display_width(shown[:start])}{on}{marks}{off}"

    def _about(self, finding: Finding) -> Iterator[str]:
        if finding.focus is None:
            return
        focus = parse_term(finding.focus)
        name = self._labels.text(focus)
        short = self._labels.iri(focus) if isinstance(focus, NamedNode) else ""
        yield from self._entry("about", f"{name} ({short})" if short and short != name else name)

    def _term(self, text: str) -> str:
        term = parse_term(text)
        return self._labels.iri(term) if isinstance(term, NamedNode) else str(term)

    def _entry(self, head: str, text: str) -> Iterator[str]:
        first, *rest = wrap(" ".join(text.split()), max(self._width - 14, 20))
        yield f"  {head:<11} {first}"
        for line in rest:
            yield f"              {line}"


def _window(text: str, start: int, end: int, room: int) -> tuple[str, int, int]:
    """As much of a line around a place as there is room for, and where the place is in it."""
    text = text.replace("\t", " ")
    if display_width(text) <= room:
        return text, start, end
    begin = max(0, min(start - room // 3, len(text) - room + 2))
    part = text[begin : begin + room - 2]
    head, tail = "…" if begin else "", "…" if begin + len(part) < len(text) else ""
    shift = begin - len(head)
    return f"{head}{part}{tail}", start - shift, min(end - shift, len(head) + len(part))


def _plural(severity: Severity, count: int) -> str:
    return severity.value if count == 1 or severity is Severity.INFO else f"{severity.value}s"
