"""Things that only join others, such as a part that somebody takes in something, shown by what they join."""

from __future__ import annotations

from mca_graph.publishing.site.context import Site
from mca_graph.publishing.site.model import Link
from mca_graph.publishing.site.values import link_of


class Joining:
    """Shows values, and in the place of a value that joins things, these things.

    Args:
        site: tells which classes join others.
    """

    def __init__(self, site: Site) -> None:
        self._site, self._snapshot = site, site.snapshot
        self._joiners: set[int] = set()
        for iri in site.settings.inline:
            class_ = site.snapshot.find(iri)
            if class_ is not None:
                self._joiners.update(site.vocabulary.instances(class_))

    def is_joiner(self, number: int) -> bool:
        """True for a thing that joins others."""
        return number in self._joiners

    def links(self, value: int, subject: int, property_: int, root: str) -> tuple[Link, ...]:
        """What to show for a value of a thing."""
        if value not in self._joiners:
            return (link_of(self._site, value, root),)
        return self._parts(value, subject, root)

    def back(self, subject: int, value: int, property_: int, root: str) -> tuple[Link, ...]:
        """What to show for a thing that points to a value."""
        if subject not in self._joiners:
            return (link_of(self._site, subject, root),)
        return self._parts(subject, value, root)

    def _parts(self, joiner: int, here: int, root: str) -> tuple[Link, ...]:
        """The things that a joiner joins, without the one whose page this is; then the joiner itself."""
        snapshot, vocabulary = self._snapshot, self._site.vocabulary
        layout = vocabulary.layout(vocabulary.specific(snapshot.types(joiner)))
        around = [one for _property, one in snapshot.pointing(joiner) if one != here and snapshot.iri(one)]
        pairs = [
            (layout[iri].order if (iri := snapshot.iri(property_)) in layout else 1e6, value)
            for property_, value in snapshot.facts(joiner)
            if property_ != snapshot.type and snapshot.iri(value) and value != here
        ]
        inside = [value for _order, value in sorted(pairs, key=lambda pair: (pair[0], snapshot.iri(pair[1])))]
        joined = [
            link_of(self._site, one, root)
            for one in dict.fromkeys((*sorted(around, key=snapshot.iri), *inside))
        ]
        own = link_of(self._site, joiner, root)
        return (*joined, own._replace(kind="joiner")) if joined else (own,)
