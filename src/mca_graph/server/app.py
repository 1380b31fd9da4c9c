"""The ASGI application: which path is answered by what, and what every request goes through."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mca_graph.errors import McaGraphError
from mca_graph.server import api, metrics
from mca_graph.server.graph_store import graph_store
from mca_graph.server.limits import client_of
from mca_graph.server.negotiation import HTML
from mca_graph.server.pages import STYLE, home_page
from mca_graph.server.paths import checked
from mca_graph.server.problems import ALLOWED, READ_ONLY, problem, refused
from mca_graph.server.refusal import RefusedError
from mca_graph.server.replies import PAGE_POLICY, BrokenAnswerError, Reply
from mca_graph.server.resources import resource
from mca_graph.server.serving import Serving, cache_key
from mca_graph.server.sparql_protocol import sparql


def build_app(serving: Serving) -> ASGIApp:
    """The application of a server."""

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        await serving.close()

    routes = [
        Route("/", _home),
        Route("/sparql", sparql, methods=["GET", "POST"]),
        Route("/sparql/", sparql, methods=["GET", "POST"]),
        Route("/rdf-graph-store", graph_store),
        Route("/api/queries", api.queries),
        Route("/api/queries/{name}", api.saved_query),
        Route("/api/openapi.json", api.openapi),
        Route("/api/validate", api.validate, methods=["POST"]),
        Route("/api/style.css", _style),
        Route("/healthz", _health),
        Route("/readyz", _ready),
        Route("/metrics", _metrics),
        Route("/{path:path}", resource),
    ]
    app = Starlette(
        routes=routes,
        lifespan=lifespan,
        exception_handlers={McaGraphError: refused, HTTPException: refused},
    )
    app.router.redirect_slashes = False
    app.state.serving = serving
    return Envelope(app, serving)


class Envelope:
    """What every request goes through: a check of its path, what is kept, limits on sending, log, metrics.

    Args:
        app: what answers.
        serving: what all requests share.
    """

    def __init__(self, app: ASGIApp, serving: Serving) -> None:
        self._app, self._serving = app, serving

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        serving, begun, status, size = self._serving, time.perf_counter(), 0, 0
        patience = serving.settings.send_time

        async def counted(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                await send(message)
                return
            size += len(message.get("body", b""))
            async with asyncio.timeout(patience):
                await send(message)

        serving.metrics.in_flight += 1
        try:
            await self._answer(scope, receive, counted)
        except ClientDisconnect:
            status = status or 499
        except (BrokenAnswerError, TimeoutError) as error:
            serving.metrics.count("broken", "answer" if isinstance(error, BrokenAnswerError) else "reader")
            raise BrokenAnswerError(str(error)) from None
        finally:
            serving.metrics.in_flight -= 1
            seconds = time.perf_counter() - begun
            route = _route(scope)
            serving.metrics.request(route, _method(scope), status, seconds, size)
            serving.log.write(
                client=client_of(scope["client"][0]) if scope.get("client") else "",
                method=scope["method"][:20],
                path=scope.get("raw_path", b"").decode("latin-1")[:500],
                status=status,
                bytes=size,
                ms=round(seconds * 1000, 2),
                route=route,
            )

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        method = scope["method"]
        if method in ("GET", "HEAD"):
            kept = self._serving.content.cache.get(cache_key(scope))
            if kept is not None:
                await kept(scope, receive, send)
                return
        elif method == "OPTIONS":
            await _options(scope)(scope, receive, send)
            return
        try:
            checked(scope.get("raw_path", b""))
        except RefusedError as error:
            await problem(error.status, error.message, error.hint, None)(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _route(scope: Scope) -> str:
    """The name of the route for log and metrics: few, whatever clients ask for."""
    path = scope["path"]
    for known in (
        "/sparql",
        "/rdf-graph-store",
        "/api/queries",
        "/api/openapi.json",
        "/api/validate",
        "/healthz",
        "/readyz",
        "/metrics",
    ):
        if path == known or path.startswith(known + "/"):
            return known
    return "/" if path == "/" else "/{thing}"


def _method(scope: Scope) -> str:
    method = str(scope["method"])
    return method if method in ("GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH") else "other"


def _options(scope: Scope) -> Reply:
    allowed = ALLOWED.get(scope["path"], READ_ONLY)
    headers = [
        ("Allow", allowed),
        ("Access-Control-Allow-Methods", allowed),
        ("Access-Control-Allow-Headers", "Accept, Content-Type, If-None-Match"),
        ("Access-Control-Max-Age", "86400"),
    ]
    return Reply(b"", status=204, headers=headers, vary="")


async def _home(request: Request) -> Reply:
    serving: Serving = request.app.state.serving
    content = serving.content
    if serving.site is not None and (file := serving.site.find("/")) is not None:
        page = serving.site.reply(file, serving.settings.max_age)
        if page is not None:
            return serving.keep(request, content, page)
    return Reply(
        home_page(content.project, list(content.queries.values())).encode(),
        HTML.content_type,
        max_age=60,
        policy=PAGE_POLICY,
    )


async def _style(_request: Request) -> Reply:
    return Reply(STYLE.encode(), "text/css; charset=utf-8", max_age=3600, vary="")


async def _health(_request: Request) -> Reply:
    return Reply(b"ok\n", vary="")


async def _ready(request: Request) -> Reply:
    serving: Serving = request.app.state.serving
    alive = serving.content.pool.alive
    if serving.draining or not alive:
        return Reply(b"not ready\n", status=503, vary="")
    return Reply(f"ready: {alive} workers, edition {serving.content.edition}\n".encode(), vary="")


async def _metrics(request: Request) -> Reply:
    serving: Serving = request.app.state.serving
    pool = serving.content.pool
    text = serving.metrics.text(
        requests_in_flight=serving.metrics.in_flight,
        workers=pool.alive,
        workers_busy=pool.busy,
        jobs_waiting=pool.waiting,
    )
    return Reply(text.encode(), metrics.CONTENT_TYPE, vary="")
