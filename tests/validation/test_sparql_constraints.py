"""Constraints in SPARQL wherever a shape may have one: SHACL, sections 5 and 6."""

from __future__ import annotations

import pytest
from validation_support import results, told

from mca_graph.errors import McaGraphError

DATA = """
:a a :T ; :p :b , :c ; :q 1 .
:b :bad true ; :p :d .
:c :p :b .
:d :bad true .
:e a :T ; :p :c .
"""

BAD = 'sh:sparql [ sh:select "SELECT $this WHERE { $this <http://example.org/bad> ?is }" ]'
"""A constraint that :b and :d break."""


@pytest.mark.parametrize(
    ("shapes", "expected"),
    [
        pytest.param(f":S sh:targetNode :b , :c ; {BAD} .", ["b b SPARQL"], id="node shape"),
        pytest.param(
            f":S sh:targetClass :T ; sh:property [ sh:path :p ; sh:property [ sh:path :p ; {BAD} ] ] .",
            ["b - SPARQL"],
            id="property shape below a property shape: its focus nodes are the values of the outer path",
        ),
        pytest.param(
            f":S sh:targetClass :T ; sh:property [ sh:path :p ; sh:node :N ] . :N {BAD} .",
            ["a b Node"],
            id="below sh:node",
        ),
        pytest.param(
            f":S sh:targetClass :T ; sh:property [ sh:path :p ; sh:not :N ] . :N {BAD} .",
            ["a c Not", "e c Not"],
            id="below sh:not",
        ),
        pytest.param(
            f":S sh:targetClass :T ; sh:property [ sh:path :p ; sh:or ( [ sh:hasValue :b ] [ {BAD} ] ) ] .",
            [],
            id="below sh:or",
        ),
        pytest.param(
            f":S sh:targetNode :b , :c ; sh:and ( [ {BAD} ] [ sh:nodeKind sh:IRI ] ) .",
            ["b b And"],
            id="below sh:and",
        ),
        pytest.param(
            f":S sh:targetNode :b , :c ; sh:xone ( [ {BAD} ] [ sh:nodeKind sh:IRI ] ) .",
            ["c c Xone"],
            id="below sh:xone",
        ),
        pytest.param(
            f":S sh:targetClass :T ; sh:property [ sh:path :p ; sh:qualifiedValueShape [ {BAD} ] ;"
            " sh:qualifiedMaxCount 0 ] .",
            ["a - QualifiedMaxCount", "e - QualifiedMaxCount"],
            id="below sh:qualifiedValueShape",
        ),
        pytest.param(
            f":S sh:targetNode :a , :b , :c ; sh:not :P . :P sh:path :p ; {BAD} .",
            ["a a Not", "c c Not"],
            id="property shape below sh:not",
        ),
        pytest.param(
            f":S sh:targetNode :b , :c ; sh:or ( :P [ sh:in ( :x ) ] ) . :P sh:path :p ; {BAD} .",
            ["b b Or"],
            id="property shape in a list",
        ),
        pytest.param(
            f":S sh:targetNode :a , :c ; sh:not [ sh:property [ sh:path :p ; sh:property"
            f" [ sh:path :none ; {BAD} ] ] ] .",
            [],
            id="two property shapes deep below sh:not",
        ),
        pytest.param(
            f":S sh:targetNode :b ; sh:node :N ; sh:property [ sh:path :p ; sh:node :N ] ; {BAD} ."
            f" :N {BAD} ; sh:targetNode :d .",
            ["b b Node", "b b SPARQL", "b d Node", "d d SPARQL"],
            id="both a target of its own and a condition of another",
        ),
        pytest.param(f":S sh:targetNode :b ; sh:deactivated true ; {BAD} .", [], id="shape switched off"),
        pytest.param(
            ':S sh:targetNode :b ; sh:sparql [ sh:deactivated true ; sh:select "SELECT $this WHERE {}" ] .',
            [],
            id="constraint switched off",
        ),
        pytest.param(
            f":S sh:targetNode :b ; sh:node :N . :N {BAD} ; sh:deactivated true .",
            [],
            id="condition switched off",
        ),
        pytest.param(
            f":S sh:targetNode :b ; sh:closed true ; sh:node :N ; sh:property [ sh:path :bad ] ,"
            f" [ sh:path :p ] . :N {BAD} .",
            ["b b Node"],
            id="marks do not open or break a closed shape",
        ),
    ],
)  # fmt: skip
def test_constraint_takes_effect_where_it_hangs(shapes: str, expected: list[str]) -> None:
    assert told(DATA, shapes) == expected


