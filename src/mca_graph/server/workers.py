"""A pool of worker processes: each answers one job at a time, is ended at its limit and replaced."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from mca_graph.server import frames
from mca_graph.server.desk import Count, Desk
from mca_graph.server.process import LostError, Worker, post_mortem, read_frame, start_worker
from mca_graph.server.refusal import BROKEN, RefusedError
from mca_graph.server.spool import Spool
from mca_graph.server.worker import WorkerSettings

_LOG = logging.getLogger("mca_graph.server")
_GRACE_S = 0.5
_ATTEMPTS = 3
_ENOUGH = 1 << 16
_REPLACE_AFTER_S = (0.0, 0.5, 2.0, 5.0)


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
        self._count = count
        self._desk = Desk(queue, queue_time, count, keep_one=size > 1)
        self._failures = 0
        self._closing = False
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def busy(self) -> int:
        """How many workers have a job."""
        return self._desk.busy

    @property
    def waiting(self) -> int:
        """How many jobs wait for a worker."""
        return self._desk.waiting

    @property
    def alive(self) -> int:
        """How many workers there are just now."""
        return len(self._desk.workers)

    def check_room(self, *, heavy: bool) -> None:
        """Refuse a job that could not even wait.

        Raises:
            RefusedError: too many wait already.
        """
        self._desk.check_room(heavy=heavy)

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
                while self.busy or self.waiting:
                    await asyncio.sleep(0.02)
        for worker in list(self._desk.workers):
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
        for attempt in range(_ATTEMPTS):
            worker = await self._desk.take(heavy=heavy)
            spool, head = Spool(), asyncio.get_running_loop().create_future()
            answer = Answer({}, spool)
            answer.abandon = partial(self._abandon, worker, spool)
            self._spawn(self._drain(worker, {**job, "time": limit}, body, answer, head, heavy=heavy))
            try:
                answer.head = await head
            except asyncio.CancelledError:
                answer.abandon()
                raise
            except LostError as error:
                if attempt + 1 < _ATTEMPTS:
                    continue  # somebody ended the worker; reading twice does no harm
                raise RefusedError(
                    BROKEN, "the worker was ended before it had an answer", "try again"
                ) from error
            return answer
        raise AssertionError

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
        self._desk.give_back(worker, heavy=heavy)

    async def _post_mortem(self, worker: Worker, limit: float) -> Exception:
        """Why a worker ended in the middle of a job."""
        reason, error = await post_mortem(worker, limit, self.settings.memory)
        self._count("ended", reason)
        return error

    def _add(self, worker: Worker) -> None:
        self._failures = 0
        self._spawn(self._watch(worker))
        self._desk.add(worker)

    async def _watch(self, worker: Worker) -> None:
        """Replace a worker when it has ended."""
        await worker.process.wait()
        if self._desk.remove(worker) and not self._closing:
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
