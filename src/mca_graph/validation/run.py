"""Validate: choose what to check and with which engine, and make one report of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from mca_graph.errors import ReadError
from mca_graph.findings import Finding, Report
from mca_graph.project import Project
from mca_graph.rdf.positions.document import PlacedSource
from mca_graph.store.embedded import EmbeddedStore
from mca_graph.validation.advise import Adviser
from mca_graph.validation.data import DataGraph, whole_graph, with_sources
from mca_graph.validation.locate import locate, project_sources, syntax_findings
from mca_graph.validation.shapes import Shapes

EngineName = Literal["fast", "reference"]


def validate_project(project: Project, store: EmbeddedStore, engine: EngineName = "fast") -> Report:
    """Check the whole graph of a project.

    Args:
        project: the project.
        store: its assembled graph.
        engine: ``fast``, or ``reference`` for pyshacl.

    Raises:
        McaGraphError: the shapes cannot be used.
    """
    shapes = Shapes.read(project.shape_files)
    sources_of = project_sources(project, store)
    adviser = Adviser(project, store, ())
    found = set(run_engine(whole_graph(project, store), shapes, engine, project.language))
    return Report.of(
        [adviser.advise(locate(finding, sources_of)) for finding in found], checked="the whole graph"
    )


def validate_sources(
    project: Project, store: EmbeddedStore, sources: Sequence[PlacedSource], engine: EngineName = "fast"
) -> Report:
    """Check contributions against the graph of a project.

    What is reported is about a thing that a contribution speaks of, or would be new in the graph. Of a
    statement that was broken off it is not said that it lacks something.

    Args:
        project: the project.
        store: its assembled graph.
        sources: what was read from the contributions.
        engine: ``fast``, or ``reference`` for pyshacl.

    Raises:
        ReadError: a contribution says nothing, or names a graph of its own.
        McaGraphError: the shapes cannot be used.
    """
    for source in sources:
        if next(source.statements(), None) is None and next(source.problems(), None) is None:
            raise ReadError(
                source.name, "no statement in this file", hint="a contribution needs at least one"
            )
    shapes = Shapes.read(project.shape_files)
    found = set(_found(project, store, sources, shapes, engine))
    incomplete = {str(node) for source in sources for node in source.incomplete}
    adviser = Adviser(project, store, sources)
    findings = [
        adviser.advise(locate(finding, lambda node: sources))
        for finding in found
        if finding.value is not None or finding.focus not in incomplete
    ]
    findings.extend(list(adviser.lint(findings)))
    findings.extend(finding for source in sources for finding in syntax_findings(source))
    return Report.of(findings, checked=", ".join(source.name for source in sources))


def _found(
    project: Project,
    store: EmbeddedStore,
    sources: Sequence[PlacedSource],
    shapes: Shapes,
    engine: EngineName,
) -> Iterator[Finding]:
    """What is wrong with what contributions speak of, and what would be newly wrong elsewhere."""
    if engine == "fast":
        from mca_graph.validation.incremental.check import validate_change

        yield from validate_change(project, store, sources, shapes, project.language)
        return
    data = with_sources(project, store, sources)
    spoken_of = data.mentioned or frozenset()
    found = set(run_engine(data, shapes, engine, project.language))
    if any(finding.focus not in spoken_of for finding in found):
        before = set(run_engine(whole_graph(project, store), shapes, engine, project.language))
        found = {finding for finding in found if finding.focus in spoken_of or finding not in before}
    yield from found


def run_engine(data: DataGraph, shapes: Shapes, engine: EngineName, language: str) -> Iterator[Finding]:
    """Yield the findings of one engine."""
    if engine == "reference":
        from mca_graph.validation import reference

        return reference.validate(data, shapes, language)
    from mca_graph.validation import fast

    return fast.validate(data, shapes, language)
