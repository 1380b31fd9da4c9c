"""Comparing: what changed, by name, whatever the two sides are."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, NamedNode, RdfFormat, Triple, parse
from tables_support import tool

from mca_graph.contributions.compare import compare
from shared import RIVERS

TEXT = """\
Alder (river:alder)
  ~ length in kilometres: 12.5 → 13.0
Birch Brook (river:birch)
  - flows into: river:alder
Fir (river:fir)
  + kind: river
  + name: Fir
2 added, 1 removed, 1 changed
"""

PATCH = """\
TX .
D <https://rivers.example/id/river/alder> <https://rivers.example/ontology#length> "12.5"^^<http://www.w3.org/2001/XMLSchema#decimal> .
D <https://rivers.example/id/river/birch> <https://rivers.example/ontology#flowsInto> <https://rivers.example/id/river/alder> .
A <https://rivers.example/id/river/alder> <https://rivers.example/ontology#length> "13.0"^^<http://www.w3.org/2001/XMLSchema#decimal> .
A <https://rivers.example/id/river/fir> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://rivers.example/ontology#River> .
A <https://rivers.example/id/river/fir> <http://www.w3.org/2000/01/rdf-schema#label> "Fir"@en .
TC .
"""  # noqa: E501


@pytest.fixture
def changed(rivers: Path, tmp_path: Path) -> Path:
    """The survey with one length changed, one statement less and one river more."""
    text = (rivers / "data/contributions/survey-2020.ttl").read_text()
    text = text.replace("riv:length 12.5", "riv:length 13.0").replace(" ; riv:flowsInto river:alder", "")
    path = tmp_path / "changed.ttl"
    path.write_text(text + 'river:fir a riv:River ; rdfs:label "Fir"@en .\n')
    return path


def test_text(changed: Path, rivers: Path) -> None:
    outcome = tool(rivers, "diff", "survey-2020", changed)
    assert (outcome.code, outcome.err) == (1, "")
    assert outcome.out == TEXT.replace("river:alder\n", "Alder\n")


def test_rdf_patch(changed: Path, rivers: Path) -> None:
    outcome = tool(rivers, "diff", rivers / "data/contributions/survey-2020.ttl", changed, "-f", "rdfpatch")
    assert (outcome.code, outcome.out) == (1, PATCH)


def test_a_patch_makes_the_second_of_the_first(changed: Path, rivers: Path) -> None:
    first = rivers / "data/contributions/survey-2020.ttl"
    patch = tool(rivers, "diff", first, changed, "-f", "rdfpatch").out.splitlines()
    said = {quad.triple for quad in parse(first.read_bytes(), format=RdfFormat.TURTLE)}
    for line in patch[1:-1]:
        quad = next(iter(parse(line[2:].encode(), format=RdfFormat.N_TRIPLES)))
        (said.remove if line[0] == "D" else said.add)(quad.triple)
    assert said == {quad.triple for quad in parse(changed.read_bytes(), format=RdfFormat.TURTLE)}


def test_json(changed: Path, rivers: Path) -> None:
    content = json.loads(tool(rivers, "diff", "survey-2020", changed, "-f", "json").out)
    assert {key: len(content[key]) for key in ("added", "removed", "changed")} == {
        "added": 2,
        "removed": 1,
        "changed": 1,
    }
    assert content["changed"] == [
        {
            "subject": "<https://rivers.example/id/river/alder>",
            "property": "<https://rivers.example/ontology#length>",
            "before": '"12.5"^^<http://www.w3.org/2001/XMLSchema#decimal>',
            "after": '"13.0"^^<http://www.w3.org/2001/XMLSchema#decimal>',
            "labels": {
                "subject": "Alder",
                "property": "length in kilometres",
                "before": "12.5",
                "after": "13.0",
            },
        }
    ]


def test_markdown(changed: Path, rivers: Path) -> None:
    text = changed.read_text().replace('"Fir"', '"Fir *bold* [x](y)"')
    changed.write_text(text)
    out = tool(rivers, "diff", "survey-2020", changed, "-f", "md").out
    assert out.startswith("### Alder (river:alder)\n\n- changed: **length in kilometres** 12.5 → 13.0\n\n")
    assert "- added: **name** Fir \\*bold\\* \\[x\\](y)\n" in out


def test_nothing_changed(rivers: Path) -> None:
    outcome = tool(rivers, "diff", "survey-2020", "survey-2020.ttl")
    assert (outcome.code, outcome.out) == (0, "no difference\n")


def test_a_table_and_what_it_was_made_of(rivers: Path, tmp_path: Path) -> None:
    for name in ("a.csv", "b.xlsx"):
        assert tool(rivers, "template", "river", "--filled", "-o", tmp_path / name).code == 0
    assert tool(rivers, "diff", tmp_path / "a.csv", tmp_path / "b.xlsx").out == "no difference\n"
    path = tmp_path / "a.csv"
    path.write_text(path.read_text("utf-8-sig").replace("Gravel", "Wetland"))
    outcome = tool(rivers, "diff", tmp_path / "b.xlsx", path)
    assert outcome.out == (
        "Birch Brook (river:birch)\n  ~ habitat: Gravel → Wetland\n0 added, 0 removed, 1 changed\n"
    )


def test_projects_and_folders(rivers: Path, tmp_path: Path) -> None:
    (rivers / "data/contributions/letter-2023.ttl").unlink()
    outcome = tool(rivers, "diff", RIVERS, rivers)
    assert (outcome.code, outcome.out) == (
        1,
        "Cedar (river:cedar)\n  - habitat: Wetland\n  - kind: river\n  - length in kilometres: 40\n"
        "  - name: Cedar\n0 added, 4 removed, 0 changed\n",
    )
    shapes = tmp_path / "shapes"
    shapes.mkdir()
    (shapes / "x.ttl").write_text((rivers / "shapes/river.ttl").read_text())
    assert tool(rivers, "diff", rivers / "shapes", shapes).code == 0
    (tmp_path / "empty").mkdir()
    assert tool(rivers, "diff", rivers, tmp_path / "empty").code == 2


def git(root: Path, *args: str) -> None:
    settings = ("-c", "user.name=A", "-c", "user.email=a@e.example", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", root, *settings, *args], check=True, capture_output=True)


def test_revisions_of_git(changed: Path, rivers: Path) -> None:
    git(rivers, "init", "-q")
    git(rivers, "add", ".")
    git(rivers, "commit", "-qm", "one")
    target = rivers / "data/contributions/survey-2020.ttl"
    target.write_text(changed.read_text())
    git(rivers, "commit", "-qam", "two")
    status = subprocess.run(["git", "-C", rivers, "status", "--porcelain"], capture_output=True, check=True)
    outcome = tool(rivers, "diff", "HEAD~1", "HEAD")
    assert (outcome.code, outcome.out.splitlines()[-1]) == (1, "2 added, 1 removed, 1 changed")
    assert "  ~ length in kilometres: 12.5 → 13\n" in outcome.out
    assert tool(rivers, "diff", "HEAD~1:", "HEAD").out == outcome.out
    assert tool(rivers, "diff", "HEAD", rivers).out == "no difference\n"
    inside = "data/contributions/survey-2020.ttl"
    assert tool(rivers, "diff", f"HEAD~1:{inside}", target).out == TEXT.replace("river:alder\n", "Alder\n")
    assert tool(rivers, "diff", f"HEAD~1:{inside}", f"HEAD:{inside}").code == 1
    after = subprocess.run(["git", "-C", rivers, "status", "--porcelain"], capture_output=True, check=True)
    assert status.stdout == after.stdout == b""
    missing = tool(rivers, "diff", "HEAD:no.ttl", "HEAD")
    assert missing.code == 2
    assert missing.err.startswith("error: git show: ")


@pytest.mark.parametrize("name", ["survey-2021", "--output=x", "HEAD~9999", "a:b:c", "HEAD;touch x"])
def test_what_is_nothing(name: str, rivers: Path, tmp_path: Path) -> None:
    outcome = tool(rivers, "diff", "--", name, "survey-2020")
    assert outcome.code == 2
    assert outcome.err.startswith(f"error: nothing here is called {name!r}\n  hint: ")


def test_what_cannot_be_read(rivers: Path, tmp_path: Path) -> None:
    path = tmp_path / "x.ttl"
    path.write_text("<urn:a> <urn:b> .\n")
    outcome = tool(rivers, "diff", path, "survey-2020")
    assert outcome.code == 2
    assert outcome.err.startswith(f"error: {path}:1:")


BLANK = """
@prefix : <http://e/> .
:s :p [ :name "a" ; :in ( 1 2 3 ) ] , [ :name "b" ] .
"""


def triples(text: str) -> set[Triple]:
    return {quad.triple for quad in parse(text.encode(), format=RdfFormat.TURTLE)}


def test_blank_nodes_are_told_by_what_is_said_of_them() -> None:
    assert compare(triples(BLANK), triples(BLANK)).same
    found = compare(triples(BLANK), triples(BLANK.replace('"b"', '"c"')))
    assert [str(one.object) for one in found.removed if one.predicate.value == "http://e/name"] == ['"b"']
    assert [str(one.object) for one in found.added if one.predicate.value == "http://e/name"] == ['"c"']
    assert (len(found.added), len(found.removed)) == (2, 2)


def test_a_node_said_twice_is_not_a_node_said_once() -> None:
    once, twice = "<urn:s> <urn:p> [] .", "<urn:s> <urn:p> [] , [] ."
    assert not compare(triples(once), triples(twice)).same
    assert compare(triples(twice), triples(twice)).same


def test_nodes_that_point_at_each_other() -> None:
    ring = "_:a <urn:p> _:b . _:b <urn:p> _:a ."
    assert compare(triples(ring), triples(ring.replace("_:a", "_:x"))).same
    assert not compare(triples(ring), triples("_:a <urn:p> _:a .")).same


NODES = st.sampled_from([NamedNode("urn:a"), NamedNode("urn:b"), *(BlankNode(f"n{at}") for at in range(3))])
GRAPHS = st.sets(st.builds(Triple, NODES, st.sampled_from([NamedNode("urn:p"), NamedNode("urn:q")]), NODES))


@given(GRAPHS)
def test_labels_of_blank_nodes_never_matter(graph: set[Triple]) -> None:
    names: dict[object, BlankNode] = {}

    def renamed(term: object) -> object:
        return names.setdefault(term, BlankNode()) if isinstance(term, BlankNode) else term

    other = {Triple(renamed(one.subject), one.predicate, renamed(one.object)) for one in graph}  # type: ignore
    assert compare(graph, other).same
