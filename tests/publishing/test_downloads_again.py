"""Downloads after a change: what it does not touch is taken over, and the bytes are those of a new site."""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from machines_support import full_rivers
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from mca_graph.graph.assemble import assemble
from mca_graph.graph.changes import Changes
from mca_graph.graph.resolve import Resolver
from mca_graph.graph.rules import single_valued
from mca_graph.namespaces import DCTERMS, RDF, RDFS, XSD
from mca_graph.project import load_project
from mca_graph.publishing.machines import downloads, dumps
from mca_graph.publishing.machines.columns import Column
from mca_graph.publishing.machines.sqlite import Database
from mca_graph.publishing.machines.tables import Table
from mca_graph.publishing.packing import Packer
from mca_graph.publishing.site import build
from mca_graph.publishing.site.context import Site
from mca_graph.publishing.site.kept import Kept, Past
from mca_graph.publishing.site.seal import folders_of
from mca_graph.publishing.site.snapshot import Snapshot
from mca_graph.publishing.site.writer import MANIFEST, SiteWriter
from mca_graph.rdf.read import read_quads
from mca_graph.store import Term
from mca_graph.store.embedded import EmbeddedStore
from shared import ROOT

URL = "https://site.example/"
NAMELESS = """
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix riv: <https://rivers.example/ontology#> .
riv:River rdfs:subClassOf [ a owl:Restriction ; owl:onProperty riv:habitat ; owl:minCardinality 1 ] .
"""
LAKES = """
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix riv: <https://rivers.example/ontology#> .
riv:Lake a owl:Class ; rdfs:label "lake"@en .
riv:endsIn a owl:ObjectProperty ; rdfs:label "ends in"@en ; rdfs:domain riv:River ; rdfs:range riv:Lake .
"""
LAKE_SHAPE = """
@prefix shapes: <https://rivers.example/shapes#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix riv: <https://rivers.example/ontology#> .
shapes:Lake a sh:NodeShape ; sh:targetClass riv:Lake ;
    sh:property [ sh:path rdfs:label ; sh:name "name"@en ; sh:minCount 1 ] .
shapes:River sh:property [ sh:path riv:endsIn ; sh:name "end"@en ; sh:maxCount 1 ] .
"""
HEAD = """
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix riv: <https://rivers.example/ontology#> .
@prefix river: <https://rivers.example/id/river/> .
@prefix lake: <https://rivers.example/id/lake/> .
<https://rivers.example/graph/contribution/NAME> a prov:Bundle ; rdfs:label "NAME"@en .
"""
MANY = "data/contributions/many.ttl"
LENGTHS = "data/contributions/lengths.ttl"
LAKE = "data/contributions/lakes.ttl"

Publish = Callable[..., Counter[str]]


