"""Whatever changes in contributions, the index made from the last one is that made from nothing."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from following_support import (
    BASE,
    from_nothing,
    graph_of,
    indexed,
    lines,
    rivers_without_contributions,
    write_contributions,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mca_graph.graph import assemble, follow
from mca_graph.graph.lineage import changes_between, state_of_graph
from mca_graph.namespaces import DCTERMS, OWL, PROV, RDF, RDFS, XSD

SLUGS = ("survey", "letter", "map")
RIVERS = [f"<{BASE}id/river/{name}>" for name in ("alder", "birch")]
CLASSES = [f"<{BASE}ontology#{name}>" for name in ("River", "Brook", "Ditch")]
LENGTHS = [f'"{text}"^^<{XSD}{type_}>' for text, type_ in (
    ("12.5", "decimal"), ("12.50", "decimal"), ("+3", "integer"), ("03", "integer"), ("3", "integer"),
    ("3.0E0", "double"), ("many", "decimal"),
)]  # fmt: skip
LABELS = ['"Alder"@en', '"Elder"@en', '"Gwernen"@cy', '"Alder"']


def one_of(*parts: list[str]) -> st.SearchStrategy[str]:
    return st.tuples(*map(st.sampled_from, parts)).map(" ".join)


plain = st.one_of(
    one_of(RIVERS, [f"<{RDF}type>"], CLASSES),
    one_of(RIVERS, [f"<{BASE}ontology#length>"], LENGTHS),
    one_of(RIVERS, [f"<{BASE}ontology#length>"], LENGTHS[:2]),
    one_of(RIVERS, [f"<{RDFS}label>"], LABELS),
    one_of(RIVERS, [f"<{BASE}ontology#flowsInto>"], RIVERS),
)
odd = st.one_of(
    one_of(CLASSES, [f"<{RDFS}subClassOf>"], CLASSES),  # one of them is said by the ontology too
    one_of([f"<{graph_of(slug)}>" for slug in SLUGS], [f"<{RDFS}comment>"], ['"about a contribution"']),
    one_of([*RIVERS, "_:b"], [f"<{RDFS}seeAlso>"], ["_:b", RIVERS[0]]),
    one_of(["<urn:denial>"], [f"<{RDFS}comment>"], ['"on a denial"']),
)
denials = st.tuples(st.sampled_from(RIVERS), st.sampled_from(RIVERS)).map(
    lambda found: " .\n".join((
        f"<urn:denial> <{RDF}type> <{OWL}NegativePropertyAssertion>",
        f"<urn:denial> <{OWL}sourceIndividual> {found[0]}",
        f"<urn:denial> <{OWL}assertionProperty> <{BASE}ontology#flowsInto>",
        f"<urn:denial> <{OWL}targetIndividual> {found[1]}",
    ))
)  # fmt: skip
statements = st.one_of(plain, plain, plain, plain, odd, denials)
headers = st.one_of(
    one_of([f"<{DCTERMS}issued>"], [f'"{year}"^^<{XSD}gYear>' for year in (2020, 2021)]),
    one_of([f"<{PROV}generatedAtTime>"], [f'"{day}T00:00:00Z"^^<{XSD}dateTime>' for day in ("2020-01-01",)]),
    one_of(
        [f"<{BASE}ontology#trust>"], [f"<{BASE}concept/trust/{name}>" for name in ("measured", "guessed")]
    ),
)

State = dict[str, tuple[list[str], list[str]]]
"""By slug: what is said of a contribution, and what it says."""


@st.composite
def histories(draw: st.DrawFn) -> list[State]:
    """States of a project, one made from another by a few changes, now and then the one before it again."""
    state: State = {
        slug: (
            draw(st.lists(headers, max_size=2)),
            draw(st.lists(plain, min_size=1, max_size=6, unique=True)),
        )
        for slug in draw(st.lists(st.sampled_from(SLUGS), min_size=2, unique=True))
    }
    states = [state]
    for _step in range(draw(st.integers(2, 5))):
        if len(states) > 1 and draw(st.integers(0, 5)) == 0:
            states.append(states[-2])
            continue
        state = {slug: (list(header), list(said)) for slug, (header, said) in states[-1].items()}
        for _change in range(draw(st.integers(1, 3))):
            _change_something(draw, state)
        states.append(state)
    return states


def _change_something(draw: st.DrawFn, state: State) -> None:
    slug = draw(st.sampled_from(SLUGS))
    if slug not in state or (len(state) > 1 and draw(st.integers(0, 7)) == 0):
        if state.pop(slug, None) is None:
            state[slug] = ([draw(headers)], [draw(plain)])
        return
    of_header = draw(st.integers(0, 3)) == 0
    found = state[slug][0 if of_header else 1]
    if len(found) > 1 and draw(st.booleans()):
        found.pop(draw(st.integers(0, len(found) - 1)))
    else:
        new = draw(headers if of_header else statements)
        if new not in found or draw(st.integers(0, 3)) == 0:  # what is said twice makes less to find out
            found.insert(draw(st.integers(0, len(found))), new)


def written(state: State, suffix: str) -> dict[str, str]:
    files = {
        f"{slug}{suffix}": lines([*(f"<{graph_of(slug)}> {one}" for one in header), *said])
        for slug, (header, said) in state.items()
    }
    # So that there is something to disagree about: only of rivers the shapes ask for one length.
    return {**files, f"base{suffix}": lines(f"{river} <{RDF}type> {CLASSES[0]}" for river in RIVERS)}


@pytest.fixture(params=["small", "large"])
def size(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Whether files are compared by what they say, or by their lines."""
    if request.param == "large":
        monkeypatch.setattr(assemble, "_LARGE", 1)
        monkeypatch.setattr(follow, "_PART", 1)
    return str(request.param)


@pytest.fixture
def folders(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        monkeypatch.setenv("MCA_GRAPH_CACHE", f"{folder}/cache")
        yield Path(folder)


def test_any_change(size: str, followed: list[bool], folders: Path) -> None:
    projects = iter(range(10**9))

    @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
    @given(histories())
    def check(states: list[State]) -> None:
        root = rivers_without_contributions(folders / str(next(projects))).root
        known, builds = [], len(followed)
        for state in states:
            project = write_contributions(root, written(state, ".nt" if size == "large" else ".ttl"))
            expected, graphs = from_nothing(project)
            found, found_graphs = indexed(project)
            assert without_blank_nodes(found) == without_blank_nodes(expected)
            assert len(found) == len(expected)
            assert found_graphs == graphs
            known.append((state_of_graph(project), without_blank_nodes(found)))
        for before, was in known:
            for after, is_ in known:
                changes = changes_between(project, before, after)
                if changes is None:
                    assert not all(followed[builds + 1 :])
                else:
                    assert changes.quads >= was ^ is_
                    assert before != after or not changes.quads

    check()
    assert sum(followed) > len(followed) / (3 if size == "small" else 6)


def without_blank_nodes(quads: frozenset[object]) -> frozenset[object]:
    return frozenset(quad for quad in quads if "_:" not in str(quad))
