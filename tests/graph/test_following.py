"""The index that is made from the last one: when that is done, and that nothing can tear it."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from following_support import from_nothing, indexed
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from mca_graph.errors import McaGraphError
from mca_graph.graph import assemble, follow, tidy
from mca_graph.graph.build import discard
from mca_graph.graph.changes import Changes
from mca_graph.graph.index import best, home_of, index_folder, is_store, open_graph, tidied
from mca_graph.graph.lineage import changes_between, state_of_graph
from mca_graph.namespaces import RDFS
from mca_graph.project import Project, load_project
from mca_graph.server.content import _version_of_store
from mca_graph.store.embedded import NAMES_FILE, EmbeddedStore
from mca_graph.store.name_table import NameTable

ALDER = NamedNode("https://rivers.example/id/river/alder")
LENGTH = NamedNode("https://rivers.example/ontology#length")
LABEL = NamedNode(RDFS + "label")


@pytest.fixture
def project(cache: Path, rivers: Path, followed: list[bool]) -> Project:
    """The rivers, indexed."""
    index_folder(load_project(rivers))
    followed.clear()
    return load_project(rivers)


def contribution(project: Project, name: str) -> Path:
    return project.root / "data" / "contributions" / name


def edit(project: Project, old: str, new: str, name: str = "survey-2020.ttl") -> Project:
    path = contribution(project, name)
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    return load_project(project.root)


def add(project: Project, name: str, text: str) -> Project:
    contribution(project, name).write_text(text)
    return load_project(project.root)


def lengths(project: Project) -> set[str]:
    return {value.value for _s, _p, value in open_graph(project).match(ALDER, LENGTH)}  # type: ignore[union-attr]


def index(project: Project) -> subprocess.Popen[bytes]:
    """A process that builds an index."""
    return subprocess.Popen(
        [sys.executable, "-m", "mca_graph.server.indexer", str(project.root)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_a_changed_statement(project: Project, followed: list[bool]) -> None:
    before = state_of_graph(project)
    project = edit(project, "Alder", "Elder")
    assert indexed(project) == from_nothing(project)
    assert followed == [True]
    graph = NamedNode(project.contribution_graph(contribution(project, "survey-2020.ttl")))
    moved = {
        Quad(ALDER, LABEL, Literal(name, language="en"), place)
        for name in ("Alder", "Elder")
        for place in (graph, DefaultGraph())
    }
    after = state_of_graph(project)
    assert changes_between(project, before, after) == Changes(frozenset(moved))
    assert changes_between(project, after, before) == Changes(frozenset(moved))
    assert changes_between(project, after, after) == Changes(frozenset())
    assert changes_between(project, after, "no such state") is None


def test_the_copy_shares_its_files_with_the_last_index(project: Project) -> None:
    last = index_folder(project)
    made = index_folder(edit(project, "Alder", "Elder"))
    shared = {path.name for path in made.glob("*.sst")} & {path.name for path in last.glob("*.sst")}
    assert shared
    assert all((made / name).samefile(last / name) for name in shared)


def test_a_header_decides_a_dispute_anew(project: Project, followed: list[bool]) -> None:
    assert lengths(project) == {"12.5"}
    before = state_of_graph(project)
    project = edit(project, "trust:measured", "trust:guessed")  # the letter is newer
    assert lengths(project) == {"14"}
    assert followed == [True]
    assert indexed(project) == from_nothing(project)
    found = changes_between(project, before, state_of_graph(project))
    assert found is not None
    provenance = NamedNode(project.graph("provenance"))
    moved = {str(quad.object) for quad in found.quads if quad.graph_name == DefaultGraph()}
    told = {str(quad.object) for quad in found.quads if quad.graph_name == provenance}
    assert {text.split('"')[1] for text in moved if text.startswith('"')} == {"12.5", "14"}
    assert moved >= {str(ALDER)}  # that the brook flows there is denied by the letter
    assert {text.rpartition("/")[2] for text in told if text.startswith("<")} == {"measured>", "guessed>"}
    project = edit(project, "trust:guessed", "trust:measured")
    assert lengths(project) == {"12.5"}


def test_what_was_denied_holds_when_the_other_gives_in(project: Project, followed: list[bool]) -> None:
    """The letter's denial is not touched, but what it denies is said by one more."""
    river, flows = "https://rivers.example/id/river/", "https://rivers.example/ontology#flowsInto"
    text = f"<{river}birch> <{flows}> <{river}alder> ."
    for content in (text, f"{text}<urn:a> <urn:b> 1 .", "<urn:a> <urn:b> 1 ."):
        project = add(project, "more.ttl", content)
        assert indexed(project) == from_nothing(project)
    project = edit(project, "trust:measured", "trust:guessed")
    assert indexed(project) == from_nothing(project)
    for old, new in (("2023-02", "2019-02"), ("2019-02", "2021-02")):
        project = edit(project, old, new, "letter-2023.ttl")
        assert indexed(project) == from_nothing(project)
    assert followed == [True] * 6


