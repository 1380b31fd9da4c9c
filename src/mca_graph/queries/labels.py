"""Labels for the IRIs of an answer, looked up after the query has run."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from mca_graph.namespaces import LABEL_PROPERTIES
from mca_graph.project import Project
from mca_graph.store import Store, Term

_PROPERTIES = tuple(NamedNode(iri) for iri in LABEL_PROPERTIES)


class Labels:
    """Names things as people read them.

    Args:
        store: the graph that holds the labels.
        project: gives prefixes and the preferred language.
        plain: show CURIEs or IRIs instead of labels.
    """

    def __init__(self, store: Store, project: Project, *, plain: bool = False) -> None:
        self._store, self._project, self._plain = store, project, plain
        self._known: dict[NamedNode, str] = {}

    def text(self, term: Term | Triple | None) -> str:
        """What to show for a term; the empty text for an unbound variable."""
        if term is None:
            return ""
        if isinstance(term, NamedNode):
            return self.iri(term) if self._plain else self.label(term)
        if isinstance(term, Literal):
            return term.value
        if isinstance(term, BlankNode):
            return f"_:{term.value}"
        return str(term)

    def label(self, node: NamedNode) -> str:
        """The label of a thing in the preferred language; else its CURIE; else its IRI."""
        if node not in self._known:
            self._known[node] = self._find(node) or self.iri(node)
        return self._known[node]

    def iri(self, node: NamedNode) -> str:
        """The CURIE of a thing where a prefix of the project fits, else its IRI."""
        return self._project.prefixes.shrink(node.value) or node.value

    def learn(self, statements: Iterable[Quad]) -> None:
        """Take labels from statements that the graph does not hold; the graph's own come first."""
        for quad in statements:
            if quad.predicate not in _PROPERTIES:
                continue
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal):
                self._known.setdefault(quad.subject, self._find(quad.subject) or quad.object.value)

    def _find(self, node: NamedNode) -> str | None:
        language = self._project.language
        for predicate in _PROPERTIES:
            best: tuple[int, str] | None = None
            for _subject, _predicate, value in self._store.match(node, predicate):
                if isinstance(value, Literal):
                    tag = (value.language or "").lower()
                    rank = 0 if tag.split("-")[0] == language else 1 if not tag else 2
                    best = min(best or (rank, value.value), (rank, value.value))
            if best:
                return best[1]
        return None
