"""What the shapes allow once: the properties that disagreement is resolved for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions

from mca_graph.namespaces import RDF, RDFS, SH
from mca_graph.rdf.read import read_quads
from mca_graph.store import Term
from mca_graph.store.embedded import EmbeddedStore

_SINGLE = f"""
PREFIX sh: <{SH}>
PREFIX rdfs: <{RDFS}>
SELECT DISTINCT ?property ?class ?unique WHERE {{
  ?shape sh:property ?rule .
  ?rule sh:path ?property .
  {{ ?rule sh:maxCount 1 . BIND(false AS ?unique) }}
  UNION {{ ?rule sh:uniqueLang true . BIND(true AS ?unique) }}
  OPTIONAL {{ ?shape sh:targetClass ?declared }}
  OPTIONAL {{ ?shape a rdfs:Class . BIND(?shape AS ?implicit) }}
  BIND(COALESCE(?declared, ?implicit) AS ?class)
  FILTER(isIRI(?property))
}}
"""

_ASKED = {
    RDF + "type",
    *(SH + name for name in ("property", "path", "maxCount", "uniqueLang", "targetClass")),
}
"""The properties that the query reads."""


@dataclass(slots=True)
class SingleValued:
    """A property that may have one value, or one for each language.

    Attributes:
        property: the property.
        per_language: one value a language (``sh:uniqueLang``), not one in all.
        classes: the classes whose instances the rule is for.
        for_all: the rule is for everything that has the property.
    """

    property: NamedNode
    per_language: bool
    classes: set[NamedNode] = field(default_factory=set)
    for_all: bool = False

    def slot(self, value: Term) -> str:
        """Which of a subject's single places a value takes: one a language, or the only one."""
        return (value.language or "") if self.per_language and isinstance(value, Literal) else ""


def single_valued(shape_files: Iterable[Path]) -> list[SingleValued]:
    """Read from the shapes which properties have one value (SHACL, 4.2.2 maxCount, 4.6.3 uniqueLang).

    Raises:
        ReadError: a shapes file cannot be read.
    """
    return single_valued_in(quad for path in shape_files for quad in read_quads(path))


def single_valued_in(shapes: Iterable[Quad]) -> list[SingleValued]:
    """The same for shapes that have been read already."""
    asked = (quad for quad in shapes if quad.predicate.value in _ASKED)
    rows = EmbeddedStore.of(asked).query(_SINGLE)
    assert isinstance(rows, QuerySolutions)
    found: dict[tuple[str, bool], SingleValued] = {}
    for row in rows:
        unique = row["unique"].value == "true"
        rule = found.setdefault((row["property"].value, unique), SingleValued(row["property"], unique))
        if row["class"] is None:
            rule.for_all = True
        else:
            rule.classes.add(row["class"])
    return [found[key] for key in sorted(found)]
