"""The shapes graph: what each shape says to people, and its SPARQL-based constraints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QuerySolutions, RdfFormat, Triple, serialize

from mca_graph.errors import QueryError
from mca_graph.findings import Severity
from mca_graph.namespaces import OWL, RDF, RDFS, SH
from mca_graph.rdf.read import read_quads
from mca_graph.store import Term
from mca_graph.store.embedded import EmbeddedStore

_SPARQL = NamedNode(SH + "sparql")
_TARGETS = f"""
PREFIX sh: <{SH}>
PREFIX rdf: <{RDF}>
PREFIX rdfs: <{RDFS}>
PREFIX owl: <{OWL}>
"""


@dataclass(frozen=True, slots=True)
class SparqlConstraint:
    """A SPARQL-based constraint (SHACL, section 5): where it hangs and its query with its prefixes."""

    node: NamedNode | BlankNode
    shape: NamedNode | BlankNode
    select: str
    deactivated: bool


class Shapes:
    """A shapes graph.

    Args:
        quads: its triples.
    """

    def __init__(self, quads: Iterable[Quad]) -> None:
        self.triples: list[Triple] = [quad.triple for quad in quads]
        self._store = EmbeddedStore.of(
            Quad(triple.subject, triple.predicate, triple.object) for triple in self.triples
        )

    @classmethod
    def read(cls, files: Iterable[Path]) -> Shapes:
        """Read a shapes graph from files.

        Raises:
            ReadError: one of them cannot be read.
        """
        return cls(quad for path in files for quad in read_quads(path))

    def turtle(self, *, sparql: bool = True) -> str:
        """The shapes graph as text, with or without its SPARQL-based constraints."""
        kept = (triple for triple in self.triples if sparql or triple.predicate != _SPARQL)
        return (serialize(kept, format=RdfFormat.N_TRIPLES) or b"").decode()

    def message(self, shape: Term, language: str) -> str | None:
        """The message of a shape or constraint, in the language that is wanted where there is one."""
        found = [
            value
            for _shape, _message, value in self._store.match(shape, NamedNode(SH + "message"))
            if isinstance(value, Literal)
        ]
        found.sort(key=lambda value: (value.language != language, bool(value.language), value.value))
        return found[0].value if found else None

    def severity(self, shape: Term) -> Severity:
        """The severity of a shape; a violation where it says nothing (SHACL, section 2.1.4)."""
        for _shape, _severity, value in self._store.match(shape, NamedNode(SH + "severity")):
            return severity_of(value.value)
        return Severity.VIOLATION

    @cached_property
    def sparql_constraints(self) -> list[SparqlConstraint]:
        """All SPARQL-based constraints that hang on a shape, in a stable order."""
        found = [
            self._constraint(shape, node)
            for shape, _sparql, node in self._store.match(None, _SPARQL)
            if not isinstance(node, Literal) and not isinstance(shape, Literal)
        ]
        return sorted(found, key=lambda constraint: (str(constraint.shape), str(constraint.node)))

    def _constraint(self, shape: Term, node: Term) -> SparqlConstraint:
        select = next(
            (value.value for *_rest, value in self._store.match(node, NamedNode(SH + "select"))), None
        )
        if select is None:
            raise QueryError(f"the SPARQL-based constraint {node} has no sh:select")
        return SparqlConstraint(
            node=node,  # type: ignore[arg-type]
            shape=shape,  # type: ignore[arg-type]
            select=self._prefixes(node) + select,
            deactivated=self._is_true(node, "deactivated") or self._is_true(shape, "deactivated"),
        )

    def _prefixes(self, node: Term) -> str:
        """The PREFIX lines of ``sh:prefixes`` (SHACL, section 5.2.1)."""
        declarations = "?declaration sh:prefix ?prefix ; sh:namespace ?namespace"
        if isinstance(node, NamedNode):
            declarations = f"{node} sh:prefixes/owl:imports*/sh:declare ?declaration . {declarations}"
        rows = self._store.query(f"{_TARGETS} SELECT DISTINCT ?prefix ?namespace WHERE {{ {declarations} }}")
        assert isinstance(rows, QuerySolutions)
        pairs = sorted((row["prefix"].value, row["namespace"].value) for row in rows)
        return "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in pairs)

    def _is_true(self, node: Term, name: str) -> bool:
        return any(value.value == "true" for *_rest, value in self._store.match(node, NamedNode(SH + name)))

    def focus_nodes(self, shape: Term, data: EmbeddedStore) -> list[Term]:
        """The target nodes of a shape in a data graph (SHACL, section 2.1.3), in a stable order."""
        found: dict[Term, None] = {}
        for target, kind in self._targets(shape):
            if kind == "node":
                found[target] = None
            else:
                rows = data.query(_target_query(target, kind))
                assert isinstance(rows, QuerySolutions)
                for row in rows:
                    found[row["this"]] = None
        return sorted(found, key=str)

    def _targets(self, shape: Term) -> Iterator[tuple[Term, str]]:
        for name, kind in (
            ("targetNode", "node"),
            ("targetClass", "class"),
            ("targetSubjectsOf", "subjects"),
            ("targetObjectsOf", "objects"),
        ):
            for *_rest, value in self._store.match(shape, NamedNode(SH + name)):
                yield value, kind
        for *_rest, value in self._store.match(shape, NamedNode(RDF + "type")):
            if value.value == RDFS + "Class":
                yield shape, "class"


def _target_query(target: Term, kind: str) -> str:
    patterns = {
        "class": f"?this a/rdfs:subClassOf* {target}",
        "subjects": f"?this {target} ?value",
        "objects": f"?value {target} ?this",
    }
    return f"{_TARGETS} SELECT DISTINCT ?this WHERE {{ {patterns[kind]} }}"


def severity_of(iri: str) -> Severity:
    """The severity that an IRI of SHACL stands for; one of somebody's own counts as a violation."""
    return {SH + "Warning": Severity.WARNING, SH + "Info": Severity.INFO}.get(iri, Severity.VIOLATION)
