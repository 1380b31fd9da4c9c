"""A report as one self-contained, accessible HTML page."""

from __future__ import annotations

from html import escape

from pyoxigraph import NamedNode

from mca_graph.findings import Finding, Report, Severity
from mca_graph.project import Project
from mca_graph.queries.labels import Labels
from mca_graph.validation.reports.rules import Rule, rules_of
from mca_graph.validation.reports.text import Excerpt, summary
from mca_graph.validation.terms import parse_term

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = """
:root { color-scheme: light dark; --ink: #1d2433; --soft: #5a6478; --paper: #fff; --card: #f5f6f9;
  --violation: #a3122b; --warning: #7a4a00; --info: #1b5386; --line: #d5d9e2; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ebf2; --soft: #a9b2c5; --paper: #14171e;
  --card: #1e222c; --violation: #ff9aa8; --warning: #f3c274; --info: #93c5f7; --line: #3a4152; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 1.5rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, sans-serif; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; overflow-wrap: anywhere; }
article { background: var(--card); border-left: 4px solid var(--line); border-radius: 4px;
  padding: .8rem 1rem; margin: .8rem 0; }
article.violation { border-color: var(--violation); } article.warning { border-color: var(--warning); }
article.info { border-color: var(--info); }
h3 { margin: 0; font-size: 1rem; overflow-wrap: anywhere; }
.violation strong { color: var(--violation); } .warning strong { color: var(--warning); }
.info strong { color: var(--info); }
pre { overflow-x: auto; background: var(--paper); border: 1px solid var(--line); border-radius: 4px;
  padding: .5rem .7rem; }
mark { background: none; color: inherit; text-decoration: underline wavy var(--violation); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; margin: .4rem 0 0; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
@media (max-width: 30rem) { dl { grid-template-columns: 1fr; } }
""".strip()


def to_html(report: Report, project: Project, labels: Labels, excerpt: Excerpt) -> str:
    """The report as a page that needs nothing else.

    Args:
        report: the findings.
        project: gives prefixes and the language.
        labels: names things.
        excerpt: the line, or the cell, that stands at a place.
    """
    report = report.told_once()
    rules = rules_of(report, project)
    title = f"Check of {report.checked}"
    parts = [
        "<!DOCTYPE html>",
        f'<html lang="{escape(project.language)}">',
        '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>",
        f"<body><main><h1>{escape(title)}</h1>",
        f"<p>{escape(summary(report)).capitalize()}.</p>",
    ]
    file: str | None = None
    for number, finding in enumerate(report.findings):
        here = finding.location.file if finding.location else ""
        if here != file:
            parts.append(f"<h2>{escape(here or 'Without a place in a file')}</h2>")
            file = here
        parts.append(_article(number, finding, rules[finding.code], labels, excerpt))
    parts.append("</main></body></html>\n")
    return "\n".join(parts)


def _article(number: int, finding: Finding, rule: Rule, labels: Labels, excerpt: Excerpt) -> str:
    code = f'<a href="{escape(rule.page)}">{escape(rule.short)}</a>' if rule.page else escape(rule.short)
    entries = [("Rule", f"{escape(rule.name)} ({code})"), ("What to do", escape(finding.message))]
    if finding.suggestion:
        entries.append(("Hint", escape(finding.suggestion)))
    if finding.focus is not None:
        focus = parse_term(finding.focus)
        short = labels.iri(focus) if isinstance(focus, NamedNode) else ""
        name = labels.text(focus)
        entries.insert(
            0, ("About", escape(name if name == short else f"{name} ({short})" if short else name))
        )
    if finding.value is not None and finding.value != finding.focus:
        entries.append(("Found", f"<code>{escape(finding.value)}</code>"))
    place = finding.location
    where = _where(finding)
    listed = "".join(f"<dt>{head}</dt><dd>{text}</dd>" for head, text in entries)
    heading = f"<strong>{_word(finding.severity)}</strong>{f', {escape(where)}' if where else ''}"
    source = _source(finding, excerpt(place) if place else None)
    return (
        f'<article class="{finding.severity.value}" aria-labelledby="f{number}">'
        f'<h3 id="f{number}">{heading}</h3>{source}<dl>{listed}</dl></article>'
    )


def _word(severity: Severity) -> str:
    return severity.value.capitalize()


def _where(finding: Finding) -> str:
    place = finding.location
    if place is None:
        return ""
    if place.cell:
        return f"{place.sheet}, cell {place.cell}" if place.sheet else f"cell {place.cell}"
    return f"line {place.line}, column {place.column}" if place.line else ""


def _source(finding: Finding, line: str | None) -> str:
    place = finding.location
    if line is None or place is None or place.column is None:
        return f"<pre>{escape(line)}</pre>" if line and place and place.cell else ""
    start = place.column - 1
    end = (place.end_column or place.column + 1) - 1 if place.end_line in (None, place.line) else len(line)
    before, at, after = line[:start], line[start : max(end, start + 1)] or " ", line[max(end, start + 1) :]
    return f'<pre tabindex="0">{escape(before)}<mark>{escape(at)}</mark>{escape(after)}</pre>'
