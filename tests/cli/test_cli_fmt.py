"""``mca-graph fmt``: one text for one graph, and never another graph."""

from __future__ import annotations

from pathlib import Path

import pytest
import rdflib
from cli_support import RIVERS, ok, refused, tool, tool_process, write
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize
from rdflib.compare import isomorphic

from mca_graph.project import load_project
from mca_graph.rdf.canonical import canonical_turtle

CROOKED = """@prefix river: <https://rivers.example/id/river/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix riv: <https://rivers.example/ontology#> .
@prefix unused: <https://unused.example/> .
river:birch riv:length 3.0 . river:alder rdfs:label "Alder"@en ; riv:length 12.50 ; a riv:River .
"""
STRAIGHT = """PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX riv: <https://rivers.example/ontology#>
PREFIX river: <https://rivers.example/id/river/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

river:alder
    a riv:River ;
    rdfs:label "Alder"@en ;
    riv:length 12.50 ;
.

river:birch
    riv:length 3.0 ;
.
"""


def test_a_file_is_rewritten_to_its_canonical_text(tmp_path: Path) -> None:
    file = write(tmp_path / "a.ttl", CROOKED)
    found = tool("fmt", file)
    assert (found.code, found.out) == (0, b"")
    assert found.err == f"rewritten: {file}\n1 file, 1 rewritten\n"
    assert file.read_text() == STRAIGHT
    assert list(tmp_path.iterdir()) == [file]


def test_check_changes_nothing_and_ends_with_1(tmp_path: Path) -> None:
    file = write(tmp_path / "a.ttl", CROOKED)
    found = tool("fmt", "--check", file)
    assert (found.code, found.out) == (1, b"")
    assert found.err.splitlines() == [
        f"not canonical: {file}",
        "1 file, 1 to rewrite",
        "hint: 'mca-graph fmt' rewrites them",
    ]
    assert file.read_text() == CROOKED


def test_a_canonical_file_is_left_alone(tmp_path: Path) -> None:
    file = write(tmp_path / "a.ttl", STRAIGHT)
    before = file.stat().st_mtime_ns
    assert (tool("fmt", "--check", file).code, tool("fmt", file).code) == (0, 0)
    assert file.stat().st_mtime_ns == before


def test_without_files_it_is_every_file_of_the_project(rivers: Path) -> None:
    assert tool("fmt", project=rivers).err.splitlines()[-1] == "5 files, 5 rewritten"
    found = tool("fmt", "--check", project=rivers)
    assert (found.code, found.err) == (0, "5 files, 0 to rewrite\n")
    for query in (("disputes",), ("query", "rivers-with-habitat", "--habitat", "wetland")):
        assert tool(*query, project=rivers) == tool(*query)


def test_comments_at_the_top_stay(tmp_path: Path) -> None:
    file = write(tmp_path / "a.ttl", "# one\n# two\n\n" + CROOKED)
    assert tool("fmt", file).code == 0
    assert file.read_text() == "# one\n# two\n\n" + STRAIGHT
    assert tool("fmt", "--check", file).code == 0


def test_the_order_of_statements_and_the_names_of_blank_nodes_do_not_matter(tmp_path: Path) -> None:
    first = write(
        tmp_path / "a.ttl", "_:x <urn:p> [ <urn:q> 1 ] . <urn:s> <urn:p> _:x , _:y . _:y <urn:p> 2 ."
    )
    second = write(
        tmp_path / "b.ttl", "_:b <urn:p> 2 . <urn:s> <urn:p> _:b , _:a . _:a <urn:p> _:c . _:c <urn:q> 1 ."
    )
    assert tool("fmt", first, second).code == 0
    assert first.read_text() == second.read_text()


def test_a_byte_order_mark_goes(tmp_path: Path) -> None:
    file = write(tmp_path / "a.ttl", b"\xef\xbb\xbf" + CROOKED.encode())
    assert tool("fmt", file).code == 0
    assert file.read_text() == STRAIGHT


def test_a_file_that_is_wrong_is_left_as_it_is(tmp_path: Path) -> None:
    file = write(tmp_path / "a.ttl", "<urn:a> <urn:b> oops .\n")
    refused(
        tool("fmt", file), f"{file}:1:17: oops is not a valid RDF object", "look at: <urn:a> <urn:b> oops ."
    )
    assert file.read_text() == "<urn:a> <urn:b> oops .\n"


