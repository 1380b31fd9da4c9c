"""The contributions read as plain RDF: who says it, that nothing is loose, that nothing is invented."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator
from pathlib import Path

import pyoxigraph
import pytest
from data_support import (
    BASE,
    CONCEPT_FILES,
    CONTRIBUTION,
    CONTRIBUTION_FILES,
    ENTITY,
    ONTOLOGY_FILES,
    PROVENANCE_FILES,
    mca,
    read,
    short,
    turtle,
    union,
)
from rdflib import DCTERMS, OWL, PROV, RDF, RDFS, SKOS, BNode, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from mca_graph.graph.assemble import assemble
from mca_graph.project import Project
from mca_graph.store.embedded import EmbeddedStore

XSD = Namespace("http://www.w3.org/2001/XMLSchema#")

Key = tuple[Hashable, ...]
Triple = tuple[Key, Key, Key]

PAGE = re.compile(rf"(?!{re.escape(BASE)})https?://[^/\s]+/|(?!{re.escape(BASE)})https?://[^/\s]+$")
DESCRIBED_HERE = re.compile(rf"{re.escape(BASE)}(?:id/|concept/|graph/|ontology#)")
"""The addresses of the project that stand for something of the data or the vocabulary."""

HEADER = {
    "source": (PROV.wasDerivedFrom, None),
    "date": (PROV.generatedAtTime, 1),
    "agent": (PROV.wasAttributedTo, 1),
    "licence": (DCTERMS.license, 1),
    "basis": (mca("basis"), 1),
    "kind of source": (mca("sourceKind"), 1),
    "label": (RDFS.label, 1),
}
"""What a header has, and how often; None stands for once or more."""

LICENCES = {
    "https://creativecommons.org/licenses/by/4.0/",
    "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
}


@pytest.fixture(scope="module")
def contributions() -> Graph:
    return union(*map(read, CONTRIBUTION_FILES))


@pytest.fixture(scope="module")
def provenance() -> Graph:
    return union(*map(read, PROVENANCE_FILES))


@pytest.fixture(scope="module")
def terms() -> Graph:
    """The ontology and its concepts."""
    return union(*map(read, (*ONTOLOGY_FILES, *CONCEPT_FILES)))


def unnamed(graph: Graph) -> Iterator[str]:
    for subject, predicate, value in graph:
        if isinstance(subject, BNode) or isinstance(value, BNode):
            yield f"a blank node: {short(subject)} {predicate} {short(value)}"


def bad_header(stem: str, graph: Graph) -> Iterator[str]:
    own = URIRef(CONTRIBUTION + stem)
    for header in sorted(set(graph.subjects(RDF.type, PROV.Bundle)) - {own}):
        yield f"{short(header)} is not named as its file"
    if (own, RDF.type, PROV.Bundle) not in graph:
        yield "no header"
        return
    for name, (prop, wanted) in HEADER.items():
        count = len(set(graph.objects(own, prop)))
        if count == 0 or (wanted is not None and count != wanted):
            yield f"{count} values of {name}"
    for licence in graph.objects(own, DCTERMS.license):
        if str(licence) not in LICENCES:
            yield f"{licence} is not one of the open licences"
    for moment in graph.objects(own, PROV.generatedAtTime):
        if not isinstance(moment, Literal) or moment.datatype != XSD.dateTime or moment.value is None:
            yield f"{moment} is not a moment"
    for source in graph.objects(own, PROV.wasDerivedFrom):
        if not isinstance(source, URIRef) or not PAGE.match(source):
            yield f"{source} is not a page"
    if not any(subject != own for subject in graph.subjects()):
        yield "nothing is said but the header"


def ours(node: Node) -> bool:
    return isinstance(node, URIRef) and DESCRIBED_HERE.match(node) is not None


def dangling(graph: Graph) -> Iterator[str]:
    """Objects and properties of the project's own that nothing is said about."""
    said = set(graph.subjects())
    for node in sorted({node for _s, p, o in graph for node in (p, o) if ours(node)} - said):
        users = sorted({short(s) for s in {*graph.subjects(None, node), *graph.subjects(node, None)}})
        yield f"{short(node)}, of which {', '.join(users[:3])} speaks, is described nowhere"


def undescribed(graph: Graph) -> Iterator[str]:
    for subject in sorted({s for s in graph.subjects() if str(s).startswith(ENTITY)}):
        if (subject, RDF.type, None) not in graph:
            yield f"{short(subject)} has no type"
        if (subject, RDFS.label, None) not in graph:
            yield f"{short(subject)} has no label"


