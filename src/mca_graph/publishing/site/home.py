"""The home page: what there is in numbers and pictures, what can be asked, and the ways to the data."""

from __future__ import annotations

from typing import Any

from mca_graph.publishing.site.answers import answer
from mca_graph.publishing.site.context import Site
from mca_graph.publishing.site.lists import ClassList, scheme_links
from mca_graph.publishing.site.model import Link
from mca_graph.publishing.site.paths import href_of
from mca_graph.publishing.site.pictures import AnswerView
from mca_graph.publishing.site.queries import LARGE
from mca_graph.publishing.site.settings import Chart
from mca_graph.queries.catalogue import SavedQuery

_MOST_FIGURES = 8
_MOST_CHARTS = 4


def shown_at_home(site: Site, lists: list[ClassList], statements: int) -> dict[str, Any]:
    """What the home page shows, save what can be downloaded."""
    tags: dict[str, list[SavedQuery]] = {}
    for query in site.queries.values():
        for tag in query.tags[:1] or ("other",):
            tags.setdefault(tag, []).append(query)
    return {
        "figures": _figures(site, lists),
        "charts": list(_charts(site, statements)),
        "tags": sorted(tags.items()),
        "schemes": scheme_links(site),
        "query_count": len(site.queries),
        "statements": statements,
        "contributions": len(site.project.contribution_files),
        "has_timeline": bool(site.settings.start),
    }


def _figures(site: Site, lists: list[ClassList]) -> list[tuple[Link, int]]:
    """The classes that are counted: those that the settings name, else those with most things."""
    by_class = {site.snapshot.iri(one.class_): one for one in lists}
    wanted = [by_class[iri] for iri in site.settings.count if iri in by_class] or [
        one for one in lists if site.snapshot.iri(one.class_) not in site.settings.inline
    ]
    return [(Link(one.label, href_of(one.path)), len(one.members)) for one in wanted[:_MOST_FIGURES]]


def _charts(site: Site, statements: int) -> list[tuple[Chart, SavedQuery, AnswerView]]:
    """The pictures: those that the settings name, else what the queries say can be drawn without a value."""
    wanted = list(site.settings.charts)
    if not wanted and statements <= LARGE:
        drawn = [
            q for q in site.queries.values() if q.view != "table" and not any(p.required for p in q.params)
        ]
        wanted = [Chart(query.id, wide=query.view in ("map", "graph")) for query in drawn[:_MOST_CHARTS]]
    found = []
    for chart in wanted:
        query = site.queries.get(chart.query)
        if query is None:
            site.warn(f"[site] charts: no saved query {chart.query!r}")
            continue
        view = answer(site, query, "", chart.params)
        if view.rows:
            found.append((chart, query, view))
    return found
