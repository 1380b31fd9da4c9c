"""Where in a contributor's files a finding is about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache
from itertools import islice
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from mca_graph.findings import Finding, Location, Severity
from mca_graph.project import Project
from mca_graph.rdf.positions.document import PlacedSource
from mca_graph.rdf.positions.read import read_document
from mca_graph.store import Term
from mca_graph.store.embedded import EmbeddedStore
from mca_graph.validation.terms import last_predicate, parse_term, simple_predicate

OWN_RULES = "urn:mca-graph:rule:"
"""What the codes of the tool's own rules begin with."""

SYNTAX = OWN_RULES + "syntax"
"""The code of a finding about what is not in the grammar of a file."""

SourcesOf = Callable[[Term], Iterable[PlacedSource]]


def syntax_findings(source: PlacedSource) -> Iterator[Finding]:
    """What is wrong with a file itself, as findings."""
    for problem in source.problems():
        yield Finding(
            Severity.VIOLATION, SYNTAX, problem.message, location=problem.location, suggestion=problem.hint
        )


def locate(finding: Finding, sources_of: SourcesOf) -> Finding:
    """The same finding with the place of the very term it is about, where a source holds it.

    It is the value at fault; for something missing the first mention of the focus node.
    """
    if finding.focus is None or finding.location is not None:
        return finding
    focus = parse_term(finding.focus)
    sources = list(sources_of(focus))
    for candidate in (_value_place, _property_place, _subject_place):
        for source in sources:
            place = candidate(finding, focus, source)
            if place is not None:
                return replace(finding, location=place)
    return finding


def _value_place(finding: Finding, focus: Term, source: PlacedSource) -> Location | None:
    if finding.value is None or finding.value == finding.focus:
        return None
    value = parse_term(finding.value)
    predicate = simple_predicate(finding.path)
    if predicate is not None:
        return source.place(focus, predicate, value)
    # The value of a longer path is the object of its last step, whatever thing that step begins at.
    last = last_predicate(finding.path)
    return next(
        (
            source.place(quad.subject, quad.predicate, value)
            for quad in source.statements()
            if quad.object == value
            and (quad.predicate == last or (not finding.path and quad.subject == focus))
        ),
        None,
    )


def _property_place(finding: Finding, focus: Term, source: PlacedSource) -> Location | None:
    """The last value of the property where no value is named: of too many, the one too many."""
    predicate = simple_predicate(finding.path)
    if predicate is None or finding.value is not None:
        return None
    return source.place(focus, predicate)


def _subject_place(_finding: Finding, focus: Term, source: PlacedSource) -> Location | None:
    return None if isinstance(focus, Literal) else source.place(focus)


def project_sources(project: Project, store: EmbeddedStore) -> SourcesOf:
    """The files of a project that say something of a node, read with places when they are asked for."""
    by_graph = {project.contribution_graph(path): path for path in project.contribution_files}
    provenance, ontology, concepts = (
        NamedNode(project.graph(name)) for name in ("provenance", "ontology", "concepts")
    )
    others = {
        provenance: project.provenance_files,
        ontology: project.ontology_files,
        concepts: project.concept_files,
    }

    @cache
    def document(path: Path) -> PlacedSource:
        shown = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
        return read_document(shown)

    def paths_of(node: Term) -> Iterator[Path]:
        if isinstance(node, NamedNode) and node.value in by_graph:
            yield by_graph[node.value]
        graphs = {statement.graph for statement in store.statements(node)}
        for graph in sorted(graphs, key=str):
            if isinstance(graph, NamedNode):
                yield from [by_graph[graph.value]] if graph.value in by_graph else others.get(graph, ())

    def sources_of(node: Term) -> Iterator[PlacedSource]:
        return (document(path) for path in paths_of(node))

    return sources_of


def line_of(place: Location) -> str | None:
    """The line of a place in a text file; None where it cannot be read any more."""
    if place.line is None:
        return None
    try:
        with open(place.file, encoding="utf-8-sig", newline="\n") as file:
            return next(islice(file, place.line - 1, None), "").rstrip("\r\n")
    except (OSError, UnicodeDecodeError):
        return None
