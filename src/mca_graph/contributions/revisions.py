"""Read a project as it was in a revision of git; nothing is ever written to the repository."""

from __future__ import annotations

import io
import os
import subprocess
import tarfile
from pathlib import Path

from mca_graph.errors import McaGraphError

_CONTENT = ("mca-graph.toml", "ontology", "data", "shapes", "queries")
_PATIENCE_S = 120


def is_revision(root: Path, name: str) -> bool:
    """True where the folder is under git and has a revision of that name."""
    if not name or name.startswith("-"):
        return False
    try:
        return _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}") != b""
    except McaGraphError:
        return False


def extract_project(root: Path, revision: str, folder: Path) -> None:
    """Put a project's content as it was in a revision into a folder.

    Raises:
        McaGraphError: the revision has no such project, or git cannot be run.
    """
    listed = _git(root, "ls-tree", "--name-only", revision, "--", *_CONTENT).decode().split()
    if _CONTENT[0] not in listed:
        raise McaGraphError(f"revision {revision} has no {_CONTENT[0]} in this folder")
    archive = _git(root, "archive", "--format=tar", revision, "--", *listed)
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        tar.extractall(folder, filter="data")


def file_at(root: Path, revision: str, path: str) -> bytes:
    """The content of a file in a revision; its path counts from the project's folder.

    Raises:
        McaGraphError: there is none, or git cannot be run.
    """
    return _git(root, "show", "--end-of-options", f"{revision}:./{path}")


def _git(root: Path, *args: str) -> bytes:
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *args],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=_PATIENCE_S,
            env={**os.environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"},
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise McaGraphError(f"git cannot be run: {error}", "compare files or folders instead") from error
    if done.returncode != 0:
        reason = done.stderr.decode(errors="replace").strip().splitlines() or ["it gave no reason"]
        raise McaGraphError(f"git {args[0]}: {reason[0]}")
    return done.stdout
