"""What pages have for machines: links, JSON-LD, the feed, the map, and what a check of FAIRness looks for."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin

import pytest
from machines_support import BASE, URL, parsed
from rdflib import DCTERMS, OWL, RDF, URIRef

from mca_graph.publishing.machines.feeds import sitemaps

pytest_plugins = ["machines_fixtures"]

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


class Head(HTMLParser):
    """Links, meta elements and JSON-LD of a page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[tuple[str, str, str]] = []
        self.meta: dict[str, str] = {}
        self.data: list[object] = []
        self._inside = False
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self._inside = tag == "script" and found.get("type") == "application/ld+json"
        if tag == "link":
            self.links.append((found["rel"], found["href"], found.get("type", "")))
        elif tag == "meta" and "property" in found:
            self.meta[found["property"]] = found["content"]

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.data.append(json.loads(data))
            self._inside = False

    def of(self, rel: str) -> list[str]:
        return [href for found, href, _type in self.links if found == rel]


def test_a_page_says_what_it_is_about_and_where_the_data_are(river_site: Path) -> None:
    head = Head(river_site / "id/river/alder.html")
    page = f"{URL}id/river/alder.html"
    assert head.of("cite-as") == [f"{BASE}id/river/alder"]
    assert head.of("canonical") == [page]
    assert head.of("type") == ["https://schema.org/AboutPage", "https://schema.org/RiverBodyOfWater"]
    assert head.of("license") == ["https://creativecommons.org/licenses/by/4.0/"]
    assert head.of("collection") == [f"{BASE}dataset"]
    described = [urljoin(page, href) for href in head.of("describedby")]
    assert described == [f"{URL}id/river/alder.{ending}" for ending in ("ttl", "jsonld", "nt")]
    assert (head.meta["og:title"], head.meta["og:url"]) == ("Alder", page)


def test_every_link_of_a_head_leads_to_a_file_of_the_site(river_site: Path) -> None:
    for path in sorted(river_site.rglob("*.html")):
        if path.name == "404.html":
            continue
        page = URL + path.relative_to(river_site).as_posix()
        for rel, href, _type in Head(path).links:
            target = urljoin(page, href)
            if rel in ("describedby", "alternate", "item", "linkset", "stylesheet"):
                assert (river_site / target.removeprefix(URL)).is_file(), (path, href)


def test_the_projection_to_schema_org_is_that_of_the_saved_query(river_site: Path) -> None:
    (brook,) = Head(river_site / "id/river/birch.html").data
    assert brook == {
        "@context": "https://schema.org",
        "@id": f"{BASE}id/river/birch",
        "@type": "RiverBodyOfWater",
        "additionalProperty": {"@type": "PropertyValue", "value": 3},
        "containedInPlace": {"@id": f"{BASE}id/river/alder", "@type": "RiverBodyOfWater", "name": "Alder"},
        "name": "Birch Brook",
    }


def test_text_cannot_end_the_element_that_it_stands_in(river_site: Path) -> None:
    (cedar,) = Head(river_site / "id/river/cedar.html").data
    assert cedar["alternateName"] == "</script><b>Cedar"  # type: ignore[index]
    assert "</script><b>" not in (river_site / "id/river/cedar.html").read_text()


def test_a_concept_is_a_defined_term(river_site: Path) -> None:
    (gravel,) = Head(river_site / "concept/habitat/gravel.html").data
    assert gravel == {
        "@context": "https://schema.org",
        "@id": f"{BASE}concept/habitat/gravel",
        "@type": "DefinedTerm",
        "name": "Gravel",
        "inDefinedTermSet": {"@id": f"{BASE}concept/habitat", "name": "Habitats"},
    }


def test_the_home_page_has_what_search_engines_for_data_ask_for(river_site: Path) -> None:
    (dataset,) = Head(river_site / "index.html").data
    assert isinstance(dataset, dict)
    assert (dataset["@type"], dataset["name"], dataset["version"]) == (
        "Dataset",
        "Rivers, the dataset",
        "2.0",
    )
    assert 50 <= len(dataset["description"]) <= 5000
    assert dataset["creator"] == {"@type": "Organization", "@id": "https://vale.example/", "name": "The Vale"}
    first = dataset["distribution"][0]
    assert first["contentUrl"] == f"{URL}data/rivers.ttl.gz"
    assert first["encodingFormat"] == ["text/turtle", "application/gzip"]


