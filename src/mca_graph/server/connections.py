"""Connections that a client keeps open without using them are closed.

The web server under this waits for ever for the rest of a request's head, and for a client to take what
is left of an answer that broke off.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from typing import Any


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
