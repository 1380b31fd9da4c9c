"""What a check found: values that every report format is a view of.

A finding follows a validation result of SHACL (W3C Recommendation, section 3.6) and adds where in
the contributor's file the trouble is.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """How much a finding matters (SHACL, section 2.1.4), the gravest first."""

    VIOLATION = "violation"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the gravest."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a contribution.

    Attributes:
        file: the file's name as the user gave it.
        line: counts from 1.
        column: counts from 1, in characters (Unicode code points).
        end_line: the line of the first character after the place.
        end_column: the column of the first character after the place.
        pointer: JSON pointer (RFC 6901) in a JSON-LD file.
        sheet: the sheet of a workbook.
        cell: the cell of a table, such as ``B7``.
    """

    file: str
    line: int | None = None
    column: int | None = None
    end_line: int | None = None
    end_column: int | None = None
    pointer: str | None = None
    sheet: str | None = None
    cell: str | None = None

    def __str__(self) -> str:
        parts = (self.file, self.line, self.column, self.sheet, self.cell)
        return ":".join(str(part) for part in parts if part is not None)

    def to_dict(self) -> dict[str, Any]:
        """The place as JSON-ready values; absent parts are left out."""
        return {name: value for name in self.__slots__ if (value := getattr(self, name)) is not None}


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of a check.

    Attributes:
        severity: how much it matters.
        code: IRI of the shape or constraint that was broken; stable, so that it can be searched for.
        message: what to do, for the person who wrote the contribution.
        focus: the focus node, in N-Triples syntax; None for what is wrong with the file itself.
        path: the result path as a SPARQL property path, where the shape has one.
        value: the value at fault, in N-Triples syntax.
        component: local name of the constraint component that was not satisfied.
        location: where it stands in a file.
        suggestion: what to write instead, as it would be written, where that is known.
    """

    severity: Severity
    code: str
    message: str
    focus: str | None = None
    path: str | None = None
    value: str | None = None
    component: str | None = None
    location: Location | None = None
    suggestion: str | None = None

    @property
    def sort_key(self) -> tuple[Any, ...]:
        """By file and place; where none is known gravest first, then by focus node, shape, path and value."""
        place = self.location
        where = (
            (place.file, place.sheet or "", place.line or 0, place.column or 0) if place else ("", "", 0, 0)
        )
        what = (
            self.focus or "",
            self.code,
            self.path or "",
            self.value or "",
            self.message,
            self.component or "",
        )
        return (*where, self.severity.rank, *what)

    def to_dict(self) -> dict[str, Any]:
        """The finding as JSON-ready values; absent parts are left out."""
        entries: dict[str, Any] = {
            "severity": self.severity.value,
            "code": self.code,
            "message": self.message,
            "focus": self.focus,
            "path": self.path,
            "value": self.value,
            "component": self.component,
            "location": self.location.to_dict() if self.location else None,
            "suggestion": self.suggestion,
        }
        return {key: value for key, value in entries.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Report:
    """All findings of one run, in a stable order."""

    findings: tuple[Finding, ...]
    checked: str = ""

    @classmethod
    def of(cls, findings: list[Finding], checked: str = "") -> Report:
        """Sort the findings, drop what is said twice, and make a report of them."""
        return cls(tuple(sorted(set(findings), key=lambda finding: finding.sort_key)), checked)

    def told_once(self) -> Report:
        """The report as people want it: one finding where a rule fails in several ways at one value."""
        seen = {
            (found.code, found.focus, found.value, found.message, found.location): found
            for found in reversed(self.findings)
        }
        return Report(tuple(sorted(seen.values(), key=lambda found: found.sort_key)), self.checked)

    def count(self, severity: Severity) -> int:
        """How many findings have this very severity."""
        return sum(finding.severity is severity for finding in self.findings)

    @property
    def conforms(self) -> bool:
        """True when nothing at all was found (SHACL, section 3.6.1.1)."""
        return not self.findings

    def reaches(self, severity: Severity) -> bool:
        """True when a finding is at least as grave as the given severity."""
        return any(finding.severity.rank <= severity.rank for finding in self.findings)

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON-ready values."""
        return {
            "conforms": self.conforms,
            "checked": self.checked,
            "counts": {severity.value: self.count(severity) for severity in Severity},
            "findings": [finding.to_dict() for finding in self.findings],
        }
