"""Where engines disagree: each case is settled by the specification, with the section that settles it.

Other engines are asked too, and what they get wrong is expected to fail: when one of them has learnt
it, the test says so.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
import rdflib
from validation_support import PREFIXES, graph, shapes_graph

from mca_graph.validation import fast, reference

Engine = Callable[[str, str], "list[str]"]

EX = "http://example.org/"


def by_fast(data: str, shapes: str) -> list[str]:
    found = fast.validate(graph(data), shapes_graph(shapes), "en")
    return sorted(f"{finding.focus} {finding.component}" for finding in found)


def by_pyshacl(data: str, shapes: str) -> list[str]:
    found = reference.validate(graph(data), shapes_graph(shapes), "en")
    return sorted(f"{finding.focus} {finding.component}" for finding in found)


def by_bare_validator(data: str, shapes: str) -> list[str]:
    import shacl

    report = shacl.Shapes.from_turtle(PREFIXES + shapes).validate_turtle(PREFIXES + data)
    return sorted(f"{result.focus_node} {result.component}" for result in report.results)


def by_shifty(data: str, shapes: str) -> list[str]:
    import shifty

    _conforms, report, _text = shifty.validate(PREFIXES + data, PREFIXES + shapes, graph_mode="data")
    rows = report.query(
        "PREFIX sh: <http://www.w3.org/ns/shacl#> SELECT ?focus ?component WHERE"
        " { ?result sh:focusNode ?focus ; sh:sourceConstraintComponent ?component }"
    )
    return sorted(f"{row.focus.n3()} {row.component.rpartition('#')[2]}" for row in rows)


def by_pyshacl_on_oxigraph(data: str, shapes: str) -> list[str]:
    import pyshacl

    pytest.importorskip("oxrdflib")
    store = rdflib.Graph(store="Oxigraph").parse(data=PREFIXES + data, format="turtle")
    _conforms, report, _text = pyshacl.validate(store, shacl_graph=PREFIXES + shapes)
    assert isinstance(report, rdflib.Graph)
    sh = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    return sorted(
        f"{focus.n3()} {str(report.value(result, sh.sourceConstraintComponent)).rpartition('#')[2]}"
        for result, focus in report.subject_objects(sh.focusNode)
    )


def wrong(engine: Engine, why: str) -> object:
    return pytest.param(engine, marks=pytest.mark.xfail(strict=True, reason=why))


DATES = """
:right :start "2024-03-01"^^xsd:date ; :end "2026-09-30"^^xsd:date .
:wrong :start "2026-01-01"^^xsd:date ; :end "2025-01-01"^^xsd:date .
"""
ORDER_IN_SPARQL = """
:S sh:targetSubjectsOf :start ; sh:sparql [ sh:select
  "SELECT $this { $this <http://example.org/start> ?a ; <http://example.org/end> ?b FILTER(?b < ?a) }" ] .
