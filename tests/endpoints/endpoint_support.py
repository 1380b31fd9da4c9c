"""What the tests of endpoints share."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "cli"))
import servers
from cli_support import Outcome, tool
from cli_support import tool_process as tool_process

from shared import ROOT, require


@contextmanager
def running(name: str, folder: Path) -> Iterator[servers.Server]:
    """A server of that name, and in the environment who may write to it."""
    netrc = folder / "netrc"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NETRC", str(netrc))
        if name == "oxigraph":
            require(servers.OXIGRAPH.is_file(), "the server oxigraph (PyPI: oxigraph)")
            with servers.oxigraph() as server:
                yield server
            return
        require(servers.VIRTUOSO, "the server virtuoso-t (Debian: virtuoso-opensource)")
        with servers.virtuoso(folder) as server:
            netrc.write_text(server.netrc)
            netrc.chmod(0o600)
            yield server


def push(server: servers.Server, *options: str, project: Path = ROOT) -> Outcome:
    return tool("push", "--endpoint", server.url, *options, project=project)
