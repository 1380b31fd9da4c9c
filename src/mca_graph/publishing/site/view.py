"""What is known of one thing, arranged for its page."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache

from pyoxigraph import Literal, NamedNode

from mca_graph.namespaces import DCTERMS, PROV, RDF, RDFS, SKOS
from mca_graph.publishing.site.context import Site
from mca_graph.publishing.site.figures import figures_of
from mca_graph.publishing.site.joining import Joining
from mca_graph.publishing.site.model import (
    DisputeView,
    Group,
    Link,
    ResourceView,
    Row,
    Side,
    Source,
    Value,
)
from mca_graph.publishing.site.paths import root_of, safe_url
from mca_graph.publishing.site.values import date_text, link_of
from mca_graph.publishing.site.vocabulary import OTHER_ORDER, Place

CAP = 40
"""So many values of a property are shown at once; the others stand on a page of their own."""

CAP_INCOMING = 12
"""So many of the things that point to one."""

OVERFLOW_PAGE = 1000
MOST_PAGES = 4
"""So many pages of a source are named beside a fact; its own page names all."""

_DESCRIPTIONS = (DCTERMS + "description", SKOS + "definition", RDFS + "comment")
_NAMES = (SKOS + "altLabel",)
_SHOWN_ELSEWHERE = frozenset((RDF + "type", RDFS + "label", SKOS + "prefLabel"))
_STANDARD_INVERSES = {
    SKOS + "broader": "narrower",
    SKOS + "topConceptOf": "top concepts",
    SKOS + "inScheme": "concepts of this scheme",
    PROV + "wasInformedBy": "continued by",
    DCTERMS + "isPartOf": "has part",
    PROV + "wasAttributedTo": "made",
}
_HIDDEN_INVERSES = frozenset((RDF + "type", RDFS + "isDefinedBy", SKOS + "hasTopConcept"))


class ViewMaker:
    """Arranges what is known of things.

    Args:
        site: the site that is being published.
    """

    def __init__(self, site: Site) -> None:
        self._site, self._snapshot, self._vocabulary = site, site.snapshot, site.vocabulary
        self._joining = Joining(site)
        self._basis = site.project.policy.basis_property
        self._ordered = lru_cache(maxsize=8192)(self._order)
        self._source = lru_cache(maxsize=4096)(self._make_source)
        self._source_kind = site.project.policy.source_property

    def is_joiner(self, number: int) -> bool:
        """True for a thing that is shown by what it joins."""
        return self._joining.is_joiner(number)

    def view(self, number: int) -> ResourceView:
        """Arrange what is known of a thing."""
        site, snapshot = self._site, self._snapshot
        iri = snapshot.iri(number)
        path = f"{site.paths.stem(iri)}.html"
        root = root_of(path)
        label = snapshot.label_literal(number)
        types = self._vocabulary.specific(snapshot.types(number))
        view = ResourceView(
            iri=iri,
            path=path,
            root=root,
            label=label.value if label is not None else snapshot.label(number),
            lang=(label.language or "") if label is not None else "",
            kinds=[link_of(site, one, root) for one in types],
            curie=site.project.prefixes.shrink(iri) or "",
        )
        view.correction = site.correction(iri, view.label, root)
        self._facts(view, number, types)
        self._incoming(view, number)
        self._disputes(view, number)
        figures_of(site, view, number)
        return view

    def _facts(self, view: ResourceView, number: int, types: tuple[int, ...]) -> None:
        snapshot = self._snapshot
        pairs = dict.fromkeys((*snapshot.facts(number), *snapshot.header(number)))
        sources = snapshot.sources(number)
        numbers: dict[int, int] = {}
        grouped: dict[int, list[int]] = defaultdict(list)
        for property_, value in pairs:
            grouped[property_].append(value)
        groups: dict[str, Group] = {}
        for property_, place in self._ordered(types, tuple(grouped)):
            iri, values = snapshot.iri(property_), grouped[property_]
            if iri in _SHOWN_ELSEWHERE:
                self._mark_only(number, property_, values, sources, numbers)
                continue
            made = [
                (
                    one,
                    Value(
                        self._joining.links(one, number, property_, view.root),
                        self._marks(sources.get((property_, one), ()), numbers),
                    ),
                )
                for one in values
            ]
            made.sort(key=lambda entry: (entry[1].links[0].text.casefold(), entry[1].links[0].iri))
            shown = [value for _one, value in made]
            if iri in _DESCRIPTIONS:
                view.descriptions += shown
                continue
            if iri in _NAMES:
                view.names += [value.links[0].text for value in shown]
            name = Link(place.name or snapshot.label(property_), self._site.link(iri, view.root) or "")
            title = place.group or ("Facts" if place.group_order == OTHER_ORDER else "")
            row = self.capped(view, name, shown, CAP)
            groups.setdefault(title, Group(title, [])).rows.append(row)
        view.groups = list(groups.values())
        view.sources = [self._source(graph, mark, view.root) for graph, mark in numbers.items()]

    def _order(self, types: tuple[int, ...], properties: tuple[int, ...]) -> list[tuple[int, Place]]:
        """Properties in the order in which the shapes have them, each with its place."""
        snapshot, layout = self._snapshot, self._vocabulary.layout(types)
        placed = [(one, layout.get(snapshot.iri(one), Place())) for one in properties]
        return sorted(
            placed,
            key=lambda entry: (
                entry[1].group_order,
                entry[1].order,
                snapshot.label(entry[0]).casefold(),
                snapshot.iri(entry[0]),
            ),
        )

    def _mark_only(
        self,
        number: int,
        property_: int,
        values: list[int],
        sources: dict[tuple[int, int], list[int]],
        numbers: dict[int, int],
    ) -> None:
        """Count the sources of what stands in the heading, so that they are listed too."""
        for value in values:
            self._marks(sources.get((property_, value), ()), numbers)

    def _marks(self, graphs: list[int] | tuple[()], numbers: dict[int, int]) -> tuple[int, ...]:
        ordered = sorted(graphs, key=self._snapshot.iri)
        return tuple(numbers.setdefault(graph, len(numbers) + 1) for graph in ordered)

    def capped(self, view: ResourceView, name: Link, values: list[Value], cap: int = CAP_INCOMING) -> Row:
        """A row with its first values; where there are many, all of them go to a page of their own."""
        if len(values) <= cap + 3:
            return Row(name, values, len(values))
        rank = len(view.overflow) + 1
        href = f"{view.root}{self._site.href(view.iri)}".removesuffix(".html") + f"~{rank}.html"
        view.overflow.append(Row(name, values, len(values)))
        return Row(name, values[:cap], len(values), href)

    def _incoming(self, view: ResourceView, number: int) -> None:
        snapshot = self._snapshot
        grouped: dict[int, list[int]] = defaultdict(list)
        for property_, subject in snapshot.pointing(number):
            if snapshot.iri(property_) not in _HIDDEN_INVERSES and snapshot.iri(subject):
                grouped[property_].append(subject)
        rows = []
        for property_, subjects in grouped.items():
            iri = snapshot.iri(property_)
            known = self._vocabulary.inverse(property_) or _STANDARD_INVERSES.get(iri)
            name = Link(
                known or snapshot.label(property_),
                self._site.link(iri, view.root) or "",
                kind="" if known else "back",
            )
            values = [Value(self._joining.back(one, number, property_, view.root)) for one in subjects]
            values.sort(key=lambda value: (value.links[0].text.casefold(), value.links[0].iri))
            rows.append((name.text.casefold(), iri, name, values))
        for _text, _iri, name, values in sorted(rows, key=lambda row: row[:2]):
            view.incoming.append(self.capped(view, name, values))

    def _make_source(self, graph: int, mark: int, root: str) -> Source:
        snapshot, site = self._snapshot, self._site
        pages, notes = [], []
        date = ""
        for property_, value in snapshot.header(graph):
            iri, term = snapshot.iri(property_), snapshot.terms[value]
            if iri == PROV + "wasDerivedFrom" and isinstance(term, NamedNode):
                pages.append(Link(term.value, safe_url(term.value) or "", kind="page"))
            elif iri in (self._basis, self._source_kind):
                notes.append(link_of(site, value, root))
            elif iri == DCTERMS + "issued" and isinstance(term, Literal):
                date = f"published {date_text(term.value)}"
            elif iri == PROV + "generatedAtTime" and isinstance(term, Literal) and not date:
                date = f"read {date_text(term.value)}"
        pages.sort()
        if len(pages) > MOST_PAGES:
            more = Link(f"and {len(pages) - MOST_PAGES + 1} more pages", link_of(site, graph, root).href)
            pages = [*pages[: MOST_PAGES - 1], more]
        notes.sort()
        if date:
            notes.append(Link(date))
        return Source(mark, link_of(site, graph, root), pages, notes)

    def _disputes(self, view: ResourceView, number: int) -> None:
        site, snapshot = self._site, self._snapshot
        for dispute in site.disputes.get(number, ()):
            sides = []
            for side in (dispute.chosen, *dispute.rejected):
                if dispute.denied is not None:
                    holds = "does not hold" if side.value is None else "holds"
                    text = f"{link_of(site, snapshot.id_of(dispute.denied), '').text}: {holds}"
                else:
                    assert side.value is not None
                    text = link_of(site, snapshot.id_of(side.value), "").text
                takers = tuple(
                    link_of(site, snapshot.id_of(graph), view.root) for graph in side.contributions
                )
                sides.append(Side(text, takers, side is dispute.chosen))
            view.disputes.append(
                DisputeView(snapshot.label(snapshot.id_of(dispute.property)), sides, dispute.reason)
            )
