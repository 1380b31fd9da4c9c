"""What the project itself says of its dataset, and how statements on it are made.

What people decide (title, description, publisher, contact, version, themes, the datasets that it links
to) is said of ``<base>dataset`` in the file ``dataset.ttl`` beside the project's settings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode, Quad

from mca_graph.namespaces import DCTERMS, RDF, STANDARD_PREFIXES, XSD
from mca_graph.publishing.machines.statements import file_quads, ordered
from mca_graph.publishing.site.context import Site

FILE = "dataset.ttl"

DCAT = STANDARD_PREFIXES["dcat"]
VOID = STANDARD_PREFIXES["void"]


class Description:
    """What is said of the dataset.

    Args:
        site: the site.
    """

    def __init__(self, site: Site) -> None:
        self.site = site
        self.node = NamedNode(f"{site.project.base}dataset")
        path = site.project.root / FILE
        stated = list(file_quads([path])) if path.is_file() else []
        named = {quad.object for quad in stated if isinstance(quad.object, NamedNode)}
        self.stated = ordered([*stated, *self._agents(named)])

    def _agents(self, named: Iterable[object]) -> Iterator[Quad]:
        """What the graph of provenance says of whom the description names."""
        graph = NamedNode(self.site.project.graph("provenance"))
        for node in named:
            if isinstance(node, NamedNode):
                for quad in self.site.store.engine.quads_for_pattern(node, None, None, graph):
                    yield Quad(quad.subject, quad.predicate, quad.object)

    def texts(self, *properties: str) -> list[str]:
        """The values that the first of some properties with any has for the dataset."""
        for iri in properties:
            held = [
                one.object for one in self.stated if one.subject == self.node and one.predicate.value == iri
            ]
            if found := sorted(one.value for one in held if isinstance(one, NamedNode | Literal)):
                return found
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

    def say(self, property_: str, value: NamedNode | Literal) -> Quad:
        """A statement on the dataset."""
        return Quad(self.node, NamedNode(property_), value)


def typed(iri: str, class_: str) -> Quad:
    """The statement that something is of a class."""
    return Quad(NamedNode(iri), NamedNode(RDF + "type"), NamedNode(class_))


def integer(number: int, name: str = "integer") -> Literal:
    """A number as a literal."""
    return Literal(str(number), datatype=NamedNode(XSD + name))
