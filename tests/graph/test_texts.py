"""What changed in a large file is found without reading what is the same."""

from __future__ import annotations

import hashlib
import shutil
from collections import namedtuple
from pathlib import Path

import pytest
from following_support import from_nothing, graph_of, indexed, lines, rivers_without_contributions
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mca_graph.graph import assemble, follow, texts
from mca_graph.graph.index import home_of, index_folder
from mca_graph.graph.lineage import changes_between, state_of_graph
from mca_graph.project import Project, load_project

HEADER = f"<{graph_of('many')}> <http://purl.org/dc/terms/issued> "


def said(numbers: range) -> str:
    return lines(f'<urn:s{number}> <urn:p{number % 3}> "value {number}"' for number in numbers)


@pytest.fixture
def large(cache: Path, tmp_path: Path, followed: list[bool], monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project with a file that is taken for large."""
    monkeypatch.setattr(assemble, "_LARGE", 1000)
    monkeypatch.setattr(texts, "_CHUNK", 64)
    project = rivers_without_contributions(tmp_path / "rivers")
    (project.root / "data" / "contributions").mkdir()
    return written(project, lines([f'{HEADER}"2020"']) + said(range(500)))


def written(project: Project, text: str | bytes, name: str = "many.nt") -> Project:
    path = project.root / "data" / "contributions" / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_project(project.root)


def text_of(project: Project) -> str:
    return (project.root / "data" / "contributions" / "many.nt").read_bytes().decode()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"value 250"', '"value 250 and more"'),
        ('"2020"', '"2021"'),
        ("<urn:s499>", "<urn:s500>"),
        ("<urn:s0> <urn:p0>", "<urn:s0>\t<urn:p0>"),
        ('<urn:s7> <urn:p1> "value 7" .\n', ""),
        ('<urn:s7> <urn:p1> "value 7" .\n', '<urn:s7> <urn:p1> "value 7" .\n<urn:s7> <urn:p1> "seven" .\n'),
        ('"value 250"', '"value 250" . # a remark'),
        ('"value 30"', '"\\u00e9"'),
        ('"value 30"', '"é"@FR-ca'),
        ('"value 30"', '"007"^^<http://www.w3.org/2001/XMLSchema#integer>'),
    ],
)
def test_a_changed_line(large: Project, followed: list[bool], old: str, new: str) -> None:
    before, was = state_of_graph(large), indexed(large)[0]
    project = written(large, text_of(large).replace(old, new))
    assert indexed(project) == from_nothing(project)
    found = changes_between(project, before, state_of_graph(project))
    assert found is not None
    exact = was ^ indexed(project)[0]
    assert found.quads >= exact
    # Beside those there are the same in other spellings, and what holds by them.
    assert {quad.subject for quad in found.quads - exact} <= {quad.subject for quad in exact}
    project = written(project, text_of(project).replace('"value 9"', '"nine"'))
    assert indexed(project) == from_nothing(project)
    assert followed == [False, True, True]


def test_lines_that_change_their_places(large: Project, followed: list[bool]) -> None:
    indexed(large)
    first, second, *rest = text_of(large).splitlines(keepends=True)
    project = written(large, "".join([second, first, *rest]))
    assert indexed(project) == from_nothing(project)
    assert followed == [False, True]


@pytest.mark.parametrize("start", ["# a comment\n", "# one\n\n \t# another\n", "\ufeff", "\ufeff# both\r\n"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", ["", "<urn:last> <urn:p0> <urn:o> ."])
def test_comments_at_the_start_and_other_line_ends(
    large: Project, followed: list[bool], start: str, end: str, last: str
) -> None:
    text = start + said(range(400)).replace("\n", end) + last
    for number in ("", " 1", " 2"):
        content = text.replace('"value 7"', f'"seven{number}"').replace("comment", f"comment{number}")
        project = written(large, content)
        assert indexed(project) == from_nothing(project)
    assert followed == [False, True, True]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (said(range(3)), ""),  # said twice
        ('<urn:s3> <urn:p0> "\\u0076alue 3" .\n', ""),  # said in another spelling
        ('<urn:a> <urn:b> <urn:c> .\r<urn:s4> <urn:p1> "value 4" .\n', ""),  # two lines to the engine
        ("# a remark\n<urn:a> <urn:b> <urn:c> .\n", '<urn:s4> <urn:p1> "value 4" .\n'),
    ],
)
def test_what_goes_from_one_line_may_stand_on_another(
    large: Project, followed: list[bool], first: str, second: str
) -> None:
    text = said(range(500))
    project = written(large, text + first + second)
    indexed(project)
    for content in (text + second, text[text.index("\n") + 1 :] + first + second, text + first, text):
        project = written(project, content)
        assert indexed(project) == from_nothing(project)
    assert False in followed[1:]


@pytest.mark.parametrize(
    "line",
    [
        "_:b <urn:p> <urn:o> .\n",
        "<urn:s1> <urn:p> _:b .\n",
        "<urn:d> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
        "<http://www.w3.org/2002/07/owl#NegativePropertyAssertion> .\n",
    ],
)
def test_what_is_special_is_built_from_nothing(large: Project, followed: list[bool], line: str) -> None:
    indexed(large)
    text = text_of(large)
    for content in (text + line, text):
        project = written(large, content)
        assert [len(part) for part in indexed(project)] == [len(part) for part in from_nothing(project)]
    assert followed == [False, False]


def test_blank_nodes_elsewhere_stay(large: Project, followed: list[bool]) -> None:
    project = written(large, text_of(large) + "_:b <urn:p> _:c .\n")
    indexed(project)
    was = {quad for quad in indexed(project)[0] if "_:" in str(quad)}
    project = written(project, text_of(project).replace('"value 9"', '"nine"'))
    found, graphs = indexed(project)
    expected = from_nothing(project)
    assert {quad for quad in found if "_:" in str(quad)} == was
    assert {quad for quad in found if quad not in was} == {
        quad for quad in expected[0] if "_:" not in str(quad)
    }
    assert graphs == expected[1]
    assert followed == [False, True]


@pytest.mark.parametrize("what", ["swept", "cut", "other"])
def test_a_copy_that_is_not_what_it_was_is_not_used(large: Project, followed: list[bool], what: str) -> None:
    indexed(large)
    (copy,) = home_of(large).glob("*.text")
    if what == "swept":
        copy.unlink()
    else:
        copy.write_bytes(copy.read_bytes()[:-30] if what == "cut" else copy.read_bytes().replace(b"7", b"8"))
    project = written(large, text_of(large).replace('"value 9"', '"nine"'))
    assert indexed(project) == from_nothing(project)
    assert followed == [False, False]


def test_a_text_is_kept_where_there_is_room(large: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: usage(4 * 1000))
    index_folder(large)
    assert list(home_of(large).glob("*.text")) == []
    project = written(large, text_of(large).replace('"value 9"', '"nine"'))
    assert indexed(project) == from_nothing(project)
    monkeypatch.undo()


def test_copies_go_with_their_indexes(large: Project) -> None:
    for number in range(8):
        index_folder(written(large, text_of(large).replace('"value 9', f'"value 9{number}')))
    home = home_of(large)
    assert len(list(home.glob("*.text"))) == len([path for path in home.iterdir() if path.is_dir()]) == 4


def test_too_much_is_built_from_nothing(large: Project, followed: list[bool]) -> None:
    indexed(large)
    project = written(large, text_of(large).replace("value 2", "value 3"))
    assert indexed(project) == from_nothing(project)
    assert followed == [False, False]


def test_quads_without_graphs(large: Project, followed: list[bool]) -> None:
    own = f"<{graph_of('quads')}>"
    for number in ("one", "two"):
        text = said(range(1000, 1500)) + f'<urn:a> <urn:b> "{number}" .\n<urn:a> <urn:c> "{number}" {own} .\n'
        project = written(large, text, "quads.nq")
        assert indexed(project) == from_nothing(project)
    project = written(project, text + "<urn:a> <urn:b> <urn:c> <urn:other> .\n", "quads.nq")
    with pytest.raises(Exception, match="a statement in graph <urn:other>"):
        index_folder(project)
    assert followed == [False, True, False]


def test_a_large_file_with_a_mistake_is_told_with_its_place(large: Project) -> None:
    indexed(large)
    project = written(large, text_of(large).replace('"value 250"', "value"))
    with pytest.raises(Exception, match=r"many\.nt:252:21: "):
        index_folder(project)


def test_how_much_may_change(large: Project, followed: list[bool], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow, "_MOST", 1)
    indexed(large)
    indexed(written(large, text_of(large).replace('"value 9"', '"nine"')))
    assert followed == [False, False]


line = st.sampled_from([b"", b"a", b"aa", b"ab", b"a\r", b"\xc3\xa9", b"# a"])


@pytest.mark.parametrize("chunk", [1, 3, 8, 1000])
def test_the_middle_of_two_texts(chunk: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "_CHUNK", chunk)

    @settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
    @given(*(st.tuples(st.lists(line, min_size=1), st.booleans()) for _text in range(2)))
    def check(old: tuple[list[bytes], bool], new: tuple[list[bytes], bool]) -> None:
        was, is_ = (b"\n".join(parts) + (b"\n" if ended else b"") or b"a" for parts, ended in (old, new))
        (tmp_path / "old").write_bytes(was)
        (tmp_path / "new").write_bytes(is_)
        found = texts.middle(tmp_path / "old", tmp_path / "new", 10**6)
        assert found is not None
        assert any(_fits(was, is_, at, found) for at in range(len(was) + 1))
        assert texts.middle(tmp_path / "old", tmp_path / "new", max(map(len, found)) - 1) is None
        count = texts.lines_of(tmp_path / "old", hashlib.sha256(was).hexdigest())
        assert count is not None
        assert count >= len([one for one in was.splitlines() if one and not one.startswith(b"#")])
        assert count <= len(was.splitlines())

    check()


def _fits(was: bytes, is_: bytes, at: int, found: texts.Middle) -> bool:
    """True when two texts differ by that after so many bytes, and by whole lines."""
    start, end = was[:at], was[at + len(found.old) :]
    whole = all(not part or part.endswith(b"\n") for part in (start, *(found if end else ())))
    return whole and was == start + found.old + end and is_ == start + found.new + end
