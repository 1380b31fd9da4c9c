"""``mca-graph show``: everything that is known of one thing."""

from __future__ import annotations

from pathlib import Path

import click

from mca_graph.cli.context import Context, output, pass_context, terminal_width, use_colour
from mca_graph.cli.options import graph_options, output_option
from mca_graph.rdf.formats import FORMAT_NAMES


@click.command(name="show")
@click.argument("thing")
@click.option(
    "-f",
    "--format",
    "format_name",
    type=click.Choice(["text", *FORMAT_NAMES]),
    default="text",
    help="[default: text]",
)
@output_option
@graph_options
@pass_context
def command(
    context: Context,
    thing: str,
    format_name: str,
    output_path: Path | None,
    endpoint: str | None,
    store_folder: Path | None,
    data: tuple[Path, ...],
) -> None:
    """Show one THING: what it is, what it says, what points to it, and where each fact comes from.

    THING is a label, a slug, a CURIE or an IRI.
    """
    from mca_graph.queries.labels import Labels
    from mca_graph.queries.names import Names, Range
    from mca_graph.queries.resource import description, render

    store = context.store(endpoint=endpoint, folder=store_folder, data=data)
    node = Names(store, context.project).find(thing, Range())
    with output(output_path) as stream:
        if format_name == "text":
            labels = Labels(store, context.project)
            width = 0 if output_path else terminal_width()
            stream.write(render(store, context.project, node, labels, width, use_colour()).encode())
        else:
            from mca_graph.queries.results import Style, write_answer

            write_answer(
                description(store, node),
                format_name,
                stream,
                Style(Labels(store, context.project), prefixes=context.project.prefixes),
            )
