"""A worker process as the server sees it: how it is started, asked and ended."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
import sys
from dataclasses import dataclass
from typing import Any

from mca_graph.machine import python
from mca_graph.server import frames
from mca_graph.server.refusal import BROKEN, BUSY, NO_MEMORY, TOO_LONG, RefusedError
from mca_graph.server.worker import WorkerSettings

START_S = 60.0

_LOG = logging.getLogger("mca_graph.server")


class LostError(Exception):
    """Somebody ended a worker that had done nothing wrong."""


@dataclass(eq=False, slots=True)
class Worker:
    """A process, the connection to it, and the time when its limit is reached."""

    process: asyncio.subprocess.Process
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    ended_by: str = ""

    def end(self, why: str) -> None:
        """End the process at once."""
        if not self.ended_by and self.process.returncode is None:
            self.ended_by = why
            with contextlib.suppress(ProcessLookupError):
                self.process.kill()


async def read_frame(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """Read one frame.

    Raises:
        asyncio.IncompleteReadError: the other side is gone.
    """
    kind, length = frames.PREFIX.unpack(await reader.readexactly(frames.PREFIX.size))
    return kind, await reader.readexactly(length)


async def start_worker(settings: WorkerSettings) -> Worker:
    """Start a worker and wait until it is ready.

    Raises:
        RefusedError: it did not become ready.
    """
    ours, theirs = socket.socketpair()
    with theirs:
        theirs.set_inheritable(True)
        stderr = sys.stderr if has_number(sys.stderr) else None
        process = await asyncio.create_subprocess_exec(
            *python("mca_graph.server.worker"), str(theirs.fileno()), settings.to_json(),
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=stderr,
            pass_fds=(theirs.fileno(),),
        )  # fmt: skip
    reader, writer = await asyncio.open_unix_connection(sock=ours, limit=1 << 20)
    worker = Worker(process, reader, writer)
    try:
        async with asyncio.timeout(START_S):
            kind, _content = await read_frame(reader)
    except (TimeoutError, asyncio.IncompleteReadError, ConnectionError) as error:
        worker.end("start")
        writer.close()
        raise RefusedError(BUSY, "no worker can be started", "the server's log tells why") from error
    assert kind == frames.END
    return worker


def has_number(stream: Any) -> bool:
    """True for a stream that a process can be given."""
    try:
        return bool(stream.fileno() >= 0)
    except (AttributeError, OSError, ValueError):
        return False


async def post_mortem(worker: Worker, limit: float, memory: int) -> tuple[str, Exception]:
    """Why a worker ended in the middle of a job: in a word, and as what the client is told."""
    code = await worker.process.wait()
    name = signal.Signals(-code).name if code < 0 else str(code)
    if worker.ended_by == "time" or name == "SIGALRM":
        message = f"no answer within {limit:g} s, so the work was stopped"
        return "time", RefusedError(TOO_LONG, message, "ask for less, such as with a LIMIT")
    if worker.ended_by:
        return worker.ended_by, RefusedError(BUSY, "the work was stopped", "try again")
    if name == "SIGABRT":
        message = f"the work needed more than {memory / 2**20:,.0f} MiB of memory, so it was stopped"
        return "memory", RefusedError(NO_MEMORY, message, "ask for less")
    if name == "SIGKILL":
        return "killed", LostError("killed")
    _LOG.error("a worker ended with %s", name)
    message = "what was sent made the engine crash"
    return "crash", RefusedError(BROKEN, message, "it may be nested too deeply: make it simpler")
