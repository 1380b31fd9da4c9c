"""The data of one thing beside its page: Turtle, JSON-LD and N-Triples.

A thing's files hold what is said of it and, where they are not too many, the statements that point to it;
those of a concept scheme hold its concepts too, and those of a contribution all that it says. Each file
says of itself what it is about, under which licence it stands and to which dataset it belongs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cached_property

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from mca_graph.namespaces import DCTERMS, FOAF, RDFS, SKOS, STANDARD_PREFIXES
from mca_graph.publishing.machines.context import Context
from mca_graph.publishing.machines.statements import dataset_quads, ordered, text_of
from mca_graph.publishing.site.context import Site

SYNTAXES: tuple[tuple[str, str, str], ...] = (
    (".ttl", "turtle", "text/turtle"),
    (".jsonld", "jsonld", "application/ld+json"),
    (".nt", "ntriples", "application/n-triples"),
)
"""Of each file of a thing: its ending, the name of its syntax, and its media type."""

_MOST_POINTING = 1000
_IN_SCHEME = SKOS + "inScheme"

Node = NamedNode | BlankNode | Triple


class ResourceData:
    """Makes the data files of things.

    Args:
        site: the site that they are for.
        current: the statements of the current graph.
    """

    def __init__(self, site: Site, current: list[Quad]) -> None:
        self._site, self._current = site, current
        self._dataset = NamedNode(f"{site.project.base}dataset")

    @cached_property
    def everything(self) -> list[Quad]:
        """The statements of all graphs, in order."""
        return dataset_quads(self._site.project, self._current)

    @cached_property
    def context(self) -> Context:
        """The terms of the JSON-LD files."""
        about_files = self._about_file(self._dataset, "", with_comment=True)
        return Context(self._site.project, [*self.everything, *about_files])

    @cached_property
    def _stated(self) -> dict[Node, list[Quad]]:
        """What is said of each thing, by it and of contributions and editors."""
        provenance = NamedNode(self._site.project.graph("provenance"))
        found: dict[Node, list[Quad]] = {}
        for quad in (*self._current, *(one for one in self.everything if one.graph_name == provenance)):
            found.setdefault(quad.subject, []).append(_plain(quad))
        return found

    @cached_property
    def _pointing(self) -> dict[Node, list[Quad]]:
        """The statements that lead to each thing."""
        found: dict[Node, list[Quad]] = {}
        for quad in self._current:
            if isinstance(quad.object, NamedNode | BlankNode):
                found.setdefault(quad.object, []).append(quad)
        return found

    @cached_property
    def _contributed(self) -> dict[Node, list[Quad]]:
        """What each contribution says."""
        found: dict[Node, list[Quad]] = {}
        start = self._site.project.graph("contribution/")
        for quad in self.everything:
            if isinstance(quad.graph_name, NamedNode) and quad.graph_name.value.startswith(start):
                found.setdefault(quad.graph_name, []).append(_plain(quad))
        return found

    def files(self, iri: str) -> dict[str, bytes]:
        """The data files of a thing that has a page, by path."""
        node, stem = NamedNode(iri), self._site.paths.stem(iri)
        quads = list(self.about(node))
        found: dict[str, bytes] = {}
        for ending, name, _media_type in SYNTAXES:
            whole = ordered([*quads, *self._about_file(node, ending)])
            found[f"{stem}{ending}"] = self.text(whole, name)
        return found

    def text(self, quads: list[Quad], format_name: str) -> bytes:
        """Ordered statements as a file of the site."""
        if format_name != "jsonld":
            return text_of(quads, format_name, self._site.project.prefixes)
        return json_ld(self.context, quads)

    def about(self, node: NamedNode) -> Iterator[Quad]:
        """The statements of a thing's files, in no order."""
        yield from self._closure(node, set())
        pointing = self._pointing.get(node, [])
        if len(pointing) <= _MOST_POINTING:
            yield from pointing
        for quad in pointing:
            if quad.predicate.value == _IN_SCHEME:
                yield from self._closure(quad.subject, set())
        yield from self._contributed.get(node, ())

    def _closure(self, node: Node, seen: set[Node]) -> Iterator[Quad]:
        """What is said of a thing, and of the nodes without names that this leads to."""
        seen.add(node)
        for quad in self._stated.get(node, ()):
            yield quad
            if isinstance(quad.object, BlankNode) and quad.object not in seen:
                yield from self._closure(quad.object, seen)

    def _about_file(self, node: NamedNode, ending: str, *, with_comment: bool = False) -> Iterator[Quad]:
        """What a file says of itself (VoID, section 6.2)."""
        file = NamedNode(f"{node.value}{ending}")
        yield Quad(file, NamedNode(FOAF + "primaryTopic"), node)
        yield Quad(file, NamedNode(STANDARD_PREFIXES["void"] + "inDataset"), self._dataset)
        if self._site.project.licence:
            yield Quad(file, NamedNode(DCTERMS + "license"), NamedNode(self._site.project.licence))
        count = len(self._pointing.get(node, ()))
        if with_comment or count > _MOST_POINTING:
            text = f"{count} statements point here; they are too many for this file and stand in the dumps."
            yield Quad(file, NamedNode(RDFS + "comment"), Literal(text, language="en"))


def _plain(quad: Quad) -> Quad:
    """A statement without its graph."""
    return Quad(quad.subject, quad.predicate, quad.object)


def json_ld(context: Context, quads: list[Quad]) -> bytes:
    """Ordered statements of one graph as JSON-LD, with the part of the context that they need."""
    nodes, used = context.graph(quads)
    body = nodes[0] if len(nodes) == 1 else {"@graph": nodes}
    return json.dumps({"@context": context.part(used), **body}, indent=2, ensure_ascii=False).encode() + b"\n"
