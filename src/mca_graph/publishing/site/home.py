"""The home page: what there is in numbers and pictures, what can be asked, and the ways to the data."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from mca_graph.publishing.site.answers import answer
from mca_graph.publishing.site.context import Site
from mca_graph.publishing.site.lists import ClassList, scheme_links
from mca_graph.publishing.site.model import Link
from mca_graph.publishing.site.paths import href_of
from mca_graph.publishing.site.queries import LARGE
from mca_graph.publishing.site.render import Renderer
from mca_graph.publishing.site.settings import Chart
from mca_graph.queries.catalogue import SavedQuery
from mca_graph.queries.reads import note_on

_MOST_FIGURES = 8
_MOST_CHARTS = 4
_NOTE = "charts"


def shown_at_home(site: Site, renderer: Renderer, lists: list[ClassList], statements: int) -> dict[str, Any]:
    """What the home page shows, save what can be downloaded."""
    tags: dict[str, list[SavedQuery]] = {}
    for query in site.queries.values():
        for tag in query.tags[:1] or ("other",):
            tags.setdefault(tag, []).append(query)
    return {
        "figures": _figures(site, lists),
        "charts": _charts(site, renderer, statements),
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


def _charts(site: Site, renderer: Renderer, statements: int) -> list[Markup]:
    """The pictures, each as it was where no statement that its query reads has changed."""
    noted, notes = site.kept.read(_NOTE) or {}, dict[str, Any]()
    found: list[Markup] = []
    for chart in _wanted(site, statements):
        query = site.queries.get(chart.query)
        if query is None:
            site.warn(f"[site] charts: no saved query {chart.query!r}")
            continue
        name = repr((len(found) + 1, chart))
        note = noted.get(name)
        if note is None or not site.leaves(note["reads"]):
            note = _drawn(site, renderer, chart, query, len(found) + 1)
        for text in note["warnings"]:
            site.warn(text)
        notes[name] = note
        if note["html"]:
            found.append(Markup(note["html"]))
    site.kept.write(_NOTE, notes)
    return found


def _wanted(site: Site, statements: int) -> list[Chart]:
    """The charts that the settings name, else what the queries say can be drawn without a value."""
    if site.settings.charts or statements > LARGE:
        return list(site.settings.charts)
    drawn = [q for q in site.queries.values() if q.view != "table" and not any(p.required for p in q.params)]
    return [Chart(query.id, wide=query.view in ("map", "graph")) for query in drawn[:_MOST_CHARTS]]


def _drawn(site: Site, renderer: Renderer, chart: Chart, query: SavedQuery, number: int) -> dict[str, Any]:
    """A chart as HTML, which is empty where the query has no answer, with what the next run wants to know."""
    warnings: list[str] = []
    view = answer(site, query, "", chart.params, warnings.append)
    html = renderer.part("chart", chart=chart, query=query, view=view, number=number) if view.rows else ""
    return {"html": html, "warnings": warnings, "reads": note_on(query.text)}
