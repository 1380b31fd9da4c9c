"""Run the fast engine on what a change can matter to, and on nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set

from pyoxigraph import Triple

from mca_graph.findings import Finding
from mca_graph.project import Project
from mca_graph.rdf.positions.document import PlacedSource
from mca_graph.store import Term
from mca_graph.store.embedded import EmbeddedStore
from mca_graph.validation.fast import validate
from mca_graph.validation.incremental.affected import Finder
from mca_graph.validation.incremental.change import Change, change_of
from mca_graph.validation.incremental.focused import Focused, Slice
from mca_graph.validation.incremental.paths import ends_of
from mca_graph.validation.incremental.patterns import FOCUS
from mca_graph.validation.incremental.places import Places
from mca_graph.validation.incremental.reads import roots
from mca_graph.validation.incremental.roots import Root
from mca_graph.validation.incremental.solve import solve
from mca_graph.validation.incremental.targets import Targets
from mca_graph.validation.incremental.view import View
from mca_graph.validation.shapes import Node, Shapes


def validate_change(
    project: Project, store: EmbeddedStore, sources: Sequence[PlacedSource], shapes: Shapes, language: str
) -> Iterator[Finding]:
    """Yield what is wrong with what contributions speak of, and what would be newly wrong elsewhere.

    Raises:
        ReadError: a contribution names a graph of its own.
        McaGraphError: the shapes cannot be used.
    """
    change = change_of(project, store, sources, shapes.triples)
    checker = Checker(change, shapes, language)
    mentioned = {str(node) for node in change.mentioned}
    found = set(checker.after())
    elsewhere = {finding.focus for finding in found if finding.focus not in mentioned}
    known = set(checker.before(elsewhere)) if elsewhere else set()
    return (finding for finding in found if finding.focus in mentioned or finding not in known)


class Checker:
    """Finds what a change matters to, and checks that before the change and after it.

    Args:
        change: the change.
        shapes: the shapes graph.
        language: of messages.

    Raises:
        McaGraphError: the shapes graph is ill-formed.
    """

    def __init__(self, change: Change, shapes: Shapes, language: str) -> None:
        self._shapes, self._language = shapes, language
        self._before = View(change.base)
        self._after = View(change.base, change.added, change.removed)
        self._roots = roots(shapes)
        self.affected = self._affected(change)

    def after(self) -> Iterator[Finding]:
        """Yield the findings at the affected nodes after the change."""
        return self._validated(self._after)

    def before(self, only: Set[str | None] | None = None) -> Iterator[Finding]:
        """Yield the findings at the affected nodes before the change.

        Args:
            only: the nodes that matter, in N-Triples syntax; None for all of them.
        """
        return self._validated(self._before, only)

    def _affected(self, change: Change) -> dict[Node, set[Term]]:
        """For each shape the nodes whose result the change can be of any matter to."""
        union = View(change.base, change.added)
        finder, places = Finder(union), Places(self._roots, union)
        by_cluster: dict[str, set[Term]] = {root.cluster: set(change.mentioned) for root in self._roots}
        changed = (*change.added, *change.removed)
        for root in self._roots:
            if root.reads_all and changed:
                by_cluster[root.cluster] |= finder.all_targets(root)
        for triple in changed:
            for place in places.of(triple):
                known = by_cluster[place.root.cluster]
                known |= finder.focus_nodes(place, triple, known)
        self._hand_on(by_cluster, union)
        return {root.shape: by_cluster[root.cluster] for root in self._roots}

    def _hand_on(self, by_cluster: dict[str, set[Term]], union: View) -> None:
        """Add the value nodes of affected nodes where those are asked about for their own sake."""
        views = [Targets(view) for view in (self._before, self._after)]
        ways = [(origin, way, root) for root in self._roots for origin, way in root.origins]
        grown = bool(ways)
        while grown:
            grown = False
            for origin, way, root in ways:
                nodes = by_cluster[origin.cluster]
                begins = {node for node in nodes if any(view.written(origin, node) for view in views)}
                fresh = ends_of(way, begins, union) - by_cluster[root.cluster]
                by_cluster[root.cluster] |= fresh
                grown |= bool(fresh)

    def _validated(self, view: View, only: Set[str | None] | None = None) -> Iterator[Finding]:
        targets = Targets(view)
        focus: dict[Node, set[Term]] = {}
        held: dict[Node, set[Term]] = {}
        read: set[Triple] = set()
        for root in self._roots:
            nodes = {one for node in self.affected[root.shape] for one in targets.written(root, node)}
            if only is not None:
                nodes = {node for node in nodes if not only.isdisjoint((str(node), str(view.held(node))))}
            if nodes:
                focus[root.shape] = nodes
                held[root.shape] = {node if node in root.nodes else view.held(node) for node in nodes}
                self._gather(root, {view.held(node) for node in nodes}, view, read)
        if not focus:
            return iter(())
        return validate(Slice(read, focus), Focused(self._shapes, focus, held), self._language)

    @staticmethod
    def _gather(root: Root, nodes: set[Term], view: View, read: set[Triple]) -> None:
        """Collect the triples that a shape reads when it is asked about these nodes."""
        if root.reads_all:
            read.update(view.triples())
        for reads in root.reads:
            solve(reads.group, {**reads.bound, FOCUS: nodes}, view, read)
