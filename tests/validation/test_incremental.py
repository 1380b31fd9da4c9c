"""What a change can matter to is checked, nothing else matters, and nobody can tell it from a full check."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from incremental_support import COUNTS, HEAD, QUERIES, shapes, triples
from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, parse

from mca_graph.findings import Finding
from mca_graph.graph.index import open_graph
from mca_graph.project import Project, load_project
from mca_graph.rdf.positions.read import read_document
from mca_graph.store.embedded import EmbeddedStore
from mca_graph.validation.data import DataGraph, whole_graph, with_sources
from mca_graph.validation.fast import validate
from mca_graph.validation.incremental.change import Change, change_of
from mca_graph.validation.incremental.check import Checker, validate_change
from mca_graph.validation.incremental.lookups import Base
from mca_graph.validation.incremental.query import group_of
from mca_graph.validation.incremental.reads import roots
from mca_graph.validation.incremental.triples import NotUnderstoodError
from mca_graph.validation.shapes import Shapes
from shared import ROOT, Invoke

PREFIXES = "PREFIX : <http://example.org/> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "


def one_form(term: str | None) -> str | None:
    return term and term.replace('"01"', '"1"')


def alike(found: Iterable[Finding]) -> set[Finding]:
    """Findings, of which SPARQL's show one form of a number, for it does not tell 1 from 01."""
    in_sparql = {"SPARQLConstraintComponent", "Unlinked", "Unmet"}
    return {
        replace(one, focus=one_form(one.focus), value=one_form(one.value))
        if one.component in in_sparql
        else one
        for one in found
    }


def full(data: list[Triple], rules: Shapes) -> set[Finding]:
    return alike(validate(DataGraph(data), rules, "en"))


def check_change(held: list[Triple], rules: Shapes, said: list[Triple], removed: set[Triple]) -> None:
    """Compare the check of a change with the check of the whole graph, before and after it."""
    store = EmbeddedStore.of(Quad(one.subject, one.predicate, one.object) for one in held)
    base = Base(store, [None])
    before = list(dict.fromkeys(base.triples()))
    out = frozenset(removed & set(before) - set(said))
    added = tuple(one for one in said if one not in base)
    change = Change(base, added, out, frozenset(one.subject for one in said))
    after = [*(one for one in before if one not in out), *added]

    checker = Checker(change, rules, "en")
    found_after, found_before = alike(checker.after()), alike(checker.before())
    full_after, full_before = full(after, rules), full(before, rules)

    assert found_after <= full_after
    assert found_before <= full_before
    assert full_after - found_after == full_before - found_before
    assert full_after - full_before == found_after - found_before
    mentioned = {str(node) for node in change.mentioned}
    assert {one for one in full_after if one.focus in mentioned} <= found_after


