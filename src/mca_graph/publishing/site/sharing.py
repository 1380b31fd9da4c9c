"""Share work that falls into many pieces among the processors of the machine.

Helpers are copies of the process, so that they know all that it knows and nothing has to be sent to them. The
numbers of the pieces wait in a pipe, and whoever is free takes the next: no lock can be left behind by a
process that is killed, and which process does a piece has no influence on what comes out.
"""

from __future__ import annotations

import ctypes
import os
import pickle
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from tempfile import TemporaryFile
from typing import Generic, TypeVar

from mca_graph.machine import processors

_Result = TypeVar("_Result")

MOST_PIECES = 2_000
"""So many numbers fit into every system's pipe."""

_MOST_HELPERS = 3
"""Each helper takes memory of its own for what it works out."""

_WIDTH = 4
_NICE = 10


def share(
    pieces: int, work: Callable[[int], _Result], meanwhile: Callable[[], object], helpers: int | None = None
) -> list[_Result]:
    """Do all pieces of a work; returns what each gave, in their order.

    Args:
        pieces: how many there are.
        work: does one; what it returns can be pickled, and nothing else that it changes is seen again.
        meanwhile: what else is to be done; helpers begin with the pieces, this process with that.
        helpers: how many processes to start besides this one; as many as there are processors left.
    """
    numbers = _waiting(pieces)
    started: list[_Helper[_Result]] = []
    try:
        for _ in range(min(_idle_processors() if helpers is None else helpers, pieces)):
            started.append(_Helper(numbers, work))
        meanwhile()
        done = {piece: work(piece) for piece in _taken(numbers)}
        for helper in started:
            done.update(helper.results())
    finally:
        for helper in started:
            helper.end()
        os.close(numbers)
    # What a helper could not do is done here, where its error can be seen.
    return [done[piece] if piece in done else work(piece) for piece in range(pieces)]


@contextmanager
def aside(work: Callable[[], _Result], *, later: bool = False) -> Iterator[Callable[[], _Result]]:
    """Have something done by a copy of this process meanwhile; yields what waits for it and gives what came.

    Args:
        work: does it; what it returns can be pickled, and nothing else that it changes is seen again.
        later: others go first, should there be more to do than there are processors.
    """
    if not _idle_processors():
        yield work
        return
    numbers = _waiting(1)

    def do(_piece: int) -> _Result:
        if later:
            os.nice(_NICE)
        return work()

    helper: _Helper[_Result] = _Helper(numbers, do)
    os.close(numbers)

    def result() -> _Result:
        done = helper.results()
        return done[0] if done else work()

    try:
        yield result
    finally:
        helper.end()


def _waiting(pieces: int) -> int:
    """A pipe that holds the numbers of the pieces."""
    numbers, filling = os.pipe()
    os.write(filling, b"".join(piece.to_bytes(_WIDTH, "big") for piece in range(pieces)))
    os.close(filling)
    return numbers


def _taken(numbers: int) -> Iterator[int]:
    while found := os.read(numbers, _WIDTH):
        yield int.from_bytes(found, "big")


def _idle_processors() -> int:
    """How many processors there are besides the one that this process runs on, where it can be copied."""
    if not hasattr(os, "fork") or not hasattr(os, "sched_getaffinity") or "MCA_GRAPH_NO_FORK" in os.environ:
        return 0
    return min(processors() - 1, _MOST_HELPERS)


def give_back_memory() -> None:
    """Give memory that is free within this process back to the system: no helper begins with a copy."""
    with suppress(OSError, AttributeError):  # only the C library of GNU has such a function
        ctypes.CDLL(None).malloc_trim(0)


class _Helper(Generic[_Result]):
    """A copy of this process that takes pieces until there are none left, or this process is gone."""

    def __init__(self, numbers: int, work: Callable[[int], _Result]) -> None:
        self._answer = TemporaryFile()  # noqa: SIM115
        self._ended = False
        origin = os.getpid()
        self._pid = os.fork()
        if self._pid == 0:
            try:
                done = {piece: work(piece) for piece in _taken(numbers) if os.getppid() == origin}
                pickle.dump(done, self._answer)
                self._answer.flush()
            finally:
                os._exit(0)

    def results(self) -> dict[int, _Result]:
        """What it did; nothing where it came to grief."""
        os.waitpid(self._pid, 0)
        self._ended = True
        self._answer.seek(0)
        try:
            found: dict[int, _Result] = pickle.load(self._answer)
        except (EOFError, pickle.UnpicklingError):
            return {}
        return found

    def end(self) -> None:
        """End it where it still works, which is when this process has failed."""
        if not self._ended:
            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
        self._answer.close()
