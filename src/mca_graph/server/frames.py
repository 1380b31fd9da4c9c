"""How the server and its workers talk: frames of a kind, a length and that many bytes.

A job is a frame ``J`` with JSON and a frame ``B`` with the body. The answer is ``H`` (JSON: status and
headers), any number of ``D`` (data) and ``E`` (JSON: what was counted); or at any point ``X`` (JSON: why
there is no answer).
"""

from __future__ import annotations

import json
import socket
import struct
from typing import Any

JOB, BODY, HEAD, DATA, END, ERROR = b"J", b"B", b"H", b"D", b"E", b"X"

PREFIX = struct.Struct(">cI")
"""What stands before the content of a frame: its kind and its length."""

_FULL = 65536


def pack(kind: bytes, content: bytes) -> bytes:
    """One frame."""
    return PREFIX.pack(kind, len(content)) + content


def pack_json(kind: bytes, content: Any) -> bytes:
    """One frame that holds JSON."""
    return pack(kind, json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass"))


class Channel:
    """The worker's end of the connection; it waits where it must.

    Args:
        connection: the socket.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self._file = connection.makefile("rb", buffering=_FULL)
        self._held: list[bytes] = []
        self._size = 0

    def read_job(self) -> tuple[dict[str, Any], bytes] | None:
        """The next job and its body; None when the server is gone."""
        job, body = self._read(), self._read()
        if job is None or body is None:
            return None
        loaded = json.loads(job)
        assert isinstance(loaded, dict)
        return loaded, body

    def _read(self) -> bytes | None:
        prefix = self._file.read(PREFIX.size)
        if len(prefix) < PREFIX.size:
            return None
        _kind, length = PREFIX.unpack(prefix)
        content = self._file.read(length)
        return content if len(content) == length else None

    def put(self, kind: bytes, content: bytes) -> None:
        """Send a frame, together with others where it is small."""
        self._held.append(pack(kind, content))
        self._size += len(content)
        if self._size >= _FULL or kind in (END, ERROR):
            self.flush()

    def put_json(self, kind: bytes, content: Any) -> None:
        """Send a frame that holds JSON."""
        self.put(kind, json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass"))

    def flush(self) -> None:
        """Send what is held."""
        held, self._held, self._size = self._held, [], 0
        self._socket.sendall(b"".join(held))
