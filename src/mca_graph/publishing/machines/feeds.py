"""What crawlers and readers of news look for: the map of the site, robots.txt, and a feed of what changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from pyoxigraph import Literal, NamedNode

from mca_graph.namespaces import LABEL_PROPERTIES, PROV
from mca_graph.publishing.machines.signposting import FEED, absolute
from mca_graph.publishing.site.context import Site

MOST_ADDRESSES = 50_000
"""So many addresses fit into one file of the map (sitemaps.org)."""

_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_MOST_ENTRIES = 100
_NEVER = "1970-01-01T00:00:00Z"


class Change(NamedTuple):
    """A contribution that was entered."""

    when: str
    iri: str
    label: str
    pages: tuple[str, ...]


def changes(site: Site) -> list[Change]:
    """The contributions that tell when they were entered, the newest first."""
    match = site.store.engine.quads_for_pattern
    graph = NamedNode(site.project.graph("provenance"))
    found = []
    for quad in match(None, NamedNode(PROV + "generatedAtTime"), None, graph):
        node, when = quad.subject, quad.object
        if isinstance(node, NamedNode) and isinstance(when, Literal):
            pages = [one.object for one in match(node, NamedNode(PROV + "wasDerivedFrom"), None, graph)]
            label = next(
                (
                    one.object.value
                    for iri in LABEL_PROPERTIES
                    for one in match(node, NamedNode(iri), None, graph)
                    if isinstance(one.object, Literal)
                ),
                node.value.rpartition("/")[2],
            )
            sources = tuple(sorted(page.value for page in pages if isinstance(page, NamedNode)))
            found.append(Change(_time(when.value), node.value, label, sources))
    found.sort(key=lambda change: change.iri)
    return sorted(found, key=lambda change: change.when, reverse=True)


def _time(text: str) -> str:
    """A moment as Atom wants it (RFC 3339): with a zone."""
    text = text.replace("+00:00", "Z")
    return text if text.endswith("Z") or text[-6:-5] in "+-" else f"{text}Z"


def feed(site: Site, found: Sequence[Change]) -> bytes:
    """What changed, as Atom (RFC 4287)."""
    base, title = site.project.base, site.project.title
    lines = [
        _XML + f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang={quoteattr(site.project.language)}>',
        f"<id>{escape(f'{base}{FEED}')}</id>",
        f"<title>{_text(title)}</title>",
        f"<updated>{found[0].when if found else _NEVER}</updated>",
        f"<author><name>{_text(title)}</name></author>",
        f'<link rel="self" type="application/atom+xml" href={quoteattr(absolute(site, FEED))}/>',
        f'<link rel="alternate" type="text/html" href={quoteattr(site.base_url)}/>',
    ]
    if site.project.licence:
        lines.append(f'<link rel="license" href={quoteattr(site.project.licence)}/>')
    for change in found[:_MOST_ENTRIES]:
        path = site.paths.href(change.iri)
        lines += [
            "<entry>",
            f"<id>{escape(change.iri)}</id>",
            f"<title>{_text(change.label)}</title>",
            f"<updated>{change.when}</updated>",
            f"<link href={quoteattr(site.base_url + path if path else change.iri)}/>",
            *(f'<link rel="via" href={quoteattr(page)}/>' for page in change.pages),
            f"<summary>{_text(' '.join(change.pages) or change.label)}</summary>",
            "</entry>",
        ]
    return "\n".join([*lines, "</feed>", ""]).encode()


def sitemaps(
    site: Site, pages: Sequence[str], dates: Mapping[str, str], most: int = MOST_ADDRESSES
) -> Iterator[tuple[str, bytes]]:
    """The map of the site: paths and contents; several files and a list of them where it is large.

    Args:
        site: the site.
        pages: the paths of its pages.
        dates: when what a page shows was last changed, as far as that is known.
        most: how many addresses a file may hold.
    """
    chunks = [pages[start : start + most] for start in range(0, len(pages), most)] or [[]]
    if len(chunks) == 1:
        yield "sitemap.xml", _map("urlset", "url", site, chunks[0], dates)
        return
    names = [f"sitemap-{number}.xml" for number in range(1, len(chunks) + 1)]
    for name, chunk in zip(names, chunks, strict=True):
        yield name, _map("urlset", "url", site, chunk, dates)
    yield "sitemap.xml", _map("sitemapindex", "sitemap", site, names, {})


def _map(outer: str, inner: str, site: Site, paths: Sequence[str], dates: Mapping[str, str]) -> bytes:
    lines = [f'{_XML}<{outer} xmlns="{_SITEMAP}">']
    for path in paths:
        when = f"<lastmod>{dates[path]}</lastmod>" if path in dates else ""
        lines.append(f"<{inner}><loc>{escape(absolute(site, path))}</loc>{when}</{inner}>")
    return "\n".join([*lines, f"</{outer}>", ""]).encode()


def robots(site: Site) -> bytes:
    """All may read everything; where the map is."""
    return f"User-agent: *\nAllow: /\n\nSitemap: {absolute(site, 'sitemap.xml')}\n".encode()


def _text(text: str) -> str:
    """Text without the marks that XML does not allow."""
    return escape("".join(mark if mark >= " " or mark in "\t\n" else "�" for mark in text))
