"""Where the positioned readers and the engine disagree about a text."""

from __future__ import annotations

from pyoxigraph import CanonicalizationAlgorithm, Dataset, Quad, RdfFormat, parse

from mca_graph.rdf.positions.document import Document
from mca_graph.rdf.positions.json_ld import read_json_ld
from mca_graph.rdf.positions.lines import read_lines
from mca_graph.rdf.positions.turtle import read_turtle

BASE = "https://example.org/base"
SYNTAXES = {"turtle": ".ttl", "trig": ".trig", "ntriples": ".nt", "nquads": ".nq", "jsonld": ".jsonld"}
_ENGINE = {
    "turtle": RdfFormat.TURTLE,
    "trig": RdfFormat.TRIG,
    "ntriples": RdfFormat.N_TRIPLES,
    "nquads": RdfFormat.N_QUADS,
    "jsonld": RdfFormat.JSON_LD,
}
_RDF_1_2 = ("<<", "{|", "~", "--ltr", "--rtl", "VERSION", "version")
"""Marks of RDF 1.2, which the engine reads and this tool does not."""


def read(text: str, syntax: str) -> Document:
    """Read a text with places."""
    if syntax == "jsonld":
        return read_json_ld("fuzz", text, base=BASE)
    if syntax in ("ntriples", "nquads"):
        return read_lines("fuzz", text, graphs=syntax == "nquads")
    return read_turtle("fuzz", text, base=BASE, graphs=syntax == "trig")


def disagreement(text: str, syntax: str) -> str | None:
    """What is wrong with the reading of a text; None where all is well.

    A reader must never raise, must keep its spans within the text, must find a fault where the engine
    finds one, and must give the engine's statements where it finds none.
    """
    document = read(text, syntax)
    spans = [span for placed in document.quads for span in (placed.subject, placed.predicate, placed.object)]
    spans.extend(fault.span for fault in document.faults)
    if any(not 0 <= span.start <= span.end <= len(text) for span in spans):
        return "a span is outside the text"
    if any(mark in text for mark in _RDF_1_2):
        return None
    try:
        theirs = list(parse(text.encode(), format=_ENGINE[syntax], base_iri=BASE))
    except SyntaxError as error:
        return None if document.faults else f"the engine rejects it: {error}"
    except RecursionError:
        return None
    if any("are nested more than" in fault.message for fault in document.faults):
        return None  # the engine would go on until it falls
    if document.faults:
        return f"the engine accepts it, but: {document.faults[0].message}"
    if _canonical(placed.quad for placed in document.quads) != _canonical(theirs):
        return "the statements differ"
    return None


def _canonical(quads) -> set[Quad]:  # type: ignore[no-untyped-def]
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return set(dataset)
