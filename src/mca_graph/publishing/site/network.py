"""A network as a circle: its best connected nodes around it, what joins them as curves across."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from mca_graph.publishing.site.model import Link

_MOST = 56
_SIZE = 860.0
_RADIUS = 205.0
_LONGEST_TEXT = 26
"""What the room around the circle is enough for, also where a text stands upright and is bold."""


class Edge(NamedTuple):
    """Two things that are joined."""

    source: Link
    target: Link
    name: Link


class Node(NamedTuple):
    """A node of the picture."""

    link: Link
    x: float
    y: float
    r: float
    text_x: float
    text_y: float
    turn: float
    anchor: str
    text: str
    kind: int
    degree: int


@dataclass(slots=True)
class NetworkPicture:
    """A network as it is drawn; ``left_out`` nodes stand in the table only."""

    size: float
    nodes: list[Node]
    curves: list[str]
    kinds: list[str]
    left_out: int


def draw_network(edges: Sequence[Edge]) -> NetworkPicture | None:
    """Place the best connected nodes around a circle, those of a kind side by side."""
    joined: dict[Link, set[Link]] = defaultdict(set)
    for edge in edges:
        if edge.source != edge.target:
            joined[edge.source].add(edge.target)
            joined[edge.target].add(edge.source)
    if not joined:
        return None
    kept = _kept(joined)
    kinds = sorted({link.kind for link in kept})
    ordered = sorted(kept, key=lambda link: (link.kind, link.text.casefold(), link.iri))
    places = {link: 2 * math.pi * index / len(ordered) - math.pi / 2 for index, link in enumerate(ordered)}
    nodes = [_node(link, angle, kinds.index(link.kind), len(joined[link])) for link, angle in places.items()]
    curves = []
    for index, link in enumerate(ordered):
        for other in ordered[index + 1 :]:
            if other in joined[link]:
                curves.append(_curve(places[link], places[other]))
    return NetworkPicture(_SIZE, nodes, curves, kinds, len(joined) - len(kept))


def _kept(joined: dict[Link, set[Link]]) -> set[Link]:
    """The nodes that are drawn: leaves go first, then the least connected ones, until there is room."""
    kept = set(joined)
    while len(kept) > _MOST:
        leaves = {link for link in kept if len(joined[link] & kept) < 2}
        if not leaves or len(leaves) == len(kept):
            break
        if len(kept) - len(leaves) < 3:
            break
        kept -= leaves
    ranked = sorted(kept, key=lambda link: (-len(joined[link]), link.text, link.iri))
    kept = set(ranked[:_MOST])
    return {link for link in kept if joined[link] & kept} or kept


def _node(link: Link, angle: float, kind: int, degree: int) -> Node:
    middle = _SIZE / 2
    x, y = middle + _RADIUS * math.cos(angle), middle + _RADIUS * math.sin(angle)
    far = _RADIUS + 16
    turn = math.degrees(angle)
    left = math.cos(angle) < -1e-9
    text = link.text if len(link.text) <= _LONGEST_TEXT else f"{link.text[: _LONGEST_TEXT - 1].rstrip()}…"
    return Node(
        link=link,
        x=round(x, 1),
        y=round(y, 1),
        r=round(min(3.5 + math.sqrt(degree), 11), 1),
        text_x=round(middle + far * math.cos(angle), 1),
        text_y=round(middle + far * math.sin(angle), 1),
        turn=round(turn + 180 if left else turn, 1),
        anchor="end" if left else "start",
        text=text,
        kind=kind,
        degree=degree,
    )


def _curve(start: float, end: float) -> str:
    middle = _SIZE / 2
    points = [(middle + _RADIUS * math.cos(one), middle + _RADIUS * math.sin(one)) for one in (start, end)]
    pull = 0.25
    x = middle + (sum(p[0] for p in points) / 2 - middle) * pull
    y = middle + (sum(p[1] for p in points) / 2 - middle) * pull
    return f"M{points[0][0]:.1f} {points[0][1]:.1f}Q{x:.1f} {y:.1f} {points[1][0]:.1f} {points[1][1]:.1f}"
