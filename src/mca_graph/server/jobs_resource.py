"""What the graph says of one thing, and whole named graphs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pyoxigraph import DefaultGraph, NamedNode, Triple

from mca_graph.queries.catalogue import catalogue
from mca_graph.queries.published import catalogue_quads
from mca_graph.rdf.formats import format_named
from mca_graph.rdf.read import read_quads
from mca_graph.rdf.write import write_statements
from mca_graph.server.frames import Channel
from mca_graph.server.jobs import Job, Workspace, not_acceptable, send_head
from mca_graph.server.negotiation import RDF_OFFERS, Offer, choose
from mca_graph.server.output import as_file, too_many_rows
from mca_graph.server.refusal import NOT_FOUND, RefusedError
from mca_graph.store.embedded import Statement

MOST_INCOMING = 1000
"""How many statements that point at a thing its data hold; of a class there may be millions."""

_DEFAULT = DefaultGraph()


def describe(workspace: Workspace, job: Job, _body: bytes, channel: Channel) -> dict[str, Any]:
    """Write the data of a thing, or its page.

    Raises:
        RefusedError: nothing is known of it.
    """
    node = find(workspace, job["iris"])
    if node is None:
        raise RefusedError(NOT_FOUND, "nothing is known of this", "'/' leads to what is there")
    if job.get("look"):
        send_head(channel, RDF_OFFERS[0], kind="known", iri=node.value)
        return {"rows": 0, "bytes": 0}
    out = workspace.output(channel)
    if job["format"] == "html":
        from mca_graph.server.pages import HTML, resource_page

        page = resource_page(workspace.project, workspace.store, workspace.labels(), node, job["name"])
        send_head(channel, HTML, kind="page", iri=node.value)
        out.write(page.encode())
    else:
        offer = next(offer for offer in RDF_OFFERS if offer.name == job["format"])
        send_head(channel, offer, kind="graph", iri=node.value)
        syntax = format_named(offer.name)
        statements = sorted(set(about(workspace, node)), key=str)
        text = "".join(map(str, statements))
        used = {prefix: iri for prefix, iri in workspace.project.prefixes if f"<{iri}" in text}
        write_statements(statements, as_file(out), syntax.engine, used)
    return {"rows": 0, "bytes": out.size}


def find(workspace: Workspace, iris: list[str]) -> NamedNode | None:
    """The first of some IRIs that the graph says something of."""
    for iri in iris:
        try:
            node = NamedNode(iri)
        except ValueError:
            continue
        if next(about(workspace, node), None) is not None:
            return node
    return None


def about(workspace: Workspace, node: NamedNode) -> Iterator[Triple]:
    """The statements that hold of a thing and those that point at it; what stands in a document."""
    store, project = workspace.store, workspace.project
    if node.value == f"{project.base}ontology":
        yield from _triples(store.statements(graph=NamedNode(project.graph("ontology"))))
    elif node.value == f"{project.base}shapes":
        for path in project.shape_files:
            for quad in read_quads(path):
                yield quad.triple
    elif node.value.startswith(f"{project.base}query/"):
        known = [
            query for query in catalogue(project).values() if node.value == f"{project.base}query/{query.id}"
        ]
        for quad in catalogue_quads(project, known):
            yield quad.triple
    for graph in (_DEFAULT, NamedNode(project.graph("provenance"))):
        yield from _triples(store.statements(node, graph=graph))
    yield from _triples(store.statements(value=node, graph=_DEFAULT, most=MOST_INCOMING))
    yield from _triples(store.statements(graph=node))


def _triples(statements: Iterable[Statement]) -> Iterator[Triple]:
    for found in statements:
        yield Triple(found.subject, found.predicate, found.value)  # type: ignore[arg-type]


def write_graph(workspace: Workspace, job: Job, _body: bytes, channel: Channel) -> dict[str, Any]:
    """Write one graph, as the SPARQL 1.1 Graph Store HTTP Protocol asks for it.

    Raises:
        RefusedError: there is no such graph, or it cannot be had in the form wanted.
    """
    offer = _graph_offer(job)
    graph: NamedNode | DefaultGraph = _DEFAULT
    if job["graph"] is not None and job["graph"] != workspace.project.graph("current"):
        try:
            graph = NamedNode(job["graph"])
        except ValueError as error:
            raise RefusedError(400, f"not an IRI: {job['graph']!r}", "write a whole IRI") from error
        if next(workspace.store.statements(graph=graph, most=1), None) is None:
            raise RefusedError(NOT_FOUND, f"there is no graph {graph}", "the service description lists them")
    out = workspace.output(channel)
    send_head(channel, offer, kind="graph")

    def statements() -> Iterator[Triple]:
        most = workspace.settings.max_rows
        for triple in _triples(workspace.store.statements(graph=graph, most=most + 1)):
            out.rows += 1
            if out.rows > most:
                raise too_many_rows(most)
            yield triple

    syntax = format_named(offer.name)
    prefixes = dict(workspace.project.prefixes) if offer.name in ("turtle", "trig", "rdfxml") else None
    with out.refusing():
        write_statements(statements(), as_file(out), syntax.engine, prefixes)
    return {"rows": out.rows, "bytes": out.size}


def _graph_offer(job: Job) -> Offer:
    chosen = choose(job.get("accept"), RDF_OFFERS)
    if chosen is None:
        raise not_acceptable("the graph", RDF_OFFERS)
    return chosen
