"""Binding and refusing: the tokens of SPARQL, and what binding does to a query's answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, Store

from mca_graph.errors import LimitError, QueryError
from mca_graph.queries.sparql import bind, check, groups, variables

EX = "http://example.org/"
THINGS = [NamedNode(f"{EX}{name}") for name in ("a", "b", "c", "d")]
KNOWS, LIKES, AGE = (NamedNode(EX + name) for name in ("knows", "likes", "age"))

TEMPLATES = {
    "join": "SELECT ?x ?v WHERE { ?x <http://example.org/knows> ?v . ?v <http://example.org/likes> ?y }",
    "path": "SELECT ?x ?v WHERE { ?x <http://example.org/knows>+ ?v }",
    "optional": (
        "SELECT ?x ?v ?y WHERE { ?x <http://example.org/knows> ?v"
        " OPTIONAL { ?v <http://example.org/likes> ?y } }"
    ),
    "union": (
        "SELECT ?x ?v WHERE { { ?x <http://example.org/knows> ?v }"
        " UNION { ?x <http://example.org/likes> ?v } }"
    ),
    "aggregate": "SELECT ?v (COUNT(?x) AS ?n) WHERE { ?x <http://example.org/knows> ?v } GROUP BY ?v",
    "subquery": (
        "SELECT ?v ?n WHERE { { SELECT ?v (COUNT(?x) AS ?n) WHERE"
        " { ?x <http://example.org/knows> ?v } GROUP BY ?v } ?v <http://example.org/likes> ?y }"
    ),
    "not exists": (
        "SELECT ?x ?v WHERE { ?x <http://example.org/knows> ?v"
        " FILTER NOT EXISTS { ?v <http://example.org/likes> ?x } }"
    ),
    "graph": "SELECT ?x ?v WHERE { ?x <http://example.org/knows> ?v FILTER(?v != ?x) }",
}

triples = st.lists(
    st.builds(Quad, st.sampled_from(THINGS), st.sampled_from([KNOWS, LIKES]), st.sampled_from(THINGS)),
    max_size=12,
)


def rows(store: Store, query: str) -> list[tuple[str, ...]]:
    answer = store.query(query)
    assert isinstance(answer, QuerySolutions)
    names = [variable.value for variable in answer.variables]
    return sorted(tuple(f"{name}={row[name]}" for name in names) for row in answer)


@given(
    data=triples,
    template=st.sampled_from(sorted(TEMPLATES)),
    values=st.sets(st.sampled_from(THINGS), min_size=1),
)
def test_binding_selects_the_rows_that_have_the_values(
    data: list[Quad], template: str, values: set[NamedNode]
) -> None:
    """Each template shows ?v, so binding it must keep just the rows with a bound value."""
    store = Store()
    store.extend(data)
    query = TEMPLATES[template]
    kept = [row for row in rows(store, query) if any(f"v={value}" in row for value in values)]
    assert rows(store, bind(query, {"v": [str(value) for value in values]})) == kept


@given(text=st.text(max_size=40))
def test_a_bound_string_is_that_string(text: str) -> None:
    store = Store()
    try:
        literal = Literal(text)
    except ValueError:
        return
    bound = bind("SELECT ?v WHERE { FILTER(BOUND(?v)) }", {"v": [str(literal)]})
    answer = store.query(bound)
    assert isinstance(answer, QuerySolutions)
    assert [row["v"] for row in answer] == [literal]


@pytest.mark.parametrize(
    "query",
    [
        'SELECT ?x WHERE { ?x ?p "?v" }',
        "SELECT ?x WHERE { ?x ?p '''a ' ?v''' }",
        "SELECT ?x WHERE { ?x ?p <http://example.org/?v> }",
        "SELECT ?x WHERE { ?x ?p ?o # ?v\n }",
        'SELECT ?x WHERE { ?x ?p "a \\" ?v" }',
    ],
)
def test_a_variable_in_text_is_none(query: str) -> None:
    assert "v" not in variables(query)
    with pytest.raises(QueryError, match=r"\?v is used in no group"):
        bind(query, {"v": ["<http://example.org/a>"]})


def test_a_value_given_twice_multiplies_no_rows() -> None:
    bound = bind("SELECT ?v WHERE { FILTER(BOUND(?v)) }", {"v": ['"a"', '"a"']})
    assert bound == 'SELECT ?v WHERE { VALUES ?v { "a" } FILTER(BOUND(?v)) }'


def test_templates_and_data_are_not_groups() -> None:
    query = "CONSTRUCT { ?s ?p ?v } WHERE { VALUES ?v { <urn:a> } { SELECT ?s WHERE { ?s ?p ?v } } }"
    assert [group.variables for group in groups(query)] == [{"v"}, {"s", "p", "v"}]


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("SELECT * WHERE { SERVICE <http://example.org/> { ?s ?p ?o } }", "SERVICE is not allowed"),
        ("SELECT * WHERE { service silent <http://example.org/> { ?s ?p ?o } }", "SERVICE is not allowed"),
        ("LOAD <http://example.org/>", "LOAD is not allowed"),
        ("PREFIX a: <b:> INSERT DATA { <a:a> <a:b> <a:c> }", "INSERT is not allowed"),
        ("DROP ALL", "DROP is not allowed"),
    ],
)
def test_what_reaches_out_or_changes_is_refused(query: str, reason: str) -> None:
    with pytest.raises(QueryError, match=reason):
        check(query)


def test_a_word_in_a_string_or_a_name_is_not_refused() -> None:
    assert check('PREFIX service: <x:> SELECT * { ?service service:load "SERVICE" }') == "SELECT"


@pytest.mark.parametrize("bracket", ["{", "(", "["])
def test_deep_nesting_is_refused_before_the_engine_sees_it(bracket: str) -> None:
    with pytest.raises(LimitError, match="nests more than 200 deep"):
        check(f"SELECT * WHERE {{ {bracket * 20_000}")
