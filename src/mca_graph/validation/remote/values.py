"""Constraints on one value node at a time (SHACL, sections 4.1, 4.3, 4.4, 4.8.3) as expressions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from pyoxigraph import Literal

from mca_graph.namespaces import SH
from mca_graph.store import Term
from mca_graph.validation.remote.forms import ill_formed
from mca_graph.validation.remote.language import INSTANCE_OF, either, exists, negated, or_error, sparql
from mca_graph.validation.shapes import Node, Shapes

_KINDS = {
    "IRI": "isIRI({v})",
    "BlankNode": "isBlank({v})",
    "Literal": "isLiteral({v})",
    "BlankNodeOrIRI": "!isLiteral({v})",
    "BlankNodeOrLiteral": "!isIRI({v})",
    "IRIOrLiteral": "!isBlank({v})",
}
_ORDERS = {"minExclusive": ">", "minInclusive": ">=", "maxExclusive": "<", "maxInclusive": "<="}

Test = Callable[[str], str]


class ValueTest(NamedTuple):
    """A constraint on value nodes: the local name of its component, and what is true of a value at fault."""

    component: str
    fails: Test


def value_tests(shapes: Shapes, shape: Node) -> Iterator[ValueTest]:
    """The constraints of a shape that look at one value at a time, those that name other shapes apart."""
    for class_ in shapes.values(shape, SH + "class"):
        yield ValueTest("Class", _class(class_))
    for datatype in shapes.values(shape, SH + "datatype"):
        yield ValueTest("Datatype", _datatype(datatype))
    for kind in shapes.values(shape, SH + "nodeKind"):
        form = _KINDS[kind.value.removeprefix(SH)]
        yield ValueTest("NodeKind", _kind(form))
    for name, sign in _ORDERS.items():
        for limit in shapes.values(shape, SH + name):
            yield ValueTest(name[0].upper() + name[1:], _order(sign, limit))
    for name, sign in (("minLength", "<"), ("maxLength", ">")):
        for length in shapes.values(shape, SH + name):
            yield ValueTest(name[0].upper() + name[1:], _length(sign, length, name))
    flags = shapes.value(shape, SH + "flags")
    for pattern in shapes.values(shape, SH + "pattern"):
        yield ValueTest("Pattern", _pattern(pattern, flags))
    for head in shapes.values(shape, SH + "languageIn"):
        yield ValueTest("LanguageIn", _languages(shapes.list_of(head)))
    for head in shapes.values(shape, SH + "in"):
        yield ValueTest("In", _in([sparql(member) for member in shapes.list_of(head)]))


def _class(class_: Term) -> Test:
    return lambda v: negated(exists(f"{v} {INSTANCE_OF} {sparql(class_)}"))


def _datatype(datatype: Term) -> Test:
    return lambda v: or_error(either([f"DATATYPE({v}) != {sparql(datatype)}", ill_formed(datatype.value, v)]))


def _kind(form: str) -> Test:
    return lambda v: f"!({form.format(v=v)})"


def _order(sign: str, limit: Term) -> Test:
    return lambda v: or_error(f"!({v} {sign} {sparql(limit)})")


def _length(sign: str, length: Term, name: str) -> Test:
    if name == "minLength" and length.value.lstrip("+0") == "":
        return lambda v: "false"
    return lambda v: or_error(f"isBlank({v}) || STRLEN(STR({v})) {sign} {int(length.value)}")


def _pattern(pattern: Term, flags: Term | None) -> Test:
    more = f", {Literal(flags.value)}" if flags is not None else ""
    return lambda v: or_error(f"isBlank({v}) || !REGEX(STR({v}), {Literal(pattern.value)}{more})")


def _languages(members: list[Term]) -> Test:
    def fails(v: str) -> str:
        fits = either(f"LANGMATCHES(LANG({v}), {Literal(member.value)})" for member in members)
        return or_error(f'!(LANG({v}) != "" && {fits})')

    return fails


def _in(members: list[str]) -> Test:
    return lambda v: negated(either(f"sameTerm({v}, {member})" for member in members))
