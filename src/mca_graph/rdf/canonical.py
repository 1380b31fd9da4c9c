"""Canonical Turtle: one layout for one graph, so that a change in a file is a change of content.

The layout is rdflib's ``longturtle`` with canonical blank nodes. Comments inside a file are lost by
any rewriting, so only those above the first statement are kept: the rest of what is worth saying is
said in annotations.
"""

from __future__ import annotations

from pathlib import Path

import rdflib

from mca_graph.namespaces import Prefixes
from mca_graph.rdf.formats import format_of
from mca_graph.rdf.read import read_bytes, syntax_error

rdflib.NORMALIZE_LITERALS = False  # "4.10" stays "4.10"


def canonical_turtle(path: Path, prefixes: Prefixes) -> str:
    """Return the canonical text of a Turtle file.

    Raises:
        ReadError: the file is not Turtle.
    """
    from pyoxigraph import RdfFormat, parse, serialize

    content = read_bytes(path)
    try:
        quads = list(parse(content, format=format_of(path).engine))
    except SyntaxError as error:
        raise syntax_error(str(path), error) from error
    graph = rdflib.Graph(bind_namespaces="none")
    for prefix, namespace in prefixes:
        graph.bind(prefix, namespace, override=True, replace=True)
    lines = serialize((quad.triple for quad in quads), format=RdfFormat.N_TRIPLES) or b""
    graph.parse(data=lines, format="nt")
    return _leading_comments(content.decode()) + graph_text(graph)


def graph_text(graph: rdflib.Graph) -> str:
    """Write a graph canonically."""
    return graph.serialize(format="longturtle", canon=True, encoding="utf-8").decode().strip() + "\n"


def _leading_comments(text: str) -> str:
    kept: list[str] = []
    for line in text.splitlines():
        if line.startswith("#") or (kept and not line.strip()):
            kept.append(line.rstrip())
        else:
            break
    while kept and not kept[-1]:
        kept.pop()
    return "\n".join(kept) + "\n\n" if kept else ""
