"""Answer a query that a client wrote."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pyoxigraph import DefaultGraph, NamedNode, QueryBoolean, QuerySolutions, QueryTriples, Triple

from mca_graph.errors import LimitError, QueryError, StoreError
from mca_graph.queries.federation import federate
from mca_graph.queries.results import Style, write_answer
from mca_graph.rdf.formats import format_named
from mca_graph.rdf.write import write_statements
from mca_graph.server.frames import Channel
from mca_graph.server.jobs import Job, Workspace, not_acceptable, send_head
from mca_graph.server.negotiation import PEOPLE_OFFERS, RDF_OFFERS, TABLE_OFFERS, Offer, choose
from mca_graph.server.output import LimitedOutput, as_file, too_many_rows
from mca_graph.server.query_text import check_query, is_ordered
from mca_graph.server.refusal import BAD_GATEWAY, NOT_ACCEPTABLE, RefusedError
from mca_graph.server.rows import as_answer
from mca_graph.store import Answer
from mca_graph.store.embedded import EmbeddedStore

BOOLEAN_OFFERS = TABLE_OFFERS[:2]
SELECT_OFFERS = (*TABLE_OFFERS, *PEOPLE_OFFERS)
_NATIVE = frozenset(offer.name for offer in TABLE_OFFERS)


def answer_query(workspace: Workspace, job: Job, _body: bytes, channel: Channel) -> dict[str, Any]:
    """Answer a SPARQL query in the form that the client wants.

    Raises:
        QueryError: it is not SPARQL, or may not be asked.
        RefusedError: the form cannot be had, a service has no answer, or a limit was reached.
    """
    text, services = job["query"], workspace.settings.services
    form = check_query(text, may_call=bool(services))
    offer = offer_for(form, job.get("format"), job.get("accept"))
    if services:
        text = _federated(text, services, job["time"])
    if workspace.settings.at_endpoint:
        # A server may take more than SPARQL, such as functions that read its files; the engine here does not.
        EmbeddedStore().query_dataset(text, base=workspace.project.base)
    answer = workspace.store.query_dataset(
        text,
        _graphs(workspace, job.get("default")),
        _graphs(workspace, job.get("named")),  # type: ignore[arg-type]
        workspace.project.base,
    )
    return write(workspace, answer, offer, channel, title="Answer", sort=not is_ordered(text))


def _federated(text: str, services: tuple[str, ...], seconds: float) -> str:
    """The query with the rows of the services that it calls.

    Raises:
        QueryError: it may not call them.
        RefusedError: they have no answer.
    """
    try:
        return federate(text, services, seconds / 2)  # the rest is for the query itself
    except (StoreError, LimitError) as error:
        raise RefusedError(BAD_GATEWAY, error.message, error.hint) from error


def offer_for(form: str, wanted: str | None, accept: str | None) -> Offer:
    """The form in which the answer of a query is given.

    Raises:
        RefusedError: it cannot be had in the form that the client wants.
    """
    offers = SELECT_OFFERS if form == "SELECT" else BOOLEAN_OFFERS if form == "ASK" else RDF_OFFERS
    if wanted:
        for offer in offers:
            if wanted == offer.name or wanted == offer.suffix.lstrip(".") or wanted == offer.media_type:
                return offer
        names = ", ".join(offer.name for offer in offers)
        raise RefusedError(NOT_ACCEPTABLE, f"this answer is not to be had as {wanted!r}", f"there is {names}")
    chosen = choose(accept, offers)
    if chosen is None:
        raise not_acceptable("the answer", offers)
    return chosen


def write(
    workspace: Workspace,
    answer: Answer,
    offer: Offer,
    channel: Channel,
    *,
    title: str,
    sort: bool,
    **more: Any,
) -> dict[str, Any]:
    """Write an answer; returns what was counted."""
    out = workspace.output(channel)
    if isinstance(answer, QueryTriples):
        send_head(channel, offer, kind="graph", **more)
        syntax = format_named(offer.name)
        counted = _counted(answer, out, workspace.settings.max_rows)
        prefixes = dict(workspace.project.prefixes) if syntax.name in ("turtle", "trig", "rdfxml") else None
        with out.refusing():
            write_statements(counted, as_file(out), syntax.engine, prefixes)
        return {"rows": out.rows, "bytes": out.size}
    style = Style(
        labels=workspace.labels(), width=0, title=title, sort=sort, prefixes=workspace.project.prefixes
    )
    if isinstance(answer, QuerySolutions) and offer.name not in _NATIVE:
        answer = held(answer, workspace.settings.max_rows, workspace.project.base)
    if isinstance(answer, QueryBoolean):
        send_head(channel, offer, kind="boolean", **more)
    else:
        send_head(channel, offer, kind="table", **more)
        out.count(offer.name)
    with out.refusing():
        write_answer(answer, offer.name, as_file(out), style)
    return {"rows": out.rows, "bytes": out.size}


def held(answer: QuerySolutions, limit: int, base: str) -> QuerySolutions:
    """The same answer, read to its end first.

    Raises:
        RefusedError: it has too many rows.
    """
    columns = [variable.value for variable in answer.variables]
    rows = []
    for row in answer:
        rows.append([row[name] for name in columns])
        if len(rows) > limit:
            raise too_many_rows(limit)
    return as_answer(columns, rows, base)


def _graphs(workspace: Workspace, iris: list[str] | None) -> list[NamedNode | DefaultGraph] | None:
    """The graphs that a client names; the current graph is the default one."""
    if iris is None:
        return None
    current = workspace.project.graph("current")
    found: list[NamedNode | DefaultGraph] = []
    for iri in iris:
        try:
            found.append(DefaultGraph() if iri == current else NamedNode(iri))
        except ValueError as error:
            raise QueryError(f"not the IRI of a graph: {iri!r}", "write a whole IRI") from error
    return found


def _counted(triples: QueryTriples, out: LimitedOutput, limit: int) -> Iterator[Triple]:
    for triple in triples:
        out.rows += 1
        if out.rows > limit:
            raise too_many_rows(limit)
        yield triple
