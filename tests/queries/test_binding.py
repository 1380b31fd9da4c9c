"""Binding the parameters of saved queries: what a user writes is a value and never a piece of the query.

Three things are held against an independent judge: the structure of a bound query against rdflib's
parser, its answer against rdflib's engine on a query with the term written out, and the names that
people give against the thing itself.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, QuerySolutions, RdfFormat, serialize
from rdflib import Dataset, Graph
from rdflib import Literal as RdflibLiteral
from rdflib.plugins.sparql.parser import Query as rdflib_grammar
from rdflib.plugins.sparql.parserutils import CompValue

from mca_graph.errors import ParameterError
from mca_graph.namespaces import RDF, RDFS, SKOS
from mca_graph.project import load_project
from mca_graph.queries.catalogue import Parameter, SavedQuery, catalogue, read_query
from mca_graph.queries.names import Names, Range
from mca_graph.queries.parameters import bind_parameters, term_of
from mca_graph.queries.sparql import bind, tokens
from mca_graph.store.embedded import EmbeddedStore

ROOT = Path(__file__).parents[2]
PROJECT = load_project(ROOT)
BASE = PROJECT.base
EX = "http://example.org/"
MCA = BASE + "ontology#"
COMMUNITY = BASE + "concept/community"
SAVED = catalogue(PROJECT)
WITH_PARAMETERS = sorted(name for name, query in SAVED.items() if query.params)

QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


# What a hostile user may write.

HOSTILE = [
    '"',
    "'",
    '"""',
    "'''",
    '" } #',
    '" } UNION { ?s ?p ?o } #',
    "' } ; DROP ALL #",
    "\\",
    '\\"',
    '\\\\" }',
    "\\u0022 } #",
    "\\U00000022 } #",
    "%22 } #",
    "line\nbreak } #",
    "carriage\rreturn } #",
    "tab\tbed",
    "# all is comment",
    "{ ?s ?p ?o }",
    "}}}}",
    "> } #",
    "<http://example.org/a> } #",
    "<http://example.org/a>) } #",
    "http://example.org/a> } #",
    "http://example.org/a b",
    'http://example.org/"',
    "http://example.org/{x}",
    "http://example.org/a\\u003E } #",
    "mca:Project . ?s ?p ?o",
    "mca:Project> ?p ?o } #",
    "?project",
    "$project",
    "UNDEF",
    "UNDEF } SERVICE <http://example.org/> { ?s ?p ?o } #",
    '"^^<http://example.org/type> } #',
    '"@en } #',
    "_:blank",
    "\x00",
    "\x1b[31m",
    "\ufeff",
    "\u2028} #",
    "\u202e} #",
    "e\u0301",
    "𝔘𝔫𝔦 ☃ \U0001f9ff",
    "\ufffe",
    "",
    " ",
]

MARKS = st.sampled_from(
    ["'", '"', '"""', "\\", "\n", "\r", "{", "}", "<", ">", "#", "?", "$", "(", ")", ";", ".", "\\u007D"]
)
texts = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(st.characters(codec="utf-8"), max_size=30),
    st.lists(st.one_of(MARKS, st.text(st.characters(codec="utf-8"), max_size=4)), max_size=8).map("".join),
)


def shape(node: object) -> object:
    """The syntax tree of a query as rdflib reads it, without what its literals say."""
    if isinstance(node, CompValue):
        return (node.name, [(key, shape(value)) for key, value in node.items()])
    if isinstance(node, RdflibLiteral):
        return "a literal"
    if isinstance(node, str):
        return (type(node).__name__, str(node))
    if isinstance(node, Iterable):
        return [shape(item) for item in node]
    return repr(node)


def structure(text: str) -> object:
    """Read with the grammar alone: rdflib would first replace ``\\u0022`` where it is no escape."""

    def plain(found: re.Match[str]) -> str:
        return chr(int(found[1], 16)) if found[1] else found[0]

    return shape(
        rdflib_grammar.parse_string(re.sub(r"\\\\|\\u([0-9A-Fa-f]{4})", plain, text), parse_all=True)
    )


