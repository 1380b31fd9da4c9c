"""Put a contribution in its place: one writer at a time, a whole file or none."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import RdfFormat, Triple, serialize

from mca_graph.contributions.incoming import Incoming
from mca_graph.errors import McaGraphError
from mca_graph.files import alone
from mca_graph.project import Project
from mca_graph.rdf.canonical import canonical_turtle


@contextlib.contextmanager
def one_at_a_time(project: Project) -> Iterator[None]:
    """Wait until no other process takes a contribution into the project.

    Raises:
        McaGraphError: the project came with the tool, or its folder cannot be written.
    """
    if project.root.is_relative_to(Path(__file__).parents[1]):
        raise McaGraphError(
            "the graph that comes with the tool stays as it is", "name your own: --project DIR"
        )
    folder = project.root / "data" / "contributions"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise McaGraphError(f"{folder}: {error.strerror or error}") from error
    with alone(folder):
        yield


def write(incoming: Incoming, project: Project) -> Path:
    """Write a contribution canonically; its file appears at once and whole, or not at all.

    Raises:
        McaGraphError: a file of that name appeared meanwhile, or none can be written.
    """
    target = Path(incoming.name)
    scratch = target.with_name(f".{target.stem}.{os.getpid()}.ttl")
    try:
        triples = (Triple(quad.subject, quad.predicate, quad.object) for quad in incoming.quads)
        scratch.write_bytes(serialize(triples, format=RdfFormat.N_TRIPLES) or b"")
        text = canonical_turtle(scratch, project.prefixes)
        with scratch.open("wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        os.link(scratch, target)
        _sync(target.parent)
    except FileExistsError as error:
        raise McaGraphError(
            f"there is a contribution {target.stem} already", "choose another name"
        ) from error
    except OSError as error:
        hint = "is the folder writable, and has it room?"
        raise McaGraphError(f"{target}: {error.strerror or error}", hint) from error
    finally:
        scratch.unlink(missing_ok=True)
    return target


def _sync(folder: Path) -> None:
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
