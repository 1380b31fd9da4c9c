"""The catalogue of saved queries as RDF, for whoever reads it as linked data.

Each query is a ``sh:SPARQLSelectExecutable``, ``sh:SPARQLConstructExecutable`` or
``sh:SPARQLAskExecutable`` (SHACL Advanced Features, section 5.2); each parameter a ``sh:Parameter``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, serialize

from mca_graph.namespaces import DCTERMS, RDF, RDFS, SCHEMA, SH, XSD
from mca_graph.project import Project
from mca_graph.queries.catalogue import SavedQuery

_CLASSES = {
    "SELECT": ("SPARQLSelectExecutable", "select"),
    "ASK": ("SPARQLAskExecutable", "ask"),
    "CONSTRUCT": ("SPARQLConstructExecutable", "construct"),
    "DESCRIBE": ("SPARQLConstructExecutable", "construct"),
}
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


def catalogue_turtle(project: Project, queries: Iterable[SavedQuery]) -> str:
    """The description of saved queries as Turtle."""
    triples = (quad.triple for quad in catalogue_quads(project, queries))
    prefixes = dict(project.prefixes)
    return serialize(triples, format=RdfFormat.TURTLE, prefixes=prefixes).decode()  # type: ignore[union-attr]


def _quad(subject: NamedNode, predicate: str, value: NamedNode | Literal) -> Quad:
    return Quad(subject, NamedNode(predicate), value)
