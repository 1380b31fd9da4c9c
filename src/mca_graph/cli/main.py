"""The root command: finds each command's module only when it is used."""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
from pathlib import Path

import click

from mca_graph import __version__
from mca_graph.cli.context import Context
from mca_graph.cli.supervise import CANNOT, supervise
from mca_graph.errors import McaGraphError, did_you_mean

COMMANDS: dict[str, str] = {
    "query": "query",
    "queries": "queries",
    "show": "show",
    "search": "search",
    "validate": "validate",
    "template": "template",
    "accept": "accept",
    "diff": "diff",
    "disputes": "disputes",
    "export": "export",
    "publish": "publish",
    "load": "load",
    "serve": "serve",
    "push": "push",
    "fmt": "fmt",
    "completion": "completion",
}
"""Each command, and the module of this package that defines it under the same name."""


class LazyGroup(click.Group):
    """A group that imports a command's module when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, in the order they are shown."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"mca_graph.cli.{COMMANDS[cmd_name]}")
        command = getattr(module, "command")  # noqa: B009 - every module of a command names it so
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; an unknown one is an error that names the nearest."""
        unknown = args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-")
        if unknown and not ctx.resilient_parsing:
            hint = did_you_mean(args[0], COMMANDS) or "'mca-graph --help' lists the commands"
            raise McaGraphError(f"no command {args[0]!r}", hint)
        return super().resolve_command(ctx, args)


@click.group(
    cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="mca-graph")
@click.option(
    "--project",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="The folder of another knowledge graph (it holds mca-graph.toml).",
)
@click.pass_context
def cli(ctx: click.Context, project: Path | None) -> None:
    """Ask, check and publish a linked-data knowledge graph.

    Without --project it is the graph of the current folder, or of the nearest folder above it; else the
    one that comes with the tool: Mobilising Community Assets to Tackle Health Inequalities.
    """
    ctx.obj = Context(project)


def run() -> int:
    """Run the command line in this process and return the exit code."""
    try:
        result = cli.main(prog_name="mca-graph", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return CANNOT
    except click.ClickException as error:
        context = getattr(error, "ctx", None)
        where = context.command_path if context else "mca-graph"
        click.echo(f"error: {error.format_message()}\n  hint: '{where} --help' tells more", err=True)
        return CANNOT
    except click.exceptions.Exit as error:
        return error.exit_code
    except (click.exceptions.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return 130
    except McaGraphError as error:
        click.echo(f"error: {error}", err=True)
        return CANNOT
    except MemoryError:
        click.echo("error: memory ran out\n  hint: ask for less, or give a larger --memory", err=True)
        return CANNOT
    except RecursionError:
        click.echo("error: the input is nested too deeply", err=True)
        return CANNOT
    except BrokenPipeError:
        return 0
    except UnicodeEncodeError as error:
        click.echo(f"error: {error.object!a:.200} is not UTF-8\n  hint: write names in UTF-8", err=True)
        return CANNOT
    except OSError as error:
        _give_up_output()
        what = error.filename if error.filename is not None else "the output"
        hint = "is there room, and may it be read or written?"
        click.echo(f"error: {what}: {error.strerror or error}\n  hint: {hint}", err=True)
        return CANNOT
    return result if isinstance(result, int) else 0


def _give_up_output() -> None:
    """Let nothing that could not be written be tried again when the process ends."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def _open_streams() -> None:
    """Put something in the place of streams that the caller has closed, so that no file is taken for them."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            stream = open(os.devnull, "r" if name == "stdin" else "w", encoding="utf-8")  # noqa: SIM115
            setattr(sys, name, stream)


def main() -> None:
    """The ``mca-graph`` command."""
    _open_streams()
    if "_MCA_GRAPH_COMPLETE" in os.environ:
        with contextlib.suppress(McaGraphError):  # a message would end up in the line that is being typed
            cli.main(prog_name="mca-graph")
        sys.exit(CANNOT)
    sys.exit(supervise(run))


if __name__ == "__main__":
    main()
