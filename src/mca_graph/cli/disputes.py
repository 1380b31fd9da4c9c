"""``mca-graph disputes``: where contributions differ, and which value reaches the queries."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from mca_graph.cli.context import Context, pass_context, terminal_width, use_colour

if TYPE_CHECKING:
    from mca_graph.graph.resolve import Choice, Dispute
    from mca_graph.queries.labels import Labels


@click.command(name="disputes")
@click.option(
    "-f",
    "--format",
    "format_name",
    type=click.Choice(["text", "json"]),
    default="text",
    help="[default: text]",
)
@pass_context
def command(context: Context, format_name: str) -> None:
    """List where sources disagree, which value was chosen, and why."""
    from mca_graph.graph.index import open_graph
    from mca_graph.graph.resolve import Resolver
    from mca_graph.graph.rules import single_valued
    from mca_graph.queries.labels import Labels

    project = context.project
    store = open_graph(project)
    found = list(Resolver(store, project, single_valued(project.shape_files)).disputes())
    if format_name == "json":
        click.echo(json.dumps([_entry(dispute) for dispute in found], indent=2, ensure_ascii=False))
        return
    labels = Labels(store, project)
    for index, dispute in enumerate(found):
        if index:
            click.echo()
        for line in _lines(dispute, labels):
            click.echo(line)
    click.echo(f"{len(found)} dispute{'' if len(found) == 1 else 's'}", err=True)


def _lines(dispute: Dispute, labels: Labels) -> list[str]:
    from mca_graph.queries.results.table import wrap

    bold, reset = ("\x1b[1m", "\x1b[0m") if use_colour() else ("", "")
    head = f"{labels.text(dispute.subject)} — {labels.text(dispute.property)}"
    lines = [f"{bold}{line}{reset}" for line in wrap(head, terminal_width())]
    for mark, side in (("chosen  ", dispute.chosen), *(("rejected", side) for side in dispute.rejected)):
        takers = ", ".join(labels.iri(graph) for graph in side.contributions)
        text = f"{_value(dispute, side, labels)} ({takers})"
        first, *rest = wrap(text, terminal_width() - 12)
        lines.extend([f"  {mark}  {first}", *(f"            {line}" for line in rest)])
    lines.append(f"  because   {dispute.reason}")
    return lines


def _value(dispute: Dispute, side: Choice, labels: Labels) -> str:
    if dispute.denied is not None:
        return f"{labels.text(dispute.denied)}: {'does not hold' if side.value is None else 'holds'}"
    return labels.text(side.value)


def _entry(dispute: Dispute) -> dict[str, Any]:
    def side(choice: Choice) -> dict[str, Any]:
        return {
            "value": None if choice.value is None else str(choice.value),
            "contributions": [graph.value for graph in choice.contributions],
        }

    return {
        "subject": str(dispute.subject),
        "property": dispute.property.value,
        "denied": None if dispute.denied is None else str(dispute.denied),
        "chosen": side(dispute.chosen),
        "rejected": [side(choice) for choice in dispute.rejected],
        "reason": dispute.reason,
    }
