"""What is validated: the whole graph of a project, or a contribution as if it were already in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple, serialize

from mca_graph.errors import ReadError
from mca_graph.graph.assemble import contribution_quads
from mca_graph.graph.rules import single_valued
from mca_graph.project import Project
from mca_graph.queries.catalogue import catalogue
from mca_graph.queries.published import catalogue_quads
from mca_graph.store import Term
from mca_graph.store.embedded import EmbeddedStore

_DEFAULT = DefaultGraph()


@dataclass(frozen=True, slots=True)
class DataGraph:
    """A data graph in the sense of SHACL, section 1.4.

    Attributes:
        triples: its triples, with literals as they were typed where that is known.
        mentioned: for each subject of the files under test, the first file that mentions it; None
            when the whole graph is under test.
    """

    triples: list[Triple]
    mentioned: dict[Term, str] | None = None

    def ntriples(self) -> str:
        """The data graph as N-Triples."""
        return (serialize(self.triples, format=RdfFormat.N_TRIPLES) or b"").decode()

    def store(self) -> EmbeddedStore:
        """The data graph in memory, for SPARQL-based constraints."""
        return EmbeddedStore.of(Quad(triple.subject, triple.predicate, triple.object) for triple in self.triples)


def whole_graph(project: Project, store: EmbeddedStore) -> DataGraph:
    """The current graph with concepts, ontology, provenance and the catalogue of saved queries."""
    return DataGraph(list(dict.fromkeys(_base(project, store))))


def with_files(project: Project, store: EmbeddedStore, files: Sequence[Path]) -> DataGraph:
    """The whole graph as it would be if these contributions were in it and won every dispute.

    Raises:
        ReadError: a file cannot be read, or says nothing.
    """
    added: dict[Triple, str] = {}
    for path in files:
        quads = [quad for quad in contribution_quads(project, path) if _is_shown(quad, project)]
        if not quads:
            raise ReadError(str(path), "no statement in this file", hint="a contribution needs at least one")
        for quad in quads:
            added.setdefault(quad.triple, str(path))
    replaced = _replaced(project, added)
    kept = (triple for triple in _base(project, store) if _slot(triple, replaced) not in replaced)
    mentioned: dict[Term, str] = {}
    for triple, file in added.items():
        mentioned.setdefault(triple.subject, file)
    return DataGraph(list(dict.fromkeys([*kept, *added])), mentioned)


def _base(project: Project, store: EmbeddedStore) -> Iterator[Triple]:
    provenance = NamedNode(project.graph("provenance"))
    for graph in (_DEFAULT, provenance):
        for quad in store.engine.quads_for_pattern(None, None, None, graph):
            yield quad.triple
    for quad in catalogue_quads(project, catalogue(project).values()):
        yield quad.triple


def _is_shown(quad: Quad, project: Project) -> bool:
    return quad.graph_name == _DEFAULT or quad.graph_name == NamedNode(project.graph("provenance"))


def _replaced(project: Project, added: Iterable[Triple]) -> set[tuple[Term, NamedNode, str]]:
    """The places of single values that the added statements fill."""
    rules = {rule.property: rule.per_language for rule in single_valued(project.shape_files)}
    return {
        (triple.subject, triple.predicate, _language(triple.object) if rules[triple.predicate] else "")
        for triple in added
        if triple.predicate in rules
    }


def _slot(triple: Triple, replaced: set[tuple[Term, NamedNode, str]]) -> tuple[Term, NamedNode, str]:
    plain = (triple.subject, triple.predicate, "")
    return plain if plain in replaced else (triple.subject, triple.predicate, _language(triple.object))


def _language(term: Term) -> str:
    return (term.language or "") if isinstance(term, Literal) else ""
