"""``mca-graph query``: run a saved query, or one's own."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from mca_graph.cli.context import Context, output, project_of, terminal_width, use_colour
from mca_graph.cli.options import graph_options, keep_limits, limit_options, output_option, service_option
from mca_graph.errors import McaGraphError, QueryError
from mca_graph.namespaces import Prefixes
from mca_graph.queries.catalogue import Parameter, SavedQuery, catalogue, find_query
from mca_graph.queries.labels import Labels
from mca_graph.queries.sparql import check, is_ordered
from mca_graph.rdf.formats import FORMAT_NAMES

_FORMATS = ("table", "csv", "tsv", "json", "xml", "jsonl", "md", "html", "xlsx", "geojson", *FORMAT_NAMES)

_LONGEST_S = 120.0
"""Seconds of which services have half where nothing is said."""


@dataclass(slots=True)
class Run:
    """How a query is run and its answer written: the options that every query has."""

    format_name: str | None = None
    output_path: Path | None = None
    iris: bool = False
    timeout: float | None = None
    memory: int | None = None
    endpoint: str | None = None
    store_folder: Path | None = None
    data: tuple[Path, ...] = ()
    services: tuple[str, ...] = ()

    def merged(self, other: Run) -> Run:
        """These options, and where they say nothing the other's."""
        return Run(**{name: getattr(self, name) or getattr(other, name) for name in Run.__slots__})


def run_options(function: Any) -> Any:
    """Every option of :class:`Run`."""
    for option in (
        graph_options,
        limit_options(),
        service_option,
        click.option("--iris", is_flag=True, help="Show CURIEs and IRIs, not labels."),
        output_option,
        click.option(
            "-f",
            "--format",
            "format_name",
            type=click.Choice(_FORMATS),
            help="How to write the answer. [default: table, for a graph turtle]",
        ),
    ):
        function = option(function)
    return function


