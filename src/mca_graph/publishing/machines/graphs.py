"""The graphs of a project, thing after thing in the order of their addresses: none is ever held whole."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import chain
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad

from mca_graph.project import Project
from mca_graph.publishing.machines.spelling import Group, Pair, Spelling
from mca_graph.publishing.machines.statements import file_quads, ordered
from mca_graph.publishing.site.snapshot import Snapshot

_NONE: frozenset[int] = frozenset()
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
            self.current: (
                [subject for subject in snapshot.current() if any(snapshot.facts(subject))],
                snapshot.facts,
            ),
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

    @cached_property
    def nameless(self) -> str:
        """A fingerprint of the statements with nodes without names, whose names hang on all of these."""
        text = self._spelling.ntriples
        found = sorted((name, text(things.items())) for name, things in self._renamed.items())
        return hashlib.blake2b(repr(found).encode(), digest_size=12).hexdigest()

    def subjects(self, name: str) -> list[tuple[str, int]]:
        """What a graph speaks of, as it is written, in order; nodes without names have canonical ones."""
        (subjects, _pairs_of), terms = self._graphs[name], self._snapshot.terms
        found = set(subjects).difference(self._apart.get(name, _NONE)).union(self.mixed(name))
        return sorted((str(terms[subject]), subject) for subject in found)

    def groups(self, name: str, subjects: Iterable[int]) -> list[Group]:
        """The statements of a graph on some things, in order."""
        _subjects, pairs_of = self._graphs[name]
        mixed, position = self.mixed(name), self._spelling.position
        return [
            (subject, sorted(set(mixed.get(subject) or pairs_of(subject)), key=position))
            for subject in subjects
        ]

    def plain(self, name: str) -> Iterator[tuple[int, Iterable[Pair]]]:
        """What a graph says of things that it needs no nodes without names for, in the order of the files."""
        subjects, pairs_of = self._graphs[name]
        apart = self._apart.get(name, _NONE)
        for subject in subjects:
            if subject not in apart:
                yield subject, dict.fromkeys(pairs_of(subject))

    def mixed(self, name: str) -> dict[int, list[Pair]]:
        """What a graph says of all other things, with canonical names."""
        return self._mixed.get(name, {})

    @cached_property
    def _apart(self) -> dict[str, set[int]]:
        """For each graph what it needs nodes without names for, and these nodes."""
        found: dict[str, set[int]] = {}
        nameless = self._nameless
        for name, (subjects, pairs_of) in self._graphs.items() if nameless else ():
            apart = {
                subject
                for subject in subjects
                if subject in nameless or not nameless.isdisjoint(chain.from_iterable(pairs_of(subject)))
            }
            if apart:
                found[name] = apart
        return found

    @cached_property
    def _mixed(self) -> dict[str, dict[int, list[Pair]]]:
        found: dict[str, dict[int, list[Pair]]] = {}
        nameless = self._nameless
        for name, subjects in self._apart.items():
            _subjects, pairs_of = self._graphs[name]
            things = found[name] = {
                subject: list(pairs) for subject, pairs in self._renamed.get(name, {}).items()
            }
            for subject in subjects - nameless:
                named = dict.fromkeys(pair for pair in pairs_of(subject) if pair[1] not in nameless)
                things[subject].extend(named)
        return found

    @cached_property
    def _renamed(self) -> dict[str, dict[int, list[Pair]]]:
        """For each graph the statements with nodes without names, which have canonical names here."""
        found: dict[str, dict[int, list[Pair]]] = {}
        if self._apart:
            for quad in ordered(self._with_nameless()):
                assert isinstance(quad.graph_name, NamedNode)
                subject, *pair = map(self._snapshot.id_of, (quad.subject, quad.predicate, quad.object))
                things = found.setdefault(quad.graph_name.value, {})
                things.setdefault(subject, []).append((pair[0], pair[1]))
        return found

    def _with_nameless(self) -> Iterator[Quad]:
        nameless = self._nameless
        for name, subjects in self._apart.items():
            _subjects, pairs_of = self._graphs[name]
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
