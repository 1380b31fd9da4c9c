"""The query operation of the SPARQL 1.1 Protocol, and the service description."""

from __future__ import annotations

from urllib.parse import parse_qsl

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, serialize
from starlette.requests import Request

from mca_graph.rdf.formats import FORMATS, format_named
from mca_graph.server.content import Content
from mca_graph.server.negotiation import HTML, RDF_OFFERS, TABLE_OFFERS, choose
from mca_graph.server.pages import query_page
from mca_graph.server.refusal import BAD_REQUEST, FORBIDDEN, NOT_ACCEPTABLE, WRONG_TYPE, RefusedError
from mca_graph.server.replies import PAGE_POLICY, REPORT_POLICY, Reply, names
from mca_graph.server.serving import Serving, etag_of

SD = "http://www.w3.org/ns/sparql-service-description#"
_RDF_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_MOST_FIELDS = 200
_MOST_TEXT = 4_000_000
_FORM = "application/x-www-form-urlencoded"
_DIRECT = "application/sparql-query"
_KNOWN = frozenset({"query", "default-graph-uri", "named-graph-uri", "format", "update", "using-graph-uri"})


async def sparql(request: Request) -> Reply:
    """Answer a query, or describe the service."""
    serving: Serving = request.app.state.serving
    content = serving.content
    if request.method == "POST" or request.scope["query_string"]:
        content.pool.check_room(heavy=True)  # to take a long form apart costs more than to refuse it
    fields = form_fields(request.scope["query_string"])
    if request.method == "POST":
        async with serving.body(request, min(serving.settings.max_bytes_in, _MOST_TEXT)) as body:
            text = _add_body(request, body, fields)
            return await _answer(request, serving, content, text, fields)
    return await _answer(request, serving, content, None, fields)


