"""The terms of RDF (RDF 1.1 Concepts, section 3.1), as the engine holds them."""

from __future__ import annotations

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

Term = NamedNode | BlankNode | Literal

AnyTerm = Term | Triple
"""What the engine's quads may hold: it knows the triple terms of RDF 1.2, which this tool reads nowhere."""