def rows(store: EmbeddedStore, query: str) -> Counter[tuple[str, ...]]:
    answer = store.query(query)
    assert isinstance(answer, QuerySolutions)
    names = [variable.value for variable in answer.variables]
    return Counter(tuple("" if row[name] is None else str(row[name]) for name in names) for row in answer)


# A string is a string.

BODIES = {
    "pattern": "SELECT ?x WHERE { ?x <http://example.org/p> ?word }",
    "filter": "SELECT ?x WHERE { ?x <http://example.org/p> ?o FILTER(CONTAINS(LCASE(?o), LCASE(?word))) }",
    "subquery": "SELECT ?x ?n WHERE { { SELECT ?x (COUNT(*) AS ?n) WHERE { ?x ?p ?word } GROUP BY ?x } }",
    "optional": "SELECT ?x WHERE { ?x ?p ?o OPTIONAL { ?x ?q ?word } }",
    "union": "SELECT ?x WHERE { { ?x ?p ?word } UNION { ?x ?q ?o FILTER(?o != ?word) } }",
    "not exists": "SELECT ?x WHERE { ?x ?p ?o FILTER NOT EXISTS { ?x ?q ?word } }",
    "minus": "SELECT ?x WHERE { ?x ?p ?o MINUS { ?x ?q ?word } }",
    "bind": "SELECT ?x ?w WHERE { ?x ?p ?o BIND(CONCAT(?word, '!') AS ?w) }",
    "graph": "SELECT ?x WHERE { GRAPH ?g { ?x ?p ?word } }",
    "construct": "CONSTRUCT { ?x ?p ?word } WHERE { ?x ?p ?word }",
    "beside text": 'SELECT ?x WHERE { ?x ?p "?word } #" . ?x ?q ?word # ?word } \'\n}',
}


@pytest.fixture(scope="module")
def bodies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, SavedQuery]:
    folder = tmp_path_factory.mktemp("bodies")
    for name, body in BODIES.items():
        (folder / f"{name}.rq").write_text(
            "#+ title: Words\n#+ summary: What has a word?\n"
            '#+ params: {"word": {"type": "string", "description": "A word.", "example": "a"}}\n' + body,
            encoding="utf-8",
        )
    return {name: read_query(folder / f"{name}.rq", PROJECT) for name in BODIES}


def bound(query: SavedQuery, **given: str) -> str:
    return bind_parameters(
        query, {name: [text] for name, text in given.items()}, Names(EmbeddedStore(), PROJECT)
    )


@pytest.mark.parametrize("body", sorted(BODIES))
@QUICK
@given(text=texts)
def test_a_string_never_changes_the_structure_of_a_query(
    bodies: dict[str, SavedQuery], body: str, text: str
) -> None:
    harmless, hostile = (bound(bodies[body], word=value) for value in ("harmless", text))
    assert structure(hostile) == structure(harmless)
    assert [(token.kind, token.text) for token in tokens(hostile) if token.kind != "string"] == [
        (token.kind, token.text) for token in tokens(harmless) if token.kind != "string"
    ]


@QUICK
@given(text=texts, other=texts)
def test_a_string_matches_itself_and_nothing_else(
    bodies: dict[str, SavedQuery], text: str, other: str
) -> None:
    things = {value: NamedNode(f"{EX}{index}") for index, value in enumerate(dict.fromkeys([text, other]))}
    store = EmbeddedStore.of(
        Quad(thing, NamedNode(EX + "p"), Literal(value)) for value, thing in things.items()
    )
    assert rows(store, bound(bodies["pattern"], word=text)) == Counter({(str(things[text]),): 1})


@pytest.mark.parametrize("kind", ["integer", "decimal", "date", "boolean"])
@QUICK
@given(
    text=st.one_of(
        texts, st.sampled_from(["1 } #", "1.0) #", "2025-06-01Z } #", "true . ?s", "1e400", "٣", "²"])
    )
)
def test_a_value_is_a_plain_literal_of_its_type_or_refused(kind: str, text: str) -> None:
    try:
        term = term_of(Parameter("value", kind, "A value."), text, Names(EmbeddedStore(), PROJECT))
    except ParameterError as error:
        message = error.message
    else:
        assert isinstance(term, Literal)
        assert set(term.value) <= set("0123456789+-.truefals")
        return
    assert message.startswith(f"--value: {text!r} is not ")


