"""Repairs that are certain: what a contributor wrote, in the form that it must have.

A repair is proposed where the value itself tells its canonical form, and kept only where the finding
that asked for it is gone afterwards and no other has come. Nothing else of the file is touched.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import unified_diff
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from mca_graph.errors import McaGraphError
from mca_graph.files import whole_file
from mca_graph.findings import Finding
from mca_graph.namespaces import XSD
from mca_graph.rdf.positions.document import Document, PlacedQuad, Span
from mca_graph.rdf.read import BOM
from mca_graph.validation.readings import certain_date

_DOI = re.compile(r"(?:(?:https?://)?(?:dx\.|www\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}/\S+)\Z", re.I)
_ORCID = re.compile(r"(?:(?:https?://)?(?:www\.)?orcid\.org/|orcid:\s*)?((?:\d{4}-){3}\d{3}[\dXx])/?\Z", re.I)
_ROR = re.compile(r"(?:(?:https?://)?(?:www\.)?ror\.org/|ror:\s*)?(0[a-hj-km-np-tv-z0-9]{6}\d{2})/?\Z", re.I)
_REFERENCE = re.compile(r"[A-Za-z]{2,4}\s*/\s*[A-Za-z0-9]{6,8}\s*/\s*\d+\Z")

Check = Callable[[str], Iterable[Finding]]


class Edit(NamedTuple):
    """Characters of a text, and what to write in their place."""

    span: Span
    text: str


def repairs(document: Document, findings: Sequence[Finding], check: Check) -> list[Edit]:
    """The repairs of a file that are certain, in the order of the file.

    Args:
        document: the file as it was read.
        findings: what was found in it.
        check: gives the findings of a changed text of the same file.
    """
    before = {_key(finding) for finding in findings}
    kept: dict[Span, Edit] = {}
    for placed in document.quads:
        if placed.object in kept:
            continue
        asked = [finding for finding in findings if _is_about(finding, placed)]
        for candidate in _candidates(document, placed, asked):
            edit = Edit(placed.object, candidate)
            after = {_key(finding) for finding in check(apply(document.text, [*kept.values(), edit]))}
            gone = {_key(finding) for finding in asked} - after
            if (gone or not asked) and not after - before:
                kept[placed.object] = edit
                break
    return sorted(kept.values())


def apply(text: str, edits: Iterable[Edit]) -> str:
    """A text with its edits made."""
    for edit in sorted(edits, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


def write(path: Path, document: Document, edits: Iterable[Edit]) -> None:
    """Write a file with its edits made, whole or not at all; its byte order mark and line ends stay.

    Raises:
        McaGraphError: the file cannot be written, or is not any more what was read.
    """
    try:
        content = path.read_bytes()
        mark = BOM if content.startswith(BOM) else b""
        if content.removeprefix(BOM).decode("utf-8") != document.text:
            raise McaGraphError(f"{path} changed while it was checked", "run the command again")
        with whole_file(path) as file:
            file.write(mark + apply(document.text, edits).encode("utf-8"))
            Path(file.name).chmod(path.stat().st_mode)
    except OSError as error:
        raise McaGraphError(f"{path}: {error.strerror or error}") from error


def diff(document: Document, edits: Iterable[Edit]) -> str:
    """The edits as a unified diff."""
    before, after = document.text.splitlines(True), apply(document.text, edits).splitlines(True)
    lines = unified_diff(before, after, fromfile=document.name, tofile=document.name)
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)


def canonical_identifier(text: str) -> str | None:
    """The IRI of a DOI, an ORCID iD or a ROR id in whatever form it was written; None for anything else.

    The forms are those that the DOI Handbook (section 2.6), ORCID ("Structure of the ORCID Identifier")
    and ROR ("ROR identifier pattern") ask to be shown and linked.
    """
    text = text.strip()
    if found := _DOI.match(text):
        return f"https://doi.org/{found.group(1)}"
    if found := _ORCID.match(text):
        return f"https://orcid.org/{found.group(1).upper()}"
    if found := _ROR.match(text):
        return f"https://ror.org/{found.group(1).lower()}"
    return None


def _key(finding: Finding) -> tuple[object, ...]:
    """What stays of a finding when a value is written in another form: not the value itself."""
    return (finding.code, finding.focus, finding.path, finding.component)


def _is_about(finding: Finding, placed: PlacedQuad) -> bool:
    quad = placed.quad
    return (finding.focus, finding.value) == (str(quad.subject), str(quad.object)) and finding.path in (
        None,
        str(quad.predicate),
    )


def _candidates(document: Document, placed: PlacedQuad, asked: Sequence[Finding]) -> Iterator[str]:
    value = placed.quad.object
    written = document.text[placed.object.start : placed.object.end]
    is_json = placed.pointer is not None
    if isinstance(value, NamedNode):
        if asked and (iri := canonical_identifier(value.value)) and iri != value.value:
            yield _iri(iri, is_json)
        return
    if not isinstance(value, Literal):
        return
    trimmed = _trimmed(value, written, is_json)
    if trimmed is not None:
        yield trimmed
    if not asked:
        return
    if _REFERENCE.match(value.value.strip()):
        canonical = re.sub(r"\s", "", value.value).upper()
        if canonical != value.value:
            yield json.dumps(canonical)
    if (day := certain_date(value.value)) and not is_json:
        yield f'"{day}"^^{_datatype(document, "date")}'
    if iri := canonical_identifier(value.value):
        yield _iri(iri, is_json)


def _trimmed(value: Literal, written: str, is_json: bool) -> str | None:
    """A text without the white space at its ends, with its own quotes and escapes; None where it has none."""
    if value.value == value.value.strip() or not value.value.strip():
        return None
    quote = '"' if is_json else written[:3] if written[:3] in ('"""', "'''") else written[:1]
    end = written.rindex(quote)
    return f"{quote}{written[len(quote) : end].strip()}{written[end:]}"


def _iri(iri: str, is_json: bool) -> str:
    return json.dumps(iri) if is_json else f"<{iri}>"


def _datatype(document: Document, name: str) -> str:
    prefix = next((prefix for prefix, iri in document.prefixes.items() if iri == XSD), None)
    return f"{prefix}:{name}" if prefix is not None else f"<{XSD}{name}>"
