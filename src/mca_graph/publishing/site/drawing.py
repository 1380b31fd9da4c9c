"""Where lines, bars, dots and outlines stand in a picture; the templates write them down."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from mca_graph.publishing.site.model import Bar, Point, Span

_WIDTH = 640.0
_TALLEST = 1.5
_DEGREES = math.pi / 180


class Dot(NamedTuple):
    """A dot of a map."""

    x: float
    y: float
    r: float
    number: int
    points: tuple[Point, ...]


@dataclass(slots=True)
class MapPicture:
    """A map: its size, the outlines of the land, and its dots."""

    width: float
    height: float
    land: str
    dots: list[Dot]


class Stripe(NamedTuple):
    """A line of a timeline, in hundredths of its width."""

    span: Span
    x: float
    width: float


@dataclass(slots=True)
class TimePicture:
    """A timeline: its years, and its lines."""

    ticks: list[tuple[int, float]]
    stripes: list[Stripe]


def draw_bars(bars: Sequence[Bar]) -> list[tuple[Bar, float]]:
    """Bars with their length in hundredths of the longest."""
    most = max((bar.amount for bar in bars), default=0) or 1
    return [(bar, round(max(bar.amount, 0) / most * 100, 2)) for bar in bars]


def draw_timeline(spans: Sequence[Span]) -> TimePicture:
    """Lines between the first and the last year."""
    first = math.floor(min(span.start for span in spans))
    last = max(math.ceil(max(span.end for span in spans)), first + 1)
    step = max(1, math.ceil((last - first) / 8))
    scale = 100 / (last - first)
    ticks = [(year, round((year - first) * scale, 2)) for year in range(first, last, step)]
    stripes = [
        Stripe(
            span, round((span.start - first) * scale, 2), round(max((span.end - span.start) * scale, 0.6), 2)
        )
        for span in spans
    ]
    return TimePicture(ticks, stripes)


def draw_map(points: Sequence[Point]) -> MapPicture | None:
    """Dots on the outlines of the land around them; those on one spot make one dot."""
    if not points:
        return None
    west, south, east, north = _frame(points)
    squeeze = math.cos((south + north) / 2 * _DEGREES)
    scale = _WIDTH / ((east - west) * squeeze)
    height = (north - south) * scale
    spots: dict[tuple[float, float], list[Point]] = {}
    for point in points:
        spots.setdefault((point.longitude, point.latitude), []).append(point)
    dots = []
    for (longitude, latitude), held in sorted(spots.items(), key=lambda entry: (-len(entry[1]), entry[0])):
        x, y = (longitude - west) * squeeze * scale, (north - latitude) * scale
        radius = 6 + 2.5 * math.sqrt(len(held) - 1)
        dots.append(Dot(round(x, 1), round(y, 1), round(min(radius, 22), 1), len(held), tuple(held)))
    return MapPicture(_WIDTH, round(height, 1), _land(west, south, east, north), dots)


def _frame(points: Sequence[Point]) -> tuple[float, float, float, float]:
    """The box that a map shows, on a grid so that near places share one; neither too flat nor too tall."""
    west, east = min(p.longitude for p in points), max(p.longitude for p in points)
    south, north = min(p.latitude for p in points), max(p.latitude for p in points)
    margin = max(0.8, (east - west) * 0.08, (north - south) * 0.08)
    grid = 1.0 if max(east - west, north - south) < 20 else 5.0
    west, east = math.floor((west - margin) / grid) * grid, math.ceil((east + margin) / grid) * grid
    south, north = math.floor((south - margin) / grid) * grid, math.ceil((north + margin) / grid) * grid
    south, north = max(south, -85.0), min(north, 85.0)
    squeeze = math.cos((south + north) / 2 * _DEGREES)
    wide, tall = (east - west) * squeeze, north - south
    if tall > wide * _TALLEST:
        more = (tall / _TALLEST - wide) / squeeze / 2
        west, east = west - more, east + more
    elif wide > tall * 2:
        more = (wide / 2 - tall) / 2
        south, north = max(south - more, -85.0), min(north + more, 85.0)
    return west, south, east, north


@lru_cache(maxsize=512)
def _land(west: float, south: float, east: float, north: float) -> str:
    """The outlines of the land in a box, as the path of an SVG."""
    squeeze = math.cos((south + north) / 2 * _DEGREES)
    scale = _WIDTH / ((east - west) * squeeze)
    parts = []
    for box, ring in _rings():
        if box[0] > east or box[2] < west or box[1] > north or box[3] < south:
            continue
        clipped = _clip(ring, west, south, east, north)
        if len(clipped) < 3:
            continue
        drawn: list[str] = []
        last: tuple[int, int] | None = None
        for longitude, latitude in clipped:
            here = (round((longitude - west) * squeeze * scale), round((north - latitude) * scale))
            if last is None:
                drawn.append(f"M{here[0]} {here[1]}")
            elif abs(here[0] - last[0]) + abs(here[1] - last[1]) >= 2:
                drawn.append(f"l{here[0] - last[0]} {here[1] - last[1]}")
            else:
                continue
            last = here
        if len(drawn) > 2:
            parts.append("".join(drawn) + "z")
    return "".join(parts)


Ring = list[tuple[float, float]]


@lru_cache(maxsize=1)
def _rings() -> list[tuple[tuple[float, float, float, float], Ring]]:
    source = files("mca_graph.publishing") / "outlines" / "world.json"
    data = json.loads(source.read_text(encoding="utf-8"))
    scale, found = data["scale"], []
    for flat in data["rings"]:
        x, y, ring = 0, 0, []
        for index in range(0, len(flat), 2):
            x, y = x + flat[index], y + flat[index + 1]
            ring.append((x / scale, y / scale))
        xs, ys = [x for x, _y in ring], [y for _x, y in ring]
        found.append(((min(xs), min(ys), max(xs), max(ys)), ring))
    return found


def _clip(ring: Ring, west: float, south: float, east: float, north: float) -> Ring:
    """The part of an outline inside a box (Sutherland and Hodgman)."""
    for axis, limit, sign in ((0, west, 1), (0, east, -1), (1, south, 1), (1, north, -1)):
        made: Ring = []
        for index, here in enumerate(ring):
            before = ring[index - 1]
            inside, was_inside = (here[axis] - limit) * sign >= 0, (before[axis] - limit) * sign >= 0
            if inside != was_inside:
                part = (limit - before[axis]) / (here[axis] - before[axis])
                made.append(
                    (before[0] + (here[0] - before[0]) * part, before[1] + (here[1] - before[1]) * part)
                )
            if inside:
                made.append(here)
        ring = made
        if not ring:
            break
    return ring


def outlines_around(points: Sequence[tuple[float, float]]) -> list[list[float]]:
    """The outlines of the land around some places, as longitudes and latitudes in turn."""
    if not points:
        return []
    west, east = min(x for x, _y in points) - 3, max(x for x, _y in points) + 3
    south, north = min(y for _x, y in points) - 3, max(y for _x, y in points) + 3
    found = []
    for box, ring in _rings():
        if box[0] > east or box[2] < west or box[1] > north or box[3] < south:
            continue
        clipped = _clip(ring, west, south, east, north)
        if len(clipped) > 2:
            found.append([round(number, 3) for place in clipped for number in place])
    return found
