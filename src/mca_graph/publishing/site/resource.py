"""The pages of things: one each with its data files, and one for each long list that it leads to."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from pyoxigraph import BlankNode, Literal, NamedNode

from mca_graph.publishing.site.data_files import resource_files
from mca_graph.publishing.site.context import Site
from mca_graph.publishing.site.model import Link, ResourceView, Row
from mca_graph.publishing.site.paths import href_of
from mca_graph.publishing.site.questions import Questions
from mca_graph.publishing.site.render import Renderer
from mca_graph.publishing.site.trees import scheme_tree
from mca_graph.publishing.site.values import link_of
from mca_graph.publishing.site.view import OVERFLOW_PAGE, ViewMaker
from mca_graph.store import Term

_MOST_INCOMING = 500
"""So many statements that point to a thing stand in its data files; the others are about other things."""


class ResourcePages:
    """Writes the pages of things.

    Args:
        site: the site that is being published.
        renderer: writes pages.
    """

    def __init__(self, site: Site, renderer: Renderer) -> None:
        self._site, self._snapshot, self._renderer = site, site.snapshot, renderer
        self._views = ViewMaker(site)
        self._questions = Questions(site)
        self._stated = site.snapshot.stated_by()
        self._prefixes = dict(site.project.prefixes)
        self._digests: dict[int, bytes] = {}
        self._hubs = frozenset((site.vocabulary.scheme,))

    def write_all(self) -> int:
        """Write the pages of all things that have changed; returns how many were written anew."""
        written = 0
        for number in self._site.resources:
            stem = self._site.paths.stem(self._snapshot.iri(number))
            fingerprint = self._fingerprint(number)
            if not self._site.writer.keeps(stem, fingerprint):
                self._site.writer.write_group(stem, fingerprint, self._files(number, stem))
                written += 1
        return written

    def _files(self, number: int, stem: str) -> dict[str, bytes]:
        view = self._views.view(number)
        view.questions = self._questions.about(number, view.root)
        view.trail = list(self._trail(number, view.root))
        self._add_stated(view, number)
        tree, size = scheme_tree(self._site, number, view.root)
        summary = view.descriptions[0].links[0].text[:200] if view.descriptions else ""
        page = self._renderer.page(
            "resource",
            view.path,
            view=view,
            data=href_of(stem.rsplit("/", 1)[-1]),
            summary=summary,
            tree=tree,
            tree_size=size,
            extra="",
        )
        files = {view.path: page.encode()}
        for rank, row in enumerate(view.overflow, start=1):
            files.update(self._overflow(view, stem, rank, row))
        files.update(resource_files(stem, self._triples(number), self._prefixes))
        return files

    def _overflow(self, view: ResourceView, stem: str, rank: int, row: Row) -> Iterator[tuple[str, bytes]]:
        """The pages of one long list."""
        values = row.values
        count = -(-len(values) // OVERFLOW_PAGE)
        names = [f"{stem}~{rank}{f'-{page + 1}' if page else ''}.html" for page in range(count)]
        links = [href_of(name.rsplit("/", 1)[-1]) for name in names]
        for page, name in enumerate(names):
            shown = values[page * OVERFLOW_PAGE : (page + 1) * OVERFLOW_PAGE]
            text = self._renderer.page(
                "more",
                name,
                view=view,
                row=row,
                shown=[value._replace(marks=()) for value in shown],
                pages=links,
                path_name=links[page],
                back=href_of(f"{stem}.html".rsplit("/", 1)[-1]),
            )
            yield name, text.encode()

    def _add_stated(self, view: ResourceView, number: int) -> None:
        """On the page of a contribution: what it speaks of."""
        from mca_graph.publishing.site.model import Value

        stated = [one for one in self._stated.get(number, ()) if self._snapshot.iri(one) in self._site.paths]
        if stated:
            values = [Value((link_of(self._site, one, view.root),)) for one in stated]
            values.sort(key=lambda value: (value.links[0].text.casefold(), value.links[0].iri))
            view.incoming.insert(0, self._views.capped(view, Link("speaks of"), values))

    def _trail(self, number: int, root: str) -> Iterator[Link]:
        """What the thing is part of, from the outermost inwards, by the properties that go on and on."""
        steps: list[int] = []
        here, seen = number, {number}
        vocabulary = self._site.vocabulary
        climbing = {*vocabulary.transitive, vocabulary.broader}
        while len(steps) < 8:
            above = sorted(
                (one for property_, one in self._snapshot.facts(here) if property_ in climbing and one not in seen),
                key=self._snapshot.iri,
            )
            if not above:
                break
            here = above[0]
            seen.add(here)
            steps.append(here)
        top = steps[-1] if steps else number
        yield from (link_of(self._site, one, root) for one in self._snapshot.values(top, vocabulary.in_scheme)[:1])
        yield from (link_of(self._site, one, root) for one in reversed(steps))

    def _triples(self, number: int) -> Iterator[tuple[Term, Term, Term]]:
        terms = self._snapshot.terms
        own = sorted({(p, v) for p, v in (*self._snapshot.facts(number), *self._snapshot.header(number))}, key=self._order)
        for property_, value in own:
            yield terms[number], terms[property_], self._named(value)
        back = sorted(self._snapshot.pointing(number), key=self._order)
        for property_, subject in back[:_MOST_INCOMING]:
            if self._snapshot.iri(subject):
                yield terms[subject], terms[property_], terms[number]

    def _order(self, pair: tuple[int, int]) -> tuple[str, str]:
        terms = self._snapshot.terms
        return terms[pair[0]].value, "" if isinstance(terms[pair[1]], BlankNode) else str(terms[pair[1]])

    def _named(self, value: int) -> Term:
        """A node without a name under a name that is the same in every run."""
        term = self._snapshot.terms[value]
        return BlankNode(f"b{value}") if isinstance(term, BlankNode) else term

    def _digest(self, number: int) -> bytes:
        """A fingerprint of what is said of a thing and by whom."""
        found = self._digests.get(number)
        if found is None:
            terms, sources = self._snapshot.terms, self._snapshot.sources(number)
            lines = [
                f"{terms[property_].value} {_text(terms[value])} {[terms[graph].value for graph in sources.get((property_, value), ())]}"
                for property_, value in (*self._snapshot.facts(number), *self._snapshot.header(number))
            ]
            lines.sort()
            found = self._digests[number] = hashlib.blake2b("\n".join(lines).encode(), digest_size=8).digest()
        return found

    def _fingerprint(self, number: int) -> str:
        """A fingerprint of all that a thing's page is made from: itself, and what is next to it.

        What joins things is looked through, and so are the steps by which a place is found on the map.
        """
        snapshot, hasher = self._snapshot, hashlib.blake2b(self._site.edition.encode(), digest_size=10)
        hasher.update(self._site.paths.stem(snapshot.iri(number)).encode())
        hasher.update(self._digest(number))
        graphs = {graph for found in snapshot.sources(number).values() for graph in found}
        near = [(p, v) for p, v in snapshot.facts(number) if snapshot.iri(v) and p != snapshot.type]
        far = [(p, s) for p, s in snapshot.pointing(number) if p != snapshot.type]
        parts = [self._digest(graph) for graph in sorted(graphs)]
        for property_, one in (*near, *far):
            parts.append(f"{property_ in self._site.vocabulary.transitive}{snapshot.iri(one)}".encode())
            parts.append(self._digest(one))
            if self._views.is_joiner(one) or self._has_shape(one):
                parts.extend(self._digest(value) for _p, value in snapshot.facts(one) if snapshot.iri(value))
                parts.extend(self._digest(value) for _p, value in snapshot.pointing(one)) if self._views.is_joiner(one) else None
        parts.sort()
        for part in parts:
            hasher.update(part)
        if any(type_ in self._hubs for type_ in snapshot.types(number)):
            hasher.update(str(scheme_tree(self._site, number, "")).encode())
        for one in self._stated.get(number, ()):
            hasher.update(self._digest(one))
        hasher.update(repr(self._site.disputes.get(number, ())).encode())
        return hasher.hexdigest()

    def _has_shape(self, number: int) -> bool:
        """True for a thing whose surroundings show on the pages of its neighbours: a place on a map."""
        return any(property_ in self._site.vocabulary.transitive for property_, _value in self._snapshot.facts(number))


def _text(term: Term) -> str:
    return str(term) if isinstance(term, Literal) else term.value if isinstance(term, NamedNode) else "_"
