"""``mca-graph queries``: what can be asked."""

from __future__ import annotations

import json
from typing import Any

import click

from mca_graph.cli.context import Context, pass_context, terminal_width, use_colour
from mca_graph.cli.options import endpoint_option
from mca_graph.queries.catalogue import SavedQuery, catalogue


@click.command(name="queries")
@click.option("--tag", metavar="TAG", help="Only those with this tag.")
@click.option(
    "-f",
    "--format",
    "format_name",
    type=click.Choice(["text", "json", "turtle"]),
    default="text",
    help="[default: text]",
)
@endpoint_option("List those that were pushed to this SPARQL endpoint")
@pass_context
def command(context: Context, tag: str | None, format_name: str, endpoint: str | None) -> None:
    """List the saved queries: name, question, parameters."""
    project = context.project
    known = catalogue(project) if endpoint is None else _catalogue_at(context, endpoint)
    chosen = [query for query in known.values() if tag is None or tag in query.tags]
    if format_name == "json":
        click.echo(json.dumps([_entry(query) for query in chosen], indent=2, ensure_ascii=False))
        return
    if format_name == "turtle":
        from mca_graph.queries.published import catalogue_turtle

        click.echo(catalogue_turtle(project, chosen), nl=False)
        return
    bold, reset = ("\x1b[1m", "\x1b[0m") if use_colour() else ("", "")
    from mca_graph.queries.results.table import wrap

    for query in chosen:
        options = " ".join(f"{option.option}{'' if option.required else '?'}" for option in query.params)
        click.echo(f"{bold}{query.id}{reset} {options}".rstrip())
        for line in wrap(query.title, terminal_width() - 4):
            click.echo(f"    {line}")


def _catalogue_at(context: Context, endpoint: str) -> dict[str, SavedQuery]:
    from mca_graph.queries.published import catalogue_at

    return catalogue_at(context.project, context.endpoint(endpoint))


def _entry(query: SavedQuery) -> dict[str, Any]:
    return {
        "id": query.id,
        "title": query.title,
        "summary": query.summary,
        "tags": list(query.tags),
        "view": query.view,
        "form": query.form,
        "params": [
            {
                key: value
                for key, value in (
                    ("name", parameter.name),
                    ("type", parameter.type),
                    ("description", parameter.description),
                    ("required", parameter.required),
                    ("default", parameter.default),
                    ("repeat", parameter.repeat),
                    ("scheme", parameter.scheme),
                    ("class", parameter.class_),
                    ("example", parameter.example),
                )
                if value is not None
            }
            for parameter in query.params
        ],
    }
