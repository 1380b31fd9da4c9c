"""Read a file of any RDF syntax with the places of its terms."""

from __future__ import annotations

from pathlib import Path

from mca_graph.rdf.formats import format_of
from mca_graph.rdf.positions.document import Document
from mca_graph.rdf.positions.json_ld import read_json_ld
from mca_graph.rdf.positions.lines import read_lines
from mca_graph.rdf.positions.turtle import read_turtle
from mca_graph.rdf.read import read_bytes


def read_document(path: Path, scope: str = "b") -> Document:
    """Read a file, and go on after its errors.

    Args:
        path: the file; its suffix tells the syntax.
        scope: what the labels of blank nodes begin with, so that two files share none.

    Raises:
        ReadError: the file cannot be opened, is not UTF-8, or is empty.
        McaGraphError: its name does not tell a syntax that is read.
    """
    return parse_document(path, read_bytes(path).decode("utf-8").removeprefix("\ufeff"), scope)


def parse_document(path: Path, text: str, scope: str = "b") -> Document:
    """The same for a text as if it stood in a file.

    Raises:
        McaGraphError: the file's name does not tell a syntax that is read.
    """
    syntax = format_of(path)
    base = path.resolve().as_uri()
    if syntax.name == "jsonld":
        return read_json_ld(str(path), text, base=base)
    if syntax.name in ("ntriples", "nquads"):
        return read_lines(str(path), text, graphs=syntax.has_graphs, scope=scope)
    return read_turtle(str(path), text, base=base, graphs=syntax.has_graphs, scope=scope)
