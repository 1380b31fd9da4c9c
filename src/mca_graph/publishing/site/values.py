"""Terms as people read them: dates, numbers, money, links; and the numbers that charts are drawn from."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from pyoxigraph import BlankNode, Literal, NamedNode

from mca_graph.namespaces import GEO, XSD
from mca_graph.publishing.site.context import Site
from mca_graph.publishing.site.model import Link
from mca_graph.queries.results.rows import NUMERIC

WKT = GEO + "wktLiteral"

_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_DATE = re.compile(r"(-?\d{4,})(?:-(\d\d)(?:-(\d\d))?)?(?:T.*)?(?:Z|[+-]\d\d:\d\d)?\Z")
_DATES = frozenset(XSD + name for name in ("date", "dateTime", "gYear", "gYearMonth"))
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_POINT = re.compile(rf"\s*(?:<[^>]*CRS84>\s*)?POINT\s*\(\s*({_NUMBER})\s+({_NUMBER})\s*\)\s*\Z", re.I)


@lru_cache(maxsize=20_000)
def link_of(site: Site, number: int, root: str) -> Link:
    """A term as a link, or as a text where it is a literal."""
    term = site.snapshot.terms[number]
    if isinstance(term, Literal):
        return literal_link(term, site.project.language)
    if isinstance(term, BlankNode):
        return Link("something without a name")
    label = site.snapshot.label_literal(number)
    href = site.link(term.value, root) or ""
    if label is None:
        return Link(short(site, term), href, iri=term.value)
    lang = label.language or ""
    return Link(label.value, href, "" if lang == site.project.language else lang, iri=term.value)


def short(site: Site, term: NamedNode) -> str:
    """An IRI as people can read it: a CURIE, or the address without what all addresses begin with."""
    found = site.project.prefixes.shrink(term.value)
    return found or re.sub(r"^https?://(www\.)?", "", term.value).rstrip("/")


def literal_link(term: Literal, language: str) -> Link:
    """A literal as people read it, in the language that it is in."""
    datatype = term.datatype.value
    if term.language:
        return Link(term.value, lang="" if term.language == language else term.language, kind="text")
    if datatype in _DATES:
        return Link(date_text(term.value), kind="date")
    if datatype in NUMERIC:
        return Link(number_text(term.value), kind="number")
    if datatype == XSD + "boolean":
        return Link({"true": "yes", "1": "yes"}.get(term.value, "no"))
    if datatype == WKT and (point := point_of(term)):
        return Link(f"{point[1]:.4f}° north, {point[0]:.4f}° east", kind="point")
    return Link(term.value, kind="text" if len(term.value) > 120 else "")


def date_text(text: str) -> str:
    """A date as it is written in a sentence, as exact as it was given."""
    found = _DATE.match(text)
    if not found:
        return text
    year, month, day = found.groups()
    if month is None or not 1 <= int(month) <= 12:
        return year
    name = f"{_MONTHS[int(month) - 1]} {year}"
    return f"{int(day)} {name}" if day else name


def number_text(text: str) -> str:
    """A number with marks between thousands, and no empty decimals."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    if not number.is_finite() or abs(number.adjusted()) > 30:
        return text
    if number == number.to_integral_value():
        return f"{int(number):,}"
    return f"{number.normalize():,f}"


def money_text(text: str, currency: str) -> str:
    """A sum of money with its currency."""
    mark = {"GBP": "£", "EUR": "€", "USD": "$"}.get(currency)
    return f"{mark}{number_text(text)}" if mark else f"{number_text(text)} {currency}".strip()


def year_of(text: str, *, end: bool = False) -> float | None:
    """A date as a year with a fraction: its beginning, or its end."""
    found = _DATE.match(text)
    if not found or len(found[1]) > 5:
        return None
    year, month, day = int(found[1]), found[2], found[3]
    if month is None:
        return float(year + (1 if end else 0))
    if day is None:
        return year + (int(month) - (0 if end else 1)) / 12
    return year + (int(month) - 1) / 12 + (int(day) - (0 if end else 1)) / 372


def number_of(term: object) -> float | None:
    """A literal as a number, or None."""
    if isinstance(term, Literal) and term.datatype.value in NUMERIC:
        try:
            found = float(term.value)
        except ValueError:
            return None
        return found if abs(found) < 1e18 else None
    return None


def point_of(term: object) -> tuple[float, float] | None:
    """The longitude and latitude of a WKT point (OGC Simple Features), or None."""
    if not isinstance(term, Literal) or term.datatype.value != WKT:
        return None
    found = _POINT.match(term.value)
    if not found:
        return None
    longitude, latitude = float(found[1]), float(found[2])
    return (longitude, latitude) if abs(longitude) <= 180 and abs(latitude) <= 90 else None
