"""The fast engine against two independent ones, over shapes and data made at random.

Every constraint component of SHACL Core, paths, targets, nested shapes and SPARQL-based constraints
are drawn. What is compared is the set of focus node, value, source shape, component and severity of
each result. Where an engine is known to deviate from the specification, the case stands in
``test_disagreements.py`` and such shapes are not shown to that engine. MCA_GRAPH_EXAMPLES sets how
many graphs are drawn.
"""

from __future__ import annotations

import os
import re

import rdflib
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from validation_support import PREFIXES, graph, shapes_graph

from mca_graph.validation import fast, reference

EXAMPLES = int(os.environ.get("MCA_GRAPH_EXAMPLES", "500"))

NODES = [":a", ":b", ":c", ":d", "_:x", "_:y"]
LITERALS = [
    '"one"', '"two"', '"three"@en', '"drei"@de', '"four"@en-GB', "1", "2", "3.5", '"5"^^xsd:integer', "true",
    '"2024-01-01"^^xsd:date', '"2025-06-30"^^xsd:date', '"2024-01-01T00:00:00Z"^^xsd:dateTime', "1.5e0",
]  # fmt: skip
PROPERTIES = [":p", ":q", ":r"]
CLASSES = [":C", ":D", ":E"]
DATATYPES = ["xsd:string", "xsd:integer", "xsd:decimal", "xsd:date", "xsd:boolean", "rdf:langString"]

Result = tuple[str, ...]

# --- data


@st.composite
def data_graphs(draw: st.DrawFn) -> str:
    value = st.one_of(st.sampled_from(NODES), st.sampled_from(LITERALS))
    links = draw(st.lists(st.tuples(st.sampled_from(NODES), st.sampled_from(PROPERTIES), value), max_size=16))
    types = draw(st.lists(st.tuples(st.sampled_from(NODES), st.sampled_from(CLASSES)), max_size=6))
    above = draw(
        st.lists(st.sampled_from([":D rdfs:subClassOf :C .", ":E rdfs:subClassOf :D ."]), max_size=2)
    )
    lines = [f"{subject} {predicate} {value} ." for subject, predicate, value in links]
    return "\n".join([*lines, *(f"{node} a {kind} ." for node, kind in types), *above])


# --- shapes

SIMPLE_PATHS = st.sampled_from(PROPERTIES)


def paths() -> st.SearchStrategy[str]:
    return st.recursive(
        SIMPLE_PATHS,
        lambda inner: st.one_of(
            inner.map(lambda path: f"[ sh:inversePath {path} ]"),
            inner.map(lambda path: f"[ sh:zeroOrMorePath {path} ]"),
            inner.map(lambda path: f"[ sh:oneOrMorePath {path} ]"),
            inner.map(lambda path: f"[ sh:zeroOrOnePath {path} ]"),
            st.lists(inner, min_size=2, max_size=3).map(lambda steps: f"( {' '.join(steps)} )"),
            st.lists(inner, min_size=2, max_size=2).map(
                lambda steps: f"[ sh:alternativePath ( {' '.join(steps)} ) ]"
            ),
        ),
        max_leaves=4,
    )


NUMBERS = st.sampled_from(["1", "2", "3.5", '"2024-06-01"^^xsd:date'])
SEVERITIES = st.sampled_from(["", "sh:severity sh:Warning", "sh:severity sh:Info", "sh:severity :Own"])


