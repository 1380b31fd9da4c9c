"""What the page of a thing can draw: points on a map, spans of time, sums of money."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from pyoxigraph import Literal

from mca_graph.publishing.site.context import Site
from mca_graph.publishing.site.model import Bar, Link, Point, ResourceView, Span
from mca_graph.publishing.site.values import date_text, link_of, money_text, number_of, point_of, year_of

_STEPS = 8
_MOST_POINTS = 200
_MOST_LINES = 60


def figures_of(site: Site, view: ResourceView, number: int) -> None:
    """Give a view what it can draw of the thing itself and of what stands next to it."""
    snapshot = site.snapshot
    beside = dict.fromkeys(
        one
        for pairs in (snapshot.facts(number), snapshot.pointing(number))
        for property_, one in pairs
        if property_ != snapshot.type and snapshot.iri(one)
    )
    view.points = _points(site, view, number, list(snapshot.facts(number)))
    near = list(beside)[: 10 * _MOST_LINES]
    begun, paid = site.begun, site.paid
    spans = [
        span
        for one in (number, *near)
        if one in begun and (span := span_of(site, one, view.root)) is not None
    ]
    if len(spans) > 1 or (spans and spans[0].link.iri == view.iri):
        head, rest = spans[:1], sorted(spans[1:], key=lambda span: (span.start, span.link.text))
        view.spans = (head + rest)[:_MOST_LINES]
    bars = [bar for one in near if one in paid and (bar := _bar(site, one, view.root)) is not None]
    if len(bars) > 1 and len({bar.group for bar in bars}) == 1:
        view.bars = sorted(bars, key=lambda bar: (-bar.amount, bar.link.text))[:_MOST_LINES]


@lru_cache(maxsize=20_000)
def coordinates(site: Site, number: int) -> tuple[tuple[float, float], int] | None:
    """The point of a thing, or of the nearest thing around it that has one; and which that is."""
    snapshot = site.snapshot
    geometry, wkt = site.place_terms
    if wkt is None or not site.located:
        return None
    transitive = site.vocabulary.transitive
    waiting, seen = [number], {number}
    for _step in range(_STEPS):
        following: list[int] = []
        for one in waiting:
            facts = list(snapshot.facts(one))
            for holder in (one, *(value for property_, value in facts if property_ == geometry)):
                if holder in site.located:
                    for value in snapshot.values(holder, wkt):
                        point = point_of(snapshot.terms[value])
                        if point is not None:
                            return point, one
            for property_, value in facts:
                if property_ in transitive and value not in seen:
                    seen.add(value)
                    following.append(value)
        waiting = following
    return None


def _points(site: Site, view: ResourceView, number: int, facts: list[tuple[int, int]]) -> list[Point]:
    own = coordinates(site, number)
    if own is not None:
        return [Point(*own[0], Link(view.label), link_of(site, own[1], view.root))]
    found = []
    for property_, value in facts:
        if property_ in site.vocabulary.transitive or not site.snapshot.iri(value):
            continue
        place = coordinates(site, value)
        if place is not None:
            found.append(
                Point(*place[0], link_of(site, value, view.root), link_of(site, place[1], view.root))
            )
    return sorted(found[:_MOST_POINTS], key=lambda point: point.link.text)


@lru_cache(maxsize=20_000)
def span_of(site: Site, number: int, root: str) -> Span | None:
    """When a thing begins and ends, or None where that is not known."""
    start = next(_literals(site, number, site.settings.start), None)
    if start is None or (first := year_of(start)) is None:
        return None
    end = next(_literals(site, number, site.settings.end), None)
    last = year_of(end, end=True) if end is not None else None
    if end is not None and last is not None and last > first:
        return Span(link_of(site, number, root), first, last, f"{date_text(start)} to {date_text(end)}")
    months = next(_literals(site, number, site.settings.months), None)
    if months is not None and months.isdecimal() and len(months) < 5:
        said = f"from {date_text(start)}, {int(months)} months"
        return Span(link_of(site, number, root), first, first + int(months) / 12, said)
    return Span(link_of(site, number, root), first, first + 0.5, f"from {date_text(start)}", open=True)


@lru_cache(maxsize=20_000)
def _bar(site: Site, number: int, root: str) -> Bar | None:
    amount = next(_literals(site, number, site.settings.amount), None)
    if amount is None:
        return None
    currency = next(_literals(site, number, site.settings.currency), "")
    size = number_of(Literal(float(amount))) if _is_number(amount) else None
    if size is None or size < 0:
        return None
    return Bar(link_of(site, number, root), size, money_text(amount, currency), currency)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _literals(site: Site, number: int, properties: tuple[str, ...]) -> Iterator[str]:
    """The values of the first of some properties that has any, as they were written."""
    if not properties:
        return
    snapshot = site.snapshot
    for iri in properties:
        wanted = snapshot.find(iri)
        for value in sorted(snapshot.values(number, wanted), key=lambda one: str(snapshot.terms[one])):
            term = snapshot.terms[value]
            if isinstance(term, Literal):
                yield term.value