BLANK = """
_:x a :T ; :p "007"^^xsd:integer , _:y .
_:y :bad true .
"""


def test_blank_focus_nodes() -> None:
    assert told(BLANK, f":S sh:targetSubjectsOf :bad ; {BAD} .") == ["_: _: SPARQL"]


def test_blank_focus_nodes_have_one_name_in_every_result() -> None:
    found = results(BLANK, f":S sh:targetSubjectsOf :bad ; sh:nodeKind sh:IRI ; {BAD} .")
    assert len({result.focus for result in found}) == 1
    assert len(found) == 2


def test_blank_nodes_below_a_condition() -> None:
    shapes = f":S sh:targetClass :T ; sh:property [ sh:path :p ; sh:node [ {BAD} ] ] ."
    assert told(BLANK, shapes) == ["_: _: Node"]


LITERAL = (
    'sh:sparql [ sh:select "SELECT $this WHERE { FILTER(isNumeric($this)) }" ;'
    ' sh:message "{$this} is a number, says {?nobody}" ]'
)


def test_literal_focus_nodes_keep_their_form() -> None:
    (found,) = results(BLANK, f":S sh:targetObjectsOf :p ; {LITERAL} .")
    assert found.focus == '"007"^^<http://www.w3.org/2001/XMLSchema#integer>' == found.value
    assert found.messages == (("007 is a number, says {?nobody}", ""),)


def test_literals_below_a_condition() -> None:
    shapes = f":S sh:targetClass :T ; sh:property [ sh:path :p ; sh:node [ {LITERAL} ] ] ."
    assert told(BLANK, shapes) == ['_: "007"^^<http://www.w3.org/2001/XMLSchema#integer> Node']


def test_value_is_given_as_it_was_typed() -> None:
    query = "SELECT * WHERE { $this ?path ?value FILTER(?value = 7) }"
    shapes = f':S sh:targetClass :T ; sh:sparql [ sh:select "{query}" ] .'
    (found,) = results(BLANK, shapes)
    assert found.value == '"007"^^<http://www.w3.org/2001/XMLSchema#integer>'
    assert found.path == "<http://example.org/p>"


@pytest.mark.parametrize(
    ("path", "values"),
    [
        (":p", ["a b", "a c", "e c"]),
        ("[ sh:inversePath :p ]", []),
        ("( :p :p )", ["a b", "a d", "e b"]),
        ("[ sh:alternativePath ( :p :q ) ]", ["a 1", "a b", "a c", "e c"]),
        ("( [ sh:zeroOrMorePath :p ] :bad )", ["a true", "e true"]),
        ("( :p [ sh:inversePath :p ] )", ["a a", "a c", "a e", "e a", "e e"]),
        ("[ sh:inversePath [ sh:inversePath :p ] ]", ["a b", "a c", "e c"]),
    ],
)
def test_path_of_a_property_shape_is_put_into_the_query(path: str, values: list[str]) -> None:
    shapes = f""":S sh:targetClass :T ; sh:property [ sh:path {path} ;
        sh:sparql [ sh:select "SELECT DISTINCT $this ?value WHERE {{ $this $PATH ?value }}" ] ] ."""
    found = [line.removesuffix(" SPARQL") for line in told(DATA, shapes)]
    plain = [line.replace("^^<http://www.w3.org/2001/XMLSchema#", " ").split(" ")[:2] for line in found]
    assert [" ".join(part.strip('"') for part in line) for line in plain] == values


COMPONENT = """
:Component a sh:ConstraintComponent ; sh:parameter [ sh:path :least ] , [ sh:path :unit ; sh:optional true ] ;
  sh:message "{$value} is under {$least}"@en , "{$value} liegt unter {$least}"@de ;
  sh:validator [ sh:ask "ASK { FILTER($value >= $least) }" ] .
"""


