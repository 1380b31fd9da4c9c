"""Read a file of any RDF syntax with the places of its terms."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from mca_graph.errors import ReadError
from mca_graph.findings import Location
from mca_graph.rdf.formats import format_of
from mca_graph.rdf.positions.document import Document, PlacedSource, Problem
from mca_graph.rdf.positions.lines import read_lines
from mca_graph.rdf.positions.plain import PlainSource
from mca_graph.rdf.positions.turtle import read_turtle
from mca_graph.rdf.read import read_bytes, read_quads

LARGEST_PLACED = 8 * 2**20
"""Up to so many bytes every term's place is kept; larger files are not written by hand."""

LARGEST = 512 * 2**20
"""Larger files are no contributions."""

MOST_STATEMENTS = 200_000
"""Nor are files that say more: each thing of theirs is checked against all that it has to do with."""


def read_document(path: Path, scope: str = "b") -> PlacedSource:
    """Read a file, and go on after its errors.

    Args:
        path: the file; its suffix tells the syntax.
        scope: what the labels of blank nodes begin with, so that two files share none.

    Raises:
        ReadError: the file cannot be opened, is not UTF-8, is empty, or says too much.
        McaGraphError: its name does not tell a syntax that is read.
    """
    try:
        size = path.stat().st_size
    except OSError as error:
        raise ReadError(str(path), error.strerror or str(error), hint="is it a file?") from error
    if size > LARGEST:
        raise ReadError(
            str(path),
            f"{size / 2**20:.0f} MiB are too many for a contribution",
            hint="put large data into a store: mca-graph load DIR --data FILE",
        )
    if size > LARGEST_PLACED:
        return _read_plain(path)
    return parse_document(path, read_bytes(path).decode("utf-8").removeprefix("\ufeff"), scope)


def _read_plain(path: Path) -> PlainSource:
    try:
        quads = list(islice(read_quads(path), MOST_STATEMENTS + 1))
    except ReadError as error:
        place = Location(str(path), error.line, error.column)
        return PlainSource(str(path), fault=Problem(place, error.reason, error.hint))
    if len(quads) > MOST_STATEMENTS:
        raise ReadError(
            str(path),
            f"more than {MOST_STATEMENTS:,} statements are too many for a contribution",
            hint="divide it, or put it into the project and run 'mca-graph validate' over the whole graph",
        )
    return PlainSource(str(path), quads)


def parse_document(path: Path, text: str, scope: str = "b") -> Document:
    """The same for a text as if it stood in a file.

    Raises:
        McaGraphError: the file's name does not tell a syntax that is read.
    """
    syntax = format_of(path)
    base = path.resolve().as_uri()
    if syntax.name == "jsonld":  # few are, so the others do without the time that this takes to load
        from mca_graph.rdf.positions.json_ld import read_json_ld

        return read_json_ld(str(path), text, base=base)
    if syntax.name in ("ntriples", "nquads"):
        return read_lines(str(path), text, graphs=syntax.has_graphs, scope=scope)
    return read_turtle(str(path), text, base=base, graphs=syntax.has_graphs, scope=scope)
