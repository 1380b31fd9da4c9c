"""A server while it runs: the content of the moment, what clients have used, and the way to an answer."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO, Any

from starlette.requests import ClientDisconnect, Request

from mca_graph.errors import McaGraphError
from mca_graph.server.access_log import AccessLog
from mca_graph.server.cache import ReplyCache
from mca_graph.server.content import Content, State, open_content, state_of
from mca_graph.server.limits import BodyRoom, ClientLimits, client_of
from mca_graph.server.metrics import Metrics
from mca_graph.server.refusal import TOO_LARGE, RefusedError
from mca_graph.server.replies import DATA_POLICY, Reply
from mca_graph.server.settings import Settings
from mca_graph.server.site import SiteFiles, claim_folder, publish_site
from mca_graph.server.workers import Answer

_BODIES = 256 * 2**20
"""Bytes that the bodies of all requests may have together."""

_MOST_COLLECTED = 8
"""How many answers are held at once so that they can be kept when they have been sent."""

_LOG = logging.getLogger("mca_graph.server")


class Serving:
    """What all requests share.

    Args:
        root: the folder of the project.
        settings: limits and behaviour.
    """

    def __init__(self, root: Path, settings: Settings) -> None:
        self.root, self.settings = root, settings
        self.metrics = Metrics()
        self.log = AccessLog(settings.access_log)
        self.limits = ClientLimits(settings.rate, settings.burst, settings.client_jobs)
        self._bodies = BodyRoom(max(_BODIES, settings.max_bytes_in))
        self._content: Content | None = None
        self._state: State = ()
        self._watcher: asyncio.Task[None] | None = None
        self._retired: set[asyncio.Task[None]] = set()
        self.site: SiteFiles | None = None
        self._folder: tuple[Path, IO[str]] | None = None
        self._publishing: asyncio.Task[None] | None = None
        self._collecting = 0
        self.draining = False
        self.problem = ""

    @property
    def content(self) -> Content:
        """The content as it is served now."""
        assert self._content is not None
        return self._content

    async def open(self) -> None:
        """Open the content, and begin to watch it.

        Raises:
            McaGraphError: it cannot be opened.
        """
        self._state = await asyncio.to_thread(state_of, self.root, self.settings)
        self._content = await open_content(self.root, self.settings, self.metrics.count)
        self._publish()
        if self.settings.watch > 0:
            self._watcher = asyncio.create_task(self._watch())

    async def close(self) -> None:
        """Let what is under way end, then end the workers."""
        self.draining = True
        for task in (self._watcher, self._publishing):
            if task is not None:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
        if self._content is not None:
            await self._content.pool.close(self.settings.drain_time)
        for retired in list(self._retired):
            await retired
        self.log.close()

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(self.settings.watch)
            try:
                state = await asyncio.to_thread(state_of, self.root, self.settings)
                if state != self._state:
                    await self.reload()
                    self._state = state
            except (McaGraphError, OSError) as error:
                # The old content is served on; the files may be halfway through a change.
                if str(error) != self.problem:
                    _LOG.error("the new content cannot be served: %s", error)
                    self.metrics.count("reload", "failed")
                self.problem = str(error)

    async def reload(self) -> None:
        """Serve the content as it is now; requests that are under way end on what they began with.

        Raises:
            McaGraphError: it cannot be opened; what was served is served on.
        """
        new = await open_content(self.root, self.settings, self.metrics.count)
        old, self._content, self.problem = self._content, new, ""
        self.metrics.count("reload", "done")
        self._publish()
        if old is not None:
            task = asyncio.create_task(old.pool.close(self.settings.time_limit + self.settings.queue_time))
            self._retired.add(task)
            task.add_done_callback(self._retired.discard)

    def _publish(self) -> None:
        """Begin to bring the site up to date; what is there is served until that is done."""
        if not self.settings.site or self.settings.store_folder is not None:
            return
        if self._publishing is not None:
            self._publishing.cancel()
        self._publishing = asyncio.create_task(self._publish_now())

    async def _publish_now(self) -> None:
        address = self.settings.base_url or f"http://{self.settings.host}:{self.settings.port}/"
        if self._folder is None:
            self._folder = claim_folder(self.content.project.root, address, self.settings.endpoint)
        folder, _lock = self._folder
        done = await publish_site(self.content.project.root, folder, address, self.settings.endpoint)
        self.metrics.count("site", "published" if done else "failed")
        if done:
            self.site = SiteFiles(folder)
            self.content.cache.clear()

    @asynccontextmanager
    async def body(self, request: Request, most: int) -> AsyncIterator[bytes]:
        """The body of a request, held until it is worked on.

        Raises:
            RefusedError: it is too large, comes too slowly, or is one too many.
        """
        with self._bodies.of(told_size(request, most)):
            yield await read_body(request, most, self.settings.header_time)

    async def ask(
        self,
        request: Request,
        content: Content,
        job: dict[str, Any],
        body: bytes = b"",
        *,
        heavy: bool = False,
    ) -> Answer:
        """Have a worker do a job for a client.

        Raises:
            RefusedError: the client or the server has too much to do, or there is no answer.
            ClientDisconnect: the client is gone.
        """
        client = client_of(request.client.host if request.client else "")
        try:
            with self.limits.one(client):
                return await _while_connected(request, content.pool.run(job, body, heavy=heavy))
        except RefusedError as error:
            self.metrics.count("refused", str(error.status))
            raise

    def reply(self, answer: Answer, *, policy: str = DATA_POLICY, **more: Any) -> Reply:
        """An answer as a reply: whole where it is all there, else in pieces as they come."""
        whole = answer.spool.taken()
        body: bytes | AsyncIterator[bytes] = answer.spool.pieces() if whole is None else whole
        done = answer.abandon if whole is None else None
        return Reply(body, answer.head["type"], policy=policy, done=done, **more)

    def keep(self, request: Request, content: Content, reply: Reply) -> Reply:
        """Keep a reply for the next who asks the same: now where it is whole, else when it has been sent."""
        key = cache_key(request.scope)
        if isinstance(reply.content, bytes):
            content.cache.put(key, reply)
        elif self._collecting < _MOST_COLLECTED and content.cache.largest > 0:
            reply.content = self._collected(reply, reply.content, key, content.cache)
        return reply

    async def _collected(
        self, reply: Reply, pieces: AsyncIterator[bytes], key: Hashable, cache: ReplyCache
    ) -> AsyncIterator[bytes]:
        """The pieces as they are; together they are kept, unless there are too many."""
        held: list[bytes] | None = []
        size = 0
        self._collecting += 1
        try:
            async for piece in pieces:
                size += len(piece)
                if held is not None:
                    held.append(piece)
                    if size > cache.largest:
                        held = None
                yield piece
        finally:
            self._collecting -= 1
        if held is not None:
            cache.put(key, reply.with_content(b"".join(held)))


def told_size(request: Request, most: int) -> int:
    """How large a body is by what its head says, or may be where that says nothing.

    Raises:
        RefusedError: it is too large.
    """
    told = request.headers.get("content-length", "")
    size = int(told) if told.isascii() and told.isdigit() else most
    if size > most:
        raise _too_large(most)
    return size


async def read_body(request: Request, most: int, seconds: float) -> bytes:
    """The body of a request.

    Raises:
        RefusedError: it is too large or comes too slowly.
    """
    pieces, size = [], 0
    try:
        async with asyncio.timeout(seconds):
            async for piece in request.stream():
                size += len(piece)
                if size > most:
                    raise _too_large(most)
                pieces.append(piece)
    except TimeoutError as error:
        raise RefusedError(
            408, f"the body did not come within {seconds:g} s", None, {"Connection": "close"}
        ) from error
    return b"".join(pieces)


def cache_key(scope: Any) -> tuple[bytes, bytes, bytes]:
    """What an answer depends on, for those that may be kept."""
    accept = next((value for name, value in scope["headers"] if name == b"accept"), b"")
    return scope.get("raw_path", b""), scope["query_string"], accept


def etag_of(scope: Any, content: Content, *more: object) -> str:
    """Names an answer before there is one: the content is the same until its edition changes."""
    asked = (content.edition, *cache_key(scope), *more)
    return hashlib.blake2b(repr(asked).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def _too_large(most: int) -> RefusedError:
    return RefusedError(
        TOO_LARGE, f"the body has more than {most:,} bytes", "send it in parts", {"Connection": "close"}
    )


async def _while_connected(request: Request, work: Awaitable[Answer]) -> Answer:
    """Wait for work to be done as long as the client waits too."""
    waiting = asyncio.current_task()
    assert waiting is not None
    gone = asyncio.create_task(_disconnected(request.receive))
    is_over = False

    def give_up(task: asyncio.Task[None]) -> None:
        if not (is_over or task.cancelled()):
            waiting.cancel()

    gone.add_done_callback(give_up)
    try:
        return await work
    except asyncio.CancelledError:
        if gone.done() and not waiting.uncancel():
            raise ClientDisconnect from None
        raise
    finally:
        is_over = True
        gone.cancel()


async def _disconnected(receive: Callable[[], Any]) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
