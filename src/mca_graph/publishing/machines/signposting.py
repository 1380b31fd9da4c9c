"""Links that tell machines what a page is about and where the data are: FAIR Signposting, Open Graph.

https://signposting.org/FAIR/: the links of a page stand in its head; those of the home page, which is the
landing page of the dataset, also in a linkset (RFC 9264) that has those of the files as well.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from mca_graph.publishing.machines.distributions import GZIP, Distribution
from mca_graph.publishing.machines.resource_data import SYNTAXES
from mca_graph.publishing.site.context import Site
from mca_graph.publishing.site.paths import href_of

ABOUT_PAGE = "https://schema.org/AboutPage"
DATASET = "https://schema.org/Dataset"
LINKSET = "linkset.json"
LINKSET_TYPE = "application/linkset+json"
FEED = "feed.xml"
DESCRIPTION = (("dataset.ttl", "text/turtle"), ("dataset.jsonld", "application/ld+json"))


class HeadLink(NamedTuple):
    """A ``<link>`` of a page's head."""

    rel: str
    href: str
    type: str = ""
    title: str = ""


def page_links(site: Site, path: str, iri: str | None, kinds: Sequence[str] = ()) -> list[HeadLink]:
    """The links of a page.

    Args:
        site: the site.
        path: the page's path from the root of the site.
        iri: the thing that the page is about, where it is about one that has data files.
        kinds: IRIs of schema.org classes of that thing.
    """
    root = site.root_of(path)
    found = [HeadLink("canonical", absolute(site, path))]
    found.append(HeadLink("alternate", f"{root}{FEED}", "application/atom+xml", "What changed"))
    if site.project.licence:
        found.append(HeadLink("license", site.project.licence))
    if iri is None:
        return found
    found.append(HeadLink("cite-as", iri))
    found.extend(HeadLink("type", kind) for kind in (ABOUT_PAGE, *kinds))
    found.append(HeadLink("collection", f"{site.project.base}dataset"))
    stem = path.removesuffix(".html")
    for ending, _name, media_type in SYNTAXES:
        for rel in ("describedby", "alternate"):
            found.append(HeadLink(rel, root + href_of(f"{stem}{ending}"), media_type))
    return found


def home_links(site: Site, files: Iterable[Distribution], creators: Sequence[str] = ()) -> list[HeadLink]:
    """The links of the home page: what the dataset is made of, and where it is described."""
    found = page_links(site, "index.html", None)
    found.append(HeadLink("cite-as", f"{site.project.base}dataset"))
    found.extend(HeadLink("type", kind) for kind in (ABOUT_PAGE, DATASET))
    found.extend(HeadLink("author", creator) for creator in creators)
    found.extend(HeadLink("describedby", path, media_type) for path, media_type in DESCRIPTION)
    found.extend(HeadLink("item", href_of(file.path), served_type(file), file.title) for file in files)
    found.append(HeadLink("linkset", LINKSET, LINKSET_TYPE))
    return found


def linkset(site: Site, files: Sequence[Distribution], creators: Sequence[str] = ()) -> bytes:
    """The links of the home page, of each file and of each description, with whole addresses."""
    home = absolute(site, "index.html")
    contexts: list[dict[str, Any]] = [{"anchor": home}]
    for link in home_links(site, files, creators):
        if link.rel in ("canonical", "alternate", "linkset"):
            continue
        target = {"href": link.href if "://" in link.href else absolute(site, link.href)}
        contexts[0].setdefault(link.rel, []).append(target | ({"type": link.type} if link.type else {}))
    page = {"href": home, "type": "text/html"}
    for file in files:
        contexts.append({"anchor": absolute(site, file.path), "collection": [page]})
    for path, _media_type in DESCRIPTION:
        contexts.append({"anchor": absolute(site, path), "describes": [page]})
    return json.dumps({"linkset": contexts}, indent=2, ensure_ascii=False).encode() + b"\n"


def open_graph(
    site: Site, path: str, title: str, description: str, kind: str = "article"
) -> list[tuple[str, str]]:
    """Properties and contents of the Open Graph (https://ogp.me/), for whoever previews a link.

    Args:
        site: the site.
        path: the page's path from the root of the site.
        title: of the page.
        description: of the page, in a sentence or two.
        kind: ``article``, or ``website`` for the home page.
    """
    found = [
        ("og:type", kind),
        ("og:title", title),
        ("og:url", absolute(site, path)),
        ("og:site_name", site.project.title),
        ("og:locale", site.project.language.replace("-", "_")),
    ]
    return [*found, ("og:description", description)] if description else found


def absolute(site: Site, path: str) -> str:
    """The whole address of a file of the site; the home page is the site's own address."""
    folder, _slash, name = path.rpartition("/")
    if name == "index.html":
        path = f"{folder}/" if folder else ""
    return site.base_url + href_of(path)


def served_type(file: Distribution) -> str:
    """The media type that a server gives a file."""
    return GZIP if file.compressed else file.media_type