# A name is the thing that bears it.


@pytest.mark.parametrize("wanted", [Range(), Range(scheme=COMMUNITY), Range(class_=MCA + "Project")])
@QUICK
@given(text=texts)
def test_a_name_that_nothing_bears_is_an_error(wanted: Range, text: str) -> None:
    store = EmbeddedStore.of(people_and_places())
    assume(text.strip().strip("<>") not in KNOWN_NAMES)
    with pytest.raises(ParameterError, match="unknown thing"):
        Names(store, PROJECT).find(text, wanted)


@pytest.mark.parametrize("text", ["50%", "mca:%zz", "http://[", "http://example.org/%zz", "<http://[>"])
def test_a_name_that_only_looks_like_an_iri_is_an_error(text: str) -> None:
    with pytest.raises(ParameterError, match="unknown thing"):
        Names(EmbeddedStore.of(people_and_places()), PROJECT).find(text, Range())


def people_and_places() -> Iterator[Quad]:
    """Three communities, two of them within the third, and three projects."""
    for slug, label, other in COMMUNITIES:
        node = NamedNode(f"{COMMUNITY}/{slug}")
        yield Quad(node, NamedNode(RDF + "type"), NamedNode(SKOS + "Concept"))
        yield Quad(node, NamedNode(SKOS + "inScheme"), NamedNode(COMMUNITY))
        yield Quad(node, NamedNode(SKOS + "prefLabel"), Literal(label, language="en"))
        yield Quad(node, NamedNode(SKOS + "altLabel"), Literal(other, language="en"))
        if slug != "people":
            yield Quad(node, NamedNode(SKOS + "broader"), NamedNode(f"{COMMUNITY}/people"))
    for slug, label, serves in PROJECTS:
        node = NamedNode(f"{BASE}id/project/{slug}")
        yield Quad(node, NamedNode(RDF + "type"), NamedNode(MCA + "Project"))
        yield Quad(node, NamedNode(RDFS + "label"), Literal(label, language="en"))
        yield Quad(node, NamedNode(MCA + "partOf"), NamedNode(f"{BASE}id/phase/1"))
        yield Quad(node, NamedNode(MCA + "servesCommunity"), NamedNode(f"{COMMUNITY}/{serves}"))
    yield Quad(NamedNode(f"{BASE}id/phase/1"), NamedNode(RDF + "type"), NamedNode(MCA + "Phase"))


COMMUNITIES = [
    ("people", "people of any kind", "everybody"),
    ("older-people", "older people", "pensioners"),
    ("coastal-communities", "coastal communities", "seaside towns"),
]
PROJECTS = [
    ("sea", 'Sea "and" Sky', "coastal-communities"),
    ("tea", "Tea {for} <two> 100%", "older-people"),
    ("all", "All # together \\ now", "people"),
]
KNOWN_NAMES = {name for entry in (*COMMUNITIES, *PROJECTS) for name in entry}


def spellings(slug: str, label: str, prefix: str, namespace: str) -> list[str]:
    return [
        slug,
        label,
        label.upper(),
        f"  {label} ",
        f"{prefix}:{slug}",
        namespace + slug,
        f"<{namespace}{slug}>",
    ]


@pytest.mark.parametrize(("slug", "label", "other"), COMMUNITIES)
def test_slug_label_curie_and_iri_give_the_same_rows(slug: str, label: str, other: str) -> None:
    store = EmbeddedStore.of(people_and_places())
    names = Names(store, PROJECT)
    expected = Counter(
        str(NamedNode(f"{BASE}id/project/{project}"))
        for project, _label, serves in PROJECTS
        if slug in ("people", serves)
    )
    assert expected
    for given_name in (*spellings(slug, label, "community", f"{COMMUNITY}/"), other, other.title()):
        text = bind_parameters(SAVED["projects-serving-community"], {"community": [given_name]}, names)
        assert Counter(row[0] for row in rows(store, text).elements()) == expected, given_name


