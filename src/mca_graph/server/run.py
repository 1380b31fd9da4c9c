"""Run a server until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import uvicorn

from mca_graph.errors import McaGraphError, StoreError
from mca_graph.server.app import build_app
from mca_graph.server.connections import Connection, Reaper
from mca_graph.server.serving import Serving
from mca_graph.server.settings import Settings

_KEEP_ALIVE_S = 15
_LONGEST_HEAD = 64 * 1024


class _Server(uvicorn.Server):
    """A server that ends without an error when it is told to stop."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on SIGTERM and SIGINT, and forget them afterwards."""
        known = (signal.SIGINT, signal.SIGTERM)
        before = {number: signal.signal(number, self.handle_exit) for number in known}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def serve(root: Path, settings: Settings, started: Callable[[str], None] = lambda url: None) -> None:
    """Serve a project until SIGTERM or SIGINT.

    Args:
        root: the folder of the project.
        settings: limits and behaviour.
        started: is told the address when the server is ready.

    Raises:
        McaGraphError: the address cannot be used, or the content cannot be opened.
    """
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s"
    )
    logging.getLogger("uvicorn.error").addFilter(_without_broken_answers)
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_IGN)  # a client or a worker that is gone ends no server
    serving = Serving(root, settings)
    config = uvicorn.Config(
        build_app(serving),
        http=Connection,
        loop="asyncio",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=list(settings.proxies),
        limit_concurrency=settings.connections,
        backlog=1024,
        timeout_keep_alive=max(1, int(min(_KEEP_ALIVE_S, settings.header_time))),
        timeout_graceful_shutdown=int(settings.drain_time) + 1,
        h11_max_incomplete_event_size=_LONGEST_HEAD,
    )
    asyncio.run(_run(_Server(config), serving, settings, started))


async def _run(server: _Server, serving: Serving, settings: Settings, started: Callable[[str], None]) -> None:
    listening = _listen(settings)
    try:
        await serving.open()
    except BaseException:
        listening.close()
        raise
    reaper = Reaper(settings.header_time)
    watching = asyncio.create_task(reaper.run(server.server_state.connections))
    announcing = asyncio.create_task(_announce(server, listening, started))
    try:
        await server.serve(sockets=[listening])
    finally:
        watching.cancel()
        announcing.cancel()
    if not server.started:
        raise McaGraphError("the server could not start", "its log tells why")


async def _announce(server: _Server, listening: socket.socket, started: Callable[[str], None]) -> None:
    while not server.started:
        await asyncio.sleep(0.02)
    host, port = listening.getsockname()[:2]
    started(f"http://{f'[{host}]' if ':' in host else host}:{port}/")


def _listen(settings: Settings) -> socket.socket:
    try:
        family, *_rest, address = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0]
        # With the protocol named, asyncio turns off the wait for more to send (TCP_NODELAY).
        listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
    except OSError as error:
        raise StoreError(
            f"{settings.host}:{settings.port} cannot be listened on: {error.strerror or error}",
            "choose another --port",
        ) from error
    listening.setblocking(False)
    return listening


def _without_broken_answers(record: logging.LogRecord) -> bool:
    """Leave out answers that broke off: they are counted elsewhere, and no fault of the program."""
    kind = record.exc_info[0] if record.exc_info else None
    return kind is None or kind.__name__ != "BrokenAnswerError"
