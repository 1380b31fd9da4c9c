"""Writing a site: the same bytes each time, what changed only, and never half a site."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from mca_graph.errors import McaGraphError, ProjectError
from mca_graph.graph.index import open_graph
from mca_graph.project import load_project
from mca_graph.publishing.interactive import write_endpoint_editor, write_interactive
from mca_graph.publishing.site import Published, publish
from mca_graph.publishing.site.build import checked_url
from mca_graph.publishing.site.paths import Paths, safe_url, stem_of
from mca_graph.publishing.site.settings import site_settings
from mca_graph.publishing.site.writer import MANIFEST, SiteWriter

URL = "https://site.example/"


def published(root: Path, out: Path) -> Published:
    project = load_project(root)
    return publish(project, open_graph(project), out, URL, parts=[write_interactive])


def contents(out: Path) -> dict[str, str]:
    return {
        str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in out.rglob("*")
        if path.is_file() and path.name != MANIFEST
    }


def test_the_same_graph_gives_the_same_bytes(rivers: Path, tmp_path: Path) -> None:
    published(rivers, tmp_path / "one")
    published(rivers, tmp_path / "two")
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


NAMELESS = """
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix riv: <https://rivers.example/ontology#> .
riv:River rdfs:subClassOf [ a owl:Restriction ; owl:onProperty riv:habitat ; owl:minCardinality 1 ] ,
    [ a owl:Restriction ; owl:onProperty riv:length ; owl:maxCardinality 1 ] .
"""

NAMELESS_SHAPE = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix riv: <https://rivers.example/ontology#> .
riv:NamelessShape a sh:NodeShape ; sh:targetClass riv:River ;
    sh:property [ sh:path riv:length ; sh:name "length"@en ; sh:maxCount 1 ] ,
        [ sh:path riv:habitat ; sh:name "habitat"@en ; sh:minCount 1 ] .
"""


def test_no_process_gives_other_bytes(rivers: Path, tmp_path: Path) -> None:
    """Python orders sets anew in each process, and the parser names nodes without names anew."""
    (rivers / "ontology/nameless.ttl").write_text(NAMELESS)
    (rivers / "shapes/nameless.ttl").write_text(NAMELESS_SHAPE)
    found = []
    for seed in ("1", "2"):
        out = tmp_path / seed
        command = ["-m", "mca_graph", "--project", str(rivers), "publish", str(out), "--base-url", URL]
        subprocess.run([sys.executable, *command], env=os.environ | {"PYTHONHASHSEED": seed}, check=True)
        found.append(contents(out))
    assert found[0] == found[1]
    assert "contribute.json" in found[0]