@pytest.mark.parametrize(("slug", "label"), [entry[:2] for entry in PROJECTS])
def test_a_label_full_of_marks_names_its_thing(slug: str, label: str) -> None:
    names = Names(EmbeddedStore.of(people_and_places()), PROJECT)
    for given_name in spellings(slug, label, "project", f"{BASE}id/project/"):
        found = names.find(given_name, Range(class_=MCA + "Project"))
        assert found == NamedNode(f"{BASE}id/project/{slug}"), given_name


@given(
    slugs=st.lists(
        st.from_regex(r"[a-z]{2,6}(-[a-z0-9]{1,5}){0,2}", fullmatch=True), min_size=1, max_size=5, unique=True
    ),
    data=st.data(),
)
@QUICK
def test_any_label_names_its_concept_and_no_other(slugs: list[str], data: st.DataObject) -> None:
    labels = data.draw(
        st.lists(
            st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1, max_size=12),
            min_size=len(slugs),
            max_size=len(slugs),
            unique_by=str.casefold,
        )
    )
    assume(not {label.casefold() for label in labels} & set(slugs))
    nodes = {slug: NamedNode(f"{COMMUNITY}/{slug}") for slug in slugs}
    quads = [Quad(node, NamedNode(SKOS + "inScheme"), NamedNode(COMMUNITY)) for node in nodes.values()]
    quads += [
        Quad(nodes[slug], NamedNode(SKOS + "prefLabel"), Literal(label, language="en"))
        for slug, label in zip(slugs, labels, strict=True)
    ]
    names = Names(EmbeddedStore.of(quads), PROJECT)
    for slug, label in zip(slugs, labels, strict=True):
        for given_name in spellings(slug, label, "community", f"{COMMUNITY}/"):
            if given_name != label.upper() or given_name.casefold() == label.casefold():
                assert names.find(given_name, Range(scheme=COMMUNITY)) == nodes[slug]


def test_a_thing_outside_the_range_is_unknown() -> None:
    names = Names(EmbeddedStore.of(people_and_places()), PROJECT)
    for given_name in ("sea", "project:sea", f"{BASE}id/project/sea"):
        with pytest.raises(ParameterError, match="unknown community"):
            names.find(given_name, Range(scheme=COMMUNITY), "community")


def test_an_unknown_value_is_an_error_that_names_the_nearest_three() -> None:
    names = Names(EmbeddedStore.of(people_and_places()), PROJECT)
    query = SAVED["projects-serving-community"]
    with pytest.raises(ParameterError) as caught:
        bind_parameters(query, {"community": ["oldr people"]}, names)
    assert caught.value.message == "unknown community 'oldr people'"
    assert caught.value.hint == "did you mean 'older-people' or 'people' or 'people of any kind'?"


def test_a_name_of_two_things_is_an_error_that_names_both() -> None:
    twins = [NamedNode(f"{COMMUNITY}/{slug}") for slug in ("one", "two")]
    quads = [Quad(node, NamedNode(SKOS + "inScheme"), NamedNode(COMMUNITY)) for node in twins]
    quads += [Quad(node, NamedNode(SKOS + "prefLabel"), Literal("twin", language="en")) for node in twins]
    with pytest.raises(ParameterError) as caught:
        Names(EmbeddedStore.of(quads), PROJECT).find("twin", Range(scheme=COMMUNITY), "community")
    assert caught.value.message == "community 'twin' is the name of 2 things"
    assert caught.value.hint is not None
    assert set(caught.value.hint.removeprefix("write one of ").split(", ")) == {
        "community:one",
        "community:two",
    }


