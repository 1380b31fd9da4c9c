"""``mca-graph publish``: the graph as a site."""

from __future__ import annotations

from pathlib import Path

import click

from mca_graph.cli.context import Context, pass_context, warn


@click.command(name="publish")
@click.argument("out", type=click.Path(path_type=Path, file_okay=False))
@click.option("--base-url", required=True, metavar="URL", help="Where the site will stand.")
@pass_context
def command(context: Context, out: Path, base_url: str) -> None:
    """Write the graph to the folder OUT as a static site: pages for people, data for machines.

    Publishing again writes only what has changed. A run that is stopped leaves the site as it was.
    """
    from mca_graph.graph.index import open_graph
    from mca_graph.publishing.site import publish

    project = context.project
    done = publish(project, open_graph(project, warn), out, base_url, warn=warn)
    click.echo(
        f"{done.pages:,} things; {done.written:,} files written, {done.kept:,} as they were, "
        f"{done.removed:,} removed",
        err=True,
    )