def test_only_turtle_has_a_canonical_form(tmp_path: Path) -> None:
    file = write(tmp_path / "a.nt", "<urn:a> <urn:b> <urn:c> .\n")
    refused(tool("fmt", file), f"{file}: only Turtle files have a canonical form here", "give .ttl files")


def test_what_longturtle_cannot_say_is_refused_and_not_lost(tmp_path: Path) -> None:
    text = "<urn:s> <urn:p> <<( <urn:a> <urn:b> <urn:c> )>> .\n"
    file = write(tmp_path / "a.ttl", text)
    refused(tool("fmt", file), f"{file}: no canonical form says the same")
    assert file.read_text() == text


def test_an_ill_typed_literal_is_kept_without_a_word(tmp_path: Path) -> None:
    text = 'PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\n\n<urn:s>\n    <urn:p> "soon"^^xsd:date ;\n.\n'
    file = write(tmp_path / "a.ttl", text.replace("\n", " "))
    found = tool_process("fmt", file)
    assert (found.code, found.err) == (0, f"rewritten: {file}\n1 file, 1 rewritten\n")
    assert isomorphic(rdflib.Graph().parse(file), rdflib.Graph().parse(data=text))


# -- whatever a file says, its canonical text says the same ----------------------------------------

XSD = "http://www.w3.org/2001/XMLSchema#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
SPACES = ["https://rivers.example/id/river/", "http://www.w3.org/2004/02/skos/core#", "urn:x:"]
FORMS = [
    "1",
    "01",
    "+1",
    "-0",
    "1.0",
    "1.",
    ".5",
    "4.10",
    "1e5",
    "1E05",
    "INF",
    "NaN",
    "true",
    "0",
    " 1 ",
    "2020-01-01",
]

letters = st.characters(
    max_codepoint=0xD7FF, exclude_characters='<>"{}|^`\\', exclude_categories=("Cc", "Zs", "Zl", "Zp", "Cs")
)


def iri(text: str) -> NamedNode | None:
    try:
        return NamedNode(text)
    except ValueError:
        return None


iris = st.builds(
    lambda space, local: iri(space + local), st.sampled_from(SPACES), st.text(letters, max_size=5)
).filter(bool)
texts = st.text(st.characters(codec="utf-8"), max_size=8)
literals = st.one_of(
    st.builds(Literal, texts),
    st.builds(
        lambda text, tag: Literal(text, language=tag), texts, st.sampled_from(["en", "en-gb", "de-x-a"])
    ),
    st.builds(
        lambda form, name: Literal(form, datatype=NamedNode(XSD + name)),
        st.one_of(st.sampled_from(FORMS), texts),
        st.sampled_from(["integer", "decimal", "double", "float", "boolean", "date", "gYear"]),
    ),
)
blanks = st.sampled_from([BlankNode(name) for name in "abc"])
verbs = st.one_of(iris, st.sampled_from([NamedNode(RDF + name) for name in ("type", "first", "rest")]))
things = st.one_of(iris, blanks, st.just(NamedNode(RDF + "nil")))
triples = st.builds(Triple, things, verbs, st.one_of(things, literals))
prefixes = load_project(RIVERS).prefixes


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fmt") / "a.ttl"


def graph_of(text: bytes) -> rdflib.Graph:
    return rdflib.Graph().parse(data=text, format="turtle")


@pytest.mark.filterwarnings("ignore::UserWarning")
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(said=st.lists(triples, min_size=1, max_size=6))
def test_the_canonical_text_says_the_same_and_is_stable(scratch: Path, said: list[Triple]) -> None:
    before = serialize(said, format=RdfFormat.TURTLE) or b""
    scratch.write_bytes(before)
    after = canonical_turtle(scratch, prefixes)
    assert isomorphic(graph_of(before), graph_of(after.encode()))
    scratch.write_text(after)
    assert canonical_turtle(scratch, prefixes) == after


def test_the_projects_own_files_are_well_formed_for_the_check(rivers: Path) -> None:
    """A file of the packaged project that is formatted twice is formatted once."""
    for path in load_project(rivers).graph_files:
        once = canonical_turtle(path, prefixes)
        path.write_text(once)
        assert canonical_turtle(path, prefixes) == once
    assert ok(tool("validate", project=rivers)).text == "the whole graph: conforms\n"
