"""Real SPARQL servers on loopback, each started by the tests and ended with them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from shared import free_port

OXIGRAPH = Path(sys.executable).with_name("oxigraph")
VIRTUOSO = shutil.which("virtuoso-t")
_LONGEST_START_S = 30.0

_VIRTUOSO_INI = """
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
FileExtend = 200
[TempDatabase]
DatabaseFile = {folder}/temporary.db
TransactionFile = {folder}/temporary.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
ServerThreads = 10
CheckpointInterval = 0
NumberOfBuffers = 10000
MaxDirtyBuffers = 7000
DirsAllowed = {folder}
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 10
ServerRoot = {folder}
MaxClientConnections = 10
[SPARQL]
ResultSetMaxRows = 10000
"""


@dataclass(frozen=True)
class Server:
    """A running server: what it is, where queries go, and who may write (in netrc's form)."""

    name: str
    url: str
    netrc: str = ""


@contextmanager
def oxigraph(*options: str) -> Iterator[Server]:
    port = free_port()
    command = [str(OXIGRAPH), "serve", "--bind", f"127.0.0.1:{port}", *options]
    with _running(command, f"http://127.0.0.1:{port}/query") as url:
        yield Server("oxigraph", url)


@contextmanager
def virtuoso(folder: Path) -> Iterator[Server]:
    http, sql = free_port(), free_port()
    (folder / "virtuoso.ini").write_text(_VIRTUOSO_INI.format(folder=folder, http=http, sql=sql))
    command = [str(VIRTUOSO), "-f", "-c", str(folder / "virtuoso.ini")]
    with _running(command, f"http://127.0.0.1:{http}/sparql", folder) as url:
        # The first user of a new database; a netrc file holds what Virtuoso itself calls it.
        yield Server("virtuoso", url, "machine 127.0.0.1 login dba password dba\n")


@contextmanager
def _running(command: Sequence[str], url: str, folder: Path | None = None) -> Iterator[str]:
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(url, process)
        yield url
    finally:
        process.kill()
        process.wait()


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _LONGEST_START_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            ask(url, "ASK {}")
            return
        except (urllib.error.URLError, OSError, ValueError):
            time.sleep(0.1)
    raise RuntimeError(f"{url} did not start")


def ask(url: str, query: str) -> dict[str, object]:
    """Ask a server directly, past the tool."""
    request = urllib.request.Request(
        url,
        data=urllib.parse.urlencode({"query": query}).encode(),
        headers={"Accept": "application/sparql-results+json"},
    )
    with urllib.request.urlopen(request, timeout=30) as response:
        found: dict[str, object] = json.load(response)
        return found


def numbers(url: str, query: str) -> list[int]:
    """The values of ``?n``."""
    found = ask(url, query)
    return [int(row["n"]["value"]) for row in found["results"]["bindings"]]  # type: ignore[index]
