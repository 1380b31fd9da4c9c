"""Content negotiation (RFC 9110, section 12.5): which of the forms on offer a client wants."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from mca_graph.rdf.formats import FORMATS


@dataclass(frozen=True, slots=True)
class Offer:
    """A form in which something can be had.

    Attributes:
        name: what it is called in ``format=`` and on the command line.
        media_type: its media type, without parameters.
        suffix: the ending that asks for it in a path.
        also: other media types that clients use for it.
    """

    name: str
    media_type: str
    suffix: str
    also: tuple[str, ...] = ()

    @property
    def content_type(self) -> str:
        """The value of the header Content-Type."""
        textual = self.media_type.startswith("text/")
        return f"{self.media_type}; charset=utf-8" if textual else self.media_type


HTML = Offer("html", "text/html", ".html", ("application/xhtml+xml",))

RDF_OFFERS: tuple[Offer, ...] = tuple(
    Offer(
        entry.name,
        entry.media_type,
        entry.suffixes[0],
        {
            "turtle": ("application/x-turtle",),
            "jsonld": ("application/json",),
            "ntriples": ("text/plain",),
            "rdfxml": ("application/xml", "text/xml"),
        }.get(entry.name, ()),
    )
    for entry in FORMATS
)

TABLE_OFFERS: tuple[Offer, ...] = (
    Offer("json", "application/sparql-results+json", ".json", ("application/json",)),
    Offer("xml", "application/sparql-results+xml", ".xml", ("application/xml", "text/xml")),
    Offer("csv", "text/csv", ".csv", ("text/plain",)),
    Offer("tsv", "text/tab-separated-values", ".tsv"),
)

PEOPLE_OFFERS: tuple[Offer, ...] = (
    HTML,
    Offer("md", "text/markdown", ".md"),
    Offer("jsonl", "application/jsonl", ".jsonl", ("application/x-ndjson",)),
    Offer("geojson", "application/geo+json", ".geojson"),
    Offer("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"),
)

_PART = re.compile(r"""\s*([^\s,;="]+/[^\s,;="]+)((?:\s*;\s*[^\s,;="]+\s*=\s*(?:"[^"]*"|[^\s,;"]*))*)\s*\Z""")
_QUALITY = re.compile(r";\s*q\s*=\s*([01](?:\.[0-9]{0,3})?)\s*(?:;|\Z)", re.I)
_MOST_PARTS = 64


@lru_cache(maxsize=1024)
def accepted(header: str) -> tuple[tuple[str, float], ...]:
    """The media ranges of an Accept header with their quality; what is malformed is passed over."""
    found: list[tuple[str, float]] = []
    for text in header.split(",")[:_MOST_PARTS]:
        part = _PART.match(text)
        if part is None:
            continue
        quality = _QUALITY.search(part[2])
        if quality is None and re.search(r";\s*q\s*=", part[2], re.I):
            continue
        found.append((part[1].lower(), min(float(quality[1]), 1.0) if quality else 1.0))
    return tuple(found)


def choose(header: str | None, offers: Sequence[Offer]) -> Offer | None:
    """The offer that a client likes best; the first of those that it likes equally, None where it likes none.

    Args:
        header: the Accept header; None or empty where there is none, which accepts anything.
        offers: what there is, what the server prefers first.
    """
    if header is None or not header.strip():
        return offers[0]
    ranges = accepted(header)
    best: tuple[float, Offer] | None = None
    for offer in offers:
        quality = _quality(ranges, offer)
        if quality > 0 and (best is None or quality > best[0]):
            best = quality, offer
    return best[1] if best else None


def _quality(ranges: tuple[tuple[str, float], ...], offer: Offer) -> float:
    """How much a client wants an offer: what the most specific range that fits says."""
    main = offer.media_type
    kind = main.split("/", 1)[0]
    for wanted in (main, *offer.also):
        named = [quality for range_, quality in ranges if range_ == wanted]
        if named:
            # Under a name that others use for it too, it is wanted a little less.
            return max(named) * (1.0 if wanted == main else 0.999)
    for wanted in (f"{kind}/*", "*/*"):
        named = [quality for range_, quality in ranges if range_ == wanted]
        if named:
            return max(named) * 0.99
    return 0.0


def accepts_gzip(header: str | None) -> bool:
    """True where a client takes gzip."""
    for part in (header or "").lower().split(","):
        name, _semicolon, rest = part.strip().partition(";")
        if name in ("gzip", "*"):
            value = rest.replace(" ", "").removeprefix("q=")
            return not rest or value.strip("0.") != ""
    return False
