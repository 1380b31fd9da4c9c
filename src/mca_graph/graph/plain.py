"""Load plain RDF files, each into the default graph, for asking a file that is no project."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mca_graph.rdf.formats import format_of
from mca_graph.rdf.read import check_encoding, syntax_error
from mca_graph.store.embedded import EmbeddedStore


def load_plain(paths: Sequence[Path], store: EmbeddedStore) -> None:
    """Load files into a store; named graphs in them stay what they are.

    Raises:
        ReadError: a file cannot be read.
    """
    for path in paths:
        syntax = format_of(path)
        with path.open("rb") as file:
            check_encoding(str(path), file.read(2))
        try:
            store.engine.bulk_load(path=str(path), format=syntax.engine, base_iri=path.resolve().as_uri())
        except SyntaxError as error:
            raise syntax_error(str(path), error) from error
