"""Dumps: the whole graph as one file in any RDF syntax."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from pyoxigraph import DefaultGraph, NamedNode, Quad

from mca_graph.project import Project
from mca_graph.rdf.formats import format_named
from mca_graph.rdf.write import write_statements
from mca_graph.store.embedded import EmbeddedStore

_DEFAULT = DefaultGraph()


def write_dump(project: Project, store: EmbeddedStore, format_name: str, out: BinaryIO) -> None:
    """Write the graph.

    A syntax with named graphs gets all of them, and the current graph under its own name; another
    gets the current graph, with ontology and concepts.

    Args:
        project: gives the names of the graphs.
        store: the assembled graph.
        format_name: name of an RDF syntax.
        out: where to write bytes.
    """
    syntax = format_named(format_name)
    current = store.engine.quads_for_pattern(None, None, None, _DEFAULT)
    statements = _all_quads(project, store) if syntax.has_graphs else (quad.triple for quad in current)
    write_statements(statements, out, syntax.engine, dict(project.prefixes))


def _all_quads(project: Project, store: EmbeddedStore) -> Iterator[Quad]:
    name = NamedNode(project.graph("current"))
    for graph in (_DEFAULT, *sorted(store.engine.named_graphs(), key=str)):
        for quad in store.engine.quads_for_pattern(None, None, None, graph):
            yield quad if graph != _DEFAULT else Quad(quad.subject, quad.predicate, quad.object, name)
