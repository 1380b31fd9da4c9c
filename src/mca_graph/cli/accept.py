"""``mca-graph accept``: take a contribution in."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mca_graph.cli.context import Context, pass_context, terminal_width, use_colour, warn
from mca_graph.errors import McaGraphError

if TYPE_CHECKING:
    from mca_graph.contributions.incoming import Incoming
    from mca_graph.findings import Report
    from mca_graph.project import Project
    from mca_graph.store.embedded import EmbeddedStore


@click.command(name="accept")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--source", "sources", multiple=True, metavar="URL", help="The page it was read from.")
@click.option("--by", metavar="NAME", help="Who answers for it.")
@click.option("--orcid", metavar="ID", help="Their ORCID iD.")
@click.option("--name", metavar="SLUG", help="The contribution's name. [default: that of FILE]")
@click.option("--title", metavar="TEXT", help="A name for people. [default: made up]")
@click.option("--date", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="Entered on. [default: now]")
@click.option("--published", metavar="DATE", help="When the source was published: a day, month or year.")
@click.option("--basis", metavar="LABEL", help="How it was come by. [default: the strongest]")
@click.option("--source-kind", metavar="LABEL", help="Whose page it is. [default: as before for that host]")
@click.option("--licence", metavar="URL", help="[default: the project's]")
@click.option("--again", is_flag=True, help="The page was entered before: enter what else it says.")
@click.option("--changes-only", is_flag=True, help="Leave out what the graph says already.")
@pass_context
@click.pass_context
def command(
    ctx: click.Context,
    context: Context,
    file: Path,
    sources: tuple[str, ...],
    by: str | None,
    orcid: str | None,
    name: str | None,
    title: str | None,
    date: datetime.datetime | None,
    published: str | None,
    basis: str | None,
    source_kind: str | None,
    licence: str | None,
    again: bool,
    changes_only: bool,
) -> None:
    """Check FILE (.xlsx, .csv or RDF) and add it to the project as a contribution, or say what is wrong.

    Nothing is written when a rule is broken (exit code 1), when the name is taken, or when the page was
    entered already (exit code 2).
    """
    from mca_graph.contributions.accept import prepare
    from mca_graph.contributions.header import Origin
    from mca_graph.contributions.placing import one_at_a_time, write
    from mca_graph.contributions.sources import read_source
    from mca_graph.findings import Severity
    from mca_graph.graph.index import open_graph
    from mca_graph.validation.run import validate_sources

    project = context.project
    day = date.date() if date else None
    origin = Origin(sources, by, orcid, day, published, title, basis, source_kind, licence)
    with one_at_a_time(project):
        store = open_graph(project, warn)
        source = read_source(file, project, store)
        incoming = prepare(project, store, source, name, origin, again=again, changes_only=changes_only)
        _require_origin(incoming, project)
        report = replace(validate_sources(project, store, [incoming]), checked=str(file))
        if report.findings:
            _show_findings(report, project, store, incoming)
        if report.reaches(Severity.VIOLATION):
            click.echo("not accepted: nothing was written", err=True)
            ctx.exit(1)
        path = write(incoming, project)
    click.echo(f"accepted: {path}", err=True)
    _show_changes(incoming, project, store)


def _require_origin(incoming: Incoming, project: Project) -> None:
    """A contribution says where it comes from and who answers for it: in its own header or by options."""
    from mca_graph.namespaces import PROV

    graph = project.contribution_graph(Path(incoming.name))
    said = {quad.predicate.value for quad in incoming.quads if str(quad.subject) == f"<{graph}>"}
    for property_, option in (("wasDerivedFrom", "--source URL"), ("wasAttributedTo", "--by NAME")):
        if PROV + property_ not in said:
            raise McaGraphError("a contribution says where it comes from, and who answers", f"add {option}")


def _show_findings(report: Report, project: Project, store: EmbeddedStore, incoming: Incoming) -> None:
    from mca_graph.contributions.operands import Together
    from mca_graph.queries.labels import Labels
    from mca_graph.store.embedded import EmbeddedStore as Memory
    from mca_graph.validation.reports.text import to_text

    labels = Labels(Together(Memory.of(incoming.quads), store), project)
    text = to_text(report, project, labels, incoming.excerpt, width=terminal_width(), colour=use_colour())
    click.echo(text, nl=False)


def _show_changes(incoming: Incoming, project: Project, before: EmbeddedStore) -> None:
    """What queries see now that they did not see before."""
    from mca_graph.contributions.compare import compare
    from mca_graph.contributions.incoming import spoken_of
    from mca_graph.contributions.show_changes import to_text
    from mca_graph.graph.index import open_graph
    from mca_graph.project import load_project
    from mca_graph.queries.labels import Labels

    after = open_graph(load_project(project.root), warn)
    comparison = compare(spoken_of(incoming, before), spoken_of(incoming, after))
    click.echo(to_text(comparison, Labels(after, project), use_colour()), nl=False)