def test_nothing_is_written_where_nothing_changed(rivers: Path, tmp_path: Path) -> None:
    first = published(rivers, tmp_path / "out")
    times = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*.html")}
    second = published(rivers, tmp_path / "out")
    assert (second.written, second.kept, second.removed) == (0, first.written, 0)
    assert times == {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*.html")}


def test_a_run_with_nothing_to_do_warns_again_and_reads_no_graph(
    rivers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, told = load_project(rivers), list[list[str]]()
    for last in (False, True):
        if last:
            monkeypatch.setattr("mca_graph.publishing.site.build.Snapshot", None)
        warnings: list[str] = []
        publish(project, open_graph(project), tmp_path / "out", URL, warn=warnings.append)
        told.append(warnings)
    assert told[0] == told[1]
    with pytest.raises(TypeError):
        publish(project, open_graph(project), tmp_path / "out", f"{URL}elsewhere/")


def test_what_a_part_is_given_counts(rivers: Path, tmp_path: Path) -> None:
    project = load_project(rivers)
    pages = []
    for path in ("sparql", "sparql", "elsewhere/sparql"):
        parts = [write_interactive, partial(write_endpoint_editor, endpoint=path)]
        done = publish(project, open_graph(project), tmp_path / "out", URL, parts=parts)
        pages.append((done.written, f'action="{path}"' in (tmp_path / "out/sparql.html").read_text()))
    assert pages[1:] == [(0, True), (1, True)]


@pytest.mark.parametrize(
    "name", ["id/river/alder.html", "id/river/alder.nt", "index.html", "assets/site.css"]
)
def test_what_was_changed_or_lost_in_the_site_is_written_again(
    name: str, rivers: Path, tmp_path: Path
) -> None:
    published(rivers, tmp_path / "out")
    before = contents(tmp_path / "out")
    (tmp_path / "out" / name).write_text("torn")
    assert published(rivers, tmp_path / "out").written > 0
    assert contents(tmp_path / "out") == before
    (tmp_path / "out" / name).unlink()
    assert published(rivers, tmp_path / "out").written > 0
    assert contents(tmp_path / "out") == before


CHANGES = {
    "a length": ("data/contributions/survey-2020.ttl", "riv:length 3.0", "riv:length 3.5"),
    "a name": ("data/contributions/survey-2020.ttl", '"Birch Brook"@en', '"Beech Brook"@en'),
    "a source": ("data/contributions/survey-2020.ttl", "reports/2020>", "reports/2021>"),
    "a concept": ("ontology/concepts/habitat.ttl", '"Reed bed"@en', '"Reeds"@en'),
    "a hierarchy": ("ontology/concepts/habitat.ttl", "; skos:broader habitat:wetland .", "."),
    "a denial": ("data/contributions/letter-2023.ttl", "a owl:NegativePropertyAssertion", "a riv:Note"),
    "a term": ("ontology/rivers.ttl", '"river"@en', '"stream"@en'),
    "one thing less": (
        "data/contributions/letter-2023.ttl",
        'river:cedar a riv:River ; rdfs:label "Cedar"@en ; riv:length 40.0 ; riv:habitat habitat:wetland .',
        "",
    ),
    "a question": ("queries/rivers-with-habitat.rq", "Rivers with a habitat", "Which rivers"),
}


@pytest.mark.parametrize("change", CHANGES, ids=lambda name: name.replace(" ", "-"))
def test_publishing_again_gives_what_publishing_anew_does(change: str, rivers: Path, tmp_path: Path) -> None:
    published(rivers, tmp_path / "out")
    before = contents(tmp_path / "out")
    name, old, new = CHANGES[change]
    text = (rivers / name).read_text()
    assert old in text
    (rivers / name).write_text(text.replace(old, new))
    published(rivers, tmp_path / "out")
    published(rivers, tmp_path / "new")
    assert contents(tmp_path / "out") == contents(tmp_path / "new") != before
    (rivers / name).write_text(text)
    published(rivers, tmp_path / "out")
    assert contents(tmp_path / "out") == before


def test_a_change_to_one_thing_leaves_others_as_they_are(rivers: Path, tmp_path: Path) -> None:
    published(rivers, tmp_path / "out")
    before = (tmp_path / "out/id/river/alder.html").stat().st_mtime_ns
    path = rivers / "data/contributions/letter-2023.ttl"
    path.write_text(path.read_text().replace("riv:length 40.0", "riv:length 41.0"))
    published(rivers, tmp_path / "out")
    assert (tmp_path / "out/id/river/alder.html").stat().st_mtime_ns == before
    assert "41" in (tmp_path / "out/id/river/cedar.html").read_text()


def test_a_run_that_breaks_off_leaves_the_old_site(
    rivers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    published(rivers, out)
    before = contents(out)
    path = rivers / "data/contributions/survey-2020.ttl"
    path.write_text(path.read_text().replace("Birch Brook", "Beech Brook"))

    def killed(self: SiteWriter) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(SiteWriter, "finish", killed)
        with pytest.raises(KeyboardInterrupt):
            published(rivers, out)
    left = {name: digest for name, digest in contents(out).items() if ".mca-graph-staging" not in name}
    assert left == before
    published(rivers, out)
    published(rivers, tmp_path / "new")
    assert contents(out) == contents(tmp_path / "new")


@pytest.mark.parametrize("moves", [0, 1, 2, 3])
def test_a_run_that_is_killed_while_it_moves_is_finished_by_the_next(
    moves: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(names: dict[str, str]) -> None:
        writer = SiteWriter(tmp_path / "out")
        for name, text in names.items():
            writer.write(name, text)
        writer.finish()

    write({"a.html": "1", "b.html": "1", "gone.html": "1", "d/c.html": "1"})
    real, left = os.replace, moves + 1

    def limited(source: str, target: str) -> None:
        nonlocal left
        if left == 0:
            raise KeyboardInterrupt
        left -= 1
        real(source, target)

    new = {"a.html": "2", "b.html": "2", "d/c.html": "2"}
    with monkeypatch.context() as patch:
        patch.setattr("mca_graph.publishing.site.writer.os.replace", limited)
        with pytest.raises(KeyboardInterrupt):
            write(new)
    SiteWriter(tmp_path / "out")
    found = {name: (tmp_path / "out" / name).read_text() for name in contents(tmp_path / "out")}
    assert found == new


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(McaGraphError, match="none of them is a site"):
        SiteWriter(tmp_path)
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_two_files_of_one_name_are_an_error(tmp_path: Path) -> None:
    writer = SiteWriter(tmp_path / "out")
    writer.write("a.html", "1")
    writer.write("a.html", "1")
    with pytest.raises(McaGraphError, match="two parts of the site"):
        writer.write("a.html", "2")


def test_no_file_is_written_outside(tmp_path: Path) -> None:
    writer = SiteWriter(tmp_path / "out")
    for path in ("../x", "a/../../x", "/tmp/x"):
        with pytest.raises(McaGraphError, match="not a path inside"):
            writer.write(path, "x")


@pytest.mark.parametrize(
    "url", ["site.example", "ftp://site.example/", "https://", "https://x.example/?a", "javascript:x"]
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(McaGraphError, match="not the address"):
        checked_url(url)


def test_an_unknown_setting_is_told(rivers: Path) -> None:
    settings = rivers / "mca-graph.toml"
    settings.write_text(settings.read_text() + '\n[site]\ntaglin = "x"\n')
    with pytest.raises(ProjectError, match="unknown key taglin") as caught:
        site_settings(load_project(rivers))
    assert "tagline" in str(caught.value)


@pytest.mark.parametrize(
    ("rest", "stem"),
    [
        ("id/river/alder", "id/river/alder"),
        ("id/river/Älder", "id/river/%C3%84lder"),
        ("id/../x", "id/%2E%2E/x"),
        ("id//x", "id/%00/x"),
        ("id/x.html/y", "id/x%2Ehtml/y"),
        ("id/x~1", "id/x%7E1"),
        ("id/aux", "id/a%75x"),
    ],
)
def test_paths_are_made_of_harmless_names(rest: str, stem: str) -> None:
    assert stem_of(rest) == stem


def test_names_that_differ_only_in_case_get_paths_of_their_own() -> None:
    paths = Paths("https://x.example/", ["https://x.example/id/A", "https://x.example/id/a"])
    assert paths.stem("https://x.example/id/a") == "id/a"
    assert paths.stem("https://x.example/id/A").lower() != "id/a"


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", "JAVASCRIPT:x", "https://a b", 'https://"', "vbscript:x"],
)
def test_links_that_a_browser_must_not_follow(url: str) -> None:
    assert safe_url(url) is None
