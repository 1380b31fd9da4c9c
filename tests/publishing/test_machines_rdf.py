"""The RDF of a published site: every file reads everywhere, and all together are the graph."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from machines_support import BASE, parsed, publish_site, require
from pyoxigraph import DefaultGraph, RdfFormat
from rdflib.compare import isomorphic, to_isomorphic

from mca_graph.graph.index import open_graph
from mca_graph.project import load_project
from mca_graph.publishing.machines.resource_data import MOST_STATEMENTS

pytest_plugins = ["machines_fixtures"]

SYNTAXES = {
    ".ttl": ("turtle", RdfFormat.TURTLE, "turtle"),
    ".nt": ("nt", RdfFormat.N_TRIPLES, "ntriples"),
    ".rdf": ("xml", RdfFormat.RDF_XML, "rdfxml"),
    ".jsonld": ("json-ld", RdfFormat.JSON_LD, ""),
}
DUMPS = {"ttl": "turtle", "nt": "nt", "jsonld": "json-ld"}


def values(graph: rdflib.Graph) -> set[tuple[str, ...]]:
    """Triples as values: 14 and 14.0 are one decimal."""
    return {tuple(map(value, triple)) for triple in graph}


def value(term: rdflib.term.Node) -> str:
    found = term.toPython()  # type: ignore[attr-defined]
    return str(found.normalize() if isinstance(found, Decimal) else found)


def in_store(root: Path, graph: object = None) -> rdflib.Graph:
    found = rdflib.Graph()
    for quad in open_graph(load_project(root)).engine.quads_for_pattern(None, None, None, graph):  # type: ignore[arg-type]
        found.parse(data=f"{quad.triple} .", format="nt")
    return found


def test_every_file_is_the_same_to_rdflib_and_pyoxigraph_and_in_each_syntax(river_site: Path) -> None:
    files = [path for path in sorted(river_site.rglob("*")) if path.suffix in SYNTAXES]
    assert len(files) > 50
    by_stem: dict[Path, rdflib.Graph] = {}
    for path in files:
        if path.name == "context.jsonld":
            continue
        ours, theirs = rdflib.Graph(), parsed(path, SYNTAXES[path.suffix][0])
        for quad in pyoxigraph.parse(path=str(path), format=SYNTAXES[path.suffix][1]):
            ours.parse(data=f"{quad.triple} .", format="nt")
        assert isomorphic(ours, theirs), path
        if path.suffix != ".rdf":
            about = theirs - file_statements(theirs)
            assert isomorphic(by_stem.setdefault(path.with_suffix(""), about), about), path


def test_every_file_reads_in_raptor(river_site: Path) -> None:
    require(rapper := shutil.which("rapper"), "rapper (Debian: raptor2-utils)")
    for path in sorted(river_site.rglob("*")):
        if path.suffix in SYNTAXES and SYNTAXES[path.suffix][2]:
            command = [str(rapper), "-q", "-c", "-i", SYNTAXES[path.suffix][2], str(path)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            assert (done.returncode, done.stderr.count("\n") < 2) == (0, True), done.stderr


def file_statements(graph: rdflib.Graph) -> rdflib.Graph:
    """What a file says of itself."""
    topic = rdflib.URIRef("http://xmlns.com/foaf/0.1/primaryTopic")
    files = set(graph.subjects(topic, None))
    found = rdflib.Graph()
    for triple in graph:
        if triple[0] in files:
            found.add(triple)
    return found


def test_the_files_of_all_things_together_are_the_graph(river_site: Path, river_project: Path) -> None:
    found = parsed(river_site / "ontology.ttl")
    for folder in ("id", "concept", "graph"):
        for path in sorted((river_site / folder).rglob("*.ttl")):
            found += parsed(path)
    assert values(found - file_statements(found)) == values(in_store(river_project))


def test_the_file_of_a_thing_has_what_holds_and_what_points_to_it(river_site: Path) -> None:
    found = parsed(river_site / "id/river/alder.ttl")
    riv, alder = rdflib.Namespace(f"{BASE}ontology#"), rdflib.URIRef(f"{BASE}id/river/alder")
    assert [str(value) for value in found.objects(alder, riv.length)] == ["12.5"]
    assert (rdflib.URIRef(f"{BASE}id/river/birch"), riv.flowsInto, alder) in found
    file = rdflib.URIRef(f"{alder}.ttl")
    assert {(str(p).rsplit("/", 1)[-1].split("#")[-1], str(o)) for p, o in found.predicate_objects(file)} == {
        ("primaryTopic", str(alder)),
        ("inDataset", f"{BASE}dataset"),
        ("license", "https://creativecommons.org/licenses/by/4.0/"),
    }


def test_a_large_contribution_names_the_dumps_in_the_place_of_its_statements(
    river_project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(MOST_STATEMENTS, "said", 9)
    folder = publish_site(river_project, tmp_path / "out") / "graph/contribution"
    large, small = (parsed(folder / f"{name}.ttl") for name in ("letter-2023", "survey-2020"))
    river, length = rdflib.URIRef(f"{BASE}id/river/alder"), rdflib.URIRef(f"{BASE}ontology#length")
    assert [str(text) for text in large.objects(None, rdflib.RDFS.comment)] == [
        "10 statements are made here; they are too many for this file and stand in the dumps."
    ]
    assert (river, length, None) not in large
    assert (river, length, None) in small


def test_the_json_ld_of_a_thing_can_be_read_by_people(river_site: Path) -> None:
    graph = json.loads((river_site / "id/river/alder.jsonld").read_text())["@graph"]
    (alder,) = [node for node in graph if node["id"] == f"{BASE}id/river/alder"]
    assert alder == {
        "id": f"{BASE}id/river/alder",
        "type": "River",
        "rdfs:label": "Alder",
        "rdfs:seeAlso": "https://gazetteer.example/alder",
        "skos:altLabel": ["=1+1", {"@language": "de", "@value": "Erle"}, "a; b"],
        "habitat": f"{BASE}concept/habitat/reed-bed",
        "length": "12.5",
    }


def test_the_published_context_is_that_of_the_files(river_site: Path) -> None:
    whole = json.loads((river_site / "context.jsonld").read_text())["@context"]
    assert whole["length"] == {"@id": f"{BASE}ontology#length", "@type": "xsd:decimal"}
    for path in river_site.glob("id/**/*.jsonld"):
        for term, meaning in json.loads(path.read_text())["@context"].items():
            assert whole[term] == meaning, (path, term)


@pytest.mark.parametrize("ending", DUMPS)
def test_the_dumps_of_the_current_graph_hold_it_and_no_more(
    river_site: Path, river_project: Path, ending: str
) -> None:
    data = gzip.decompress((river_site / f"data/rivers.{ending}.gz").read_bytes())
    found = rdflib.Graph().parse(data=data, format=DUMPS[ending])
    assert values(found) == values(in_store(river_project, DefaultGraph()))


@pytest.mark.parametrize(("ending", "parser"), [("nq", "nquads"), ("trig", "trig")])
@pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning")
def test_the_dumps_of_everything_hold_each_graph(river_site: Path, ending: str, parser: str) -> None:
    dataset = rdflib.Dataset()
    dataset.parse(data=gzip.decompress((river_site / f"data/rivers.{ending}.gz").read_bytes()), format=parser)
    sizes = {str(graph.identifier).removeprefix(f"{BASE}graph/"): len(graph) for graph in dataset.graphs()}
    assert {name: size for name, size in sizes.items() if size} == {
        "concepts": 14,
        "ontology": 15,
        "provenance": 12,
        "current": 48,
        "contribution/survey-2020": 9,
        "contribution/letter-2023": 10,
        "contribution/gazetteer-2024": 6,
    }


def test_what_is_packed_tells_no_time_and_no_name(river_site: Path) -> None:
    for path in (river_site / "data").glob("*.gz"):
        assert path.read_bytes()[3:8] == b"\0\0\0\0\0", path


def test_each_version_of_the_ontology_stays_under_its_iri(river_site: Path) -> None:
    old, new = (parsed(river_site / f"ontology/{version}.ttl") for version in ("1.0", "2.0"))
    brook = rdflib.URIRef(f"{BASE}ontology#Brook")
    assert [str(next(graph.objects(brook, rdflib.RDFS.label))) for graph in (old, new)] == ["stream", "brook"]
    assert to_isomorphic(new) == to_isomorphic(parsed(river_site / "ontology.ttl"))


def test_an_ontology_that_changed_under_its_version_is_refused(river_project: Path, tmp_path: Path) -> None:
    from mca_graph.errors import McaGraphError

    root = Path(shutil.copytree(river_project, tmp_path / "rivers"))
    kept = root / "ontology/versions/2.0.ttl"
    kept.write_text((root / "ontology/rivers.ttl").read_text().replace('"habitat"@en', '"home"@en'))
    with pytest.raises(McaGraphError, match=r"the ontology is not what was kept as .*/2.0"):
        publish_site(root, tmp_path / "out")


def test_the_same_project_gives_the_same_bytes(river_project: Path, river_site: Path, tmp_path: Path) -> None:
    again = publish_site(river_project, tmp_path / "again")
    names = {path.relative_to(river_site) for path in river_site.rglob("*") if path.is_file()}
    assert names == {path.relative_to(again) for path in again.rglob("*") if path.is_file()}
    assert [name for name in names if (river_site / name).read_bytes() != (again / name).read_bytes()] == []
