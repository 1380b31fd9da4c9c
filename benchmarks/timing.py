"""Run peers side by side as cold processes, and say how they compare."""

from __future__ import annotations

import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from processes import held

_LONGEST_PAUSE = 0.5


class Run(NamedTuple):
    """One run of a process: wall time in seconds, largest resident memory in MiB."""

    seconds: float
    mebibytes: float


def run(command: Sequence[str], env: Mapping[str, str] | None = None) -> Run:
    """Run a process to its end, and fail when it fails."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env={**kept, **(env or {})})
    _pid, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command)[:200]}: exit code {process.returncode}")
    # ru_maxrss counts kilobytes on Linux and bytes on macOS (getrusage(2)).
    return Run(seconds, usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10))


class Watched(NamedTuple):
    """One run of a process with all that it starts.

    Attributes:
        seconds: wall time.
        processor_seconds: what all processes together took of the processors.
        mebibytes: the largest sum of their memory.
        said: what it wrote on standard error.
    """

    seconds: float
    processor_seconds: float
    mebibytes: float
    said: str


def watch(command: Sequence[str], env: Mapping[str, str] | None = None) -> Watched:
    """Run a process to its end, looking often at the memory of all processes below it (Linux only)."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryFile("w+") as errors:
        before, start = os.times(), time.perf_counter()
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=errors, env={**kept, **(env or {})}
        )
        largest, pause = 0, 0.1
        while process.poll() is None:
            largest = max(largest, held(process.pid))
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(pause)
            pause = min(pause * 1.2, _LONGEST_PAUSE)  # looking stops the processes for some milliseconds
        seconds, after = time.perf_counter() - start, os.times()
        errors.seek(0)
        said = errors.read()
    if process.returncode:
        sys.exit(f"{' '.join(command)[:200]}: exit code {process.returncode}\n{said}")
    processor = sum(after[2:4]) - sum(before[2:4])  # user and system time of processes that have ended
    return Watched(seconds, processor, largest / 1024, said)


def alternate(peers: Mapping[str, Sequence[str]], times: int) -> dict[str, list[Run]]:
    """Run the peers in turn, so that what else the machine does falls on all of them."""
    for command in peers.values():
        run(command)
    runs: dict[str, list[Run]] = {name: [] for name in peers}
    for _ in range(times):
        for name, command in peers.items():
            runs[name].append(run(command))
    return runs


def report(runs: Mapping[str, Sequence[Run]], base: str) -> None:
    """Print the median time and memory of each peer, and its ratio to one of them."""
    medians = {name: statistics.median(one.seconds for one in all_of) for name, all_of in runs.items()}
    width = max(map(len, runs))
    print(f"{'':{width}}  {'median':>9}  {'least':>9}  {'memory':>9}  ratio to {base}")
    for name, all_of in runs.items():
        least = min(one.seconds for one in all_of)
        memory = max(one.mebibytes for one in all_of)
        ratio = medians[name] / medians[base]
        print(f"{name:{width}}  {medians[name]:7.3f} s  {least:7.3f} s  {memory:5.0f} MiB  {ratio:.2f}")
