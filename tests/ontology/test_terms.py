"""Every own term is used, or kept for a reason; every own term that is used is declared; every term of others exists."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from ontology_support import (
    DATA_FILES,
    KINDS_OF_PROPERTY,
    MCA,
    QUERY_FILES,
    REPOSITORY,
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
from rdflib import OWL, RDF, RDFS, SH, XSD, Graph, URIRef

INVERSE = "names a relation in the direction that data does not state, for whoever reasons with the ontology"
KEPT = {
    "fundedBy": INVERSE,
    "hasPart": INVERSE,
    "outputOf": INVERSE,
    "participationIn": INVERSE,
    "states": INVERSE,
}
"""Own terms that neither data nor shapes nor queries use, and why the ontology has them."""

LANGUAGE = tuple(str(namespace) for namespace in (RDF, RDFS, OWL, XSD, SH))
"""What the ontology, the data and the shapes are written in; not vocabularies that one could be wrong about here."""


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
    assert unused(declared(core()), used()) == set(KEPT)


def test_what_is_kept_as_an_inverse_is_one() -> None:
    for name in KEPT:
        assert list(core().subjects(OWL.inverseOf, MCA[name]))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("data.ttl", "@prefix mca: <{}> . <urn:x> mca:fundz <urn:y> ."),
        ("class.ttl", "@prefix mca: <{}> . <urn:x> a mca:fundz ."),
        ("shape.ttl", "@prefix x: <{}> . <urn:x> <http://www.w3.org/ns/shacl#path> x:fundz ."),
        (
            "rule.ttl",
            '<urn:x> <http://www.w3.org/ns/shacl#select> "SELECT * WHERE {{ ?a mca:fundz/mca:partOf ?b }}" .',
        ),
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
    assert "idle" in unused({*declared(core()), MCA.idle}, names)
    assert "decidedOn" in unused(
        declared(core()), {path: terms - {MCA.decidedOn} for path, terms in names.items()}
    )


def several_valued(shapes: Graph) -> set[str]:
    """Give the functional properties of which the shapes nowhere say that there is one value."""
    single = {path for shape in shapes.subjects(SH.maxCount) for path in shapes.objects(shape, SH.path)}
    functional = set(core().subjects(RDF.type, OWL.FunctionalProperty))
    assert functional
    return {str(term).removeprefix(MCA) for term in functional - single}


def test_what_the_ontology_calls_functional_has_one_value_by_the_shapes() -> None:
    """Otherwise no policy settles a disagreement, and a reasoner would take both values for the same thing."""
    shapes = read(*SHAPE_FILES)
    assert several_valued(shapes) == set()
    for shape in list(shapes.subjects(SH.path, MCA.amountSense)):
        shapes.remove((shape, SH.maxCount, None))
    assert several_valued(shapes) == {"amountSense"}


def terms_of_others(graph: Graph) -> set[str]:
    """Give the terms of other vocabularies that a graph uses as terms: properties, classes, what these are near."""
    found = set(graph.predicates()) | set(graph.objects(None, RDF.type))
    for predicate in (RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range):
        found.update(graph.objects(None, predicate))
    for kind in (OWL.Class, *KINDS_OF_PROPERTY):
        found.update(graph.subjects(RDF.type, kind))
    for term in declared(core()):
        found.update(value for value in graph.objects(term, RDFS.seeAlso))
    ours = str(MCA).removesuffix("ontology#")
    return {
        str(term) for term in found if isinstance(term, URIRef) and not term.startswith((ours, *LANGUAGE))
    }


def terms_of_others_in_query(text: str) -> set[str]:
    """Give the terms of the vocabularies in our keeping that a query names."""
    prefixes = dict(re.findall(r"(?im)^\s*PREFIX\s+([\w-]+):\s*<([^>]+)>", text))
    namespaces = {
        str(term).rpartition("#")[0] + "#" for term in vocabularies().subjects() if "#" in str(term)
    }
    namespaces.update(
        str(term).rpartition("/")[0] + "/" for term in vocabularies().subjects() if "#" not in str(term)
    )
    named = re.findall(r"\b([\w-]+):([A-Za-z]\w*)", re.sub(r"(?m)^\s*#.*$|\"[^\"\n]*\"|<[^>\s]*>", "", text))
    return {prefixes[prefix] + name for prefix, name in named if prefixes.get(prefix) in namespaces}


def unknown(terms: set[str]) -> set[str]:
    return terms - {str(term) for term in vocabularies().subjects()}


def test_every_term_of_others_exists() -> None:
    own = union(core(), alignment(), concepts())
    assert len(terms_of_others(own)) > 60
    assert unknown(terms_of_others(own)) == set()
    assert unknown(terms_of_others(read(*DATA_FILES))) == set()
    for path in QUERY_FILES:
        assert unknown(terms_of_others_in_query(path.read_text(encoding="utf-8"))) == set(), path


def test_every_path_of_a_shape_exists() -> None:
    shapes = read(*SHAPE_FILES)
    named = {
        str(term) for key in (SH.path, SH.targetClass, SH["class"]) for term in shapes.objects(None, key)
    }
    others = {
        term for term in named if term.startswith("http") and not term.startswith((str(MCA), *LANGUAGE))
    }
    assert others
    assert unknown(others) == set()


def test_a_term_that_others_do_not_have_is_seen() -> None:
    prefix = "PREFIX foaf: <http://xmlns.com/foaf/0.1/>\n"
    wrong = with_turtle(
        core(),
        "mca:x <http://xmlns.com/foaf/0.1/nome> 1 . mca:Place rdfs:seeAlso <https://schema.org/Placee> .",
    )
    assert unknown(terms_of_others(wrong)) == {
        "http://xmlns.com/foaf/0.1/nome",
        "https://schema.org/Placee",
    }
    assert unknown(
        terms_of_others_in_query(prefix + "SELECT * WHERE { ?a foaf:nome ?b ; foaf:name 'c' }")
    ) == {"http://xmlns.com/foaf/0.1/nome"}


def test_a_parent_that_is_restated_for_a_term_of_others_is_its_parent() -> None:
    own = union(core(), alignment())
    restated = [
        (low, high) for low, high in own.subject_objects(RDFS.subClassOf) if not str(low).startswith(MCA)
    ]
    assert restated
    for low, high in restated:
        assert (low, RDFS.subClassOf, high) in vocabularies()


def test_what_is_declared_a_class_is_one_there_and_what_is_declared_a_property_is_none() -> None:
    own = union(core(), alignment())
    theirs = {term for kind in (OWL.Class, RDFS.Class) for term in vocabularies().subjects(RDF.type, kind)}
    for term in own.subjects(RDF.type, OWL.Class):
        assert str(term).startswith(MCA) or term in theirs
    for kind in KINDS_OF_PROPERTY:
        assert not theirs & set(own.subjects(RDF.type, kind))


def test_the_vocabularies_are_listed_with_their_terms_of_use() -> None:
    folder = REPOSITORY / "tests" / "ontology" / "vocabularies"
    listed = re.findall(
        r"^\| `([a-z]+\.ttl)` \|", (folder / "README.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert sorted(listed) == sorted(path.name for path in folder.glob("*.ttl"))
