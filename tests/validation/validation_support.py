"""What the tests of validation share: graphs from text, and results that can be compared."""

from __future__ import annotations

from pyoxigraph import Quad, RdfFormat, parse

from mca_graph.validation import fast
from mca_graph.validation.data import DataGraph
from mca_graph.validation.result import Result
from mca_graph.validation.shapes import Shapes

EX = "http://example.org/"
PREFIXES = """
PREFIX : <http://example.org/>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""


def quads(text: str) -> list[Quad]:
    return list(parse((PREFIXES + text).encode(), format=RdfFormat.TURTLE))


def graph(text: str) -> DataGraph:
    return DataGraph([quad.triple for quad in quads(text)])


def shapes_graph(text: str) -> Shapes:
    return Shapes(quads(text))


def results(data: str, shapes: str) -> list[Result]:
    return list(fast.results(graph(data), shapes_graph(shapes)))


def short(term: str | None) -> str:
    """A term without the namespaces of the tests."""
    text = term or "-"
    if text.startswith("_:"):
        return "_:"
    return text.removeprefix(f"<{EX}").removesuffix(">") if text.startswith(f"<{EX}") else text


def told(data: str, shapes: str) -> list[str]:
    """Each result as focus node, value and the local name of its component, in order."""
    return sorted(
        f"{short(result.focus)} {short(result.value)} "
        f"{result.component.rpartition('#')[2].rpartition('/')[2].removesuffix('ConstraintComponent')}"
        for result in results(data, shapes)
    )