@pytest.fixture
def publish(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Publish:
    """Publishes a project into a folder; returns how much was made anew and how much was taken over."""
    counted = Counter[str]()
    whole_site, write, take = build._site, Packer.write, Packer.take

    def counting(name: str, do: Callable[..., Any]) -> Callable[..., Any]:
        def done(*args: object) -> Any:
            counted[name] += 1
            return do(*args)

        return done

    def noting(make: Callable[..., Any]) -> Callable[..., Any]:
        def made(kind: Any, *args: object) -> Any:
            counted[f"table {kind.name}"] += 1
            return make(kind, *args)

        return made

    monkeypatch.setenv("MCA_GRAPH_NO_FORK", "1")
    monkeypatch.setattr(dumps, "_APART", 4)
    monkeypatch.setattr(Packer, "write", counting("written", write))
    monkeypatch.setattr(Packer, "take", counting("taken", take))
    monkeypatch.setattr(downloads, "table_of", noting(downloads.table_of))
    kept = tmp_path / "kept"
    kept.mkdir()

    def knowing(site: Site, changes: Changes | None, keep: bool) -> Site:
        known = changes if site.writer.is_as_left else None
        return replace(site, past=past_of(kept if keep else None, known))

    def run(root: Path, out: Path, changes: Changes | None = None, keep: bool = True) -> Counter[str]:
        counted.clear()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(build, "_site", lambda *args: knowing(whole_site(*args), changes, keep))
            project = load_project(root)
            build.publish(project, store_of(root), out, URL)
        counted["taken"] -= counted["written"]  # what is packed anew is taken then
        return counted

    return run


def store_of(root: Path) -> EmbeddedStore:
    store = EmbeddedStore()
    assemble(load_project(root), store)
    return store


def changes_between(one: Path, other: Path) -> Changes:
    """The statements that only one of two projects has; nodes without names have others in each store."""
    first, second = (
        {
            quad
            for quad in store_of(root).engine
            if not isinstance(quad.subject, BlankNode) and not isinstance(quad.object, BlankNode)
        }
        for root in (one, other)
    )
    return Changes(frozenset(first ^ second))


@pytest.fixture
def many_rivers(tmp_path: Path) -> Path:
    """The river project with more rivers, with lakes, and with nodes without names."""
    root = full_rivers(tmp_path)
    (root / "ontology/nameless.ttl").write_text(NAMELESS)
    (root / "ontology/lakes.ttl").write_text(LAKES)
    (root / "shapes/lakes.ttl").write_text(LAKE_SHAPE)
    lakes = (
        f'lake:l{n} a riv:Lake ; rdfs:label "Lake {n}"@en . river:r{n} riv:endsIn lake:l{n} .'
        for n in range(9)
    )
    (root / LAKE).write_text("\n".join((HEAD.replace("NAME", "lakes"), *lakes, "")))
    lines = (
        f'river:r{n} a riv:River ; rdfs:label "River {n}"@en ; riv:flowsInto river:r{(n * 7) % 40} .'
        for n in range(40)
    )
    (root / MANY).write_text("\n".join((HEAD.replace("NAME", "many"), *lines, "")))
    lengths = (f"river:r{n} riv:length {n}.5 ." for n in range(40))
    (root / LENGTHS).write_text("\n".join((HEAD.replace("NAME", "lengths"), *lengths, "")))
    return root


def copy_of(root: Path) -> Path:
    return Path(shutil.copytree(root, root.with_name(f"{root.name}-edited")))


def contents(out: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(out)): path.read_bytes()
        for path in out.rglob("*")
        if path.is_file() and path.name != MANIFEST
    }


def swap(name: str, old: str, new: str) -> Callable[[Path], None]:
    """An edit that replaces some text of a file."""

    def edit(root: Path) -> None:
        text = (root / name).read_text()
        assert text.count(old) == 1
        (root / name).write_text(text.replace(old, new))

    return edit


def move(root: Path) -> None:
    """Move a statement from one contribution to another."""
    swap(LENGTHS, "river:r7 riv:length 7.5 .\n", "")(root)
    with (root / MANY).open("a") as file:
        file.write("river:r7 riv:length 7.5 .\n")


RIVERS_ONLY, LAKES_ONLY, BOTH, NONE = {"river"}, {"lake"}, {"river", "lake"}, set[str]()
TABLES = {
    "nothing": NONE,
    "value": RIVERS_ONLY,
    "label": RIVERS_ONLY,
    "name of a lake": BOTH,
    "lake": LAKES_ONLY,
    "lake that no river ends in": LAKES_ONLY,
    "lake that is none": BOTH,
    "thing added": RIVERS_ONLY,
    "header": NONE,
}
"""The tables that are made anew after an edit."""

