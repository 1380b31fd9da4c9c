"""The graph as JSON-LD that people can read: a context made from the vocabulary, and nodes written with it.

Terms of the project's own vocabulary have their bare names, those of others a prefix. A property that has
values of one kind only gets them as plain text; any other value says itself what it is. Every file brings
the part of the context that it needs, so that it can be read without a network; the whole context is
published as a file of its own.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from mca_graph.namespaces import OWL, RDF, RDFS, XSD
from mca_graph.project import Project
from mca_graph.publishing.machines.graphs import quad_of
from mca_graph.publishing.machines.spelling import Group, Pair, Spelt
from mca_graph.publishing.site.snapshot import Snapshot
from mca_graph.store import Term

Entry = str | dict[str, str | bool]

_TYPE = RDF + "type"
_ALIASES: dict[str, Entry] = {"id": "@id", "type": "@type"}
_NEXT = ",\n      "
_LOCAL = re.compile(r"[A-Za-z][A-Za-z0-9_-]*\Z")
_INTEGER = re.compile(r"(0|-?[1-9][0-9]{0,14})\Z")
_INTEGERS = frozenset(
    XSD + name for name in ("integer", "nonNegativeInteger", "positiveInteger", "int", "long")
)


class Usage(NamedTuple):
    """How terms are used, as JSON can hold it.

    Attributes:
        coerced: how the values of each property are written; empty where each says it itself.
        classes: the classes that things have.
    """

    coerced: dict[str, str]
    classes: list[str]


def usage_in(quads: Iterable[Quad], language: str) -> Usage:
    """How terms are used in statements.

    Args:
        quads: all that are to be written, or more; they show what values properties have.
        language: the project's.
    """
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
    found = {**{iri: {""} for iri in declared}, **kinds}
    coerced_by = {iri: declared.get(iri) or _common(values, language) for iri, values in found.items()}
    return Usage(dict(sorted(coerced_by.items())), sorted(classes))


def leaves_usage(quads: Iterable[Quad], holds: Callable[[Quad], bool]) -> bool:
    """True where terms are used as before, since of each kind of statement that went as good a one came.

    Args:
        quads: those by which the statements differ from those of before, and others.
        holds: tells those that are there now.
    """
    now, before = set[tuple[str, str]](), set[tuple[str, str]]()
    for quad in quads:
        if quad.predicate.value in (_TYPE, RDFS + "range"):
            return False
        (now if holds(quad) else before).add((quad.predicate.value, _kind(quad.object)))
    return now == before


class Context:
    """The terms of a project's JSON-LD.

    Args:
        project: gives prefixes and language.
        snapshot: gives the numbers of terms.
        usage: how terms are used in what is to be written.
    """

    def __init__(self, project: Project, snapshot: Snapshot, usage: Usage) -> None:
        self._project, self._terms, self._type = project, snapshot.terms, snapshot.type
        own = {f"{project.base}ontology#"}
        vocabularies = {iri for iri in project.own_namespaces.values() if iri.endswith("#")}
        self._own = tuple(sorted(own | vocabularies))
        self._instances = {iri for iri in project.own_namespaces.values() if iri not in self._own}
        self._coerced, self._classes = usage
        self.name = lru_cache(maxsize=None)(self._name)
        self._heading = lru_cache(maxsize=4096)(self._heading_of)
        self._key = Spelt(self._key_of)
        self._datatype = Spelt(lambda number: _datatype(self._terms[number]))
        self._values = lru_cache(maxsize=None)(self._values_of)
        self._shared: dict[str, Spelt] = {}

    def has(self, usage: Usage) -> bool:
        """True where this is how terms are used."""
        return usage == (self._coerced, self._classes)

    def full(self) -> dict[str, Entry]:
        """The whole context."""
        return self.part(self._known)

    @cached_property
    def fingerprint(self) -> str:
        """A fingerprint of how things are written: with the same, statements give the same text."""
        used = (self._coerced, self._classes, self.full())
        return hashlib.blake2b(json.dumps(used).encode(), digest_size=12).hexdigest()

    @property
    def _known(self) -> frozenset[str]:
        return frozenset((*self._coerced, *self._classes))

    def heading(self) -> str:
        """The whole context as the beginning of a file that goes on with its things."""
        return f'{{\n  "@context": {self._heading(self._known)},\n  "@graph": [\n'

    def _heading_of(self, iris: frozenset[str]) -> str:
        entries = self.part(iris).items()
        lines = [f"    {_json(name)}: {_json(entry)}" for name, entry in entries]
        return "{\n" + ",\n".join(lines) + "\n  }"

    def document(self, groups: Sequence[Group]) -> str:
        """Ordered statements of one graph as JSON-LD, with the part of the context that they need."""
        nodes = self.nodes(groups)
        if len(nodes) == 1:
            body = "".join(f",\n  {line}" for line in nodes[0])
        else:
            body = f',\n  "@graph": [\n{self.listed(nodes)}\n  ]'
        return f'{{\n  "@context": {self._heading(self._used(groups))}{body}\n}}\n'

    def nodes(self, groups: Iterable[Group]) -> list[list[str]]:
        """The things of a graph, each as its members: names and values."""
        return [self._members(subject, pairs) for subject, pairs in groups]

    @staticmethod
    def listed(nodes: Iterable[Sequence[str]]) -> str:
        """Things as the elements of a list."""
        return ",\n".join(f"    {{\n      {_NEXT.join(members)}\n    }}" for members in nodes)

    def _members(self, subject: int | NamedNode, pairs: Sequence[Pair]) -> list[str]:
        iri = subject if isinstance(subject, NamedNode) else self._terms[subject]
        members = [f'"id": {_json(_reference(iri))}']
        for property_, found in groupby(pairs, key=itemgetter(0)):
            values = self._values(property_)
            texts = [values[value] for _property_, value in found]
            members.append(self._key[property_] + (texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"))
        return members

    def _key_of(self, property_: int) -> str:
        return f"{_json('type' if property_ == self._type else self.name(self._terms[property_].value))}: "

    def _values_of(self, property_: int) -> Spelt:
        """The values of a property as JSON; properties whose values are written alike share them."""
        iri = self._terms[property_].value
        coerced = "@type" if property_ == self._type else self._coerced.get(iri, "")
        return self._shared.setdefault(
            coerced, Spelt(lambda number: _json(self._value(self._terms[number], coerced)))
        )

    def _value(self, value: Term, coerced: str) -> Any:
        if isinstance(value, NamedNode) and coerced == "@type":
            return self.name(value.value)
        if not isinstance(value, Literal):
            reference = _reference(value)
            return reference if coerced in ("@id", "@type") else {"id": reference}
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
        return {"@value": value.value, "@type": self.name(datatype)}

    def _used(self, groups: Sequence[Group]) -> frozenset[str]:
        """The IRIs of the terms that statements use, and of their datatypes."""
        terms, pairs = self._terms, {pair for _subject, found in groups for pair in found}
        used = {terms[property_].value for property_, _value in pairs if property_ != self._type}
        used.update(terms[value].value for property_, value in pairs if property_ == self._type)
        used.update(self._datatype[value] for _property, value in pairs)
        return frozenset(used - {""})

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

    def part(self, iris: frozenset[str]) -> dict[str, Entry]:
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


def _datatype(term: Term) -> str:
    """The datatype that a literal needs to be told with; empty where it needs none."""
    if not isinstance(term, Literal) or term.language or term.datatype.value == XSD + "string":
        return ""
    return term.datatype.value


_json = json.JSONEncoder(ensure_ascii=False).encode


def samples(snapshot: Snapshot) -> Iterator[Quad]:
    """Statements that show what values each property has, and what the ontology says of it."""
    kinds: dict[int, str] = {}
    seen = set[tuple[int, int | str, int | None]]()
    range_, of_things = snapshot.find(RDFS + "range"), snapshot.find(OWL + "ObjectProperty")
    for subject, property_, value in snapshot.statements():
        kind = kinds.get(value)
        if kind is None:
            kind = kinds[value] = _kind(snapshot.terms[value])
        is_declaration = property_ == range_ or (property_ == snapshot.type and value == of_things)
        key = (
            property_,
            value if is_declaration or property_ == snapshot.type else kind,
            subject if is_declaration else None,
        )
        if key not in seen:
            seen.add(key)
            yield quad_of(snapshot, subject, property_, value)
