"""Literals as they were typed: the embedded store keeps values, so that "007" comes back from it as 7."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from pyoxigraph import Literal, NamedNode, Quad, Triple

from mca_graph.namespaces import RDF, XSD
from mca_graph.store import Term
from mca_graph.store.embedded import EmbeddedStore

_ROW = "urn:x-mca-graph:row:"
_KEPT = frozenset({XSD + "string", RDF + "langString"})


def may_change(term: Term) -> bool:
    """True when the store may hold a literal in another form."""
    if not isinstance(term, Literal):
        return False
    return term.language.lower() != term.language if term.language else term.datatype.value not in _KEPT


def normal_forms(terms: Iterable[Term]) -> dict[Term, Term]:
    """The form in which the store holds each of these terms, for those where it is another one."""
    listed = list(dict.fromkeys(term for term in terms if may_change(term)))
    row = NamedNode(_ROW)
    store = EmbeddedStore.of(
        Quad(row, NamedNode(f"{_ROW}{index}"), term) for index, term in enumerate(listed)
    )
    found = {}
    for _row, predicate, held in store.match():
        typed = listed[int(predicate.value.removeprefix(_ROW))]
        if typed != held:
            found[typed] = held
    return found


class AsTyped:
    """The literals of a data graph that the store holds in another form.

    Args:
        triples: the data graph.
    """

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._triples = triples

    @cached_property
    def _typed(self) -> dict[Term, list[tuple[Term, Term]]]:
        candidates = [
            (triple.subject, triple.object)
            for triple in self._triples
            if isinstance(triple.object, Literal) and may_change(triple.object)
        ]
        normal = normal_forms(value for _subject, value in candidates)
        found: dict[Term, list[tuple[Term, Term]]] = {}
        for subject, value in candidates:
            if value in normal and not isinstance(subject, Triple):
                found.setdefault(normal[value], []).append((subject, value))
        return found

    def of(self, value: Term, focus: Term) -> Term:
        """A value as it was typed at a focus node, where it differs from what the store holds."""
        if not may_change(value):
            return value
        return next((typed for subject, typed in self._typed.get(value, ()) if subject == focus), value)

    def everywhere(self, value: Term) -> set[Term]:
        """A value in every form in which it was typed."""
        if not may_change(value):
            return {value}
        return {value, *(typed for _subject, typed in self._typed.get(value, ()))}
