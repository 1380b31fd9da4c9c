"""What a project wants its site to show: the table ``[site]`` of ``mca-graph.toml``.

Everything may be left out; then the site shows what the ontology and the saved queries suggest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mca_graph.errors import ProjectError, did_you_mean
from mca_graph.project import SETTINGS_FILE, Project

_TEXTS = ("tagline", "corrections", "contact", "source")
_LISTS = ("about", "count", "inline", "start", "end", "months", "amount", "currency", "credits")
_CURIES = ("count", "inline", "start", "end", "months", "amount", "currency")


@dataclass(frozen=True, slots=True)
class Chart:
    """A saved query whose answer the home page shows.

    Attributes:
        query: the id of the saved query.
        title: what to call it there, where that is not the title of the query.
        params: values of its parameters, as a user would write them.
        wide: takes the whole width.
    """

    query: str
    title: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    wide: bool = False


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """The settings of a site.

    Attributes:
        tagline: what the site is about, in a sentence.
        about: paragraphs for the home page.
        count: IRIs of the classes that the home page counts.
        charts: the saved queries that feed the charts of the home page.
        inline: IRIs of classes whose instances join others, and are shown by what they join.
        start: IRIs of properties that say when a thing begins; ``end`` and ``months`` likewise.
        amount: IRIs of properties that hold a sum of money; ``currency`` in what.
        corrections: a link for corrections, with ``{iri}`` and ``{label}`` in it.
        contact: a link to whoever answers for the site.
        source: a link to the files that the site is made from.
        credits: sentences that name whom the data are owed to.
    """

    tagline: str = ""
    about: tuple[str, ...] = ()
    count: tuple[str, ...] = ()
    charts: tuple[Chart, ...] = ()
    inline: tuple[str, ...] = ()
    start: tuple[str, ...] = ()
    end: tuple[str, ...] = ()
    months: tuple[str, ...] = ()
    amount: tuple[str, ...] = ()
    currency: tuple[str, ...] = ()
    corrections: str = ""
    contact: str = ""
    source: str = ""
    credits: tuple[str, ...] = ()


def site_settings(project: Project) -> SiteSettings:
    """Read the settings of a project's site.

    Raises:
        ProjectError: a key is unknown, or a value does not make sense.
    """
    where = f"{project.root / SETTINGS_FILE}: [site]"
    values: dict[str, Any] = {}
    for key, value in project.site.items():
        if key in _TEXTS:
            if not isinstance(value, str):
                raise ProjectError(f"{where} {key} is not text", f'write {key} = "…"')
            values[key] = value
        elif key in _LISTS:
            values[key] = _list(where, key, value, project)
        elif key == "charts":
            values[key] = _charts(where, value)
        else:
            known = (*_TEXTS, *_LISTS, "charts")
            raise ProjectError(
                f"{where}: unknown key {key}", did_you_mean(key, known) or f"known are {', '.join(known)}"
            )
    return SiteSettings(**values)


def _list(where: str, key: str, value: object, project: Project) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
        raise ProjectError(f"{where} {key} is not a list of texts", f'write {key} = ["…"]')
    if key not in _CURIES:
        return tuple(value)
    found = []
    for curie in value:
        iri = project.prefixes.expand(curie)
        if iri is None:
            raise ProjectError(f"{where} {key}: {curie}: unknown prefix", "declare it in [prefixes]")
        found.append(iri)
    return tuple(found)


def _charts(where: str, value: object) -> tuple[Chart, ...]:
    hint = 'write charts = [{ query = "the-id-of-a-saved-query", wide = true }]'
    if not isinstance(value, list):
        raise ProjectError(f"{where} charts is not a list", hint)
    found = []
    for entry in value:
        if not isinstance(entry, dict) or not entry.keys() <= {"query", "title", "params", "wide"}:
            raise ProjectError(f"{where} charts: an entry has query, title, params and wide", hint)
        if not isinstance(entry.get("query"), str) or not isinstance(entry.get("params", {}), dict):
            raise ProjectError(f"{where} charts: an entry names a saved query", hint)
        params = {str(name): str(given) for name, given in entry.get("params", {}).items()}
        found.append(
            Chart(entry["query"], str(entry.get("title", "")), params, bool(entry.get("wide", False)))
        )
    return tuple(found)
