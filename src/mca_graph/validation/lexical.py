"""Literals as they were typed: the embedded store keeps values, so that "007" comes back from it as 7."""

from __future__ import annotations

from collections.abc import Callable, Iterable
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
        triples: gives the data graph when it is needed.
    """

    def __init__(self, triples: Callable[[], Iterable[Triple]]) -> None:
        self._triples = triples

    @cached_property
    def _typed(self) -> dict[Term, list[tuple[Term, Term]]]:
        """For each value as the store holds it, where it was typed otherwise: subject and literal."""
        candidates = [
            (triple.subject, triple.object)
            for triple in self._triples()
            if isinstance(triple.object, Literal) and may_change(triple.object)
        ]
        normal = normal_forms(value for _subject, value in candidates)
        found: dict[Term, list[tuple[Term, Term]]] = {value: [] for value in normal.values()}
        for subject, value in candidates:
            held = normal.get(value, value)
            if held in found and not isinstance(subject, Triple):
                found[held].append((subject, value))
        return found

    def of(self, value: Term, focus: Term) -> Term:
        """A value as it was typed at a focus node, or else anywhere."""
        found = self._typed.get(value) if may_change(value) else None
        if not found:
            return value
        here = [typed for subject, typed in found if subject == focus]
        return here[0] if here else found[0][1]

    def everywhere(self, value: Term) -> set[Term]:
        """A value in every form in which it was typed."""
        found = self._typed.get(value) if may_change(value) else None
        return {value, *(typed for _subject, typed in found or ())}
