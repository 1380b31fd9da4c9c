"""The header of a contribution: who says so, when, and from which page."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Quad

from mca_graph.contributions.addresses import checked_page, host_of, orcid_iri, page_key
from mca_graph.contributions.choices import Choices, UnreadableError
from mca_graph.contributions.literals import read_literal
from mca_graph.contributions.ranges import Values
from mca_graph.contributions.words import slug
from mca_graph.errors import McaGraphError
from mca_graph.namespaces import DCTERMS, FOAF, PROV, RDF, RDFS, XSD
from mca_graph.project import Project
from mca_graph.queries.labels import Labels
from mca_graph.store import Term
from mca_graph.store.embedded import EmbeddedStore

_TYPE, _NAME, _LABEL = NamedNode(RDF + "type"), NamedNode(FOAF + "name"), NamedNode(RDFS + "label")
_ATTRIBUTED, _DERIVED = NamedNode(PROV + "wasAttributedTo"), NamedNode(PROV + "wasDerivedFrom")
_AGENT = NamedNode(PROV + "Agent")
_DATES = (XSD + "date", XSD + "gYearMonth", XSD + "gYear")


@dataclass(frozen=True, slots=True)
class Origin:
    """What is said about where a contribution comes from.

    Attributes:
        sources: the pages that it was read from.
        by: the name of who answers for it.
        orcid: their ORCID iD.
        date: the day on which it was entered; today where that is None.
        published: when the source itself was published.
        title: a name for the contribution.
        basis: how the statements were come by, by its label.
        source_kind: whose source it is, by its label.
        licence: address of the terms; those of the project where that is None.
    """

    sources: Sequence[str]
    by: str | None = None
    orcid: str | None = None
    date: datetime.date | None = None
    published: str | None = None
    title: str | None = None
    basis: str | None = None
    source_kind: str | None = None
    licence: str | None = None


class Registry:
    """What is known of earlier contributions.

    Args:
        project: the project.
        store: its graph, with the provenance.
    """

    def __init__(self, project: Project, store: EmbeddedStore) -> None:
        self._project, self._store = project, store
        self._provenance = NamedNode(project.graph("provenance"))

    def contribution_from(self, source: str) -> str | None:
        """The name of a contribution that was read from a page, or None."""
        key = page_key(source)
        for statement in self._store.statements(None, _DERIVED, None, self._provenance):
            if isinstance(statement.value, NamedNode) and page_key(statement.value.value) == key:
                return statement.subject.value.removeprefix(self._project.graph("contribution/"))
        return None

    def header(self, graph: NamedNode, origin: Origin) -> Iterator[Quad]:
        """The header of a contribution, and the description of whoever entered it where they are new.

        Raises:
            McaGraphError: something that was said makes no sense.
        """
        sources = [checked_page(source) for source in origin.sources]
        yield Quad(graph, _TYPE, NamedNode(PROV + "Bundle"))
        if origin.title:
            yield Quad(graph, _LABEL, Literal(origin.title, language=self._project.language))
        for source in sources:
            yield Quad(graph, _DERIVED, NamedNode(source))
        yield Quad(graph, NamedNode(PROV + "generatedAtTime"), _moment(origin.date))
        if origin.by:
            yield from self._attribution(graph, origin.by, origin.orcid)
        licence = origin.licence or self._project.licence
        if licence:
            yield Quad(graph, NamedNode(DCTERMS + "license"), NamedNode(checked_page(licence)))
        if origin.published:
            yield Quad(graph, NamedNode(DCTERMS + "issued"), read_literal(origin.published, _DATES, ""))
        yield from self._ranked(graph, origin, sources)

    def _ranked(self, graph: NamedNode, origin: Origin, sources: Sequence[str]) -> Iterator[Quad]:
        """Basis and kind of source: the properties that disagreement is settled by."""
        policy = self._project.policy
        if policy.basis_property:
            property_ = NamedNode(policy.basis_property)
            if origin.basis:
                yield Quad(graph, property_, self._concept(policy.basis_order, origin.basis, "basis"))
            elif policy.basis_order:
                yield Quad(graph, property_, NamedNode(policy.basis_order[0]))
        if policy.source_property:
            property_ = NamedNode(policy.source_property)
            if origin.source_kind:
                kind = self._concept(policy.source_order, origin.source_kind, "kind of source")
                yield Quad(graph, property_, kind)
            elif (known := self._kind_of_host(property_, sources)) is not None:
                yield Quad(graph, property_, known)

    def _concept(self, order: Sequence[str], given: str, what: str) -> NamedNode:
        labels = Labels(self._store, self._project)
        values = Values(terms=tuple(NamedNode(iri) for iri in order))
        choices = Choices(values, self._project, self._store, labels)
        try:
            return choices.find(given)
        except UnreadableError as error:
            known = ", ".join(choices.shown.values())
            raise McaGraphError(f"no {what} is called {given!r}", f"one of {known}") from error

    def _kind_of_host(self, property_: NamedNode, sources: Sequence[str]) -> NamedNode | None:
        """The kind of source that every earlier contribution from these hosts alone has, or None."""
        wanted = {host_of(source) for source in sources}
        hosts: dict[Term, set[str]] = {}
        for found in self._store.statements(None, _DERIVED, None, self._provenance):
            hosts.setdefault(found.subject, set()).add(host_of(found.value.value))
        graphs = [graph for graph, known in hosts.items() if known <= wanted]
        kinds = {
            found.value
            for graph in graphs
            for found in self._store.statements(graph, property_, None, self._provenance)
            if isinstance(found.value, NamedNode)
        }
        return kinds.pop() if len(kinds) == 1 else None

    def _attribution(self, graph: NamedNode, name: str, orcid: str | None) -> Iterator[Quad]:
        iri = NamedNode(orcid_iri(orcid)) if orcid else None
        agent = self._known_agent(name, iri)
        if agent is None:
            agent = iri or NamedNode(self._agent_namespace() + _agent_slug(name))
            yield Quad(agent, _TYPE, _AGENT)
            yield Quad(agent, _NAME, Literal(name))
        yield Quad(graph, _ATTRIBUTED, agent)

    def _known_agent(self, name: str, orcid: NamedNode | None) -> NamedNode | None:
        """Who that is: by the ORCID iD whoever bears it, by the name only who contributed before."""
        if orcid is not None:
            for found in self._store.statements(orcid, _NAME):
                return orcid if found.value else None
            for found in self._store.statements(None, None, orcid):
                if isinstance(found.subject, NamedNode) and found.predicate not in (_ATTRIBUTED, _DERIVED):
                    return found.subject
            return None
        for found in self._store.statements(None, _ATTRIBUTED, None, self._provenance):
            for named in self._store.statements(found.value, _NAME):
                if named.value.value.casefold() == name.casefold() and isinstance(found.value, NamedNode):
                    return found.value
        return None

    def _agent_namespace(self) -> str:
        own = self._project.own_namespaces
        return own.get("agent", f"{self._project.base}id/agent/")


def _moment(date: datetime.date | None) -> Literal:
    now = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    if date is not None:
        now = datetime.datetime.combine(date, datetime.time(), datetime.UTC)
    return Literal(now.isoformat(), datatype=NamedNode(XSD + "dateTime"))


def _agent_slug(name: str) -> str:
    made = slug(name)
    if not made:
        raise McaGraphError(f"{name!r} makes no id", "add --orcid, or write the name in Latin letters")
    return made
