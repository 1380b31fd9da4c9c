"""The pages of the saved queries: what each asks, a form for its parameters, and an answer."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from mca_graph.namespaces import SKOS
from mca_graph.publishing.site.answers import MOST_ROWS, answer
from mca_graph.publishing.site.context import Site
from mca_graph.publishing.site.pictures import AnswerView
from mca_graph.publishing.site.render import Renderer
from mca_graph.queries.catalogue import Parameter, SavedQuery
from mca_graph.queries.reads import note_on

LARGE = 100_000
"""Above so many statements answers are not worked out beforehand: some questions would take minutes."""

_MOST_CHOICES = 400
_NOTE = "queries"


def write_queries(site: Site, renderer: Renderer, statements: int) -> None:
    """Write a page for each saved query, its data files, and the list of all."""
    tags: dict[str, list[SavedQuery]] = {}
    for query in site.queries.values():
        for tag in query.tags or ("other",):
            tags.setdefault(tag, []).append(query)
    site.writer.write(
        "queries.html",
        renderer.page("queries", "queries.html", queries=list(site.queries.values()), tags=sorted(tags)),
    )
    choices, is_small = Choices(site), statements <= LARGE
    noted, notes = site.kept.read(_NOTE) or {}, dict[str, Any]()
    for query in site.queries.values():
        note = noted.get(query.id)
        if note is None or note["answered"] != is_small or not _keep(site, note):
            note = _write_query(site, renderer, query, choices, answered=is_small)
        for text in note["warnings"]:
            site.warn(text)
        notes[query.id] = note
    site.kept.write(_NOTE, notes)


def _keep(site: Site, note: Mapping[str, Any]) -> bool:
    """Keep the files of a query where nothing that they show has changed; returns whether that is so."""
    if site.changes is None or not site.leaves(note["reads"]):
        return False
    if any(quad.predicate.value == SKOS + "inScheme" for quad in site.changes.quads):
        return False  # there may be other values to choose from
    return all(map(site.writer.left, note["files"])) and all(map(site.writer.keep, note["files"]))


def _write_query(
    site: Site, renderer: Renderer, query: SavedQuery, choices: Choices, *, answered: bool
) -> dict[str, Any]:
    """Write the page of a query and its data files; returns what the next run wants to know."""
    path, warnings = f"query/{query.id}.html", list[str]()
    view = answer(site, query, "../", warn=warnings.append) if answered else None
    files: dict[str, bytes | str] = {}
    if view is not None:
        files = {f"query/{answer_name(query, ending)}": data for ending, data in view.data.items()}
    files[f"query/{query.id}.rq"] = query.text
    params = [choices.of(parameter, view) for parameter in query.params]
    files[path] = renderer.page(
        "query",
        path,
        query=query,
        view=view,
        params=params,
        description=description(site, query, params),
        command=command_line(query, view),
        most=MOST_ROWS,
        answer_name=answer_name,
    )
    for name, content in files.items():
        site.writer.write(name, content)
    reads = note_on(query.text) if answered else [[], True, False, ""]
    return {"reads": reads, "warnings": warnings, "files": list(files), "answered": answered}


def answer_name(query: SavedQuery, ending: str) -> str:
    """The name of a file with an answer; that of a graph is told from the data on the query itself."""
    return f"{query.id}~answer.{ending}" if ending in ("ttl", "nt") else f"{query.id}.{ending}"


class Choices:
    """The values that a parameter may have, by label.

    Args:
        site: the site that is being published.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self._known: dict[tuple[str | None, str | None], list[tuple[str, str]]] = {}

    def of(self, parameter: Parameter, view: AnswerView | None) -> dict[str, Any]:
        """A parameter as its form field needs it."""
        values = self._values(parameter)
        given = view.given.get(parameter.name, "") if view is not None else parameter.default or ""
        chosen, shown = given, given
        if parameter.type == "iri" and given:
            chosen, shown = next(
                ((iri, label) for iri, label in values if _means(given, iri, label)), (given, given)
            )
        return {
            **asdict(parameter),
            "option": parameter.option,
            "choices": values if len(values) <= _MOST_CHOICES else [],
            "chosen": chosen,
            "shown": shown,
        }

    def _values(self, parameter: Parameter) -> list[tuple[str, str]]:
        if parameter.type != "iri" or not (parameter.scheme or parameter.class_):
            return []
        key = (parameter.scheme, parameter.class_)
        if key not in self._known:
            snapshot, vocabulary = self._site.snapshot, self._site.vocabulary
            number = snapshot.find(parameter.scheme or parameter.class_ or "")
            found: list[int] = []
            if number is not None:
                found = (
                    snapshot.subjects(vocabulary.in_scheme, number)
                    if parameter.scheme
                    else vocabulary.instances(number)
                )
            named = [(snapshot.iri(one), snapshot.label(one)) for one in found if snapshot.iri(one)]
            self._known[key] = sorted(named, key=lambda entry: (entry[1].casefold(), entry[0]))
        return self._known[key]


def _means(given: str, iri: str, label: str) -> bool:
    return given in (iri, label) or iri.endswith((f"/{given}", f"/{given.replace(':', '/')}"))


def description(site: Site, query: SavedQuery, params: list[dict[str, Any]]) -> dict[str, Any]:
    """What a program in the page needs to ask the query: its text, its parameters and their values."""
    return {
        "id": query.id,
        "title": query.title,
        "form": query.form,
        "view": query.view,
        "text": query.text,
        "language": site.project.language,
        "params": [
            {
                "name": entry["name"],
                "type": entry["type"],
                "required": entry["required"],
                "repeat": entry["repeat"],
                "default": entry["default"],
                "example": entry["example"],
                "scheme": entry["scheme"],
                "class": entry["class_"],
            }
            for entry in params
        ],
    }


def command_line(query: SavedQuery, view: AnswerView | None) -> str:
    """The command that gives the same answer."""
    words = ["mca-graph query", query.id]
    for parameter in query.params:
        value = (
            view.given.get(parameter.name)
            if view is not None
            else parameter.example
            if parameter.required
            else None
        )
        if value is not None and value != parameter.default:
            quoted = (
                value
                if value.replace("-", "").replace(":", "").isalnum()
                else "'" + value.replace("'", "'\\''") + "'"
            )
            words.append(f"{parameter.option} {quoted}")
    return " ".join(words)


def catalogue_digest(site: Site) -> str:
    """A fingerprint of the saved queries, for what depends on all of them."""
    text = "\0".join(f"{query.id}\0{query.text}" for query in site.queries.values())
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
