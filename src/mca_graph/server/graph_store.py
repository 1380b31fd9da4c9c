"""The SPARQL 1.1 Graph Store HTTP Protocol, as far as it reads."""

from __future__ import annotations

from starlette.requests import Request

from mca_graph.server.refusal import BAD_REQUEST, RefusedError
from mca_graph.server.replies import Reply
from mca_graph.server.serving import Serving, etag_of
from mca_graph.server.sparql_protocol import form_fields


async def graph_store(request: Request) -> Reply:
    """Give one graph: ``?default``, or ``?graph=`` and its IRI."""
    serving: Serving = request.app.state.serving
    content = serving.content
    fields = form_fields(request.scope["query_string"])
    names = [value for key, value in fields if key == "graph"]
    is_default = any(key == "default" for key, _value in fields)
    if len(names) + is_default != 1 or len(fields) != 1:
        raise RefusedError(BAD_REQUEST, "the request must name one graph", "write ?default or ?graph=IRI")
    job = {"kind": "graph", "graph": names[0] if names else None, "accept": request.headers.get("accept")}
    answer = await serving.ask(request, content, job, heavy=True)
    return serving.reply(answer, etag=etag_of(request.scope, content), max_age=serving.settings.max_age)
