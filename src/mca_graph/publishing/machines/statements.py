"""Statements in an order of their own, so that one graph always gives the same bytes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    NamedNode,
    Quad,
    Triple,
    serialize,
)

from mca_graph.graph.assemble import contribution_quads
from mca_graph.namespaces import RDF, Prefixes
from mca_graph.project import Project
from mca_graph.rdf.formats import format_named
from mca_graph.rdf.read import read_quads
from mca_graph.store.embedded import EmbeddedStore

_DEFAULT = DefaultGraph()
_TYPE = NamedNode(RDF + "type")
_PREFIX_LINE = re.compile(r"@prefix ([^:\s]*): <[^>]*> \.\n")
_USED = re.compile(r"(?:^|[\s,;(\[^])([A-Za-z][A-Za-z0-9_.-]*|):", re.MULTILINE)


def ordered(quads: Iterable[Quad]) -> list[Quad]:
    """Quads by graph, subject and property, the type first; nodes without names get canonical ones."""
    named: list[Quad] = []
    nameless: list[Quad] = []
    for quad in quads:
        (nameless if _has_blank(quad) else named).append(quad)
    if nameless:
        dataset = Dataset(nameless)
        dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
        named.extend(dataset)
    return sorted(dict.fromkeys(named), key=_position)


def _has_blank(quad: Quad) -> bool:
    return isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode)


def _position(quad: Quad) -> tuple[str, str, bool, str, str]:
    graph = "" if quad.graph_name == _DEFAULT else str(quad.graph_name)
    return (graph, str(quad.subject), quad.predicate != _TYPE, str(quad.predicate), str(quad.object))


def current_quads(project: Project, store: EmbeddedStore) -> list[Quad]:
    """The statements that hold, in order and as they were written.

    The store keeps the values of numbers, not how they were written: 14.0 comes back as 14. So the
    statements are read from the files again, and the store is asked which of them hold.
    """
    files = (*project.ontology_files, *project.concept_files, *project.contribution_files)
    held = [quad for quad in file_quads(files) if quad in store.engine]
    nameless = [
        quad for quad in store.engine.quads_for_pattern(None, None, None, _DEFAULT) if _has_blank(quad)
    ]
    return ordered((*(quad for quad in held if not _has_blank(quad)), *nameless))


def file_quads(files: Iterable[Path]) -> Iterator[Quad]:
    """The statements of some files."""
    for path in files:
        for quad in read_quads(path):
            yield Quad(quad.subject, quad.predicate, quad.object)


def dataset_quads(project: Project, current: Iterable[Quad]) -> list[Quad]:
    """The statements of all graphs, in order; the current graph has a name too.

    Args:
        project: gives the files and the names of the graphs.
        current: the statements of the current graph.
    """

    def found() -> Iterator[Quad]:
        for name, quads in (
            ("current", current),
            ("ontology", file_quads(project.ontology_files)),
            ("concepts", file_quads(project.concept_files)),
            ("provenance", file_quads(project.provenance_files)),
        ):
            graph = NamedNode(project.graph(name))
            for quad in quads:
                yield Quad(quad.subject, quad.predicate, quad.object, graph)
        for path in project.contribution_files:
            yield from (quad for quad in contribution_quads(project, path) if quad.graph_name != _DEFAULT)

    return ordered(found())


def text_of(quads: Sequence[Quad], format_name: str, prefixes: Prefixes) -> bytes:
    """Ordered statements in an RDF syntax, with the prefixes that it uses and no others."""
    syntax = format_named(format_name)
    items: Iterable[Quad] | Iterable[Triple] = quads
    if not syntax.has_graphs:
        items = (quad.triple for quad in quads)
    has_prefixes = syntax.name in ("turtle", "trig", "rdfxml")
    known = dict(prefixes) if has_prefixes else None
    made = serialize(items, format=syntax.engine, prefixes=known) or b""
    if syntax.name not in ("turtle", "trig"):
        return made
    text = made.decode()
    head = 0
    while line := _PREFIX_LINE.match(text, head):
        head = line.end()
    used = set(_USED.findall(text, head))
    kept = (line[0] for line in _PREFIX_LINE.finditer(text, 0, head) if line[1] in used)
    return ("".join(sorted(kept)) + "\n" + text[head:].lstrip("\n")).encode()
