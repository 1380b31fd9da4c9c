"""What every page is made from, found once for the whole site."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from mca_graph.graph.changes import Changes
from mca_graph.graph.resolve import Dispute
from mca_graph.namespaces import GEO
from mca_graph.project import Project
from mca_graph.publishing.site.paths import NOT_FOUND, Paths, fragment_of, root_of, safe_url
from mca_graph.publishing.site.settings import SiteSettings
from mca_graph.publishing.site.snapshot import Snapshot
from mca_graph.publishing.site.vocabulary import PROPERTY_KINDS, TYPE_KINDS, Vocabulary
from mca_graph.publishing.site.writer import SiteWriter
from mca_graph.queries.catalogue import SavedQuery
from mca_graph.store.embedded import EmbeddedStore

if TYPE_CHECKING:
    from mca_graph.publishing.machines.machines import Machines

Warn = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class Site:
    """A site that is being published.

    Attributes:
        project: whose site it is.
        store: the graph, for saved queries.
        base_url: where the site will stand; ends in ``/``.
        settings: what the project wants it to show.
        snapshot: the graph, for everything else.
        vocabulary: what ontology and shapes say.
        paths: where the pages stand.
        writer: takes the files.
        queries: the saved queries by id.
        disputes: what sources disagree on, by the number of what it is about.
        resources: the numbers of the things that have a page, sorted by IRI.
        edition: a fingerprint of everything that all pages depend on.
        warn: is told of what does not stop the work.
        changes: how the graph differs from the one that the site was last made from, where that is known and
            nothing else has changed, neither what sites are made from nor the files of this one.
        kept: a folder for what the next run may want to know of this one; None keeps nothing.
    """

    project: Project
    store: EmbeddedStore
    base_url: str
    settings: SiteSettings
    snapshot: Snapshot
    vocabulary: Vocabulary
    paths: Paths
    writer: SiteWriter
    queries: Mapping[str, SavedQuery]
    disputes: Mapping[int, Sequence[Dispute]]
    resources: Sequence[int]
    edition: str
    warn: Warn
    changes: Changes | None = None
    kept: Path | None = None

    @cached_property
    def machines(self) -> Machines:
        """The part of the site that is for machines."""
        from mca_graph.publishing.machines.machines import Machines

        return Machines(self)

    def href(self, iri: str) -> str | None:
        """A link from the root of the site to what describes an IRI, or None."""
        found = self.paths.href(iri)
        if found is not None and found.startswith("ontology.html#") and not self.is_term(iri):
            return "ontology.html"
        if found is None and self.is_term(iri):
            return f"ontology.html#{self.term_anchor(iri)}"
        return found

    def root_of(self, path: str) -> str:
        """The way from a page back to the root of the site.

        What stands in the place of others is shown at any depth: its way begins at the server's root.
        """
        return urlsplit(self.base_url).path if path == NOT_FOUND else root_of(path)

    def link(self, iri: str, root: str) -> str | None:
        """A link from a page to what describes an IRI, on the site or elsewhere; None where none is safe."""
        found = self.href(iri)
        return safe_url(iri) if found is None else root + found

    def is_term(self, iri: str) -> bool:
        """True for a class or property that the ontology page describes."""
        number = self.snapshot.find(iri)
        return number is not None and number in self.term_numbers

    @cached_property
    def term_numbers(self) -> frozenset[int]:
        """The numbers of the terms that the ontology page describes."""
        return frozenset(
            number for kind in (*TYPE_KINDS, *PROPERTY_KINDS) for number in self.vocabulary.terms(kind)
        )

    @cached_property
    def begun(self) -> frozenset[int]:
        """The numbers of the things that have a beginning in time."""
        return self._having(self.settings.start)

    @cached_property
    def paid(self) -> frozenset[int]:
        """The numbers of the things that have a sum of money."""
        return self._having(self.settings.amount)

    @cached_property
    def located(self) -> frozenset[int]:
        """The numbers of the things that have a place on the map."""
        return self._having((GEO + "asWKT",))

    @cached_property
    def place_terms(self) -> tuple[int | None, int | None]:
        """The numbers of the properties that lead to a geometry, and from there to its text."""
        return self.snapshot.find(GEO + "hasGeometry"), self.snapshot.find(GEO + "asWKT")

    def _having(self, properties: tuple[str, ...]) -> frozenset[int]:
        wanted = {number for iri in properties if (number := self.snapshot.find(iri)) is not None}
        if not wanted:
            return frozenset()
        facts = self.snapshot.facts
        return frozenset(
            one for one in self.snapshot.described() if any(p in wanted for p, _value in facts(one))
        )

    def term_anchor(self, iri: str) -> str:
        """The ``id`` of a term on the ontology page: its own name, or with a prefix where it is foreign."""
        own = f"{self.project.base}ontology#"
        name = iri.removeprefix(own) if iri.startswith(own) else self.project.prefixes.shrink(iri) or iri
        return fragment_of(name)

    def correction(self, iri: str, label: str, root: str) -> str:
        """Where to tell of a mistake in what is said of a thing."""
        pattern = self.settings.corrections
        if pattern and safe_url(pattern):
            return pattern.replace("{iri}", quote(iri, safe="")).replace("{label}", quote(label, safe=""))
        return f"{root}contribute.html?about={quote(iri, safe='')}"
