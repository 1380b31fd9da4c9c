"""Answers of a server as values, once it is certain that they are whole.

A server may stop in the middle and yet have said that all was well. JSON and XML tell by their last
bracket that they are whole; tables in CSV and TSV end anywhere, so they are not taken; a graph in
N-Triples is whole when its last line is, and when it holds as many triples as were counted.
"""

from __future__ import annotations

import json
import re
import struct

from pyoxigraph import QueryBoolean, QueryResultsFormat, QuerySolutions, parse_query_results

from mca_graph.errors import StoreError
from mca_graph.store import Answer

_CUT_OFF = "is this the address of the SPARQL endpoint itself, or did the server run out of time?"
_GEOMETRY = "http://www.openlinksw.com/schemas/virtrdf#Geometry"
_WKT = "http://www.opengis.net/ont/geosparql#wktLiteral"
_XML_END = re.compile(rb"</(?:[\w.-]+:)?sparql\s*>(?:\s|<!--.*?-->)*\Z", re.DOTALL)
_BLANK = re.compile(rb'("type"\s*:\s*"bnode"\s*,\s*"value"\s*:\s*")nodeID://')
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")


def read_rows(where: str, body: bytes, media_type: str) -> tuple[Answer, int]:
    """The rows of a body, or its yes or no, and how many rows there are.

    Args:
        where: the address, for messages.
        body: what the server sent.
        media_type: what it says that it is.

    Raises:
        StoreError: it is cut off, or is no SPARQL result.
    """
    kind = media_type.split(";")[0].strip().lower()
    if kind in ("text/csv", "text/tab-separated-values"):
        raise StoreError(f"{where} answers in {kind}, whose end cannot be told", "let it answer in JSON")
    if kind.startswith("text/html"):
        raise StoreError(f"{where} answers with a page for people", "give the address of its SPARQL service")
    form = QueryResultsFormat.XML if kind.endswith("xml") else QueryResultsFormat.JSON
    if form == QueryResultsFormat.XML and not _XML_END.search(body):
        # The engine's reader takes the end of the body for the end of the table.
        raise StoreError(f"{where}: the answer is cut off or is not a SPARQL result", _CUT_OFF)
    try:
        if form == QueryResultsFormat.JSON:
            body = _as_standard(body)
        answer = parse_query_results(body, format=form)
        if isinstance(answer, QueryBoolean):
            return answer, 1
        assert isinstance(answer, QuerySolutions)
        count = sum(
            1 for _row in answer
        )  # one that was cut off must be an error before its first row is shown
        return parse_query_results(body, format=form), count
    except (SyntaxError, ValueError, OSError) as error:
        raise StoreError(f"{where}: the answer is cut off or is not a SPARQL result", _CUT_OFF) from error


def check_lines(where: str, body: bytes) -> bytes:
    """The body, once it is clear that its last line is whole.

    Raises:
        StoreError: it is not.
    """
    if body.strip() and not body.rstrip(b" \t\r\n").endswith(b"."):
        raise StoreError(f"{where}: the answer is cut off in the middle of a line", _CUT_OFF)
    return body


def _as_standard(body: bytes) -> bytes:
    """A body as the Recommendation wants it, where it is one of Virtuoso 7."""
    if b"__ASK_RETVAL" in body[:200]:
        rows = json.loads(body)["results"]["bindings"]
        value = bool(rows) and rows[0]["__ASK_RETVAL"]["value"] not in ("0", "false")
        return json.dumps({"head": {}, "boolean": value}).encode()
    body = _BLANK.sub(rb"\1", body)
    if _GEOMETRY.encode() not in body:
        return body
    answer = json.loads(body)
    for row in answer["results"]["bindings"]:
        for term in row.values():
            if term.get("datatype") == _GEOMETRY:
                term["datatype"], term["value"] = _WKT, _NUMBER.sub(_single, term["value"])
    return json.dumps(answer).encode()


def _single(found: re.Match[str]) -> str:
    """The shortest number that stands for the same single-precision one: Virtuoso keeps no more of it."""
    wanted = struct.pack("f", float(found.group()))
    for digits in range(1, 10):
        text = f"{float(found.group()):.{digits}g}"
        if struct.pack("f", float(text)) == wanted:
            return text if "e" not in text else f"{float(text):f}"
    return found.group()
