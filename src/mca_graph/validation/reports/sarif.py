"""A report in the Static Analysis Results Interchange Format (OASIS SARIF 2.1.0)."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from mca_graph import __version__
from mca_graph.findings import Finding, Location, Report, Severity
from mca_graph.project import Project
from mca_graph.validation.reports.rules import Rule, named, rules_of

_LEVELS = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def to_sarif(report: Report, project: Project) -> str:
    """The report as SARIF text; columns count characters, as everywhere in this tool."""
    report = report.told_once()
    rules = rules_of(report, project)
    positions = named(rules.values())
    run = {
        "tool": {
            "driver": {
                "name": "mca-graph",
                "version": __version__,
                "rules": [_rule(rule) for rule in rules.values()],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, positions[finding.code]) for finding in report.findings],
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _rule(rule: Rule) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "id": rule.short,
        "name": rule.name,
        "shortDescription": {"text": rule.name},
        "fullDescription": {"text": rule.description},
    }
    return {**entry, "helpUri": rule.page} if rule.page else entry


def _result(finding: Finding, position: int) -> dict[str, Any]:
    text = f"{finding.message} ({finding.suggestion})" if finding.suggestion else finding.message
    entry: dict[str, Any] = {
        "ruleIndex": position,
        "level": _LEVELS[finding.severity],
        "message": {"text": text},
    }
    location = _location(finding)
    if location:
        entry["locations"] = [location]
    known = {"focus": finding.focus, "path": finding.path, "value": finding.value}
    return {**entry, "properties": {name: value for name, value in known.items() if value is not None}}


def _location(finding: Finding) -> dict[str, Any]:
    entry: dict[str, Any] = {}
    place = finding.location
    if place is not None:
        entry["physicalLocation"] = {"artifactLocation": {"uri": quote(place.file)}, **_region(place)}
    logical = [
        {"fullyQualifiedName": name, "kind": kind}
        for name, kind in (
            (finding.focus, "resource"),
            (place.pointer if place else None, "property"),
            (
                f"{place.sheet}!{place.cell}" if place and place.sheet else place.cell if place else None,
                "member",
            ),
        )
        if name
    ]
    return {**entry, "logicalLocations": logical} if logical else entry


def _region(place: Location) -> dict[str, Any]:
    if place.line is None:
        return {}
    region = {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }
    return {"region": {name: value for name, value in region.items() if value is not None}}
