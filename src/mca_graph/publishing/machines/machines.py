"""The part of a site that is for machines: made once, asked by the pages, then written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from html import escape
from typing import NamedTuple

from mca_graph.contributions.kinds import Kind
from mca_graph.namespaces import DCTERMS, Prefixes
from mca_graph.publishing.machines.context import Context, usage_in
from mca_graph.publishing.machines.counts import count
from mca_graph.publishing.machines.dataset import EXTRA_PREFIXES, Dataset
from mca_graph.publishing.machines.description import Description
from mca_graph.publishing.machines.distributions import Distribution, checksums
from mca_graph.publishing.machines.downloads import Grants, write_dump_files, write_grants_file, write_tables
from mca_graph.publishing.machines.dumps import CONTEXT, FOLDER, context_file
from mca_graph.publishing.machines.feeds import Change, changes, feed, robots, sitemaps
from mca_graph.publishing.machines.resource_data import ResourceData
from mca_graph.publishing.machines.schema_org import SchemaOrg, embedded, kinds_of
from mca_graph.publishing.machines.signposting import (
    FEED,
    LINKSET,
    home_links,
    linkset,
    open_graph,
    page_links,
)
from mca_graph.publishing.machines.spelling import Spelling
from mca_graph.publishing.machines.statements import grouped, ordered
from mca_graph.publishing.machines.tables import kinds_with_tables
from mca_graph.publishing.machines.versions import vocabulary_files
from mca_graph.publishing.site.context import Site
from mca_graph.publishing.site.writer import Apart

_CHECKSUMS = f"{FOLDER}SHA256SUMS"
_LONGEST = 200


class Downloaded(NamedTuple):
    """What can be downloaded, and the files of the site that it is in."""

    files: list[Distribution]
    apart: Apart


class Machines:
    """What a site has for machines.

    Args:
        site: the site. Its writer gets the downloads apart, the rest at the end.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self.early_grants: Callable[[], Grants | None] | None = None
        """Gives the grants where somebody has been looking for them already."""

    @cached_property
    def schema_org(self) -> SchemaOrg:
        """The things in the words of schema.org."""
        return SchemaOrg(self._site)

    @cached_property
    def description(self) -> Description:
        """What is said of the dataset."""
        return Description(self._site)

    @cached_property
    def changes(self) -> list[Change]:
        """The contributions, the newest first."""
        return changes(self._site)

    @property
    def modified(self) -> str:
        """When the newest contribution was entered; empty where that is not known."""
        return self.changes[0].when if self.changes else ""

    @cached_property
    def data(self) -> ResourceData:
        """The data files of things."""
        return ResourceData(self._site)

    @cached_property
    def _kinds(self) -> list[tuple[Kind, list[int]]]:
        return kinds_with_tables(self._site.project, self._site.store, self._site.snapshot)

    @cached_property
    def _grants(self) -> list[Distribution]:
        return write_grants_file(self._site, self.early_grants)

    def write_grants(self) -> None:
        """Write the grants, which the store is asked for."""
        _written = self._grants

    def prepare(self, things: Iterable[int] | None) -> None:
        """Work out what helpers are to have: they cannot ask the store, which is not theirs.

        Args:
            things: those whose pages are made; None for all.
        """
        self.schema_org.know(things)
        _ready = self.data.context, self._kinds

    def write_dumps(self) -> Downloaded:
        """Write the dumps, in whichever process; :meth:`take` is to be told."""
        with self._site.writer.apart() as apart:
            return Downloaded(write_dump_files(self._site, self.data), apart)

    def write_tables(self) -> Downloaded:
        """Write the tables and the database, in whichever process; :meth:`take` is to be told."""
        with self._site.writer.apart() as apart:
            return Downloaded(write_tables(self._site, self.data, self._kinds), apart)

    def take(self, *downloaded: Downloaded) -> None:
        """Take dumps and tables into the site."""
        for one in downloaded:
            self._site.writer.take(one.apart)
        self.files = [*(file for one in downloaded for file in one.files), *self._grants]

    @cached_property
    def files(self) -> list[Distribution]:
        """What can be downloaded; it is written when this is first asked for, unless it was before."""
        self.take(self.write_dumps(), self.write_tables())
        return self.files

    @cached_property
    def _documents(self) -> dict[str, str]:
        """The pages on ontology, shapes and saved queries, and what they are about."""
        stems = ["ontology", "shapes", *(f"query/{name}" for name in self._site.queries)]
        return {f"{stem}.html": f"{self._site.project.base}{stem}" for stem in stems}

    def head(self, path: str, title: str, description: str = "", iri: str | None = None) -> str:
        """The part of a page's head that is for machines, as HTML.

        Args:
            path: the page's path from the root of the site.
            title: of the page.
            description: of the page; it is cut where it is long.
            iri: the thing that the page is about, where it has data files.
        """
        iri = iri or self._documents.get(path)
        short = _shortened(" ".join(description.split()))
        if path == "index.html":
            links = home_links(self._site, self.files, self.description.texts(DCTERMS + "creator"))
            data = self.schema_org.home(self.description, self.files, self.modified)
            properties = open_graph(self._site, path, title, short, "website")
        else:
            data = self.schema_org.of(iri) or {} if iri else {}
            links = page_links(self._site, path, iri, kinds_of(data))
            properties = open_graph(self._site, path, title, short)
        lines = [f'<meta name="description" content="{escape(short)}">'] if short else []
        for link in links:
            kind = f' type="{escape(link.type)}"' if link.type else ""
            name = f' title="{escape(link.title)}"' if link.title else ""
            lines.append(f'<link rel="{link.rel}" href="{escape(link.href)}"{kind}{name}>')
        lines += [f'<meta property="{name}" content="{escape(text)}">' for name, text in properties]
        if data:
            lines.append(f'<script type="application/ld+json">{embedded(data)}</script>')
        return "\n".join([*lines, ""])

    def write(self, pages: Sequence[str]) -> None:
        """Write everything that is not written yet.

        Args:
            pages: the paths of all pages of the site.
        """
        site, write = self._site, self._site.writer.write
        for path, content in vocabulary_files(site, self.data):
            write(path, content)
        write(CONTEXT, context_file(self.data.context))
        write(_CHECKSUMS, checksums(self.files, FOLDER))
        for path, content in self._described():
            write(path, content)
        write(LINKSET, linkset(site, self.files, self.description.texts(DCTERMS + "creator")))
        write(FEED, feed(site, self.changes))
        shown = sorted(path for path in pages if path != "404.html")
        for path, content in sitemaps(site, shown, self._dates()):
            write(path, content)
        write("robots.txt", robots(site))
        write(".nojekyll", b"")

    def _described(self) -> list[tuple[str, bytes]]:
        """The description of the dataset in each syntax, and where VoID wants it to be found."""
        snapshot, project = self._site.snapshot, self._site.project
        counts = count(snapshot, project.base, self.description.targets)
        sources = sorted({page for change in self.changes for page in change.pages})
        quads = ordered(Dataset(self.description).quads(self.files, counts, self.modified, sources))
        prefixes = Prefixes({**dict(project.prefixes), **EXTRA_PREFIXES})
        spelling = Spelling(snapshot.terms, snapshot.type, prefixes)
        groups = grouped(quads, snapshot.id_of)
        turtle, usage = spelling.document(groups).encode(), usage_in(quads, project.language)
        return [
            ("dataset.ttl", turtle),
            ("dataset.jsonld", Context(project, snapshot, usage).document(groups).encode()),
            ("dataset.nt", spelling.ntriples(groups).encode()),
            (".well-known/void", turtle),
        ]

    def _dates(self) -> dict[str, str]:
        """For the page of each thing when the newest contribution that speaks of it was entered."""
        site = self._site
        times = {change.iri: change.when for change in self.changes}
        found: dict[str, str] = {}
        for graph, subjects in site.snapshot.stated_by().items():
            when = times.get(site.snapshot.iri(graph), "")
            for subject in (graph, *subjects):
                iri = site.snapshot.iri(subject)
                if when and iri in site.paths:
                    path = f"{site.paths.stem(iri)}.html"
                    found[path] = max(when, found.get(path, ""))
        return found


def _shortened(text: str) -> str:
    """A text cut after a word where it is long."""
    if len(text) <= _LONGEST:
        return text
    words = text[:_LONGEST].rpartition(" ")[0] or text[: _LONGEST - 1]
    return f"{words.rstrip(' ,;:.')}…"
