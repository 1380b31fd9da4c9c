"""A site in a browser: nothing is wrong with its pages, and what they do is what the command line does."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from browser_support import one_file, published, served

from browsers import chromium, node
from mca_graph.project import load_project
from mca_graph.queries.catalogue import SavedQuery, catalogue
from shared import RIVERS, ROOT, Invoke

PROJECT = load_project(ROOT)
QUERIES = catalogue(PROJECT)
ROW_LIMIT = 10_000

FIRST_PAINT = 100_000
"""How many bytes a page of a thing may need before it can be read."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with served(published()) as url:
        yield url


@pytest.fixture(scope="module")
def rivers_site() -> Iterator[str]:
    with served(published(RIVERS)) as url:
        yield url


def kinds_of_pages(folder: Path) -> list[str]:
    """One page of every kind: all at the top, and of each folder the largest and the list of all."""
    paths = {path.name for path in folder.glob("*.html")}
    for parent in {path.parent for path in folder.rglob("*.html")} - {folder}:
        pages = sorted(parent.glob("*.html"), key=lambda path: (-path.stat().st_size, path.name))
        paths.update(path.relative_to(folder).as_posix() for path in pages[:1])
        if (parent / "index.html").is_file():
            paths.add((parent / "index.html").relative_to(folder).as_posix())
    return sorted(paths)


def looked_at(url: str, paths: list[str]) -> list[str]:
    found: list[str] = node("pages.mjs", {"chromium": chromium(), "site": url, "paths": paths}, timeout=580)
    return found


PAGES_AT_ONCE = 8


def test_nothing_is_wrong_with_the_pages(site: str) -> None:
    """Light and dark, 320 and 1280 pixels: no fault of accessibility, error, foreign request or wide page."""
    paths = kinds_of_pages(published())
    assert len(paths) > 30
    found = []
    for start in range(0, len(paths), PAGES_AT_ONCE):
        found += looked_at(site, paths[start : start + PAGES_AT_ONCE])
    assert not found


def test_nothing_is_wrong_with_the_pages_of_another_project(rivers_site: str) -> None:
    assert not looked_at(rivers_site, kinds_of_pages(published(RIVERS)))


def test_words_of_tables_stay_whole_on_a_narrow_page(site: str) -> None:
    paths = ["index.html", "queries.html", "query/projects-map.html", "id/place/index.html"]
    assert not node("whole_words.mjs", {"chromium": chromium(), "site": site, "paths": paths, "width": 320})


def test_the_page_of_no_page_can_be_read_without_its_style() -> None:
    """Opened as a file it finds nothing of the site, since its links begin at the root of a server."""
    file = (published() / "404.html").as_uri()
    seen = node("unstyled.mjs", {"chromium": chromium(), "file": file})
    assert seen["faults"] == []
    assert seen["heading"] == "There is no such page"


@cache
def tour(url: str) -> dict[str, Any]:
    seen: dict[str, Any] = node("person.mjs", {"chromium": chromium(), "site": url})
    return seen


@pytest.mark.parametrize(
    "name",
    ["search", "filter", "question", "map", "theme", "editor", "refusals", "stop", "contribute", "about"],
)
def test_nothing_goes_wrong_on_the_way(site: str, name: str) -> None:
    seen = tour(site)[name]
    assert "failed" not in seen, seen["failed"]
    assert seen["problems"] == []
    assert seen.get("faults", []) == []


def test_search_finds_the_best_first_and_forgives_a_slip(site: str) -> None:
    seen = tour(site)["search"]
    assert "Coastal" in seen["first"]
    assert seen["loose"].split()[0] != "0"


def test_search_answers_each_key_at_once() -> None:
    assert node("search_speed.mjs", {"things": 10_000})["slowest"] < 50


def test_lists_are_filtered_and_sorted(site: str) -> None:
    seen = tour(site)["filter"]
    assert seen["all"] == len(QUERIES)
    assert 0 < seen["some"] < seen["all"]
    assert seen["up"] == sorted(seen["up"], key=str.casefold)
    assert seen["down"] == seen["up"][::-1]


def test_a_list_is_filtered_by_a_phrase_and_by_whole_numbers(site: str) -> None:
    seen = tour(site)["filter"]
    wanted = [row for row in seen["every"] if "Phase 2" in row]
    assert 0 < len(wanted) < len(seen["every"])
    assert seen["phase"] == wanted
    assert [row for row in wanted if row not in seen["apart"]] == []


