"""A pool of worker processes: each answers one job at a time, is ended at its limit and replaced."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from mca_graph.server import frames
from mca_graph.server.process import LostError, Worker, post_mortem, read_frame, start_worker
from mca_graph.server.refusal import BROKEN, BUSY, RefusedError
from mca_graph.server.spool import Spool
from mca_graph.server.worker import WorkerSettings

_LOG = logging.getLogger("mca_graph.server")
_GRACE_S = 0.5
_ENOUGH = 1 << 16
_REPLACE_AFTER_S = (0.0, 0.5, 2.0, 5.0)

Count = Callable[[str, str], None]


@dataclass(slots=True)
class Answer:
    """The answer of a worker, as far as it has come."""

    head: dict[str, Any]
    spool: Spool
    counted: dict[str, Any] = field(default_factory=dict)
    abandon: Callable[[], None] = lambda: None


class Pool:
    """Workers on one edition of the content.

    Args:
        settings: what each worker is told.
        size: how many there are.
        queue: how many jobs may wait for one; heavy ones and others stand in queues of their own.
        queue_time: seconds that a job waits.
        count: is told what happened to workers and jobs.
    """

    def __init__(
        self,
        settings: WorkerSettings,
        size: int,
        queue: int,
        queue_time: float,
        count: Count = lambda *_: None,
    ) -> None:
        self.settings, self.size = settings, size
        self._queue, self._queue_time, self._count = queue, queue_time, count
        self._idle: list[Worker] = []
        self._all: set[Worker] = set()
        self._waiting: deque[tuple[bool, asyncio.Future[Worker]]] = deque()
        self._heavy = 0
        self._failures = 0
        self._closing = False
        self._tasks: set[asyncio.Task[None]] = set()
        self.busy = 0

    @property
    def waiting(self) -> int:
        """How many jobs wait for a worker."""
        return len(self._waiting)

    @property
    def alive(self) -> int:
        """How many workers there are just now."""
        return len(self._all)

    async def start(self) -> None:
        """Start all workers.

        Raises:
            RefusedError: one did not become ready.
        """
        workers = await asyncio.gather(*(start_worker(self.settings) for _number in range(self.size)))
        for worker in workers:
            self._add(worker)

    async def close(self, wait: float) -> None:
        """Let the jobs that are under way end, then all workers.

        Args:
            wait: seconds that jobs may still take.
        """
        self._closing = True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(wait):
                while self.busy or self._waiting:
                    await asyncio.sleep(0.02)
        for worker in list(self._all):
            worker.end("close")
            worker.writer.close()
        for task in list(self._tasks):
            with contextlib.suppress(asyncio.CancelledError, TimeoutError):
                await asyncio.wait_for(task, 5)

    async def run(
        self, job: dict[str, Any], body: bytes = b"", *, heavy: bool = False, time_limit: float | None = None
    ) -> Answer:
        """Have a worker do a job; returns when its answer has begun.

        Args:
            job: what to do.
            body: what goes with it.
            heavy: may take long; one worker is always left for the others.
            time_limit: seconds that it may take.

        Raises:
            RefusedError: the server is busy, or the worker refused or did not survive the job.
        """
        limit = time_limit or self.settings.time_limit
        for attempt in range(2):
            worker = await self._take(heavy)
            spool, head = Spool(), asyncio.get_running_loop().create_future()
            answer = Answer({}, spool)
            answer.abandon = partial(self._abandon, worker, spool)
            self._spawn(self._drain(worker, {**job, "time": limit}, body, answer, head, heavy=heavy))
            try:
                answer.head = await asyncio.shield(head)
            except asyncio.CancelledError:
                answer.abandon()
                raise
            except LostError as error:
                if attempt == 0:
                    continue  # somebody ended the worker; reading twice does no harm
                raise RefusedError(
                    BROKEN, "the worker was ended before it had an answer", "try again"
                ) from error
            return answer
        raise AssertionError

    async def _take(self, heavy: bool) -> Worker:
        if self._may_run(heavy):
            self._heavy += heavy
            self.busy += 1
            return self._idle.pop()
        if sum(entry[0] == heavy for entry in self._waiting) >= self._queue:
            self._count("refused", "queue")
            raise _busy()
        future: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()
        entry = (heavy, future)
        self._waiting.append(entry)
        try:
            async with asyncio.timeout(self._queue_time):
                return await future
        except (TimeoutError, asyncio.CancelledError) as error:
            if future.done() and not future.cancelled():
                self._give_back(future.result(), heavy)
            elif entry in self._waiting:
                self._waiting.remove(entry)
            if isinstance(error, asyncio.CancelledError):
                raise
            self._count("refused", "wait")
            raise _busy() from error

    def _may_run(self, heavy: bool) -> bool:
        """True where a job may have a worker: a heavy one only while another is left for the others."""
        return bool(self._idle) and (not heavy or self.size == 1 or self._heavy < len(self._all) - 1)

    def _give_back(self, worker: Worker, heavy: bool) -> None:
        self.busy -= 1
        self._heavy -= heavy
        if worker.process.returncode is not None or worker.ended_by:
            self._all.discard(worker)
        if worker in self._all:
            self._idle.append(worker)
        self._hand_out()

    def _hand_out(self) -> None:
        """Give idle workers to the jobs that wait, in their order, as far as those may run."""
        for entry in list(self._waiting):
            heavy, future = entry
            if future.done() or not self._may_run(heavy):
                continue
            self._waiting.remove(entry)
            self._heavy += heavy
            self.busy += 1
            future.set_result(self._idle.pop())

    def _abandon(self, worker: Worker, spool: Spool) -> None:
        """Nobody waits for this answer any more: give it a moment, then end the worker."""
        spool.close()

        def look() -> None:
            if not spool.done:
                worker.end("abandoned")

        asyncio.get_running_loop().call_later(_GRACE_S, look)

    async def _drain(
        self,
        worker: Worker,
        job: dict[str, Any],
        body: bytes,
        answer: Answer,
        head: asyncio.Future[Any],
        *,
        heavy: bool,
    ) -> None:
        """Read an answer to its end, however slowly its reader takes it."""
        timer = asyncio.get_running_loop().call_later(job["time"], worker.end, "time")
        spool, size = answer.spool, 0
        found: dict[str, Any] = {"status": 200}
        error: Exception | None = None
        try:
            worker.writer.write(frames.pack_json(frames.JOB, job) + frames.pack(frames.BODY, body))
            while True:
                kind, content = await read_frame(worker.reader)
                if kind == frames.DATA:
                    spool.put(content)
                    size += len(content)
                    if size >= _ENOUGH and not head.done():
                        head.set_result(found)
                elif kind == frames.HEAD:
                    found = json.loads(content)
                else:
                    told = json.loads(content)
                    if kind == frames.ERROR:
                        error = RefusedError(told["status"], told["message"], told["hint"])
                    else:
                        answer.counted = told
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            error = await self._post_mortem(worker, job["time"])
        except (OSError, ValueError) as reason:
            _LOG.error("an answer could not be kept: %s", reason)
            worker.end("broken")  # the rest of its answer is of no use
            error = RefusedError(BROKEN, "the answer could not be kept", "try again later")
        finally:
            timer.cancel()
        spool.finish(error)
        if not head.done():
            if error is None:
                head.set_result(found)
            else:
                head.set_exception(error)
                head.exception()  # it may be that nobody waits for it any more
        self._give_back(worker, heavy)

    async def _post_mortem(self, worker: Worker, limit: float) -> Exception:
        """Why a worker ended in the middle of a job."""
        reason, error = await post_mortem(worker, limit, self.settings.memory)
        self._count("ended", reason)
        return error

    def _add(self, worker: Worker) -> None:
        self._all.add(worker)
        self._idle.append(worker)
        self._failures = 0
        self._spawn(self._watch(worker))
        self._hand_out()

    async def _watch(self, worker: Worker) -> None:
        """Replace a worker when it has ended."""
        await worker.process.wait()
        self._all.discard(worker)
        if worker in self._idle:
            self._idle.remove(worker)
            if not self._closing:
                self._count("ended", "killed")
        worker.writer.close()
        while not self._closing:
            await asyncio.sleep(_REPLACE_AFTER_S[min(self._failures, len(_REPLACE_AFTER_S) - 1)])
            try:
                self._add(await start_worker(self.settings))
                return
            except RefusedError:
                self._failures += 1

    def _spawn(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _busy() -> RefusedError:
    return RefusedError(BUSY, "too many requests are waiting", "try again in a moment", {"Retry-After": "2"})
