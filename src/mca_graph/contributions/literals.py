"""Text to typed literals and back."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from pyoxigraph import Literal, NamedNode

from mca_graph.contributions.choices import UnreadableError
from mca_graph.contributions.ranges import LANG_STRING
from mca_graph.namespaces import XSD

_DAY = r"-?\d{4,}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
_ZONE = r"(Z|[+-]\d\d:\d\d)?"
_WHOLE = r"[+-]?\d+"
_FORMS: dict[str, str] = {
    "integer": _WHOLE,
    "int": _WHOLE,
    "long": _WHOLE,
    "nonNegativeInteger": r"\+?\d+|-0+",
    "positiveInteger": r"\+?0*[1-9]\d*",
    "decimal": r"[+-]?(\d+(\.\d*)?|\.\d+)",
    "double": r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|[+-]?INF|NaN",
    "float": r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|[+-]?INF|NaN",
    "boolean": r"true|false|0|1",
    "date": _DAY + _ZONE,
    "dateTime": _DAY + r"T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?" + _ZONE,
    "gYear": r"-?\d{4,}" + _ZONE,
    "gYearMonth": r"-?\d{4,}-(0[1-9]|1[0-2])" + _ZONE,
    "anyURI": r"\S+",
}
"""Lexical forms (XML Schema 1.1, Part 2) of the datatypes that are told apart."""

_SHOWN: dict[str, str] = {
    "integer": "a whole number, such as 36",
    "nonNegativeInteger": "a whole number, such as 36",
    "decimal": "a number with a dot and without other marks, such as 180000.50",
    "date": "a day, such as 2024-02-13",
    "gYearMonth": "a month, such as 2024-02",
    "gYear": "a year, such as 2024",
    "dateTime": "a day and time, such as 2024-02-13T09:30:00Z",
    "boolean": "true or false",
}
_NUMERIC = frozenset({"integer", "int", "long", "nonNegativeInteger", "positiveInteger", "decimal"})


def read_literal(text: str, datatypes: tuple[str, ...], language: str) -> Literal:
    """The literal that a text means: of the first datatype whose form it has.

    Raises:
        UnreadableError: it has the form of none.
    """
    for datatype in datatypes:
        if datatype == LANG_STRING:
            return Literal(text, language=language) if language else Literal(text)
        local = datatype.removeprefix(XSD)
        written = text.lower() if local == "boolean" else text
        form = _FORMS.get(local)
        if form is None or re.fullmatch(form, written, re.ASCII):
            if local == "decimal" and "." not in written:
                written += ".0"
            return Literal(written, datatype=NamedNode(datatype))
    raise UnreadableError(f"{text!r} is not {described(datatypes)}", f"write {described(datatypes)}")


def as_known(read: Literal, known: Literal | None) -> Literal:
    """A literal of the same datatype as the one that is known already, where there is one.

    A store keeps the value of a number and not the way it was typed, so the number stays as it was read.
    """
    if known is None:
        return read
    local = known.datatype.value.removeprefix(XSD)
    if known.language or local not in _NUMERIC or known.datatype == read.datatype:
        return read if local in _NUMERIC else known
    return read_literal(read.value.removesuffix(".0"), (known.datatype.value,), "")


def described(datatypes: tuple[str, ...]) -> str:
    """What values of these datatypes look like."""
    shown = dict.fromkeys(_SHOWN.get(iri.removeprefix(XSD), "text") for iri in datatypes)
    return " or ".join(shown)


def same_value(left: Literal, right: Literal) -> bool:
    """True where two literals mean the same, however they were typed."""
    if left == right:
        return True
    if left.language or right.language:
        return left.language == right.language and _plain(left.value) == _plain(right.value)
    kinds = (left.datatype.value.removeprefix(XSD), right.datatype.value.removeprefix(XSD))
    if all(kind in _NUMERIC for kind in kinds):
        try:
            return Decimal(left.value) == Decimal(right.value)
        except InvalidOperation:
            return False
    return left.datatype == right.datatype and _plain(left.value) == _plain(right.value)


def _plain(text: str) -> str:
    """Text without what a cell does not keep: space around it, and the sort of its line ends."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