EDITS: dict[str, Callable[[Path], None]] = {
    "nothing": lambda root: None,
    "value": swap(LENGTHS, "riv:length 7.5", "riv:length 8.25"),
    "label": swap(MANY, '"River 9"@en', '"The Nine"@en'),
    "name of a lake": swap(LAKE, '"Lake 3"@en', '"Deep Lake"@en'),
    "lake": swap(LAKE, "lake:l3 a riv:Lake", 'lake:l3 rdfs:comment "Deep"@en ; a riv:Lake'),
    "lake that no river ends in": swap(
        LAKE, "lake:l3 a riv:Lake", 'lake:l33 a riv:Lake ; rdfs:label "New"@en . lake:l3 a riv:Lake'
    ),
    "lake that is none": swap(LAKE, "lake:l3 a riv:Lake", "lake:l3 a riv:Pond"),
    "language": swap(MANY, '"River 9"@en', '"Neun"@de'),
    "thing added": swap(MANY, "river:r7 a", 'river:r77 a riv:Brook ; rdfs:label "New"@en . river:r7 a'),
    "first thing": swap(MANY, "river:r7 a", 'river:a a riv:Brook ; rdfs:label "First"@en . river:r7 a'),
    "thing removed": swap(
        MANY, 'river:r5 a riv:River ; rdfs:label "River 5"@en ; riv:flowsInto river:r35 .\n', ""
    ),
    "type": swap(MANY, "river:r11 a riv:River", "river:r11 a riv:Brook"),
    "statement moved": move,
    "contribution removed": lambda root: (root / LENGTHS).unlink(),
    "header": swap(LENGTHS, 'rdfs:label "lengths"@en', 'rdfs:label "How long they are"@en'),
    "dispute": swap(LENGTHS, "river:r7 riv:length 7.5", "river:r7 riv:length 7.5 . river:r8 riv:length 2.5"),
    "node without a name": swap(MANY, "river:r7 a", "river:r3 riv:habitat [ riv:length 3.5 ] . river:r7 a"),
}


@pytest.mark.parametrize("name", EDITS)
def test_after_a_change_the_bytes_are_those_of_a_new_site(
    name: str, many_rivers: Path, publish: Publish, tmp_path: Path
) -> None:
    edited = copy_of(many_rivers)
    EDITS[name](edited)
    (edited / "README").write_text("Something else")
    first = publish(many_rivers, tmp_path / "out")["written"]
    # Where nodes without names come or go it is not known what has changed.
    changes = changes_between(many_rivers, edited) if name != "node without a name" else None
    done = publish(edited, tmp_path / "out", changes).copy()
    publish(edited, tmp_path / "new", keep=False)
    assert contents(tmp_path / "out") == contents(tmp_path / "new")
    if name in TABLES:
        assert {one for one in BOTH if done[f"table {one}"]} == TABLES[name]
    if name in ("value", "label", "thing added", "thing removed", "type", "statement moved"):
        assert done["taken"] > first / 2 > done["written"] > 0


@pytest.mark.parametrize("address", ["http://a.example/first", "urn:zz:last"])
def test_a_block_that_no_longer_begins_or_ends_a_graph_is_made_anew(
    address: str, many_rivers: Path, publish: Publish, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dumps, "_APART", 1)
    edited = copy_of(many_rivers)
    swap(MANY, "river:r7 a", f"<{address}> a riv:Brook . river:r7 a")(edited)
    publish(many_rivers, tmp_path / "out")
    assert publish(edited, tmp_path / "out", changes_between(many_rivers, edited))["taken"] > 100
    publish(edited, tmp_path / "new", keep=False)
    assert contents(tmp_path / "out") == contents(tmp_path / "new")


def tear(path: Path) -> None:
    """Change a file, in a way that its reader does not see."""
    if path.suffix == ".db":
        with sqlite3.connect(path) as connection:
            connection.execute("UPDATE river SET name = 'torn'")
        connection.close()
    else:
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)