def test_what_a_page_says_of_an_answer_follows_what_is_chosen(site: str) -> None:
    seen = tour(site)["question"]
    assert seen["count"].split()[0] == str(seen["rows"])
    assert seen["command"] == "mca-graph query projects-serving-community --community community:young-people"
    assert "young-people" in seen["link"]
    assert seen["inEditor"] == seen["rows"]


def test_a_map_counts_places_and_not_rows(site: str) -> None:
    seen = tour(site)["map"]
    assert seen["caption"].startswith(f"{seen['dots']} places.")


def test_the_colours_are_remembered(site: str) -> None:
    dark, *turns = tour(site)["theme"]["seen"]
    light = turns[0]
    assert light != dark
    assert turns == [light, "Colours: light", dark, "Colours: dark", dark, "Colours: system"]


def test_the_editor_completes_and_answers_and_is_left_by_its_link(site: str) -> None:
    seen = tour(site)["editor"]
    assert seen["focused"] == "SPARQL query"
    assert any(text.startswith("mca:Project") for text in seen["offered"])
    assert seen["text"].startswith("PREFIX mca: <https://w3id.org/mca-graph/ontology#>\n")
    assert seen["rows"] == seen["again"] == 3


def test_the_editor_refuses_what_the_command_line_refuses(site: str) -> None:
    service, update, unfinished, nonsense = tour(site)["refusals"]["told"].values()
    assert "SERVICE is not allowed" in service
    assert "the graph is read-only" in update
    assert "line 1, column 17" in unfinished
    assert "not a query" in nonsense


def test_a_long_query_can_be_stopped(site: str) -> None:
    assert tour(site)["stop"]["answer"] == "Yes."


def test_what_the_form_makes_is_accepted(site: str, invoke: Invoke, tmp_path: Path) -> None:
    seen = tour(site)["contribute"]
    # What is needed is told at once, a list by no term of it; licence and basis are filled in beforehand.
    assert sorted(text.split()[0] for text in seen["empty"]) == ["Give", "Kind", "Say", "Source:"]
    assert len(seen["needed"]) == 5
    assert "Kind of source: Choose one of the list." in seen["empty"]
    assert "new project, phase: Choose one of the list." in seen["refused"]
    assert "Give your name" in seen["refused"]
    assert seen["second"] == "One thing must be put right"
    file = tmp_path / seen["name"]
    file.write_text(seen["turtle"], encoding="utf-8")
    result = invoke("--project", ROOT, "validate", file)
    assert result.exit_code == 0, result.output


def test_a_correction_begins_at_the_page_of_a_thing(site: str, invoke: Invoke, tmp_path: Path) -> None:
    seen = tour(site)["about"]
    file = tmp_path / seen["name"]
    file.write_text(seen["turtle"], encoding="utf-8")
    assert seen["marked"] == 0
    assert "project:romaplaceage\n    dcterms:description" in seen["turtle"]
    result = invoke("--project", ROOT, "validate", file)
    assert result.exit_code == 0, result.output