def unused(concepts: Graph, data: Graph) -> Iterator[str]:
    """Concepts that neither the data nor a narrower concept of use needs."""
    needed: set[Node] = set()
    queue = list({value for value in data.objects() if ours(value)})
    while queue:
        if (node := queue.pop()) not in needed:
            needed.add(node)
            queue.extend(concepts.objects(node, SKOS.broader))
    for concept in sorted(set(concepts.subjects(RDF.type, SKOS.Concept)) - needed):
        yield f"{short(concept)} is used nowhere"


def term_key(kind: str, text: str, datatype: str | None = None, language: str | None = None) -> Key:
    """The same key for one value, however it is written.

    A store may write 180000.0 as 180000, and an integer of a narrower type as a plain integer.
    """
    if kind != "literal":
        return (kind, text)
    literal = Literal(text, lang=language, datatype=None if language else datatype)
    value = literal.value if isinstance(literal.value, Hashable) and literal.value is not None else text
    if datatype == str(XSD.nonNegativeInteger):
        datatype = str(XSD.integer)
    return (kind, value, language or datatype or str(XSD.string))


def of_rdflib(node: Node) -> Key:
    if isinstance(node, Literal):
        return term_key("literal", str(node), node.datatype and str(node.datatype), node.language)
    return term_key("blank" if isinstance(node, BNode) else "iri", str(node))


def of_engine(node: object) -> Key:
    if isinstance(node, pyoxigraph.Literal):
        return term_key("literal", node.value, node.datatype.value, node.language)
    assert isinstance(node, pyoxigraph.NamedNode | pyoxigraph.BlankNode)
    return term_key("blank" if isinstance(node, pyoxigraph.BlankNode) else "iri", node.value)


def triples(graph: Iterable[tuple[Node, Node, Node]]) -> set[Triple]:
    return {(of_rdflib(s), of_rdflib(p), of_rdflib(o)) for s, p, o in graph}


@pytest.fixture(scope="module")
def resolved(mca: Project) -> set[Triple]:
    """What queries see of the data, as the tool assembles it, without the ontology and its concepts.

    Only the ontology has blank nodes, for its lists: see the test that no contribution has one.
    """
    store = EmbeddedStore()
    assemble(mca, store)
    vocabulary = triples(union(*(read(path) for path in (*mca.ontology_files, *mca.concept_files))))
    found = {(of_engine(s), of_engine(p), of_engine(o)) for s, p, o in store.match()}
    lists = {triple for triple in found if any(key[0] == "blank" for key in triple)}
    return found - vocabulary - lists


@pytest.mark.parametrize("path", CONTRIBUTION_FILES, ids=lambda path: path.stem)
def test_a_contribution_says_who_says_it(path: Path) -> None:
    assert list(bad_header(path.stem, read(path))) == []


def test_everything_has_an_address(contributions: Graph, provenance: Graph) -> None:
    assert list(unnamed(union(contributions, provenance))) == []


def test_no_link_leads_nowhere(contributions: Graph, provenance: Graph, terms: Graph) -> None:
    assert list(dangling(union(contributions, provenance, terms))) == []


def test_every_thing_has_a_type_and_a_label(contributions: Graph, provenance: Graph) -> None:
    assert list(undescribed(union(contributions, provenance))) == []


def test_every_concept_is_of_use(contributions: Graph, provenance: Graph, terms: Graph) -> None:
    assert list(unused(terms, union(contributions, provenance))) == []


def test_queries_see_only_what_a_contribution_says(resolved: set[Triple]) -> None:
    said = {triple for path in CONTRIBUTION_FILES for triple in triples(read(path))}
    assert len(resolved) > 1000
    assert resolved - said == set()


def test_headers_and_denials_are_no_facts(resolved: set[Triple], contributions: Graph) -> None:
    kept_out = {*contributions.subjects(RDF.type, PROV.Bundle)}
    kept_out |= {*contributions.subjects(RDF.type, OWL.NegativePropertyAssertion)}
    assert {subject for subject, _p, _o in resolved} & {of_rdflib(node) for node in kept_out} == set()