@pytest.mark.parametrize(
    ("given_values", "message"),
    [
        ({}, "projects-serving-community needs --community"),
        ({"community": ["people", "older-people"]}, "--community may be given once only"),
        (
            {"community": ["people"], "comunity": ["people"]},
            "projects-serving-community has no parameter comunity",
        ),
    ],
)
def test_values_that_do_not_fit_the_query_are_refused(
    given_values: dict[str, list[str]], message: str
) -> None:
    names = Names(EmbeddedStore.of(people_and_places()), PROJECT)
    with pytest.raises(ParameterError) as caught:
        bind_parameters(SAVED["projects-serving-community"], given_values, names)
    assert caught.value.message == message


# Every saved query, bound.


@pytest.mark.parametrize("name", WITH_PARAMETERS)
def test_binding_adds_values_to_a_saved_query_and_nothing_else(name: str) -> None:
    query = SAVED[name]
    terms = {parameter.name: SAMPLES[parameter.type] for parameter in query.params}
    text = bind(query.text, {parameter: [term] for parameter, term in terms.items()})
    before, after = ([token.text for token in tokens(version)] for version in (query.text, text))
    added = [
        [token.text for token in tokens(f"VALUES ?{parameter} {{ {term} }}")]
        for parameter, term in terms.items()
    ]
    counts: Counter[str] = Counter()
    position = 0
    while position < len(after):
        piece = next((piece for piece in added if after[position : position + len(piece)] == piece), None)
        if piece is not None:
            counts[piece[1]] += 1
            position += len(piece)
        else:
            assert before.pop(0) == after[position]
            position += 1
    assert not before
    assert set(counts) == {f"?{parameter}" for parameter in terms}


@pytest.mark.parametrize("name", WITH_PARAMETERS)
def test_a_bound_saved_query_is_sparql_for_two_engines(name: str) -> None:
    query = SAVED[name]
    text = bind(query.text, {parameter.name: [SAMPLES[parameter.type]] for parameter in query.params})
    EmbeddedStore().query(text)
    Graph().query(text)


SAMPLES = {
    "iri": "<http://example.org/a>",
    "string": '"} #"',
    "integer": '"2"^^<http://www.w3.org/2001/XMLSchema#integer>',
    "decimal": '"2.5"^^<http://www.w3.org/2001/XMLSchema#decimal>',
    "date": '"2025-06-01"^^<http://www.w3.org/2001/XMLSchema#date>',
    "boolean": '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>',
}


# The answer is that of the query with the term written in place of the variable.

