"""The whole graph as files to download, in each RDF syntax."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import urlsplit

from pyoxigraph import Quad

from mca_graph.contributions.words import kebab
from mca_graph.publishing.machines.context import Context
from mca_graph.publishing.machines.distributions import Packed
from mca_graph.publishing.machines.resource_data import json_ld
from mca_graph.publishing.machines.statements import text_of
from mca_graph.publishing.site.context import Site

FOLDER = "data/"
CONTEXT = "context.jsonld"

_W3C = "https://www.w3.org/TR/"
_CURRENT = "The current graph, with ontology and concepts: what holds where sources disagree"
_ALL = "Every graph: the current one, ontology, concepts, and each contribution with where it comes from"


def dumps(site: Site, context: Context, current: list[Quad], everything: list[Quad]) -> Iterator[Packed]:
    """The dumps, those of the current graph first.

    Args:
        site: the site.
        context: the terms of the JSON-LD.
        current: the statements of the current graph, in order.
        everything: those of all graphs, in order.
    """
    prefixes = site.project.prefixes
    for name, ending, label, media_type, standard in (
        ("turtle", "ttl", "Turtle", "text/turtle", "turtle"),
        ("ntriples", "nt", "N-Triples", "application/n-triples", "n-triples"),
        ("jsonld", "jsonld", "JSON-LD", "application/ld+json", "json-ld11"),
    ):
        yield Packed(
            f"{FOLDER}{stem(site)}.{ending}.gz",
            f"{site.project.title} ({label})",
            f"{_CURRENT}, as {label}.",
            media_type,
            json_ld(context, current) if name == "jsonld" else text_of(current, name, prefixes),
            compress=True,
            conforms_to=(f"{_W3C}{standard}/",),
            is_rdf=True,
            current_only=True,
        )
    for name, ending, label, media_type, standard in (
        ("nquads", "nq", "N-Quads", "application/n-quads", "n-quads"),
        ("trig", "trig", "TriG", "application/trig", "trig"),
    ):
        yield Packed(
            f"{FOLDER}{stem(site)}.{ending}.gz",
            f"{site.project.title}, with sources ({label})",
            f"{_ALL}, as {label}.",
            media_type,
            text_of(everything, name, prefixes),
            compress=True,
            conforms_to=(f"{_W3C}{standard}/",),
            is_rdf=True,
        )


def stem(site: Site) -> str:
    """The name of the dumps without its ending: the last word of the base, such as ``mca-graph``."""
    parts = urlsplit(site.project.base)
    last = parts.path.strip("/").rpartition("/")[2] or (parts.hostname or "").partition(".")[0]
    return kebab(last) or "graph"


def context_file(context: Context) -> bytes:
    """The whole context of the JSON-LD files."""
    return json.dumps({"@context": context.full()}, indent=2, ensure_ascii=False).encode() + b"\n"
