"""Plain pages: for a thing, to write a query on, to try the saved queries, and for errors."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from pyoxigraph import DefaultGraph, Literal, NamedNode

from mca_graph.namespaces import RDF, RDFS
from mca_graph.project import Project
from mca_graph.queries.catalogue import Parameter, SavedQuery
from mca_graph.queries.form import query_form
from mca_graph.queries.labels import Labels
from mca_graph.queries.results import is_link
from mca_graph.server.negotiation import HTML as HTML
from mca_graph.store import Term

if TYPE_CHECKING:
    from mca_graph.store.embedded import EmbeddedStore
    from mca_graph.store.remote import RemoteStore

MOST_INCOMING = 200

STYLE = """\
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
body { max-width: 62rem; margin: 0 auto; padding: 1rem }
h1 { line-height: 1.2 } code, textarea { font-family: ui-monospace, monospace }
textarea { width: 100%; min-height: 16rem; box-sizing: border-box } dt { font-weight: 600; margin-top: .6rem }
dd { margin-left: 1.2rem; overflow-wrap: anywhere } fieldset { margin: 1rem 0; border: 1px solid #888 }
label { display: block; margin: .4rem 0 } input, select, button { font: inherit; max-width: 100% }
"""


def shell(title: str, body: str, root: str, language: str) -> str:
    """A page around a body; everything but the body is escaped here."""
    return (
        f'<!doctype html>\n<html lang="{escape(language)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n"
        f'<link rel="stylesheet" href="{escape(root)}api/style.css">\n</head>\n<body>\n<main>\n'
        f"<h1>{escape(title)}</h1>\n{body}</main>\n</body>\n</html>\n"
    )


def home_page(project: Project, queries: Sequence[SavedQuery]) -> str:
    """Where everything is to be found."""
    entries = "".join(
        f'<li><a href="api/queries/{escape(q.id)}.html">{escape(q.title)}</a></li>\n'
        for q in queries
        if not any(p.required for p in q.params)
    )
    return shell(
        project.title,
        f'<p><a href="api/queries">Ask a saved query</a>, <a href="sparql">write your own</a>, or read '
        f'<a href="api/openapi.json">how programs ask</a>.</p>\n<ul>\n{entries}</ul>\n',
        "",
        project.language,
    )


def resource_page(
    project: Project, store: EmbeddedStore | RemoteStore, labels: Labels, node: NamedNode, name: str
) -> str:
    """What is known of a thing, both ways."""
    facts: dict[NamedNode, list[Term]] = {}
    for _subject, predicate, value in store.match(node):
        facts.setdefault(predicate, []).append(value)
    kinds = ", ".join(_shown(kind, labels) for kind in facts.pop(NamedNode(RDF + "type"), []))
    pointing: dict[NamedNode, list[Term]] = {}
    for found in store.statements(value=node, graph=DefaultGraph(), most=MOST_INCOMING):
        pointing.setdefault(found.predicate, []).append(found.subject)
    data = ", ".join(
        f'<a href="./{escape(name)}{suffix}">{label}</a>'
        for suffix, label in ((".ttl", "Turtle"), (".jsonld", "JSON-LD"), (".nt", "N-Triples"))
    )
    body = (
        f"<p>{kinds}</p>\n<p><code>{escape(node.value)}</code></p>\n{_list(facts, labels)}"
        f"{'<h2>What points here</h2>' if pointing else ''}{_list(pointing, labels)}<p>As data: {data}</p>\n"
    )
    depth = node.value.removeprefix(project.base).count("/")
    return shell(labels.label(node), body, "../" * depth, project.language)


def _list(facts: dict[NamedNode, list[Term]], labels: Labels) -> str:
    if not facts:
        return ""
    ordered = sorted(facts.items(), key=lambda entry: labels.text(entry[0]).casefold())
    lines = []
    for predicate, values in ordered:
        lines.append(f"<dt>{_shown(predicate, labels)}</dt>")
        lines += [f"<dd>{text}</dd>" for text in sorted({_shown(value, labels) for value in values})]
    return "<dl>\n{}\n</dl>\n".format("\n".join(lines))


def _shown(term: Term, labels: Labels) -> str:
    text = escape(labels.text(term))
    if isinstance(term, Literal) and term.language:
        return f'<span lang="{escape(term.language)}">{text}</span>'
    if is_link(term):
        return f'<a href="{escape(term.value)}">{text}</a>'
    return text


def query_page(project: Project) -> str:
    """A form to write a query on."""
    names = sorted(prefix for prefix, iri in project.prefixes if iri.startswith(project.base))[:3]
    prefixes = "".join(f"PREFIX {name}: <{project.prefixes.expand(name + ':')}>\n" for name in names)
    example = (
        f"{prefixes}PREFIX rdfs: <{RDFS}>\n"
        "SELECT ?thing ?label WHERE {\n  ?thing rdfs:label ?label .\n} LIMIT 20\n"
    )
    body = query_form("sparql", example)
    return shell(f"Query {project.short_title}", body, "", project.language)


def queries_page(project: Project, queries: Sequence[SavedQuery]) -> str:
    """A form for each saved query."""
    return shell("Saved queries", "".join(_form(query) for query in queries), "../", project.language)


def _form(query: SavedQuery) -> str:
    fields = "".join(_field(parameter) for parameter in query.params)
    formats = (
        ("html", "json", "csv", "tsv", "xml", "xlsx")
        if query.form == "SELECT"
        else ("json",)
        if query.form == "ASK"
        else ("turtle", "jsonld", "ntriples")
    )
    options = "".join(f'<option value="{name}">{name}</option>' for name in formats)
    return (
        f'<form action="queries/{escape(query.id)}" method="get" id="{escape(query.id)}">\n<fieldset>\n'
        f"<legend>{escape(query.title)}</legend>\n<p>{escape(query.summary)}</p>\n{fields}"
        f'<label>Format <select name="format">{options}</select></label>\n<button>Ask</button>\n'
        "</fieldset>\n</form>\n"
    )


def _field(parameter: Parameter) -> str:
    kind = {"integer": "number", "date": "date"}.get(parameter.type, "text")
    value = (
        parameter.default
        if parameter.default is not None
        else parameter.example
        if parameter.required
        else ""
    )
    required = " required" if parameter.required else ""
    return (
        f'<label>{escape(parameter.description)} <input name="{escape(parameter.name)}" type="{kind}" '
        f'value="{escape(value or "")}"{required}></label>\n'
    )


def error_page(status: int, title: str, message: str, hint: str | None) -> str:
    """Why there is no answer."""
    more = f"<p>{escape(hint)}</p>\n" if hint else ""
    return shell(f"{status} {title}", f"<p>{escape(message)}</p>\n{more}", "/", "en")