"""


@pytest.mark.parametrize(
    "engine",
    [by_fast, by_pyshacl, by_shifty, wrong(by_bare_validator, "its SPARQL orders xsd:dateTime alone")],
)
def test_dates_have_an_order_in_sparql(engine: Engine) -> None:
    """XPath and XQuery Functions 3.1, section 9.6, defines < for xsd:date.

    SPARQL 1.1, section 17.3, asks for dateTime only but lets an engine extend an operator; SHACL,
    section 5.3.1, wants each solution reported, and an error in FILTER hides one silently.
    """
    assert engine(DATES, ORDER_IN_SPARQL) == [f"<{EX}wrong> SPARQLConstraintComponent"]


ILL_FORMED = """
:day :start "2024-02-30"^^xsd:date ; :end "2024-03-01"^^xsd:date .
:word :start "soon"^^xsd:date ; :end "2024-03-01"^^xsd:date .
:kind :start "2024-02-01"^^xsd:date ; :end 2025 .
:right :start "2024-02-01"^^xsd:date ; :end "2024-03-01"^^xsd:date .
"""


@pytest.mark.parametrize(
    "engine",
    [
        by_fast,
        by_bare_validator,
        by_shifty,
        wrong(by_pyshacl, "it compares ill-formed literals as if they were texts"),
    ],
)
def test_what_cannot_be_compared_is_not_less(engine: Engine) -> None:
    """SHACL, section 4.5.3: a result for each pair "where the first value is not less than the second
    value (based on SPARQL's < operator) or where the two values cannot be compared"."""
    shapes = ":S sh:targetSubjectsOf :start ; sh:property [ sh:path :start ; sh:lessThan :end ] ."
    expected = [f"<{EX}{name}> LessThanConstraintComponent" for name in ("day", "kind", "word")]
    assert engine(ILL_FORMED, shapes) == expected


@pytest.mark.parametrize("engine", [by_fast, by_bare_validator, by_shifty, by_pyshacl])
def test_ill_formed_literal_has_not_its_datatype(engine: Engine) -> None:
    """SHACL, section 4.1.2: a result for each value node that is ill-formed in an XSD datatype that
    SPARQL 1.1 supports; xsd:date is checked like them (W3C test datatype-ill-formed)."""
    shapes = ":S sh:targetSubjectsOf :start ; sh:property [ sh:path :start ; sh:datatype xsd:date ] ."
    expected = [f"<{EX}{name}> DatatypeConstraintComponent" for name in ("day", "word")]
    assert engine(ILL_FORMED, shapes) == expected


@pytest.mark.parametrize("engine", [by_fast, by_bare_validator, by_shifty, by_pyshacl])
def test_sparql_based_constraint_is_never_passed_over(engine: Engine) -> None:
    """SHACL, section 5: a SHACL-SPARQL processor validates with sh:sparql; some leave it out silently."""
    shapes = """
    :S sh:targetSubjectsOf :start ; sh:sparql [ sh:select
      "SELECT $this WHERE { $this <http://example.org/start> ?a FILTER(STR(?a) = 'soon') }" ] .
    """
    assert engine(ILL_FORMED, shapes) == [f"<{EX}word> SPARQLConstraintComponent"]


@pytest.mark.parametrize(
    "engine",
    [
        by_fast,
        by_bare_validator,
        by_shifty,
        by_pyshacl,
        wrong(by_pyshacl_on_oxigraph, "the store gives plain literals a datatype, the shapes have none"),
    ],
)
def test_plain_literal_is_a_string(engine: Engine) -> None:
    """RDF 1.1 Concepts, section 3.3: a simple literal is a literal with the datatype xsd:string."""
    shapes = ':S sh:targetSubjectsOf :name ; sh:property [ sh:path :name ; sh:in ( "plain" "typed" ) ] .'
    data = ':a :name "plain" . :b :name "typed"^^xsd:string . :c :name "tagged"@en .'
    assert engine(data, shapes) == [f"<{EX}c> InConstraintComponent"]


# What random shapes and data have brought up (see test_differential.py).


@pytest.mark.parametrize(
    "engine", [by_fast, by_bare_validator, by_shifty, wrong(by_pyshacl, "it takes str() of a blank node")]
)
def test_blank_node_has_no_length(engine: Engine) -> None:
    """SHACL, section 4.4.1: a result for each value node "that is a blank node or" is too short."""
    shapes = ":S sh:targetNode :a ; sh:property [ sh:path :p ; sh:minLength 0 ] ."
    assert engine(":a :p _:x .", shapes) == [f"<{EX}a> MinLengthConstraintComponent"]


@pytest.mark.parametrize(
    "engine", [by_fast, by_bare_validator, by_shifty, wrong(by_pyshacl, "it gives up with an error")]
)
def test_blank_node_is_not_less(engine: Engine) -> None:
    """SHACL, section 4.5.3: a blank node cannot be compared, which is a result and no failure."""
    shapes = ":S sh:targetNode :a ; sh:property [ sh:path :p ; sh:lessThan :q ] ."
    assert engine(":a :p _:x ; :q 1 .", shapes) == [f"<{EX}a> LessThanConstraintComponent"]


@pytest.mark.parametrize(
    "engine", [by_fast, by_bare_validator, by_shifty, wrong(by_pyshacl, "it orders datatypes by their names")]
)
@pytest.mark.parametrize(
    ("limit", "component"),
    [
        ('sh:minExclusive "2024-06-01"^^xsd:date', "MinExclusive"),
        ('sh:minInclusive "2024-06-01"^^xsd:date', "MinInclusive"),
    ],
)
def test_number_lies_within_no_dates(engine: Engine, limit: str, component: str) -> None:
    """SHACL, section 4.3: a result where the comparison with SPARQL's operator "does not return true"."""
    shapes = f":S sh:targetNode :a ; sh:property [ sh:path :p ; {limit} ] ."
    assert engine(":a :p 1 .", shapes) == [f"<{EX}a> {component}ConstraintComponent"]


@pytest.mark.parametrize(
    "engine", [by_fast, by_pyshacl, wrong(by_shifty, "it asks about any node instead of a blank one")]
)
def test_blank_focus_node_is_that_node(engine: Engine) -> None:
    """SHACL, appendix A: $this is bound to the focus node, also where that is a blank node."""
    shapes = """
    :S sh:targetClass :T ; sh:sparql [ sh:select
      "SELECT $this WHERE { $this <http://example.org/p> ?v FILTER(isLiteral(?v)) }" ] .
    """
    assert engine("_:x a :T . _:y :p 1 .", shapes) == []
