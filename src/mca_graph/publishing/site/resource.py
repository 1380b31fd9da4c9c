"""The pages of things: one each with its data files, and one for each long list that it leads to."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode

from mca_graph.publishing.site.context import Site
from mca_graph.publishing.site.figures import coordinates
from mca_graph.publishing.site.model import Link, ResourceView, Row, Value
from mca_graph.publishing.site.paths import href_of
from mca_graph.publishing.site.questions import Questions
from mca_graph.publishing.site.render import Renderer
from mca_graph.publishing.site.trees import scheme_tree
from mca_graph.publishing.site.values import link_of
from mca_graph.publishing.site.view import OVERFLOW_PAGE, ViewMaker
from mca_graph.store import Term


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
        self._digests: dict[int, bytes] = {}
        self._shown: dict[int, bytes] = {}

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
        files.update(self._site.machines.data.files(self._snapshot.iri(number)))
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
                (
                    one
                    for property_, one in self._snapshot.facts(here)
                    if property_ in climbing and one not in seen
                ),
                key=self._snapshot.iri,
            )
            if not above:
                break
            here = above[0]
            seen.add(here)
            steps.append(here)
        top = steps[-1] if steps else number
        yield from (
            link_of(self._site, one, root) for one in self._snapshot.values(top, vocabulary.in_scheme)[:1]
        )
        yield from (link_of(self._site, one, root) for one in reversed(steps))

    def _digest(self, number: int) -> bytes:
        """A fingerprint of what is said of a thing and by whom."""
        found = self._digests.get(number)
        if found is None:
            terms, sources = self._snapshot.terms, self._snapshot.sources(number)
            said = {pair: [terms[graph].value for graph in graphs] for pair, graphs in sources.items()}
            lines = [
                f"{terms[property_].value} {_text(terms[value])} {said.get((property_, value), '')}"
                for property_, value in (*self._snapshot.facts(number), *self._snapshot.header(number))
            ]
            lines.sort()
            found = self._digests[number] = hashlib.blake2b("\n".join(lines).encode(), digest_size=8).digest()
        return found

    def _fingerprint(self, number: int) -> str:
        """A fingerprint of all that a thing's page is made from: itself, and what is next to it.

        What joins things is looked through, and so are the steps by which a place is found on the map.
        """
        site, snapshot, digest = self._site, self._snapshot, self._digest
        iri = snapshot.iri(number)
        hasher = hashlib.blake2b(f"{site.edition} {site.paths.stem(iri)}".encode(), digest_size=10)
        hasher.update(digest(number))
        hasher.update(site.machines.digest(iri))
        parts = [self._beside(one) for one in self._neighbours(number)]
        for graph in {graph for found in snapshot.sources(number).values() for graph in found}:
            parts.append(digest(graph))
            parts.extend(digest(value) for _property, value in snapshot.header(graph))
        parts.extend(digest(one) for one in self._stated.get(number, ()))
        parts.sort()
        for part in parts:
            hasher.update(part)
        if site.vocabulary.scheme in snapshot.types(number):
            hasher.update(str(scheme_tree(site, number, "")).encode())
        for step in self._trail(number, ""):
            hasher.update(repr(step).encode())
        hasher.update(repr(site.disputes.get(number, ())).encode())
        return hasher.hexdigest()

    def _neighbours(self, number: int) -> Iterator[int]:
        snapshot = self._snapshot
        for pairs in (snapshot.facts(number), snapshot.header(number), snapshot.pointing(number)):
            yield from (one for property_, one in pairs if property_ != snapshot.type and snapshot.iri(one))

    def _beside(self, number: int) -> bytes:
        """A fingerprint of what the page of a neighbour shows of a thing."""
        found = self._shown.get(number)
        if found is None:
            site, snapshot = self._site, self._snapshot
            parts = [f"{site.href(snapshot.iri(number))} {coordinates(site, number)}".encode()]
            parts.append(self._digest(number))
            if self._views.is_joiner(number):
                parts.extend(sorted(self._digest(one) for one in self._neighbours(number)))
            found = self._shown[number] = hashlib.blake2b(b"".join(parts), digest_size=8).digest()
        return found


def _text(term: Term) -> str:
    return str(term) if isinstance(term, Literal) else term.value if isinstance(term, NamedNode) else "_"