def test_a_class_decides_what_has_one_value(project: Project, followed: list[bool]) -> None:
    """Nothing is said anew of the thing itself."""
    ditch = "<urn:ditch> a <urn:Ditch> ; <https://rivers.example/ontology#length>"
    project = add(project, "one.ttl", f"{ditch} 1.0 .")
    project = add(project, "two.ttl", f"{ditch} 2.0 .")
    indexed(project)
    subclass = "<http://www.w3.org/2000/01/rdf-schema#subClassOf>"
    for content in (
        f"<urn:Ditch> {subclass} <https://rivers.example/ontology#River> .",
        "<urn:a> <urn:b> 1 .",
    ):
        project = add(project, "more.ttl", content)
        assert indexed(project) == from_nothing(project)
        values = open_graph(project).match(NamedNode("urn:ditch"), LENGTH)
        assert len(list(values)) == (1 if "Ditch" in content else 2)
    assert followed == [True] * 3


@pytest.mark.parametrize("is_large", [False, True])
def test_a_number_spelt_otherwise_is_told_though_the_store_has_it_as_before(
    project: Project, followed: list[bool], monkeypatch: pytest.MonkeyPatch, is_large: bool
) -> None:
    """Whoever reads the files sees another text."""
    if is_large:
        monkeypatch.setattr(assemble, "_LARGE", 1)
        monkeypatch.setattr(follow, "_PART", 1)
    number = "<http://www.w3.org/2001/XMLSchema#integer>"
    project = add(project, "more.nt", f'<urn:a> <urn:b> "01"^^{number} .\n<urn:a> <urn:b> "7"^^{number} .\n')
    indexed(project)
    told = []
    for first, second in (("01", "8"), ("1", "8")):
        before = state_of_graph(project)
        text = f'<urn:a> <urn:b> "{first}"^^{number} .\n<urn:a> <urn:b> "{second}"^^{number} .\n'
        project = add(project, "more.nt", text)
        assert indexed(project) == from_nothing(project)
        found = changes_between(project, before, state_of_graph(project))
        assert found is not None
        told.append({quad.object.value for quad in found.quads if quad.graph_name == DefaultGraph()})  # type: ignore[union-attr]
    assert told[0] == {"7", "8"}
    assert told[1] == ({"01", "1"} if is_large else {"01"})
    assert followed[1:] == [True] * 2


def test_a_file_comes_and_goes_with_its_graph(project: Project, followed: list[bool]) -> None:
    before = indexed(project), state_of_graph(project)
    project = add(project, "more.ttl", "<urn:a> <urn:b> 1 .")
    assert indexed(project) == from_nothing(project)
    contribution(project, "more.ttl").write_text(
        "<https://rivers.example/graph/contribution/more> <urn:b> 1 ."
    )
    project = load_project(project.root)
    assert indexed(project) == from_nothing(project)
    contribution(project, "survey-2020.ttl").unlink()
    project = load_project(project.root)
    assert indexed(project) == from_nothing(project)
    assert followed == [True] * 3
    found = changes_between(project, before[1], state_of_graph(project))
    assert found is not None
    assert found.quads >= indexed(project)[0] ^ before[0][0]


