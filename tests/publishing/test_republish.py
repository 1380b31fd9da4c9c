"""Publishing again after a change: only what it reaches is made anew, each byte as in a new site."""

from __future__ import annotations

import hashlib
import os
import random
import re
import shutil
import time
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse, serialize

from mca_graph.graph.index import open_graph
from mca_graph.project import load_project
from mca_graph.publishing.interactive import write_interactive
from mca_graph.publishing.machines import downloads
from mca_graph.publishing.machines.downloads import _found_grants as found_grants
from mca_graph.publishing.site import Published, home, publish
from mca_graph.publishing.site.answers import answer
from mca_graph.publishing.site.digests import Digests
from mca_graph.publishing.site.seal import Seals, folders_of
from mca_graph.publishing.site.settings import site_settings
from mca_graph.publishing.site.writer import MANIFEST

ROOT = Path(__file__).parents[2]
URL = "https://site.example/"
COASTAL = "project-coastal-community-creative-health"
PART = ("project-co", "gtr-ah-z505419", "news-ah-z505419", "derived-places-", "derived-phase", "gazetteer")
DESCRIPTION = r'(dcterms:description "[^"]*)"'
CONTENT = ("ontology", "data", "shapes", "queries", "mca-graph.toml")
LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The project that the tool comes with, free to be changed."""
    folder = tmp_path / "project"
    folder.mkdir()
    for name in CONTENT:
        source = ROOT / name
        shutil.copytree(source, folder / name) if source.is_dir() else shutil.copy(source, folder / name)
    return folder


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The things whose fingerprints are worked out, in this process."""
    monkeypatch.setenv("MCA_GRAPH_NO_FORK", "1")
    found: list[str] = []
    of_page = Digests.of_page

    def noted(self: Digests, number: int, *rest: object, **more: object) -> str:
        found.append(self._snapshot.iri(number))
        return of_page(self, number, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Digests, "of_page", noted)
    return found


def published(root: Path, out: Path, warnings: list[str] | None = None) -> Published:
    project = load_project(root)
    warn = warnings.append if warnings is not None else lambda text: None
    return publish(project, open_graph(project), out, URL, parts=[write_interactive], warn=warn)


def contents(out: Path) -> dict[str, str]:
    return {
        str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in out.rglob("*")
        if path.is_file() and path.name != MANIFEST
    }


def differing(one: Path, other: Path) -> list[str]:
    ours, theirs = contents(one), contents(other)
    return sorted(path for path in ours.keys() | theirs.keys() if ours.get(path) != theirs.get(path))


def replaced(path: Path, pattern: str, new: str) -> None:
    text = path.read_text()
    changed = re.sub(pattern, new, text, count=1)
    assert changed != text
    path.write_text(changed)


def statements(path: Path) -> list[Quad]:
    return list(parse(path=str(path), format=RdfFormat.TURTLE))


def write(path: Path, quads: list[Quad]) -> None:
    triples = [Triple(quad.subject, quad.predicate, quad.object) for quad in quads]
    content = serialize(triples, format=RdfFormat.TURTLE)
    assert content is not None
    path.write_bytes(content)


def test_a_text_of_a_thing_reaches_its_own_page_only(
    project: Path, tmp_path: Path, looked_at: list[str]
) -> None:
    out = tmp_path / "out"
    before: list[str] = []
    published(project, out, before)
    times = {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file()}
    looked_at.clear()
    replaced(project / f"data/contributions/{COASTAL}.ttl", DESCRIPTION, r'\1 So it says."')
    after: list[str] = []
    published(project, out, after)
    rest = {iri.removeprefix("https://w3id.org/mca-graph/") for iri in looked_at}
    thing, stated = f"id/{COASTAL.replace('-', '/', 1)}", f"graph/contribution/{COASTAL}"
    also_on_it = "graph/contribution/gtr-ah-z505419-1"
    assert rest == {thing, stated, also_on_it}
    written = {
        str(path.relative_to(out))
        for path in out.rglob("*")
        if path.is_file() and times.get(path) != path.stat().st_mtime_ns
    }
    ends = (".html", ".ttl", ".jsonld", ".nt")
    pages = {path for path in written if path.startswith(("id/", "graph/", "concept/"))}
    assert pages == {f"{name}{end}" for name in (thing, stated) for end in ends} - {f"{stated}.html"}
    assert before == after
    # What is noted of the folders of the site, not all of which were looked at again, is how they are.
    seal = Seals(out).read()
    assert seal is not None
    assert seal.folders == folders_of(out)
    published(project, tmp_path / "new")
    assert differing(out, tmp_path / "new") == []


@pytest.mark.parametrize("seed", range(2))
def test_whatever_changes_the_site_is_that_of_a_new_run(project: Path, tmp_path: Path, seed: int) -> None:
    """Changes of each kind, one after the other, by chance, to a part of the data."""
    chance = random.Random(seed)
    for path in (project / "data/contributions").glob("*.ttl"):
        if not path.name.startswith(PART):
            path.unlink()
    files = sorted((project / "data/contributions").glob("*.ttl"))
    out, warnings, warnings_of_new = tmp_path / "out", list[str](), list[str]()
    published(project, out)
    for number in range(5):
        path = chance.choice(files)
        change(path, chance, number)
        warnings.clear()
        warnings_of_new.clear()
        published(project, out, warnings)
        new = tmp_path / f"new-{number}"
        published(project, new, warnings_of_new)
        assert differing(out, new) == [], (number, path.name)
        assert sorted(warnings) == sorted(warnings_of_new)
        shutil.rmtree(new)


