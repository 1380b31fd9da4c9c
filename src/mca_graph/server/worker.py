"""A worker: a process that answers one job after another on a graph opened for reading.

The engine cannot be told to stop, and a query that needs too much memory or nests too deeply ends the
process. So whatever a client sends is worked on here, and the server only loses a worker by it.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mca_graph.errors import LimitError, McaGraphError, StoreError
from mca_graph.server import frames
from mca_graph.server.refusal import BAD_GATEWAY, status_of
from mca_graph.store.embedded import EmbeddedStore

if TYPE_CHECKING:
    from mca_graph.server.jobs import Workspace

_GRACE_S = 5.0


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """What a worker is told when it starts.

    Attributes:
        root: the folder of the project.
        store: the folder of the store, or the address or name of an endpoint.
        at_endpoint: whether it is an endpoint.
        edition: a fingerprint of the content.
        time_limit: seconds for one job; then the server ends the worker, a little later it does so itself.
        memory: bytes that it may hold.
        max_rows: rows or statements of one answer.
        max_bytes_out: bytes of one answer.
        page_size: rows of a page where the client does not say.
        services: hosts that SERVICE may call.
    """

    root: str
    store: str
    edition: str
    time_limit: float
    memory: int
    max_rows: int
    max_bytes_out: int
    page_size: int
    services: tuple[str, ...] = ()
    at_endpoint: bool = False

    def to_json(self) -> str:
        """As JSON, for the command line of the worker."""
        return json.dumps(asdict(self))

    @classmethod
    def of_json(cls, text: str) -> WorkerSettings:
        """Read what :meth:`to_json` wrote."""
        values = json.loads(text)
        return cls(**{**values, "services": tuple(values["services"])})


def limit_memory(size: int) -> None:
    """Let this process hold at most so many bytes, and leave no core file behind."""
    try:
        import resource
    except ImportError:  # this system has no such limits
        return
    kind = resource.RLIMIT_DATA if sys.platform == "linux" else resource.RLIMIT_AS
    for which, wanted in ((kind, size), (resource.RLIMIT_CORE, 0)):
        _soft, hard = resource.getrlimit(which)
        limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(which, (limit, limit))


def serve_jobs(channel: frames.Channel, settings: WorkerSettings) -> None:
    """Answer jobs until the server is gone."""
    from mca_graph.server.jobs import Workspace, run_job

    workspace = Workspace(settings)
    channel.put_json(frames.END, {"ready": True})
    while (found := channel.read_job()) is not None:
        job, body = found
        # Should the server be gone, nobody else ends a job that never would.
        signal.setitimer(signal.ITIMER_REAL, float(job.get("time", settings.time_limit)) + _GRACE_S)
        try:
            counted = run_job(workspace, job, body, channel)
            channel.put_json(frames.END, counted)
        except McaGraphError as error:
            refuse(channel, *_told(error, workspace))
        except MemoryError:
            refuse(channel, 507, "the work needed more memory than it may have", "ask for less")
        except RecursionError:
            refuse(channel, 400, "what was sent is nested too deeply", None)
        signal.setitimer(signal.ITIMER_REAL, 0)


def _told(error: McaGraphError, workspace: Workspace) -> tuple[int, str, str | None]:
    """An error as a client is told: where the graph's server stands is nobody's business."""
    if isinstance(workspace.store, EmbeddedStore):
        return status_of(error), error.message, error.hint
    message = error.message.replace(workspace.store.url, "the graph's server")
    if isinstance(error, StoreError):
        return BAD_GATEWAY, message, "try again later"
    return status_of(error), message, "ask for less" if isinstance(error, LimitError) else error.hint


def refuse(channel: frames.Channel, status: int, message: str, hint: str | None) -> None:
    """Tell the server why there is no answer."""
    channel.put_json(frames.ERROR, {"status": status, "message": message, "hint": hint})


def main() -> None:
    """Run a worker: the first argument is the number of its socket, the second its settings."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which tells its workers
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    settings = WorkerSettings.of_json(sys.argv[2])
    with socket.socket(fileno=int(sys.argv[1])) as connection:
        os.set_inheritable(connection.fileno(), False)
        limit_memory(settings.memory)
        if not settings.at_endpoint and not (Path(settings.store) / "CURRENT").is_file():
            sys.exit(3)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            serve_jobs(frames.Channel(connection), settings)


if __name__ == "__main__":
    main()