def test_a_state_that_was_before_is_known_by_both_ways(project: Project, followed: list[bool]) -> None:
    states = [state_of_graph(project)]
    for old, new in (("Alder", "Elder"), ("Elder", "Alder"), ("Birch", "Beech")):
        project = edit(project, old, new)
        indexed(project)
        states.append(state_of_graph(project))
    assert followed == [True, True]
    assert states[0] == states[2]
    found = changes_between(project, states[1], states[3])
    assert found is not None
    names = {quad.object.value for quad in found.quads if quad.predicate == LABEL}  # type: ignore[union-attr]
    assert names == {"Alder", "Elder", "Birch Brook", "Beech Brook"}


@pytest.mark.parametrize(
    "text",
    [
        "<urn:a> <urn:b> [ <urn:c> 1 ] .",
        "_:b <urn:b> 1 .",
        "<https://rivers.example/graph/contribution/more> <urn:b> [] .",
        "<urn:a> <urn:b> <<( _:b <urn:c> 1 )>> .",
        "<urn:d> a <http://www.w3.org/2002/07/owl#NegativePropertyAssertion> .",
        "<https://rivers.example/graph/contribution/letter-2023#denial-1> <urn:b> 1 .",
        "<https://rivers.example/graph/contribution/survey-2020> <urn:b> 1 .",
    ],
)
def test_what_is_special_is_built_from_nothing(project: Project, followed: list[bool], text: str) -> None:
    for content in ("<urn:a> <urn:b> 2 .", text, f"{text} <urn:a> <urn:b> 3 .", "<urn:a> <urn:b> 4 ."):
        before = state_of_graph(project)
        project = add(project, "more.ttl", content)
        (found, graphs), (expected, expected_graphs) = indexed(project), from_nothing(project)
        assert {str(quad) for quad in found if "_:" not in str(quad)} == {
            str(quad) for quad in expected if "_:" not in str(quad)
        }
        assert (len(found), graphs) == (len(expected), expected_graphs)
        assert (changes_between(project, before, state_of_graph(project)) is None) == (not followed[-1])
    assert followed[:2] == [True, False]
    assert followed[3] is False


@pytest.mark.parametrize(
    "name", ["mca-graph.toml", "shapes/river.ttl", "ontology/rivers.ttl", "ontology/concepts/habitat.ttl"]
)
def test_other_files_are_built_from_nothing(project: Project, followed: list[bool], name: str) -> None:
    before = state_of_graph(project)
    with (project.root / name).open("a") as file:
        file.write("# a comment\n")
    project = edit(project, "Alder", "Elder")
    assert indexed(project) == from_nothing(project)
    assert followed == [False]
    assert changes_between(project, before, state_of_graph(project)) is None


def test_what_is_said_of_a_contribution_elsewhere(project: Project, followed: list[bool]) -> None:
    said = "<https://rivers.example/graph/contribution/survey-2020> <https://rivers.example/ontology#trust> "
    trust = "<https://rivers.example/concept/trust/measured>"
    (project.root / "data" / "provenance.ttl").write_text(f"{said}{trust} .")
    project = load_project(project.root)
    indexed(project)
    project = edit(project, "trust:measured", "trust:guessed")
    assert indexed(project) == from_nothing(project)
    assert followed == [False, False]


