"""Saved queries and the check of contributions, as an API."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request

from mca_graph.errors import UnknownNameError, did_you_mean
from mca_graph.queries.catalogue import SavedQuery
from mca_graph.server.content import Content
from mca_graph.server.negotiation import HTML, Offer, choose
from mca_graph.server.openapi import document
from mca_graph.server.pages import queries_page
from mca_graph.server.refusal import BAD_REQUEST, NOT_ACCEPTABLE, RefusedError
from mca_graph.server.replies import DATA_POLICY, PAGE_POLICY, REPORT_POLICY, Reply
from mca_graph.server.serving import Serving, etag_of
from mca_graph.server.sparql_protocol import form_fields

JSON = Offer("json", "application/json", ".json")
OWN = frozenset({"format", "page", "page-size"})
"""Names of parameters that every saved query has; no variable that is bound has one of them."""

_LARGEST_PAGE = 10_000
_LAST_PAGE = 1_000_000
_SUFFIXES = (
    "json",
    "xml",
    "csv",
    "tsv",
    "html",
    "md",
    "jsonl",
    "geojson",
    "xlsx",
    "ttl",
    "nt",
    "trig",
    "nq",
    "jsonld",
    "rdf",
)


async def queries(request: Request) -> Reply:
    """List the saved queries."""
    serving: Serving = request.app.state.serving
    content = serving.content
    _only(form_fields(request.scope["query_string"]), ())
    offer = choose(request.headers.get("accept"), (JSON, HTML))
    if offer is None:
        raise RefusedError(
            NOT_ACCEPTABLE,
            "the list is not to be had in a form that you accept",
            "there is application/json, text/html",
        )
    if offer is HTML:
        page = queries_page(content.project, list(content.queries.values()))
        reply = Reply(page.encode(), HTML.content_type, max_age=serving.settings.max_age, policy=PAGE_POLICY)
    else:
        listed = [entry(query) for query in content.queries.values()]
        body = json.dumps({"queries": listed}, ensure_ascii=False, indent=2).encode() + b"\n"
        reply = Reply(body, "application/json", max_age=serving.settings.max_age)
    return serving.keep(request, content, reply)


async def saved_query(request: Request) -> Reply:
    """Answer a saved query."""
    serving: Serving = request.app.state.serving
    content = serving.content
    query, wanted = _named(content, request.path_params["name"])
    given: dict[str, list[str]] = {}
    for name, value in form_fields(request.scope["query_string"]):
        given.setdefault(name, []).append(value)
    page = _number(given, "page", _LAST_PAGE)
    size = _number(given, "page-size", _LARGEST_PAGE)
    if size is not None and page is None:
        page = 1
    formats = given.pop("format", [])
    if len(formats) > 1 or (formats and wanted and formats[0] != wanted):
        raise RefusedError(BAD_REQUEST, "more than one format", "name one")
    params = {name: [value for value in values if value != ""] for name, values in given.items()}
    # A field that a form leaves empty is as good as not there; an unknown one is told even so.
    params = {
        name: values
        for name, values in params.items()
        if values or name not in {p.name for p in query.params}
    }
    job = {
        "kind": "saved", "name": query.id, "params": params, "page": page, "page_size": size,
        "format": wanted or (formats[0] if formats else None), "accept": request.headers.get("accept"),
    }  # fmt: skip
    answer = await serving.ask(request, content, job)
    is_page = answer.head["name"] == "html"
    reply = serving.reply(
        answer,
        headers=_headers(request, answer.head, query, size),
        etag=etag_of(request.scope, content),
        max_age=serving.settings.max_age,
        policy=REPORT_POLICY if is_page else DATA_POLICY,
    )
    return serving.keep(request, content, reply)


def _named(content: Content, name: str) -> tuple[SavedQuery, str | None]:
    """The saved query of a name, and the format that its ending names.

    Raises:
        UnknownNameError: there is none.
    """
    if name in content.queries:
        return content.queries[name], None
    stem, dot, suffix = name.rpartition(".")
    if dot and stem in content.queries and suffix in _SUFFIXES:
        return content.queries[stem], suffix
    raise UnknownNameError(
        f"no saved query {name!r}", did_you_mean(stem or name, content.queries) or "/api/queries lists them"
    )


def _number(given: dict[str, list[str]], name: str, most: int) -> int | None:
    values = given.pop(name, [])
    if not values:
        return None
    text = values[0]
    if len(values) > 1 or not (
        text.isascii() and text.isdigit() and len(text) <= 9 and 1 <= int(text) <= most
    ):
        raise RefusedError(BAD_REQUEST, f"{name} must be one number from 1 to {most:,}", f"write {name}=1")
    return int(text)


def _headers(
    request: Request, head: dict[str, Any], query: SavedQuery, size: int | None
) -> list[tuple[str, str]]:
    """Links to the pages of an answer and to what describes it (RFC 8288); how many rows there are."""
    links = [
        '<./openapi.json>; rel="service-desc"; type="application/vnd.oai.openapi+json"'.replace("./", "../")
    ]
    headers = []
    if "page" in head:
        page, pages = head["page"], head["pages"]
        wanted = {"first": 1, "prev": page - 1, "next": page + 1, "last": pages}
        fields = [
            (n, v) for n, v in form_fields(request.scope["query_string"]) if n not in ("page", "page-size")
        ]
        own = request.scope["raw_path"].decode("ascii").rsplit("/", 1)[-1]
        for rel, number in wanted.items():
            if 1 <= number <= pages:
                more = [*fields, ("page", str(number)), *([("page-size", str(size))] if size else [])]
                links.append(f'<./{own}?{urlencode(more)}>; rel="{rel}"')
        headers.append(("X-Total-Count", str(head["total"])))
    return [("Link", ", ".join(links)), *headers]


async def validate(request: Request) -> Reply:
    """Check a contribution."""
    serving: Serving = request.app.state.serving
    content = serving.content
    fields = form_fields(request.scope["query_string"])
    _only(fields, ("format", "name", "fail-on"))
    given = dict(fields)
    fail_on = given.get("fail-on", "violation")
    if fail_on not in ("violation", "warning", "info"):
        raise RefusedError(BAD_REQUEST, f"fail-on cannot be {fail_on!r}", "it is violation, warning or info")
    job = {
        "kind": "validate", "type": request.headers.get("content-type"), "name": given.get("name"),
        "format": given.get("format"), "accept": request.headers.get("accept"), "fail_on": fail_on,
    }  # fmt: skip
    content.pool.check_room(heavy=True)
    async with serving.body(request, serving.settings.max_bytes_in) as body:
        answer = await serving.ask(request, content, job, body, heavy=True)
    conforms = "true" if answer.head["conforms"] else "false"
    policy = REPORT_POLICY if answer.head["name"] == "html" else DATA_POLICY
    return serving.reply(answer, headers=[("Conforms", conforms)], policy=policy)


async def openapi(request: Request) -> Reply:
    """The description of this API (OpenAPI 3.1)."""
    serving: Serving = request.app.state.serving
    content = serving.content
    body = json.dumps(
        document(content.project, list(content.queries.values()), serving.settings),
        ensure_ascii=False,
        indent=1,
    )
    reply = Reply(body.encode(), "application/json", max_age=serving.settings.max_age)
    return serving.keep(request, content, reply)


def _only(fields: Sequence[tuple[str, str]], known: Sequence[str]) -> None:
    names = [name for name, _value in fields]
    for name in names:
        if name not in known:
            raise RefusedError(BAD_REQUEST, f"no parameter {name!r}", did_you_mean(name, known))
        if names.count(name) > 1:
            raise RefusedError(BAD_REQUEST, f"{name} may be given once only", None)


def entry(query: SavedQuery) -> dict[str, Any]:
    """A saved query as ``mca-graph queries --format json`` shows it, and where to ask it."""
    keys = ("name", "type", "description", "required", "default", "repeat", "scheme", "class_", "example")
    params = [
        {key.rstrip("_"): value for key in keys if (value := getattr(parameter, key)) is not None}
        for parameter in query.params
    ]
    return {
        "id": query.id, "title": query.title, "summary": query.summary, "tags": list(query.tags),
        "view": query.view, "form": query.form, "params": params, "href": f"./queries/{query.id}",
    }  # fmt: skip
