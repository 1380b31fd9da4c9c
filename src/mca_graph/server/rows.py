"""Rows that were read as an answer again, so that any writer of answers can write them."""

from __future__ import annotations

from collections.abc import Sequence

from pyoxigraph import BlankNode, NamedNode, QuerySolutions, Triple

from mca_graph.store import Term
from mca_graph.store.embedded import EmbeddedStore


def as_answer(
    columns: Sequence[str], rows: Sequence[Sequence[Term | Triple | None]], base: str
) -> QuerySolutions:
    """Make an answer of rows.

    Args:
        columns: the names of the variables.
        rows: their values; None where a variable is unbound.
        base: what the IRIs begin with that stand for nodes without a name.
    """
    heads = " ".join(f"?{name}" for name in columns)
    lines = (f"({' '.join(_written(term, base) for term in row)})" for row in rows)
    answer = EmbeddedStore().query(f"SELECT {heads or '*'} {{ VALUES ({heads}) {{ {' '.join(lines)} }} }}")
    assert isinstance(answer, QuerySolutions)
    return answer


def _written(term: Term | Triple | None, base: str) -> str:
    if term is None:
        return "UNDEF"
    if isinstance(term, BlankNode):
        return str(NamedNode(f"{base}.well-known/genid/{term.value}"))  # RDF 1.1 Concepts, section 3.5
    if isinstance(term, Triple):
        parts = (term.subject, term.predicate, term.object)
        return f"<<( {' '.join(_written(part, base) for part in parts)} )>>"
    return str(term)
