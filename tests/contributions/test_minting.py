"""IRIs of new things: those that the editors of the real graph gave by the same rules."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import pytest
from pyoxigraph import NamedNode
from tables_support import facts, problems, read, tool

from mca_graph.contributions.choices import UnreadableError
from mca_graph.contributions.fill import Filler
from mca_graph.contributions.minting import Mint
from mca_graph.contributions.rules import Path as PropertyPath
from mca_graph.errors import ProjectError
from mca_graph.graph.index import open_graph
from mca_graph.project import IriRule, load_project
from mca_graph.queries.labels import Labels
from mca_graph.store import Term
from shared import RIVERS, ROOT

WITHOUT_REFERENCE = {"https://w3id.org/mca-graph/id/award/romaplaceage"}


@pytest.mark.parametrize(
    "name", ["award", "community-asset", "finding", "organisation", "participation", "person", "place"]
)
def test_the_rules_give_the_ids_that_editors_gave(name: str) -> None:
    project = load_project(ROOT)
    store = open_graph(project)
    filler = Filler(project, store)
    mint, labels, kind = Mint(project, store, filler.kinds), Labels(store, project), filler.kinds.find(name)

    def made(thing: NamedNode) -> NamedNode:
        def values(path: PropertyPath) -> Sequence[Term]:
            if path.inverse:
                return [subject for subject, *_rest in store.match(None, path.property, thing)]
            return [value for *_rest, value in store.match(thing, path.property)]

        return mint.make(kind, labels.label(thing), values)

    things = [thing for thing in filler.things(kind) if thing.value not in WITHOUT_REFERENCE]
    assert things
    assert [made(thing) for thing in things] == things


def test_a_digest_of_what_a_row_says(tmp_path: Path) -> None:
    path = tmp_path / "participation.csv"
    path.write_text(
        "name,activity,participant,role\n"
        "UCL leads,Branching Out,University College London,Lead research organisation\n"
        "Another,Branching Out,University College London,Partner\n"
        "Nobody,Branching Out,,Partner\n"
    )
    table, project = read(path, ROOT)
    parts = (
        "https://w3id.org/mca-graph/id/project/branching-out",
        "https://w3id.org/mca-graph/id/organisation/university-college-london",
        "https://w3id.org/mca-graph/concept/role/partner",
    )
    other = hashlib.sha1("|".join(parts).encode()).hexdigest()[:12]
    assert facts(table, project) == [
        'participation:5b6a1721e4fb rdfs:label "UCL leads"@en',
        "project:branching-out mca:hasParticipation participation:5b6a1721e4fb",
        "participation:5b6a1721e4fb mca:participant organisation:university-college-london",
        "participation:5b6a1721e4fb mca:role role:lead-research-organisation",
        f"participation:{other} rdf:type mca:Participation",
        f'participation:{other} rdfs:label "Another"@en',
        f"project:branching-out mca:hasParticipation participation:{other}",
        f"participation:{other} mca:participant organisation:university-college-london",
        f"participation:{other} mca:role role:partner",
    ]
    assert [found[:2] for found in problems(table)] == [
        ("A4", "there is no id, and something that it is made from is missing")
    ]


def test_where_iris_stand_without_settings() -> None:
    project = load_project(RIVERS)
    store = open_graph(project)
    filler = Filler(project, store)
    mint, kind = Mint(project, store, filler.kinds), filler.kinds.find("river")
    assert mint.namespace(kind) == "https://rivers.example/id/river/"
    assert mint.make(kind, "The Fir (upper)", lambda path: []).value == "https://rivers.example/id/river/fir"
    with pytest.raises(UnreadableError, match="no name to make one from"):
        mint.make(kind, "河川", lambda path: [])


def test_where_things_stand_already(rivers: Path) -> None:
    settings = rivers / "mca-graph.toml"
    settings.write_text(settings.read_text().replace('river = "https', 'water = "https'))
    project = load_project(rivers)
    store = open_graph(project)
    filler = Filler(project, store)
    kind = filler.kinds.find("river")
    assert Mint(project, store, filler.kinds).namespace(kind) == "https://rivers.example/id/river/"


def test_settings_say_how(rivers: Path, tmp_path: Path) -> None:
    with (rivers / "mca-graph.toml").open("a") as file:
        file.write('\n[iris]\n"riv:River" = { from = ["riv:length", "rdfs:label"], namespace = "habitat" }\n')
    project = load_project(rivers)
    assert project.iri_rules == {
        "https://rivers.example/ontology#River": IriRule(
            ("https://rivers.example/ontology#length", "http://www.w3.org/2000/01/rdf-schema#label"),
            namespace="https://rivers.example/concept/habitat/",
        )
    }
    path = tmp_path / "river.csv"
    path.write_text("name,type,length\nElder,brook,7\n")
    table, project = read(path, rivers)
    assert facts(table, project)[0] == "habitat:7-0-elder rdf:type riv:Brook"


@pytest.mark.parametrize(
    "entry",
    [
        '"riv:River" = 3',
        '"riv:River" = { form = [] }',
        '"x:River" = { from = [] }',
        '"riv:River" = { digest = 99 }',
    ],
)
def test_settings_that_make_no_sense(entry: str, rivers: Path) -> None:
    with (rivers / "mca-graph.toml").open("a") as file:
        file.write(f"\n[iris]\n{entry}\n")
    with pytest.raises(ProjectError, match=r"\[iris\]"):
        load_project(rivers)
    assert tool(rivers, "template").code == 2
