"""How the dataset is described for catalogues, and whether the description is true."""

from __future__ import annotations

import hashlib
import json
import subprocess
from pathlib import Path

import pyshacl
import pytest
import rdflib
from machines_support import BASE, RIVERS, URL, VENDORED, parsed, publish_site
from rdflib import DCAT, DCTERMS, RDF, VOID
from rdflib.compare import isomorphic

pytest_plugins = ["machines_fixtures"]

NODE = rdflib.URIRef(f"{BASE}dataset")
SPDX = rdflib.Namespace("http://spdx.org/rdf/terms#")


@pytest.fixture(scope="module")
def described(river_site: Path) -> rdflib.Graph:
    return parsed(river_site / "dataset.ttl")


def test_counts_are_true(described: rdflib.Graph) -> None:
    """48 statements on 14 things: 3 rivers, 4 concepts with their scheme, 6 terms, and the ontology."""
    expected = {"triples": 48, "entities": 14, "distinctSubjects": 14, "classes": 8, "properties": 12}
    assert {name: int(str(described.value(NODE, VOID[name]))) for name in expected} == expected


@pytest.mark.parametrize(
    ("kind", "counted", "iri", "count"),
    [
        ("class", "entities", "ontology#River", 2),
        ("class", "entities", "ontology#Brook", 1),
        ("property", "triples", "ontology#length", 3),
        ("property", "triples", "ontology#flowsInto", 1),
    ],
)
def test_parts_are_counted(described: rdflib.Graph, kind: str, counted: str, iri: str, count: int) -> None:
    (part,) = described.subjects(VOID[kind], rdflib.URIRef(BASE + iri))
    assert (NODE, VOID[f"{kind}Partition"], part) in described
    assert int(str(described.value(part, VOID[counted]))) == count


def test_links_to_each_other_dataset_are_counted(described: rdflib.Graph) -> None:
    (links,) = described.subjects(RDF.type, VOID.Linkset)
    assert {p.split("#")[-1]: str(o) for p, o in described.predicate_objects(links) if p != RDF.type} == {
        "linkPredicate": "http://www.w3.org/2000/01/rdf-schema#seeAlso",
        "subjectsTarget": f"{BASE}dataset",
        "objectsTarget": "https://gazetteer.example/",
        "triples": "2",
    }


def test_each_distribution_is_what_it_is_said_to_be(river_site: Path, described: rdflib.Graph) -> None:
    files = list(described.objects(NODE, DCAT.distribution))
    assert len(files) == 10
    for file in files:
        path = river_site / str(described.value(file, DCAT.downloadURL)).removeprefix(URL)
        assert int(str(described.value(file, DCAT.byteSize))) == path.stat().st_size
        checksum = described.value(file, SPDX.checksum)
        digest = described.value(checksum, SPDX.checksumValue)
        assert str(digest) == hashlib.sha256(path.read_bytes()).hexdigest()
        packed = described.value(file, DCAT.compressFormat) is not None
        assert packed == (path.suffix == ".gz")
        media_type = str(described.value(file, DCAT.mediaType))
        assert media_type.startswith("https://www.iana.org/assignments/media-types/")


def test_every_download_is_a_distribution_and_has_a_checksum(
    river_site: Path, described: rdflib.Graph
) -> None:
    names = {path.name for path in (river_site / "data").rglob("*") if path.is_file()} - {"SHA256SUMS"}
    assert {str(url).rsplit("/", 1)[-1] for url in described.objects(None, DCAT.downloadURL)} == names
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"],
        cwd=river_site / "data",
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, len(done.stdout.splitlines())) == (0, len(names)), done.stderr


