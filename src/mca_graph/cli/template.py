"""``mca-graph template``: tables to fill in, made from the shapes."""

from __future__ import annotations

from pathlib import Path

import click

from mca_graph.cli.context import Context, output, pass_context, warn
from mca_graph.cli.options import output_option
from mca_graph.errors import McaGraphError

_SUFFIXES = {".xlsx": "xlsx", ".csv": "csv", ".ttl": "ttl"}


@click.command(name="template")
@click.argument("kinds", nargs=-1, metavar="[KIND]...")
@click.option(
    "-f",
    "--format",
    "format_name",
    type=click.Choice(["xlsx", "csv", "ttl"]),
    help="[default: as FILE is named]",
)
@click.option("--filled", is_flag=True, help="Fill it with everything of the kind that is known.")
@click.option("--thing", "things", multiple=True, metavar="THING", help="Fill it with this THING.")
@output_option
@pass_context
def command(
    context: Context,
    kinds: tuple[str, ...],
    format_name: str | None,
    filled: bool,
    things: tuple[str, ...],
    output_path: Path | None,
) -> None:
    """Write a table to fill in with things of a KIND, such as project or award.

    A workbook has a sheet for each KIND, a sheet that explains the columns, and lists to pick from; CSV
    comes with a metadata file beside it. Without KIND: list the kinds.
    """
    from mca_graph.contributions.template import csv_files, fill, ttl_text, xlsx_bytes
    from mca_graph.graph.index import open_graph

    project = context.project
    store = open_graph(project, warn)
    name = format_name or _SUFFIXES.get(output_path.suffix.lower() if output_path else "", "")
    if not kinds:
        from mca_graph.contributions.kinds import Kinds

        click.echo("\n".join(Kinds(project, store).names))
        return
    if not name:
        raise McaGraphError("what kind of file?", "name it: -o FILE.xlsx, FILE.csv or FILE.ttl")
    sheets, filler = fill(project, store, kinds, everything=filled, things=things)
    if name == "csv":
        table, described = csv_files(
            sheets, project, filler, output_path.name if output_path else "table.csv"
        )
        if output_path is not None:
            with output(output_path.with_name(f"{output_path.name}-metadata.json")) as stream:
                stream.write(described)
        content = table
    else:
        content = ttl_text(sheets, project, filler) if name == "ttl" else xlsx_bytes(sheets, project)
    with output(output_path) as stream:
        stream.write(content)