def test_two_files_of_one_name_are_built_from_nothing(project: Project, followed: list[bool]) -> None:
    for number in (1, 2):
        for suffix in (".ttl", ".nt"):
            text = f'<urn:a> <urn:b> "{number}" .\n<urn:a> <urn:c> "{suffix}" .'
            project = add(project, f"more{suffix}", text)
        assert indexed(project) == from_nothing(project)
    contribution(project, "more.nt").unlink()
    project = load_project(project.root)
    assert indexed(project) == from_nothing(project)
    assert not any(followed)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("<urn:a> <urn:b> .", "more.ttl"),
        ("", "more.ttl"),
        (b"\xff", "more.ttl"),
        ("<urn:g> { <urn:a> <urn:b> 1 }", "more.trig"),
        ("<urn:a> <urn:b> <urn:c> <urn:g> .", "more.nq"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_as_ever(
    project: Project, followed: list[bool], text: str | bytes, name: str
) -> None:
    contribution(project, name).write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(McaGraphError) as expected:
        from_nothing(load_project(project.root))
    with pytest.raises(McaGraphError) as found:
        index_folder(load_project(project.root))
    assert (str(found.value), found.value.hint) == (str(expected.value), expected.value.hint)
    contribution(project, name).write_text("")
    project = add(project, name, "<urn:a> <urn:b> <urn:c> .")
    assert indexed(project) == from_nothing(project)
    assert followed == [False, True]


@pytest.mark.parametrize("what", ["*.remains", "*.changes", "*.sst", "CURRENT", "MANIFEST-*", "everything"])
@pytest.mark.parametrize("how", ["emptied", "cut", "garbled", "removed"])
def test_what_is_torn_is_as_good_as_none(project: Project, what: str, how: str) -> None:
    states, expected = [state_of_graph(project)], [indexed(project)]
    for old, new in (("Alder", "Elder"), ("Birch", "Beech")):
        project = edit(project, old, new)
        expected.append(indexed(project))
        states.append(state_of_graph(project))
    home = home_of(project)
    torn = list(home.rglob("*" if what == "everything" else what))
    for path in (path for path in torn if path.is_file()):
        content = path.read_bytes()
        if how == "removed":
            path.unlink()
        else:
            path.write_bytes(
                {
                    "emptied": b"",
                    "cut": content[: len(content) * 9 // 10],
                    "garbled": content[::-1] + b"\xff",
                }[how]
            )
    for number, (before, was) in enumerate(zip(states, expected, strict=True)):
        found = changes_between(project, before, states[-1])
        assert (found is None) == (what in ("*.changes", "everything") and number < 2)
        assert found is None or found.quads >= was[0] ^ expected[-1][0]
    for path in home.glob("*"):
        if path.is_dir() and what not in ("*.remains", "*.changes"):
            discard(path)
    project = edit(project, "Elder", "Alder")
    assert indexed(project) == from_nothing(project)


def test_a_record_of_other_states_is_no_record_of_these(project: Project) -> None:
    first = state_of_graph(project)
    project = edit(project, "Alder", "Elder")
    indexed(project)
    (record,) = home_of(project).glob("*.changes")
    shutil.copy(record, record.with_name(f"{first}-{'0' * 32}.changes"))
    assert changes_between(project, first, "0" * 32) is None


@pytest.mark.parametrize("moment", [0.1, 0.15, 0.2, 0.25, 0.3, 0.4])
def test_a_kill_is_no_harm(project: Project, moment: float) -> None:
    before, was = state_of_graph(project), indexed(project)[0]
    more = "".join(f"<urn:s{number}> <urn:p> {number} .\n" for number in range(10_000))
    project = add(project, "more.ttl", more)
    running = index(project)
    time.sleep(moment)
    running.kill()
    running.communicate()
    assert indexed(project) == from_nothing(project)
    found = changes_between(project, before, state_of_graph(project))
    assert found is not None
    assert found.quads >= was ^ indexed(project)[0]
    assert list(home_of(project).glob("building-*")) == []


def test_a_full_disk_is_no_harm(project: Project) -> None:
    def full() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

    expected = indexed(project)
    last = index_folder(project)
    project = edit(project, "Alder", "Elder")
    done = subprocess.run(
        [sys.executable, "-m", "mca_graph.server.indexer", str(project.root)],
        preexec_fn=full, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert [path for path in home_of(project).iterdir() if path.is_dir()] == [last]
    assert indexed(project) == from_nothing(project) != expected


def test_several_at_once(project: Project) -> None:
    before, was = state_of_graph(project), indexed(project)[0]
    project = edit(project, "Alder", "Elder")
    running = [index(project) for _number in range(4)]
    for one in running:
        assert one.communicate(timeout=60)[1] == b""
        assert one.returncode == 0
    assert len([path for path in home_of(project).iterdir() if path.is_dir()]) == 2
    assert indexed(project) == from_nothing(project)
    found = changes_between(project, before, state_of_graph(project))
    assert found is not None
    assert found.quads >= was ^ indexed(project)[0]


def test_a_file_that_changes_meanwhile_is_read_again(
    project: Project, followed: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    project = edit(project, "Alder", "Elder")
    step = follow._Last.step

    def change(last: follow._Last, *args: object) -> object:
        made = step(last, *args)  # type: ignore[arg-type]
        if len(followed) < 1:
            edit(project, "Elder", "Older")
        return made

    monkeypatch.setattr(follow._Last, "step", change)
    assert indexed(project) == from_nothing(project)
    assert followed == [True, True]


def test_a_tidy_index_is_followed_by_one_with_its_names(
    project: Project, followed: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    last = index_folder(project)
    tidy.tidy(last)
    discard(last)
    names = (tidied(last) / NAMES_FILE).read_bytes()
    monkeypatch.setattr(tidy, "WORTH_IT", 0)
    monkeypatch.setattr(subprocess, "Popen", lambda *_args, **_options: pytest.fail("it was tidied again"))
    for new in ('"Elder"@en , "Gwernen"@cy', '"Elder"@en', '"Elder"@en , 7', '"Elder"@en , 8', '"Elder"@en'):
        project = edit(project, _label(project), f"rdfs:label {new} ;")
        made = index_folder(project)
        assert indexed(project) == from_nothing(project)
        plain = EmbeddedStore.open(made)
        table, plain._names = plain._names, None
        assert isinstance(table, NameTable)
        known = table.names(ALDER, LABEL)
        assert (known is None) == ("@en , " in new and new[-1].isdigit())
        assert known is None or set(known) == {value for _s, _p, value in plain.match(ALDER, LABEL)}
        assert not (tidied(last) / NAMES_FILE).exists() or (tidied(last) / NAMES_FILE).read_bytes() == names
    assert followed == [True] * 4  # the last state is one that was before


def _label(project: Project) -> str:
    text = contribution(project, "survey-2020.ttl").read_text()
    start = text.index("rdfs:label", text.index("river:alder a"))
    return text[start : text.index(";", start) + 1]


def test_after_a_great_many_a_large_one_is_tidied(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    last = index_folder(project)
    tidy.tidy(last)
    discard(last)
    started: list[str] = []
    monkeypatch.setattr(tidy, "WORTH_IT", 0)
    monkeypatch.setattr(subprocess, "Popen", lambda asked, **_options: started.append(asked[-1]))
    monkeypatch.setattr(follow, "_LONGEST", 4)
    made = []
    for number in range(5):
        project = add(project, "more.ttl", f"<urn:a> <urn:b> {number} .")
        made.append(index_folder(project))
    assert started == [str(folder) for folder in made[3:]]
    assert best(made[0]) != tidied(made[0])


def test_little_is_kept(project: Project) -> None:
    for number in range(25):
        project = add(project, "more.ttl", f"<urn:a> <urn:b> {number} .")
        index_folder(project)
    home = home_of(project)
    folders = {path.name for path in home.iterdir() if path.is_dir()}
    assert len(folders) == 4
    assert {path.stem for path in home.glob("*.remains")} == folders
    assert len(list(home.glob("*.changes"))) == 21  # one more than stays when the next is built


def test_an_old_index_stays_while_the_next_is_made_from_it(project: Project, followed: list[bool]) -> None:
    states = [project]
    for number in (1, 2, 3):
        states.append(add(project, "more.ttl", f"<urn:a> <urn:b> {number} ."))
        index_folder(states[-1])
    contribution(project, "more.ttl").unlink()
    project = load_project(project.root)
    assert is_store(index_folder(project))  # found, since four may be there at once
    assert followed == [True] * 3
    project = edit(project, "Alder", "Elder")
    assert indexed(project) == from_nothing(project)
    assert followed == [True] * 4


def test_each_state_has_an_edition_of_its_own(project: Project) -> None:
    """A server tells by it which of its answers are old."""
    folders = [index_folder(project)]
    for number in range(3):
        folders.append(index_folder(add(project, "more.ttl", f"<urn:a> <urn:b> {number} .")))
    assert len({_version_of_store(folder) for folder in folders}) == 4


def test_an_index_of_before_is_built_upon_from_nothing(project: Project, followed: list[bool]) -> None:
    for path in home_of(project).glob("*.remains"):
        os.unlink(path)
    project = edit(project, "Alder", "Elder")
    assert indexed(project) == from_nothing(project)
    project = edit(project, "Elder", "Alder")
    assert indexed(project) == from_nothing(project)
    project = edit(project, "Alder", "Older")
    assert indexed(project) == from_nothing(project)
    assert followed == [False, False]
