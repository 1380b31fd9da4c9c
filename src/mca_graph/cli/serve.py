"""``mca-graph serve``: the graph over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from mca_graph.cli.context import Context, pass_context
from mca_graph.cli.options import F, Seconds, Size, endpoint_option, service_option, store_option
from mca_graph.cli.supervise import end_with_parent
from mca_graph.errors import McaGraphError
from mca_graph.machine import processors

_SECONDS = Seconds()
_NUMBER = click.IntRange(min=1)


def _limit(name: str, kind: Any, default: Any, text: str) -> Callable[[F], F]:
    """An option that sets a limit; its name is that of the setting."""
    shown = f"{default // 2**20}M" if isinstance(kind, Size) else default
    return click.option(f"--{name}", type=kind, default=default, help=f"{text} [default: {shown}]")


@click.command(name="serve")
@click.option(
    "--host", default="127.0.0.1", metavar="ADDRESS", help="Listen on this address. [default: 127.0.0.1]"
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    help="Listen on this port; 0 for any. [default: 8000]",
)
@click.option("--base-url", default="", metavar="URL", help="Where readers reach the server.")
@click.option(
    "--workers", type=_NUMBER, default=None, help="Processes that answer queries. [default: one a processor]"
)
@_limit("time-limit", _SECONDS, 30.0, "Seconds that one answer may take.")
@_limit("memory", Size(least="200M"), 2 * 2**30, "Memory that one worker may use.")
@_limit("max-rows", _NUMBER, 100_000, "Rows of one answer.")
@_limit("max-bytes-in", Size(), 10 * 2**20, "Size of a request's body.")
@_limit("max-bytes-out", Size(), 100 * 2**20, "Size of one answer.")
@_limit("queue", click.IntRange(min=0), 64, "Requests that may wait for a worker.")
@_limit("queue-time", _SECONDS, 10.0, "Seconds that a request waits for a worker.")
@_limit(
    "rate",
    click.FloatRange(min=0),
    20.0,
    "Requests a second from one client that need a worker; 0: no limit.",
)
@_limit("burst", _NUMBER, 100, "How many of them may come at once.")
@_limit("client-jobs", _NUMBER, 16, "Requests of one client that may be under way at once.")
@_limit("connections", _NUMBER, 1000, "Connections that may be open.")
@_limit("header-time", _SECONDS, 10.0, "Seconds for a client to send a request.")
@_limit("send-time", _SECONDS, 30.0, "Seconds for a client to take a part of an answer.")
@_limit("page-size", click.IntRange(1, 10_000), 100, "Rows of a page of a saved query's answer.")
@_limit("max-age", click.IntRange(min=0), 60, "Seconds that others may keep an answer.")
@_limit("cache-bytes", Size(), 64 * 2**20, "Memory for answers that are kept.")
@_limit("watch", click.FloatRange(min=0), 5.0, "Seconds between looks for changed content; 0: never.")
@_limit("drain-time", _SECONDS, 35.0, "Seconds that requests may still take when the server stops.")
@service_option
@click.option(
    "--trust-proxy", "proxies", multiple=True, metavar="ADDRESS", help="Take this proxy's word on who asks."
)
@click.option(
    "--access-log",
    default="-",
    metavar="FILE",
    help="Write the access log here; '' for none. [default: standard error]",
)
@click.option("--site/--no-site", default=True, help="Serve the pages of 'publish', or plain ones only.")
@store_option()
@endpoint_option("Serve what this SPARQL endpoint holds")
@pass_context
def command(context: Context, /, workers: int | None, **options: Any) -> None:
    """Serve pages, data, a SPARQL endpoint and the saved queries over HTTP.

    It reads only, answers each query in a process of its own that is ended at its limits, and serves
    changed content without a break. SIGTERM ends it when what is under way is done.
    """
    from mca_graph.server.run import serve
    from mca_graph.server.settings import Settings

    end_with_parent()
    folder: Path | None = options.pop("store_folder")
    if folder is not None and options["endpoint"] is not None:
        raise McaGraphError("--endpoint and --store each name a graph", "give one of them")
    settings = Settings(
        workers=workers or max(2, processors()),
        store_folder=folder.resolve() if folder else None,
        **options,
    )
    serve(
        context.project.root,
        settings,
        lambda url: click.echo(f"serving {context.project.title} at {url}", err=True),
    )
