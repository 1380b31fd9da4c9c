"""Answers as GeoJSON (RFC 7946), where rows have a geometry."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, BinaryIO

from pyoxigraph import Literal, NamedNode, QuerySolution

from mca_graph.errors import McaGraphError
from mca_graph.namespaces import GEO
from mca_graph.queries.results.rows import is_number, term_rows
from mca_graph.store import Term

if TYPE_CHECKING:
    from mca_graph.queries.results import Style

_WKT = GEO + "wktLiteral"
_CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_POINT = re.compile(
    rf"\s*(?:<(?P<crs>[^>]*)>\s*)?POINT\s*\(\s*(?P<lon>{_NUMBER})\s+(?P<lat>{_NUMBER})\s*\)\s*\Z", re.I
)


def write_geojson(columns: list[str], answer: Iterable[QuerySolution], out: BinaryIO, style: Style) -> int:
    """Write a feature for each row that binds a WKT point; longitude first, as both standards have it.

    Raises:
        McaGraphError: the answer has rows, and none of them has a geometry that can be written.
    """
    features: list[dict[str, Any]] = []
    rows = 0
    for row in term_rows(answer, style):
        rows += 1
        geometry = next((found for term in row if (found := _geometry(term)) is not None), None)
        if geometry is not None:
            properties = {
                name: _property(term, style)
                for name, term in zip(columns, row, strict=True)
                if term is not None and _geometry(term) is None
            }
            first = next((term for term in row if isinstance(term, NamedNode)), None)
            feature: dict[str, Any] = {"type": "Feature", "geometry": geometry, "properties": properties}
            if first is not None:
                feature["properties"]["iri"] = first.value
            features.append(feature)
    if rows and not features:
        raise McaGraphError(
            "no row of this answer has a geometry",
            "select a geo:wktLiteral, as the query 'projects-map' does",
        )
    document = {"type": "FeatureCollection", "features": features}
    out.write(json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n")
    return len(features)


def _geometry(term: Term | None) -> dict[str, Any] | None:
    if not isinstance(term, Literal) or term.datatype.value != _WKT:
        return None
    found = _POINT.match(term.value)
    if not found or (found["crs"] or _CRS84) != _CRS84:
        return None
    return {"type": "Point", "coordinates": [float(found["lon"]), float(found["lat"])]}


def _property(term: Term, style: Style) -> Any:
    if is_number(term):
        assert isinstance(term, Literal)
        return int(term.value) if re.fullmatch(r"[-+]?\d+", term.value) else float(term.value)
    return style.labels.text(term)
