"""Validate: choose what to check and with which engine, and make one report of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

from mca_graph.findings import Finding, Location, Report
from mca_graph.project import Project
from mca_graph.store.embedded import EmbeddedStore
from mca_graph.validation.data import DataGraph, whole_graph, with_files
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
    findings = list(run_engine(whole_graph(project, store), shapes, engine, project.language))
    return Report.of(findings, checked="the whole graph")


def validate_files(
    project: Project, store: EmbeddedStore, files: Sequence[Path], engine: EngineName = "fast"
) -> Report:
    """Check contributions against the graph of a project.

    What is reported is about a thing that a file mentions, or would be new in the graph.

    Raises:
        ReadError: a file cannot be read.
        McaGraphError: the shapes cannot be used.
    """
    shapes = Shapes.read(project.shape_files)
    data = with_files(project, store, files)
    places = data.mentioned or {}
    found = list(run_engine(data, shapes, engine, project.language))
    others = [finding for finding in found if finding.focus not in places]
    before = (
        set(run_engine(whole_graph(project, store), shapes, engine, project.language)) if others else set()
    )
    kept = [
        replace(finding, location=Location(places[finding.focus])) if finding.focus in places else finding
        for finding in found
        if finding.focus in places or finding not in before
    ]
    return Report.of(kept, checked=", ".join(str(path) for path in files))


def run_engine(data: DataGraph, shapes: Shapes, engine: EngineName, language: str) -> Iterator[Finding]:
    """Yield the findings of one engine."""
    if engine == "reference":
        from mca_graph.validation import reference

        return reference.validate(data, shapes, language)
    from mca_graph.validation import fast

    return fast.validate(data, shapes, language)
