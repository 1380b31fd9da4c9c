"""The API of saved queries as an OpenAPI 3.1 document, made from their headers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mca_graph import __version__
from mca_graph.project import Project
from mca_graph.queries.catalogue import Parameter, SavedQuery
from mca_graph.server.jobs_sparql import BOOLEAN_OFFERS, SELECT_OFFERS
from mca_graph.server.jobs_validate import REPORT_OFFERS, SUFFIXES
from mca_graph.server.negotiation import RDF_OFFERS, Offer
from mca_graph.server.settings import Settings

_SCHEMAS: dict[str, dict[str, Any]] = {
    "iri": {"type": "string", "minLength": 1},
    "string": {"type": "string"},
    "integer": {"type": "integer"},
    "decimal": {"type": "number"},
    "date": {"type": "string", "format": "date"},
    "boolean": {"type": "boolean"},
}


def document(project: Project, queries: Sequence[SavedQuery], settings: Settings) -> dict[str, Any]:
    """The OpenAPI document of a server."""
    paths: dict[str, Any] = {"/api/queries": {"get": _list_operation()}}
    for query in queries:
        paths[f"/api/queries/{query.id}"] = {"get": _operation(query)}
    paths["/api/validate"] = {"post": _validate_operation()}
    info: dict[str, Any] = {
        "title": project.title,
        "version": __version__,
        "description": "Saved queries on the knowledge graph, and the check of contributions to it.",
    }
    if project.licence:
        info["license"] = {"name": "Licence of the data", "url": project.licence}
    server = settings.base_url.rstrip("/") or "/"
    return {
        "openapi": "3.1.0",
        "info": info,
        "servers": [{"url": server}],
        "paths": paths,
        "components": {"schemas": {"Problem": _problem()}},
    }


def _operation(query: SavedQuery) -> dict[str, Any]:
    offers = (
        SELECT_OFFERS if query.form == "SELECT" else BOOLEAN_OFFERS if query.form == "ASK" else RDF_OFFERS
    )
    parameters = [_parameter(parameter) for parameter in query.params]
    if query.form == "SELECT":
        parameters += [
            _number("page", "A page of the answer, from 1. Without it the whole answer is given.", 1_000_000),
            _number("page-size", "How many rows a page has.", 10_000),
        ]
    parameters.append(_format(offers))
    return {
        "operationId": query.id,
        "summary": query.title,
        "description": query.description or query.summary,
        "tags": list(query.tags),
        "parameters": parameters,
        "responses": {
            "200": {
                "description": "The answer.",
                "content": {offer.media_type: _schema(offer) for offer in offers},
            },
            **_problems(400, 404, 406, 422, 429, 500, 503, 504, 507),
        },
    }


def _schema(offer: Offer) -> dict[str, Any]:
    if offer.name == "json":
        return {"schema": {"type": "object", "required": ["head"]}}
    return {"schema": {"type": "string"}} if offer.media_type.startswith("text/") else {}


def _parameter(parameter: Parameter) -> dict[str, Any]:
    schema: dict[str, Any] = dict(_SCHEMAS[parameter.type])
    if parameter.default is not None:
        schema["default"] = _value(parameter, parameter.default)
    notes = [parameter.description]
    if parameter.scheme:
        notes.append(f"A concept of <{parameter.scheme}>: its IRI, its slug or its label.")
    elif parameter.class_:
        notes.append(f"A thing of the class <{parameter.class_}>: its IRI, its slug or its label.")
    made: dict[str, Any] = {
        "name": parameter.name,
        "in": "query",
        "description": " ".join(notes),
        "required": parameter.required,
        "schema": {"type": "array", "items": schema} if parameter.repeat else schema,
    }
    if parameter.repeat:
        made |= {"style": "form", "explode": True}
    if parameter.example is not None:
        value = _value(parameter, parameter.example)
        made["example"] = [value] if parameter.repeat else value
    return made


def _value(parameter: Parameter, text: str) -> Any:
    if parameter.type == "integer":
        return int(text)
    if parameter.type == "decimal":
        return float(text)
    return text.lower() in ("true", "yes", "1") if parameter.type == "boolean" else text


def _number(name: str, description: str, most: int) -> dict[str, Any]:
    schema = {"type": "integer", "minimum": 1, "maximum": most}
    return {"name": name, "in": "query", "description": description, "required": False, "schema": schema}


def _format(offers: Sequence[Offer]) -> dict[str, Any]:
    schema = {"type": "string", "enum": [offer.name for offer in offers]}
    text = "The format, where the header Accept does not say it."
    return {"name": "format", "in": "query", "description": text, "required": False, "schema": schema}


def _list_operation() -> dict[str, Any]:
    schema = {
        "type": "object",
        "required": ["queries"],
        "properties": {"queries": {"type": "array", "items": {"type": "object"}}},
    }
    return {
        "operationId": "queries",
        "summary": "The saved queries.",
        "responses": {
            "200": {
                "description": "The list.",
                "content": {"application/json": {"schema": schema}, "text/html": {}},
            },
            **_problems(400, 406),
        },
    }


def _validate_operation() -> dict[str, Any]:
    content: dict[str, Any] = {offer.media_type: {} for offer in REPORT_OFFERS}
    fail_on = {"type": "string", "enum": ["violation", "warning", "info"], "default": "violation"}
    return {
        "operationId": "validate",
        "summary": "Check a contribution against the graph.",
        "parameters": [
            _format(REPORT_OFFERS),
            {
                "name": "name",
                "in": "query",
                "required": False,
                "description": "The name of the file; of a CSV file it tells the kind of thing.",
                "schema": {"type": "string"},
            },
            {
                "name": "fail-on",
                "in": "query",
                "required": False,
                "description": "The least grave finding that makes it not conform.",
                "schema": fail_on,
            },
        ],
        "requestBody": {
            "required": True,
            "content": {
                kind: {"schema": {"type": "string"}} for kind in SUFFIXES if kind != "application/x-turtle"
            },
        },
        "responses": {
            "200": {
                "description": "The findings; the header Conforms says true or false.",
                "content": content,
            },
            **_problems(400, 406, 408, 413, 415, 422, 429, 500, 503, 504, 507),
        },
    }


def _problems(*statuses: int) -> dict[str, Any]:
    content: dict[str, Any] = {
        "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}},
        "text/html": {},
        "text/plain": {},
    }
    return {
        str(status): {"description": "Why there is no answer.", "content": content} for status in statuses
    }


def _problem() -> dict[str, Any]:
    text = {"type": "string"}
    return {
        "type": "object",
        "required": ["title", "status"],
        "properties": {"type": text, "title": text, "status": {"type": "integer"}, "detail": text},
    }
