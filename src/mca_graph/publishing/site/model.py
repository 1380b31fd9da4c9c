"""What pages show, ready to be written: nothing here knows the graph, nothing looks anything up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


class Link(NamedTuple):
    """A text, and where it leads; the empty text where it leads nowhere."""

    text: str
    href: str = ""
    lang: str = ""
    kind: str = ""
    iri: str = ""


class Value(NamedTuple):
    """A value of a property: what it shows, and the numbers of the sources that say so."""

    links: tuple[Link, ...]
    marks: tuple[int, ...] = ()
    more: str = ""


@dataclass(slots=True)
class Row:
    """A property and its values."""

    name: Link
    values: list[Value]
    total: int = 0
    all_href: str = ""


@dataclass(slots=True)
class Group:
    """Facts under one heading."""

    title: str
    rows: list[Row]


@dataclass(slots=True)
class Source:
    """A contribution that a page's facts come from."""

    number: int
    name: Link
    pages: list[Link]
    notes: list[Link]


class Side(NamedTuple):
    """One side of a dispute: what it says, and who says so."""

    text: str
    sources: tuple[Link, ...]
    chosen: bool


@dataclass(slots=True)
class DisputeView:
    """What sources disagree on."""

    property: str
    sides: list[Side]
    reason: str


class Point(NamedTuple):
    """A point of a map, in degrees."""

    longitude: float
    latitude: float
    link: Link
    where: Link


class Span(NamedTuple):
    """A line of a timeline: from, until and both as the source gives them; in years with fractions."""

    link: Link
    start: float
    end: float
    said: str
    open: bool = False


class Bar(NamedTuple):
    """A bar of a chart."""

    link: Link
    amount: float
    said: str
    group: str = ""


@dataclass(slots=True)
class ResourceView:
    """Everything that the page of a thing shows."""

    iri: str
    path: str
    root: str
    label: str
    lang: str
    kinds: list[Link]
    descriptions: list[Value] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    incoming: list[Row] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    disputes: list[DisputeView] = field(default_factory=list)
    outside: list[Link] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)
    questions: list[Link] = field(default_factory=list)
    trail: list[Link] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    curie: str = ""
    correction: str = ""
    overflow: list[Row] = field(default_factory=list)
