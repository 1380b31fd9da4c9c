"""Whether a node breaks a shape, as one expression of SPARQL: what sh:node, sh:not and the like ask."""

from __future__ import annotations

from collections.abc import Iterator

from mca_graph.namespaces import SH
from mca_graph.store import Term
from mca_graph.validation.paths import path_of
from mca_graph.validation.remote.language import (
    MOST_COUNTED,
    Fresh,
    NotInQueriesError,
    at_least,
    both,
    distinct,
    either,
    exists,
    negated,
    or_error,
    sparql,
)
from mca_graph.validation.remote.values import ValueTest, value_tests
from mca_graph.validation.shapes import Node, Shapes

_DEEPEST = 12


class Compiler:
    """Translates the shapes of a shapes graph.

    Args:
        shapes: the shapes graph.
    """

    def __init__(self, shapes: Shapes) -> None:
        self.shapes, self.fresh = shapes, Fresh()
        self._depth = 0

    def values(self, shape: Node, focus: str, value: str) -> str:
        """A pattern that leads from a focus node to a value node (SHACL, section 2.3)."""
        path = path_of(self.shapes, shape)
        return f"{focus} {path} {value} ." if path is not None else f"BIND({focus} AS {value})"

    def violates(self, shape: Term, node: str) -> str:
        """True when a node does not conform to a shape.

        Args:
            shape: the shape.
            node: the variable that holds the node.

        Raises:
            NotInQueriesError: the shape cannot be said in a query.
        """
        if self.shapes.is_deactivated(shape):
            return "false"
        if self._depth >= _DEEPEST:
            raise NotInQueriesError(f"{shape}: shapes within shapes too deeply")
        self._depth += 1
        try:
            return either(self._violations(shape, node))
        finally:
            self._depth -= 1

    def _violations(self, shape: Term, node: str) -> Iterator[str]:
        one = _node(shape)
        if self.shapes.values(one, SH + "sparql") or self._has_components(one):
            raise NotInQueriesError(f"{shape}: a constraint in SPARQL under a condition")
        tests = [*value_tests(self.shapes, one), *self.shape_tests(one)]
        if path_of(self.shapes, one) is None:
            yield from (test.fails(node) for test in tests)
            yield from (self.violates(part, node) for part in self.shapes.parts(one))
        else:
            value = self.fresh()
            inner = [test.fails(value) for test in tests]
            inner += [self.violates(part, value) for part in self.shapes.parts(one)]
            fails = either(inner)
            if fails != "false":
                yield exists(f"{self.values(one, node, value)} FILTER({fails})")
        for _component, expression in self.counts(one, node):
            yield expression
        for _component, pattern in self.pairs(one, node, self.fresh(), self.fresh()):
            yield exists(pattern)
        yield from (exists(pattern) for pattern in self.closed(one, node, self.fresh(), self.fresh()))

    def _has_components(self, shape: Node) -> bool:
        declared = {
            path.value
            for component, parameter in self.shapes.uses(SH + "parameter")
            for path in self.shapes.values(parameter, SH + "path")
        }
        return any(self.shapes.values(shape, iri) for iri in declared)

    def shape_tests(self, shape: Node) -> Iterator[ValueTest]:
        """The constraints that ask whether a value conforms to other shapes (SHACL, sections 4.6, 4.7.1)."""
        shapes = self.shapes
        for other in shapes.values(shape, SH + "node"):
            yield ValueTest("Node", lambda v, other=other: self.violates(other, v))  # type: ignore[misc]
        for other in shapes.values(shape, SH + "not"):
            yield ValueTest("Not", lambda v, other=other: negated(self.violates(other, v)))  # type: ignore[misc]
        for head in shapes.values(shape, SH + "and"):
            yield ValueTest("And", lambda v, h=head: either(self._each(h, v)))  # type: ignore[misc]
        for head in shapes.values(shape, SH + "or"):
            yield ValueTest("Or", lambda v, h=head: both(self._each(h, v)))  # type: ignore[misc]
        for head in shapes.values(shape, SH + "xone"):
            yield ValueTest("Xone", lambda v, h=head: self._not_one(h, v))  # type: ignore[misc]

    def _each(self, head: Term, node: str) -> list[str]:
        return [self.violates(member, node) for member in self.shapes.list_of(head)]

    def _not_one(self, head: Term, node: str) -> str:
        fitting = " + ".join(f"IF({test}, 0, 1)" for test in self._each(head, node))
        return f"({fitting or 0}) != 1"

    def counts(self, shape: Node, focus: str) -> Iterator[tuple[str, str]]:
        """Constraints that are about all values together: component, and what is true at a fault."""
        shapes = self.shapes
        for number in shapes.values(shape, SH + "minCount"):
            yield "MinCount", negated(self._holds(shape, focus, _small(number)))
        for number in shapes.values(shape, SH + "maxCount"):
            yield "MaxCount", self._holds(shape, focus, _small(number) + 1)
        for term in shapes.values(shape, SH + "hasValue"):
            path = path_of(shapes, shape)
            there = (
                f"sameTerm({focus}, {sparql(term)})"
                if path is None
                else exists(f"{focus} {path} {sparql(term)}")
            )
            yield "HasValue", negated(there)
        for other in shapes.values(shape, SH + "qualifiedValueShape"):
            conforms = self._qualified(shape, other)
            for number in shapes.values(shape, SH + "qualifiedMinCount"):
                yield "QualifiedMinCount", negated(self._holds(shape, focus, _small(number), conforms))
            for number in shapes.values(shape, SH + "qualifiedMaxCount"):
                yield "QualifiedMaxCount", self._holds(shape, focus, _small(number) + 1, conforms)
        for unique in shapes.values(shape, SH + "uniqueLang"):
            if unique.value == "true":  # the other way to write it does not count (SHACL, section 4.4.5)
                yield "UniqueLang", exists(self.same_language(shape, focus, self.fresh()))

    def _holds(self, shape: Node, focus: str, number: int, conforms: ValueTest | None = None) -> str:
        """True when a focus node has at least so many values (that conform to a shape)."""
        variables = [self.fresh() for _ in range(number)]
        pattern = [self.values(shape, focus, variable) for variable in variables]
        if conforms is not None:
            pattern += [f"FILTER({conforms.fails(variable)})" for variable in variables]
        return at_least(number, pattern, variables)

    def _qualified(self, shape: Node, other: Term) -> ValueTest:
        """What is true of a value that counts (SHACL, section 4.7.3)."""
        siblings: set[Term] = set()
        if any(
            self.shapes.is_true(value)
            for value in self.shapes.values(shape, SH + "qualifiedValueShapesDisjoint")
        ):
            for parent, one in self.shapes.uses(SH + "property"):
                if one == shape:
                    for part in self.shapes.parts(parent):
                        siblings.update(self.shapes.values(part, SH + "qualifiedValueShape"))
        siblings.discard(other)

        def counts(v: str) -> str:
            others = [self.violates(sibling, v) for sibling in sorted(siblings, key=str)]
            return both([negated(self.violates(other, v)), *others])

        return ValueTest("Qualified", counts)

    def same_language(self, shape: Node, focus: str, language: str) -> str:
        """A pattern for a language that two values have (SHACL, section 4.4.5)."""
        one, other = self.fresh(), self.fresh()
        return (
            f"{self.values(shape, focus, one)} {self.values(shape, focus, other)} {distinct([one, other])} "
            f'FILTER(LANG({one}) != "" && LCASE(LANG({one})) = LCASE(LANG({other}))) '
            f"BIND(LCASE(LANG({one})) AS {language})"
        )

    def pairs(self, shape: Node, focus: str, value: str, other: str) -> Iterator[tuple[str, str]]:
        """Constraints that compare with the values of another property: component and pattern of a fault."""
        shapes = self.shapes
        values = self.values(shape, focus, value)
        for predicate in shapes.values(shape, SH + "equals"):
            yield "Equals", f"{values} FILTER NOT EXISTS {{ {focus} {predicate} {value} }}"
            yield (
                "Equals",
                f"{focus} {predicate} {value} . FILTER({negated(self._is_value(shape, focus, value))})",
            )
        for predicate in shapes.values(shape, SH + "disjoint"):
            yield "Disjoint", f"{values} FILTER EXISTS {{ {focus} {predicate} {value} }}"
        for name, sign in (("lessThan", "<"), ("lessThanOrEquals", "<=")):
            for predicate in shapes.values(shape, SH + name):
                fails = or_error(f"!({value} {sign} {other})")
                component = name[0].upper() + name[1:]
                yield component, f"{values} {focus} {predicate} {other} . FILTER({fails})"

    def _is_value(self, shape: Node, focus: str, value: str) -> str:
        path = path_of(self.shapes, shape)
        return f"sameTerm({focus}, {value})" if path is None else exists(f"{focus} {path} {value}")

    def closed(self, shape: Node, focus: str, predicate: str, value: str) -> Iterator[str]:
        """A pattern for a property that a closed shape does not have (SHACL, section 4.8.1)."""
        if not any(self.shapes.is_true(flag) for flag in self.shapes.values(shape, SH + "closed")):
            return
        known: set[Term] = set()
        for head in self.shapes.values(shape, SH + "ignoredProperties"):
            known.update(self.shapes.list_of(head))
        for part in self.shapes.parts(shape):
            known.update(path for path in self.shapes.values(part, SH + "path") if str(path).startswith("<"))
        listed = ", ".join(sorted(map(sparql, known)))
        only = f"FILTER({predicate} NOT IN ({listed}))" if listed else ""
        yield f"{focus} {predicate} {value} . {only}"


def _node(shape: Term) -> Node:
    assert not isinstance(shape, str)
    return shape  # type: ignore[return-value]  # a shape is never a literal


def _small(number: Term) -> int:
    found = int(number.value)
    if found > MOST_COUNTED:
        raise NotInQueriesError(f"a count of {found} values")
    return found