def _add_body(request: Request, body: bytes, fields: list[tuple[str, str]]) -> str | None:
    """Add the fields of a form to others; a body that is a query itself is returned.

    Raises:
        RefusedError: it is neither.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == _DIRECT:
        return decoded(body)
    if kind == "application/sparql-update":
        raise _read_only()
    if kind != _FORM:
        raise RefusedError(
            WRONG_TYPE,
            f"a query is not read from {kind or 'a body without a type'}",
            f"send {_DIRECT} or {_FORM}",
        )
    fields += form_fields(body)
    return None


async def _answer(
    request: Request, serving: Serving, content: Content, text: str | None, fields: list[tuple[str, str]]
) -> Reply:
    named = {name: [value for key, value in fields if key == name] for name in _KNOWN}
    if named["update"] or named["using-graph-uri"]:
        raise _read_only()
    queries = [*named["query"], *([text] if text is not None else [])]
    if not queries and request.method in ("GET", "HEAD") and not fields:
        return _description(request, serving)
    if len(queries) != 1:
        what = "no query" if not queries else "more than one query"
        raise RefusedError(BAD_REQUEST, f"the request has {what}", "send one, as the parameter query")
    job = {
        "kind": "sparql",
        "query": queries[0],
        "accept": request.headers.get("accept"),
        "format": named["format"][0] if named["format"] else None,
        "default": named["default-graph-uri"] or None,
        "named": named["named-graph-uri"] or None,
    }
    if job["default"] or job["named"]:
        job["default"], job["named"] = job["default"] or [], job["named"] or []
    tag = etag_of(request.scope, content, sorted(job.items(), key=str))
    if request.method != "POST" and names(request.headers.get("if-none-match"), tag):
        return Reply(b"", status=304, etag=tag, max_age=serving.settings.max_age)
    answer = await serving.ask(request, content, job, heavy=True)
    policy = REPORT_POLICY if answer.head["name"] == "html" else "default-src 'none'; frame-ancestors 'none'"
    return serving.reply(answer, etag=tag, max_age=serving.settings.max_age, policy=policy)


def form_fields(content: bytes) -> list[tuple[str, str]]:
    """The fields of a form.

    Raises:
        RefusedError: it is not one in UTF-8, or has too many fields.
    """
    try:
        text = content.decode("ascii")
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except UnicodeDecodeError as error:
        raise RefusedError(
            BAD_REQUEST, "the fields are not percent-encoded UTF-8", "encode them as UTF-8"
        ) from error
    except ValueError as error:
        raise RefusedError(BAD_REQUEST, f"more than {_MOST_FIELDS} fields", "send less") from error


def decoded(body: bytes) -> str:
    """A body as text.

    Raises:
        RefusedError: it is not UTF-8.
    """
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RefusedError(
            BAD_REQUEST, f"the query is not UTF-8 (byte {error.start})", "send it as UTF-8"
        ) from error


def _read_only() -> RefusedError:
    return RefusedError(
        FORBIDDEN,
        "updates are not allowed: the graph is read-only",
        "contributions go through 'mca-graph accept'",
    )


def _description(request: Request, serving: Serving) -> Reply:
    """The service description; for people a page to write a query on."""
    content = serving.content
    offer = choose(request.headers.get("accept"), (*RDF_OFFERS, HTML))
    if offer is None:
        raise RefusedError(
            NOT_ACCEPTABLE, "the service description is not to be had in a form that you accept"
        )
    if offer is HTML:
        return _editor(request, serving) or Reply(
            query_page(content.project).encode(), HTML.content_type, max_age=60, policy=PAGE_POLICY
        )
    triples = [quad.triple for quad in describe_service(content, str(request.url.path))]
    data = serialize(
        triples,
        format=format_named(offer.name).engine,
        prefixes={"sd": SD} if offer.name == "turtle" else None,
    )
    return Reply(data or b"", offer.content_type, max_age=60)


def _editor(request: Request, serving: Serving) -> Reply | None:
    """The editor of the published site; None where there is none, or its links would lead elsewhere."""
    site = serving.site
    if site is None or request.url.path.endswith("/") or (file := site.find("/sparql.html")) is None:
        return None
    return site.reply(file, serving.settings.max_age, vary="Accept")


def describe_service(content: Content, endpoint: str) -> list[Quad]:
    """The service in RDF."""
    base = content.project.base
    service, dataset, graph = (
        NamedNode(f"{base}sparql"),
        NamedNode(f"{base}sparql#dataset"),
        NamedNode(f"{base}graph/current"),
    )
    found = [
        Quad(service, _RDF_TYPE, NamedNode(SD + "Service")),
        Quad(service, NamedNode(SD + "endpoint"), service),
        Quad(service, NamedNode(SD + "supportedLanguage"), NamedNode(SD + "SPARQL11Query")),
        Quad(service, NamedNode(SD + "defaultDataset"), dataset),
        Quad(
            service,
            NamedNode(SD + "defaultEntailmentRegime"),
            NamedNode("http://www.w3.org/ns/entailment/Simple"),
        ),
        Quad(dataset, _RDF_TYPE, NamedNode(SD + "Dataset")),
        Quad(dataset, NamedNode(SD + "defaultGraph"), graph),
        Quad(graph, _RDF_TYPE, NamedNode(SD + "Graph")),
        Quad(graph, NamedNode("http://purl.org/dc/terms/title"), Literal(content.project.title)),
    ]
    results = [f"SPARQL_Results_{offer.name.upper()}" for offer in TABLE_OFFERS]
    syntaxes = {
        "turtle": "Turtle",
        "ntriples": "N-Triples",
        "trig": "TriG",
        "nquads": "N-Quads",
        "jsonld": "JSON-LD",
        "rdfxml": "RDF_XML",
    }
    for name in [*results, *(syntaxes[entry.name] for entry in FORMATS)]:
        found.append(
            Quad(service, NamedNode(SD + "resultFormat"), NamedNode(f"http://www.w3.org/ns/formats/{name}"))
        )
    for slug in ("ontology", "concepts", "provenance"):
        node = BlankNode(slug)
        found.append(Quad(dataset, NamedNode(SD + "namedGraph"), node))
        found.append(Quad(node, _RDF_TYPE, NamedNode(SD + "NamedGraph")))
        found.append(Quad(node, NamedNode(SD + "name"), NamedNode(content.project.graph(slug))))
    return found