@pytest.mark.parametrize("name", ["rivers.nt.gz", "rivers.db", "tables/river.csv"])
def test_what_was_changed_in_the_site_is_not_taken_over(
    name: str, many_rivers: Path, publish: Publish, tmp_path: Path
) -> None:
    edited = copy_of(many_rivers)
    EDITS["lake"](edited)
    publish(many_rivers, tmp_path / "out")
    tear(tmp_path / "out/data" / name)
    publish(edited, tmp_path / "out", changes_between(many_rivers, edited))
    publish(edited, tmp_path / "new", keep=False)
    assert contents(tmp_path / "out") == contents(tmp_path / "new")


def test_rows_that_are_copied_give_the_same_bytes(tmp_path: Path) -> None:
    columns = [Column("id", "id", of_things=True), Column("length", "length", datatype=XSD + "decimal")]
    tables = [
        Table(name, name, "", columns, [[[f"{name}/{n}"], [f"{n}.5"]] for n in range(3000)])
        for name in ("brook", "river")
    ]
    for name, old in (("one.db", None), ("two.db", tmp_path / "one.db")):
        database = Database(tmp_path / name, old)
        for table in tables:
            if old is None or table.name == "brook":
                database.add_table(table)
            else:
                database.copy_table(table)
        database.close()
    assert (tmp_path / "one.db").read_bytes() == (tmp_path / "two.db").read_bytes()


def test_a_record_of_other_files_is_of_no_use(many_rivers: Path, publish: Publish, tmp_path: Path) -> None:
    """As a run leaves it that is killed before its files are put into the site."""
    states = [many_rivers]
    for name in ("value", "label"):
        states.append(copy_of(states[-1]))
        EDITS[name](states[-1])
    publish(states[0], tmp_path / "out")
    shutil.copytree(tmp_path / "kept", tmp_path / "old")
    publish(states[1], tmp_path / "out", changes_between(*states[:2]))
    shutil.rmtree(tmp_path / "kept")
    shutil.copytree(tmp_path / "old", tmp_path / "kept")
    done = publish(states[2], tmp_path / "out", changes_between(*states[1:])).copy()
    assert done["taken"] == 0
    publish(states[2], tmp_path / "new", keep=False)
    assert contents(tmp_path / "out") == contents(tmp_path / "new")


def past_of(folder: Path | None, changes: Changes | None) -> Past:
    """A past with the notes of a folder, whichever run they are of."""
    return Past(Kept(folder, "any" if changes is not None else "", "any"), changes)


Said = dict[str, list[Triple]]
"""What each contribution says."""


class Editing:
    """A project whose downloads are written again and again, after one edit and another.

    Args:
        root: the project; it is changed.
        folder: for what is written.
    """

    def __init__(self, root: Path, folder: Path) -> None:
        self.root, self._folder = root, folder
        self.said: Said = {}
        for path in load_project(root).contribution_files:
            name = path.relative_to(root).with_suffix(".nt").as_posix()
            self.said[name] = [quad.triple for quad in read_quads(path)]
            path.unlink()
        for name in self.said:
            self._save(name)
        (folder / "kept").mkdir()
        self._held = set(store_of(root).engine)
        self.write(folder / "out", folder / "kept", None)

    def edit(self, change: Callable[[Said], object]) -> None:
        """Change what contributions say, and write the downloads; they are those of a new site."""
        before = {name: list(triples) for name, triples in self.said.items()}
        change(self.said)
        for name, triples in self.said.items():
            if triples != before[name]:
                self._save(name)
        held = set(store_of(self.root).engine)
        changes = Changes(
            frozenset(
                quad
                for quad in held ^ self._held
                if not isinstance(quad.subject, BlankNode) and not isinstance(quad.object, BlankNode)
            )
        )
        self._held = held
        self.write(self._folder / "out", self._folder / "kept", changes)
        shutil.rmtree(self._folder / "new", ignore_errors=True)
        self.write(self._folder / "new", None, None)
        assert contents(self._folder / "out") == contents(self._folder / "new")

    def write(self, out: Path, kept: Path | None, changes: Changes | None) -> None:
        project, store = load_project(self.root), store_of(self.root)
        disputes = list(Resolver(store, project, single_valued(project.shape_files)).disputes())
        snapshot = Snapshot(project, [triple for dispute in disputes for triple in dispute.losers()])
        writer = SiteWriter(out)
        writer.compare(folders_of(out), folders_of(out))
        site = build._site(project, store, writer, URL, snapshot, disputes, print)
        site = replace(site, past=past_of(kept, changes))
        site.machines.prepare(None)
        for made in (site.machines.write_dumps(), site.machines.write_tables()):
            writer.take(made.apart)
        writer.finish()

    def _save(self, name: str) -> None:
        lines = (f"{triple} .\n" for triple in self.said[name])
        (self.root / name).write_text("".join(lines))


