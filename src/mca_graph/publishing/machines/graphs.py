"""The graphs of a project, thing after thing in the order of their addresses: none is ever held whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad

from mca_graph.project import Project
from mca_graph.publishing.machines.spelling import Group, Pair, Spelling
from mca_graph.publishing.machines.statements import file_quads, ordered
from mca_graph.publishing.site.snapshot import Snapshot

_Statements = tuple[Iterable[int], Callable[[int], Iterable[Pair]]]


class Graphs:
    """Reads the graphs of a project out of a snapshot.

    Args:
        project: gives the names of the graphs, and the files of ontology and concepts.
        snapshot: holds everything else.
        spelling: gives the order of statements.
    """

    def __init__(self, project: Project, snapshot: Snapshot, spelling: Spelling) -> None:
        self._snapshot, self._spelling = snapshot, spelling
        self.current = project.graph("current")
        ontology, concepts = (
            self._of_files(files) for files in (project.ontology_files, project.concept_files)
        )
        self._graphs: dict[str, _Statements] = {
            self.current: (list(snapshot.current()), snapshot.facts),
            project.graph("ontology"): (ontology, lambda subject: ontology.get(subject, ())),
            project.graph("concepts"): (concepts, lambda subject: concepts.get(subject, ())),
            project.graph("provenance"): (list(snapshot.headed()), snapshot.header),
        }
        for graph, subjects in snapshot.stated_by().items():
            self._graphs[snapshot.iri(graph)] = (subjects, self._stated_in(graph))
        self._nameless = snapshot.find_nameless()

    @property
    def names(self) -> list[str]:
        """The names of the graphs, in order."""
        return sorted(name for name, (subjects, _pairs) in self._graphs.items() if subjects)

    def groups(self, name: str) -> Iterator[Group]:
        """The statements of a graph, in order; nodes without names have canonical ones."""
        subjects, pairs_of = self._graphs[name]
        nameless, renamed = self._nameless, self._renamed.get(name, {})
        wanted = {subject for subject in subjects if subject not in nameless} | renamed.keys()
        for subject in sorted(wanted, key=self._spelling.whole.__getitem__):
            pairs = set(renamed.get(subject, ()))
            if subject not in nameless:
                pairs.update(pair for pair in pairs_of(subject) if pair[1] not in nameless)
            if pairs:
                yield subject, sorted(pairs, key=self._spelling.position)

    @cached_property
    def _renamed(self) -> dict[str, dict[int, list[Pair]]]:
        """For each graph the statements with nodes without names, which have canonical names here."""
        found: dict[str, dict[int, list[Pair]]] = {}
        if self._nameless:
            for quad in ordered(self._with_nameless()):
                assert isinstance(quad.graph_name, NamedNode)
                subject, *pair = map(self._snapshot.id_of, (quad.subject, quad.predicate, quad.object))
                things = found.setdefault(quad.graph_name.value, {})
                things.setdefault(subject, []).append((pair[0], pair[1]))
        return found

    def _with_nameless(self) -> Iterator[Quad]:
        nameless = self._nameless
        for name, (subjects, pairs_of) in self._graphs.items():
            for subject in subjects:
                for property_, value in pairs_of(subject):
                    if subject in nameless or value in nameless:
                        yield quad_of(self._snapshot, subject, property_, value, name)

    def _of_files(self, files: Iterable[Path]) -> dict[int, dict[Pair, None]]:
        """What some files say, by what it is about."""
        number_of = self._snapshot.id_of
        found: dict[int, dict[Pair, None]] = {}
        for quad in file_quads(files):
            pair = (number_of(quad.predicate), number_of(quad.object))
            found.setdefault(number_of(quad.subject), {})[pair] = None
        return found

    def _stated_in(self, graph: int) -> Callable[[int], Iterable[Pair]]:
        return lambda subject: self._snapshot.stated(graph, subject)


def quad_of(snapshot: Snapshot, subject: int, property_: int, value: int, graph: str = "") -> Quad:
    """A statement as the engine knows it."""
    terms = snapshot.terms
    node, predicate = terms[subject], terms[property_]
    assert not isinstance(node, Literal)
    assert isinstance(predicate, NamedNode)
    return Quad(node, predicate, terms[value], NamedNode(graph) if graph else None)
