"""The pages of things: one each with its data files, and one for each long list that it leads to."""

from __future__ import annotations

from collections.abc import Iterator

from mca_graph.publishing.site.context import Site
from mca_graph.publishing.site.digests import Digests
from mca_graph.publishing.site.model import Link, ResourceView, Row, Value
from mca_graph.publishing.site.paths import href_of
from mca_graph.publishing.site.questions import Questions
from mca_graph.publishing.site.reach import Reach
from mca_graph.publishing.site.render import Renderer
from mca_graph.publishing.site.sharing import MOST_PIECES
from mca_graph.publishing.site.trees import scheme_tree
from mca_graph.publishing.site.values import link_of
from mca_graph.publishing.site.view import OVERFLOW_PAGE, ViewMaker
from mca_graph.publishing.site.writer import Group, Written

_PIECE = 50
_MOST_REACHED = 5_000
"""For more pages than these it is quicker to ask the store for all at once what they are called elsewhere."""


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
        self.reached = self._find_reached()
        self._wanted = [one for one in site.resources if self.reached is None or one in self.reached]
        self._digests = Digests(site, self._views.is_joiner, of_few=self.reached is not None)

    def _find_reached(self) -> set[int] | None:
        """The things whose pages may have changed since the last run; None where that may be any."""
        site, writer = self._site, self._site.writer
        if site.changes is None or not site.machines.data.writes_as_before:
            return None
        found = Reach(site, site.changes, self._views.is_joiner).pages()
        words = site.machines.schema_org.changed
        if found is None or words is None:
            return None
        found = {
            one
            for one in site.resources
            if one in found or one in words or not writer.has_group(self._stem(one))
        }
        return found if len(found) < _MOST_REACHED else None

    @property
    def pieces(self) -> int:
        """How many pieces the work is of."""
        return -(-len(self._wanted) // self._piece)

    @property
    def _piece(self) -> int:
        """How many pages are one piece of the work."""
        return max(_PIECE, -(-len(self._wanted) // (MOST_PIECES - 2)))

    def keep_others(self) -> None:
        """Keep the pages that no change has reached."""
        if self.reached is not None:
            reached, resources = self.reached, self._site.resources
            self._site.writer.keep_groups(self._stem(one) for one in resources if one not in reached)

    def write_piece(self, piece: int) -> list[Written]:
        """Write the pages of some things, those that have changed; the writer is to be told."""
        writer, start = self._site.writer, piece * self._piece
        made = [self._make(number) for number in self._wanted[start : start + self._piece]]
        # Two processes that make files at once take four times as long over them as one after the other.
        with writer.alone():
            return [one if isinstance(one, Written) else writer.write_group(one) for one in made]

    def _stem(self, number: int) -> str:
        return self._site.paths.stem(self._snapshot.iri(number))

    def _make(self, number: int) -> Written | Group:
        """The files of a thing as they are where nothing has changed, else made anew."""
        stem = self._stem(number)
        fingerprint = self._fingerprint(number)
        kept = self._site.writer.kept_group(stem, fingerprint)
        return kept or Group(stem, fingerprint, self._files(number, stem))

    def _files(self, number: int, stem: str) -> dict[str, bytes]:
        view = self._views.view(number)
        view.questions = self._questions.about(number, view.root)
        view.trail = list(self._trail(number, view.root))
        self._add_stated(view, number)
        tree, size = scheme_tree(self._site, number, view.root)
        summary = view.descriptions[0].links[0].text if view.descriptions else ""
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
        files.update(self._site.machines.data.files(number))
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
        yield from (link_of(self._site, one, root) for one in self._above(number))

    def _above(self, number: int) -> list[int]:
        """What a thing is part of, the outermost first: a scheme, then what goes on and on."""
        steps: list[int] = []
        here, seen = number, {number}
        snapshot, vocabulary = self._snapshot, self._site.vocabulary
        climbing = {*vocabulary.transitive, vocabulary.broader}
        while len(steps) < 8:
            above = [
                one for property_, one in snapshot.facts(here) if property_ in climbing and one not in seen
            ]
            if not above:
                break
            here = min(above, key=snapshot.iri)
            seen.add(here)
            steps.append(here)
        top = steps[-1] if steps else number
        return [*snapshot.values(top, vocabulary.in_scheme)[:1], *reversed(steps)]

    def _fingerprint(self, number: int) -> str:
        """A fingerprint of all that a thing's page and its data files are made from."""
        scheme = self._site.vocabulary.scheme in self._snapshot.types(number)
        tree = str(scheme_tree(self._site, number, "")) if scheme else ""
        return self._digests.of_page(
            number,
            self._above(number),
            self._stated.get(number, ()),
            tree,
            in_full=self._site.machines.data.holds_what_is_said(number),
        )
