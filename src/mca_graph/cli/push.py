"""``mca-graph push``: send the graph to a SPARQL server."""

from __future__ import annotations

import sys

import click

from mca_graph.cli.context import Context, pass_context, warn
from mca_graph.cli.options import Seconds

_WIDTH = 30


@click.command(name="push")
@click.option(
    "--endpoint",
    required=True,
    metavar="URL",
    help="The SPARQL endpoint, or its name in [endpoints] of mca-graph.toml.",
)
@click.option(
    "--timeout",
    type=Seconds(),
    default=120.0,
    metavar="SECONDS",
    help="Wait so long for each answer. [default: 120]",
)
@click.option("--default-graph", is_flag=True, help="Replace the server's own default graph too.")
@click.option("--again", is_flag=True, help="Send every graph, also those that are there already.")
@pass_context
def command(context: Context, endpoint: str, timeout: float, default_graph: bool, again: bool) -> None:
    """Send the graph to a SPARQL server, graph by graph, and verify what it holds.

    Each graph is replaced as a whole or not at all. Started again, a push that was broken off goes on
    where it ended. Credentials come from a netrc file or from the environment.
    """
    from pyoxigraph import DefaultGraph, NamedNode

    from mca_graph.graph.index import open_graph
    from mca_graph.queries.catalogue import catalogue
    from mca_graph.queries.published import catalogue_quads
    from mca_graph.store.graphs import Manifest
    from mca_graph.store.push import Pusher, graphs_of

    project = context.project
    store = context.endpoint(endpoint, timeout)
    engine = open_graph(project, warn).engine
    manifest = Manifest.of(project)
    named = {
        name: engine.quads_for_pattern(None, None, None, name)
        for name in engine.named_graphs()
        if isinstance(name, NamedNode)
    }
    queries = {NamedNode(manifest.queries): catalogue_quads(project, catalogue(project).values())}
    current = engine.quads_for_pattern(None, None, None, DefaultGraph())
    graphs = graphs_of(manifest, current, {**named, **queries})
    done = Pusher(store, _progress).push(graphs, also_default=default_graph, all_again=again)
    _clear()
    click.echo(
        f"{store.url}: {len(graphs)} graphs with {done.triples} triples are there and verified: "
        f"{len(done.sent)} sent, {len(done.kept)} there already, {len(done.removed)} removed",
        err=True,
    )


def _progress(name: str, done: int, total: int) -> None:
    """Show on a terminal how far a graph has got."""
    if sys.stderr.isatty():
        filled = _WIDTH * done // max(total, 1)
        bar = "#" * filled + "-" * (_WIDTH - filled)
        click.echo(f"\r\x1b[K[{bar}] {done}/{total} {name.rpartition('/')[2]}", nl=False, err=True)


def _clear() -> None:
    if sys.stderr.isatty():
        click.echo("\r\x1b[K", nl=False, err=True)
