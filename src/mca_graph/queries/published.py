"""The catalogue of saved queries as RDF, for whoever reads it as linked data.

Each query is a ``sh:SPARQLSelectExecutable``, ``sh:SPARQLConstructExecutable`` or
``sh:SPARQLAskExecutable`` (SHACL Advanced Features, section 5.2); each parameter a ``sh:Parameter``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, RdfFormat, serialize

from mca_graph.errors import StoreError
from mca_graph.namespaces import DCTERMS, RDF, RDFS, SCHEMA, SH, XSD
from mca_graph.project import Project
from mca_graph.queries.catalogue import Parameter, SavedQuery, catalogue
from mca_graph.store.graphs import Dataset

if TYPE_CHECKING:
    from mca_graph.store.remote import RemoteStore

_CLASSES = {
    "SELECT": ("SPARQLSelectExecutable", "select"),
    "ASK": ("SPARQLAskExecutable", "ask"),
    "CONSTRUCT": ("SPARQLConstructExecutable", "construct"),
    "DESCRIBE": ("SPARQLConstructExecutable", "construct"),
}
_PREFIXES = f"PREFIX sh: <{SH}> PREFIX rdfs: <{RDFS}> PREFIX dct: <{DCTERMS}> PREFIX schema: <{SCHEMA}>"
_QUERIES = f"""{_PREFIXES} SELECT ?id ?class ?title ?summary ?text WHERE {{
  {{ ?query sh:select ?text }} UNION {{ ?query sh:ask ?text }} UNION {{ ?query sh:construct ?text }}
  ?query dct:identifier ?id ; a ?class ; rdfs:label ?title ; rdfs:comment ?summary .
}}"""
_TAGS = f"""{_PREFIXES} SELECT ?id ?tag WHERE {{
  ?query dct:identifier ?id ; schema:keywords ?tag .
}} ORDER BY ?id ?tag"""
_PARAMETERS = f"""{_PREFIXES} SELECT ?id ?path ?description ?optional ?datatype ?class WHERE {{
  ?query dct:identifier ?id ; sh:parameter ?parameter .
  ?parameter sh:path ?path ; sh:description ?description ; sh:order ?order ; sh:optional ?optional .
  OPTIONAL {{ ?parameter sh:datatype ?datatype }} OPTIONAL {{ ?parameter sh:class ?class }}
}} ORDER BY ?id ?order"""
_DATATYPES = {name: XSD + name for name in ("string", "integer", "decimal", "date", "boolean")}


def catalogue_quads(project: Project, queries: Iterable[SavedQuery]) -> Iterator[Quad]:
    """Describe saved queries in RDF."""
    language = project.language
    for query in queries:
        node = NamedNode(f"{project.base}query/{query.id}")
        class_, form = _CLASSES[query.form]
        yield _quad(node, RDF + "type", NamedNode(SH + class_))
        yield _quad(node, RDFS + "label", Literal(query.title, language=language))
        yield _quad(node, RDFS + "comment", Literal(query.summary, language=language))
        yield _quad(node, SH + form, Literal(query.text))
        yield _quad(node, DCTERMS + "identifier", Literal(query.id))
        for tag in query.tags:
            yield _quad(node, SCHEMA + "keywords", Literal(tag, language=language))
        for order, parameter in enumerate(query.params):
            part = NamedNode(f"{node.value}#{parameter.name}")
            yield _quad(node, SH + "parameter", part)
            yield _quad(part, RDF + "type", NamedNode(SH + "Parameter"))
            yield _quad(part, SH + "path", NamedNode(f"{project.base}query/parameter#{parameter.name}"))
            yield _quad(part, SH + "name", Literal(parameter.name.replace("_", " "), language=language))
            yield _quad(part, SH + "description", Literal(parameter.description, language=language))
            yield _quad(part, SH + "order", Literal(str(order), datatype=NamedNode(XSD + "integer")))
            yield _quad(part, SH + "optional", Literal(not parameter.required))
            if parameter.type == "iri":
                yield _quad(part, SH + "nodeKind", NamedNode(SH + "IRI"))
            else:
                yield _quad(part, SH + "datatype", NamedNode(_DATATYPES[parameter.type]))
            if parameter.class_:
                yield _quad(part, SH + "class", NamedNode(parameter.class_))


def catalogue_at(project: Project, store: RemoteStore) -> dict[str, SavedQuery]:
    """The saved queries that were pushed to an endpoint, by id.

    The catalogue tells what a query asks and with which parameters, and not how its answer is shown: of one
    that is in the project as well, that is taken from there.

    Raises:
        StoreError: there is no catalogue, or the endpoint does not answer.
    """
    own = catalogue(project)
    graph = Dataset((project.graph("queries"),), ())
    params: dict[str, list[Parameter]] = {}
    for row in _rows(store, graph, _PARAMETERS):
        datatype = row["datatype"].value if row["datatype"] else ""
        params.setdefault(row["id"].value, []).append(
            Parameter(
                name=row["path"].value.rpartition("#")[2],
                type=next((name for name, iri in _DATATYPES.items() if iri == datatype), "iri"),
                description=row["description"].value,
                required=row["optional"].value in ("false", "0"),
                class_=row["class"].value if row["class"] else None,
            )
        )
    tags: dict[str, list[str]] = {}
    for row in _rows(store, graph, _TAGS):
        tags.setdefault(row["id"].value, []).append(row["tag"].value)
    found = {}
    for row in _rows(store, graph, _QUERIES):
        name, text = row["id"].value, row["text"].value
        form = next(
            form for form, (class_, _property) in _CLASSES.items() if SH + class_ == row["class"].value
        )
        found[name] = (
            own[name]
            if name in own and own[name].text == text
            else SavedQuery(
                id=name,
                path=Path(f"{name}.rq"),
                title=row["title"].value,
                summary=row["summary"].value,
                description="",
                tags=tuple(tags.get(name, ())),
                params=tuple(params.get(name, ())),
                view="table" if form == "SELECT" else "graph",
                text=text,
                form=form,
            )
        )
    if not found:
        raise StoreError(f"{store.url} has no catalogue of saved queries", "'mca-graph push' puts one there")
    return dict(sorted(found.items(), key=lambda entry: entry[1].path.name))


def _rows(store: RemoteStore, graph: Dataset, text: str) -> QuerySolutions:
    answer = store.ask(text, graph)
    assert isinstance(answer, QuerySolutions)
    return answer


def catalogue_turtle(project: Project, queries: Iterable[SavedQuery]) -> str:
    """The description of saved queries as Turtle."""
    triples = (quad.triple for quad in catalogue_quads(project, queries))
    prefixes = dict(project.prefixes)
    return serialize(triples, format=RdfFormat.TURTLE, prefixes=prefixes).decode()  # type: ignore[union-attr]


def _quad(subject: NamedNode, predicate: str, value: NamedNode | Literal) -> Quad:
    return Quad(subject, NamedNode(predicate), value)