class SavedQueries(click.Group):
    """Each saved query as a command with its parameters as options."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The ids of all saved queries."""
        project = project_of(ctx)
        return [path.stem for path in project.query_files] if project else []

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command that runs a saved query; only that query is read."""
        project = project_of(ctx)
        if project is None or all(path.stem != cmd_name for path in project.query_files):
            return None
        return saved_query_command(find_query(project, cmd_name))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the saved query; an unknown one is an error that names the nearest."""
        if not ctx.resilient_parsing:  # a shell that completes asks for what is there, not for errors
            find_query((ctx.find_object(Context) or Context()).project, args[0])
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the saved queries with their titles."""
        project = project_of(ctx)
        if project is None:
            return
        with formatter.section("Saved queries"):
            formatter.write_dl([(query.id, query.title) for query in catalogue(project).values()])


@click.group(
    cls=SavedQueries, invoke_without_command=True, subcommand_metavar="[NAME [--PARAMETER VALUE]...]"
)
@click.option(
    "--file",
    "file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True, allow_dash=True),
    help="Run the query in this file; - is standard input.",
)
@click.option("--text", help="Run this query.")
@run_options
@click.pass_context
def command(ctx: click.Context, /, file: Path | None, text: str | None, **options: Any) -> None:
    """Run a saved query, or your own.

    'mca-graph query NAME --help' tells what a saved query asks and which parameters it has.
    """
    run = Run(**options)
    ctx.meta["mca_graph.run"] = run
    if ctx.invoked_subcommand is not None:
        if file or text:
            raise McaGraphError("a saved query and --file or --text are two queries", "give one of them")
        return
    if file is None and text is None:
        click.echo(ctx.get_help())
        return
    if file is not None and text is not None:
        raise McaGraphError("--file and --text are two queries", "give one of them")
    if file is not None:
        text = _read_query(file)
    assert text is not None
    _answer(ctx.find_object(Context) or Context(), run, text, None)


def _read_query(file: Path) -> str:
    from mca_graph.rdf.read import check_encoding

    try:
        content = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise QueryError(f"{file}: {error.strerror or error}", "is this the file of the query?") from error
    check_encoding(str(file), content)
    return content.decode("utf-8-sig")


def saved_query_command(query: SavedQuery) -> click.Command:
    """Make a command of a saved query."""

    @click.pass_context
    def callback(ctx: click.Context, /, **values: Any) -> None:
        own = Run(**{name: values.pop(name) for name in Run.__slots__})
        run = own.merged(ctx.meta.get("mca_graph.run", Run()))
        given = {
            parameter.name: list(value) for parameter in query.params if (value := values.get(parameter.name))
        }
        _answer(ctx.find_object(Context) or Context(), run, query, given)

    made = click.Command(
        query.id,
        callback=callback,
        params=[_option(parameter) for parameter in query.params],
        help=_help(query),
        short_help=query.title,
        epilog=f"Example:\n\n\b\n  {example(query)}",
    )
    run_options(made)
    return made


def example(query: SavedQuery) -> str:
    """A command line that runs a saved query and gives an answer."""
    words = ["mca-graph query", query.id]
    for parameter in query.params:
        if parameter.required and parameter.example is not None:
            value = parameter.example
            words.append(f'{parameter.option} "{value}"' if " " in value else f"{parameter.option} {value}")
    return " ".join(words)


def _help(query: SavedQuery) -> str:
    paragraphs = [query.title, query.summary, query.description]
    return "\n\n".join(dict.fromkeys(text for text in paragraphs if text))


def _option(parameter: Parameter) -> click.Option:
    notes = [parameter.description]
    if parameter.repeat:
        notes.append("May be given several times.")
    if parameter.default is not None:
        notes.append(f"[default: {parameter.default}]")
    elif parameter.required:
        notes.append("[required]")
    elif parameter.example is not None:
        notes.append(f"For example: {parameter.example}.")
    return click.Option(
        [parameter.option, parameter.name],
        multiple=True,  # also where one is allowed: a second one must be an error, not win in silence
        metavar="THING" if parameter.type == "iri" else parameter.type.upper(),
        help=" ".join(notes),
        shell_complete=lambda ctx, param, incomplete: _complete(ctx, parameter, incomplete),
    )


def _complete(
    ctx: click.Context, parameter: Parameter, incomplete: str
) -> list[click.shell_completion.CompletionItem]:
    from click.shell_completion import CompletionItem

    from mca_graph.graph.index import open_graph
    from mca_graph.queries.names import Names, Range

    project = project_of(ctx)
    if project is None or parameter.type == "boolean":
        return [CompletionItem(text) for text in ("true", "false") if text.startswith(incomplete)]
    if parameter.type != "iri" or not (parameter.scheme or parameter.class_):
        return []
    names = Names(open_graph(project), project)
    found = {
        names.slug(node): label
        for node, label in names.candidates(Range(parameter.scheme, parameter.class_))
        if names.slug(node).startswith(incomplete.lower())
    }
    return [CompletionItem(slug, help=label) for slug, label in sorted(found.items())]


def _with_prefix(error: QueryError, prefixes: Prefixes) -> QueryError:
    """The same error; where a prefix of the project is missing, with what it stands for."""
    missing = re.fullmatch(r"add a line PREFIX ([\w.-]*): <…>", error.hint or "")
    iri = dict(prefixes).get(missing[1]) if missing else None
    return QueryError(error.message, f"add PREFIX {missing[1]}: <{iri}>") if missing and iri else error


def _answer(context: Context, run: Run, query: SavedQuery | str, given: dict[str, list[str]] | None) -> None:
    """Run one query and write its answer."""
    from mca_graph.queries.results import Style, write_answer

    keep_limits(run.timeout, run.memory)
    text = query if isinstance(query, str) else query.text
    check(text, may_call=bool(run.services))
    store = context.store(endpoint=run.endpoint, folder=run.store_folder, data=run.data, timeout=run.timeout)
    if isinstance(query, SavedQuery):
        from mca_graph.queries.names import Names
        from mca_graph.queries.parameters import bind_parameters

        text = bind_parameters(query, given or {}, Names(store, context.project))
    if run.services:
        from mca_graph.queries.federation import federate

        # The other half of the time is for the query itself.
        text = federate(text, run.services, (run.timeout or _LONGEST_S) / 2)
    try:
        answer = store.query(text)
    except QueryError as error:
        raise _with_prefix(error, context.project.prefixes) from error
    style = Style(
        prefixes=context.project.prefixes,
        labels=Labels(store, context.project, plain=run.iris),
        width=terminal_width() if run.output_path is None else 0,
        title=query.title if isinstance(query, SavedQuery) else "",
        sort=isinstance(query, SavedQuery) and not is_ordered(text),
        colour=run.output_path is None and use_colour(),
    )
    with output(run.output_path) as stream:
        count = write_answer(answer, run.format_name, stream, style)
    if count == 0 and sys.stderr.isatty():
        click.echo("no rows", err=True)
