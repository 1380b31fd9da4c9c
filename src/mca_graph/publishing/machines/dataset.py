"""The dataset described for catalogues: DCAT 3 with the rules of DCAT-AP, VoID, PROV.

What people decide (title, description, publisher, contact, version, themes, the datasets that it links
to) is said of ``<base>dataset`` in the project's ``data/`` folder, in the graph of provenance. What can be
counted is counted here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pyoxigraph import Literal, NamedNode, Quad

from mca_graph.namespaces import DCTERMS, FOAF, OWL, PROV, RDF, RDFS, STANDARD_PREFIXES, XSD
from mca_graph.publishing.machines.counts import Counts
from mca_graph.publishing.machines.distributions import GZIP, Distribution
from mca_graph.publishing.site.context import Site

DCAT = STANDARD_PREFIXES["dcat"]
VOID = STANDARD_PREFIXES["void"]
SPDX = "http://spdx.org/rdf/terms#"
EXTRA_PREFIXES = {
    "spdx": SPDX,
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "media-type": "https://www.iana.org/assignments/media-types/",
}

_IANA = EXTRA_PREFIXES["media-type"]
_FORMATS = "http://www.w3.org/ns/formats/"


class Description:
    """What is said of the dataset.

    Args:
        site: the site.
    """

    def __init__(self, site: Site) -> None:
        self.site = site
        self.node = NamedNode(f"{site.project.base}dataset")
        self.stated = list(self._closure(NamedNode(site.project.graph("provenance"))))

    def _closure(self, graph: NamedNode) -> Iterator[Quad]:
        """What the project says of the dataset, and of what this leads to."""
        match = self.site.store.engine.quads_for_pattern
        targets = {
            quad.subject for quad in match(None, NamedNode(VOID + "uriSpace"), None, graph)
        }  # the other datasets
        waiting, seen = [self.node, *sorted(targets, key=str)], set()
        while waiting:
            node = waiting.pop(0)
            if node in seen or isinstance(node, Literal):
                continue
            seen.add(node)
            for quad in match(node, None, None, graph):
                yield Quad(quad.subject, quad.predicate, quad.object)
                waiting.append(quad.object)  # type: ignore[arg-type]

    def texts(self, *properties: str) -> list[str]:
        """The values that the first of some properties with any has for the dataset."""
        for iri in properties:
            found = [q.object.value for q in self.stated if q.subject == self.node and q.predicate.value == iri]  # type: ignore[union-attr]
            if found:
                return sorted(found)
        return []

    @property
    def title(self) -> str:
        """The name of the dataset."""
        return next(iter(self.texts(DCTERMS + "title")), self.site.project.title)

    @property
    def description(self) -> str:
        """What the dataset holds."""
        own = next(iter(self.texts(DCTERMS + "description")), "")
        return own or self.site.settings.tagline or f"Linked data: {self.site.project.title}."

    @property
    def targets(self) -> dict[str, str]:
        """The other datasets that things are linked to: what their IRIs begin with, by the dataset."""
        space = VOID + "uriSpace"
        return {
            q.subject.value: q.object.value  # type: ignore[union-attr]
            for q in self.stated
            if q.predicate.value == space and q.subject != self.node
        }

    def quads(self, files: Sequence[Distribution], counts: Counts, modified: str, sources: Sequence[str]) -> list[Quad]:
        """Everything that is said of the dataset, its files and its parts."""
        found = [*self.stated, *self._dataset(modified, sources)]
        for file in files:
            found.extend(self._file(file))
        return [*found, *self._void(files, counts)]

    def _dataset(self, modified: str, sources: Sequence[str]) -> Iterator[Quad]:
        project, language = self.site.project, self.site.project.language
        yield self._say(RDF + "type", NamedNode(DCAT + "Dataset"))
        yield self._say(RDF + "type", NamedNode(VOID + "Dataset"))
        if not self.texts(DCTERMS + "title"):
            yield self._say(DCTERMS + "title", Literal(self.title, language=language))
        if not self.texts(DCTERMS + "description"):
            yield self._say(DCTERMS + "description", Literal(self.description, language=language))
        if project.licence:
            yield self._say(DCTERMS + "license", NamedNode(project.licence))
            yield from _typed(project.licence, DCTERMS + "LicenseDocument")
        if modified:
            yield self._say(DCTERMS + "modified", Literal(modified, datatype=NamedNode(XSD + "dateTime")))
        yield self._say(DCTERMS + "identifier", Literal(self.node.value))
        yield self._say(DCAT + "landingPage", NamedNode(self.site.base_url))
        yield from _typed(self.site.base_url, FOAF + "Document")
        for source in sources:
            yield self._say(PROV + "wasDerivedFrom", NamedNode(source))

    def _file(self, file: Distribution) -> Iterator[Quad]:
        node = NamedNode(f"{self.node.value}#{file.name}")
        language = self.site.project.language
        access = NamedNode(f"{self.site.base_url}data.html")
        download = NamedNode(self.site.base_url + file.path)
        media_type, checksum = NamedNode(_IANA + file.media_type), NamedNode(f"{node.value}-checksum")
        yield self._say(DCAT + "distribution", node)
        for property_, value in (
            (RDF + "type", NamedNode(DCAT + "Distribution")),
            (DCTERMS + "title", Literal(file.title, language=language)),
            (DCTERMS + "description", Literal(file.description, language=language)),
            (DCAT + "accessURL", access),
            (DCAT + "downloadURL", download),
            (DCAT + "mediaType", media_type),
            (DCAT + "byteSize", _integer(file.size, "nonNegativeInteger")),
            (SPDX + "checksum", checksum),
        ):
            yield Quad(node, NamedNode(property_), value)
        if file.compressed:
            yield Quad(node, NamedNode(DCAT + "compressFormat"), NamedNode(_IANA + GZIP))
            yield from _typed(_IANA + GZIP, DCTERMS + "MediaType")
        if self.site.project.licence:
            yield Quad(node, NamedNode(DCTERMS + "license"), NamedNode(self.site.project.licence))
        for standard in file.conforms_to:
            yield Quad(node, NamedNode(DCTERMS + "conformsTo"), NamedNode(standard))
            yield from _typed(standard, DCTERMS + "Standard")
        yield from _typed(media_type.value, DCTERMS + "MediaType")
        yield from _typed(checksum.value, SPDX + "Checksum")
        yield Quad(checksum, NamedNode(SPDX + "algorithm"), NamedNode(SPDX + "checksumAlgorithm_sha256"))
        yield from _typed(SPDX + "checksumAlgorithm_sha256", SPDX + "ChecksumAlgorithm")
        digest = Literal(file.sha256, datatype=NamedNode(XSD + "hexBinary"))
        yield Quad(checksum, NamedNode(SPDX + "checksumValue"), digest)

    def _void(self, files: Sequence[Distribution], counts: Counts) -> Iterator[Quad]:
        """The statistics of the current graph, which are those of the dumps that hold it alone."""
        base = self.site.project.base
        yield self._say(VOID + "uriSpace", Literal(base))
        yield self._say(VOID + "uriRegexPattern", Literal(f"^{base.replace('.', '[.]')}"))
        for name in ("Turtle", "N-Triples", "JSON-LD"):
            yield self._say(VOID + "feature", NamedNode(_FORMATS + name))
        for file in files:
            if file.current_only:
                yield self._say(VOID + "dataDump", NamedNode(self.site.base_url + file.path))
        for vocabulary in counts.vocabularies:
            yield self._say(VOID + "vocabulary", NamedNode(vocabulary))
        for name, number in (
            ("triples", counts.triples),
            ("entities", counts.entities),
            ("distinctSubjects", counts.subjects),
            ("distinctObjects", counts.objects),
            ("classes", len(counts.classes)),
            ("properties", len(counts.properties)),
        ):
            yield self._say(VOID + name, _integer(number))
        for class_, number in sorted(counts.classes.items()):
            yield from self._part("class", class_, "entities", number)
        for property_, number in sorted(counts.properties.items()):
            yield from self._part("property", property_, "triples", number)
        for (target, property_), number in sorted(counts.links.items()):
            yield from self._linkset(target, property_, number)

    def _part(self, kind: str, iri: str, counted: str, number: int) -> Iterator[Quad]:
        part = self._named(kind, iri)
        yield self._say(f"{VOID}{kind}Partition", part)
        yield Quad(part, NamedNode(VOID + kind), NamedNode(iri))
        yield Quad(part, NamedNode(VOID + counted), _integer(number))

    def _linkset(self, target: str, property_: str, number: int) -> Iterator[Quad]:
        part = self._named("links", property_, target)
        yield self._say(VOID + "subset", part)
        yield from _typed(part.value, VOID + "Linkset")
        yield Quad(part, NamedNode(VOID + "linkPredicate"), NamedNode(property_))
        yield Quad(part, NamedNode(VOID + "subjectsTarget"), self.node)
        yield Quad(part, NamedNode(VOID + "objectsTarget"), NamedNode(target))
        yield Quad(part, NamedNode(VOID + "triples"), _integer(number))

    def _named(self, kind: str, iri: str, other: str = "") -> NamedNode:
        """An IRI for a part of the description, made from the IRIs that it is about."""
        shrink = self.site.project.prefixes.shrink
        name = "-".join(filter(None, (kind, shrink(iri) or iri, shrink(other) or other)))
        safe = "".join(mark if mark.isalnum() and mark.isascii() or mark in "-_" else "-" for mark in name)
        return NamedNode(f"{self.node.value}#{safe.strip('-')}")

    def _say(self, property_: str, value: NamedNode | Literal) -> Quad:
        return Quad(self.node, NamedNode(property_), value)


def _typed(iri: str, class_: str) -> Iterator[Quad]:
    yield Quad(NamedNode(iri), NamedNode(RDF + "type"), NamedNode(class_))


def _integer(number: int, name: str = "integer") -> Literal:
    return Literal(str(number), datatype=NamedNode(XSD + name))
