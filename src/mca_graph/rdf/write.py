"""Write triples as people read them: only the prefixes that are used, in a stable order."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from typing import IO

from pyoxigraph import Quad, RdfFormat, Triple, serialize

from mca_graph.namespaces import Prefixes
from mca_graph.rdf.xml import XmlOutput, named_for_xml

_PREFIX = b"@prefix "


def to_text(triples: Iterable[Triple], syntax: RdfFormat, prefixes: Prefixes | None = None) -> bytes:
    """The triples in a syntax; where it has prefixes, with those that they use.

    Args:
        triples: in the order in which they are to be written.
        syntax: the syntax.
        prefixes: what may abbreviate IRIs.
    """
    held = list(triples)
    words = "".join(map(str, held))
    used = {prefix: iri for prefix, iri in prefixes or () if f"<{iri}" in words}
    out = io.BytesIO()
    write_statements(held, out, syntax, used)
    text = out.getvalue()
    if not text.startswith(_PREFIX):
        return text
    # The engine writes prefixes in an order that differs from run to run.
    lines = text.splitlines(keepends=True)
    count = next((index for index, line in enumerate(lines) if not line.startswith(_PREFIX)), len(lines))
    return b"".join([*sorted(lines[:count]), *lines[count:]])


def write_statements(
    statements: Iterable[Triple] | Iterable[Quad],
    out: IO[bytes],
    syntax: RdfFormat,
    prefixes: Mapping[str, str] | None = None,
) -> None:
    """Write statements one after the other, as they come.

    Args:
        statements: what is to be written.
        out: where to.
        syntax: how.
        prefixes: what may abbreviate IRIs.

    Raises:
        McaGraphError: it is RDF/XML, which cannot say all of it.
    """
    named = dict(prefixes) if prefixes is not None else None
    if syntax == RdfFormat.RDF_XML:
        statements, out = named_for_xml(statements), XmlOutput(out)  # type: ignore[assignment]
    serialize(statements, out, format=syntax, prefixes=named)
