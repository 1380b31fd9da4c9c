"""The dataset described for catalogues: DCAT 3 with the rules of DCAT-AP, PROV for its sources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pyoxigraph import Literal, NamedNode, Quad

from mca_graph.namespaces import DCTERMS, FOAF, PROV, RDF, SKOS, XSD
from mca_graph.publishing.machines.counts import Counts
from mca_graph.publishing.machines.description import DCAT, VOID, Description, integer, typed
from mca_graph.publishing.machines.distributions import GZIP, Distribution
from mca_graph.publishing.machines.statistics import statistics

SPDX = "http://spdx.org/rdf/terms#"
EXTRA_PREFIXES = {
    "spdx": SPDX,
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "media-type": "https://www.iana.org/assignments/media-types/",
}

_IANA = EXTRA_PREFIXES["media-type"]
_VCARD = EXTRA_PREFIXES["vcard"]
_RANGES = {
    DCTERMS + "accessRights": DCTERMS + "RightsStatement",
    DCTERMS + "accrualPeriodicity": DCTERMS + "Frequency",
    DCTERMS + "conformsTo": DCTERMS + "Standard",
    DCTERMS + "creator": FOAF + "Agent",
    DCTERMS + "language": DCTERMS + "LinguisticSystem",
    DCTERMS + "publisher": FOAF + "Agent",
    DCTERMS + "spatial": DCTERMS + "Location",
    DCAT + "theme": SKOS + "Concept",
    FOAF + "page": FOAF + "Document",
}
"""Of the values of properties the class that DCAT-AP wants them to be of, and to be said to be of."""


class Dataset:
    """Describes a dataset.

    Args:
        about: what the project says of it.
    """

    def __init__(self, about: Description) -> None:
        self._about, self._site = about, about.site

    def quads(
        self, files: Sequence[Distribution], counts: Counts, modified: str, sources: Sequence[str]
    ) -> list[Quad]:
        """Everything that is said of the dataset, its files and its parts."""
        found = [*self._about.stated, *self._dataset(modified, sources)]
        for quad in self._about.stated:
            class_ = _RANGES.get(quad.predicate.value)
            if class_ and quad.subject == self._about.node and isinstance(quad.object, NamedNode):
                found.append(typed(quad.object.value, class_))
        found.extend(self._contact())
        for file in files:
            found.extend(self._file(file))
        return [*found, *statistics(self._about, files, counts)]

    def _dataset(self, modified: str, sources: Sequence[str]) -> Iterator[Quad]:
        project, language = self._site.project, self._site.project.language
        yield self._about.say(RDF + "type", NamedNode(DCAT + "Dataset"))
        yield self._about.say(RDF + "type", NamedNode(VOID + "Dataset"))
        if not self._about.texts(DCTERMS + "title"):
            yield self._about.say(DCTERMS + "title", Literal(self._about.title, language=language))
        if not self._about.texts(DCTERMS + "description"):
            yield self._about.say(
                DCTERMS + "description", Literal(self._about.description, language=language)
            )
        if project.licence:
            yield self._about.say(DCTERMS + "license", NamedNode(project.licence))
            yield typed(project.licence, DCTERMS + "LicenseDocument")
        if modified:
            yield self._about.say(
                DCTERMS + "modified", Literal(modified, datatype=NamedNode(XSD + "dateTime"))
            )
        yield self._about.say(DCTERMS + "identifier", Literal(self._about.node.value))
        yield self._about.say(DCAT + "landingPage", NamedNode(self._site.base_url))
        yield typed(self._site.base_url, FOAF + "Document")
        for source in sources:
            yield self._about.say(PROV + "wasDerivedFrom", NamedNode(source))

    def _file(self, file: Distribution) -> Iterator[Quad]:
        node = NamedNode(f"{self._about.node.value}#{file.name}")
        language = self._site.project.language
        access = NamedNode(f"{self._site.base_url}data.html")
        download = NamedNode(self._site.base_url + file.path)
        media_type, checksum = NamedNode(_IANA + file.media_type), NamedNode(f"{node.value}-checksum")
        yield self._about.say(DCAT + "distribution", node)
        for property_, value in (
            (RDF + "type", NamedNode(DCAT + "Distribution")),
            (DCTERMS + "title", Literal(file.title, language=language)),
            (DCTERMS + "description", Literal(file.description, language=language)),
            (DCAT + "accessURL", access),
            (DCAT + "downloadURL", download),
            (DCAT + "mediaType", media_type),
            (DCAT + "byteSize", integer(file.size, "nonNegativeInteger")),
            (SPDX + "checksum", checksum),
        ):
            yield Quad(node, NamedNode(property_), value)
        if file.compressed:
            yield Quad(node, NamedNode(DCAT + "compressFormat"), NamedNode(_IANA + GZIP))
            yield typed(_IANA + GZIP, DCTERMS + "MediaType")
        if self._site.project.licence:
            yield Quad(node, NamedNode(DCTERMS + "license"), NamedNode(self._site.project.licence))
        for standard in file.conforms_to:
            yield Quad(node, NamedNode(DCTERMS + "conformsTo"), NamedNode(standard))
            yield typed(standard, DCTERMS + "Standard")
        yield typed(media_type.value, DCTERMS + "MediaType")
        yield typed(checksum.value, SPDX + "Checksum")
        yield Quad(checksum, NamedNode(SPDX + "algorithm"), NamedNode(SPDX + "checksumAlgorithm_sha256"))
        yield typed(SPDX + "checksumAlgorithm_sha256", SPDX + "ChecksumAlgorithm")
        digest = Literal(file.sha256, datatype=NamedNode(XSD + "hexBinary"))
        yield Quad(checksum, NamedNode(SPDX + "checksumValue"), digest)

    def _contact(self) -> Iterator[Quad]:
        """Who answers, where the project says no more than an address."""
        address = self._site.settings.contact
        if address and not self._about.texts(DCAT + "contactPoint"):
            node = NamedNode(f"{self._about.node.value}#contact")
            yield self._about.say(DCAT + "contactPoint", node)
            yield typed(node.value, _VCARD + "Kind")
            title = Literal(self._site.project.title, language=self._site.project.language)
            yield Quad(node, NamedNode(_VCARD + "fn"), title)
            kind = "hasEmail" if address.startswith("mailto:") else "hasURL"
            yield Quad(node, NamedNode(_VCARD + kind), NamedNode(address))
