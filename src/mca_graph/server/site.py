"""The published site as a server serves it: files of a folder that another process brings up to date."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import os
from collections.abc import AsyncIterator, Sequence
from pathlib import Path, PurePosixPath
from typing import IO
from urllib.parse import unquote_to_bytes

from mca_graph.graph.index import cache_folder
from mca_graph.machine import python
from mca_graph.server.replies import DATA_POLICY, PAGE_POLICY, Reply

_LOG = logging.getLogger("mca_graph.server")
_WHOLE = 1 << 20
_PIECE = 1 << 16
_SITE_POLICY = PAGE_POLICY.replace("form-action", "worker-src 'self'; manifest-src 'self'; form-action")
_EDITOR_POLICY = _SITE_POLICY.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".ttl": "text/turtle; charset=utf-8",
    ".nt": "application/n-triples",
    ".nq": "application/n-quads",
    ".trig": "application/trig",
    ".rdf": "application/rdf+xml",
    ".jsonld": "application/ld+json",
    ".json": "application/json",
    ".csv": "text/csv; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
    ".wasm": "application/wasm",
    ".txt": "text/plain; charset=utf-8",
    ".xml": "application/xml",
    ".gz": "application/gzip",
    ".zip": "application/zip",
    ".sqlite": "application/vnd.sqlite3",
    ".db": "application/vnd.sqlite3",
    ".geojson": "application/geo+json",
}


def claim_folder(root: Path, base_url: str, endpoint: str | None) -> tuple[Path, IO[str]]:
    """Where a server keeps the site of a project for an address, and the lock that makes it its own.

    Args:
        root: the folder of the project.
        base_url: the address.
        endpoint: the endpoint whose data it shows, where it is not the project's own.

    A later server finds there what an earlier one has published, so that little is left to do; of two at
    once each has a folder.
    """
    what = f"{root}\0{base_url}" + (f"\0{endpoint}" if endpoint is not None else "")
    name = hashlib.sha256(what.encode("utf-8", "surrogateescape")).hexdigest()[:16]
    home = cache_folder() / "sites"
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    number = 0
    while True:
        lock = (home / f"{name}-{number}.lock").open("w")
        try:
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except ImportError:  # a system without such locks
            return home / f"{name}-{os.getpid()}", lock
        except OSError:
            lock.close()
            number += 1
            continue
        return home / f"{name}-{number}", lock


async def publish_site(root: Path, out: Path, base_url: str, endpoint: str | None) -> bool:
    """Bring a site up to date with the command that does so; True where that was done."""
    process = await asyncio.create_subprocess_exec(
        *(*python("mca_graph"), "--project", str(root)),
        *("publish", str(out), "--base-url", base_url, "--sparql-path", "sparql"),
        *(("--endpoint", endpoint) if endpoint is not None else ()),
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    with contextlib.suppress(AttributeError, OSError):
        os.setpriority(os.PRIO_PROCESS, process.pid, 10)  # who asks comes first
    try:
        _out, err = await process.communicate()
    except asyncio.CancelledError:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()
        raise
    if process.returncode != 0:
        told = [line for line in err.decode("utf-8", "replace").splitlines() if line.startswith("error: ")]
        _LOG.error("the site cannot be published, plain pages are served: %s", (told or ["it was ended"])[-1])
    return process.returncode == 0


class SiteFiles:
    """The files of a published site.

    Args:
        folder: where they are.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    def find(self, path: str) -> Path | None:
        """The file that a decoded path of a request leads to, or None.

        Args:
            path: checked already, so that it holds no ``..``; what begins with a dot is not for readers.
        """
        parts = PurePosixPath(path.lstrip("/")).parts
        if any(part.startswith(".") and part != ".well-known" for part in parts):
            return None
        found = self._folder.joinpath(*parts)
        if path.endswith("/") or not parts:
            found = found / "index.html"
        try:
            if not found.is_file() or not found.resolve().is_relative_to(self._folder):
                return None
        except OSError:  # a name that is too long
            return None
        return found

    def reply(
        self, file: Path, max_age: int, headers: Sequence[tuple[str, str]] = (), vary: str = ""
    ) -> Reply | None:
        """A file as a reply; None where it is gone meanwhile."""
        kind = TYPES.get(file.suffix, "application/octet-stream")
        if file.name == "void" and file.parent.name == ".well-known":
            kind = TYPES[".ttl"]
        is_page = file.suffix in (".html", ".svg")
        policy = _EDITOR_POLICY if file.name in ("editor.html", "contribute.html") else _SITE_POLICY
        if not is_page:
            policy = (
                DATA_POLICY if file.suffix != ".js" else _EDITOR_POLICY
            )  # a worker has its own file's policy
        try:
            size, changed = file.stat().st_size, file.stat().st_mtime_ns
            body: bytes | AsyncIterator[bytes] = file.read_bytes() if size <= _WHOLE else _pieces(file)
        except OSError:
            return None
        etag = f"{changed:x}-{size:x}" if size > _WHOLE else None
        return Reply(body, kind, headers=headers, etag=etag, max_age=max_age, vary=vary, policy=policy)


async def _pieces(file: Path) -> AsyncIterator[bytes]:
    with file.open("rb") as opened:
        while piece := await asyncio.to_thread(opened.read, _PIECE):
            yield piece


def decoded(raw_path: bytes) -> str:
    """The path of a request, once decoded; it was checked before."""
    return unquote_to_bytes(raw_path).decode("utf-8")
