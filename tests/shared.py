"""Names that several test modules share; the fixtures stand in conftest.py."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

ROOT = Path(__file__).parents[1]
RIVERS = Path(__file__).parent / "projects" / "rivers"

Invoke = Callable[..., Result]
RunProcess = Callable[..., "subprocess.CompletedProcess[str]"]

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


def nginx_command(folder: Path, rules: Path) -> list[str]:
    """The command that runs nginx with rules for its http block, and with whatever it writes in a folder."""
    main = folder / "main.conf"
    user = "user root;\n" if Path("/root").owner() and not folder.stat().st_uid else ""
    places = "".join(
        f"    {name}_temp_path {folder}/{name};\n" for name in ("proxy", "fastcgi", "uwsgi", "scgi")
    )
    main.write_text(
        f"{user}pid {folder}/nginx.pid;\nerror_log {folder}/error.log;\ndaemon off;\nevents {{ }}\n"
        f"http {{\n    access_log off;\n    client_body_temp_path {folder}/body;\n{places}"
        f"    include {rules};\n}}\n"
    )
    return [str(NGINX), "-c", str(main), "-p", str(folder)]


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_port(port: int, seconds: float = 10) -> None:
    """Wait until something listens on a port."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"nothing listens on port {port}")


def require(found: object, what: str) -> None:
    """Skip where a part of the machine is missing, unless everything was promised to be there."""
    if not found:
        if os.environ.get("MCA_GRAPH_REQUIRE_ALL") == "1":
            pytest.fail(f"{what} is missing")
        pytest.skip(f"{what} is missing")
