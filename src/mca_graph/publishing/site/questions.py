"""The saved questions that may be asked about a thing: those with a parameter that takes it."""

from __future__ import annotations

from urllib.parse import quote

from mca_graph.publishing.site.context import Site
from mca_graph.publishing.site.model import Link

_MOST = 6


class Questions:
    """Finds questions about things.

    Args:
        site: the site that is being published.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        by_class: dict[int, list[tuple[bool, str, str, str]]] = {}
        by_scheme: dict[int, list[tuple[bool, str, str, str]]] = {}
        for query in site.queries.values():
            for parameter in query.params:
                entry = (not parameter.required, query.title, query.id, parameter.name)
                for iri, found in ((parameter.class_, by_class), (parameter.scheme, by_scheme)):
                    number = site.snapshot.find(iri) if iri else None
                    if number is not None:
                        found.setdefault(number, []).append(entry)
        self._by_class, self._by_scheme = by_class, by_scheme

    def about(self, number: int, root: str) -> list[Link]:
        """Links to the questions, with the thing filled in."""
        snapshot, vocabulary = self._site.snapshot, self._site.vocabulary
        entries: dict[str, tuple[bool, str, str]] = {}
        for type_ in snapshot.types(number):
            for class_ in vocabulary.superclasses(type_):
                for optional, title, query, name in self._by_class.get(class_, ()):
                    entries.setdefault(query, (optional, title, name))
        for scheme in snapshot.values(number, vocabulary.in_scheme):
            for optional, title, query, name in self._by_scheme.get(scheme, ()):
                entries.setdefault(query, (optional, title, name))
        iri = quote(snapshot.iri(number), safe="")
        return [
            Link(title, f"{root}query/{query}.html?{name}={iri}")
            for query, (_optional, title, name) in sorted(entries.items(), key=lambda entry: entry[1])
        ][:_MOST]
