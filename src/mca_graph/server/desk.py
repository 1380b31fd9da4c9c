"""Who gets which worker: those that are idle, the jobs that wait, and one worker kept for short jobs."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from mca_graph.server.process import Worker
from mca_graph.server.refusal import BUSY, RefusedError

Count = Callable[[str, str], None]


class Desk:
    """Hands out workers to jobs in their order.

    Args:
        queue: how many jobs may wait; heavy ones and others stand in queues of their own.
        queue_time: seconds that a job waits.
        keep_one: whether a worker is kept for jobs that are not heavy.
        count: is told of jobs that were refused.
    """

    def __init__(self, queue: int, queue_time: float, count: Count, *, keep_one: bool) -> None:
        self._queue, self._queue_time, self._count = queue, queue_time, count
        self._reserve = 1 if keep_one else 0
        self._idle: list[Worker] = []
        self._waiting: deque[tuple[bool, asyncio.Future[Worker]]] = deque()
        self._heavy = 0
        self.workers: set[Worker] = set()
        self.busy = 0

    @property
    def waiting(self) -> int:
        """How many jobs wait."""
        return len(self._waiting)

    def add(self, worker: Worker) -> None:
        """A worker that is ready."""
        self.workers.add(worker)
        self._idle.append(worker)
        self._hand_out()

    def remove(self, worker: Worker) -> bool:
        """Forget a worker that has ended; True where it was idle."""
        self.workers.discard(worker)
        if worker not in self._idle:
            return False
        self._idle.remove(worker)
        return True

    def check_room(self, *, heavy: bool) -> None:
        """Refuse a job for which there is neither a worker nor a place in the queue.

        Raises:
            RefusedError: too many wait already.
        """
        if not self._may_run(heavy) and sum(entry[0] == heavy for entry in self._waiting) >= self._queue:
            self._count("refused", "queue")
            raise _busy()

    async def take(self, *, heavy: bool) -> Worker:
        """Wait for a worker.

        Raises:
            RefusedError: too many wait already, or it took too long.
        """
        if self._may_run(heavy):
            return self._given(heavy)
        self.check_room(heavy=heavy)
        future: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()
        entry = (heavy, future)
        self._waiting.append(entry)
        try:
            async with asyncio.timeout(self._queue_time):
                return await future
        except (TimeoutError, asyncio.CancelledError) as error:
            if future.done() and not future.cancelled():
                self.give_back(future.result(), heavy=heavy)
            elif entry in self._waiting:
                self._waiting.remove(entry)
            if isinstance(error, asyncio.CancelledError):
                raise
            self._count("refused", "wait")
            raise _busy() from error

    def give_back(self, worker: Worker, *, heavy: bool) -> None:
        """A worker has done its job, or ended over it."""
        self.busy -= 1
        self._heavy -= heavy
        if worker.process.returncode is not None or worker.ended_by:
            self.workers.discard(worker)
        if worker in self.workers:
            self._idle.append(worker)
        self._hand_out()

    def _may_run(self, heavy: bool) -> bool:
        """True where a job may have a worker: a heavy one only while another is left for the others."""
        return bool(self._idle) and (not heavy or self._heavy < len(self.workers) - self._reserve)

    def _given(self, heavy: bool) -> Worker:
        self._heavy += heavy
        self.busy += 1
        return self._idle.pop()

    def _hand_out(self) -> None:
        """Give idle workers to the jobs that wait, in their order, as far as those may run."""
        for entry in list(self._waiting):
            heavy, future = entry
            if not future.done() and self._may_run(heavy):
                self._waiting.remove(entry)
                future.set_result(self._given(heavy))


def _busy() -> RefusedError:
    return RefusedError(BUSY, "too many requests are waiting", "try again in a moment", {"Retry-After": "2"})
