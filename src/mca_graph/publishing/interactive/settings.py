"""What the scripts of a site are told: where the data are, what terms are called, what can be asked."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from pyoxigraph import Literal

from mca_graph.namespaces import DCTERMS, LABEL_PROPERTIES, RDFS, SKOS
from mca_graph.publishing.machines.dumps import FOLDER, stem
from mca_graph.publishing.site.context import Site
from mca_graph.publishing.site.paths import href_of
from mca_graph.publishing.site.vocabulary import TYPE_KINDS
from mca_graph.queries.catalogue import Parameter, SavedQuery
from mca_graph.queries.sparql import groups

_MOST_CONCEPTS = 3_000
_SNIPPET = 240
_BYTES = 13
"""About so many bytes of the packed dump a statement takes, for telling people before they load it."""

_DEFINITIONS = (SKOS + "definition", RDFS + "comment", DCTERMS + "description")

Template = list[str | list[str]]
"""A query cut where values can be put in: texts, and between them the variables that may be bound there."""


def data_path(site: Site) -> str:
    """The dump that the pages read: all graphs, as packed N-Quads."""
    return f"{FOLDER}{stem(site)}.nq.gz"


def browser_settings(site: Site) -> dict[str, Any]:
    """Everything that the editor and the pages of the saved queries need besides the data."""
    project, statements = site.project, len(site.store.engine)
    return {
        "title": project.title,
        "base": project.base,
        "language": project.language,
        "data": data_path(site),
        "bytes": _BYTES * statements,
        "statements": statements,
        "current": project.graph("current"),
        "provenance": project.graph("provenance"),
        "labels": list(LABEL_PROPERTIES),
        "prefixes": dict(project.prefixes),
        "own": dict(project.own_namespaces),
        "paths": _unusual_paths(site),
        "terms": {
            site.snapshot.iri(number): site.term_anchor(site.snapshot.iri(number)) for number in _terms(site)
        },
        "vocabulary": _vocabulary(site),
        "start": first_query(),
        "queries": [_query(query) for query in site.queries.values()],
    }


def template_of(text: str, names: Collection[str]) -> Template:
    """Cut a query where :func:`mca_graph.queries.sparql.bind` would put in values for these variables."""
    pieces: Template = []
    last = 0
    for group in sorted(groups(text), key=lambda group: group.start):
        if wanted := sorted(group.variables & set(names)):
            pieces += [text[last : group.start], wanted]
            last = group.start
    return [*pieces, text[last:]]


def _query(query: SavedQuery) -> dict[str, Any]:
    return {
        "id": query.id,
        "title": query.title,
        "form": query.form,
        "view": query.view,
        "text": query.text,
        "template": template_of(query.text, {parameter.name for parameter in query.params}),
        "params": [_parameter(parameter) for parameter in query.params],
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "type": parameter.type,
        "required": parameter.required,
        "repeat": parameter.repeat,
        "default": parameter.default,
        "example": parameter.example,
        "scheme": parameter.scheme,
        "class": parameter.class_,
    }


def _unusual_paths(site: Site) -> dict[str, str]:
    """The pages that do not stand where their IRI says."""
    return {iri: f"{href_of(stem)}.html" for iri, stem in sorted(site.paths.unusual().items())}


def _terms(site: Site) -> list[int]:
    return sorted(site.term_numbers, key=site.snapshot.iri)


def _vocabulary(site: Site) -> dict[str, list[str]]:
    """For each term with a short name its label, definition and kind."""
    snapshot, vocabulary = site.snapshot, site.vocabulary
    classes = {number for kind in TYPE_KINDS for number in vocabulary.terms(kind)}
    named = [(number, "class" if number in classes else "property") for number in _terms(site)]
    concepts = vocabulary.instances(vocabulary.concept)
    if len(concepts) <= _MOST_CONCEPTS:
        named += [(number, "concept") for number in sorted(concepts, key=snapshot.iri)]
    found = {}
    for number, kind in named:
        curie = site.project.prefixes.shrink(snapshot.iri(number))
        if curie:
            found[curie] = [snapshot.label(number), _definition(site, number), kind]
    return found


def _definition(site: Site, number: int) -> str:
    snapshot = site.snapshot
    for iri in _DEFINITIONS:
        terms = [snapshot.terms[value] for value in snapshot.values(number, snapshot.find(iri))]
        if text := site.vocabulary.text([term for term in terms if isinstance(term, Literal)]):
            return text if len(text) <= _SNIPPET else f"{text[:_SNIPPET].rsplit(' ', 1)[0]} …"
    return ""


def first_query() -> str:
    """What the editor holds at first: a question that every graph answers."""
    return (
        f"PREFIX rdfs: <{RDFS}>\n\n"
        "SELECT ?class (COUNT(*) AS ?things) WHERE {\n  ?thing a ?class .\n}\n"
        "GROUP BY ?class\nORDER BY DESC(?things)\n"
    )
