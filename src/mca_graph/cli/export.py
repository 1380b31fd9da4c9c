"""``mca-graph export``: the whole graph as a file."""

from __future__ import annotations

from pathlib import Path

import click

from mca_graph.cli.context import Context, output, pass_context, warn
from mca_graph.cli.options import output_option


@click.command(name="export")
@click.option(
    "-f",
    "--format",
    "format_name",
    type=click.Choice(["nquads", "trig", "turtle", "ntriples", "jsonld", "rdfxml", "360giving"]),
    default="nquads",
    help="nquads, trig and jsonld hold every graph; the others the current one. [default: nquads]",
)
@output_option
@pass_context
def command(context: Context, format_name: str, output_path: Path | None) -> None:
    """Write the graph as one file: RDF, or the grants as 360Giving JSON."""
    from mca_graph.graph.index import open_graph
    from mca_graph.publishing.dumps import write_dump
    from mca_graph.publishing.grants import write_grants

    project = context.project
    store = open_graph(project, warn)
    with output(output_path) as stream:
        if format_name == "360giving":
            write_grants(project, store, stream, warn)
        else:
            write_dump(project, store, format_name, stream)
