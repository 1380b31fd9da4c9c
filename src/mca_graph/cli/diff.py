"""``mca-graph diff``: what one graph says that another does not."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import click

from mca_graph.cli.context import Context, output, pass_context, use_colour, warn
from mca_graph.cli.options import output_option


@click.command(name="diff")
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@click.option(
    "-f",
    "--format",
    "format_name",
    type=click.Choice(["text", "json", "md", "rdfpatch"]),
    default="text",
    help="[default: text]",
)
@output_option
@pass_context
@click.pass_context
def command(
    ctx: click.Context, context: Context, before: str, after: str, format_name: str, output_path: Path | None
) -> None:
    """Show what B adds to A, changes and removes.

    A and B are files (RDF, .xlsx, .csv), names of contributions, folders, revisions of git such as HEAD~1,
    or REVISION:PATH. Exit code 0: no difference; 1: there is one; 2: they could not be compared.
    """
    from mca_graph.contributions.compare import compare
    from mca_graph.contributions.operands import Together, find_operand
    from mca_graph.contributions.show_changes import render
    from mca_graph.graph.index import open_graph
    from mca_graph.queries.labels import Labels
    from mca_graph.store.embedded import EmbeddedStore

    project = context.project

    @cache
    def graph() -> EmbeddedStore:
        return open_graph(project, warn)

    first, second = (find_operand(text, project, graph) for text in (before, after))
    comparison = compare(first.triples, second.triples)
    labels = Labels(Together(second.store, first.store, graph()), project)
    with output(output_path) as stream:
        colour = output_path is None and use_colour()
        stream.write(render(comparison, format_name, labels, colour=colour).encode())
    if not comparison.same:
        ctx.exit(1)
