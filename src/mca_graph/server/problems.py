"""Why there is no answer, told as problem details (RFC 9457), as a page or as text."""

from __future__ import annotations

import json
import logging
from http import HTTPStatus
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request

from mca_graph.errors import McaGraphError
from mca_graph.server.negotiation import HTML, Offer, choose
from mca_graph.server.pages import error_page
from mca_graph.server.refusal import RefusedError, status_of
from mca_graph.server.replies import PAGE_POLICY, Reply

_LOG = logging.getLogger("mca_graph.server")
_PROBLEM = Offer(
    "problem",
    "application/problem+json",
    ".json",
    ("application/json", "application/sparql-results+json", "application/ld+json", "application/sarif+json"),
)
_TEXT = Offer("text", "text/plain", ".txt")

ALLOWED = {
    "/sparql": "GET, HEAD, POST, OPTIONS",
    "/sparql/": "GET, HEAD, POST, OPTIONS",
    "/api/validate": "POST, OPTIONS",
}
READ_ONLY = "GET, HEAD, OPTIONS"


async def refused(request: Request, error: Exception) -> Reply:
    """Tell why there is no answer."""
    if isinstance(error, HTTPException):
        allowed = ALLOWED.get(request.url.path, READ_ONLY)
        message = (
            f"{request.method[:20]} is not allowed here" if error.status_code == 405 else str(error.detail)
        )
        headers = {"Allow": allowed} if error.status_code == 405 else {}
        return problem(
            error.status_code, message, f"allowed is {allowed}" if headers else None, request, headers
        )
    assert isinstance(error, McaGraphError)
    status = status_of(error)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR and not isinstance(error, RefusedError):
        _LOG.error("%s: %s", request.url.path, error)
    headers = error.headers if isinstance(error, RefusedError) else {}
    return problem(status, error.message, error.hint, request, headers)


def problem(
    status: int,
    message: str,
    hint: str | None,
    request: Request | None,
    headers: dict[str, str] | None = None,
) -> Reply:
    """Why there is no answer: problem details (RFC 9457), a page, or a line of text."""
    title = HTTPStatus(status).phrase
    accept = request.headers.get("accept") if request is not None else None
    offer = choose(accept, (_PROBLEM, _TEXT, HTML)) or _TEXT
    more = list((headers or {}).items())
    if offer is HTML:
        return Reply(
            error_page(status, title, message, hint).encode(),
            HTML.content_type,
            status=status,
            headers=more,
            policy=PAGE_POLICY,
        )
    if offer is _TEXT:
        text = f"{message}\n" + (f"  hint: {hint}\n" if hint else "")
        return Reply(text.encode("utf-8", "replace"), _TEXT.content_type, status=status, headers=more)
    details: dict[str, Any] = {"type": "about:blank", "title": title, "status": status, "detail": message}
    if hint:
        details["hint"] = hint
    return Reply(json.dumps(details).encode() + b"\n", _PROBLEM.media_type, status=status, headers=more)
