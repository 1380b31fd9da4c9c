"""The outlines of the land around everything that has a place, for maps that are drawn in the browser."""

from __future__ import annotations

from mca_graph.publishing.site.context import Site
from mca_graph.publishing.site.drawing import outlines_around
from mca_graph.publishing.site.values import point_of


def outlines(site: Site) -> list[list[float]]:
    """Rings of longitudes and latitudes in turn; none where nothing has a place."""
    points = [found for term in site.snapshot.terms if (found := point_of(term)) is not None]
    return outlines_around(points)
