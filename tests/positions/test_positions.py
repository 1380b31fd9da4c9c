"""Every term has its exact place, which the files of corpus/ mark, and reading goes on after errors.

``⟦…⟧`` stands around each object of the property ``here``, ``⟪…⟫`` around each fault. The marks are taken out
before the file is read.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from mca_graph.errors import ReadError
from mca_graph.findings import Location
from mca_graph.rdf.positions.document import Document, Span
from mca_graph.rdf.positions.read import LARGEST_PLACED, read_document

CORPUS = sorted((Path(__file__).parent / "corpus").iterdir())
OPENING, CLOSING = {"⟦": "value", "⟪": "fault"}, {"⟧": "value", "⟫": "fault"}


def unmarked(text: str) -> tuple[str, dict[str, list[Span]]]:
    """The text without its marks, and the spans that they stood around."""
    spans: dict[str, list[Span]] = {"value": [], "fault": []}
    starts: dict[str, list[int]] = {"value": [], "fault": []}
    plain: list[str] = []
    for character in text:
        if kind := OPENING.get(character):
            starts[kind].append(len(plain))
        elif kind := CLOSING.get(character):
            spans[kind].append(Span(starts[kind].pop(), len(plain)))
        else:
            plain.append(character)
    return "".join(plain), {kind: sorted(found) for kind, found in spans.items()}


def read(folder: Path, name: str, content: bytes) -> Document:
    path = folder / name
    path.write_bytes(content)
    document = read_document(path)
    assert isinstance(document, Document)
    return document


def values(document: Document) -> list[Span]:
    return sorted(
        placed.object
        for placed in document.quads
        if placed.quad.predicate.value == "https://example.org/here"
    )


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_places_are_those_that_the_file_marks(path: Path, tmp_path: Path) -> None:
    text, spans = unmarked(path.read_text(encoding="utf-8"))
    document = read(tmp_path, path.name, text.encode())
    assert values(document) == spans["value"]
    assert [fault.span for fault in document.faults] == spans["fault"]


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_line_ends_tabs_and_a_byte_order_mark_move_nothing_else(path: Path, tmp_path: Path) -> None:
    text, spans = unmarked(path.read_text(encoding="utf-8"))
    before = read(tmp_path, path.name, text.encode())
    wanted = [before.location(span) for span in spans["value"]]
    windows = read(tmp_path, path.name, b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert [windows.location(span) for span in values(windows)] == wanted
    tabs = read(tmp_path, path.name, text.replace("    ", "\t").encode())
    assert [tabs.text[span.start : span.end] for span in values(tabs)] == [
        text[span.start : span.end].replace("    ", "\t") for span in spans["value"]
    ]


def test_line_and_column_count_from_one_in_characters(tmp_path: Path) -> None:
    document = read(tmp_path, "x.nt", '<a:a> <a:b> "😀😀" .\n<a:a> <a:b> "z" .\n'.encode())
    first, second = (document.location(placed.object) for placed in document.quads)
    assert (first.line, first.column, first.end_line, first.end_column) == (1, 13, 1, 17)
    assert (second.line, second.column, second.end_line, second.end_column) == (2, 13, 2, 16)


def test_json_pointers_escape_what_rfc_6901_says(tmp_path: Path) -> None:
    text = '{"@id": "a:b", "https://example.org/a~b": ["x", {"@value": "y"}]}'
    document = read(tmp_path, "x.jsonld", text.encode())
    assert [placed.pointer for placed in document.quads] == [
        "/https:~1~1example.org~1a~0b/0",
        "/https:~1~1example.org~1a~0b/1/@value",
    ]


def test_the_place_of_a_subject_is_its_first_mention_and_of_too_many_values_the_last(tmp_path: Path) -> None:
    text = "@prefix e: <https://e.org/> .\ne:a e:p 1 , 2 .\ne:b e:p e:a .\ne:a e:p 3 .\n"
    document = read(tmp_path, "x.ttl", text.encode())
    subject, predicate = document.quads[0].quad.subject, document.quads[0].quad.predicate
    assert str(document.place(subject)).endswith("x.ttl:2:1")
    assert str(document.place(subject, predicate)).endswith("x.ttl:4:9")
    assert str(document.place(subject, predicate, document.quads[1].quad.object)).endswith("x.ttl:2:13")


@pytest.mark.parametrize("brackets", ["[ e:p ", "( "])
def test_brackets_nested_thousands_deep_are_a_fault_and_no_crash(brackets: str, tmp_path: Path) -> None:
    text = "@prefix e: <https://e.org/> .\ne:a e:p " + brackets * 20_000 + "\n\ne:b e:p 1 .\n"
    document = read(tmp_path, "x.ttl", text.encode())
    assert [fault.message for fault in document.faults] == ["brackets are nested more than 150 deep"]
    assert [str(placed.quad.subject) for placed in document.quads][-1] == "<https://e.org/b>"


def test_json_nested_thousands_deep_is_a_fault_and_no_crash(tmp_path: Path) -> None:
    for text in ('{"@graph": ' * 20_000, "[" * 20_000 + "]" * 20_000):
        assert read(tmp_path, "x.jsonld", text.encode()).faults


def test_a_large_file_is_read_without_places(tmp_path: Path) -> None:
    line = '<https://e.org/{0}> <https://e.org/p> "{0:0100d}" .\n'
    count = LARGEST_PLACED // 140
    path = tmp_path / "large.nt"
    path.write_text("".join(line.format(number) for number in range(count)))
    assert path.stat().st_size > LARGEST_PLACED
    source = read_document(path)
    first = next(source.statements())
    assert sum(1 for _quad in source.statements()) == count
    assert source.place(first.subject, first.predicate, first.object) == Location(str(path))
    with path.open("a") as file:
        file.write("<https://e.org/x> <https://e.org/p> .\n")
    (problem,) = read_document(path).problems()
    assert (problem.location.file, problem.location.line) == (str(path), count + 1)


def test_a_million_blank_nodes_are_refused_and_not_checked_one_by_one(tmp_path: Path) -> None:
    path = tmp_path / "many.ttl"
    path.write_text("PREFIX e: <https://e.org/>\n" + "[] a e:River .\n" * 1_000_000)
    with pytest.raises(ReadError, match="more than 200,000 statements are too many for a contribution"):
        read_document(path)


def test_a_file_of_a_gigabyte_is_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "huge.ttl"
    with path.open("wb") as file:
        file.truncate(2**30)
    with pytest.raises(ReadError, match="1024 MiB are too many"):
        read_document(path)
