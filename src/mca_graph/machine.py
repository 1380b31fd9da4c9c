"""What the machine has, as far as it can be known."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_GROUPS = Path("/sys/fs/cgroup")


def physical_memory() -> int:
    """The memory of the machine in bytes; 0 where that is not known."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 0


def usable_memory() -> int:
    """So many bytes this process may hold: what the machine has, or a limit below; 0 where unknown."""
    found = [physical_memory(), *_limits_of_groups()]
    try:
        import resource
    except ImportError:  # Windows
        return min(found)
    for kind in (resource.RLIMIT_DATA, resource.RLIMIT_AS):
        soft, _hard = resource.getrlimit(kind)
        if soft != resource.RLIM_INFINITY:
            found.append(soft)
    return min(found)


def _limits_of_groups() -> Iterator[int]:
    """The limits of the control groups (version 2) that this process is in, as containers have them."""
    found = ""
    with contextlib.suppress(OSError):
        found = Path("/proc/self/cgroup").read_text(encoding="utf-8")
    for line in found.splitlines():
        if not line.startswith("0::"):
            continue
        inner = Path(line.removeprefix("0::").lstrip("/"))
        for group in (inner, *inner.parents):
            with contextlib.suppress(OSError, ValueError):  # the top has none, and "max" is no limit
                yield int((_GROUPS / group / "memory.max").read_text(encoding="utf-8"))


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def python(module: str) -> list[str]:
    """The beginning of a command line that runs a module, whatever files the current folder holds."""
    return [sys.executable, "-P", "-m", module]


def end_with_parent(parent: int) -> None:
    """End this process when the one that started it ends, however that is; without effect but on Linux.

    Args:
        parent: the number of that process; where it is gone already, this one ends now.
    """
    if sys.platform != "linux":
        return
    import ctypes

    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


@contextlib.contextmanager
def collector_at_rest() -> Iterator[None]:
    """Let the garbage collector rest: it would look again and again at much that stays, and is no circle."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
