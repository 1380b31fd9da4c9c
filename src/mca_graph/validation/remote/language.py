"""Small pieces of SPARQL that the translation of shapes is made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations, count

from pyoxigraph import BlankNode

from mca_graph.errors import McaGraphError
from mca_graph.namespaces import RDF, RDFS
from mca_graph.store import Term

MOST_COUNTED = 6
"""How many values are told apart in pairs; a larger count is not said in a query."""

INSTANCE_OF = f"<{RDF}type>/<{RDFS}subClassOf>*"


class NotInQueriesError(McaGraphError):
    """A shape that cannot be said as queries over an endpoint's data."""


class Fresh:
    """Gives variables that nothing else uses."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def __call__(self, stem: str = "v") -> str:
        """A new variable."""
        return f"?mca_{stem}{next(self._numbers)}"


def sparql(term: Term) -> str:
    """A term in a query.

    Raises:
        NotInQueriesError: it is a blank node, which a query cannot name.
    """
    if isinstance(term, BlankNode):
        raise NotInQueriesError("a query cannot name a blank node")
    return str(term)


def either(tests: Iterable[str]) -> str:
    """An expression that is true when one of these is."""
    kept = [test for test in tests if test != "false"]
    if "true" in kept:
        return "true"
    return "false" if not kept else kept[0] if len(kept) == 1 else f"({' || '.join(kept)})"


def both(tests: Iterable[str]) -> str:
    """An expression that is true when all of these are."""
    kept = [test for test in tests if test != "true"]
    if "false" in kept:
        return "false"
    return "true" if not kept else kept[0] if len(kept) == 1 else f"({' && '.join(kept)})"


def negated(test: str) -> str:
    """The opposite."""
    return {"true": "false", "false": "true"}.get(test) or f"(!({test}))"


def or_error(test: str) -> str:
    """True also where the expression is an error, as that of values that cannot be compared."""
    return f"COALESCE({test}, true)"


def exists(pattern: str) -> str:
    """True when a pattern has a solution."""
    return f"EXISTS {{ {pattern} }}"


def distinct(variables: Sequence[str]) -> str:
    """A filter that lets pass different terms only."""
    tests = [f"!sameTerm({one}, {other})" for one, other in combinations(variables, 2)]
    return f"FILTER({' && '.join(tests)})" if tests else ""


def at_least(number: int, pattern: Iterable[str], variables: Sequence[str]) -> str:
    """True when so many different values fit a pattern, which is given once for each variable."""
    return "true" if number <= 0 else exists(f"{' '.join(pattern)} {distinct(variables)}")
