"""The RDF syntaxes the tool reads and writes: names, file suffixes and media types in one table."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import RdfFormat

from mca_graph.errors import McaGraphError, did_you_mean


@dataclass(frozen=True, slots=True)
class Format:
    """An RDF syntax.

    Attributes:
        name: what the user writes after ``--format``.
        suffixes: file name endings; the first is the one written.
        media_type: as registered with IANA.
        engine: the same syntax for the RDF engine.
        has_graphs: whether named graphs can be written in it.
        readable: whether files in it are read; RDF/XML is not, since its entities can be bombs.
    """

    name: str
    suffixes: tuple[str, ...]
    media_type: str
    engine: RdfFormat
    has_graphs: bool = False
    readable: bool = True


FORMATS: tuple[Format, ...] = (
    Format("turtle", (".ttl",), "text/turtle", RdfFormat.TURTLE),
    Format("ntriples", (".nt",), "application/n-triples", RdfFormat.N_TRIPLES),
    Format("trig", (".trig",), "application/trig", RdfFormat.TRIG, has_graphs=True),
    Format("nquads", (".nq",), "application/n-quads", RdfFormat.N_QUADS, has_graphs=True),
    Format("jsonld", (".jsonld", ".json"), "application/ld+json", RdfFormat.JSON_LD, has_graphs=True),
    Format("rdfxml", (".rdf",), "application/rdf+xml", RdfFormat.RDF_XML, readable=False),
)

FORMAT_NAMES: tuple[str, ...] = tuple(entry.name for entry in FORMATS)


def format_named(name: str) -> Format:
    """Return the syntax of that name.

    Raises:
        McaGraphError: there is none.
    """
    for entry in FORMATS:
        if entry.name == name:
            return entry
    raise McaGraphError(f"unknown RDF format {name!r}", did_you_mean(name, FORMAT_NAMES))


def format_of(path: Path) -> Format:
    """Return the syntax that a file's name tells.

    Raises:
        McaGraphError: the ending is not known, or files of that kind are not read.
    """
    for entry in FORMATS:
        if path.suffix.lower() in entry.suffixes:
            if not entry.readable:
                raise McaGraphError(f"{path}: {entry.name} files are not read", "convert it to Turtle first")
            return entry
    known = ", ".join(entry.suffixes[0] for entry in FORMATS if entry.readable)
    raise McaGraphError(f"{path}: not a kind of RDF file that is known", f"use one of {known}")