PARTS = st.tuples(st.integers(0, 10_000), st.integers(0, 10_000), st.sampled_from(("drop", "swap", "move")))


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=st.lists(st.lists(PARTS, min_size=1, max_size=4), min_size=1, max_size=4))
def test_no_row_of_edits_leaves_a_trace(
    edits: list[list[tuple[int, int, str]]], many_rivers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dumps, "_APART", 4)
    with TemporaryDirectory() as folder:
        root = Path(shutil.copytree(many_rivers, Path(folder) / "rivers"))
        editing = Editing(root, Path(folder))
        for steps in edits:
            editing.edit(partial(apply, steps))


def apply(steps: list[tuple[int, int, str]], said: Said) -> None:
    """Drop statements, give them the value of another, or move them to another contribution."""
    for one, other, how in steps:
        every = [(name, triple) for name, triples in said.items() for triple in triples]
        (name, triple), (target, second) = every[one % len(every)], every[other % len(every)]
        said[name].remove(triple)
        if how == "swap" and second.predicate == triple.predicate:
            said[name].append(Triple(triple.subject, triple.predicate, second.object))
        elif how == "move":
            said[target].append(triple)


MCA, DESCRIPTION, LABEL = "https://w3id.org/mca-graph/", DCTERMS + "description", RDFS + "label"


def with_value(property_: str, kind: str, value: Term) -> Callable[[Said], object]:
    """Gives the first thing of a kind another value for a property."""

    def change(said: Said) -> None:
        for triples in said.values():
            for index, triple in enumerate(triples):
                if triple.predicate.value == property_ and f"/id/{kind}/" in str(triple.subject):
                    triples[index] = Triple(triple.subject, triple.predicate, value)
                    return
        raise AssertionError(property_)

    return change


def without(kind: str) -> Callable[[Said], object]:
    """Says nothing any more of the first thing of a kind."""

    def change(said: Said) -> None:
        every = (triple.subject for triples in said.values() for triple in triples)
        gone = next(subject for subject in every if f"/id/{kind}/" in str(subject))
        for triples in said.values():
            triples[:] = [triple for triple in triples if triple.subject != gone]

    return change


def test_the_bytes_are_those_of_a_new_site_with_the_project_that_the_tool_comes_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "mca"
    for name in ("ontology", "data", "shapes", "queries"):
        shutil.copytree(ROOT / name, root / name)
    shutil.copy(ROOT / "mca-graph.toml", root)
    editing, made = Editing(root, tmp_path), list[str]()
    original = downloads.table_of
    monkeypatch.setattr(
        downloads, "table_of", lambda kind, *args: made.append(kind.name) or original(kind, *args)
    )

    editing.edit(with_value(DESCRIPTION, "project", Literal("Something else", language="en")))
    assert Counter(made)["project"] == 2
    assert Counter(made)["award"] == 1
    made.clear()
    editing.edit(with_value(LABEL, "organisation", Literal("Another name", language="en")))
    assert {name for name, count in Counter(made).items() if count == 2} >= {"organisation", "participation"}
    assert Counter(made)["place"] == 1
    editing.edit(without("participation"))
    editing.edit(with_value(RDF + "type", "output", NamedNode(f"{MCA}ontology#Finding")))
