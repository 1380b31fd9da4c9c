"""When connections are closed on which nothing happens, told by a clock of the test's own."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from mca_graph.server import connections
from mca_graph.server.connections import Reaper


class Transport:
    def __init__(self) -> None:
        self.aborted = False

    def is_closing(self) -> bool:
        return False

    def abort(self) -> None:
        self.aborted = True


class Connection:
    """One on which a request has begun and is not whole; idle where none has begun since the last answer."""

    def __init__(self, *, idle: bool = False) -> None:
        self.transport, self.cycle = Transport(), None
        self.timeout_keep_alive_task = object() if idle else None


def test_a_request_that_does_not_end_has_so_many_seconds_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SimpleNamespace(monotonic=lambda: clock.now)
    monkeypatch.setattr(connections, "time", clock)
    reaper, slow, idle = Reaper(2.0), Connection(), Connection(idle=True)
    for clock.now, is_closed in ((100.0, False), (102.0, False), (102.1, True)):
        reaper.look([slow, idle])
        assert slow.transport.aborted is is_closed
    assert not idle.transport.aborted
    assert reaper.closed == 1
