"""What is served: the content as it was at one moment, and the workers that answer from it."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mca_graph import __version__
from mca_graph.errors import McaGraphError
from mca_graph.machine import python
from mca_graph.project import SETTINGS_FILE, Project, load_project
from mca_graph.queries.catalogue import SavedQuery, catalogue
from mca_graph.server.cache import ReplyCache
from mca_graph.server.desk import Count
from mca_graph.server.settings import Settings
from mca_graph.server.worker import WorkerSettings
from mca_graph.server.workers import Pool

State = tuple[tuple[str, int, int, int], ...]

_ANSWER_S = 10.0
"""How long an endpoint may take to tell what it holds."""


@dataclass
class Content:
    """One edition of the content.

    Attributes:
        project: where it comes from.
        queries: its saved queries.
        edition: a fingerprint; another edition has another one.
        pool: the workers on it.
        cache: answers that are kept.
    """

    project: Project
    queries: Mapping[str, SavedQuery]
    edition: str
    pool: Pool
    cache: ReplyCache = field(default_factory=lambda: ReplyCache(0))


def state_of(root: Path, settings: Settings) -> State:
    """The status of every file that the content is made from; another one means that it may have changed.

    Raises:
        McaGraphError: the settings of the project cannot be read, or an endpoint does not answer.
    """
    project, store = load_project(root), settings.store_folder
    files = [root / SETTINGS_FILE, *project.query_files]
    found = []
    if settings.endpoint is not None:
        files += project.shape_files
        found.append((version_at_endpoint(project, settings), 0, 0, 0))
    else:
        files += [store / "CURRENT"] if store else project.graph_files
    for path in files:
        try:
            status = os.stat(path)
            found.append((str(path), status.st_size, status.st_mtime_ns, status.st_ino))
        except OSError:
            found.append((str(path), -1, 0, 0))
    return tuple(found)


async def index_folder(root: Path) -> Path:
    """The folder of the index of a project, built by a process of its own where there is none yet.

    Raises:
        McaGraphError: it cannot be built; why is told.
    """
    process = await asyncio.create_subprocess_exec(
        *python("mca_graph.server.indexer"), str(root),
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        out, err = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    if process.returncode != 0:
        lines = err.decode("utf-8", "replace").strip().splitlines() or ["the index cannot be built"]
        raise McaGraphError(lines[0].removeprefix("error: "), lines[1].strip() if len(lines) > 1 else None)
    return Path(json.loads(out)["folder"])


async def open_content(root: Path, settings: Settings, count: Count) -> Content:
    """Open the content as it is now, with workers that are ready.

    Raises:
        McaGraphError: it cannot be opened.
    """
    project = load_project(root)
    queries = catalogue(project)
    if settings.endpoint is not None:
        store = settings.endpoint
        version = (await asyncio.to_thread(version_at_endpoint, project, settings)).encode()
    else:
        folder = settings.store_folder or await index_folder(project.root)
        store, version = str(folder), _version_of_store(folder)
    edition = _edition(project, version)
    told = WorkerSettings(
        root=str(project.root),
        store=store,
        at_endpoint=settings.endpoint is not None,
        edition=edition,
        time_limit=settings.time_limit,
        memory=settings.memory,
        max_rows=settings.max_rows,
        max_bytes_out=settings.max_bytes_out,
        page_size=settings.page_size,
        services=settings.services,
    )
    pool = Pool(told, settings.workers, settings.queue, settings.queue_time, count)
    await pool.start()
    return Content(project, queries, edition, pool, ReplyCache(settings.cache_bytes))


def _edition(project: Project, version: bytes) -> str:
    """A fingerprint of the graph, the saved queries, the settings and the tool itself.

    A copy of a store on another machine has the same one: servers behind one address name an answer alike.
    """
    digest = hashlib.sha256(f"{__version__}\0".encode() + version)
    for path in (project.root / SETTINGS_FILE, *project.query_files, *project.shape_files):
        digest.update(f"\0{path.name}\0".encode("utf-8", "surrogateescape"))
        digest.update(path.read_bytes())
    return digest.hexdigest()[:20]


def version_at_endpoint(project: Project, settings: Settings) -> str:
    """What tells one state of an endpoint's graphs from another: what was pushed there.

    An endpoint that was filled in another way does not tell: what it says counts for as long as an answer may
    be kept.

    Raises:
        McaGraphError: it does not answer.
    """
    from mca_graph.store.remote import RemoteStore

    assert settings.endpoint is not None
    store = RemoteStore.open(settings.endpoint, project, min(_ANSWER_S, settings.time_limit))
    if pushed := store.pushed:
        return hashlib.sha256(repr((store.url, sorted(pushed.items()))).encode()).hexdigest()
    return f"{store.url} {int(time.time() // max(settings.max_age, settings.watch, 1))}"


def _version_of_store(folder: Path) -> bytes:
    """What the engine itself tells one store, and one state of it, from another."""
    current = (folder / "CURRENT").read_bytes()
    return b"\0".join(
        (current, (folder / "IDENTITY").read_bytes(), (folder / current.decode().strip()).read_bytes())
    )