# @ stands for the parameter in the query that is bound, and for the term itself in the query that judges.
# A subquery that groups says HAVING, because rdflib makes a group of nothing where the standard makes none.
TEMPLATES = {
    "join": "SELECT ?x ?y { ?x :knows @ . @ :likes ?y }",
    "object list": "SELECT ?x ?y { ?x :knows ?y , @ ; :likes ?y }",
    "path from": "SELECT ?x { @ :knows+ ?x }",
    "path to": "SELECT DISTINCT ?x { ?x :knows* @ . ?x :likes ?x }",
    "filter": "SELECT ?x ?y { ?x ?p ?y FILTER(?y != @) }",
    "filter in": "SELECT ?x ?y { ?x :knows ?y FILTER(?y IN (@, :a)) }",
    "nested group": "SELECT ?x ?y { ?x :knows ?y { ?y :likes @ } { { ?x :knows @ } } }",
    "optional": "SELECT ?x ?y ?z { ?x :knows ?y OPTIONAL { ?y :likes @ . @ :knows ?z } }",
    "optional filter": "SELECT ?x ?y ?z { ?x :knows ?y OPTIONAL { ?y :likes ?z FILTER(?z != @) } }",
    "nested optional": "SELECT ?x ?y ?z { ?x :knows ?y OPTIONAL { ?y :likes ?z OPTIONAL { ?z :knows @ } } }",
    "union": "SELECT ?x ?y { { ?x :knows @ } UNION { @ :likes ?y } UNION { ?x :likes ?y } }",
    "not exists": "SELECT ?x ?y { ?x :knows ?y FILTER NOT EXISTS { ?y :likes @ } }",
    "not exists, inside and outside": "SELECT ?x { ?x :knows @ FILTER NOT EXISTS { @ :likes ?x } }",
    "not exists in exists": """SELECT ?x {
        ?x :knows ?y FILTER EXISTS { ?y :likes ?z FILTER NOT EXISTS { ?z :knows @ } } }""",
    "minus": "SELECT ?x ?y { ?x :knows ?y MINUS { ?y :likes @ } }",
    "minus, inside and outside": "SELECT ?x { ?x :knows @ MINUS { ?x :likes @ } }",
    "minus filter": "SELECT ?x ?y { ?x :knows ?y MINUS { ?x :likes ?z FILTER(?z = @) } }",
    "bind": "SELECT ?x ?w { ?x :knows ?y BIND(IF(?y = @, 1, 2) AS ?w) }",
    "bind in union": "SELECT ?w ?x { { ?x :knows @ BIND(@ AS ?w) } UNION { ?x :likes ?w FILTER(?w = @) } }",
    "graph": "SELECT ?g ?x { GRAPH ?g { ?x :knows @ } }",
    "graph in optional": "SELECT ?g ?x ?y { ?x :knows ?y OPTIONAL { GRAPH ?g { ?x :knows @ } } }",
    "name of a graph": "SELECT ?x ?y { GRAPH @ { ?x :knows ?y } }",
    "count": "SELECT ?x (COUNT(?y) AS ?n) { ?x :knows ?y . ?y :likes @ } GROUP BY ?x HAVING(COUNT(?y) > 0)",
    "count of all": "SELECT (COUNT(*) AS ?n) { ?x :knows @ }",
    "count distinct": """SELECT ?x (COUNT(DISTINCT ?y) AS ?n) {
        ?x :knows ?y OPTIONAL { ?y :likes @ . @ :knows ?z } } GROUP BY ?x HAVING(COUNT(?y) > 0)""",
    "sum": "SELECT ?x (SUM(?age) AS ?n) { ?x :knows @ . @ :age ?age } GROUP BY ?x HAVING(COUNT(?age) > 0)",
    "having": "SELECT ?x (COUNT(?y) AS ?n) { ?x :knows ?y FILTER(?y != @) } GROUP BY ?x HAVING(COUNT(*) > 1)",
    "distinct": "SELECT DISTINCT ?x { ?x :knows|:likes @ }",
    "subquery": "SELECT ?x ?y { ?x :knows ?y { SELECT DISTINCT ?y { ?y :likes @ } } }",
    "subquery that counts": """SELECT ?x ?n { ?x :likes ?y
        { SELECT ?x (COUNT(?z) AS ?n) { ?x :knows ?z . ?z :likes @ } GROUP BY ?x HAVING(COUNT(?z) > 0) } }""",
    "outside of a subquery": """SELECT ?x ?n { ?x :likes @
        { SELECT ?x (COUNT(?z) AS ?n) { ?x :knows ?z } GROUP BY ?x HAVING(COUNT(?z) > 0) } }""",
    "subquery in optional": """SELECT ?x ?n { ?x :likes ?y
        OPTIONAL { SELECT ?x (COUNT(*) AS ?n) { ?x :knows @ } GROUP BY ?x HAVING(COUNT(*) > 0) } }""",
    "subquery with a limit": "SELECT ?n { { SELECT (COUNT(*) AS ?n) { ?x :knows @ } LIMIT 1 } }",
    "subquery of a subquery": """SELECT ?x {
        { SELECT ?x { { SELECT DISTINCT ?x ?y { ?x :knows ?y . ?y :likes @ } } } } }""",
    "beside the same in text": """SELECT ?x { ?x :knows @ FILTER(STR(?x) != "@ } #") }""",
}

PEOPLE = [NamedNode(EX + letter) for letter in "abcd"]
edges = st.lists(
    st.builds(
        Quad,
        st.sampled_from(PEOPLE),
        st.sampled_from([NamedNode(EX + "knows"), NamedNode(EX + "likes")]),
        st.sampled_from(PEOPLE),
        st.sampled_from([DefaultGraph(), DefaultGraph(), *PEOPLE[:2]]),
    ),
    max_size=14,
)


