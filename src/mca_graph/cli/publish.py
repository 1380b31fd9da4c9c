"""``mca-graph publish``: the graph as a site."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mca_graph.cli.context import Context, pass_context, warn
from mca_graph.cli.options import endpoint_option
from mca_graph.errors import McaGraphError

if TYPE_CHECKING:
    from mca_graph.project import Project


@click.command(name="publish")
@click.argument("out", type=click.Path(path_type=Path, file_okay=False), required=False)
@click.option("--base-url", metavar="URL", help="Where the site will stand.")
@click.option(
    "--single-file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write everything into this one HTML file too, or instead: it is shown without a server.",
)
@click.option(
    "--sparql-path",
    metavar="PATH",
    help="Write sparql.html too: the editor, asking the SPARQL endpoint at this path of the site.",
)
@click.option(
    "--redirects",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write rules for w3id.org, nginx and Caddy here, so that permanent addresses lead to the site.",
)
@endpoint_option("Publish what this SPARQL endpoint holds")
@pass_context
def command(
    context: Context,
    out: Path | None,
    base_url: str | None,
    single_file: Path | None,
    sparql_path: str | None,
    redirects: Path | None,
    endpoint: str | None,
) -> None:
    """Write the graph to the folder OUT as a static site: pages for people, data for machines.

    Publishing again writes only what has changed. A run that is stopped leaves the site as it was.
    """
    if out is None and single_file is None:
        raise McaGraphError("nowhere to publish to", "name a folder, or a file with --single-file")
    if out is not None and base_url is None:
        raise McaGraphError(
            "a site needs to know where it will stand", "write --base-url https://example.org/"
        )
    with _content(context, endpoint) as project:
        if out is not None and base_url is not None:
            _write_site(project, out, base_url, sparql_path, redirects)
        if single_file is not None:
            _write_file(project, single_file, base_url or project.base)


def _content(context: Context, endpoint: str | None) -> AbstractContextManager[Project]:
    """The project to publish: the one at hand, or its copy with the data of an endpoint."""
    if endpoint is None:
        return nullcontext(context.project)
    from mca_graph.graph.mirror import mirrored

    return mirrored(context.project, context.endpoint(endpoint))


def _write_site(
    project: Project, out: Path, base_url: str, sparql_path: str | None, redirects: Path | None
) -> None:
    from mca_graph.graph.index import open_graph
    from mca_graph.publishing.interactive import write_endpoint_editor, write_interactive
    from mca_graph.publishing.site import Part, publish

    parts: list[Part] = [write_interactive]
    if sparql_path is not None:
        parts.append(partial(write_endpoint_editor, endpoint=sparql_path))
    done = publish(project, open_graph(project, warn), out, base_url, warn=warn, parts=parts)
    click.echo(
        f"{done.pages:,} things; {done.written:,} files written, {done.kept:,} as they were, "
        f"{done.removed:,} removed",
        err=True,
    )
    if redirects is not None:
        from mca_graph.publishing.machines import write_redirects
        from mca_graph.publishing.site.build import checked_url

        write_redirects(project, checked_url(base_url), redirects, str(out.resolve()))


def _write_file(project: Project, path: Path, base_url: str) -> None:
    from mca_graph.graph.index import open_graph
    from mca_graph.publishing.single_file import write_single_file

    size = write_single_file(project, open_graph(project, warn), path, base_url, warn=warn)
    click.echo(f"{path}: {size / 1e6:.1f} MB", err=True)
