"""``mca-graph load``: a store on disk that other processes ask."""

from __future__ import annotations

from pathlib import Path

from cli_support import RIVERS, WETLANDS, ok, refused, tool, tool_process, write


def built(*args: str | Path) -> None:
    found = tool("load", *args)
    assert (found.code, found.out) == (0, b"")
    assert found.err == f"store built in {args[0]}\n"


def test_a_store_answers_as_the_project_does(tmp_path: Path) -> None:
    built(tmp_path / "new" / "store")
    found = ok(tool(*WETLANDS, "--store", tmp_path / "new" / "store"))
    assert found.out == ok(tool(*WETLANDS)).out
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["store"]


def test_a_compact_store_is_merged_and_answers_the_same(tmp_path: Path) -> None:
    numbers = [range(start, 300, 3) for start in range(3)]
    data: list[str | Path] = []
    for name, part in zip("abc", numbers, strict=True):
        lines = "".join(f'<urn:s{number}> <urn:p> "{number}" .\n' for number in part)
        data += ["--data", write(tmp_path / f"{name}.nt", lines)]
    built(tmp_path / "plain", *data)
    built(tmp_path / "compact", "--compact", *data)
    runs = {name: len(list((tmp_path / name).glob("*.sst"))) for name in ("plain", "compact")}
    assert runs["compact"] < runs["plain"]
    asked = ("--text", "SELECT (COUNT(*) AS ?n) (MAX(?o) AS ?last) { ?s ?p ?o }", "-f", "csv")
    assert ok(tool("query", "--store", tmp_path / "compact", *asked)).lines == ["n,last", "300,99"]


def test_a_store_of_plain_files_needs_no_project(tmp_path: Path) -> None:
    data = write(tmp_path / "a.ttl", '<urn:a> <urn:p> "x"@en .')
    built(tmp_path / "store", "--data", data)
    found = tool("query", "--store", tmp_path / "store", "--text", "SELECT ?o { ?s ?p ?o }", "-f", "tsv")
    assert ok(found).lines == ["?o", '"x"@en']


def test_a_store_is_replaced_only_when_that_is_said(tmp_path: Path) -> None:
    data = write(tmp_path / "a.ttl", "<urn:a> <urn:p> 1 .")
    store = tmp_path / "store"
    built(store)
    refused(tool("load", store), f"{store} is there already", "choose another folder, or add --replace")
    built(store, "--replace", "--data", data)
    assert tool("query", "--store", store, "--text", "SELECT ?s { ?s ?p ?o }", "-f", "csv").lines == [
        "s",
        "urn:a",
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.ttl", "store"]


def test_what_is_no_store_is_never_replaced(tmp_path: Path) -> None:
    kept = write(tmp_path / "thesis" / "chapter.txt", "words")
    refused(tool("load", kept.parent, "--replace"), f"{kept.parent} is not a store, so it is not replaced")
    assert kept.read_text() == "words"
    refused(tool("load", kept), f"{kept} is there already")


def test_a_failure_leaves_the_old_store_and_no_litter(tmp_path: Path) -> None:
    store = tmp_path / "store"
    built(store)
    bad = write(tmp_path / "bad.ttl", "oops")
    assert tool("load", store, "--replace", "--data", bad).code == 2
    assert ok(tool(*WETLANDS, "--store", store)).out == ok(tool(*WETLANDS)).out
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.ttl", "store"]


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    file = write(tmp_path / "file", "")
    refused(tool("load", file / "store"), f"{file}/store: File exists")


def test_a_folder_without_a_store_is_refused(tmp_path: Path) -> None:
    refused(
        tool("query", "--store", tmp_path, "--text", "ASK {}"),
        f"{tmp_path}: no store in this folder",
        "make one with 'mca-graph load DIR'",
    )


def test_a_store_moves_with_its_folder_and_serves_many_at_once(tmp_path: Path) -> None:
    built(tmp_path / "here")
    (tmp_path / "here").rename(tmp_path / "there")
    first = tool(*WETLANDS, "--store", tmp_path / "there")
    second = tool_process(*WETLANDS, "--store", tmp_path / "there", project=RIVERS)
    assert first == second == tool(*WETLANDS)
