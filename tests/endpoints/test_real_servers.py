"""What the tool says of a graph is the same, whether it is in this process or on a server."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from endpoint_support import ROOT, push, tool
from pyoxigraph import RdfFormat, parse
from servers import Server, numbers

from mca_graph.project import load_project
from mca_graph.queries.catalogue import SavedQuery, catalogue
from mca_graph.store.content import canonical_lines
from shared import RIVERS

QUERIES = catalogue(load_project(ROOT))
LISTED = "PREFIX x: <urn:x-mca-graph:> SELECT (COUNT(*) AS ?n) { GRAPH <%sgraph/pushed> { ?g x:sha256 ?h } }"


def with_examples(query: SavedQuery, *, optional: bool) -> list[str]:
    words = ["query", query.id]
    for parameter in query.params:
        if parameter.example is not None and (parameter.required or optional):
            words += [parameter.option, parameter.example]
    return words


@pytest.mark.parametrize("optional", [False, True], ids=["required", "all-parameters"])
@pytest.mark.parametrize("name", QUERIES)
def test_every_saved_query_gives_the_same(pushed: Server, name: str, optional: bool) -> None:
    query = QUERIES[name]
    if optional and all(parameter.required for parameter in query.params):
        return
    form = "csv" if query.form == "SELECT" else "nquads"
    words = [*with_examples(query, optional=optional), "-f", form]
    here, there = tool(*words, project=ROOT), tool(*words, "--endpoint", pushed.url, project=ROOT)
    assert (there.code, there.err) == (here.code, here.err) == (0, "")
    # Rows that a query does not order, or orders alike, come in the order of the server.
    assert sorted(there.lines) == sorted(here.lines)


@pytest.mark.parametrize("name", ["projects", "projects-serving-community", "funding-by-council"])
def test_tables_with_labels_are_the_same(pushed: Server, name: str) -> None:
    words = with_examples(QUERIES[name], optional=True)
    assert tool(*words, "--endpoint", pushed.url, project=ROOT) == tool(*words, project=ROOT)


@pytest.mark.parametrize(
    "words",
    [
        ("show", "migrefhealth"),
        ("show", "migrefhealth", "-f", "ntriples"),
        ("show", "University of Bristol"),
        ("show", "nothing-like-that"),
        ("search", "coastal"),
        ("search", "health", "community", "-f", "csv"),
        ("query", "projects-serving-community", "--community", "costal-communities"),
    ],
)
def test_show_and_search_say_the_same(pushed: Server, words: tuple[str, ...]) -> None:
    here, there = (
        tool(*words, project=ROOT),
        tool(*words, "--endpoint", pushed.url, project=ROOT),
    )
    assert (there.code, there.err) == (here.code, here.err)
    assert sorted(there.lines) == sorted(here.lines)


@pytest.mark.parametrize("words", [(), ("-f", "json"), ("-f", "turtle"), ("--tag", "partners")])
def test_the_saved_queries_are_the_same(pushed: Server, words: tuple[str, ...]) -> None:
    here = tool("queries", *words, project=ROOT)
    assert tool("queries", *words, "--endpoint", pushed.url, project=ROOT) == here


def test_saved_queries_that_only_the_server_has(pushed: Server, rivers: Path) -> None:
    """What the catalogue tells of one; how its answer is shown stands nowhere but in the project."""
    assert push(pushed, project=rivers).code == 0
    listed, entries = (tool("queries", *words, project=rivers).out for words in ((), ("-f", "json")))
    for path in (rivers / "queries").glob("*.rq"):
        path.unlink()
    words = ("queries", "--endpoint", pushed.url)
    assert tool(*words, project=rivers).out == listed
    untold = {"example", "default", "scheme", "repeat"}

    def told(text: bytes) -> list[dict[str, object]]:
        found = json.loads(text)
        for entry in found:
            entry.pop("view")
            entry["tags"].sort()
            entry["params"] = [
                {key: value for key, value in one.items() if key not in untold} for one in entry["params"]
            ]
        return found

    assert told(tool(*words, "-f", "json", project=rivers).out) == told(entries)
    assert len(told(entries)) == len(list((RIVERS / "queries").glob("*.rq")))


def test_validation_finds_the_same(pushed: Server) -> None:
    here, there = tool("validate", project=ROOT), tool("validate", "--endpoint", pushed.url, project=ROOT)
    assert there.code == here.code
    assert there.lines[:-1] == here.lines[:-1]
    assert there.lines[-1] == here.lines[-1].replace("the whole graph", f"the graph at {pushed.url}")


def test_export_writes_the_same_graphs(pushed: Server) -> None:
    here, there = tool("export", project=ROOT), tool("export", "--endpoint", pushed.url, project=ROOT)
    assert there.code == 0

    def graphs(dump: bytes) -> dict[str, list[str]]:
        found: dict[str, list] = {}  # type: ignore[type-arg]
        for quad in parse(dump, format=RdfFormat.N_QUADS):
            found.setdefault(str(quad.graph_name), []).append(quad)
        return {name: canonical_lines(quads) for name, quads in found.items()}

    assert graphs(there.out) == graphs(here.out)


def test_what_is_there_is_not_sent_again(pushed: Server) -> None:
    done = push(pushed)
    assert done.code == 0
    assert " 0 sent, " in done.err
    assert " 0 removed" in done.err


def test_a_project_of_its_own_beside_it(pushed: Server, rivers: Path) -> None:
    """A graph is replaced, one is removed, one is added: the server follows; the other project stays."""
    base = "https://rivers.example/"
    assert push(pushed, project=rivers).code == 0
    before = numbers(pushed.url, LISTED % base)
    (rivers / "data/contributions/letter-2023.ttl").unlink()
    survey = rivers / "data/contributions/survey-2020.ttl"
    survey.write_text(survey.read_text() + 'river:birch rdfs:label "Birkbach"@de .\n')
    done = push(pushed, project=rivers)
    assert done.code == 0, done.err
    assert "3 sent, 3 there already, 1 removed" in done.err
    assert numbers(pushed.url, LISTED % base) == [before[0] - 1]
    gone = f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{base}graph/contribution/letter-2023> {{ ?s ?p ?o }} }}"
    assert numbers(pushed.url, gone) == [0]
    asked = tool(
        "query", "rivers-with-habitat", "--habitat", "wetland", "--endpoint", pushed.url, project=rivers
    )
    assert asked == tool("query", "rivers-with-habitat", "--habitat", "wetland", project=rivers)


PLANTED = """
@prefix riv: <https://rivers.example/ontology#> . @prefix river: <https://rivers.example/id/river/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix contribution: <https://rivers.example/graph/contribution/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
contribution:planted a prov:Bundle ; prov:wasDerivedFrom <https://rivers.example/planted> .
river:dry a riv:River ; rdfs:label "Dry"@en ; riv:length 0.0 .
river:nameless a riv:Brook ; riv:length 2.0 .
river:wordy a riv:River ; rdfs:label "One"@en, "Other"@en ; riv:length "long" .
"""


def test_planted_defects_are_found_where_the_data_live(pushed: Server, rivers: Path) -> None:
    (rivers / "data/contributions/planted.ttl").write_text(PLANTED)
    assert push(pushed, project=rivers).code == 0
    here, there = (
        tool("validate", "-f", "json", project=rivers),
        tool("validate", "-f", "json", "--endpoint", pushed.url, project=rivers),
    )
    assert here.code == there.code == 1
    assert there.text.replace(f"the graph at {pushed.url}", "the whole graph") == here.text
    assert here.text.count('"code"') == 5


def test_files_are_validated_against_an_endpoint(pushed: Server, rivers: Path, tmp_path: Path) -> None:
    assert push(pushed, project=rivers).code == 0
    file = tmp_path / "planted.ttl"
    file.write_text(PLANTED)
    there = tool("validate", file, "--endpoint", pushed.url, project=rivers)
    assert there == tool("validate", file, project=rivers)
    assert there.code == 1


def test_a_large_answer_comes_whole(pushed: Server, rivers: Path) -> None:
    """More rows than Virtuoso gives at once."""
    lines = "".join(f"river:r{n} riv:mouth {n} .\n" for n in range(11_000))
    survey = rivers / "data/contributions/survey-2020.ttl"
    survey.write_text(survey.read_text() + lines)
    assert push(pushed, project=rivers).code == 0
    text = "SELECT ?r ?n { ?r <https://rivers.example/ontology#mouth> ?n }"
    found = tool("query", "--text", text, "-f", "csv", "--endpoint", pushed.url, project=rivers)
    assert len(found.lines) == 11_001
    assert len(set(found.lines)) == 11_001
    assert tool("query", "--text", text, "-f", "csv", project=rivers).lines[0] == found.lines[0]
