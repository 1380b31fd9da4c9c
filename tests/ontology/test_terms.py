"""Every own term is used or kept for a reason; what is used is declared; every term of others exists."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from ontology_support import (
    DATA_FILES,
    HERE,
    KINDS_OF_PROPERTY,
    MCA,
    QUERY_FILES,
    SHAPE_FILES,
    alignment,
    concepts,
    core,
    own_names,
    own_names_in_query,
    read,
    union,
    vocabularies,
    with_turtle,
)
from rdflib import OWL, RDF, RDFS, SH, Graph, Literal, URIRef

BASE = str(MCA).removesuffix("ontology#")
LANGUAGE = (str(RDF), str(RDFS), str(OWL), str(SH), "http://www.w3.org/2001/XMLSchema#")
"""What the ontology, the data and the shapes are written in."""

INVERSE = "names a relation in the direction that data does not state, for whoever reasons with the ontology"
KEPT = {
    "fundedBy": INVERSE,
    "hasPart": INVERSE,
    "hasParticipant": "follows from participations; for whoever reasons with the ontology",
    "outputOf": INVERSE,
    "participationIn": INVERSE,
    "states": INVERSE,
}
"""Own terms that no data states, and why the ontology has them; queries and shapes may name them."""


def declared(graph: Graph) -> set[URIRef]:
    kinds = (OWL.Class, *KINDS_OF_PROPERTY)
    found = {term for kind in kinds for term in graph.subjects(RDF.type, kind) if isinstance(term, URIRef)}
    return {term for term in found if term.startswith(MCA)}


def names_in(path: Path) -> set[URIRef]:
    if path.suffix == ".rq":
        return own_names_in_query(path.read_text(encoding="utf-8"))
    return own_names(read(path))


def used() -> dict[Path, set[URIRef]]:
    return {path: names_in(path) for path in (*DATA_FILES, *SHAPE_FILES, *QUERY_FILES)}


def undeclared(names: dict[Path, set[URIRef]]) -> set[str]:
    known = declared(core())
    return {f"{path}: {term}" for path, terms in names.items() for term in terms - known}


def unused(terms: Iterable[URIRef], names: dict[Path, set[URIRef]]) -> set[str]:
    return {term.removeprefix(MCA) for term in set(terms).difference(*names.values())}


def test_every_own_term_that_is_used_is_declared() -> None:
    assert DATA_FILES
    assert SHAPE_FILES
    assert QUERY_FILES
    assert undeclared(used()) == set()


def test_every_own_term_is_used_or_kept_for_a_reason() -> None:
    assert unused(declared(core()), used()) <= set(KEPT)


def test_what_is_kept_for_reasoning_follows_and_is_not_stated() -> None:
    assert {MCA[name] for name in KEPT} <= declared(core())
    for name, reason in KEPT.items():
        assert (MCA[name], OWL.propertyChainAxiom, None) in core() or reason == INVERSE
        assert list(core().subjects(OWL.inverseOf, MCA[name])) or reason != INVERSE
    assert unused([MCA[name] for name in KEPT], {path: names_in(path) for path in DATA_FILES}) == set(KEPT)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("data.ttl", "@prefix mca: <{}> . <urn:x> mca:fundz <urn:y> ."),
        ("class.ttl", "@prefix mca: <{}> . <urn:x> a mca:fundz ."),
        ("shape.ttl", "@prefix x: <{}> . <urn:x> <http://www.w3.org/ns/shacl#path> x:fundz ."),
        ("rule.ttl", '<urn:x> <http://www.w3.org/ns/shacl#select> "SELECT * WHERE {{ ?a mca:fundz ?b }}" .'),
        ("short.rq", "SELECT * WHERE {{ ?a ^mca:fundz ?b }} # mca:comment"),
        ("long.rq", "# mca:comment\nSELECT * WHERE {{ ?a <{}fundz> ?b }}"),
    ],
)
def test_a_slip_in_a_name_is_seen(name: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(text.format(MCA), encoding="utf-8")
    assert undeclared({path: names_in(path)}) == {f"{path}: {MCA.fundz}"}


def test_a_term_that_nobody_uses_is_seen() -> None:
    names = used()
    assert unused([MCA.idle, MCA.partOf], names) == {"idle"}
    without = {path: terms - {MCA.decidedOn} for path, terms in names.items()}
    assert unused([MCA.decidedOn, MCA.partOf], without) == {"decidedOn"}


def several_valued(shapes: Graph) -> set[str]:
    """Give the functional properties of which the shapes nowhere say that there is one value."""
    once = shapes.subjects(SH.maxCount, Literal(1))
    single = {path for shape in once for path in shapes.objects(shape, SH.path)}
    functional = set(core().subjects(RDF.type, OWL.FunctionalProperty))
    assert functional
    return {str(term).removeprefix(MCA) for term in functional - single}


def test_what_the_ontology_calls_functional_has_one_value_by_the_shapes() -> None:
    """Otherwise no policy settles a disagreement, and a reasoner takes both values for one thing."""
    shapes = read(*SHAPE_FILES)
    assert several_valued(shapes) == set()
    for shape in list(shapes.subjects(SH.path, MCA.amountSense)):
        shapes.remove((shape, SH.maxCount, None))
    assert several_valued(shapes) == {"amountSense"}


def of_others(terms: Iterable[object]) -> set[str]:
    """Keep what names a term that is neither ours nor of the languages that all is written in."""
    names = {str(term) for term in terms if isinstance(term, URIRef)}
    return {name for name in names if not name.startswith((BASE, *LANGUAGE))}


def terms_of_others(graph: Graph) -> set[str]:
    """Give the properties and classes of others that a graph uses, or says that ours are near to."""
    found = {*graph.predicates(), *graph.objects(None, RDF.type)}
    for predicate in (RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range):
        found.update(graph.objects(None, predicate))
    for kind in (OWL.Class, *KINDS_OF_PROPERTY):
        found.update(graph.subjects(RDF.type, kind))
    for term in declared(core()):
        found.update(graph.objects(term, RDFS.seeAlso))
    return of_others(found)


def terms_of_others_in_query(text: str) -> set[str]:
    """Give the terms of the vocabularies in our keeping that a query names."""
    prefixes = dict(re.findall(r"(?im)^\s*PREFIX\s+([\w-]+):\s*<([^>]+)>", text))
    namespaces = {re.sub(r"[^#/]*$", "", str(term)) for term in vocabularies().subjects()}
    code = re.sub(r"(?m)^\s*#.*$|\"[^\"\n]*\"|<[^>\s]*>", "", text)
    named = re.findall(r"\b([\w-]+):([A-Za-z]\w*)", code)
    names = {URIRef(prefixes[prefix] + name) for prefix, name in named if prefixes.get(prefix) in namespaces}
    return of_others(names)


def unknown(terms: set[str]) -> set[str]:
    return terms - {str(term) for term in vocabularies().subjects()}


def test_every_term_of_others_exists() -> None:
    own = union(core(), alignment(), concepts())
    assert len(terms_of_others(own)) > 60
    assert unknown(terms_of_others(own)) == set()
    assert unknown(terms_of_others(read(*DATA_FILES))) == set()


@pytest.mark.parametrize("path", QUERY_FILES, ids=lambda path: path.stem)
def test_every_term_of_others_in_a_query_exists(path: Path) -> None:
    assert unknown(terms_of_others_in_query(path.read_text(encoding="utf-8"))) == set()


def test_every_path_of_a_shape_exists() -> None:
    shapes = read(*SHAPE_FILES)
    keys = (SH.path, SH.targetClass, SH["class"])
    others = of_others(term for key in keys for term in shapes.objects(None, key))
    assert others
    assert unknown(others) == set()


def test_a_term_that_others_do_not_have_is_seen() -> None:
    foaf = "http://xmlns.com/foaf/0.1/"
    wrong = with_turtle(
        core(), f"mca:x <{foaf}nome> 1 . mca:Place rdfs:seeAlso <https://schema.org/Placee> ."
    )
    assert unknown(terms_of_others(wrong)) == {f"{foaf}nome", "https://schema.org/Placee"}
    query = f"PREFIX foaf: <{foaf}>\nSELECT * WHERE {{ ?a foaf:nome ?b ; foaf:name ?c }}"
    assert unknown(terms_of_others_in_query(query)) == {f"{foaf}nome"}


def test_a_parent_that_is_restated_for_a_term_of_others_is_its_parent() -> None:
    parents = list(union(core(), alignment()).subject_objects(RDFS.subClassOf))
    restated = [(low, high) for low, high in parents if not str(low).startswith(MCA)]
    assert restated
    for low, high in restated:
        assert (low, RDFS.subClassOf, high) in vocabularies()


def test_classes_of_others_are_declared_as_classes_and_nothing_else_is() -> None:
    own = union(core(), alignment())
    theirs = {term for kind in (OWL.Class, RDFS.Class) for term in vocabularies().subjects(RDF.type, kind)}
    classes = set(own.subjects(RDF.type, OWL.Class))
    assert classes - declared(core()) <= theirs
    for kind in KINDS_OF_PROPERTY:
        assert not theirs & set(own.subjects(RDF.type, kind))


def test_the_vocabularies_are_listed_with_their_terms_of_use() -> None:
    folder = HERE / "vocabularies"
    table = (folder / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `([a-z]+\.ttl)` \|", table, re.MULTILINE)
    assert sorted(listed) == sorted(path.name for path in folder.glob("*.ttl"))
