"""Run constraints that are written in SPARQL: one query for all focus nodes of a constraint."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from threading import Lock

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, QuerySolutions

from mca_graph.errors import McaGraphError
from mca_graph.namespaces import RDF, RDFS, XSD
from mca_graph.queries.sparql import check, variables
from mca_graph.store import Term
from mca_graph.store.embedded import EmbeddedStore
from mca_graph.validation.constraints import Constraint
from mca_graph.validation.lexical import AsTyped, normal_forms
from mca_graph.validation.prebinding import TABLES, as_select, insert, is_limited
from mca_graph.validation.result import Result
from mca_graph.validation.shapes import Shapes

_SHAPES_GRAPH = NamedNode("urn:x-mca-graph:shapes-graph")
_TABLES = NamedNode(TABLES)
_ALL = NamedNode(f"{TABLES}:all")
_DATA = DefaultGraph()
_ROW = "mca_row"
_PLACEHOLDER = re.compile(r"\{[?$](\w+)\}")
_TRUE = Literal("true", datatype=NamedNode(XSD + "boolean"))


class Evaluator:
    """Evaluates constraints over a data graph in memory; several threads may ask at once.

    Args:
        store: the data graph as its default graph; tables of pre-bound variables are added beside it.
        shapes: the shapes graph.
        typed: the literals of the data graph as they were typed.
    """

    def __init__(self, store: EmbeddedStore, shapes: Shapes, typed: AsTyped) -> None:
        self._store, self._shapes, self._typed = store, shapes, typed
        self._tables = count(1)
        self._lock = Lock()
        self._has_shapes = False

    def values(self, path: str, focus: Sequence[Term]) -> list[tuple[Term, Term]]:
        """Pairs of a focus node and one of its value nodes (SHACL, section 2.3)."""
        if not focus:
            return []
        rows = self._rows(
            f"SELECT DISTINCT ?this ?value WHERE {{ GRAPH <{TABLES}> {{ {self._table('this', focus)} }}"
            f" ?this {path} ?value }}"
        )
        return [(row["this"], self._typed.of(row["value"], row["this"])) for row in rows]

    def instances(self, kind: Term) -> Iterator[Term]:
        """The SHACL instances of a class (SHACL, section 1.3)."""
        classes = self._rows(f"SELECT DISTINCT ?class WHERE {{ ?class <{RDFS}subClassOf>* {kind} }}")
        for row in classes:
            kind_of = NamedNode(RDF + "type")
            # Straight from the engine: there may be as many as there are nodes.
            for quad in self._store.engine.quads_for_pattern(None, kind_of, row["class"], _DATA):
                yield quad.subject  # type: ignore[misc]

    def ends(self, predicate: Term) -> Iterator[tuple[Term, Term]]:
        """The subjects and objects of a property."""
        assert isinstance(predicate, NamedNode)
        for subject, _predicate, value in self._store.match(None, predicate):
            yield subject, self._typed.of(value, subject)

    def violations(
        self, constraints: Sequence[Constraint], focus: Sequence[Term]
    ) -> Iterator[tuple[Term, Result]]:
        """Yield what these constraints of one shape find at these focus nodes, each with its focus node.

        Raises:
            QueryError: a query is no SPARQL.
            McaGraphError: a query reports a failure.
        """
        if not focus:
            return
        this = self._table("this", focus)
        asked = set(focus)
        as_typed: dict[Term, list[Term]] = {}
        for typed, held in normal_forms(focus).items():
            as_typed.setdefault(held, [held] if held in asked else []).append(typed)
        for constraint in constraints:
            check(constraint.query)
            fixed = self._fixed(constraint)
            if constraint.is_ask:
                yield from self._ask(constraint, focus, fixed)
                continue
            # A limit counts the solutions of one focus node, so each must be asked about by itself.
            each = is_limited(constraint.query)
            for one in [self._table("this", [node]) for node in focus] if each else [this]:
                for row in self._rows(insert(constraint.query, {"this": one, **fixed})):
                    found = row["this"]
                    for node in as_typed.get(found, [found] if found in asked else []):
                        yield node, self._result(constraint, node, row)

    def _fixed(self, constraint: Constraint) -> dict[str, str]:
        """The patterns of the variables that are bound to one node for a whole constraint."""
        bound = {
            "currentShape": constraint.shape,
            "shapesGraph": _SHAPES_GRAPH,
            **dict(constraint.parameters),
        }
        used = variables(constraint.query)
        if "shapesGraph" in used:
            self._load_shapes()
        return {name: self._table(name, [value]) for name, value in bound.items() if name in used}

    def _load_shapes(self) -> None:
        with self._lock:
            if self._has_shapes:
                return
            self._store.engine.extend(
                Quad(triple.subject, triple.predicate, triple.object, _SHAPES_GRAPH)
                for triple in self._shapes.triples
            )
            self._has_shapes = True

    def _ask(
        self, constraint: Constraint, focus: Sequence[Term], fixed: dict[str, str]
    ) -> Iterator[tuple[Term, Result]]:
        """Ask about each value node; those that do not pass are at fault (SHACL, section 6.3)."""
        pairs = (
            [(node, node) for node in focus]
            if constraint.path is None
            else self.values(constraint.path, focus)
        )
        if not pairs:
            return
        this, value = self._pair_table(pairs)
        query = insert(as_select(constraint.query, _ROW), {"value": value, **fixed, "this": this})
        passed = {row[_ROW].value for row in self._rows(query)}
        for index, (node, at_fault) in enumerate(pairs):
            if f"{TABLES}:{index}" not in passed:
                yield node, self._result(constraint, node, None, at_fault)

    def _result(
        self, constraint: Constraint, focus: Term, row: dict[str, Term] | None, value: Term | None = None
    ) -> Result:
        """One solution as a validation result (SHACL, section 5.3.2)."""
        bound: dict[str, Term] = dict(constraint.parameters)
        if row is not None:
            bound |= row
            if bound.get("failure") == _TRUE:
                raise McaGraphError(f"the constraint {constraint.node} reports that it failed at {focus}")
            value = bound.get("value", focus if constraint.path is None else None)
        bound["this"] = focus
        if value is not None:
            value = bound["value"] = self._typed.of(value, focus)
        path = bound.get("path")
        own = bound.get("message")
        messages = ((own.value, own.language or ""),) if isinstance(own, Literal) else constraint.messages
        return Result(
            focus=str(focus),
            shape=str(constraint.shape),
            component=constraint.component,
            severity=self._shapes.severity_iri(constraint.shape),
            path=str(path) if isinstance(path, NamedNode) else constraint.path,
            value=str(value) if value is not None else None,
            constraint=str(constraint.node) if constraint.node is not None else None,
            messages=tuple((_filled(text, bound), language) for text, language in messages),
        )

    def _rows(self, query: str) -> Iterator[dict[str, Term]]:
        rows = self._store.query(query)
        if not isinstance(rows, QuerySolutions):
            raise McaGraphError("a SPARQL-based constraint must be a SELECT query")
        names = [variable.value for variable in rows.variables]
        for row in rows:
            yield {name: term for name, term in zip(names, row, strict=True) if term is not None}

    def _table(self, name: str, values: Iterable[Term]) -> str:
        """Write down the values of a pre-bound variable; returns the pattern that binds it to each."""
        column = NamedNode(f"{TABLES}:{next(self._tables)}:{name}")
        self._store.engine.extend(Quad(_ALL, column, value, _TABLES) for value in values)
        return f"{_ALL} {column} ?{name}"

    def _pair_table(self, pairs: Sequence[tuple[Term, Term]]) -> tuple[str, str]:
        """Write down pairs of values as numbered rows; returns the patterns of both columns."""
        number = next(self._tables)
        this, value = (NamedNode(f"{TABLES}:{number}:{name}") for name in ("this", "value"))
        self._store.engine.extend(
            quad
            for index, (node, other) in enumerate(pairs)
            for row in (NamedNode(f"{TABLES}:{index}"),)
            for quad in (Quad(row, this, node, _TABLES), Quad(row, value, other, _TABLES))
        )
        return f"?{_ROW} {this} ?this", f"?{_ROW} {value} ?value"


def _filled(text: str, bound: dict[str, Term]) -> str:
    """A message with the values of its variables (SHACL, section 5.2.1)."""
    return _PLACEHOLDER.sub(
        lambda found: bound[found.group(1)].value if found.group(1) in bound else found.group(), text
    )
