"""A report as JUnit XML, which most build servers read."""

from __future__ import annotations

from collections import defaultdict
from xml.etree import ElementTree

from mca_graph.findings import Finding, Report, Severity
from mca_graph.project import Project
from mca_graph.validation.reports.rules import Rule, rules_of

_FORBIDDEN = {code: "\ufffd" for code in range(32) if chr(code) not in "\t\n\r"}


def to_junit(report: Report, project: Project, fail_on: Severity) -> str:
    """The report as JUnit XML: one test suite for each file, one test case for each finding.

    Args:
        report: the findings.
        project: names the rules.
        fail_on: the least grave finding that is a failure; others are told as output of a passed case.
    """
    report = report.told_once()
    rules = rules_of(report, project)
    by_file: dict[str, list[Finding]] = defaultdict(list)
    for finding in report.findings:
        by_file[finding.location.file if finding.location else report.checked].append(finding)
    if not by_file:
        by_file[report.checked] = []
    root = ElementTree.Element("testsuites")
    for name, findings in by_file.items():
        root.append(_suite(name, findings, rules, fail_on))
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _suite(
    name: str, findings: list[Finding], rules: dict[str, Rule], fail_on: Severity
) -> ElementTree.Element:
    failures = sum(finding.severity.rank <= fail_on.rank for finding in findings)
    tests = str(max(len(findings), 1))
    suite = ElementTree.Element(
        "testsuite", name=_clean(name), tests=tests, failures=str(failures), errors="0"
    )
    if not findings:
        ElementTree.SubElement(suite, "testcase", classname="mca-graph", name="conforms")
    for finding in findings:
        suite.append(_case(finding, rules[finding.code], fail_on))
    return suite


def _case(finding: Finding, rule: Rule, fail_on: Severity) -> ElementTree.Element:
    where = f"{finding.location}: " if finding.location else ""
    about = (finding.focus or "").strip("<>")
    case = ElementTree.Element("testcase", classname=rule.short, name=_clean(f"{where}{about or rule.name}"))
    text = "\n".join(
        part
        for part in (
            f"{where}{finding.message}",
            finding.suggestion,
            f"value: {finding.value}" if finding.value else None,
        )
        if part
    )
    if finding.severity.rank <= fail_on.rank:
        failure = ElementTree.SubElement(
            case, "failure", message=_clean(finding.message), type=finding.severity.value
        )
        failure.text = _clean(text)
    else:
        ElementTree.SubElement(case, "system-out").text = _clean(f"{finding.severity.value}: {text}")
    return case


def _clean(text: str) -> str:
    """A text with what XML 1.0, section 2.2, does not allow replaced."""
    return text.translate(_FORBIDDEN)
