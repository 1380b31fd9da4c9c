"""Addresses of web pages: when two of them are the same page, and what an ORCID iD looks like."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from mca_graph.errors import McaGraphError
from mca_graph.rdf.positions.turtle import make_iri

_TRACKING = re.compile(r"utm_|fbclid\Z|gclid\Z|mc_[ce]id\Z")
_ORCID = re.compile(r"(?:https?://orcid\.org/)?(\d{4}-\d{4}-\d{4}-\d{3}[\dX])/?", re.IGNORECASE)


def page_key(address: str) -> str:
    """The same text for addresses of the same page.

    Scheme, ``www.``, case of the host, default port, fragment, slashes at the end, the order and the
    tracking marks of the query, and the way of escaping make no difference (RFC 3986, section 6.2).
    """
    parts = urlsplit(address.strip())
    host = (parts.hostname or "").removeprefix("www.").rstrip(".")
    port = "" if parts.port in (None, 80, 443) else f":{parts.port}"
    path = quote(unquote(parts.path), safe="/:@!$&'()*+,;=-._~").rstrip("/")
    pairs = sorted(pair for pair in parse_qsl(parts.query, True) if not _TRACKING.match(pair[0]))
    return f"{host}{port}{path}{'?' if pairs else ''}{urlencode(pairs)}"


def checked_page(address: str) -> str:
    """The address as it was given.

    Raises:
        McaGraphError: it is not the address of a web page.
    """
    address = address.strip()
    try:
        parts = urlsplit(address)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound or make_iri(address, None) is None:
        raise McaGraphError(
            f"{address!r} is not the address of a page", "write it whole: https://example.org/page"
        )
    return address


def host_of(address: str) -> str:
    """The host of an address, without ``www.``."""
    return (urlsplit(address).hostname or "").removeprefix("www.")


def orcid_iri(given: str) -> str:
    """The IRI of an ORCID iD.

    Raises:
        McaGraphError: it is none, or its check digit (ISO 7064, MOD 11-2) is wrong.
    """
    found = _ORCID.fullmatch(given.strip())
    hint = "copy it from orcid.org, such as 0000-0002-1825-0097"
    if not found:
        raise McaGraphError(f"{given!r} is not an ORCID iD", hint)
    code = found.group(1).upper()
    total = 0
    for digit in code.replace("-", "")[:-1]:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    if code[-1] != ("X" if check == 10 else str(check)):
        raise McaGraphError(f"the check digit of the ORCID iD {code} is wrong", hint)
    return f"https://orcid.org/{code}"
