"""What is known of one thing as Turtle, JSON-LD and N-Triples."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from mca_graph.store import Term

SUFFIXES = (".ttl", ".jsonld", ".nt")


def resource_files(
    stem: str, facts: Iterable[tuple[Term, Term, Term]], prefixes: Mapping[str, str]
) -> dict[str, bytes]:
    """The three files of a thing, by path.

    Args:
        stem: the path of the thing's page without its ending.
        facts: the statements that are made of it, and those that point to it.
        prefixes: the project's prefixes; only those that are used are written.
    """
    triples = [
        Triple(subject, predicate, value)
        for subject, predicate, value in facts
        if isinstance(subject, NamedNode | BlankNode) and isinstance(predicate, NamedNode)
    ]
    iris = {
        term.datatype.value if isinstance(term, Literal) else term.value
        for triple in triples
        for term in (triple.subject, triple.predicate, triple.object)
        if isinstance(term, Literal | NamedNode)
    }
    namespaces = {iri[: max(iri.rfind("/"), iri.rfind("#")) + 1] for iri in iris}
    used = {prefix: iri for prefix, iri in prefixes.items() if iri in namespaces}
    return {
        f"{stem}.ttl": serialize(triples, format=RdfFormat.TURTLE, prefixes=used) or b"",
        f"{stem}.jsonld": serialize(triples, format=RdfFormat.JSON_LD, prefixes=used) or b"",
        f"{stem}.nt": serialize(triples, format=RdfFormat.N_TRIPLES) or b"",
    }
