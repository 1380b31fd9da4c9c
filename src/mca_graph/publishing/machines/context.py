"""The graph as JSON-LD that people can read: a context made from the vocabulary, and nodes written with it.

Terms of the project's own vocabulary have their bare names, those of others a prefix. A property that has
values of one kind only gets them as plain text; any other value says itself what it is. Every file brings
the part of the context that it needs, so that it can be read without a network; the whole context is
published as a file of its own.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from mca_graph.namespaces import OWL, RDF, RDFS, XSD
from mca_graph.project import Project

Entry = str | dict[str, str | bool]

_TYPE = RDF + "type"
_ALIASES: dict[str, Entry] = {"id": "@id", "type": "@type"}
_LOCAL = re.compile(r"[A-Za-z][A-Za-z0-9_-]*\Z")
_INTEGER = re.compile(r"(0|-?[1-9][0-9]{0,14})\Z")
_INTEGERS = frozenset(
    XSD + name for name in ("integer", "nonNegativeInteger", "positiveInteger", "int", "long")
)


class Context:
    """The terms of a project's JSON-LD.

    Args:
        project: gives prefixes and language.
        quads: all statements that are to be written, or more; they show what values properties have.
    """

    def __init__(self, project: Project, quads: Iterable[Quad]) -> None:
        self._project = project
        own = {f"{project.base}ontology#"}
        vocabularies = {iri for iri in project.own_namespaces.values() if iri.endswith("#")}
        self._own = tuple(sorted(own | vocabularies))
        self._instances = {iri for iri in project.own_namespaces.values() if iri not in self._own}
        kinds: dict[str, set[str]] = defaultdict(set)
        classes: set[str] = set()
        declared: dict[str, str] = {}
        for quad in quads:
            property_, value = quad.predicate.value, quad.object
            if property_ == _TYPE and isinstance(value, NamedNode):
                classes.add(value.value)
            if isinstance(quad.subject, NamedNode) and (coerced := _declared(property_, value)):
                declared[quad.subject.value] = coerced
            if property_ != _TYPE:
                kinds[property_].add(_kind(value))
        self._coerced = {
            iri: declared.get(iri) or _common(found, project.language)
            for iri, found in {**{iri: {""} for iri in declared}, **kinds}.items()
        }
        self._classes = classes
        self.name = lru_cache(maxsize=None)(self._name)

    def full(self) -> dict[str, Entry]:
        """The whole context."""
        return self.part({*self._coerced, *self._classes})

    def graph(self, quads: Iterable[Quad]) -> tuple[list[dict[str, Any]], set[str]]:
        """The nodes of a graph whose statements are in order, and the IRIs of the terms they use."""
        nodes: dict[str, list[tuple[NamedNode, object]]] = {}
        for quad in quads:
            nodes.setdefault(_reference(quad.subject), []).append((quad.predicate, quad.object))
        used: set[str] = set()
        return [self._node(subject, pairs, used) for subject, pairs in nodes.items()], used

    def _node(
        self, subject: str, pairs: Sequence[tuple[NamedNode, object]], used: set[str]
    ) -> dict[str, Any]:
        node: dict[str, Any] = {"id": subject}
        for property_, value in pairs:
            iri = property_.value
            if iri == _TYPE and isinstance(value, NamedNode):
                used.add(value.value)
                node.setdefault("type", []).append(self.name(value.value))
                continue
            used.add(iri)
            node.setdefault(self.name(iri), []).append(self._value(value, self._coerced.get(iri, ""), used))
        return {key: value[0] if _is_single(value) else value for key, value in node.items()}

    def _value(self, value: object, coerced: str, used: set[str]) -> Any:
        if not isinstance(value, Literal):
            reference = _reference(value)
            return reference if coerced == "@id" else {"id": reference}
        if value.language:
            if coerced == f"@{value.language}":
                return value.value
            return {"@value": value.value, "@language": value.language}
        datatype = value.datatype.value
        if datatype == coerced or (datatype == XSD + "string" and not coerced):
            if datatype in _INTEGERS and _INTEGER.match(value.value):
                return int(value.value)
            return value.value
        if datatype == XSD + "string":
            return {"@value": value.value}
        used.add(datatype)
        return {"@value": value.value, "@type": self.name(datatype)}

    def _name(self, iri: str) -> str:
        """A term: the bare name of an own one, a CURIE, or the IRI."""
        for namespace in self._own:
            local = iri.removeprefix(namespace)
            if local != iri and _LOCAL.match(local) and local not in _ALIASES and not self._is_prefix(local):
                return local
        curie = self._project.prefixes.shrink(iri)
        prefix = curie.partition(":")[0] if curie else ""
        return curie if curie and self._is_prefix(prefix) else iri

    def _is_prefix(self, prefix: str) -> bool:
        """True for a prefix of a vocabulary; those of things could be taken for terms."""
        namespace = self._project.prefixes.expand(f"{prefix}:")
        return namespace is not None and namespace not in self._instances

    def part(self, iris: set[str]) -> dict[str, Entry]:
        """The part of the context that some terms need."""
        prefixes: dict[str, Entry] = {}
        terms: dict[str, Entry] = {}
        for iri in sorted(iris | {kind for iri in iris if ":" in (kind := self._coerced.get(iri, ""))}):
            name = self.name(iri)
            prefix, colon, _local = name.partition(":")
            if colon and name != iri:
                prefixes[prefix] = _namespace(self._project.prefixes.expand(f"{prefix}:") or "")
            entry = self._entry(iri, iri if not colon else name)
            if entry != name:
                terms[name] = entry
        return {**_ALIASES, **dict(sorted(prefixes.items())), **dict(sorted(terms.items()))}

    def _entry(self, iri: str, id_: str) -> Entry:
        coerced = self._coerced.get(iri, "")
        if not coerced:
            return id_
        if coerced == "@id":
            return {"@id": id_, "@type": "@id"}
        if coerced.startswith("@"):
            return {"@id": id_, "@language": coerced[1:]}
        return {"@id": id_, "@type": self.name(coerced)} if coerced != XSD + "string" else id_


def _namespace(iri: str) -> Entry:
    """A prefix; one that does not end in a mark must say that it is one (JSON-LD 1.1, 4.1.5)."""
    return iri if iri[-1:] in ":/?#[]@" else {"@id": iri, "@prefix": True}


def _kind(value: NamedNode | BlankNode | Literal | Triple) -> str:
    if not isinstance(value, Literal):
        return "@id"
    return f"@{value.language}" if value.language else value.datatype.value


def _common(kinds: set[str], language: str) -> str:
    """How values of some kinds are written: the one kind; the project's language where there are several."""
    if len(kinds) == 1:
        return next(iter(kinds))
    texts = all(kind.startswith("@") and kind != "@id" for kind in kinds)
    return f"@{language}" if texts and f"@{language}" in kinds else ""


def _declared(property_: str, value: object) -> str:
    """How values are written where the ontology says what they are; empty where it does not."""
    if not isinstance(value, NamedNode):
        return ""
    if property_ == _TYPE:
        return "@id" if value.value == OWL + "ObjectProperty" else ""
    return value.value if property_ == RDFS + "range" and value.value.startswith(XSD) else ""


def _reference(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else str(term)


def _is_single(value: object) -> bool:
    return isinstance(value, list) and len(value) == 1