GOOD = """
contribution:good a prov:Bundle ; rdfs:label "Good"@en ; prov:wasDerivedFrom <https://pages.example/> ;
    prov:generatedAtTime "2026-11-21T00:00:00Z"^^xsd:dateTime ; prov:wasAttributedTo agent:editors ;
    dcterms:license <https://creativecommons.org/licenses/by/4.0/> ;
    mca:basis basis:stated ; mca:sourceKind source-kind:host .
project:p a mca:Project ; rdfs:label "P"@en .
"""


@pytest.mark.parametrize(
    ("old", "new", "sentences"),
    [
        (
            "contribution:good a",
            "contribution:other a",
            ["graph/contribution/other is not named as its file", "no header"],
        ),
        ("prov:wasDerivedFrom <https://pages.example/> ;", "", ["0 values of source"]),
        ("<https://pages.example/>", "project:p", [f"{ENTITY}project/p is not a page"]),
        ("<https://pages.example/>", '"a page"', ["a page is not a page"]),
        ('"2026-11-21T00:00:00Z"^^xsd:dateTime', '"2026"^^xsd:gYear', ["2026 is not a moment"]),
        (
            "licenses/by/4.0/> ;",
            "licenses/by-nd/4.0/> ;",
            ["https://creativecommons.org/licenses/by-nd/4.0/ is not one of the open licences"],
        ),
        ("basis:stated ;", "basis:stated , basis:derived ;", ["2 values of basis"]),
        (
            "project:p a mca:Project ; rdfs:label",
            "contribution:good rdfs:comment",
            ["nothing is said but the header"],
        ),
    ],
)
def test_a_bad_header_is_found(old: str, new: str, sentences: list[str]) -> None:
    assert GOOD.count(old) == 1
    assert list(bad_header("good", turtle(GOOD))) == []
    assert list(bad_header("good", turtle(GOOD.replace(old, new)))) == sentences


def test_a_blank_node_is_found() -> None:
    assert list(unnamed(turtle("project:p rdfs:label 'P' ."))) == []
    assert len(list(unnamed(turtle("project:p mca:hasParticipation [] .")))) == 1
    assert len(list(unnamed(turtle("[] rdfs:label 'P' .")))) == 1


def test_a_link_to_nowhere_is_found() -> None:
    sound = "project:p rdfs:label 'P' ; rdfs:seeAlso <https://pages.example/> ."
    assert list(dangling(turtle(sound))) == []
    assert list(dangling(turtle(sound + "project:p rdfs:seeAlso place:x ; mca:nonsense 1 ."))) == [
        "place/x, of which project/p speaks, is described nowhere",
        "ontology#nonsense, of which project/p speaks, is described nowhere",
    ]


def test_a_thing_without_type_or_label_is_found() -> None:
    assert list(undescribed(turtle("project:p a mca:Project ; rdfs:label 'P' ."))) == []
    assert list(undescribed(turtle("project:p rdfs:comment 'P' ."))) == [
        "project/p has no type",
        "project/p has no label",
    ]


def test_a_concept_of_no_use_is_found() -> None:
    concepts = turtle(
        "place-kind:town a skos:Concept ; skos:broader place-kind:area . place-kind:area a skos:Concept ."
    )
    assert list(unused(concepts, turtle("place:x mca:placeKind place-kind:town ."))) == []
    assert list(unused(concepts, turtle("place:x mca:placeKind place-kind:area ."))) == [
        "concept/place-kind/town is used nowhere"
    ]


def test_an_invented_statement_is_found(resolved: set[Triple]) -> None:
    invented = triples(turtle("project:p mca:takesPlaceIn place:atlantis ."))
    said = {triple for path in CONTRIBUTION_FILES for triple in triples(read(path))}
    assert (resolved | invented) - said == invented


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("'180000.0'^^xsd:decimal", "'180000'^^xsd:decimal", True),
        ("'180000.0'^^xsd:decimal", "'180000'^^xsd:integer", False),
        ("'12'^^xsd:nonNegativeInteger", "'12'^^xsd:integer", True),
        ("'2022-01'^^xsd:gYearMonth", "'2022-02'^^xsd:gYearMonth", False),
        ("'a'@en", "'a'", False),
        ("'a'^^xsd:string", "'a'", True),
        ("<a:b>", "'a:b'", False),
    ],
)
def test_values_are_compared_not_spellings(one: str, other: str, same: bool) -> None:
    first, second = (triples(turtle(f"project:p rdfs:comment {value} .")) for value in (one, other))
    assert (first == second) is same