@settings(max_examples=2000, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(st.randoms(use_true_random=False))
def test_a_change_is_checked_as_if_everything_were(chance: Random) -> None:
    held = triples(chance, 25)
    removed = {one for one in held if not chance.randrange(8)}
    check_change(held, Shapes(shapes(chance)), triples(chance, 5), removed)


@cache
def real_graph() -> tuple[Shapes, list[Triple]]:
    project = load_project(ROOT)
    data = whole_graph(project, open_graph(project))
    return Shapes.read(project.shape_files), data.triples


@pytest.mark.parametrize("seed", range(12))
def test_an_edit_of_the_real_graph_is_checked_as_if_everything_were(seed: int) -> None:
    rules, data = real_graph()
    chance = Random(seed)
    new = NamedNode("https://w3id.org/mca-graph/id/project/new")
    said: dict[Triple, None] = {}
    for _ in range(chance.randrange(12)):
        one, other = chance.choice(data), chance.choice(data)
        said[
            chance.choice(
                (
                    Triple(one.subject, one.predicate, other.object),
                    Triple(other.subject, one.predicate, one.object),
                    Triple(one.subject, one.predicate, new),
                    Triple(new, one.predicate, one.object),
                )
            )
        ] = None
    check_change(data, rules, list(said), set(chance.sample(data, chance.randrange(10))))


def test_no_shape_of_ours_needs_the_whole_graph(mca: Project) -> None:
    assert [root.shape for root in roots(Shapes.read(mca.shape_files)) if root.reads_all] == []


@pytest.mark.parametrize("name", ["branching-out", "programme", "opportunity"])
def test_a_contribution_is_checked_without_reading_the_whole_graph(
    mca: Project, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [path for path in mca.contribution_files if name in path.stem] or mca.contribution_files[:3]
    read = Base.triples

    def some(self: Base, predicate: NamedNode | None = None) -> Iterator[Triple]:
        assert predicate is not None, "everything is read"
        return read(self, predicate)

    monkeypatch.setattr(Base, "triples", some)
    sources = [read_document(path) for path in paths]
    rules = Shapes.read(mca.shape_files)
    assert list(validate_change(mca, open_graph(mca), sources, rules, "en")) is not None


NEW_PROJECT = """
PREFIX mca: <https://w3id.org/mca-graph/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

<https://w3id.org/mca-graph/id/project/tide-songs> a mca:Project ;
    rdfs:label "Tide songs"@en ;
    mca:partOf <https://w3id.org/mca-graph/id/phase/3> ;
    mca:servesCommunity <https://w3id.org/mca-graph/concept/community/coastal-communities> ;
    mca:hasParticipation <https://w3id.org/mca-graph/id/participation/00000000000a> .
<https://w3id.org/mca-graph/id/participation/00000000000a> a mca:Participation ;
    rdfs:label "Tide songs, partner"@en ;
    mca:participant <https://w3id.org/mca-graph/id/organisation/university-of-bristol> ;
    mca:role <https://w3id.org/mca-graph/concept/role/partner> .
"""


def test_a_new_project_matters_to_itself_and_to_what_it_names(mca: Project, tmp_path: Path) -> None:
    file = tmp_path / "tide-songs.ttl"
    file.write_text(NEW_PROJECT, encoding="utf-8")
    rules = Shapes.read(mca.shape_files)
    change = change_of(mca, open_graph(mca), [read_document(file)], rules.triples)
    affected = Checker(change, rules, "en").affected.values()
    names = {
        str(node).removeprefix("<https://w3id.org/mca-graph/id/") for nodes in affected for node in nodes
    }
    assert names == {
        "project/tide-songs>",
        "participation/00000000000a>",
        "phase/3>",  # how many projects it has is compared with what is said of it
        "organisation/university-of-bristol>",  # it must take part in something
    }


CONTRIBUTION = """
@prefix riv: <https://rivers.example/ontology#> . @prefix river: <https://rivers.example/id/river/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""


@pytest.mark.parametrize(
    "text",
    [
        "river:new a riv:River .",
        'river:new a riv:River ; rdfs:label "New"@en ; riv:length -2.0 .',
        "{known} riv:length 17.5 .",
        "{known} riv:length 17.5 , 18.5 .",
        "<{graph}#denial-1> a owl:NegativePropertyAssertion ; owl:sourceIndividual {known} ; "
        "owl:assertionProperty rdfs:label ; owl:targetValue {label} .",
    ],
    ids=["lacks a name", "wrong length", "another length", "two lengths", "denies the name"],
)
def test_a_contribution_is_found_fault_with_as_in_the_whole_graph(rivers: Path, text: str) -> None:
    project = load_project(rivers)
    store = open_graph(project)
    label = NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    kind = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    river, *_rest = next(store.match(None, kind, NamedNode("https://rivers.example/ontology#River")))
    value = next(store.match(river, label))[2]
    graph = project.graph("contribution/fresh")
    file = rivers / "fresh.ttl"
    file.write_text(CONTRIBUTION + text.format(known=river, label=value, graph=graph), encoding="utf-8")
    sources = [read_document(file)]
    rules = Shapes.read(project.shape_files)

    data = with_sources(project, store, sources)
    known = set(validate(whole_graph(project, store), rules, "en"))
    expected = {
        one for one in validate(data, rules, "en") if one.focus in (data.mentioned or ()) or one not in known
    }
    assert set(validate_change(project, store, sources, rules, "en")) == expected
    assert bool(expected) == (text != "{known} riv:length 17.5 .")


def test_a_store_on_disk_gives_the_same_answer(rivers: Path, tmp_path: Path, invoke: Invoke) -> None:
    file = tmp_path / "fresh.ttl"
    file.write_text(f"{CONTRIBUTION} river:new a riv:River .", encoding="utf-8")
    assert invoke("--project", rivers, "load", tmp_path / "store").exit_code == 0
    from_index = invoke("--project", rivers, "validate", file)
    from_store = invoke("--project", rivers, "validate", file, "--store", tmp_path / "store")
    assert from_index.exit_code == from_store.exit_code == 1
    assert from_index.output == from_store.output


@pytest.mark.parametrize("query", [*QUERIES, *COUNTS])
def test_it_is_known_what_a_query_reads(query: str) -> None:
    text = query.format(p=":p", q=":q", r=":r")
    text = text if text.startswith("SELECT") else f"SELECT $this ?value WHERE {{ {text} }}"
    if "GRAPH" in text:
        with pytest.raises(NotUnderstoodError):
            group_of(PREFIXES + text, ["this"])
    else:
        group = group_of(PREFIXES + text, ["this"])
        assert group.patterns or group.unions or group.optionals


@pytest.mark.parametrize(
    "text",
    [
        "SELECT $this WHERE { $this :p ?value } LIMIT 1",
        "SELECT $this WHERE { { SELECT $this WHERE { $this :p ?value } ORDER BY ?value LIMIT 1 } }",
        "SELECT (COUNT(?value) AS ?many) WHERE { $this :p ?value }",
        "SELECT $this FROM <http://example.org/g> WHERE { $this :p ?value }",
        "SELECT $this WHERE { $this :p ( 1 2 ) }",
        "SELECT $this WHERE { $this unknown:p ?value }",
        "SELECT $this WHERE { $this :p ?value . MINUS { $this :q ?value } }",
        "SELECT $this WHERE { $this :p ?value . SERVICE :s { $this :q ?value } }",
        "SELECT $this (EXISTS { $this :p 1 } AS ?value) WHERE { $this :q ?other }",
        "DESCRIBE $this",
    ],
)
def test_a_query_that_is_not_understood_is_refused(text: str) -> None:
    with pytest.raises(NotUnderstoodError):
        group_of(PREFIXES + text, ["this"])


def test_a_shape_that_is_not_understood_reads_everything() -> None:
    text = f"""{HEAD} :S sh:targetClass :C ; sh:sparql [ sh:prefixes :prefixes ;
      sh:select "SELECT $this WHERE {{ $this :p ?x . GRAPH ?g {{ ?x :q ?y }} }}" ] ."""
    found = roots(Shapes(parse(text, format=RdfFormat.TURTLE)))
    assert [root.reads_all for root in found] == [True]


def test_the_check_needs_neither_rdflib_nor_pyshacl() -> None:
    code = (
        "import sys, mca_graph.validation.run, mca_graph.validation.incremental.check as _;"
        "sys.exit(bool({'rdflib', 'pyshacl'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