class _Rows(HTMLParser):
    """The text of the cells of a table."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._open = False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag == "td":
            self.rows[-1].append("")
            self._open = True

    def handle_endtag(self, tag: str) -> None:
        if tag == "td":
            self._open = False

    def handle_data(self, data: str) -> None:
        if self._open:
            self.rows[-1][-1] += data


def asked(query: SavedQuery, format_name: str) -> str:
    """What the command line answers to a query asked as its page asks it."""
    given = []
    for parameter in query.params:
        if parameter.required and parameter.example is not None:
            given += [parameter.option, parameter.example]
    done = subprocess.run(
        [sys.executable, "-m", "mca_graph", "query", query.id, *given, "--format", format_name],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return done.stdout


@pytest.fixture(scope="module")
def answers(site: str) -> dict[str, Any]:
    wanted = [{"id": query.id, "form": bool(query.params)} for query in QUERIES.values()]
    found: dict[str, Any] = {}
    for start in range(0, len(wanted), 12):
        given = {"chromium": chromium(), "site": site, "queries": wanted[start : start + 12]}
        found |= node("queries.mjs", given)
    return found


@pytest.mark.parametrize("name", QUERIES)
def test_every_question_has_the_answer_of_the_command_line(answers: dict[str, Any], name: str) -> None:
    query, answer = QUERIES[name], answers[name]
    assert answer["problems"] == []
    if query.form == "CONSTRUCT":
        assert sorted(set(answer["file"].splitlines())) == sorted(set(asked(query, "ntriples").splitlines()))
        return
    table = _Rows()
    table.feed(asked(query, "html"))
    rows = [row for row in table.rows if row]
    # Pages write dates and numbers as people do; the words must be the same, in the same order.
    assert [list(map(plain, row)) for row in answer["rows"]] == [list(map(plain, row)) for row in rows]
    ours, theirs = answer["file"].splitlines(), asked(query, "csv").splitlines()
    assert ours[0] == theirs[0]
    assert len(ours) == len(theirs)


MONTHS = [date(2000, month, 1).strftime("%B") for month in range(1, 13)]


def plain(text: str) -> str:
    """What a cell says, whether as a page or as the command line writes dates, numbers and points."""
    text = " ".join(text.split())
    if found := re.fullmatch(r"(?:(\d{1,2}) )?([A-Z][a-z]+) (\d{4})", text):
        day, month, year = found.groups()
        if month in MONTHS:
            return f"{year}-{MONTHS.index(month) + 1:02}" + (f"-{int(day):02}" if day else "")
    if re.fullmatch(r"-?[\d,]+(\.\d+)?", text):
        return f"{float(text.replace(',', '')):g}"
    if found := re.fullmatch(r"POINT ?\(([-\d.]+) ([-\d.]+)\)", text):
        return f"{float(found[2]):.4f}° north, {float(found[1]):.4f}° east"
    return {"true": "yes", "false": "no"}.get(text, text)


PICTURES = {
    "projects-timeline": {"param": "phase", "choices": ["", {"index": 1}, {"index": 2}]},
    "collaboration-graph": {"param": "phase", "choices": ["", {"index": 1}, {"index": 2}]},
    "projects-map": {"param": "phase", "choices": ["", {"index": 1}, {"index": 2}]},
}


@pytest.fixture(scope="module")
def pictures(site: str) -> dict[str, Any]:
    found: dict[str, Any] = node(
        "pictures.mjs", {"chromium": chromium(), "site": site, "questions": PICTURES}
    )
    return found


@pytest.mark.parametrize("name", PICTURES)
def test_pictures_are_drawn_again_with_what_is_chosen(pictures: dict[str, Any], name: str) -> None:
    seen = pictures[name]
    assert seen["problems"] == []
    assert seen["faults"] == []
    everything, first, second = seen["again"]
    assert len(everything) == len(seen["kept"]) > 0
    assert [] not in seen["again"]
    assert everything != first != second


@pytest.mark.parametrize("name", ["projects-timeline", "collaboration-graph"])
def test_pictures_are_drawn_as_they_were_written(pictures: dict[str, Any], name: str) -> None:
    seen = pictures[name]
    assert [numbers(mark) for mark in seen["again"][0]] == [numbers(mark) for mark in seen["kept"]]


def numbers(mark: str) -> list[str]:
    """A mark with its numbers to one place, since the two write them differently."""
    return [f"{float(word):.1f}" if re.fullmatch(r"\d+\.\d+", word) else word for word in mark.split()]


def test_one_file_needs_no_server(tmp_path: Path) -> None:
    seen = node("one_file.mjs", {"chromium": chromium(), "file": one_file().as_uri()})
    assert seen["problems"] == []
    assert seen["faults"] == []
    assert seen["home"] == PROJECT.title
    assert int(seen["rows"]) > 5
    assert seen["found"].split()[0] != "0"
    assert seen["turtle"] is True
    assert any(link.startswith("http://127.0.0.1/data/") for link in seen["downloads"])
    assert None not in seen["downloads"]
    assert "on the site at http://127.0.0.1/" in seen["elsewhere"]


def test_a_page_is_read_before_much_has_come(site: str) -> None:
    seen = node("weight.mjs", {"chromium": chromium(), "site": site, "paths": kinds_of_pages(published())})
    things = {path: size for path, size in seen.items() if path.startswith(("id/", "concept/", "graph/"))}
    assert things
    assert {path: size for path, size in things.items() if size > FIRST_PAINT} == {}
