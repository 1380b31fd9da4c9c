"""What pages say of their things in the words of schema.org, for search engines.

Schema.org means other things by its classes than the graph does, so that its terms never stand in the
graph. What a thing is called there is content: the saved query ``schema-org`` constructs it, all things at
once. Concepts and their schemes, and the dataset itself, are described without it.
"""

from __future__ import annotations

import json
import re
from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, QueryTriples, Triple

from mca_graph.errors import McaGraphError
from mca_graph.namespaces import DCTERMS, RDF, RDFS, SCHEMA, SKOS, STANDARD_PREFIXES, XSD
from mca_graph.publishing.machines.description import Description
from mca_graph.publishing.machines.distributions import Distribution
from mca_graph.publishing.machines.signposting import absolute, served_type
from mca_graph.publishing.site.context import Site
from mca_graph.publishing.site.digests import digest_of
from mca_graph.queries.reads import Reads, reads_of
from mca_graph.queries.sparql import bind
from mca_graph.store.embedded import EmbeddedStore

QUERY = "schema-org"

_CONTEXT = "https://schema.org"
_TYPE = RDF + "type"
_NAME = f"{SCHEMA}name"
_NUMBERS = frozenset(XSD + name for name in ("integer", "decimal", "double", "float", "nonNegativeInteger"))
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?\Z")
_DEEPEST = 4
_MOST_VALUES = 100
"""So many things a page names for a property: a search engine asks for no more, and people wait for them."""

_AT_ONCE = 500

Node = NamedNode | BlankNode


