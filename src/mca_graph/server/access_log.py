"""The access log: one JSON object a line."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any, TextIO


class AccessLog:
    """Where requests are written down.

    Args:
        target: a file, ``-`` for standard error, empty for nothing.
    """

    def __init__(self, target: str) -> None:
        self._file: TextIO | None = None
        if target == "-":
            self._file = sys.stderr
        elif target:
            self._file = Path(target).open("a", buffering=1, encoding="utf-8")  # noqa: SIM115 - open while it serves
        self._own = target not in ("", "-")

    def write(self, **entry: Any) -> None:
        """Write down a request; a log that cannot be written stops nothing."""
        if self._file is None:
            return
        stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        try:
            # With ASCII only, nothing that a client sent can begin a line or colour a terminal.
            self._file.write(json.dumps({"time": stamp, **entry}) + "\n")
        except (OSError, ValueError):
            return

    def close(self) -> None:
        """Close the file."""
        if self._file is not None and self._own:
            self._file.close()
