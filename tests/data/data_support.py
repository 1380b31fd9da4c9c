"""The project's data read as plain RDF, without the tool: what stands in which file."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from rdflib import Graph, URIRef
from rdflib.term import Node

REPOSITORY = Path(__file__).parents[2]
CONTRIBUTION_FILES = tuple(sorted((REPOSITORY / "data" / "contributions").glob("*.ttl")))
PROVENANCE_FILES = tuple(sorted((REPOSITORY / "data").glob("*.ttl")))
CONCEPT_FILES = tuple(sorted((REPOSITORY / "ontology" / "concepts").glob("*.ttl")))
ONTOLOGY_FILES = tuple(sorted((REPOSITORY / "ontology").glob("*.ttl")))

BASE = "https://w3id.org/mca-graph/"
MCA = f"{BASE}ontology#"
CONTRIBUTION = f"{BASE}graph/contribution/"
ENTITY = f"{BASE}id/"

PREFIXES = f"""
@prefix mca: <{MCA}> .
@prefix contribution: <{CONTRIBUTION}> .
@prefix place: <{ENTITY}place/> .
@prefix geometry: <{ENTITY}geometry/> .
@prefix project: <{ENTITY}project/> .
@prefix agent: <{ENTITY}agent/> .
@prefix basis: <{BASE}concept/basis/> .
@prefix source-kind: <{BASE}concept/source-kind/> .
@prefix place-kind: <{BASE}concept/place-kind/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix geo: <http://www.opengis.net/ont/geosparql#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


@cache
def read(path: Path) -> Graph:
    """Read one file; nobody may change the graph."""
    return Graph().parse(path)


def union(*graphs: Graph) -> Graph:
    """Copy graphs into a new one."""
    result = Graph()
    for graph in graphs:
        for triple in graph:
            result.add(triple)
    return result


def turtle(text: str) -> Graph:
    """Read Turtle with the prefixes of the project."""
    return Graph().parse(data=PREFIXES + text, format="turtle")


def mca(name: str) -> URIRef:
    """Give a term of the ontology."""
    return URIRef(MCA + name)


def short(node: Node) -> str:
    """Give an IRI without the base that all of the project's share."""
    return str(node).removeprefix(ENTITY).removeprefix(BASE)
