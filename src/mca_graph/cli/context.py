"""What the commands share: the project, the graph, output, and the way errors are told."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from mca_graph.errors import McaGraphError, ProjectError
from mca_graph.files import whole_file
from mca_graph.project import Project, find_project

if TYPE_CHECKING:
    from mca_graph.store import Store
    from mca_graph.store.remote import RemoteStore


@dataclass(slots=True)
class Context:
    """The settings that stand before the command, and what they lead to."""

    project_folder: Path | None = None
    _project: Project | None = field(default=None, repr=False)

    @property
    def project(self) -> Project:
        """The project, found once.

        Raises:
            ProjectError: there is none where the user said.
        """
        if self._project is None:
            self._project = find_project(self.project_folder)
        return self._project

    def store(
        self,
        *,
        endpoint: str | None = None,
        folder: Path | None = None,
        data: Sequence[Path] = (),
        timeout: float | None = None,
    ) -> Store:
        """The graph to ask: an endpoint, a store on disk, plain files, or the project's own graph.

        Raises:
            McaGraphError: more than one of them was named, or it cannot be opened.
        """
        if sum((endpoint is not None, folder is not None, bool(data))) > 1:
            raise McaGraphError("--endpoint, --store and --data each name a graph", "give one of them")
        if endpoint is not None:
            return self.endpoint(endpoint, timeout)
        if folder is not None:
            from mca_graph.store.embedded import EmbeddedStore

            return EmbeddedStore.open(folder)
        from mca_graph.graph.index import open_files, open_graph

        return open_files(data, warn) if data else open_graph(self.project, warn)

    def endpoint(self, given: str, timeout: float | None = None) -> RemoteStore:
        """The endpoint of that address or name, and in it the graphs of the project.

        Raises:
            McaGraphError: it is no address of an endpoint, and no name of one.
        """
        from mca_graph.store.remote import RemoteStore

        return RemoteStore.open(given, self.project, timeout or 60.0)


pass_context = click.make_pass_decorator(Context, ensure=True)


def project_of(ctx: click.Context) -> Project | None:
    """The project of a command, also while help or completion is made; None without one."""
    root = ctx.find_root()
    try:
        if isinstance(root.obj, Context):
            return root.obj.project
        return find_project(root.params.get("project"))
    except ProjectError:
        return None


def warn(text: str) -> None:
    """Tell the user something that does not stop the work."""
    click.echo(f"warning: {text}", err=True)


@contextmanager
def output(path: Path | None) -> Iterator[BinaryIO]:
    """Where bytes go: standard output, or a file that appears only when it is whole.

    Raises:
        McaGraphError: the file cannot be written.
    """
    if path is None or str(path) == "-":
        stream = sys.stdout.buffer
        yield stream
        stream.flush()
        return
    try:
        with whole_file(path) as file:
            yield file
    except OSError as error:
        hint = "name a file in a folder that is there, may be written and has room"
        raise McaGraphError(f"{path}: {error.strerror or error}", hint) from error


def terminal_width() -> int:
    """Columns of the terminal; 80 where the output is no terminal and nothing else is said."""
    import shutil  # brings in every compression there is; most commands need no width

    return shutil.get_terminal_size((80, 24)).columns


def use_colour() -> bool:
    """True where colours are shown: a terminal, and NO_COLOR is not set (no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")
