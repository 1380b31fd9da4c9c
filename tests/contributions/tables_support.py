"""Tables made by hand, and what was read from them in short words."""

from __future__ import annotations

import io
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import openpyxl
from pyoxigraph import Literal, NamedNode

from mca_graph.cli.main import run
from mca_graph.contributions.reading import read_table
from mca_graph.contributions.table import Table
from mca_graph.graph.index import open_graph
from mca_graph.project import Project, load_project

DATES = """
@prefix riv: <https://rivers.example/ontology#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix shapes: <https://rivers.example/shapes#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
shapes:River sh:property shapes:River-surveyed , shapes:River-visits , shapes:River-page , shapes:River-open .
shapes:River-surveyed sh:path riv:surveyed ; sh:name "surveyed"@en ; sh:order 9 ; sh:maxCount 1 ;
    sh:or ( [ sh:datatype xsd:date ] [ sh:datatype xsd:gYearMonth ] [ sh:datatype xsd:gYear ] ) .
shapes:River-visits sh:path riv:visits ; sh:name "visits"@en ; sh:order 10 ; sh:datatype xsd:integer .
shapes:River-page sh:path riv:page ; sh:name "page"@en ; sh:order 11 ; sh:nodeKind sh:IRI .
shapes:River-open sh:path riv:open ; sh:name "open"@en ; sh:order 12 ; sh:datatype xsd:boolean .
"""
"""More columns for rivers: days, whole numbers, addresses, yes or no."""


@dataclass(frozen=True)
class Outcome:
    """What a run of the tool left behind."""

    code: int
    out: str
    err: str


def tool(project: Path, *args: str | Path) -> Outcome:
    """Run the command line in this process, errors told as they are to users."""
    out, err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8"), io.StringIO()
    with (
        patch.object(sys, "argv", ["mca-graph", "--project", str(project), *map(str, args)]),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        code = run()
    out.flush()
    assert isinstance(out.buffer, io.BytesIO)
    return Outcome(code, out.buffer.getvalue().decode(), err.getvalue())


def save_workbook(path: Path, sheets: dict[str, list[list[Any]]], **settings: Any) -> Path:
    """A workbook with these rows in these sheets."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, value in settings.items():
        setattr(book, name, value)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def read(path: Path, root: Path) -> tuple[Table, Project]:
    """A table, read for the project in a folder."""
    project = load_project(root)
    return read_table(path, project, open_graph(project)), project


def facts(table: Table, project: Project) -> list[str]:
    """The statements, in the order of the table: CURIEs, and literals as in N-Triples."""

    def short(term: Any) -> str:
        if isinstance(term, NamedNode):
            return project.prefixes.shrink(term.value) or str(term)
        if isinstance(term, Literal) and not term.language:
            kind = project.prefixes.shrink(term.datatype.value)
            return f'"{term.value}"' if kind == "xsd:string" else f'"{term.value}"^^{kind}'
        return str(term)

    return [" ".join(short(term) for term in quad.triple) for quad in table.statements()]


def problems(table: Table) -> list[tuple[str, str, str | None]]:
    """What could not be read: cell, message, hint."""
    found = []
    for problem in table.problems():
        place = problem.location
        cell = place.cell if place.sheet is None else f"{place.sheet}!{place.cell}"
        found.append((cell or "", problem.message, problem.hint))
    return found
