"""``mca-graph search``: find things by the words of their labels."""

from __future__ import annotations

from pathlib import Path

import click

from mca_graph.cli.context import Context, output, pass_context, terminal_width, use_colour
from mca_graph.cli.options import graph_options, output_option

_FORMATS = ("table", "csv", "tsv", "json", "xml", "jsonl", "md", "html", "xlsx")


@click.command(name="search")
@click.argument("words", nargs=-1, required=True)
@click.option(
    "-f", "--format", "format_name", type=click.Choice(_FORMATS), default="table", help="[default: table]"
)
@output_option
@graph_options
@pass_context
def command(
    context: Context,
    words: tuple[str, ...],
    format_name: str,
    output_path: Path | None,
    endpoint: str | None,
    store_folder: Path | None,
    data: tuple[Path, ...],
) -> None:
    """Find things whose name or other names hold all WORDS, with their kind."""
    from mca_graph.queries.labels import Labels
    from mca_graph.queries.resource import search
    from mca_graph.queries.results import Style, write_answer

    wanted = " ".join(words)
    wanted.encode()  # what is no text is refused before anything is asked
    store = context.store(endpoint=endpoint, folder=store_folder, data=data)
    style = Style(
        Labels(store, context.project),
        width=0 if output_path else terminal_width(),
        colour=use_colour(),
    )
    with output(output_path) as stream:
        write_answer(search(store, wanted.split()), format_name, stream, style)
