"""Accepting: one new file or nothing at all, and what queries see afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tables_support import Outcome, tool

PAGE = "https://rivers.example/reports/2024"
GOOD = (
    'name,type,length,flows into,habitat\nElder,,7.25,Alder,"Reed bed; pebbles"\nHazel Brook,brook,,Elder,\n'
)

WRITTEN = """\
PREFIX contribution: <https://rivers.example/graph/contribution/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX habitat: <https://rivers.example/concept/habitat/>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX riv: <https://rivers.example/ontology#>
PREFIX river: <https://rivers.example/id/river/>
PREFIX trust: <https://rivers.example/concept/trust/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

contribution:report-2024
    a prov:Bundle ;
    rdfs:label "Elder and 1 more, from rivers.example"@en ;
    prov:generatedAtTime "2024-05-06T00:00:00+00:00"^^xsd:dateTime ;
    prov:wasAttributedTo <https://rivers.example/id/agent/ann-ash> ;
    prov:wasDerivedFrom <https://rivers.example/reports/2024> ;
    riv:trust trust:measured ;
.

river:hazel-brook
    a riv:Brook ;
    rdfs:label "Hazel Brook"@en ;
    riv:flowsInto river:elder ;
.

<https://rivers.example/id/agent/ann-ash>
    a prov:Agent ;
    foaf:name "Ann Ash" ;
.

river:elder
    a riv:River ;
    rdfs:label "Elder"@en ;
    riv:flowsInto river:alder ;
    riv:habitat
        habitat:gravel ,
        habitat:reed-bed ;
    riv:length 7.25 ;
