"""``mca-graph export``: the whole graph as a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mca_graph.cli.context import Context, output, pass_context, warn
from mca_graph.cli.options import endpoint_option, output_option

if TYPE_CHECKING:
    from mca_graph.store.embedded import EmbeddedStore


@click.command(name="export")
@click.option(
    "-f",
    "--format",
    "format_name",
    type=click.Choice(["nquads", "trig", "turtle", "ntriples", "jsonld", "rdfxml", "360giving"]),
    default="nquads",
    help="nquads, trig and jsonld hold every graph; the others the current one. [default: nquads]",
)
@endpoint_option("Write what this SPARQL endpoint holds")
@output_option
@pass_context
def command(context: Context, format_name: str, endpoint: str | None, output_path: Path | None) -> None:
    """Write the graph as one file: RDF, or the grants as 360Giving JSON."""
    from mca_graph.publishing.dumps import write_dump
    from mca_graph.publishing.grants import write_grants

    project = context.project
    store = _graph(context, endpoint)
    with output(output_path) as stream:
        if format_name == "360giving":
            write_grants(project, store, stream, warn)
        else:
            write_dump(project, store, format_name, stream)


def _graph(context: Context, endpoint: str | None) -> EmbeddedStore:
    """The project's graph, or all that an endpoint holds of it."""
    from mca_graph.graph.index import open_graph

    if endpoint is None:
        return open_graph(context.project, warn)
    from mca_graph.store.copying import copy_of

    return copy_of(context.endpoint(endpoint))