def test_what_people_say_of_it_stands_beside_what_is_counted(described: rdflib.Graph) -> None:
    assert str(described.value(NODE, DCTERMS.title)) == "Rivers, the dataset"
    assert str(described.value(NODE, DCAT.version)) == "2.0"
    assert str(described.value(NODE, DCAT.previousVersion)) == f"{BASE}dataset/1.0"
    assert str(described.value(NODE, DCTERMS.modified))[:10] == "2024-03-01"
    assert str(described.value(NODE, DCTERMS.license)) == "https://creativecommons.org/licenses/by/4.0/"


def conforms(graph: rdflib.Graph) -> tuple[bool, str]:
    shapes = rdflib.Graph().parse(VENDORED / "dcat-ap" / "dcat-ap-SHACL.ttl")
    ok, _report, text = pyshacl.validate(graph, shacl_graph=shapes)
    return bool(ok), str(text)


def test_dcat_ap_finds_nothing_wrong(described: rdflib.Graph, mca_dataset: rdflib.Graph) -> None:
    assert conforms(described) == (True, "Validation Report\nConforms: True\n")
    assert conforms(mca_dataset) == (True, "Validation Report\nConforms: True\n")


def test_dcat_ap_would_find_a_missing_title(described: rdflib.Graph) -> None:
    broken = described - rdflib.Graph().add((NODE, DCTERMS.title, described.value(NODE, DCTERMS.title)))  # type: ignore[arg-type]
    ok, text = conforms(broken)
    assert not ok
    assert text.count("Constraint Violation in") == 1
    assert f"<{DCTERMS.title}>" in text or "dcterms:title" in text or ":title" in text


@pytest.fixture(scope="module")
def mca_dataset(mca: object, tmp_path_factory: pytest.TempPathFactory) -> rdflib.Graph:
    """The description of the real dataset, without its pages."""
    from mca_graph.graph.index import open_graph
    from mca_graph.project import Project
    from mca_graph.publishing.machines.counts import Counts
    from mca_graph.publishing.machines.dataset import Dataset
    from mca_graph.publishing.site.build import _site
    from mca_graph.publishing.site.snapshot import Snapshot
    from mca_graph.publishing.site.writer import SiteWriter

    assert isinstance(mca, Project)
    writer = SiteWriter(tmp_path_factory.mktemp("mca") / "out")
    site = _site(mca, open_graph(mca), writer, URL, Snapshot(mca), [], print)
    quads = Dataset(site.machines.description).quads(
        site.machines.files, Counts(), site.machines.modified, []
    )
    graph = rdflib.Graph()
    graph.parse(data="\n".join(f"{quad.triple} ." for quad in quads), format="nt")
    return graph


def test_it_is_the_same_in_each_syntax_and_where_void_wants_it(
    river_site: Path, described: rdflib.Graph
) -> None:
    assert isomorphic(described, parsed(river_site / "dataset.jsonld", "json-ld"))
    assert isomorphic(described, parsed(river_site / "dataset.nt"))
    assert (river_site / ".well-known/void").read_bytes() == (river_site / "dataset.ttl").read_bytes()


def test_a_project_that_says_nothing_of_its_dataset_gets_a_description(tmp_path: Path) -> None:
    graph = parsed(publish_site(RIVERS, tmp_path / "out") / "dataset.ttl")
    assert str(graph.value(NODE, DCTERMS.title)) == "Rivers of the Vale"
    assert conforms(graph)[0]


def test_the_linkset_holds_every_file_and_leads_back(river_site: Path) -> None:
    home, *others = json.loads((river_site / "linkset.json").read_text())["linkset"]
    assert home["anchor"] == URL
    assert home["cite-as"] == [{"href": f"{BASE}dataset"}]
    items = [item["href"] for item in home["item"]]
    assert f"{URL}data/rivers.ttl.gz" in items
    back = {entry["anchor"]: entry for entry in others}
    for item in items:
        assert (river_site / item.removeprefix(URL)).is_file()
        assert back[item]["collection"] == [{"href": URL, "type": "text/html"}]
    for link in home["describedby"]:
        assert back[link["href"]]["describes"] == [{"href": URL, "type": "text/html"}]
