"""Write triples as people read them: only the prefixes that are used, in a stable order."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import RdfFormat, Triple, serialize

from mca_graph.namespaces import Prefixes

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
    text = serialize(held, format=syntax, prefixes=used) or b""
    if not text.startswith(_PREFIX):
        return text
    # The engine writes prefixes in an order that differs from run to run.
    lines = text.splitlines(keepends=True)
    count = next((index for index, line in enumerate(lines) if not line.startswith(_PREFIX)), len(lines))
    return b"".join([*sorted(lines[:count]), *lines[count:]])
