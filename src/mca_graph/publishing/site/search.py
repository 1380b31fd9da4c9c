"""The search page and what it searches: names, kinds and first words of everything that has a page."""

from __future__ import annotations

import json
from collections.abc import Iterator

from pyoxigraph import Literal

from mca_graph.namespaces import DCTERMS, SKOS
from mca_graph.publishing.site.context import Site
from mca_graph.publishing.site.paths import href_of
from mca_graph.publishing.site.render import Renderer

_FULL = 20_000
"""Up to so many things the index holds other names and first words too, and works without a server."""

_SNIPPET = 140


def write_search(site: Site, renderer: Renderer) -> None:
    """Write the search page and its index."""
    full = len(site.resources) <= _FULL
    kinds: dict[str, int] = {}
    entries = list(_entries(site, kinds, full))
    entries += _more(site, kinds)
    document = json.dumps(
        {"kinds": list(kinds), "entries": entries}, ensure_ascii=False, separators=(",", ":")
    )
    site.writer.write("search-index.json", document + "\n")
    if full:  # a page that was opened as a file may load a script, but not fetch JSON
        site.writer.write("assets/search-index.js", f"globalThis.searchIndex = {document};\n")
    site.writer.write("search.html", renderer.page("search", "search.html", full=full, count=len(entries)))


def _entries(site: Site, kinds: dict[str, int], full: bool) -> Iterator[list[object]]:
    """Name, kind, path, and where there is room other names and first words, for each thing."""
    snapshot = site.snapshot
    other = snapshot.find(SKOS + "altLabel")
    texts = [snapshot.find(iri) for iri in (DCTERMS + "description", SKOS + "definition")]
    for number in site.resources:
        types = site.vocabulary.specific(snapshot.types(number))
        kind = kinds.setdefault(snapshot.label(types[0]) if types else "", len(kinds))
        entry: list[object] = [snapshot.label(number), kind, href_of(site.paths.stem(snapshot.iri(number)))]
        if full:
            names = sorted(snapshot.label(value) for value in snapshot.values(number, other))
            found = [snapshot.terms[value] for value in snapshot.values(number, *texts)]
            text = site.vocabulary.text([term for term in found if isinstance(term, Literal)])
            entry += [names, text if len(text) <= _SNIPPET else text[:_SNIPPET].rsplit(" ", 1)[0] + " …"]
        yield entry


def _more(site: Site, kinds: dict[str, int]) -> Iterator[list[object]]:
    """Saved questions can be found too."""
    for query in site.queries.values():
        yield [query.title, kinds.setdefault("question", len(kinds)), f"query/{query.id}", [], query.summary]
