"""``mca-graph load``: build a store on disk that any number of processes can read."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import click

from mca_graph.cli.context import Context, pass_context
from mca_graph.cli.options import data_option
from mca_graph.errors import StoreError

_HINT = "choose a folder that may be written and has room"


@click.command(name="load")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@data_option("Load")
@click.option("--replace", is_flag=True, help="Replace a store that is there already.")
@click.option("--compact", is_flag=True, help="Take longer over it, for a store that answers quicker.")
@pass_context
def command(context: Context, folder: Path, data: tuple[Path, ...], replace: bool, compact: bool) -> None:
    """Build a store in DIR from the project, or from plain RDF files.

    The store appears at once and whole, or not at all. Ask it with 'mca-graph query NAME --store DIR'.
    A large one that is asked often is worth --compact: half as long again to build, a third less to ask.
    """
    from mca_graph.graph.assemble import Assembly
    from mca_graph.graph.build import build_store
    from mca_graph.graph.bulk import PlainFiles

    if folder.exists() and not replace and (not folder.is_dir() or any(folder.iterdir())):
        raise StoreError(f"{folder} is there already", "choose another folder, or add --replace")
    if replace and folder.exists() and not (folder / "CURRENT").is_file():
        raise StoreError(f"{folder} is not a store, so it is not replaced", "choose another folder")
    project = None if data else context.project
    work = _scratch_folder(folder)
    try:
        build_store(work, PlainFiles(data) if project is None else Assembly(project), compact=compact)
        _let_others_read(work)
        if folder.is_dir() and replace:
            old = work.with_name(work.name + "-old")
            os.rename(folder, old)
            os.rename(work, folder)
            shutil.rmtree(old, ignore_errors=True)
        else:
            os.rename(work, folder)
    except OSError as error:
        raise StoreError(f"{folder}: {error.strerror or error}", _HINT) from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
    click.echo(f"store built in {folder}", err=True)


def _let_others_read(folder: Path) -> None:
    """Give a temporary folder, which is its owner's alone, the mode that a new folder has here."""
    mask = os.umask(0)
    os.umask(mask)
    folder.chmod(0o777 & ~mask)


def _scratch_folder(folder: Path) -> Path:
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=f".{folder.name}-building-", dir=folder.parent))
    except OSError as error:
        raise StoreError(f"{folder}: {error.strerror or error}", _HINT) from error
