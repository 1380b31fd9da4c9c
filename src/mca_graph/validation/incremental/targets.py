"""Whether a shape is asked about a node."""

from __future__ import annotations

from itertools import islice

from pyoxigraph import Literal, NamedNode

from mca_graph.store import Term
from mca_graph.validation.incremental.paths import INSTANCE, Step, ends_of, reverse
from mca_graph.validation.incremental.roots import Root
from mca_graph.validation.incremental.view import View

_ANY = Step(None)
_MUCH = 100
"""How many statements about a node make it one whose properties are looked up one by one."""


class Targets:
    """Tells whether a node is a target of a shape.

    Args:
        view: the graph.
    """

    def __init__(self, view: View) -> None:
        self._view, self._exact = view, view.exactly()
        self._classes: dict[Term, set[Term]] = {}
        self._properties: dict[Term, set[NamedNode] | None] = {}

    def written(self, root: Root, node: Term) -> set[Term]:
        """A node as a shape is asked about it, a literal in each of its forms; nothing where it is not."""
        if not isinstance(node, Literal):
            return {node} if self.has(root, node) else set()
        forms = {one for one in root.nodes if self._view.held(one) == node}
        for step in root.steps:
            if step.inverse:
                forms.update(triple.object for triple, _ in self._view.edges(node, step))  # type: ignore[misc]
        for origin, way in root.origins:
            for other in ends_of(reverse(way), {node}, self._view):
                reached = ends_of(way, self.written(origin, other), self._exact)
                forms.update(end for end in reached if self._view.held(end) == node)
        return forms

    def has(self, root: Root, node: Term) -> bool:
        """True for a target node (SHACL, section 2.1.3) and for a value node that is handed on."""
        return (
            node in root.nodes
            or not root.classes.isdisjoint(self._classes_of(node))
            or any(self._leads_on(node, step) for step in root.steps)
            or any(
                other in self.written(origin, self._view.held(other))
                for origin, way in root.origins
                for other in ends_of(reverse(way), {node}, self._exact)
            )
        )

    def _leads_on(self, node: Term, step: Step) -> bool:
        if step.inverse:
            return self._view.has(node, step)
        if node not in self._properties:
            said = list(islice(self._view.edges(node, _ANY), _MUCH))
            self._properties[node] = {triple.predicate for triple, _ in said} if len(said) < _MUCH else None
        properties = self._properties[node]
        return self._view.has(node, step) if properties is None else step.predicate in properties

    def _classes_of(self, node: Term) -> set[Term]:
        if node not in self._classes:
            self._classes[node] = ends_of(INSTANCE, {node}, self._view)
        return self._classes[node]