def change(path: Path, chance: random.Random, number: int) -> None:
    """Change a contribution: a text, a value, a statement less, or a thing more."""
    quads = statements(path)
    kind = chance.choice(("text", "text", "value", "less", "more"))
    if kind == "less":
        del quads[chance.randrange(len(quads))]
    elif kind == "more":
        subject = chance.choice(quads).subject
        assert isinstance(subject, NamedNode)
        new = NamedNode(f"{subject.value}-{number}")
        quads += [Quad(new, one.predicate, one.object) for one in quads if one.subject == subject]
    else:
        fits = [
            index
            for index, one in enumerate(quads)
            if (isinstance(one.object, Literal) and one.object.language)
            == (None if kind == "value" else "en")
        ] or [0]
        index = chance.choice(fits)
        quads[index] = changed(quads[index], quads, chance, number)
    write(path, quads)


def changed(quad: Quad, quads: list[Quad], chance: random.Random, number: int) -> Quad:
    if isinstance(quad.object, Literal) and quad.object.language:
        text = Literal(f"{quad.object.value} ({number})", language=quad.object.language)
        return Quad(quad.subject, quad.predicate, text)
    values = [one.object for one in quads if one.predicate == quad.predicate]
    return Quad(quad.subject, quad.predicate, chance.choice(values))


def test_pictures_and_grants_are_kept_where_their_queries_read_nothing_of_a_change(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(home, "answer", lambda *given: asked.append(given[1].id) or answer(*given))
    monkeypatch.setattr(
        downloads, "_found_grants", lambda *given: asked.append("grants") or found_grants(*given)
    )
    monkeypatch.setenv("MCA_GRAPH_NO_FORK", "1")
    out, path = tmp_path / "out", project / f"data/contributions/{COASTAL}.ttl"
    published(project, out)
    charts = [chart.query for chart in site_settings(load_project(project)).charts]
    assert sorted(asked) == sorted(["grants", *charts])
    for pattern, new, expected in (
        (r'(rdfs:comment "[^"]*)"', r'\1 So it says."', []),
        (DESCRIPTION, r'\1 So it says."', ["grants"]),
        (r'(rdfs:label "[^"]*)"', r'\1, renamed"', sorted(["grants", *charts])),
    ):
        asked.clear()
        replaced(path, pattern, new)
        published(project, out)
        assert sorted(asked) == expected
    published(project, tmp_path / "new")
    assert differing(out, tmp_path / "new") == []


def test_a_run_that_was_killed_leaves_no_notes_that_are_believed(project: Path, tmp_path: Path) -> None:
    """The notes of a run are there before its site is: they are not of the site that the next one finds."""
    out, path = tmp_path / "out", project / f"data/contributions/{COASTAL}.ttl"
    published(project, out)
    replaced(path, DESCRIPTION, r'\1 First."')

    class StoppedError(Exception):
        pass

    def stop(site: object) -> None:
        raise StoppedError

    loaded = load_project(project)
    with pytest.raises(StoppedError):
        publish(loaded, open_graph(loaded), out, URL, parts=[write_interactive, stop])
    replaced(path, r"First\.", "Second.")
    published(project, out)
    published(project, tmp_path / "new")
    assert differing(out, tmp_path / "new") == []


def test_notes_on_sites_that_are_gone_are_forgotten(project: Path, tmp_path: Path) -> None:
    out, other = tmp_path / "out", tmp_path / "other"
    published(project, out)
    shutil.copytree(Seals(out).folder, Seals(other).folder)
    content = (Seals(other).folder / "seal.json").read_text()
    (Seals(other).folder / "seal.json").write_text(content.replace(str(out), str(other)))
    unfinished = Seals(tmp_path / "never")
    for age, is_there in ((3600, True), (48 * 3600, False)):
        unfinished.folder.mkdir(exist_ok=True)
        os.utime(unfinished.folder, (time.time() - age,) * 2)
        replaced(project / f"data/contributions/{COASTAL}.ttl", DESCRIPTION, r'\1 More."')
        published(project, out)
        assert unfinished.folder.exists() == is_there
    assert Seals(out).folder.exists()
    assert not Seals(other).folder.exists()


def test_a_file_that_was_changed_by_hand_is_made_anew(project: Path, tmp_path: Path) -> None:
    out, path = tmp_path / "out", project / f"data/contributions/{COASTAL}.ttl"
    published(project, out)
    (out / "id/project/branching-out.html").write_text("changed")
    replaced(path, DESCRIPTION, r'\1 So it says."')
    published(project, out)
    published(project, tmp_path / "new")
    assert differing(out, tmp_path / "new") == []
