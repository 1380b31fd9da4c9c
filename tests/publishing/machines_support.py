"""A river project with everything that its published site can have, and what reads such a site."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
import rdflib

from mca_graph.graph.index import open_graph
from mca_graph.project import load_project
from mca_graph.publishing.site import publish

RIVERS = Path(__file__).parents[1] / "projects" / "rivers"
VENDORED = Path(__file__).parent / "vendored"
BASE = "https://rivers.example/"
URL = "https://site.example/vale/"

DATASET = """@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix void: <http://rdfs.org/ns/void#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<https://rivers.example/dataset> dcterms:title "Rivers, the dataset"@en ;
    dcterms:publisher <https://vale.example/> ;
    dcterms:creator <https://vale.example/> ; dcat:version "2.0" ;
    dcat:previousVersion <https://rivers.example/dataset/1.0> ;
    dcterms:issued "2020-06-01"^^xsd:date ; dcat:keyword "rivers"@en ;
    dcterms:description
    "The rivers and brooks of the vale, with their lengths and habitats, as surveyed."@en .
<https://vale.example/> foaf:name "The Vale" .
<https://gazetteer.example/> a void:Dataset ; dcterms:title "Gazetteer"@en ;
    void:uriSpace "https://gazetteer.example/" .
"""

CONTRIBUTION = """@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix river: <https://rivers.example/id/river/> .
<https://rivers.example/graph/contribution/gazetteer-2024> a prov:Bundle ; rdfs:label "Gazetteer & more"@en ;
    prov:wasDerivedFrom <https://gazetteer.example/?a=1&b=2> ;
    prov:generatedAtTime "2024-03-01T00:00:00+00:00"^^xsd:dateTime .
river:alder rdfs:seeAlso <https://gazetteer.example/alder> ; skos:altLabel "=1+1"@en , "a; b"@en , "Erle"@de .
river:cedar rdfs:seeAlso <https://gazetteer.example/cedar> ; skos:altLabel "</script><b>Cedar"@en .
"""

SCHEMA_ORG = """#+ title: Schema.org
#+ summary: Rivers in the words of schema.org.
PREFIX riv: <https://rivers.example/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX schema: <https://schema.org/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
CONSTRUCT { ?river a schema:RiverBodyOfWater ; schema:name ?name ; schema:alternateName ?other ;
    schema:sameAs ?same ;
    schema:containedInPlace ?into ; schema:additionalProperty ?part .
    ?part a schema:PropertyValue ; schema:value ?length }
WHERE { { ?river a riv:River } UNION { ?river a riv:Brook } ?river rdfs:label ?name ; riv:length ?length .
  BIND(IRI(CONCAT(STR(?river), "#length")) AS ?part)
  OPTIONAL { ?river skos:altLabel ?other } OPTIONAL { ?river rdfs:seeAlso ?same }
  OPTIONAL { ?river riv:flowsInto ?into } }
"""

GRANTS = """#+ title: Grants
#+ summary: Grants.
SELECT ?award ?id ?title ?description ?currency ?amountAwarded ?awardDate ?recipientOrganization__id
       ?recipientOrganization__name ?fundingOrganization__id ?fundingOrganization__name WHERE {
  VALUES (?award ?id ?awardDate) { (<urn:1> "360G-vale-1" "2020-01-01") (<urn:2> "360G-vale-2" UNDEF) }
  BIND("Otters" AS ?title) BIND("Otters come back." AS ?description) BIND(1000.5 AS ?amountAwarded)
  BIND("GBP" AS ?currency) BIND("GB-CHC-1" AS ?recipientOrganization__id)
  BIND("Otter Trust" AS ?recipientOrganization__name)
  BIND("GB-CHC-2" AS ?fundingOrganization__id) BIND("Fund" AS ?fundingOrganization__name) }
"""


def full_rivers(folder: Path) -> Path:
    """A copy of the river project with a description, links, queries for export, a licence and a version."""
    root = Path(shutil.copytree(RIVERS, folder / "rivers"))
    settings = root / "mca-graph.toml"
    licence = '[project]\nlicence = "https://creativecommons.org/licenses/by/4.0/"\n'
    settings.write_text(settings.read_text().replace("[project]\n", licence, 1))
    (root / "dataset.ttl").write_text(DATASET)
    (root / "data/contributions/gazetteer-2024.ttl").write_text(CONTRIBUTION)
    (root / "queries/schema-org.rq").write_text(SCHEMA_ORG)
    (root / "queries/grants-360giving.rq").write_text(GRANTS)
    ontology = root / "ontology/rivers.ttl"
    version = f"<{BASE}ontology> a owl:Ontology ; owl:versionIRI <{BASE}ontology/2.0> ."
    ontology.write_text(f"{ontology.read_text()}{version}\n")
    kept = root / "ontology/versions/1.0.ttl"
    kept.parent.mkdir()
    kept.write_text(ontology.read_text().replace("/2.0>", "/1.0>").replace('"brook"@en', '"stream"@en'))
    return root


def publish_site(root: Path, out: Path) -> Path:
    """Publish a project, with its part for machines."""
    project = load_project(root)
    publish(project, open_graph(project), out, URL)
    return out


def parsed(path: Path, format_name: str | None = None) -> rdflib.Graph:
    """A file as rdflib reads it."""
    return rdflib.Graph().parse(path, format=format_name)


def require(found: object, what: str) -> None:
    """Skip where a program is missing, unless everything was promised to be there."""
    if not found:
        if os.environ.get("MCA_GRAPH_REQUIRE_ALL") == "1":
            pytest.fail(f"{what} is missing")
        pytest.skip(f"{what} is missing")
