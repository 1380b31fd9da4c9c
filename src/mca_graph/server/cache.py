"""Answers that are kept: the newest used stay, as many as there is room for."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mca_graph.server.replies import Reply

_OVERHEAD = 1024
_LARGEST_SHARE = 8


class ReplyCache:
    """Replies by what was asked.

    Args:
        room: how many bytes may be kept.
    """

    def __init__(self, room: int) -> None:
        self._room, self._held = room, 0
        self._replies: OrderedDict[Hashable, Reply] = OrderedDict()

    @property
    def largest(self) -> int:
        """How many bytes of content a reply may have to be kept: it is held packed as well."""
        return (self._room // _LARGEST_SHARE - _OVERHEAD) // 2

    def get(self, key: Hashable) -> Reply | None:
        """What is kept under a key."""
        reply = self._replies.get(key)
        if reply is not None:
            self._replies.move_to_end(key)
        return reply

    def put(self, key: Hashable, reply: Reply) -> None:
        """Keep a reply, unless it would take too much of the room."""
        if reply.size > 2 * self.largest:
            return
        size = reply.size + _OVERHEAD
        if (old := self._replies.pop(key, None)) is not None:
            self._held -= old.size + _OVERHEAD
        self._replies[key] = reply
        self._held += size
        while self._held > self._room:
            _key, old = self._replies.popitem(last=False)
            self._held -= old.size + _OVERHEAD

    def clear(self) -> None:
        """Keep nothing of what is kept."""
        self._replies.clear()
        self._held = 0
