"""Typed values for the parameters of a saved query, checked before they come near the query."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from pyoxigraph import Literal, NamedNode

from mca_graph.errors import ParameterError
from mca_graph.namespaces import XSD
from mca_graph.queries.catalogue import Parameter, SavedQuery
from mca_graph.queries.names import Names, Range
from mca_graph.queries.sparql import bind


def bind_parameters(query: SavedQuery, given: Mapping[str, Sequence[str]], names: Names) -> str:
    """Return the text of a saved query with its parameters bound.

    Args:
        query: the saved query.
        given: the values as the user wrote them, by the parameter's name.
        names: finds what an ``iri`` parameter means.

    Raises:
        ParameterError: a value is missing, unknown, given twice or of the wrong type.
    """
    values: dict[str, list[str]] = {}
    for parameter in query.params:
        texts = list(given.get(parameter.name, ()))
        if not texts and parameter.default is not None:
            texts = [parameter.default]
        if not texts and parameter.required:
            raise ParameterError(f"{query.id} needs {parameter.option}", _instance(parameter))
        if len(texts) > 1 and not parameter.repeat:
            raise ParameterError(f"{parameter.option} may be given once only", _instance(parameter))
        if texts:
            values[parameter.name] = [str(term_of(parameter, text, names)) for text in texts]
    if unknown := given.keys() - {parameter.name for parameter in query.params}:
        raise ParameterError(f"{query.id} has no parameter {min(unknown)}")
    return bind(query.text, values)


def term_of(parameter: Parameter, text: str, names: Names) -> NamedNode | Literal:
    """Turn what the user wrote into an RDF term of the parameter's type.

    Raises:
        ParameterError: it is not of that type.
    """
    if parameter.type == "iri":
        return names.find(text, Range(parameter.scheme, parameter.class_), parameter.name.replace("_", " "))
    if parameter.type == "string":
        return Literal(text)
    make, form = _LITERALS[parameter.type]
    try:
        return make(text.strip())
    except ValueError:
        raise ParameterError(f"{parameter.option}: {text!r} is not {form}", _instance(parameter)) from None


def _instance(parameter: Parameter) -> str:
    if parameter.example is None:
        return parameter.description
    return f"for instance {parameter.option} {parameter.example!r}"


def _integer(text: str) -> Literal:
    if not re.fullmatch(r"[+-]?[0-9]{1,18}", text):
        raise ValueError
    return Literal(text, datatype=NamedNode(XSD + "integer"))


def _decimal(text: str) -> Literal:
    if not re.fullmatch(r"[+-]?([0-9]{1,18}(\.[0-9]{0,18})?|\.[0-9]{1,18})", text):
        raise ValueError
    return Literal(text, datatype=NamedNode(XSD + "decimal"))


def _date(text: str) -> Literal:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError
    date.fromisoformat(text)
    return Literal(text, datatype=NamedNode(XSD + "date"))


def _boolean(text: str) -> Literal:
    known = {"true": "true", "yes": "true", "1": "true", "false": "false", "no": "false", "0": "false"}
    if text.lower() not in known:
        raise ValueError
    return Literal(known[text.lower()], datatype=NamedNode(XSD + "boolean"))


_LITERALS: dict[str, tuple[Callable[[str], Literal], str]] = {
    "integer": (_integer, "a whole number, such as 3"),
    "decimal": (_decimal, "a number, such as 180000 or 0.8"),
    "date": (_date, "a date, such as 2025-06-01"),
    "boolean": (_boolean, "true or false"),
}
