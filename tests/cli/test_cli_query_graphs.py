"""The graphs of ``mca-graph query``: CONSTRUCT and DESCRIBE in each RDF syntax, read back by rdflib."""

from __future__ import annotations

import pytest
import rdflib
from cli_support import RIV, RIVER, ok, refused, tool
from rdflib.compare import isomorphic

LENGTHS = f"""
CONSTRUCT {{ ?river <{RIV}length> ?length ; <urn:p:note> "<b> & \\"c\\"\\n"@en }}
WHERE {{ ?river <{RIV}length> ?length }}
"""
EXPECTED = rdflib.Graph()
for _name, _length in (("alder", "12.5"), ("birch", "3"), ("cedar", "40")):
    _river = rdflib.URIRef(RIVER + _name)
    EXPECTED.add(
        (_river, rdflib.URIRef(RIV + "length"), rdflib.Literal(_length, datatype=rdflib.XSD.decimal))
    )
    EXPECTED.add((_river, rdflib.URIRef("urn:p:note"), rdflib.Literal('<b> & "c"\n', lang="en")))

PARSERS = {
    "turtle": "turtle",
    "ntriples": "nt",
    "trig": "trig",
    "nquads": "nquads",
    "jsonld": "json-ld",
    "rdfxml": "xml",
}


def parsed(out: bytes, parser: str) -> rdflib.Graph:
    if parser in ("trig", "nquads"):
        dataset = rdflib.Dataset()
        dataset.parse(data=out, format=parser)
        return dataset.default_graph
    return rdflib.Graph().parse(data=out, format=parser)


@pytest.mark.parametrize(("format_name", "parser"), PARSERS.items())
def test_a_graph_is_read_back_whole(format_name: str, parser: str) -> None:
    out = ok(tool("query", "--text", LENGTHS, "-f", format_name)).out
    assert isomorphic(parsed(out, parser), EXPECTED)


def test_a_graph_is_turtle_by_default() -> None:
    assert isomorphic(parsed(ok(tool("query", "--text", LENGTHS)).out, "turtle"), EXPECTED)


def test_describe_gives_the_statements_of_a_thing() -> None:
    out = ok(tool("query", "--text", f"DESCRIBE <{RIVER}birch>", "-f", "ntriples")).out
    assert {str(o) for o in parsed(out, "nt").objects(rdflib.URIRef(RIVER + "birch"))} == {
        f"{RIV}Brook",
        "Birch Brook",
        "3",
        "https://rivers.example/concept/habitat/gravel",
        f"{RIVER}alder",
    }


def test_n_triples_are_one_statement_a_line() -> None:
    assert len(ok(tool("query", "--text", LENGTHS, "-f", "ntriples")).lines) == len(EXPECTED)


@pytest.mark.parametrize("format_name", ["table", "csv", "json", "md", "html", "xlsx", "geojson"])
def test_a_graph_is_no_table(format_name: str) -> None:
    refused(
        tool("query", "--text", LENGTHS, "-f", format_name),
        f"a graph cannot be written as {format_name}",
        "use one of turtle, ntriples, trig, nquads, jsonld, rdfxml",
    )
