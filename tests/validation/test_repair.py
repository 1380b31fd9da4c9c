"""``validate --fix`` writes what is certain, and leaves every other byte as it was."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "cli"))

from cli_support import tool, write

from mca_graph.validation.repair import canonical_identifier

ROOT = Path(__file__).parents[2]
PREFIXES = """PREFIX mca: <https://w3id.org/mca-graph/ontology#>
PREFIX project: <https://w3id.org/mca-graph/id/project/>
PREFIX organisation: <https://w3id.org/mca-graph/id/organisation/>
PREFIX award: <https://w3id.org/mca-graph/id/award/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
"""
WRONG = """# a comment that stays ; with marks "
project:branching-out   mca:endDate "31/03/2023" ; # as the page says
\trdfs:label   "Branching Out "@en .
organisation:university-college-london mca:identifiedBy <http://www.ror.org/02jx3x895> .
award:ah-w007819-1 mca:grantReference 'ah / W007819/1' .
"""
RIGHT = """# a comment that stays ; with marks "
project:branching-out   mca:endDate "2023-03-31"^^<http://www.w3.org/2001/XMLSchema#date> ; # as the page says
\trdfs:label   "Branching Out"@en .
organisation:university-college-london mca:identifiedBy <https://ror.org/02jx3x895> .
award:ah-w007819-1 mca:grantReference "AH/W007819/1" .
"""


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_what_is_certain_is_written_and_nothing_else_is_touched(tmp_path: Path, end: str, mark: str) -> None:
    path = write(tmp_path / "wrong.ttl", (mark + PREFIXES + WRONG).replace("\n", end).encode())
    found = tool("validate", "--fix", path, project=ROOT)
    assert (found.code, found.text) == (0, f"{path}: conforms\n")
    assert path.read_bytes() == (mark + PREFIXES + RIGHT).replace("\n", end).encode()
    shown = [
        line.rstrip("\r") for line in found.err.splitlines() if line[:1] in "+-" and line[1:2] not in "+-"
    ]
    before, after = WRONG.splitlines()[1:], RIGHT.splitlines()[1:]
    assert [line[1:] for line in shown if line[0] == "-"] == before
    assert [line[1:] for line in shown if line[0] == "+"] == after


@pytest.mark.parametrize(
    "statement",
    [
        'project:branching-out mca:endDate "03/04/2023" .',
        'project:branching-out mca:endDate "spring" .',
        "organisation:university-college-london mca:identifiedBy <https://ror.org/02jx3x896> .",
        'award:ah-w007819-1 mca:amountValue "£1.2m" .',
    ],
    ids=["two days", "no day", "wrong check digit", "an amount"],
)
def test_what_is_not_certain_is_left_to_the_contributor(tmp_path: Path, statement: str) -> None:
    path = write(tmp_path / "wrong.ttl", PREFIXES + statement + "\n")
    found = tool("validate", "--fix", path, project=ROOT)
    assert (found.code, found.err) == (1, "")
    assert path.read_text(encoding="utf-8") == PREFIXES + statement + "\n"


def test_a_file_without_mistakes_is_not_written(tmp_path: Path) -> None:
    path = write(tmp_path / "right.ttl", PREFIXES + RIGHT)
    before = path.stat().st_mtime_ns
    assert tool("validate", "--fix", path, project=ROOT).code == 0
    assert path.stat().st_mtime_ns == before


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("http://dx.doi.org/10.3389/fpubh.2024.1391084", "https://doi.org/10.3389/fpubh.2024.1391084"),
        ("doi:10.1000/182", "https://doi.org/10.1000/182"),
        ("10.1000/182", "https://doi.org/10.1000/182"),
        ("orcid.org/0000-0002-1694-233x", "https://orcid.org/0000-0002-1694-233X"),
        ("0000-0002-1825-0097", "https://orcid.org/0000-0002-1825-0097"),
        ("https://www.ror.org/02JX3X895/", "https://ror.org/02jx3x895"),
        ("https://example.org/10.1000/182", None),
        ("02jx3x89", None),
    ],
)
def test_identifiers_have_one_form(written: str, canonical: str | None) -> None:
    assert canonical_identifier(written) == canonical
