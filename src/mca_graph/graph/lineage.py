"""Which state of a project's graph was made from which, and what differs between the two.

A record lies in the folder of the indexes, not in an index, since it says something of two of them and is
wanted for longer than they are. A record that is torn or of another version is as good as none.
"""

from __future__ import annotations

import contextlib
import json
import zlib
from collections import defaultdict
from pathlib import Path

from pyoxigraph import RdfFormat, parse, serialize

from mca_graph.errors import StoreError
from mca_graph.files import whole_file
from mca_graph.graph.changes import Changes
from mca_graph.graph.index import best, home_of, manifest_of
from mca_graph.graph.manifest import SCHEMA, key_of
from mca_graph.project import Project
from mca_graph.store.embedded import EmbeddedStore

_SUFFIX = ".changes"
_KEEP = 20
"""So many records stay: each is small, and who publishes may be some states behind."""

_QUADS = RdfFormat.N_QUADS


def state_of_graph(project: Project) -> str:
    """The name of the state of a project's graph as its files are now: the key of its index.

    Raises:
        ReadError: a file of the project cannot be read.
    """
    manifest, files = manifest_of(project)
    return manifest.key_of_unchanged(files) or key_of(manifest.read(files))


def changes_between(project: Project, before: str, after: str) -> Changes | None:
    """What differs between two states of a project's graph; None where that is not known.

    Every statement that differs is there, in whichever graph; of those that came and went in between
    there may be some too.

    Args:
        project: the project.
        before: the name of a state, as :func:`state_of_graph` gives it.
        after: that of another.
    """
    home, none = home_of(project), Changes(frozenset())
    ways: dict[str, list[tuple[str, Path]]] = defaultdict(list)
    for path in home.glob(f"*{_SUFFIX}"):
        one, _dash, other = path.name.removesuffix(_SUFFIX).partition("-")
        ways[one].append((other, path))
        ways[other].append((one, path))  # what differs, differs both ways
    reached: dict[str, Changes] = {before: none}
    queue = [before]
    while queue and after not in reached:
        state = queue.pop(0)
        for other, path in ways[state]:
            if other not in reached and (found := _recall(path)) is not None:
                reached[other] = reached[state].joined([found])
                queue.append(other)
    return reached.get(after)


def graph_at(project: Project, state: str) -> EmbeddedStore | None:
    """The graph of a project as it was, where its index is still there.

    Args:
        project: the project.
        state: the name of the state, as :func:`state_of_graph` gives it.
    """
    try:
        return EmbeddedStore.open(best(home_of(project) / state))
    except StoreError:
        return None


def record(home: Path, before: str, after: str, changes: Changes) -> None:
    """Write down what differs between two states.

    Args:
        home: the folder of the project's indexes.
        before: the name of a state.
        after: that of another.
        changes: every statement that differs.

    Raises:
        OSError: it cannot be written.
    """
    lines = serialize(changes.quads, format=_QUADS)
    assert lines is not None
    with whole_file(home / f"{before}-{after}{_SUFFIX}") as file:
        file.write(_heading(before, after, lines) + lines)


def sweep_records(home: Path) -> None:
    """Remove all but the newest records."""
    with contextlib.suppress(OSError):
        records = sorted(home.glob(f"*{_SUFFIX}"), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in records[_KEEP:]:
            path.unlink(missing_ok=True)


def _recall(path: Path) -> Changes | None:
    """What a record says, if it is whole."""
    before, _dash, after = path.name.removesuffix(_SUFFIX).partition("-")
    try:
        content = path.read_bytes()
        lines = content[content.index(b"\n") + 1 :]
        if content != _heading(before, after, lines) + lines:
            return None
        return Changes(frozenset(parse(lines, format=_QUADS)))
    except (OSError, ValueError, SyntaxError):
        return None


def _heading(before: str, after: str, lines: bytes) -> bytes:
    told = {"schema": SCHEMA, "before": before, "after": after, "size": len(lines), "crc": zlib.crc32(lines)}
    return json.dumps(told).encode() + b"\n"
