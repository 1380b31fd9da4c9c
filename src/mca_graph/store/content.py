"""What a graph says, as one hash: the same for the same triples, whatever server they come from."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, DefaultGraph, Quad

from mca_graph.store.embedded import EmbeddedStore

_DEFAULT = DefaultGraph()


def canonical_lines(triples: Iterable[Quad]) -> list[str]:
    """The triples as sorted N-Triples, their literals as values and blank nodes by canonical names.

    Servers keep the value of a literal, not how it was typed, so both sides are compared as the embedded
    engine would hold them. Blank nodes are named by RDFC-1.0 (RDF Dataset Canonicalization, W3C 2024).
    """
    held = EmbeddedStore.of(Quad(quad.subject, quad.predicate, quad.object) for quad in triples)
    quads = list(held.engine.quads_for_pattern(None, None, None, _DEFAULT))
    if any(isinstance(term, BlankNode) for quad in quads for term in (quad.subject, quad.object)):
        dataset = Dataset(quads)
        dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
        quads = list(dataset)
    return sorted(f"{quad.triple} ." for quad in quads)


def hash_of(lines: Iterable[str]) -> str:
    """The hash of canonical lines."""
    digest = sha256()
    for line in lines:
        digest.update(line.encode() + b"\n")
    return digest.hexdigest()