def on_values() -> st.SearchStrategy[str]:
    """Constraints that node shapes and property shapes may have."""
    terms = st.lists(st.sampled_from([*NODES[:4], *LITERALS]), min_size=1, max_size=3).map(" ".join)
    return st.one_of(
        st.sampled_from(CLASSES).map(lambda kind: f"sh:class {kind}"),
        st.sampled_from(DATATYPES).map(lambda kind: f"sh:datatype {kind}"),
        st.sampled_from(
            ["BlankNode", "IRI", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral"]
        ).map(lambda kind: f"sh:nodeKind sh:{kind}"),
        st.tuples(
            st.sampled_from(["minExclusive", "minInclusive", "maxExclusive", "maxInclusive"]), NUMBERS
        ).map(lambda pair: f"sh:{pair[0]} {pair[1]}"),
        st.integers(0, 5).map(lambda length: f"sh:minLength {length}"),
        st.integers(0, 5).map(lambda length: f"sh:maxLength {length}"),
        st.sampled_from(['sh:pattern "^t"', 'sh:pattern "^T" ; sh:flags "i"', 'sh:pattern "e$"']),
        st.sampled_from(
            ['sh:languageIn ( "en" )', 'sh:languageIn ( "de" "en" )', 'sh:languageIn ( "en-GB" )']
        ),
        st.sampled_from(PROPERTIES).map(lambda name: f"sh:equals {name}"),
        st.sampled_from(PROPERTIES).map(lambda name: f"sh:disjoint {name}"),
        terms.map(lambda listed: f"sh:in ( {listed} )"),
        st.sampled_from([*NODES[:4], *LITERALS]).map(lambda term: f"sh:hasValue {term}"),
        st.sampled_from(IN_SPARQL),
    )


IN_SPARQL = [
    'sh:sparql [ sh:select "SELECT DISTINCT $this WHERE { $this :p ?v FILTER(isLiteral(?v)) }" ]',
    'sh:sparql [ sh:select "SELECT DISTINCT $this ?value WHERE { $this :q ?value'
    ' FILTER NOT EXISTS { ?value :p ?o } }" ]',
    'sh:sparql [ sh:select "SELECT $this ?value WHERE { BIND($this AS ?value) '
    'FILTER NOT EXISTS { $this :r ?v } }" ]',
    'sh:sparql [ sh:select "SELECT DISTINCT $this WHERE { $this :p ?a , ?b FILTER(?a < ?b) }" ]',
]
IN_SPARQL = [re.sub(r"(?<= ):(?=[pqr])(\w)", r"<http://example.org/\1>", text) for text in IN_SPARQL]


def on_paths() -> st.SearchStrategy[str]:
    """Constraints that property shapes alone may have."""
    return st.one_of(
        st.integers(0, 2).map(lambda count: f"sh:minCount {count}"),
        st.integers(0, 2).map(lambda count: f"sh:maxCount {count}"),
        st.just("sh:uniqueLang true"),
        st.sampled_from(PROPERTIES).map(lambda name: f"sh:lessThan {name}"),
        st.sampled_from(PROPERTIES).map(lambda name: f"sh:lessThanOrEquals {name}"),
    )


class Maker:
    """Writes shapes, each under an IRI of its own, so that every engine can name it."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw
        self._count = 0
        self.lines: list[str] = []

    def shape(self, depth: int, *, is_property: bool) -> str:
        self._count += 1
        name = f":S{self._count}"
        parts = [self._draw(SEVERITIES)]
        kinds = [on_values()]
        if is_property:
            parts.append(f"sh:path {self._draw(paths())}")
            kinds.append(on_paths())
        own = self._draw(st.lists(st.one_of(*kinds), max_size=2, unique_by=lambda part: part.split()[0]))
        parts += [
            part
            for part in own
            if not (is_property and part.startswith("sh:sparql") and "?value" not in part)
        ]
        if depth > 0:
            parts += self._nested(depth - 1, is_property)
        if self._draw(st.integers(0, 15)) == 0:
            parts.append("sh:deactivated true")
        kind = "sh:PropertyShape" if is_property else "sh:NodeShape"
        self.lines.append(
            f"{name} a {kind} ; {' ; '.join(part for part in parts if part)} .".replace(" ;  .", " .")
        )
        return name

    def _nested(self, depth: int, is_property: bool) -> list[str]:
        choices = ["property", "node", "not", "and", "or", "xone", "", "closed"]
        kind = self._draw(st.sampled_from([*choices, "qualified"] if is_property else choices))
        one = self._draw(st.booleans())
        if kind == "property":
            return [f"sh:property {self.shape(depth, is_property=True)}"]
        if kind == "node":
            return [f"sh:node {self.shape(depth, is_property=False)}"]
        if kind == "not":
            return [f"sh:not {self.shape(depth, is_property=one)}"]
        if kind in ("and", "or", "xone"):
            members = f"{self.shape(depth, is_property=one)} {self.shape(depth, is_property=False)}"
            return [f"sh:{kind} ( {members} )"]
        if kind == "closed" and not is_property:
            allowed = self.shape(0, is_property=True)
            return [f"sh:closed true ; sh:ignoredProperties ( rdf:type ) ; sh:property {allowed}"]
        if kind == "qualified":
            disjoint = " ; sh:qualifiedValueShapesDisjoint true" if one else ""
            count = self._draw(st.sampled_from(["sh:qualifiedMinCount 1", "sh:qualifiedMaxCount 1"]))
            return [f"sh:qualifiedValueShape {self.shape(depth, is_property=False)} ; {count}{disjoint}"]
        return []


@st.composite
def shapes_graphs(draw: st.DrawFn) -> str:
    maker = Maker(draw)
    for _ in range(draw(st.integers(1, 2))):
        name = maker.shape(2, is_property=draw(st.booleans()))
        target = draw(
            st.one_of(
                st.sampled_from([*NODES[:4], '"one"', "1"]).map(lambda node: f"sh:targetNode {node}"),
                st.sampled_from(CLASSES).map(lambda kind: f"sh:targetClass {kind}"),
                st.sampled_from(PROPERTIES).map(lambda name: f"sh:targetSubjectsOf {name}"),
                st.sampled_from(PROPERTIES).map(lambda name: f"sh:targetObjectsOf {name}"),
            )
        )
        maker.lines.append(f"{name} {target} .")
    return "\n".join(maker.lines)


# --- engines


def by_fast(data: str, shapes: str) -> set[Result]:
    return {
        (plain(result.focus), plain(result.value), result.shape, result.component, result.severity)
        for result in fast.results(graph(data), shapes_graph(shapes))
    }


def by_pyshacl(data: str, shapes: str) -> set[Result]:
    return set(report_rows(reference.report_of(graph(data), shapes_graph(shapes))))


def by_shifty(data: str, shapes: str) -> set[Result]:
    import shifty

    rdflib.NORMALIZE_LITERALS = False  # the report is read with rdflib, which would change literals
    _conforms, report, _text = shifty.validate(PREFIXES + data, PREFIXES + shapes, graph_mode="data")
    return set(report_rows(report))


def report_rows(report: rdflib.Graph) -> list[Result]:
    sh = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    top = report.value(predicate=rdflib.RDF.type, object=sh.ValidationReport)
    return [
        (
            plain_node(report.value(result, sh.focusNode)),
            plain_node(report.value(result, sh.value)),
            f"<{report.value(result, sh.sourceShape)}>",
            str(report.value(result, sh.sourceConstraintComponent)),
            str(report.value(result, sh.resultSeverity)),
        )
        for result in report.objects(top, sh.result)
    ]


def plain(term: str | None) -> str:
    """A term without what may differ between engines that agree: the label of a blank node."""
    return "_:" if term and term.startswith("_:") else str(term)


def plain_node(node: rdflib.term.Node | None) -> str:
    return plain(reference.term_of(node)) if node is not None else "None"


KNOWN = re.compile(r"sh:(lessThan|minLength|minExclusive|minInclusive|maxExclusive|maxInclusive)")
"""What pyshacl is known to judge otherwise: see test_disagreements.py. shifty is asked about all of it."""

BOUNDED = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


@BOUNDED
@given(data=data_graphs(), shapes=shapes_graphs())
def test_fast_agrees_with_shifty(data: str, shapes: str) -> None:
    assume("_:" not in data or "sh:sparql" not in shapes)
    assert by_fast(data, shapes) == by_shifty(data, shapes)


@BOUNDED
@given(data=data_graphs(), shapes=shapes_graphs())
def test_fast_agrees_with_pyshacl(data: str, shapes: str) -> None:
    assume(not KNOWN.search(shapes))
    assert by_fast(data, shapes) == by_pyshacl(data, shapes)
