"""Run the command in a child process, so that nothing it meets can take more than its limits.

The engine cannot be told to stop, and memory that runs out or brackets that nest too deeply end the
whole process. So a small parent waits, and says in one line what became of the child. Where the
system has no ``fork`` the command runs in this very process, with the time limit only.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from mca_graph import machine

CANNOT = 2
"""Exit code for "could not do it"."""

_SHARE_OF_MEMORY = 0.7
_notes: int | None = None

_NO_MEMORY = ("allocation", "bad_alloc", "Resource temporarily unavailable", "Cannot allocate memory")
"""What the engine says when an allocation, or the start of a thread, fails."""

_CRASHES = {"SIGSEGV", "SIGBUS", "SIGILL", "SIGFPE"}


def supervise(run: Callable[[], int]) -> int:
    """Run a command under limits and return its exit code.

    Args:
        run: the command; it returns its exit code.
    """
    if not hasattr(os, "fork") or "MCA_GRAPH_NO_FORK" in os.environ:
        return run()
    notes_in, notes_out = os.pipe()
    engine_in, engine_out = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(notes_in)
        os.close(engine_in)
        code = CANNOT
        try:
            _prepare_child(notes_out, engine_out)
            code = run()
        except BaseException:
            # What comes this far is a mistake of ours: nothing may hide it.
            sys.excepthook(*sys.exc_info())
        finally:
            try:
                sys.stderr.flush()
            finally:
                os._exit(code)
    os.close(notes_out)
    os.close(engine_out)
    code, note = _wait(child), _drain(notes_in)
    said = _drain(engine_in)
    if code >= 0:
        if said:
            sys.stderr.write(said)
        return code
    return _explain(-code, note, said)


ASK_FOR_LESS = "ask for less (a LIMIT, a narrower parameter)"


@contextmanager
def time_limit(seconds: float, advice: str = ASK_FOR_LESS) -> Iterator[None]:
    """End the process when this takes longer, whatever it is doing, and advise."""
    if _notes is not None:
        os.write(_notes, f"timeout {seconds:g}\nadvice {advice}\n".encode())
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        return

    def stop() -> None:
        sys.stderr.write(_timed_out(f"{seconds:g}", advice))
        sys.stderr.flush()
        os._exit(CANNOT)

    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def set_memory_limit(size: int) -> None:
    """Let this process hold at most so many bytes; without effect where the system cannot."""
    if _notes is None:
        return
    import resource

    os.write(_notes, f"memory {size}\n".encode())
    kind = resource.RLIMIT_DATA if sys.platform == "linux" else resource.RLIMIT_AS
    _soft, hard = resource.getrlimit(kind)
    try:
        resource.setrlimit(kind, (size if hard == resource.RLIM_INFINITY else min(size, hard), hard))
    except (ValueError, OSError):
        return


def end_with_parent() -> None:
    """End this process at once when the one that waits for it is killed; without effect but on Linux.

    For what runs on its own for long: nobody else would end it, and a server would keep its port.
    """
    if _notes is not None:
        machine.end_with_parent(os.getppid())


def _prepare_child(notes: int, engine: int) -> None:
    global _notes
    _notes = notes
    os.set_blocking(engine, False)
    # What the engine itself writes as it dies goes to the parent; our own messages keep the terminal.
    kept = os.dup(2)
    os.dup2(engine, 2)
    os.close(engine)
    sys.stderr = open(kept, "w", buffering=1, encoding="utf-8", errors="backslashreplace")  # noqa: SIM115
    for name in (signal.SIGINT, signal.SIGALRM, signal.SIGPIPE):
        signal.signal(name, signal.SIG_DFL)
    _no_core_file()
    if total := machine.physical_memory():
        set_memory_limit(int(total * _SHARE_OF_MEMORY))


def _no_core_file() -> None:
    import resource

    _soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))


def _wait(child: int) -> int:
    """Wait for the child; its exit code, or minus the signal that ended it."""

    def pass_on(number: int, _frame: object) -> None:
        os.kill(child, number)

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, pass_on)
    while True:
        # The first process of a container is given whatever was left behind in it.
        pid, status = os.waitpid(-1, 0)
        if pid == child:
            return os.waitstatus_to_exitcode(status)


def _drain(pipe: int) -> str:
    chunks = []
    while chunk := os.read(pipe, 65536):
        chunks.append(chunk)
    os.close(pipe)
    return b"".join(chunks).decode("utf-8", "replace")


def _explain(number: int, notes: str, said: str) -> int:
    name = signal.Signals(number).name if number in signal.valid_signals() else str(number)
    last = dict(line.split(" ", 1) for line in notes.splitlines() if " " in line)
    if name == "SIGINT":
        sys.stderr.write("interrupted\n")
        return 130
    if name in ("SIGPIPE", "SIGTERM", "SIGHUP"):
        return 128 + number
    if name == "SIGALRM":
        sys.stderr.write(_timed_out(last.get("timeout", "?"), last.get("advice", ASK_FOR_LESS)))
    elif name == "SIGABRT" and any(sign in said for sign in _NO_MEMORY):
        sys.stderr.write(_out_of_memory(int(last.get("memory", 0))))
    elif name == "SIGKILL":
        sys.stderr.write("error: the system ended the work, most likely because memory ran out\n")
    elif name in _CRASHES:
        sys.stderr.write(
            "error: the input made the engine crash; it is most likely nested too deeply\n"
            "  hint: make the query or the file simpler; nothing was changed\n"
        )
    else:
        sys.stderr.write(f"error: the engine stopped ({name}){': ' + said.strip() if said.strip() else ''}\n")
    return CANNOT


def _timed_out(seconds: str, advice: str) -> str:
    return (
        f"error: no answer within {seconds} s, so the work was stopped\n"
        f"  hint: {advice}, or give a longer --timeout\n"
    )


def _out_of_memory(size: int) -> str:
    return (
        f"error: the work needed more than {_size(size)} of memory, so it was stopped\n"
        f"  hint: {ASK_FOR_LESS}, or give a larger --memory\n"
    )


def _size(size: int) -> str:
    return f"{size / 2**30:.1f} GiB" if size >= 2**30 else f"{size / 2**20:.0f} MiB"
