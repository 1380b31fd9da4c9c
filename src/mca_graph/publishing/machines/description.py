"""What the project itself says of its dataset, and how statements on it are made.

What people decide (title, description, publisher, contact, version, themes, the datasets that it links
to) is said of ``<base>dataset`` in the project's ``data/`` folder, thus in the graph of provenance.
"""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Quad

from mca_graph.namespaces import DCTERMS, RDF, STANDARD_PREFIXES, XSD
from mca_graph.publishing.site.context import Site

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
