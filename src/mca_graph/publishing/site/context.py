"""What every page is made from, found once for the whole site."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from pyoxigraph import BlankNode, NamedNode

from mca_graph.graph.changes import Changes
from mca_graph.graph.resolve import Dispute
from mca_graph.namespaces import GEO, LABEL_PROPERTIES, RDF
from mca_graph.project import Project
from mca_graph.publishing.site.kept import Kept, Past
from mca_graph.publishing.site.paths import NOT_FOUND, Paths, fragment_of, root_of, safe_url, stem_of
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
        past: what is known of the last run.
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
    past: Past = field(default_factory=Past)

    @property
    def kept(self) -> Kept:
        """What the last run noted, and where this one does."""
        return self.past.kept

    @property
    def changes(self) -> Changes | None:
        """By what the graph differs from the one that the site was last made from; None where more may."""
        return self.past.changes

    @cached_property
    def has_same_things(self) -> bool:
        """True where since the last run no thing came, went or became another; not where nobody knows."""
        if self.changes is None:
            return False
        quads = self.changes.quads
        if any(quad.predicate.value == RDF + "type" for quad in quads):
            return False
        parts = {part for quad in quads for part in (quad.subject, quad.object)}
        return not any(map(self._is_new, parts))

    def _is_new(self, part: object) -> bool:
        """True for what has a page now or had one, not both; and for a node that nothing is known by."""
        if not isinstance(part, NamedNode):
            return isinstance(part, BlankNode)
        has_page = part.value in self.paths
        stem = (
            self.paths.stem(part.value) if has_page else stem_of(part.value.removeprefix(self.project.base))
        )
        return has_page != self.writer.has_group(stem)

    @cached_property
    def has_same_names(self) -> bool:
        """True where moreover none has another name."""
        return (
            self.has_same_things
            and self.changes is not None
            and not any(quad.predicate.value in LABEL_PROPERTIES for quad in self.changes.quads)
        )

    def leaves(self, note: list[Any] | None) -> bool:
        """True where a query still has the answer that it had in the last run, and all in it the same names.

        Args:
            note: what :func:`mca_graph.queries.reads.note_on` told of the query.
        """
        return self.has_same_names and not self.past.may_change(note)

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
        return self.snapshot.having(wanted) if wanted else frozenset()

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
