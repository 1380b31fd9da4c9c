"""Run the commands that README.md shows, to compare or renew what it says they print.

``python tests/readme_blocks.py`` writes the real outputs into README.md. In a ``console`` block each line
that begins with ``$ `` is a command; what follows is its output. A line ``…`` stands for any lines left
out: after the first so many lines, which stay as many as they were.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
LEFT_OUT = "…"

_BLOCK = re.compile(r"(?<=^```console\n)(.*?)(?=^```$)", re.MULTILINE | re.DOTALL)


class Shown(NamedTuple):
    """A command and what the README says it prints."""

    command: str
    output: list[str]


def shown(block: str) -> list[Shown]:
    """The commands of a block."""
    found: list[Shown] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append(Shown(line[2:], []))
        else:
            found[-1].output.append(line)
    return found


def blocks() -> list[str]:
    """The console blocks of the README."""
    return _BLOCK.findall(README.read_text(encoding="utf-8"))


def run(command: str, folder: Path) -> list[str]:
    """Run a command as a reader would, and give the lines that it prints."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    env = {**os.environ, "PATH": path, "COLUMNS": "80", "NO_COLOR": "1"}
    process = subprocess.run(
        command, shell=True, cwd=folder, env=env, capture_output=True, text=True, check=False
    )
    return (process.stdout + process.stderr).rstrip("\n").splitlines()


def as_shown(real: list[str], before: list[str]) -> list[str]:
    """A real output with the same part left out as before."""
    if LEFT_OUT not in before:
        return real
    at = before.index(LEFT_OUT)
    tail = len(before) - at - 1
    return [*real[:at], LEFT_OUT, *(real[-tail:] if tail else [])]


def main() -> None:
    """Renew the README."""

    def renew(found: re.Match[str]) -> str:
        lines: list[str] = []
        for command, before in shown(found.group()):
            lines.extend((f"$ {command}", *as_shown(run(command, ROOT), before)))
        return "\n".join(lines) + "\n"

    README.write_text(_BLOCK.sub(renew, README.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
