"""The pages of a site: every link leads somewhere, nothing is foreign, nothing is dangerous."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from mca_graph.graph.index import open_graph
from mca_graph.project import Project, load_project
from mca_graph.publishing.interactive import write_interactive
from mca_graph.publishing.site import publish

RIVERS = Path(__file__).parents[1] / "projects" / "rivers"
URL = "https://site.example/vale/"
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
SVG_EMPTY = {"rect", "path", "circle", "line"}

HOSTILE = """@prefix riv: <https://rivers.example/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix river: <https://rivers.example/id/river/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
<https://rivers.example/graph/contribution/hostile> a prov:Bundle ;
    prov:wasDerivedFrom <javascript:alert(1)> , <data:text/html,x> , <https://fine.example/?a=%22b> .
river:script a riv:River ; rdfs:label "<script>alert(1)</script>"@en ;
    dcterms:description "</p><img src=x onerror=alert(1)>"@en ;
    rdfs:seeAlso <javascript:alert(2)> , <https://fine.example/> .
river:quote a riv:River ; rdfs:label "\\" onmouseover=\\"alert(1)"@en ; riv:flowsInto river:script .
river:turn a riv:River ; rdfs:label "abc\\u202Edef"@en .
<https://rivers.example/id/river/../../../etc/passwd> a riv:River ; rdfs:label "out"@en .
<https://rivers.example/id/river/%2e%2e/%2e%2e/x> a riv:River ; rdfs:label "out, encoded"@en .
<https://rivers.example/id/river/Case> a riv:River ; rdfs:label "Case"@en .
<https://rivers.example/id/river/case> a riv:River ; rdfs:label "case"@en .
<https://rivers.example/id/river/index> a riv:River ; rdfs:label "index"@en .
<https://rivers.example/index> a riv:River ; rdfs:label "home?"@en .
<https://rivers.example/id/river/x.html> a riv:River ; rdfs:label "a page?"@en .
<https://rivers.example/id/river/x.html/y> a riv:River ; rdfs:label "a folder?"@en .
<https://rivers.example/id/river/.hidden> a riv:River ; rdfs:label "hidden"@en .
<https://rivers.example/id/river/con> a riv:River ; rdfs:label "con"@en .
"""


class Page(HTMLParser):
    """What a page links to, which names it has, and whether its elements are nested well."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.open: list[str] = []
        self.faults: list[str] = []
        self.inline: list[str] = []
        self.labels: set[str] = set()
        self.fields: set[str] = set()
        self.feed(text)
        self.close()
        if self.open:
            self.faults.append(f"left open: {self.open}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag not in VOID | SVG_EMPTY:
            self.open.append(tag)
        self.ids += [values["id"]] if "id" in values else []
        self.links += [values[name] for name in ("href", "src", "action") if name in values]
        self.inline += [name for name in values if name.startswith("on") or name == "style"]
        if tag == "style" or (
            tag == "script" and not values.get("src") and "json" not in values.get("type", "")
        ):
            self.inline.append(tag)
        if tag == "label":
            self.labels.add(values.get("for", ""))
        if tag in ("input", "select") and values.get("type") != "hidden":
            self.fields.add(values.get("id", "?"))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID | SVG_EMPTY:
            return
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> at {self.getpos()}")


def made(project: Project, out: Path) -> Path:
    publish(project, open_graph(project), out, URL, parts=[write_interactive])
    return out


@pytest.fixture(scope="module")
def rivers_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(load_project(RIVERS), tmp_path_factory.mktemp("rivers") / "out")


@pytest.fixture(scope="module")
def mca_out(mca: Project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(mca, tmp_path_factory.mktemp("mca") / "out")


@pytest.fixture(scope="module")
def hostile_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import shutil

    root = Path(shutil.copytree(RIVERS, tmp_path_factory.mktemp("hostile") / "rivers"))
    (root / "data/contributions/hostile.ttl").write_text(HOSTILE)
    return made(load_project(root), root.parent / "out")


def pages(out: Path) -> dict[str, Page]:
    found = {str(path.relative_to(out)): Page(path.read_text()) for path in sorted(out.rglob("*.html"))}
    assert len(found) > 15
    return found


def dead_links(out: Path) -> Iterator[str]:
    known = pages(out)
    files = {str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()}
    for name, page in known.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or name == "404.html":
                continue
            folder = name.rpartition("/")[0]
            target = (
                str((out / folder / unquote(parts.path)).resolve().relative_to(out.resolve()))
                if parts.path
                else name
            )
            if target not in files:
                yield f"{name}: {link}"
            elif (
                parts.fragment
                and target in known
                and unquote(parts.fragment) not in map(unquote, known[target].ids)
            ):
                yield f"{name}: {link}: no such place"


@pytest.mark.parametrize("site", ["rivers_out", "mca_out", "hostile_out"])
class TestEverySite:
    """What holds for every site."""

    def test_every_link_leads_somewhere(self, site: str, request: pytest.FixtureRequest) -> None:
        assert list(dead_links(request.getfixturevalue(site))) == []

    def test_pages_are_well_formed_and_names_are_unique(
        self, site: str, request: pytest.FixtureRequest
    ) -> None:
        for name, page in pages(request.getfixturevalue(site)).items():
            assert not page.faults, name
            assert len(page.ids) == len(set(page.ids)), name

    def test_nothing_runs_but_files(self, site: str, request: pytest.FixtureRequest) -> None:
        for name, page in pages(request.getfixturevalue(site)).items():
            assert not page.inline, name

    def test_every_field_has_a_label(self, site: str, request: pytest.FixtureRequest) -> None:
        for name, page in pages(request.getfixturevalue(site)).items():
            assert page.fields <= page.labels, name

    def test_links_are_of_harmless_kinds(self, site: str, request: pytest.FixtureRequest) -> None:
        for name, page in pages(request.getfixturevalue(site)).items():
            for link in page.links:
                assert urlsplit(link).scheme in ("", "http", "https", "mailto") or link == "data:,", (
                    name,
                    link,
                )


def test_a_site_of_other_things_has_nothing_of_the_packaged_ones(rivers_out: Path) -> None:
    for path in rivers_out.rglob("*"):
        if path.suffix in (".html", ".css", ".ttl", ".json", ".xml", ".rq"):
            found = re.search(r"w3id\.org/mca-graph|\bMCA\b|[Hh]ealth|communit", path.read_text())
            assert not found, (path, found)


def test_a_fact_names_its_source_and_a_dispute_its_sides(rivers_out: Path) -> None:
    text = (rivers_out / "id/river/alder.html").read_text()
    assert 'href="#source-1"' in text
    assert 'id="source-1"' in text
    assert "https://rivers.example/reports/2020" in text
    assert "Sources disagree on: length in kilometres" in text
    assert re.search(r"<strong>12\.5</strong>.*used here", text)


def test_a_denied_statement_is_not_shown_as_a_fact(rivers_out: Path) -> None:
    text = (rivers_out / "id/river/alder.html").read_text()
    assert "flows into" not in text or "Birch Brook" in text
    assert "Alder: holds" in (rivers_out / "id/river/birch.html").read_text()


def test_hostile_names_are_text(hostile_out: Path) -> None:
    for path in hostile_out.rglob("*.html"):
        text = path.read_text()
        assert "<script>alert" not in text, path
        assert "<img" not in text, path
        assert "\u202e" not in text, path


def test_no_path_leads_out_and_names_that_differ_in_case_are_kept_apart(hostile_out: Path) -> None:
    assert {path.name for path in hostile_out.parent.iterdir()} == {"rivers", "out"}
    names = [str(path.relative_to(hostile_out)) for path in hostile_out.rglob("*")]
    assert len({name.lower() for name in names}) == len(names)
    labels = {
        "out",
        "out, encoded",
        "Case",
        "case",
        "index",
        "home?",
        "a page?",
        "a folder?",
        "hidden",
        "con",
    }
    heads = {
        found[1]
        for path in (hostile_out / "id").rglob("*.html")
        if (found := re.search(r"<h1>(.*?)</h1>", path.read_text()))
    } | {
        found[1]
        for path in hostile_out.glob("index-*.html")
        if (found := re.search(r"<h1>(.*?)</h1>", path.read_text()))
    }
    assert labels <= heads
    assert "<h1>Rivers of the Vale</h1>" in (hostile_out / "index.html").read_text()


def test_a_question_has_a_form_and_its_answer(mca_out: Path) -> None:
    text = (mca_out / "query/projects-serving-community.html").read_text()
    assert 'data-query-id="projects-serving-community"' in text
    assert "<strong>community</strong> coastal communities." in text
    assert "coastal communities</option>" in text
    assert "mca-graph query projects-serving-community --community coastal-communities" in text
    assert (mca_out / "query/projects-serving-community.csv").read_text().startswith("project,phase")


def test_the_home_page_draws_what_the_settings_name(mca_out: Path) -> None:
    text = (mca_out / "index.html").read_text()
    for part in ('class="map"', 'class="times"', 'class="bars"', 'class="network"'):
        assert part in text


def test_the_home_page_says_what_a_picture_leaves_out(mca_out: Path) -> None:
    assert "so a total is a lower limit" in (mca_out / "index.html").read_text()


def test_an_end_that_is_the_phases_is_drawn_faded_and_told(mca_out: Path) -> None:
    lines = [
        line for line in (mca_out / "index.html").read_text().splitlines() if " of the phase)</td>" in line
    ]
    assert lines
    assert all('class="bar-fill open"' in line for line in lines)


def test_the_timeline_says_how_many_have_no_date(mca_out: Path) -> None:
    text = (mca_out / "timeline.html").read_text()
    shown = re.search(r'>Projects <span class="count">(\d+)</span></h2>\s*<p>(\d+) projects without', text)
    assert shown
    every = re.search(
        r'<h1>Projects <span class="count">(\d+)<', (mca_out / "id/project/index.html").read_text()
    )
    assert every
    assert int(shown[1]) + int(shown[2]) == int(every[1])


def test_the_texts_of_a_network_are_inside_it(mca_out: Path) -> None:
    """Reckoned with letters as wide as those of the widest common typeface, and bold."""
    picture = (mca_out / "index.html").read_text().split('<figure class="network">')[1]
    size = float(re.search(r'viewBox="0 0 ([\d.]+) ', picture)[1])  # type: ignore[index]
    labels = re.findall(r'<text class="node-text" x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]+)<', picture)
    assert labels
    for x, y, text in labels:
        far = math.hypot(float(x) - size / 2, float(y) - size / 2)
        assert far + len(unescape(text)) * 11.5 * 0.68 < size / 2, text


def test_what_a_page_is_about_is_cut_after_a_word(mca_out: Path) -> None:
    cut = 0
    for path in (mca_out / "id").rglob("*.html"):
        if found := re.search(r'<meta name="description" content="([^"]*)">', path.read_text()):
            text = unescape(found[1])
            assert len(text) <= 200, path
            cut += text.endswith("…")
    assert cut


def test_lists_speak_in_words(mca_out: Path, rivers_out: Path) -> None:
    """Headings and names of lists are no short names of terms, also where a term has no label."""
    for path in (*mca_out.rglob("index.html"), *rivers_out.rglob("index.html"), rivers_out / "browse.html"):
        assert not re.search(r">(rdf|prov|skos|owl):\w+</(th|span|a)>", path.read_text()), path
    assert ">kind</th>" in (mca_out / "id/organisation/index.html").read_text()


def test_every_link_of_the_page_of_no_page_begins_at_the_root(mca_out: Path) -> None:
    for link in Page((mca_out / "404.html").read_text()).links:
        assert urlsplit(link).scheme or link.startswith(("/vale/", "#")), link


def test_what_needs_a_script_is_not_shown_without_one(mca_out: Path) -> None:
    assert '<div id="bench" hidden>' in (mca_out / "editor.html").read_text()
