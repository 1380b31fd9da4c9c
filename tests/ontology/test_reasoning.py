"""The ontology is OWL 2 DL and OWL 2 RL, is at odds with nothing, and forbids what it means to forbid.

Two reasoners are asked. HermiT decides OWL 2 DL and needs Java. owlrl follows the rules of OWL 2 RL in
Python; it is blind to much that HermiT sees in literals and classes, and is here because most triple stores
that reason do so by these rules.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from ontology_support import (
    HERE,
    MCA,
    Verdict,
    alignment,
    closure,
    closure_errors,
    concepts,
    core,
    current,
    headers,
    own_names,
    profile_violations,
    read,
    union,
    verdict,
    verdicts,
    vocabularies,
    with_turtle,
    without_annotations,
)
from rdflib import OWL, RDF, RDFS, BNode, Graph, URIRef

INCONSISTENT = sorted((HERE / "inconsistent").glob("*.ttl"))
UNSATISFIABLE = sorted((HERE / "unsatisfiable").glob("*.ttl"))
OUTSIDE_PROFILE = sorted((HERE / "profile").glob("*.ttl"))


def stem(path: Path) -> str:
    return path.stem


def test_ontology_is_owl_2_dl_and_rl(tmp_path: Path) -> None:
    assert profile_violations([union(core(), alignment(), concepts())], tmp_path) == [{"DL": [], "RL": []}]


@pytest.fixture(scope="module")
def violations(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, dict[str, list[str]]]:
    """Give what the profile checker says of the ontology with each of the planted files."""
    graphs = [union(core(), read(path)) for path in OUTSIDE_PROFILE]
    found = profile_violations(graphs, tmp_path_factory.mktemp("profile"))
    return dict(zip(OUTSIDE_PROFILE, found, strict=True))


@pytest.mark.parametrize("planted", OUTSIDE_PROFILE, ids=stem)
def test_profile_checker_finds_the_planted_axiom(
    planted: Path, violations: dict[Path, dict[str, list[str]]]
) -> None:
    found = violations[planted]
    assert " ".join(name for name in found if found[name]) == headers(planted)["breaks"]


def test_nothing_contradicts_the_ontology(tmp_path: Path) -> None:
    whole = union(current(), alignment())
    award = next(whole.subjects(RDF.type, MCA.Award))
    broken = with_turtle(whole, f"<{award}> mca:outputOf mca:something .")
    assert verdicts([whole, broken], tmp_path) == [Verdict(consistent=True), Verdict(consistent=False)]


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Verdict]:
    """Give what HermiT says of the ontology with each of the planted files."""
    graphs = [union(core(), read(path)) for path in INCONSISTENT]
    return dict(zip(INCONSISTENT, verdicts(graphs, tmp_path_factory.mktemp("hermit")), strict=True))


@pytest.mark.parametrize("planted", INCONSISTENT, ids=stem)
def test_hermit_finds_the_planted_contradiction(planted: Path, judged: dict[Path, Verdict]) -> None:
    assert judged[planted] == Verdict(consistent=False)


def test_only_the_axioms_make_the_planted_files_contradictory(tmp_path: Path) -> None:
    """Without disjointness, domains, ranges and the like, the same files contradict nothing."""
    bare = Graph()
    for kind in (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty):
        for term in core().subjects(RDF.type, kind):
            bare.add((term, RDF.type, kind))
    assert verdict(union(bare, read(*INCONSISTENT, *UNSATISFIABLE)), tmp_path) == Verdict(consistent=True)


def test_each_planted_file_says_why() -> None:
    assert all(headers(path).get("why") for path in (*INCONSISTENT, *UNSATISFIABLE, *OUTSIDE_PROFILE))
    assert {headers(path)["closure"] for path in INCONSISTENT} == {"error", "silent"}


def test_hermit_finds_the_planted_classes_that_can_have_no_member(tmp_path: Path) -> None:
    planted = read(*UNSATISFIABLE)
    classes = frozenset(term for term in planted.subjects(RDF.type, OWL.Class) if isinstance(term, URIRef))
    assert len(classes) == len(UNSATISFIABLE)
    assert verdict(union(core(), planted), tmp_path) == Verdict(consistent=True, unsatisfiable=classes)


@pytest.fixture(scope="module")
def closed() -> Graph:
    """Give the ontology, the alignment, the concepts and the data with all that follows by rules."""
    return closure(union(current(), alignment()))


def test_no_rule_ends_in_an_error(closed: Graph) -> None:
    assert closure_errors(closed) == []


@pytest.mark.parametrize(
    "planted", [path for path in INCONSISTENT if headers(path)["closure"] == "error"], ids=stem
)
def test_rules_find_the_planted_contradiction(planted: Path) -> None:
    assert closure_errors(closure(union(core(), read(planted))))


def test_no_two_names_turn_out_to_be_one_thing(closed: Graph) -> None:
    """OWL takes two values of a functional property for one thing with two names, and reports nothing."""
    assert merged(closed) == set()


def test_two_names_for_one_thing_are_seen() -> None:
    data = "mca:x mca:role mca:one , mca:two ."
    assert merged(closure(with_turtle(core(), data))) == {(MCA.one, MCA.two), (MCA.two, MCA.one)}


def merged(closed: Graph) -> set[tuple[URIRef, URIRef]]:
    return {
        (one, two)
        for one, two in closed.subject_objects(OWL.sameAs)
        if isinstance(one, URIRef) and isinstance(two, URIRef) and one != two
    }


def test_participants_follow_from_participations(closed: Graph) -> None:
    asserted = current()
    expected = {
        (activity, agent)
        for activity, participation in asserted.subject_objects(MCA.hasParticipation)
        for agent in asserted.objects(participation, MCA.participant)
    }
    assert expected
    assert not list(asserted.subject_objects(MCA.hasParticipant))
    assert set(closed.subject_objects(MCA.hasParticipant)) == expected


def test_inverses_and_wholes_follow(closed: Graph) -> None:
    asserted = current()
    assert set(closed.subject_objects(MCA.fundedBy)) == {
        (project, award) for award, project in asserted.subject_objects(MCA.funds)
    }
    for project in asserted.subjects(RDF.type, MCA.Project):
        for phase in asserted.objects(project, MCA.partOf):
            for programme in asserted.objects(phase, MCA.partOf):
                assert (project, MCA.partOf, programme) in closed
                assert (programme, MCA.hasPart, project) in closed


def test_rules_stop_at_the_missing_chain() -> None:
    """Without the chain axiom no participant follows: the test above can fail."""
    broken = union(core())
    broken.remove((MCA.hasParticipant, OWL.propertyChainAxiom, None))
    data = "mca:x mca:hasParticipation mca:y . mca:y mca:participant mca:z ."
    assert (MCA.x, MCA.hasParticipant, MCA.z) in closure(with_turtle(core(), data))
    assert (MCA.x, MCA.hasParticipant, MCA.z) not in closure(with_turtle(broken, data))


@pytest.fixture(scope="module")
def aligned() -> Graph:
    """Give the ontology with its alignment and, in full, the vocabularies that it is aligned to."""
    return union(core(), alignment(), logic(vocabularies()))


def logic(graph: Graph) -> Graph:
    """Take what vocabularies say about their classes and properties, and no notes, imports or individuals.

    What the ontology uses as an annotation stays one, and is not a relation between things as well.
    """
    notes = set(core().subjects(RDF.type, OWL.AnnotationProperty))
    kinds = (OWL.Class, RDFS.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AllDisjointClasses)
    left = {term for kind in kinds for term in graph.subjects(RDF.type, kind)} - notes
    plain = without_annotations(graph)
    result, seen = Graph(), set(left)
    while left:
        term = left.pop()
        for predicate, value in plain.predicate_objects(term):
            if str(predicate).startswith((str(OWL), str(RDF), str(RDFS))) and value != OWL.AnnotationProperty:
                result.add((term, predicate, value))
                if isinstance(value, BNode) and value not in seen:
                    seen.add(value)
                    left.add(value)
    return result


def test_alignment_contradicts_no_vocabulary(aligned: Graph, tmp_path: Path) -> None:
    assert verdict(aligned, tmp_path) == Verdict(consistent=True)


def test_rules_find_no_error_in_the_alignment(aligned: Graph) -> None:
    members = "\n".join(
        f"<{term}-member> a <{term}> ." for term in own_names(core()) if (term, RDF.type, OWL.Class) in core()
    )
    assert closure_errors(closure(with_turtle(aligned, members))) == []


def test_a_project_is_no_schema_org_project(aligned: Graph, tmp_path: Path) -> None:
    """In schema.org a project is an organisation: the obvious alignment would leave no project standing."""
    wrong = with_turtle(
        aligned,
        """
        mca:Project rdfs:subClassOf <https://schema.org/ResearchProject> .
        <https://schema.org/Organization> rdfs:subClassOf <http://www.w3.org/ns/org#Organization> .
        """,
    )
    assert verdict(wrong, tmp_path) == Verdict(consistent=True, unsatisfiable=frozenset({MCA.Project}))
