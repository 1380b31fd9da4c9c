"""Ontology, shapes and saved queries as files, and each version of the ontology under its own IRI.

The version that is in force is written under the IRI that its ``owl:versionIRI`` gives. Earlier ones are
kept as Turtle in the project's folder ``ontology/versions`` and published under theirs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from pyoxigraph import NamedNode, Quad

from mca_graph.errors import McaGraphError
from mca_graph.namespaces import OWL
from mca_graph.project import Project
from mca_graph.publishing.machines.resource_data import SYNTAXES, ResourceData
from mca_graph.publishing.machines.statements import file_quads, ordered, rdf_xml
from mca_graph.publishing.site.context import Site
from mca_graph.publishing.site.paths import stem_of
from mca_graph.queries.published import catalogue_quads

FOLDER = "versions"

_VERSION = OWL + "versionIRI"


def vocabulary_files(site: Site, data: ResourceData) -> Iterator[tuple[str, bytes]]:
    """The files of ontology, alignment, shapes and saved queries, by path.

    Raises:
        McaGraphError: the ontology has changed under the IRI of a version that is kept.
    """
    project = site.project
    ontology = ordered(file_quads(project.ontology_files))
    shapes = ordered(file_quads(project.shape_files))
    queries = ordered(catalogue_quads(project, site.queries.values()))
    for stem, quads in (("ontology", ontology), ("shapes", shapes), ("query", queries)):
        if quads:
            yield from _each(stem, quads, data)
            if stem == "ontology":
                yield f"{stem}.rdf", rdf_xml(quads, project.prefixes)
    if project.alignment_files:
        yield from _each("ontology/align", ordered(file_quads(project.alignment_files)), data)
    for query in site.queries.values():
        yield f"query/{query.id}.rq", query.text.encode()
        yield from _each(f"query/{query.id}", ordered(catalogue_quads(project, [query])), data)
    kept = dict(kept_versions(project))
    for iri in versions(ontology, project.base):
        if iri in kept and kept[iri] != ontology:
            raise McaGraphError(
                f"the ontology is not what was kept as {iri}", "give it a new owl:versionIRI and versionInfo"
            )
        kept[iri] = ontology
    for iri, quads in sorted(kept.items()):
        yield from _each(stem_of(iri.removeprefix(project.base)), quads, data)


def kept_versions(project: Project) -> Iterator[tuple[str, list[Quad]]]:
    """The earlier versions of the ontology that the project keeps, by IRI.

    Raises:
        McaGraphError: a file does not say which version it is.
    """
    for path in sorted((project.root / "ontology" / FOLDER).glob("*.ttl")):
        quads = ordered(file_quads([path]))
        iri = _one(path, versions(quads, project.base))
        yield iri, quads


def versions(quads: Sequence[Quad], base: str) -> list[str]:
    """The IRIs of versions below a base that an ontology gives itself."""
    found = {
        quad.object.value
        for quad in quads
        if quad.predicate.value == _VERSION and isinstance(quad.object, NamedNode)
    }
    return sorted(iri for iri in found if iri.startswith(base))


def _one(path: Path, found: Sequence[str]) -> str:
    if len(found) != 1:
        raise McaGraphError(f"{path}: needs one owl:versionIRI", "keep one whole version in it")
    return found[0]


def _each(stem: str, quads: list[Quad], data: ResourceData) -> Iterator[tuple[str, bytes]]:
    for ending, name, _media_type in SYNTAXES:
        yield f"{stem}{ending}", data.text(quads, name)
