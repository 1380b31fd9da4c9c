"""What a query reads: where no changed statement fits it, the engine gives the answer that it gave before."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, QueryBoolean

from mca_graph.graph.assemble import assemble
from mca_graph.project import load_project
from mca_graph.queries.catalogue import catalogue
from mca_graph.queries.reads import Pattern, Reads, note_on, reads_of
from mca_graph.store.embedded import EmbeddedStore

EX = "http://example.org/"
P, Q, TYPE = (f"<{iri}>" for iri in (f"{EX}p", f"{EX}q", "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"))
DEFAULT = DefaultGraph()


@pytest.mark.parametrize(
    ("where", "patterns"),
    [
        (f"?a {P} ?b . ?b a {Q}", [Pattern("?a", P, "?b"), Pattern("?b", TYPE, Q)]),
        (f"?a {P} 'text'", [Pattern("?a", P, "")]),
        ("?a ?any ?b", [Pattern("?a", "?any", "?b")]),
        (f"?a {P} ?b FILTER NOT EXISTS {{ ?b {Q} ?c }}", [Pattern("?a", P, "?b"), Pattern("?b", Q, "?c")]),
        (f"?a {P} ?b MINUS {{ ?a {Q} ?c }}", [Pattern("?a", P, "?b"), Pattern("?a", Q, "?c")]),
        (f"?a {P} ?b . ?b {Q}* ?c", [Pattern("?a", P, "?b"), Pattern("", Q, "")]),
        (f"?a {P}|^{Q} ?b", [Pattern("", P, ""), Pattern("", Q, "")]),
        (f"?a !({P}) ?b", [Pattern("", "", "")]),
        (f"<{EX}a> {P}? ?b", [Pattern("", P, "")]),
        (f"?a {P} ?b . OPTIONAL {{ ?b {Q}* ?c }}", [Pattern("?a", P, "?b"), Pattern("", Q, "")]),
    ],
)
def test_the_patterns_of_a_query(where: str, patterns: list[Pattern]) -> None:
    reads = reads_of(f"SELECT * {{ {where} }}")
    assert reads is not None
    assert sorted(reads.patterns, key=str) == sorted(patterns, key=str)
    assert Reads.from_note(reads.as_note()) == reads


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT * {{ ?a {P}* ?b }}",
        f"SELECT * {{ {{ ?a {P}* ?b }} UNION {{ ?a {Q} ?b }} }}",
        f"SELECT * {{ ?a {P}? ?b . ?c {Q} ?d }}",
        f"DESCRIBE ?a {{ ?a {P} ?b }}",
        f"SELECT * {{ SERVICE <{EX}> {{ ?a {P} ?b }} }}",
        "no query at all",
    ],
)
def test_what_may_begin_anywhere_or_shows_more_is_not_told(query: str) -> None:
    assert note_on(query) is None


@pytest.mark.parametrize(
    ("query", "speaks_of"),
    [
        (f"CONSTRUCT {{ ?a {P} ?b }} {{ ?a {Q} ?b }}", "?a"),
        (f"CONSTRUCT {{ ?a {P} ?b . ?b {P} ?a }} {{ ?a {Q} ?b }}", ""),
        (
            f"CONSTRUCT {{ ?a {P} ?c . ?c {P} ?b }} {{ ?a {Q} ?b BIND(IRI(CONCAT(STR(?a), '#c')) AS ?c) }}",
            "?a",
        ),
        (f"CONSTRUCT {{ ?a {P} ?c . ?c {P} ?b }} {{ ?a {Q} ?b BIND(?b AS ?c) }}", ""),
        (f"CONSTRUCT {{ ?a {P} ?b }} {{ ?a {Q} ?b }} LIMIT 3", ""),
        (f"SELECT * {{ ?a {P} ?b }}", ""),
    ],
)
def test_what_a_construct_speaks_of(query: str, speaks_of: str) -> None:
    reads = reads_of(query)
    assert reads is not None
    assert reads.speaks_of == speaks_of


def test_a_query_in_a_query_and_named_graphs_are_told() -> None:
    inner = reads_of(f"SELECT * {{ {{ SELECT ?a {{ ?a {P} ?b }} LIMIT 1 }} }}")
    in_filter = reads_of(f"SELECT * {{ ?a {P} ?b FILTER EXISTS {{ SELECT ?a {{ ?a {Q} ?b }} }} }}")
    of_graph = reads_of(f"SELECT * {{ ?a {P} ?b FILTER EXISTS {{ GRAPH ?g {{ ?a {Q} ?b }} }} }}")
    assert inner is not None
    assert in_filter is not None
    assert of_graph is not None
    assert (inner.is_flat, in_filter.is_flat, of_graph.is_flat) == (False, False, True)
    assert (inner.other_graphs, of_graph.other_graphs) == (False, True)
    quad = Quad(NamedNode(f"{EX}a"), NamedNode(f"{EX}q"), NamedNode(f"{EX}b"), NamedNode(f"{EX}g"))
    assert [pattern for pattern, _quad in of_graph.touched([quad])] == [Pattern("?a", Q, "?b")]
    assert not list(in_filter.touched([quad]))


PROJECT = load_project(Path(__file__).parents[2])
READS = {
    query.id: (query.text, reads)
    for query in catalogue(PROJECT).values()
    if not any(parameter.required for parameter in query.params) and (reads := reads_of(query.text))
}


@pytest.fixture(scope="module")
def graph() -> EmbeddedStore:
    store = EmbeddedStore()
    assemble(PROJECT, store)
    return store


@pytest.fixture(scope="module")
def quads(graph: EmbeddedStore) -> list[Quad]:
    return sorted(graph.engine, key=str)


@pytest.fixture(scope="module")
def answers(graph: EmbeddedStore) -> dict[str, object]:
    return {name: answer(graph, text) for name, (text, _reads) in READS.items()}


def answer(store: EmbeddedStore, text: str) -> object:
    found = store.query(text)
    return bool(found) if isinstance(found, QueryBoolean) else Counter(map(str, found))


def test_most_saved_queries_tell_what_they_read() -> None:
    assert len(READS) > 25


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_a_query_that_no_change_touches_has_the_same_answer(
    graph: EmbeddedStore, quads: list[Quad], answers: dict[str, object], data: st.DataObject
) -> None:
    """Statements of the project's own go, and others come, made of the same parts."""
    gone = set(data.draw(st.lists(st.sampled_from(quads), min_size=1, max_size=4)))
    parts = st.sampled_from(quads)
    made = {
        Quad(
            data.draw(parts).subject,
            one.predicate,
            data.draw(st.sampled_from([one.object, Literal("x")])),
            one.graph_name,
        )
        for one in data.draw(st.lists(parts, max_size=4))
    }
    come = {quad for quad in made if quad not in graph.engine}
    untouched = [name for name, (_text, reads) in READS.items() if not list(reads.touched(gone | come))]
    try:
        for quad in gone:
            graph.engine.remove(quad)
        graph.engine.extend(come)
        for name in untouched:
            assert answer(graph, READS[name][0]) == answers[name], (name, gone, come)
    finally:
        for quad in come:
            graph.engine.remove(quad)
        graph.engine.extend(gone)
