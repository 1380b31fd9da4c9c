"""``mca-graph fmt``: write Turtle files canonically, or check that they are."""

from __future__ import annotations

from pathlib import Path

import click

from mca_graph.cli.context import Context, pass_context
from mca_graph.errors import McaGraphError
from mca_graph.files import whole_file


@click.command(name="fmt")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--check", is_flag=True, help="Change nothing; exit with 1 when a file is not canonical.")
@pass_context
@click.pass_context
def command(ctx: click.Context, context: Context, files: tuple[Path, ...], check: bool) -> None:
    """Write Turtle FILES canonically; without FILES, every one of the project's.

    Comments are kept at the top of a file only: say what is worth keeping in annotations.
    """
    from mca_graph.rdf.canonical import canonical_turtle

    project = context.project
    chosen = files or tuple(path for path in project_turtle(context) if path.suffix == ".ttl")
    changed = 0
    for path in chosen:
        if path.suffix != ".ttl":
            raise McaGraphError(f"{path}: only Turtle files have a canonical form here", "give .ttl files")
        before = path.read_bytes()
        after = canonical_turtle(path, project.prefixes).encode()
        if before == after:
            continue
        changed += 1
        click.echo(f"{'not canonical' if check else 'rewritten'}: {path}", err=True)
        if not check:
            with whole_file(path) as file:
                file.write(after)
    told = "1 file" if len(chosen) == 1 else f"{len(chosen)} files"
    click.echo(f"{told}, {changed} {'to rewrite' if check else 'rewritten'}", err=True)
    if check and changed:
        click.echo("hint: 'mca-graph fmt' rewrites them", err=True)
        ctx.exit(1)


def project_turtle(context: Context) -> list[Path]:
    """Every RDF file of the project's content folders."""
    project = context.project
    return [*project.graph_files, *project.alignment_files]
