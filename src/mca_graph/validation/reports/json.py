"""A report as JSON: the same as :meth:`mca_graph.findings.Report.to_dict`."""

from __future__ import annotations

import json

from mca_graph.findings import Report


def to_json(report: Report) -> str:
    """The report as JSON text."""
    return json.dumps(report.to_dict(), indent=2, ensure_ascii=False) + "\n"
