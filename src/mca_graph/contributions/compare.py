"""What one graph says that another does not."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, Literal, NamedNode, Quad, Triple

from mca_graph.rdf.terms import AnyTerm


@dataclass(frozen=True, slots=True)
class Changed:
    """A property that has another value than before."""

    subject: AnyTerm
    property: NamedNode
    before: AnyTerm
    after: AnyTerm


@dataclass(frozen=True, slots=True)
class Comparison:
    """The difference between two graphs.

    Attributes:
        added: statements of the second only, in a stable order.
        removed: statements of the first only.
        changed: pairs among them: one value that gave way to another.
    """

    added: tuple[Triple, ...]
    removed: tuple[Triple, ...]
    changed: tuple[Changed, ...]

    @property
    def same(self) -> bool:
        """True where both graphs say the same."""
        return not (self.added or self.removed)

    def plain(self) -> tuple[list[Triple], list[Triple]]:
        """What was added and what was removed, apart from what changed."""
        gone = {(change.subject, change.property, change.before) for change in self.changed}
        come = {(change.subject, change.property, change.after) for change in self.changed}
        added = [triple for triple in self.added if tuple(triple) not in come]
        return added, [triple for triple in self.removed if tuple(triple) not in gone]


def compare(before: Iterable[Triple], after: Iterable[Triple]) -> Comparison:
    """Compare two graphs; blank nodes are the same where what is said of them is (RDF 1.1, section 3.6)."""
    first, second = set(before), set(after)
    if any(_has_blank(triple) for triple in first) or any(_has_blank(triple) for triple in second):
        first, second = _labelled(first, second)
    added = tuple(sorted(second - first, key=str))
    removed = tuple(sorted(first - second, key=str))
    return Comparison(added, removed, tuple(_changed(added, removed)))


def _changed(added: Iterable[Triple], removed: Iterable[Triple]) -> Iterable[Changed]:
    places: dict[tuple[AnyTerm, AnyTerm, str], tuple[list[AnyTerm], list[AnyTerm]]]
    places = defaultdict(lambda: ([], []))
    for index, triples in enumerate((removed, added)):
        for triple in triples:
            value = triple.object
            language = (value.language or "") if isinstance(value, Literal) else ""
            places[triple.subject, triple.predicate, language][index].append(value)
    for (subject, property_, _language), (old, new) in places.items():
        if len(old) == len(new) == 1 and isinstance(property_, NamedNode):
            yield Changed(subject, property_, old[0], new[0])


def _has_blank(triple: Triple) -> bool:
    return isinstance(triple.subject, BlankNode) or isinstance(triple.object, BlankNode)


def _labelled(first: set[Triple], second: set[Triple]) -> tuple[set[Triple], set[Triple]]:
    """Both graphs with labels for blank nodes that depend on nothing but what is said of them."""
    canonical = _canonical(first), _canonical(second)
    if canonical[0] == canonical[1]:
        return canonical
    by_content = _by_content(first), _by_content(second)
    # Two nodes of the same content become one; where that hides the difference, the labels of the whole tell.
    return by_content if by_content[0] != by_content[1] else canonical


def _canonical(triples: set[Triple]) -> set[Triple]:
    dataset = Dataset(Quad(triple.subject, triple.predicate, triple.object) for triple in triples)
    dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return {quad.triple for quad in dataset}


def _by_content(triples: set[Triple]) -> set[Triple]:
    about: dict[BlankNode, list[Triple]] = defaultdict(list)
    for triple in _canonical(triples):
        if isinstance(triple.subject, BlankNode):
            about[triple.subject].append(triple)
    known: dict[BlankNode, str] = {}

    def digest(node: BlankNode, above: frozenset[BlankNode]) -> str:
        if node in known:
            return known[node]
        inner = above | {node}
        lines = sorted(
            f"{triple.predicate} {_text(triple.object, inner, digest)}" for triple in about.get(node, ())
        )
        made = hashlib.sha256("\n".join(lines).encode()).hexdigest()[:32]
        if not above:
            known[node] = made
        return made

    def renamed(term: AnyTerm) -> AnyTerm:
        return BlankNode(f"b{digest(term, frozenset())}") if isinstance(term, BlankNode) else term

    return {
        Triple(renamed(triple.subject), triple.predicate, renamed(triple.object))  # type: ignore[arg-type]
        for triple in _canonical(triples)
    }


def _text(term: AnyTerm, above: frozenset[BlankNode], digest: object) -> str:
    if not isinstance(term, BlankNode):
        return str(term)
    return str(term) if term in above else digest(term, above)  # type: ignore[operator]
