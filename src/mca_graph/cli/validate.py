"""``mca-graph validate``: check the whole graph, or contributions against it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from mca_graph.cli.context import Context, output, pass_context, terminal_width, use_colour, warn
from mca_graph.cli.options import endpoint_option, keep_limits, limit_options, output_option, store_option
from mca_graph.errors import McaGraphError
from mca_graph.findings import Finding, Report, Severity

if TYPE_CHECKING:
    from mca_graph.project import Project
    from mca_graph.rdf.positions.document import PlacedSource
    from mca_graph.store.embedded import EmbeddedStore


@click.command(name="validate")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option(
    "-f",
    "--format",
    "format_name",
    type=click.Choice(["text", "json", "github", "sarif", "junit", "turtle", "html"]),
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
@click.option(
    "--fix",
    is_flag=True,
    help="Write what is certain into FILES: canonical DOI, ORCID, ROR and grant reference, trailing space, "
    "a date that can mean one day only. The changes are shown.",
)
@limit_options(600)
@store_option()
@endpoint_option("Check what this SPARQL endpoint holds, there")
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
    fix: bool,
    timeout: float,
    memory: int | None,
    store_folder: Path | None,
    endpoint: str | None,
    output_path: Path | None,
) -> None:
    """Check the whole graph, or the contributions in FILES against it.

    Exit code 0: nothing as grave as --fail-on; 1: something was found; 2: it could not be checked.
    """
    from mca_graph.contributions.sources import read_source
    from mca_graph.queries.labels import Labels
    from mca_graph.validation.locate import SYNTAX
    from mca_graph.validation.reports.writing import write_report
    from mca_graph.validation.run import validate_project, validate_sources

    keep_limits(timeout, memory, "look for a pattern or a query in the shapes that takes too long")
    project = context.project
    there = endpoint is not None and not files and engine == "fast"
    store = _store(context, store_folder, endpoint, whole=not there)

    def read() -> list[PlacedSource]:
        return [read_source(path, project, store, f"b{number}x") for number, path in enumerate(files)]

    sources = read()
    report = (
        validate_sources(project, store, sources, engine)
        if sources
        else _validate_there(project, store)
        if there
        else validate_project(project, store, engine)
    )
    if fix and not sources:
        raise McaGraphError("--fix needs FILES", "name the files to repair")
    if fix and _repair(project, store, sources, report, engine):
        sources = read()
        report = validate_sources(project, store, sources, engine)
    text = write_report(
        report,
        format_name,
        project,
        Labels(store, project),
        sources,
        fail_on=Severity(fail_on),
        width=terminal_width(),
        colour=output_path is None and use_colour(),
    )
    with output(output_path) as stream:
        stream.write(text.encode())
    unread = [finding for finding in report.findings if finding.code == SYNTAX]
    if unread:
        more = f", and {len(unread) - 1} more" if len(unread) > 1 else ""
        raise McaGraphError(f"{unread[0].location}: {unread[0].message}{more}", unread[0].suggestion)
    if report.reaches(Severity(fail_on)):
        ctx.exit(1)


def _repair(
    project: Project,
    store: EmbeddedStore,
    sources: Sequence[PlacedSource],
    report: Report,
    engine: Literal["fast", "reference"],
) -> bool:
    """Write the certain repairs into the files, show them, and tell whether there were any."""
    from mca_graph.rdf.positions.document import Document
    from mca_graph.rdf.positions.read import parse_document
    from mca_graph.validation.repair import diff, repairs, write
    from mca_graph.validation.run import validate_sources

    changed = False
    for number, source in enumerate(sources):
        if not isinstance(source, Document):
            warn(f"{source.name}: only text files are repaired; change the cells that the findings name")
            continue

        def check(text: str, number: int = number, path: Path = Path(source.name)) -> Iterable[Finding]:
            others = [*sources]
            others[number] = parse_document(path, text, f"b{number}x")
            return validate_sources(project, store, others, engine).findings

        edits = repairs(source, report.findings, check)
        if edits:
            click.echo(diff(source, edits), err=True)
            write(Path(source.name), source, edits)
            changed = True
    return changed


def _store(context: Context, folder: Path | None, endpoint: str | None, *, whole: bool) -> Any:
    """The graph to check: the project's, a store on disk, an endpoint, or all that the endpoint holds.

    Raises:
        McaGraphError: it cannot be opened, or two are named.
    """
    store = context.store(endpoint=endpoint, folder=folder)
    if endpoint is None or not whole:
        return store
    from mca_graph.store.copying import copy_of
    from mca_graph.store.remote import RemoteStore

    assert isinstance(store, RemoteStore)
    return copy_of(store)


def _validate_there(project: Project, store: Any) -> Report:
    from mca_graph.validation.remote.run import validate_endpoint

    return validate_endpoint(project, store)