def judged(quads: list[Quad], query: str) -> Counter[tuple[str, ...]]:
    """The rows of a query as rdflib's engine finds them."""
    dataset = Dataset()
    dataset.parse(data=serialize(quads, format=RdfFormat.N_QUADS), format="nquads")
    answer = dataset.query(query)
    return Counter(tuple("" if term is None else term.n3() for term in row) for row in answer)


@pytest.mark.parametrize("name", sorted(TEMPLATES))
@QUICK
@given(edges=edges, value=st.sampled_from(PEOPLE))
def test_a_bound_query_answers_as_if_the_term_stood_in_it(
    name: str, edges: list[Quad], value: NamedNode
) -> None:
    quads = [
        *edges,
        *(Quad(person, NamedNode(EX + "age"), Literal(age)) for age, person in enumerate(PEOPLE, 20)),
    ]
    template = f"PREFIX : <{EX}> {TEMPLATES[name]}"
    text = bind(template.replace("@", "?v"), {"v": [str(value)]})
    assert rows(EmbeddedStore.of(quads), text) == judged(quads, template.replace("@", str(value)))


# @ stands for the parameter; ¤ for what the judging query says instead: that it is one of the values.
SEVERAL = {
    "join": "SELECT ?x ?v { ?x :knows @ ¤ }",
    "path": "SELECT ?x ?v { ?x :knows+ @ ¤ }",
    "optional": "SELECT ?x ?y ?v { ?x :knows ?y OPTIONAL { ?y :likes @ ¤ } }",
    "union": "SELECT ?x ?v { { ?x :knows @ ¤ } UNION { @ :likes ?x ¤ } }",
    "not exists": "SELECT ?x { ?x :knows ?y FILTER NOT EXISTS { ?y :likes @ ¤ } }",
    "minus": "SELECT ?x ?y { ?x :knows ?y MINUS { ?y :likes @ ¤ } }",
    "count": "SELECT ?x (COUNT(?y) AS ?n) { ?x :knows ?y . ?y :likes @ ¤ } GROUP BY ?x HAVING(COUNT(?y) > 0)",
    "count by value": """SELECT ?v (COUNT(DISTINCT ?x) AS ?n) {
        ?x :knows @ ¤ } GROUP BY ?v HAVING(COUNT(?x) > 0)""",
    "subquery": """SELECT ?x ?n { ?x :likes ?y
        { SELECT ?x (COUNT(*) AS ?n) { ?x :knows @ ¤ } GROUP BY ?x HAVING(COUNT(*) > 0) } }""",
    "subquery and outside": """SELECT ?x ?v ?n { ?x :likes @ ¤
        { SELECT ?v (COUNT(*) AS ?n) { ?z :knows @ ¤ } GROUP BY ?v HAVING(COUNT(*) > 0) } }""",
    "graph": "SELECT ?g ?x ?v { GRAPH ?g { ?x :knows @ ¤ } }",
}


@pytest.mark.parametrize("name", sorted(SEVERAL))
@QUICK
@given(edges=edges, values=st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=4))
def test_several_values_answer_as_a_choice_between_them(
    name: str, edges: list[Quad], values: list[NamedNode]
) -> None:
    template = f"PREFIX : <{EX}> {SEVERAL[name]}".replace("@", "?v")
    text = bind(template.replace("¤", ""), {"v": [str(value) for value in values]})
    choice = f"FILTER(?v IN ({', '.join(str(value) for value in values)}))"
    assert rows(EmbeddedStore.of(edges), text) == judged(edges, template.replace("¤", choice))


@pytest.mark.parametrize("name", sorted(SEVERAL))
@QUICK
@given(edges=edges)
def test_a_parameter_that_is_not_given_leaves_the_query_as_it_is(name: str, edges: list[Quad]) -> None:
    template = f"PREFIX : <{EX}> {SEVERAL[name]}".replace("@", "?v").replace("¤", "")
    assert bind(template, {}) == bind(template, {"v": []}) == template
    assert rows(EmbeddedStore.of(edges), template) == judged(edges, template)
