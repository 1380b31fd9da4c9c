"""Check a contribution that a client sends, and give the findings as the command line does."""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
from pathlib import Path
from typing import Any

from mca_graph.findings import Severity
from mca_graph.server.frames import Channel
from mca_graph.server.jobs import Job, Workspace, not_acceptable, send_head
from mca_graph.server.negotiation import HTML, Offer, choose
from mca_graph.server.refusal import NOT_ACCEPTABLE, WRONG_TYPE, RefusedError

REPORT_OFFERS: tuple[Offer, ...] = (
    Offer("json", "application/json", ".json"),
    Offer("text", "text/plain", ".txt"),
    HTML,
    Offer("turtle", "text/turtle", ".ttl"),
    Offer("sarif", "application/sarif+json", ".sarif"),
    Offer("junit", "application/xml", ".xml", ("text/xml",)),
    Offer("github", "text/x-github-workflow", ".github"),
)

SUFFIXES: dict[str, str] = {
    "text/turtle": ".ttl",
    "application/x-turtle": ".ttl",
    "application/trig": ".trig",
    "application/n-triples": ".nt",
    "application/n-quads": ".nq",
    "application/ld+json": ".jsonld",
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
}
"""The media types that a contribution may have, and the ending of the file that it then is."""

_WIDTH = 100


def check_contribution(workspace: Workspace, job: Job, body: bytes, channel: Channel) -> dict[str, Any]:
    """Check a contribution.

    Raises:
        ReadError: it cannot be read at all.
        RefusedError: it is of no kind that is read, or the report cannot be had in the form wanted.
    """
    from mca_graph.contributions.sources import read_source
    from mca_graph.validation.reports.writing import write_report
    from mca_graph.validation.run import validate_sources

    offer = _offer(job.get("format"), job.get("accept"))
    name = _file_name(job.get("name"), job.get("type"))
    fail_on = Severity(job.get("fail_on", Severity.VIOLATION.value))
    with tempfile.TemporaryDirectory(prefix="mca-graph-") as folder, contextlib.chdir(folder):
        path = Path(name)
        path.write_bytes(body)
        store = workspace.whole_store()
        source = read_source(path, workspace.project, store, "b0x")
        report = validate_sources(workspace.project, store, [source])
        text = write_report(
            report, offer.name, workspace.project, workspace.labels(), [source], fail_on=fail_on, width=_WIDTH
        )
    send_head(channel, offer, kind="report", conforms=not report.reaches(fail_on))
    out = workspace.output(channel)
    out.write(text.encode())
    return {"rows": len(report.findings), "bytes": out.size}


def _offer(wanted: str | None, accept: str | None) -> Offer:
    if wanted:
        for offer in REPORT_OFFERS:
            if wanted == offer.name:
                return offer
        names = ", ".join(offer.name for offer in REPORT_OFFERS)
        raise RefusedError(NOT_ACCEPTABLE, f"a report is not to be had as {wanted!r}", f"there is {names}")
    chosen = choose(accept, REPORT_OFFERS)
    if chosen is None:
        raise not_acceptable("the report", REPORT_OFFERS)
    return chosen


def _file_name(given: str | None, media_type: str | None) -> str:
    """A harmless name of a file, with the ending that the media type has."""
    kind = (media_type or "").partition(";")[0].strip().lower()
    suffix = SUFFIXES.get(kind)
    if suffix is None:
        listed = ", ".join(SUFFIXES)
        raise RefusedError(
            WRONG_TYPE, f"no contribution is read from {kind or 'nothing said'!r}", f"send {listed}"
        )
    stem = re.sub(r"[^\w-]+", "-", os.path.basename(given or "").partition(".")[0]).strip("-_")[:60]
    return f"{stem or 'contribution'}{suffix}"