def test_the_feed_tells_the_newest_first(river_site: Path) -> None:
    root = ElementTree.parse(river_site / "feed.xml").getroot()
    entries = root.findall(f"{ATOM}entry")
    told = [(entry.findtext(f"{ATOM}title"), entry.findtext(f"{ATOM}updated")) for entry in entries]
    assert told == [
        ("Gazetteer & more", "2024-03-01T00:00:00Z"),
        ("letter-2023", "2023-02-01T00:00:00Z"),
        ("survey-2020", "2020-05-01T00:00:00Z"),
    ]
    assert root.findtext(f"{ATOM}updated") == "2024-03-01T00:00:00Z"
    for entry in (root, *entries):
        assert entry.findtext(f"{ATOM}id")
        assert entry.findtext(f"{ATOM}title")
    (via,) = [link for link in entries[0].findall(f"{ATOM}link") if link.get("rel") == "via"]
    assert via.get("href") == "https://gazetteer.example/?a=1&b=2"


def test_the_map_names_each_page_and_when_it_changed(river_site: Path) -> None:
    root = ElementTree.parse(river_site / "sitemap.xml").getroot()
    found = {url.findtext(f"{MAP}loc"): url.findtext(f"{MAP}lastmod") for url in root}
    pages = {path.relative_to(river_site).as_posix() for path in river_site.rglob("*.html")} - {"404.html"}
    assert {loc for loc in found if loc and not loc.endswith("/")} == {
        URL + page for page in pages if not page.endswith("index.html")
    }
    assert found[f"{URL}id/river/birch.html"] == "2020-05-01T00:00:00Z"
    assert found[f"{URL}id/river/alder.html"] == "2024-03-01T00:00:00Z"
    assert f"Sitemap: {URL}sitemap.xml" in (river_site / "robots.txt").read_text()


def test_a_large_map_is_split() -> None:
    class Site:
        base_url = URL

    files = dict(sitemaps(Site(), ["a.html", "b.html", "c.html"], {}, most=2))  # type: ignore[arg-type]
    assert list(files) == ["sitemap-1.xml", "sitemap-2.xml", "sitemap.xml"]
    index = ElementTree.fromstring(files["sitemap.xml"])
    assert [entry.findtext(f"{MAP}loc") for entry in index] == [f"{URL}sitemap-{n}.xml" for n in (1, 2)]


@pytest.mark.parametrize(
    ("principle", "found"),
    [
        ("F1 the dataset has a persistent identifier", "cite-as"),
        ("F2 F3 it is described by metadata", "describedby"),
        ("A1 its data can be had", "item"),
        ("R1.1 it has a licence", "license"),
        ("R1.2 it says who made it", "author"),
        ("its links can be had in one file", "linkset"),
    ],
)
def test_the_home_page_is_a_fair_landing_page(river_site: Path, principle: str, found: str) -> None:
    assert Head(river_site / "index.html").of(found), principle


def test_data_on_the_web_best_practices(river_site: Path) -> None:
    """Those that can be seen in files: metadata, licence, provenance, version, links, bulk download."""
    graph, node = parsed(river_site / "dataset.ttl"), URIRef(f"{BASE}dataset")
    said = {str(property_).split("#")[-1].rsplit("/", 1)[-1] for property_ in graph.predicates(node)}
    assert said >= {
        *("title", "description", "license", "wasDerivedFrom", "version", "previousVersion", "issued"),
        *("modified", "distribution", "publisher", "landingPage", "dataDump", "vocabulary", "subset"),
    }
    versions = list(parsed(river_site / "ontology.ttl").objects(None, OWL.versionIRI))
    assert all((river_site / f"{str(iri).removeprefix(BASE)}.ttl").is_file() for iri in versions)
    licence = parsed(river_site / "id/river/alder.ttl").objects(None, DCTERMS.license)
    assert list(licence), "each file says its licence"
    assert (None, RDF.type, None) in parsed(river_site / "shapes.ttl")
