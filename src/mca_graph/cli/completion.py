"""``mca-graph completion``: the script that makes a shell complete commands, queries and values."""

from __future__ import annotations

import click

from mca_graph.errors import McaGraphError

_WHERE = {
    "bash": 'eval "$(mca-graph completion bash)"   # in ~/.bashrc',
    "zsh": 'eval "$(mca-graph completion zsh)"   # in ~/.zshrc',
    "fish": "mca-graph completion fish > ~/.config/fish/completions/mca-graph.fish",
}


@click.command(name="completion", epilog="\b\n" + "\n".join(_WHERE.values()))
@click.argument("shell", type=click.Choice(list(_WHERE)))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print the completion script of a shell: bash, zsh or fish."""
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    if found is None:
        raise McaGraphError(f"no completion for {shell}")
    click.echo(found(ctx.find_root().command, {}, "mca-graph", "_MCA_GRAPH_COMPLETE").source())
