"""``mca-graph validate``: check the whole graph, or contributions against it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from mca_graph.cli.context import Context, output, pass_context, terminal_width, use_colour, warn
from mca_graph.cli.options import output_option
from mca_graph.findings import Severity


@click.command(name="validate")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option(
    "-f",
    "--format",
    "format_name",
    type=click.Choice(["text", "json", "turtle"]),
    default="text",
    help="[default: text]",
)
@click.option(
    "--engine",
    type=click.Choice(["fast", "reference"]),
    default="fast",
    help="reference is pyshacl: slower, for comparison. [default: fast]",
)
@click.option(
    "--fail-on",
    type=click.Choice([severity.value for severity in Severity]),
    default=Severity.VIOLATION.value,
    help="The least grave finding that makes the exit code 1. [default: violation]",
)
@output_option
@pass_context
@click.pass_context
def command(
    ctx: click.Context,
    context: Context,
    files: tuple[Path, ...],
    format_name: str,
    engine: Literal["fast", "reference"],
    fail_on: str,
    output_path: Path | None,
) -> None:
    """Check the whole graph, or the contributions in FILES against it.

    Exit code 0: nothing as grave as --fail-on; 1: something was found; 2: it could not be checked.
    """
    from mca_graph.graph.index import open_graph
    from mca_graph.queries.labels import Labels
    from mca_graph.validation import formats
    from mca_graph.validation.run import validate_files, validate_project

    project = context.project
    store = open_graph(project, warn)
    report = (
        validate_files(project, store, files, engine) if files else validate_project(project, store, engine)
    )
    if format_name == "json":
        text = formats.to_json(report)
    elif format_name == "turtle":
        text = formats.to_turtle(report, project)
    else:
        colour = output_path is None and use_colour()
        text = formats.to_text(report, project, Labels(store, project), terminal_width(), colour)
    with output(output_path) as stream:
        stream.write(text.encode())
    if report.reaches(Severity(fail_on)):
        ctx.exit(1)