def test_component_is_asked_about_each_value() -> None:
    shapes = COMPONENT + ":S sh:targetNode :a , :z ; sh:property [ sh:path :p ; :least 5 ] ."
    found = results(":a :p 4 , 5 , 6 . :z :p 4 .", shapes)
    assert sorted((result.focus, result.value) for result in found) == [
        ("<http://example.org/a>", '"4"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        ("<http://example.org/z>", '"4"^^<http://www.w3.org/2001/XMLSchema#integer>'),
    ]
    assert found[0].messages == (("4 is under 5", "en"), ("4 liegt unter 5", "de"))


def test_each_value_of_one_parameter_is_a_constraint() -> None:
    component = COMPONENT.replace(" , [ sh:path :unit ; sh:optional true ]", "")
    assert (
        len(
            results(
                ":a :p 4 .", component + ":S sh:targetNode :a ; sh:property [ sh:path :p ; :least 5 , 6 ] ."
            )
        )
        == 2
    )


def test_component_below_a_condition() -> None:
    shapes = COMPONENT + ":S sh:targetNode :a ; sh:property [ sh:path :p ; sh:not [ :least 5 ] ] ."
    assert told(":a :p 4 , 5 .", shapes) == ['a "5"^^<http://www.w3.org/2001/XMLSchema#integer> Not']


def test_limit_counts_for_each_focus_node() -> None:
    shapes = (
        ':S sh:targetClass :T ; sh:sparql [ sh:select "SELECT $this ?value WHERE'
        ' { $this <http://example.org/p> ?value } ORDER BY ?value LIMIT 1" ] .'
    )
    assert told(DATA, shapes) == ["a b SPARQL", "e c SPARQL"]


def test_groups_are_made_for_each_focus_node() -> None:
    shapes = (
        ':S sh:targetClass :T ; sh:sparql [ sh:select "SELECT $this (COUNT(?v) AS ?value) WHERE'
        ' { $this <http://example.org/p> ?v } GROUP BY $this HAVING (COUNT(?v) > 1)" ] .'
    )
    assert told(DATA, shapes) == ['a "2"^^<http://www.w3.org/2001/XMLSchema#integer> SPARQL']


@pytest.mark.parametrize(
    "body",
    [
        "FILTER NOT EXISTS { $this <http://example.org/bad> true }",
        "OPTIONAL { $this <http://example.org/bad> ?is } FILTER(!bound(?is))",
        "OPTIONAL { FILTER EXISTS { $this <http://example.org/bad> true } BIND(1 AS ?is) }"
        " FILTER(!bound(?is))",
        "{ FILTER NOT EXISTS { { $this <http://example.org/bad> true } } } UNION { FILTER(false) }",
        "{ { BIND($this AS ?that) } FILTER NOT EXISTS { ?that <http://example.org/bad> true } }",
        "{ SELECT $this (COUNT(?is) AS ?n) WHERE { OPTIONAL { $this <http://example.org/bad> ?is } }"
        " GROUP BY $this } FILTER(?n = 0)",
        "FILTER NOT EXISTS { FILTER EXISTS { ?x <http://example.org/bad> true FILTER(?x = $this) } }",
    ],
)
def test_focus_node_is_bound_everywhere_in_a_query(body: str) -> None:
    shapes = (
        f':S sh:targetNode :a , :b , :nowhere ; sh:sparql [ sh:select "SELECT $this WHERE {{ {body} }}" ] .'
    )
    assert told(DATA, shapes) == ["a a SPARQL", "nowhere nowhere SPARQL"]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT $this WHERE { $this ?p ?o MINUS { $this ?p 1 } }",
        "SELECT $this WHERE { VALUES ?x { 1 } }",
        "SELECT $this WHERE { SERVICE <http://example.org/> { ?s ?p ?o } }",
        "SELECT $this WHERE { { SELECT ?x WHERE { ?x ?p ?o } } }",
        "SELECT $this WHERE { { SELECT * WHERE { ?x ?p ?o } } }",
        "SELECT $this WHERE { BIND(1 AS $currentShape) }",
        "SELECT $this WHERE { this is no SPARQL }",
        "ASK { $this ?p ?o }",
        "SELECT $this (true AS ?failure) WHERE { }",
    ],
)
def test_query_that_cannot_be_right_is_an_error(query: str) -> None:
    with pytest.raises(McaGraphError):
        results(DATA, f':S sh:targetNode :a ; sh:sparql [ sh:select "{query}" ] .')


def test_word_in_a_text_is_no_keyword() -> None:
    query = "SELECT $this WHERE { FILTER(STR($this) != 'MINUS { VALUES SERVICE }') }"
    assert told(DATA, f':S sh:targetNode :a ; sh:sparql [ sh:select "{query}" ] .') == ["a a SPARQL"]


def test_constraint_without_query_is_an_error() -> None:
    with pytest.raises(McaGraphError, match="no sh:select"):
        results(DATA, ":S sh:targetNode :a ; sh:sparql [ ] .")


def test_severity_is_that_of_the_shape() -> None:
    (found,) = results(DATA, f":S sh:targetNode :b ; sh:severity sh:Warning ; {BAD} .")
    assert found.severity == "http://www.w3.org/ns/shacl#Warning"