.
"""

CHANGES = """\
Ann Ash (https://rivers.example/id/agent/ann-ash)
  + foaf:name: Ann Ash
  + kind: prov:Agent
Elder (river:elder)
  + flows into: Alder
  + habitat: Gravel
  + habitat: Reed bed
  + kind: river
  + length in kilometres: 7.25
  + name: Elder
Hazel Brook (river:hazel-brook)
  + flows into: Elder
  + kind: brook
  + name: Hazel Brook
11 added, 0 removed, 0 changed
"""


def entered(root: Path) -> list[str]:
    return sorted(path.name for path in (root / "data" / "contributions").iterdir())


def accept(root: Path, file: Path, *args: str) -> Outcome:
    return tool(root, "accept", file, "--by", "Ann Ash", "--date", "2024-05-06", *args)


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "river.csv"
    path.write_text(GOOD)
    return path


def test_a_good_table_becomes_one_canonical_file(good: Path, rivers: Path) -> None:
    outcome = accept(rivers, good, "--source", PAGE, "--name", "report-2024")
    path = rivers / "data/contributions/report-2024.ttl"
    assert (outcome.code, outcome.err) == (0, f"accepted: {path}\n")
    assert outcome.out == CHANGES
    assert path.read_text() == WRITTEN
    assert entered(rivers) == ["letter-2023.ttl", "report-2024.ttl", "survey-2020.ttl"]
    assert tool(rivers, "fmt", "--check", path).code == 0
    assert tool(rivers, "validate").code == 0


def test_who_contributed_before_is_known_by_name(good: Path, rivers: Path, tmp_path: Path) -> None:
    assert accept(rivers, good, "--source", PAGE).code == 0
    (tmp_path / "more.csv").write_text("name,length\nFir,2\n")
    outcome = tool(rivers, "accept", tmp_path / "more.csv", "--by", "ann ash", "--source", f"{PAGE}/b")
    assert outcome.code == 0
    assert outcome.out.startswith("Fir (river:fir)\n")
    text = (rivers / "data/contributions/more.ttl").read_text()
    assert "prov:wasAttributedTo <https://rivers.example/id/agent/ann-ash> ;" in text
    assert "foaf:name" not in text


def test_an_orcid_names_its_bearer(good: Path, rivers: Path, tmp_path: Path) -> None:
    orcid = "0000-0002-1825-0097"
    assert accept(rivers, good, "--source", PAGE, "--orcid", orcid).code == 0
    text = (rivers / "data/contributions/river.ttl").read_text()
    assert "prov:wasAttributedTo <https://orcid.org/0000-0002-1825-0097> ;" in text
    (tmp_path / "more.csv").write_text("name,length\nFir,2\n")
    args = ("--by", "A. Ash", "--orcid", f"https://orcid.org/{orcid}", "--source", f"{PAGE}/b")
    assert tool(rivers, "accept", tmp_path / "more.csv", *args).code == 0
    assert "A. Ash" not in (rivers / "data/contributions/more.ttl").read_text()
    outcome = accept(rivers, good, "--source", f"{PAGE}/c", "--name", "c", "--orcid", "0000-0002-1825-0098")
    assert outcome.err.startswith("error: the check digit of the ORCID iD 0000-0002-1825-0098 is wrong\n")


def test_a_violation_is_refused_with_its_place(rivers: Path, tmp_path: Path) -> None:
    path = tmp_path / "river.csv"
    path.write_text("name,length\nElder,7\nFir,-3\n")
    before = entered(rivers)
    outcome = accept(rivers, path, "--source", PAGE)
    assert (outcome.code, outcome.err) == (1, "not accepted: nothing was written\n")
    assert outcome.out == (
        "violation shapes:River-length\n"
        f"  --> {path}:B3\n"
        "  about       Fir (river:fir)\n"
        "  what to do  Give one length in kilometres, such as 12.5.\n"
        "\n"
        "read more about each rule at its address, such as https://rivers.example/shapes#River-length\n"
        f"{path}: 1 violation\n"
    )
    assert f"{path}:B3" in outcome.out
    assert entered(rivers) == before


def test_what_cannot_be_read_is_refused(rivers: Path, tmp_path: Path) -> None:
    path = tmp_path / "river.csv"
    path.write_text("name,length,flows into\nElder,=1+1,Aldr\n")
    before = entered(rivers)
    outcome = accept(rivers, path, "--source", PAGE)
    assert (outcome.code, outcome.err) == (1, "not accepted: nothing was written\n")
    assert f"{path}:B2" in outcome.out
    assert f"{path}:C2" in outcome.out
    assert entered(rivers) == before


@pytest.mark.parametrize("name", ["survey-2020", "river"])
def test_a_name_that_is_taken(name: str, good: Path, rivers: Path) -> None:
    if name == "river":
        (rivers / "data/contributions/river.trig").write_text("# empty\n<urn:a> <urn:b> <urn:c> .\n")
    before = entered(rivers)
    outcome = accept(rivers, good, "--source", PAGE, "--name", name)
    hint = "choose another with --name"
    assert (outcome.code, outcome.err) == (
        2,
        f"error: there is a contribution {name} already\n  hint: {hint}\n",
    )
    assert entered(rivers) == before


@pytest.mark.parametrize("name", ["Report 2024", "../report", "report/2024", "-", "", ".hidden", "a--b"])
def test_what_is_no_name(name: str, good: Path, rivers: Path) -> None:
    before = entered(rivers)
    outcome = accept(rivers, good, "--source", PAGE, "--name", name)
    if name == "":
        assert outcome.code == 0  # the name of the file
        return
    assert outcome.code == 2
    assert outcome.err.startswith(f"error: {name!r} is no name of a contribution\n")
    assert entered(rivers) == before


def test_a_source_that_was_entered(good: Path, rivers: Path) -> None:
    page = "http://www.rivers.example/reports/2020/#summary"
    outcome = accept(rivers, good, "--source", page)
    hint = "add --again to enter what else the page says"
    said = f"error: {page} was entered already, as survey-2020\n  hint: {hint}\n"
    assert (outcome.code, outcome.err) == (2, said)
    assert accept(rivers, good, "--source", page, "--again").code == 0


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("--by", "A"), "add --source URL"),
        (("--source", PAGE), "add --by NAME"),
        (("--by", "A", "--source", "rivers.example"), "'rivers.example' is not the address of a page"),
        (("--by", "A", "--source", PAGE, "--basis", "hearsay"), "no basis is called 'hearsay'"),
        (("--by", "A", "--source", PAGE, "--published", "May"), "'May' is not a day"),
        (("--by", "河川", "--source", PAGE), "'河川' makes no id"),
    ],
)
def test_an_origin_that_does_not_do(args: tuple[str, ...], message: str, good: Path, rivers: Path) -> None:
    before = entered(rivers)
    outcome = tool(rivers, "accept", good, *args)
    assert outcome.code == 2
    assert message in outcome.err
    assert entered(rivers) == before


def test_basis_and_dates(good: Path, rivers: Path) -> None:
    args = ("--source", PAGE, "--basis", "guessed", "--published", "2024-03", "--title", "A report")
    assert accept(rivers, good, *args).code == 0
    text = (rivers / "data/contributions/river.ttl").read_text()
    assert "    riv:trust trust:guessed ;\n" in text
    assert '    dcterms:issued "2024-03"^^xsd:gYearMonth ;\n' in text
    assert '    rdfs:label "A report"@en ;\n' in text


def test_only_what_is_new(rivers: Path, tmp_path: Path) -> None:
    path = tmp_path / "river.csv"
    assert tool(rivers, "template", "river", "--filled", "-o", path).code == 0
    outcome = accept(rivers, path, "--source", PAGE, "--changes-only")
    assert outcome.err.startswith(f"error: {path}: nothing in it is new\n")
    path.write_text(path.read_text("utf-8-sig").replace("cedar,river,Cedar,40", "cedar,river,Cedar,41"))
    outcome = accept(rivers, path, "--source", PAGE, "--changes-only")
    assert outcome.code == 0
    assert "Cedar (river:cedar)\n  ~ length in kilometres: 40 → 41\n" in outcome.out
    said = (rivers / "data/contributions/river.ttl").read_text()
    assert "\nriver:cedar\n    riv:length 41.0 ;\n.\n" in said
    assert "river:alder" not in said


def test_a_turtle_file_keeps_its_own_header(rivers: Path, tmp_path: Path) -> None:
    path = tmp_path / "letter-2023.ttl"
    text = (rivers / "data/contributions/letter-2023.ttl").read_text()
    path.write_text(text.replace("<https://rivers.example/letters/7>", "<https://rivers.example/letters/8>"))
    (rivers / "data/contributions/letter-2023.ttl").unlink()
    outcome = tool(rivers, "accept", path, "--name", "letter-8", "--by", "Ann Ash")
    assert outcome.code == 0, outcome.err
    written = (rivers / "data/contributions/letter-8.ttl").read_text()
    assert "letter-2023" not in written
    assert "contribution:letter-8\n" in written
    assert "prov:wasDerivedFrom <https://rivers.example/letters/8> ;" in written
    assert "riv:trust trust:" in written
    assert "<https://rivers.example/graph/contribution/letter-8#denial-1>" in written


def test_two_at_once_lose_nothing(rivers: Path, tmp_path: Path) -> None:
    files = []
    for number in range(4):
        path = tmp_path / f"part-{number}.csv"
        path.write_text(f"name,length\nRiver {number},{number + 1}\n")
        files.append(path)
    same = tmp_path / "same.csv"
    same.write_text("name,length\nSame,1\n")
    commands = [(path, f"{PAGE}/{path.stem}") for path in files] + [(same, f"{PAGE}/same")] * 3
    running = [
        subprocess.Popen(
            [
                sys.executable,
                "-m",
                "mca_graph",
                "--project",
                rivers,
                "accept",
                file,
                "--by",
                "A",
                "--source",
                page,
            ],
            env={**os.environ},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for file, page in commands
    ]
    ends = [(process.communicate(timeout=120)[1], process.returncode) for process in running]
    assert sorted(code for _err, code in ends[:4]) == [0, 0, 0, 0], ends
    assert sorted(code for _err, code in ends[4:]) == [0, 2, 2], ends
    assert entered(rivers) == [
        "letter-2023.ttl",
        *(f"part-{number}.ttl" for number in range(4)),
        "same.ttl",
        "survey-2020.ttl",
    ]
    assert tool(rivers, "validate").code == 0


def test_a_folder_that_may_not_be_written(good: Path, rivers: Path) -> None:
    folder = rivers / "data" / "contributions"
    (rivers / "data" / "kept").mkdir()
    for path in folder.iterdir():
        path.rename(rivers / "data" / "kept" / path.name)
    folder.rmdir()
    folder.write_text("in the way")
    outcome = accept(rivers, good, "--source", PAGE)
    assert outcome.code == 2
    assert outcome.err.startswith(f"error: {folder}: ")
