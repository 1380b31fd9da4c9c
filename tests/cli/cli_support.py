"""The command line as users meet it: exit code, what goes to standard output, what is said beside it."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from mca_graph.cli.main import run

RIVERS = Path(__file__).parents[1] / "projects" / "rivers"
RIVER = "https://rivers.example/id/river/"
HABITAT = "https://rivers.example/concept/habitat/"
RIV = "https://rivers.example/ontology#"
XSD = "http://www.w3.org/2001/XMLSchema#"

WETLANDS = ("query", "rivers-with-habitat", "--habitat", "wetland")
"""The rivers of wetlands and of what is narrower: Alder (12.5) and Cedar (40)."""

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?o ?p . ?q ?r ?s }"
"""A query that would run for years on the smallest of graphs."""

HUGE = "SELECT ?a ?d ?g ?j { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
"""A query with some forty million rows on the rivers."""


@dataclass(frozen=True)
class Outcome:
    """What a run of the tool left behind."""

    code: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        return self.out.decode()

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()


def tool(*args: str | Path, project: Path | None = RIVERS) -> Outcome:
    """Run the command line in this process, errors told as they are to users."""
    chosen = ["--project", str(project)] if project else []
    out, err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8"), io.StringIO()
    with (
        patch.object(sys, "argv", ["mca-graph", *chosen, *map(str, args)]),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        code = run()
    out.flush()
    assert isinstance(out.buffer, io.BytesIO)
    return Outcome(code, out.buffer.getvalue(), err.getvalue())


def tool_process(
    *args: str | Path,
    project: Path | None = RIVERS,
    stdin: bytes = b"",
    timeout: float = 60,
    cwd: Path | None = None,
    **env: str,
) -> Outcome:
    """Run the command line as users do: a process of its own under supervision."""
    done = subprocess.run(
        command(*args, project=project),
        input=stdin,
        capture_output=True,
        env={**os.environ, **env},
        timeout=timeout,
        cwd=cwd,
        check=False,
    )
    return Outcome(done.returncode, done.stdout, done.stderr.decode())


def command(*args: str | Path, project: Path | None = RIVERS) -> list[str]:
    """The command line of a process."""
    chosen = ["--project", str(project)] if project else []
    return [sys.executable, "-m", "mca_graph", *chosen, *map(str, args)]


def ok(outcome: Outcome) -> Outcome:
    """The outcome of a run that went well and had nothing to complain of."""
    assert (outcome.code, outcome.err) == (0, "")
    return outcome


def refused(outcome: Outcome, message: str, hint: str | None = None) -> None:
    """The run ended with 2, nothing on standard output, one line on what went wrong and a hint."""
    assert outcome.code == 2
    assert outcome.out == b""
    first, *rest = outcome.err.splitlines()
    assert first == f"error: {message}"
    assert len(rest) == 1, outcome.err
    assert rest[0].startswith("  hint: ")
    if hint is not None:
        assert rest[0] == f"  hint: {hint}"


def write(path: Path, content: str | bytes) -> Path:
    """Write a small file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path
