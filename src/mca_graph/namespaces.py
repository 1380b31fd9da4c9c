"""Prefixes and the IRIs of the W3C vocabularies that the tool itself understands.

Only standard vocabularies stand here. The vocabulary of a project is content: it comes from the
project's own ``mca-graph.toml``, ontology and shapes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
SH = "http://www.w3.org/ns/shacl#"
PROV = "http://www.w3.org/ns/prov#"
DCTERMS = "http://purl.org/dc/terms/"
FOAF = "http://xmlns.com/foaf/0.1/"
GEO = "http://www.opengis.net/ont/geosparql#"
SCHEMA = "https://schema.org/"

STANDARD_PREFIXES: dict[str, str] = {
    "rdf": RDF,
    "rdfs": RDFS,
    "owl": OWL,
    "xsd": XSD,
    "skos": SKOS,
    "sh": SH,
    "prov": PROV,
    "dcterms": DCTERMS,
    "foaf": FOAF,
    "geo": GEO,
    "schema": SCHEMA,
    "org": "http://www.w3.org/ns/org#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "void": "http://rdfs.org/ns/void#",
    "vann": "http://purl.org/vocab/vann/",
}

LABEL_PROPERTIES: tuple[str, ...] = (
    RDFS + "label",
    SKOS + "prefLabel",
    DCTERMS + "title",
    FOAF + "name",
)
"""Properties that name a thing, the preferred one first."""

_SAFE_LOCAL = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_-])?\Z")


class Prefixes:
    """A prefix table: CURIE to IRI and back.

    Args:
        own: prefixes of the project; they win over the standard ones.
    """

    def __init__(self, own: Mapping[str, str] | None = None) -> None:
        self._namespaces: dict[str, str] = {**STANDARD_PREFIXES, **(own or {})}
        self._longest_first = sorted(
            ((iri, prefix) for prefix, iri in self._namespaces.items()), key=lambda pair: -len(pair[0])
        )

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._namespaces.items())

    def __contains__(self, prefix: str) -> bool:
        return prefix in self._namespaces

    def expand(self, curie: str) -> str | None:
        """Return the IRI that a CURIE stands for, or None where its prefix is not known."""
        prefix, colon, local = curie.partition(":")
        namespace = self._namespaces.get(prefix)
        return namespace + local if colon and namespace is not None else None

    def shrink(self, iri: str) -> str | None:
        """Return the shortest CURIE of an IRI, or None where no prefix fits."""
        for namespace, prefix in self._longest_first:
            if iri.startswith(namespace) and _SAFE_LOCAL.match(iri[len(namespace) :]):
                return f"{prefix}:{iri[len(namespace) :]}"
        return None
