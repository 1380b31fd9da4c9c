"""What a contributor most likely meant: advice that no shape can give."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from difflib import get_close_matches
from functools import cache, cached_property
from itertools import islice

from pyoxigraph import Literal, NamedNode

from mca_graph.findings import Finding, Location, Severity
from mca_graph.namespaces import LABEL_PROPERTIES, RDF
from mca_graph.project import Project
from mca_graph.rdf.positions.document import PlacedSource
from mca_graph.rdf.terms import AnyTerm
from mca_graph.store import Term
from mca_graph.store.embedded import EmbeddedStore
from mca_graph.validation.locate import OWN_RULES
from mca_graph.validation.readings import readings
from mca_graph.validation.terms import parse_term, simple_predicate

UNKNOWN_TERM = OWN_RULES + "unknown-term"
"""The code of a finding about a property or a class that the ontology does not have."""

HIDDEN_CHARACTER = OWN_RULES + "hidden-character"
"""The code of a finding about a character that changes the order in which a text is shown."""

_TYPE = NamedNode(RDF + "type")
_LABELS = tuple(NamedNode(iri) for iri in LABEL_PROPERTIES)
_HIDDEN = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_MOST_NAMES = 5_000
"""How many labelled things are looked through for a name; in a larger graph near spellings are tried out."""

_MOST_TRIED = 20
"""For how many names near spellings are tried out: each takes some thousand lookups."""

_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789-"
_NEAR, _VERY_NEAR = 0.6, 0.8
"""Likeness (difflib) of names: of those that are very near three are told, else only the nearest."""


class Adviser:
    """Knows the names of a graph and of the contributions under test.

    Args:
        project: gives the prefixes.
        store: the graph.
        sources: the contributions under test; they may describe things that the graph does not have.
    """

    def __init__(self, project: Project, store: EmbeddedStore, sources: Sequence[PlacedSource]) -> None:
        self._project, self._store, self._sources = project, store, sources
        self._names_in = cache(self._find_names_in)
        self._tried: dict[str, list[str]] = {}

    def advise(self, finding: Finding) -> Finding:
        """The same finding with what to write instead, where the property or the value tells."""
        property_ = simple_predicate(finding.path)
        if property_ is not None and finding.focus is not None and self._is_unknown(property_):
            place = self._predicate_place(finding, property_) or finding.location
            return replace(finding, location=place, suggestion=self._nearest(property_))
        if finding.suggestion or finding.value is None or finding.value == finding.focus:
            return finding
        value = parse_term(finding.value)
        if isinstance(value, NamedNode):
            said = self._for_link(value)
        elif isinstance(value, Literal):
            said = self._for_text(value)
        else:
            said = None
        return replace(finding, suggestion=said) if said else finding

    def lint(self, found: Iterable[Finding]) -> Iterator[Finding]:
        """What the contributions say in words that the ontology does not have, and what hides in texts.

        Args:
            found: the findings of the shapes; what one of them blames already is not blamed again.
        """
        blamed = {(finding.focus, text) for finding in found for text in (finding.path, finding.value)}
        for source in self._sources:
            for quad in source.statements():
                used = (quad.predicate, quad.object) if quad.predicate == _TYPE else (quad.predicate,)
                for term in used:
                    if (str(quad.subject), str(term)) in blamed:
                        continue
                    if isinstance(term, NamedNode) and self._is_unknown(term):
                        yield self._unknown(source, quad.subject, quad.predicate, quad.object, term)
                if isinstance(quad.object, Literal) and _HIDDEN.search(quad.object.value):
                    yield Finding(
                        Severity.WARNING,
                        HIDDEN_CHARACTER,
                        "Take out the hidden characters that change the direction of the text, or write the "
                        "text again by hand.",
                        focus=str(quad.subject),
                        path=str(quad.predicate),
                        value=str(quad.object),
                        location=source.place(quad.subject, quad.predicate, quad.object),
                    )

    def _unknown(
        self, source: PlacedSource, subject: AnyTerm, predicate: NamedNode, value: AnyTerm, term: NamedNode
    ) -> Finding:
        place = source.place(subject, predicate, value)
        kind = "class" if term != predicate else "property"
        return Finding(
            Severity.VIOLATION,
            UNKNOWN_TERM,
            f"Use a {kind} of the ontology: it has no {self._short(term)}.",
            focus=str(subject),
            path=str(predicate),
            value=str(term),
            location=source.predicate_place(subject, predicate, value) if term == predicate else place,
            suggestion=self._nearest(term),
        )

    def _predicate_place(self, finding: Finding, predicate: NamedNode) -> Location | None:
        focus = parse_term(finding.focus or "")
        for source in self._sources:
            for quad in source.statements():
                if quad.subject == focus and quad.predicate == predicate:
                    return source.predicate_place(focus, predicate, quad.object)
        return None

    def _for_link(self, node: NamedNode) -> str | None:
        if self._is_known(node):
            return None
        for variant in _variants(node.value):
            if self._is_known(NamedNode(variant)):
                return f"write <{variant}>, which the graph knows"
        return self._nearest(node)

    def _for_text(self, value: Literal) -> str | None:
        found = [self._short(subject) for subject in self._bearing(value.value)]
        if found:
            return f"link to {' or '.join(found)}"
        return readings(value.value)

    def _bearing(self, label: str) -> list[NamedNode]:
        """The things that bear a label, in any language."""
        texts = [Literal(label), Literal(label, language=self._project.language)]
        found = {
            subject
            for predicate in _LABELS
            for text in texts
            for subject, _predicate, _value in self._store.match(None, predicate, text)
            if isinstance(subject, NamedNode) and subject.value.startswith(self._project.base)
        }
        return sorted(found, key=str)[:3]

    def _short(self, node: NamedNode) -> str:
        return self._project.prefixes.shrink(node.value) or str(node)

    def _is_known(self, node: NamedNode) -> bool:
        if node in self._described:
            return True
        described = next(self._store.match(node), None)
        return described is not None or (
            not node.value.startswith(self._project.base)
            and next(self._store.match(None, None, node), None) is not None
        )

    @cached_property
    def _described(self) -> frozenset[AnyTerm]:
        """What the contributions under test speak of."""
        return frozenset(quad.subject for source in self._sources for quad in source.statements())

    def _nearest(self, node: NamedNode) -> str | None:
        """The names nearest to a name of ours that nothing bears."""
        namespace = _namespace(node.value)
        if not namespace.startswith(self._project.base):
            return None
        local = node.value[len(namespace) :]
        names = self._names_in(namespace)
        if self._is_large:
            names = sorted({*names, *self._spelled_nearly(namespace, local)})
        near = get_close_matches(local, names, n=3, cutoff=_VERY_NEAR) or get_close_matches(
            local, names, n=1, cutoff=_NEAR
        )
        shown = [self._short(NamedNode(namespace + name)) for name in near]
        return f"did you mean {' or '.join(shown)}?" if shown else None

    def _find_names_in(self, namespace: str) -> list[str]:
        found = {
            node.value[len(namespace) :]
            for node in (*self._subjects, *self._described)
            if isinstance(node, NamedNode) and node.value.startswith(namespace)
        }
        return sorted(name for name in found if name and "/" not in name)

    def _spelled_nearly(self, namespace: str, local: str) -> list[str]:
        """The names of a namespace that the graph has and that are one slip of the pen away."""
        iri = namespace + local
        if iri not in self._tried and len(self._tried) < _MOST_TRIED:
            self._tried[iri] = [name for name in _spellings(local) if self._is_described(namespace + name)]
        return self._tried.get(iri, [])

    def _is_described(self, iri: str) -> bool:
        try:
            return next(self._store.match(NamedNode(iri)), None) is not None
        except ValueError:  # what was left out makes it no IRI
            return False

    @cached_property
    def _subjects(self) -> tuple[Term, ...]:
        """Labelled things: all of the ontology and the concepts, and of the rest so many."""
        graphs = [NamedNode(self._project.graph(name)) for name in ("ontology", "concepts")]
        terms = (
            found.subject
            for graph in graphs
            for predicate in _LABELS
            for found in self._store.statements(None, predicate, None, graph)
        )
        return tuple(dict.fromkeys([*terms, *self._labelled]))

    @cached_property
    def _labelled(self) -> list[Term]:
        found = (subject for predicate in _LABELS for subject, _p, _o in self._store.match(None, predicate))
        return list(islice(found, _MOST_NAMES))

    @property
    def _is_large(self) -> bool:
        """True where the graph has more labelled things than are looked through."""
        return len(self._labelled) == _MOST_NAMES

    @cached_property
    def _vocabulary(self) -> frozenset[str]:
        """The namespaces in which the ontology declares classes and properties."""
        graph = NamedNode(self._project.graph("ontology"))
        return frozenset(
            _namespace(found.subject.value)
            for found in self._store.statements(None, _TYPE, None, graph)
            if isinstance(found.subject, NamedNode)
            and "#" in found.subject.value
            and found.subject.value.startswith(self._project.base)
        )

    def _is_unknown(self, term: NamedNode) -> bool:
        return _namespace(term.value) in self._vocabulary and next(self._store.match(term), None) is None


def _spellings(name: str) -> set[str]:
    """All that is one slip of the pen away from a name: a letter lost, doubled, swapped or wrong."""
    halves = [(name[:index], name[index:]) for index in range(len(name) + 1)]
    lost = {before + after[1:] for before, after in halves if after}
    swapped = {before + after[1] + after[0] + after[2:] for before, after in halves if len(after) > 1}
    wrong = {before + letter + after[1:] for before, after in halves if after for letter in _LETTERS}
    missing = {before + letter + after for before, after in halves for letter in _LETTERS}
    return (lost | swapped | wrong | missing) - {name, ""}


def _namespace(iri: str) -> str:
    return iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]


def _variants(iri: str) -> Iterator[str]:
    """The same address with http or https, with or without ``www.``, with or without a last slash."""
    found = re.match(r"(https?)://(www\.)?(.+?)(/?)\Z", iri)
    if not found:
        return
    for scheme in ("https", "http"):
        for www in ("", "www."):
            for slash in ("", "/"):
                variant = f"{scheme}://{www}{found.group(3)}{slash}"
                if variant != iri:
                    yield variant
