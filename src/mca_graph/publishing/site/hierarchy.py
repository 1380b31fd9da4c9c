"""The classes of an ontology as a picture: a box each, and a line for each property that joins two."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

from pyoxigraph import NamedNode

from mca_graph.namespaces import OWL, RDFS
from mca_graph.publishing.site.context import Site
from mca_graph.publishing.site.model import Link
from mca_graph.publishing.site.values import link_of

_MOST = 24
_WIDTH, _HEIGHT = 960.0, 640.0
_BOX = 150.0, 40.0


class Box(NamedTuple):
    """A class."""

    link: Link
    x: float
    y: float
    width: float
    height: float
    things: int


class Line(NamedTuple):
    """A property between two classes; straight lines are drawn from box to box."""

    path: str
    name: str
    text_x: float
    text_y: float
    above: bool


@dataclass(slots=True)
class HierarchyPicture:
    """The picture."""

    width: float
    height: float
    boxes: list[Box]
    lines: list[Line]


def draw_hierarchy(
    site: Site, classes: list[int], properties: list[int], instances: Counter[int]
) -> HierarchyPicture | None:
    """Place the classes around the edge, those that are joined near each other."""
    snapshot, vocabulary = site.snapshot, site.vocabulary
    domain, range_ = (snapshot.id_of(NamedNode(RDFS + name)) for name in ("domain", "range"))
    known = set(classes)
    joined: list[tuple[int, int, int, bool]] = []
    for property_ in properties:
        if snapshot.values(property_, snapshot.find(OWL + "inverseOf")) and not snapshot.values(
            property_, domain
        ):
            continue
        for start in snapshot.values(property_, domain):
            for end in snapshot.values(property_, range_):
                if start in known and end in known and start != end:
                    joined.append((start, end, property_, False))
    for one in classes:
        joined.extend(
            (one, above, one, True)
            for above in snapshot.values(one, vocabulary.subclass_of)
            if above in known
        )
    degree = Counter(one for start, end, _property, _above in joined for one in (start, end))
    shown = [
        one
        for one, _count in sorted(degree.items(), key=lambda entry: (-entry[1], snapshot.iri(entry[0])))[
            :_MOST
        ]
    ]
    if len(shown) < 2:
        return None
    places = _places(_ordered(shown, joined))
    boxes = [
        Box(
            link_of(site, one, ""),
            round(x - _BOX[0] / 2, 1),
            round(y - _BOX[1] / 2, 1),
            *_BOX,
            instances[one],
        )
        for one, (x, y) in places.items()
    ]
    grouped: dict[tuple[int, int], list[tuple[str, bool]]] = {}
    for start, end, property_, above in joined:
        if start in places and end in places:
            name = "" if above else snapshot.label(property_)
            grouped.setdefault((start, end), []).append((name, above))
    lines = [_line(places[start], places[end], names) for (start, end), names in grouped.items()]
    return HierarchyPicture(_WIDTH, _HEIGHT, boxes, lines)


def _ordered(shown: list[int], joined: list[tuple[int, int, int, bool]]) -> list[int]:
    """Begin with the best joined class, and go on with the one that has most links to those placed last."""
    left = list(shown)
    placed = [left.pop(0)]
    while left:
        near = set(placed[-3:])
        best = max(
            left,
            key=lambda one: sum(
                (s == one and e in near) or (e == one and s in near) for s, e, *_rest in joined
            ),
        )
        left.remove(best)
        placed.append(best)
    return placed


def _places(ordered: list[int]) -> dict[int, tuple[float, float]]:
    """Places along the four sides of a rectangle, at equal distances, so that no two boxes overlap."""
    count = len(ordered)
    across = max(2, math.ceil(count * 0.28))
    down = max(0, math.ceil((count - 2 * across) / 2))
    left, right = _BOX[0] / 2 + 4, _WIDTH - _BOX[0] / 2 - 4
    top, bottom = _BOX[1] / 2 + 4, _HEIGHT - _BOX[1] / 2 - 4
    step, rise = (right - left) / (across - 1), (bottom - top) / (down + 1)
    spots = [(left + step * index, top) for index in range(across)]
    spots += [(right, top + rise * (index + 1)) for index in range(down)]
    spots += [(right - step * index, bottom) for index in range(across)]
    spots += [(left, bottom - rise * (index + 1)) for index in range(down)]
    return dict(zip(ordered, spots, strict=False))


def _line(start: tuple[float, float], end: tuple[float, float], names: list[tuple[str, bool]]) -> Line:
    middle = (_WIDTH / 2, _HEIGHT / 2)
    x, y = ((start[axis] + end[axis]) / 2 for axis in (0, 1))
    bend = (x + (middle[0] - x) * 0.25, y + (middle[1] - y) * 0.25)
    path = f"M{start[0]:.1f} {start[1]:.1f}Q{bend[0]:.1f} {bend[1]:.1f} {end[0]:.1f} {end[1]:.1f}"
    name = ", ".join(name for name, _above in names if name)
    return Line(
        path,
        name,
        round((x + bend[0]) / 2, 1),
        round((y + bend[1]) / 2, 1),
        all(above for _name, above in names),
    )