class SchemaOrg:
    """The projection of a graph to schema.org.

    Args:
        site: the site that it is for.

    Raises:
        McaGraphError: the saved query is no CONSTRUCT.
    """

    def __init__(self, site: Site) -> None:
        self._site, self._snapshot = site, site.snapshot
        self._said: dict[int, array[int]] = defaultdict(lambda: array("I"))
        self._digests: dict[tuple[int, bool], int] = {}
        self._knows_all = False
        self._query = site.queries.get(QUERY)
        self._reads = self._read()
        self.changed = self._find_changed()

    def know(self, things: Iterable[int] | None) -> None:
        """Ask the store what some things and what they name are called; all there are where none are named.

        Raises:
            McaGraphError: the saved query is no CONSTRUCT.
        """
        if self._query is None or self._knows_all:
            return
        if things is None or self._reads is None:
            self._take(self._ask(self._query.text))
            self._knows_all = True
            return
        asked = set(things)
        self._take(self._ask_about(self._nodes(asked)))
        named = {value for thing in asked for value in self._said.get(thing, ())[1::2]}
        self._take(self._ask_about(self._nodes(named - asked)))

    def _read(self) -> Reads | None:
        """What the query reads, where each thing can be asked about for itself; None where it cannot."""
        if self._query is None:
            return None
        noted = self._site.kept.read(QUERY)
        reads = Reads.from_note(noted) if noted is not None else reads_of(self._query.text)
        if reads is None or not reads.is_flat or not reads.speaks_of or reads.other_graphs:
            return None
        self._site.kept.write(QUERY, reads.as_note())
        return reads

    def _find_changed(self) -> frozenset[int] | None:
        """The things that have other words than before, with those that name them; None for any."""
        changes, reads = self._site.changes, self._reads
        if changes is None:
            return None
        if self._query is None:
            return frozenset()
        if reads is None:
            return None
        about = set[NamedNode]()
        for pattern, quad in reads.touched(changes.quads):
            if reads.speaks_of not in (pattern.subject, pattern.value):
                return None  # it may be about anything that leads here
            term = quad.subject if pattern.subject == reads.speaks_of else quad.object
            if isinstance(term, NamedNode):
                about.add(term)
        return self._compared(about) if about else frozenset()

    def _compared(self, about: Collection[NamedNode]) -> frozenset[int] | None:
        """Those of some things that have other words than before, with those that name them."""
        before = self._site.past.graph()
        if before is None:
            return None
        was, is_ = (set(self._ask_about(about, store)) for store in (before, self._site.store))
        found, renamed = set[int](), set[int]()
        for triple in was ^ is_:
            root = getattr(triple.subject, "value", "").partition("#")[0]
            number = self._snapshot.find(root)
            if isinstance(triple.subject, BlankNode) or NamedNode(root) not in about or number is None:
                return None
            found.add(number)
            if triple.predicate.value in (_TYPE, _NAME):
                renamed.add(number)
        return frozenset(found.union(self._naming(renamed)) if renamed else found)

    def _naming(self, things: Collection[int]) -> Iterator[int]:
        """The things that name some others, which is to be known of all."""
        self.know(None)
        wanted = frozenset(things)
        for subject, flat in self._said.items():
            if not wanted.isdisjoint(flat[1::2]):
                root = self._snapshot.find(self._snapshot.iri(subject).partition("#")[0])
                yield subject if root is None else root

    def _ask_about(self, things: Iterable[NamedNode], store: EmbeddedStore | None = None) -> list[Triple]:
        """What the query says of some things, by the store as it is or another one."""
        assert self._query is not None
        assert self._reads is not None
        found: list[Triple] = []
        nodes = sorted(map(str, things))
        for start in range(0, len(nodes), _AT_ONCE):
            some = nodes[start : start + _AT_ONCE]
            found += self._ask(bind(self._query.text, {self._reads.speaks_of[1:]: some}), store)
        return found

    def _ask(self, text: str, store: EmbeddedStore | None = None) -> Iterable[Triple]:
        triples = (store or self._site.store).query(text)
        if not isinstance(triples, QueryTriples):
            raise McaGraphError(f"the saved query {QUERY} must be a CONSTRUCT")
        return triples

    def _nodes(self, numbers: Iterable[int]) -> Iterator[NamedNode]:
        terms = (self._snapshot.terms[number] for number in numbers)
        return (term for term in terms if isinstance(term, NamedNode))

    def _take(self, triples: Iterable[Triple]) -> None:
        number_of = self._snapshot.id_of
        for subject, property_, value in triples:
            if not isinstance(subject, Triple) and not isinstance(value, Triple):
                self._said[number_of(subject)].extend((number_of(property_), number_of(value)))

    def _statements(self, node: Node) -> list[tuple[str, Node | Literal]]:
        """Property and value of everything that is said of a thing."""
        number = self._snapshot.number_of(node)
        flat = iter(self._said.get(number, ()) if number is not None else ())
        iri, terms = self._snapshot.iri, self._snapshot.terms
        return [(iri(property_), terms[value]) for property_, value in zip(flat, flat, strict=True)]

    def of(self, iri: str) -> dict[str, Any] | None:
        """A thing as JSON-LD, or None where schema.org has no word for it."""
        said = self._statements(NamedNode(iri))
        node = self._node(NamedNode(iri), said, 0) if said else self._concept(iri)
        return {"@context": _CONTEXT, **node} if node and "@type" in node else None

    def digest(self, thing: int) -> int:
        """A fingerprint of what the page of a thing says in these words, and of what it names there."""
        own = f"{self._snapshot.iri(thing)}#"
        return self._digest_of(thing) + sum(
            self._digest_of(value, in_full=not (iri := self._snapshot.iri(value)) or iri.startswith(own))
            for value in self._said.get(thing, ())[1::2]
        )

    def _digest_of(self, number: int, *, in_full: bool = True) -> int:
        """A fingerprint of what is said of a thing, or of its name and its classes alone.

        Nodes without names have another name each time.
        """
        found = self._digests.get((number, in_full))
        if found is None:
            terms = self._snapshot.terms
            flat = iter(self._said.get(number, ()))
            pairs = zip(flat, flat, strict=True)
            texts = (
                f"{terms[property_]} {'' if isinstance(terms[value], BlankNode) else terms[value]}"
                for property_, value in pairs
                if in_full or self._snapshot.iri(property_) in (_TYPE, _NAME)
            )
            found = self._digests[number, in_full] = sum(digest_of(text.encode()) for text in texts)
        return found

    def home(self, description: Description, files: Sequence[Distribution], modified: str) -> dict[str, Any]:
        """The dataset as JSON-LD, with what search engines for data ask for."""
        site, node = self._site, description.node
        found: dict[str, Any] = {
            "@context": _CONTEXT,
            "@id": node.value,
            "@type": "Dataset",
            "name": description.title,
            "description": description.description,
            "url": site.base_url,
            "identifier": node.value,
            "isAccessibleForFree": True,
            "inLanguage": site.project.language,
            "license": site.project.licence,
            "version": description.texts(STANDARD_PREFIXES["dcat"] + "version")[:1],
            "datePublished": description.texts(DCTERMS + "issued")[:1],
            "dateModified": modified[:10],
            "keywords": description.texts(STANDARD_PREFIXES["dcat"] + "keyword"),
            "creator": [self._agent(description, iri) for iri in description.texts(DCTERMS + "creator")],
            "publisher": [self._agent(description, iri) for iri in description.texts(DCTERMS + "publisher")],
            "distribution": [
                {
                    "@type": "DataDownload",
                    "name": file.title,
                    "encodingFormat": list(dict.fromkeys((file.media_type, served_type(file)))),
                    "contentUrl": absolute(site, file.path),
                    "contentSize": f"{file.size} B",
                    "sha256": file.sha256,
                }
                for file in files
            ],
        }
        for entry in found["distribution"]:
            entry["encodingFormat"] = _short(entry["encodingFormat"])
        return {key: _short(value) for key, value in found.items() if value}

    def _agent(self, description: Description, iri: str) -> dict[str, Any]:
        names = {
            quad.predicate.value: quad.object.value
            for quad in description.stated
            if quad.subject == NamedNode(iri) and isinstance(quad.object, Literal)
        }
        name = names.get("http://xmlns.com/foaf/0.1/name") or names.get(RDFS + "label") or iri
        return {"@type": "Organization", "@id": iri, "name": name}

    def _node(self, node: Node, said: Sequence[tuple[str, Node | Literal]], depth: int) -> dict[str, Any]:
        """What is said of a thing, and the name and type of what it leads to."""
        found: dict[str, list[Any]] = defaultdict(list)
        languages: dict[str, list[Literal]] = defaultdict(list)
        for property_, value in sorted(said, key=lambda pair: (pair[0], str(pair[1]))):
            name = property_.removeprefix(SCHEMA)
            if property_ == _TYPE:
                found["@type"].append(value.value.removeprefix(SCHEMA))
            elif isinstance(value, Literal):
                languages[name].append(value)
            elif len(found[name]) < _MOST_VALUES:
                found[name].append(self._reference(node, value, depth))
        for name, literals in languages.items():
            found[name].extend(map(_json, self._preferred(literals)))
        head: dict[str, Any] = {"@id": node.value} if isinstance(node, NamedNode) else {}
        types = {"@type": found.pop("@type")} if "@type" in found else {}
        made = {**types, **dict(sorted(found.items()))}
        return head | {key: _short(sorted(value, key=_as_text)) for key, value in made.items()}

    def _reference(self, node: Node, value: Node, depth: int) -> Any:
        """What stands for a value: all of a part of the thing, name and type of another, or an address."""
        said = self._statements(value)
        if isinstance(value, BlankNode) or value.value.startswith(f"{node.value}#"):
            whole = self._node(value, said, depth + 1) if said and depth < _DEEPEST else {}
            return {key: part for key, part in whole.items() if key != "@id"}
        if not said:
            return {"@id": value.value} if value.value.startswith(self._site.project.base) else value.value
        found: dict[str, Any] = {"@id": value.value}
        if types := sorted(one.value.removeprefix(SCHEMA) for name, one in said if name == _TYPE):
            found["@type"] = _short(types)
        names = [one for name, one in said if name == _NAME and isinstance(one, Literal)]
        if names:
            found["name"] = min(one.value for one in self._preferred(names))
        return found

    def _preferred(self, literals: list[Literal]) -> list[Literal]:
        """Texts in the project's language where there are any, or else all."""
        own = [one for one in literals if not one.language or one.language == self._site.project.language]
        return own or literals

    def _concept(self, iri: str) -> dict[str, Any] | None:
        snapshot, vocabulary = self._site.snapshot, self._site.vocabulary
        number = snapshot.find(iri)
        types = snapshot.types(number) if number is not None else []
        if number is None or not {vocabulary.concept, vocabulary.scheme} & set(types):
            return None
        is_concept = vocabulary.concept in types
        texts = [SKOS + "definition", DCTERMS + "description", SKOS + "scopeNote"]
        values = [v for text in texts for v in snapshot.values(number, snapshot.find(text))]
        found: dict[str, Any] = {
            "@id": iri,
            "@type": "DefinedTerm" if is_concept else "DefinedTermSet",
            "name": snapshot.label(number),
        }
        if values:
            found["description"] = vocabulary.text([snapshot.terms[values[0]]])
        if is_concept and (schemes := snapshot.values(number, vocabulary.in_scheme)):
            found["inDefinedTermSet"] = {"@id": snapshot.iri(schemes[0]), "name": snapshot.label(schemes[0])}
        return found


def kinds_of(node: Mapping[str, Any]) -> list[str]:
    """The schema.org classes of a thing: IRIs."""
    types = node.get("@type", [])
    return [SCHEMA + name for name in ([types] if isinstance(types, str) else types)]


def embedded(value: object) -> str:
    """JSON that can stand inside a page: no mark in it can end the element around it."""
    text = json.dumps(value, ensure_ascii=False)
    for mark in "<>&\u2028\u2029":
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    return text


def _json(value: Literal) -> Any:
    if value.datatype.value in _NUMBERS and _NUMBER.match(value.value):
        number = float(value.value)
        return int(number) if number.is_integer() else number
    if value.datatype.value == XSD + "boolean":
        return value.value in ("true", "1")
    return value.value


def _short(value: Any) -> Any:
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _as_text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
