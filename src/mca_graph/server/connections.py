"""Connections of clients: what is written at once leaves at once, and those that nobody uses are closed.

The web server under this sends the head of an answer and then its body: should it die in between, a proxy
before it has begun to pass on an answer and can ask no other server. And it waits for ever for the rest of a
request's head, and for a client to take what is left of an answer that broke off.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from typing import Any, cast

from uvicorn.protocols.http.h11_impl import H11Protocol

_MOST_HELD = 64 * 2**10
"""Bytes that wait for what is written next; more leave by themselves."""


class Connection(H11Protocol):
    """A connection on which the head of an answer leaves together with what follows it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the connection over."""
        super().connection_made(cast("asyncio.Transport", _Joining(transport, self.loop)))


class _Joining:
    """A transport that sends what is written in one turn of the event loop together."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport, self._loop = transport, loop
        self._held: list[bytes] = []
        self._size = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Send bytes: at the end of this turn, or now where they are many."""
        if not self._held:
            self._loop.call_soon(self._send)
        self._held.append(data)
        self._size += len(data)
        if self._size > _MOST_HELD:
            self._send()

    def close(self) -> None:
        """Close the connection when everything has been sent."""
        self._send()
        self._transport.close()

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """Hand the connection over to another protocol."""
        self._send()
        self._transport.set_protocol(protocol)

    def _send(self) -> None:
        held, self._held, self._size = self._held, [], 0
        if held:
            self._transport.write(b"".join(held))


class Reaper:
    """Closes connections on which nothing has happened for too long.

    Args:
        patience: seconds for the head of a request, and for the rest of an answer.
    """

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._since: dict[Any, float] = {}
        self.closed = 0

    async def run(self, connections: Iterable[Any]) -> None:
        """Look at the connections again and again."""
        while True:
            await asyncio.sleep(max(self._patience / 4, 0.05))
            self.look(connections)

    def look(self, connections: Iterable[Any]) -> None:
        """Close those that have waited for too long."""
        now = time.monotonic()
        waiting = {connection for connection in connections if _waits(connection)}
        self._since = {connection: self._since.get(connection, now) for connection in waiting}
        for connection, since in self._since.items():
            if now - since > self._patience:
                connection.transport.abort()
                self.closed += 1


def _waits(connection: Any) -> bool:
    """True for a connection with a request that has begun and is not whole, or that is being closed."""
    transport = connection.transport
    if transport is None:
        return False
    if transport.is_closing():
        return bool(transport.get_write_buffer_size())
    cycle = connection.cycle
    return (cycle is None or cycle.response_complete) and connection.timeout_keep_alive_task is None
