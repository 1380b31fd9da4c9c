"""Pages and data of things, on the paths of their permanent IRIs.

A thing is not a document: its own path answers 303 with the place of a page or of data, as the client
prefers (Cool URIs for the Semantic Web, section 4.2).
"""

from __future__ import annotations

from typing import Any

from starlette.requests import Request

from mca_graph.server.content import Content
from mca_graph.server.negotiation import HTML, Offer, choose
from mca_graph.server.paths import SUFFIXES, Asked, asked
from mca_graph.server.refusal import NOT_ACCEPTABLE, NOT_FOUND, RefusedError
from mca_graph.server.replies import DATA_POLICY, PAGE_POLICY, Reply
from mca_graph.server.serving import Serving, etag_of
from mca_graph.server.site import decoded

_FORMS = tuple(SUFFIXES.values())


async def resource(request: Request) -> Reply:
    """Answer for a thing, its page or its data."""
    serving: Serving = request.app.state.serving
    content = serving.content
    found = asked(request.scope["raw_path"], content.project.base)
    if (file := _published(request, serving, found)) is not None:
        # A large file is on the disk already, which the system keeps in memory as it sees fit.
        return serving.keep(request, content, file) if isinstance(file.content, bytes) else file
    if found.offer is None:
        return serving.keep(request, content, await _redirect(request, serving, content, found))
    job = {"kind": "resource", "iris": found.iris, "format": found.offer.name, "name": found.stem}
    answer = await serving.ask(request, content, job)
    policy = PAGE_POLICY if found.offer is HTML else DATA_POLICY
    links = _links(found, answer.head["iri"], content)
    reply = serving.reply(
        answer,
        headers=[("Link", links)],
        etag=etag_of(request.scope, content, found.offer.name),
        max_age=serving.settings.max_age,
        vary="",
        policy=policy,
    )
    return serving.keep(request, content, reply)


def _published(request: Request, serving: Serving, found: Asked) -> Reply | None:
    """A file of the published site, or the way to it; None where the site has none."""
    site, content = serving.site, serving.content
    if site is None:
        return None
    path = decoded(request.scope["raw_path"])
    file = site.find(path)
    if file is not None:
        is_thing = (
            found.offer is not None and site.find(f"{path[: -len(found.offer.suffix)]}.ttl") is not None
        )
        headers = [("Link", _links(found, found.iris[0], content))] if is_thing else []
        return site.reply(file, serving.settings.max_age, headers)
    if found.offer is None and found.stem and site.find(f"{path}.html") and site.find(f"{path}.ttl"):
        return _see_other(request, serving, found, found.iris[0])
    return None


async def _redirect(request: Request, serving: Serving, content: Content, found: Asked) -> Reply:
    if found.stem == "":
        raise RefusedError(NOT_FOUND, "there is nothing at this address", "'/' leads to what is there")
    job: dict[str, Any] = {"kind": "resource", "iris": found.iris, "look": True}
    answer = await serving.ask(request, content, job)
    return _see_other(request, serving, found, answer.head["iri"])


def _see_other(request: Request, serving: Serving, found: Asked, iri: str) -> Reply:
    offer = choose(request.headers.get("accept"), _FORMS)
    if offer is None:
        listed = ", ".join(form.media_type for form in _FORMS)
        raise RefusedError(
            NOT_ACCEPTABLE, "this is not to be had in a form that you accept", f"there is {listed}"
        )
    where = f"./{found.stem}{offer.suffix}"  # relative, so that it is right behind any proxy and any Host
    return Reply(
        f"See {where}\n".encode(),
        status=303,
        headers=[("Location", where), ("Link", _links(found, iri, serving.content))],
        max_age=serving.settings.max_age,
    )


def _links(found: Asked, iri: str, content: Content) -> str:
    """Typed links (FAIR Signposting): the permanent IRI, the other forms, the licence."""
    ours: Offer | None = found.offer
    links = [_link(iri, "cite-as" if ours in (HTML, None) else "describes")]
    for form in _FORMS:
        if form is not ours:
            rel = "alternate" if form is HTML or ours not in (HTML, None) else "describedby"
            links.append(_link(f"./{found.stem}{form.suffix}", rel, form.media_type))
    if content.project.licence:
        links.append(_link(content.project.licence, "license"))
    return ", ".join(links)


def _link(target: str, rel: str, media_type: str | None = None) -> str:
    """One link of a Link header; the target is an IRI or comes from a path, so it holds no angle bracket."""
    safe = "".join(
        c if 0x21 <= ord(c) < 0x7F and c not in '<>"' else "".join(f"%{b:02X}" for b in c.encode())
        for c in target
    )
    kind = f'; type="{media_type}"' if media_type else ""
    return f'<{safe}>; rel="{rel}"{kind}'
