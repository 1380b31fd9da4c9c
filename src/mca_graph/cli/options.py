"""Options that several commands share, each said once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from mca_graph.cli import supervise

F = TypeVar("F", bound=Callable[..., Any])


class Size(click.ParamType[int]):
    """A size in bytes with an optional unit: 500M, 2G.

    Args:
        least: the smallest that makes sense, as it is written.
    """

    name = "size"
    _UNITS = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}  # noqa: RUF012
    _MOST = 2**62
    """Systems count in signed numbers of 64 bits."""

    def __init__(self, least: str = "1") -> None:
        self._least = least

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read a size.

        Raises:
            click.BadParameter: it is not one.
        """
        if isinstance(value, int):
            return value
        try:
            size, least = self._bytes(str(value)), self._bytes(self._least)
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is not a size, such as 500M or 2G", param, ctx)
        if size < least:
            self.fail(f"{value!r} is too small: {self._least} or more", param, ctx)
        if size > self._MOST:
            self.fail(f"{value!r} is more than any machine has", param, ctx)
        return size

    def _bytes(self, text: str) -> int:
        text = text.strip().upper().removesuffix("B").removesuffix("I")
        unit = text[-1:] if text[-1:] in self._UNITS else ""
        return int(float(text[: len(text) - len(unit)]) * self._UNITS[unit])


class Seconds(click.ParamType[float]):
    """A time in seconds, longer than none and shorter than a year."""

    name = "seconds"
    _MOST = 366 * 24 * 3600.0

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read a time.

        Raises:
            click.BadParameter: it is not one.
        """
        try:
            found = float(value)
        except ValueError:
            found = 0.0
        if not 0 < found <= self._MOST:  # what is not a number is not between them either
            self.fail(f"{value!r} is not a number of seconds, such as 5 or 0.5", param, ctx)
        return found


def endpoint_option(what: str = "Ask this SPARQL endpoint instead") -> Callable[[F], F]:
    """Ask a SPARQL endpoint."""
    return click.option(
        "--endpoint", metavar="URL", help=f"{what}; an address, or a name from [endpoints] of mca-graph.toml."
    )


def store_option() -> Callable[[F], F]:
    """Ask a store on disk."""
    return click.option(
        "--store",
        "store_folder",
        type=click.Path(path_type=Path, file_okay=False),
        metavar="DIR",
        help="Ask this store on disk ('mca-graph load' makes one) instead.",
    )


def data_option(what: str = "Ask") -> Callable[[F], F]:
    """Use plain RDF files instead of the project."""
    return click.option(
        "--data",
        type=click.Path(path_type=Path, dir_okay=False, exists=True),
        multiple=True,
        metavar="FILE",
        help=f"{what} this RDF file instead; may be given several times.",
    )


def graph_options(function: F) -> F:
    """Where to run a command: an endpoint, a store, or files."""
    for option in (data_option(), store_option(), endpoint_option()):
        function = option(function)
    return function


def limit_options(default_timeout: float | None = None) -> Callable[[F], F]:
    """How much time and memory a command may take; :func:`keep_limits` sees to it.

    Args:
        default_timeout: the limit in seconds where none is given.
    """

    def add(function: F) -> F:
        function = click.option(
            "--memory",
            type=Size(least="200M"),
            metavar="SIZE",
            help="Stop when more memory is needed, such as 2G. [default: 70% of the machine's]",
        )(function)
        return click.option(
            "--timeout",
            type=Seconds(),
            metavar="SECONDS",
            default=default_timeout,
            help="Stop after so many seconds."
            + (f" [default: {default_timeout:g}]" if default_timeout else ""),
        )(function)

    return add


def keep_limits(timeout: float | None, memory: int | None, advice: str = supervise.ASK_FOR_LESS) -> None:
    """Let the current command take no more than this.

    Args:
        timeout: seconds.
        memory: bytes.
        advice: what to do when the time is over.
    """
    if memory is not None:
        supervise.set_memory_limit(memory)
    if timeout is not None:
        click.get_current_context().with_resource(supervise.time_limit(timeout, advice))


def service_option(function: F) -> F:
    """Which hosts a query may call."""
    return click.option(
        "--allow-service",
        "services",
        multiple=True,
        metavar="HOST",
        help="Let SERVICE call this host, such as query.wikidata.org or localhost:7878.",
    )(function)


def output_option(function: F) -> F:
    """Write to a file instead of standard output."""
    return click.option(
        "-o",
        "--output",
        "output_path",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="Write to this file.",
    )(function)
