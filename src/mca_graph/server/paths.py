"""From the path of a request to what it may mean; a path that plays tricks means nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes

from mca_graph.server.negotiation import HTML, RDF_OFFERS, Offer
from mca_graph.server.refusal import BAD_REQUEST, RefusedError

_LONGEST = 2000
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\\]")

SUFFIXES: dict[str, Offer] = {
    offer.suffix: offer
    for offer in (
        HTML,
        *(offer for offer in RDF_OFFERS if offer.name in ("turtle", "jsonld", "ntriples", "rdfxml")),
    )
}
"""The endings of pages and data, and what each is."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a path may mean.

    Attributes:
        iris: what the thing may be called, the likeliest first.
        offer: the form that the ending names; None where there is no such ending.
        stem: the last part of the path without the ending, as it stands in a link.
    """

    iris: tuple[str, ...]
    offer: Offer | None
    stem: str


def asked(raw_path: bytes, base: str) -> Asked:
    """What a path means.

    Args:
        raw_path: as the client sent it.
        base: what the IRIs of the project begin with.

    Raises:
        RefusedError: it is not a path in UTF-8, or holds what no path of ours does.
    """
    path = checked(raw_path)
    raw = raw_path.decode("ascii").removeprefix("/")
    stem, offer = raw, None
    for suffix, known in SUFFIXES.items():
        if raw.endswith(suffix) and len(raw) > len(suffix):
            stem, offer = raw[: -len(suffix)], known
    plain = path.removeprefix("/")[: -len(offer.suffix) if offer else None]
    # A page's file is named after the percent-encoded IRI, so in a link it is encoded once more.
    iris = dict.fromkeys((base + stem, base + plain, base + quote(plain, safe="/~:@!$&'()*+,;=")))
    last = quote(stem.rsplit("/", 1)[-1], safe="%~:@!$&'()*+,;=-._")
    return Asked(tuple(iris), offer, last)


def checked(raw_path: bytes) -> str:
    """The decoded path.

    Raises:
        RefusedError: it is too long, not UTF-8, or plays tricks.
    """
    if len(raw_path) > _LONGEST:
        raise RefusedError(414, f"the path is longer than {_LONGEST} characters", None)
    try:
        raw_path.decode("ascii")
        path = unquote_to_bytes(raw_path).decode("utf-8")
    except UnicodeDecodeError as error:
        raise RefusedError(BAD_REQUEST, "the path is not percent-encoded UTF-8", None) from error
    if not path.startswith("/") or _CONTROL.search(path) or "//" in path:
        raise RefusedError(BAD_REQUEST, "the path holds what no path here does", None)
    if any(part in (".", "..") for part in path.split("/")):
        raise RefusedError(BAD_REQUEST, "the path must not hold . or ..", None)
    return path
