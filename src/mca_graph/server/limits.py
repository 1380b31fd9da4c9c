"""How much one client may ask for: a bucket of tokens that fills again, and so many requests at once."""

from __future__ import annotations

import ipaddress
import math
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache

from mca_graph.server.refusal import BUSY, TOO_MANY, RefusedError

_MOST_CLIENTS = 10_000


@lru_cache(maxsize=_MOST_CLIENTS)
def client_of(address: str) -> str:
    """Who a client is: its address, of IPv6 the network that one customer has."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False).network_address)
    return str(found)


class ClientLimits:
    """What clients have used up.

    Args:
        rate: requests a second; 0 for no limit.
        burst: how many may come at once.
        at_once: how many may be under way.
        clock: tells the time in seconds.
    """

    def __init__(
        self, rate: float, burst: int, at_once: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate, self._burst, self._at_once, self._clock = rate, float(max(burst, 1)), at_once, clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._under_way: Counter[str] = Counter()

    @contextmanager
    def one(self, client: str) -> Iterator[None]:
        """Count a request while it is worked on.

        Raises:
            RefusedError: the client has asked for too much.
        """
        if self._under_way[client] >= self._at_once:
            raise RefusedError(
                TOO_MANY,
                f"{self._at_once} of your requests are under way",
                "wait for one to end",
                {"Retry-After": "1"},
            )
        self._take(client)
        self._under_way[client] += 1
        try:
            yield
        finally:
            self._under_way[client] -= 1
            if self._under_way[client] <= 0:
                del self._under_way[client]

    def _take(self, client: str) -> None:
        if self._rate <= 0:
            return
        now = self._clock()
        tokens, then = self._buckets.pop(client, (self._burst, now))
        tokens = min(self._burst, tokens + (now - then) * self._rate)
        if tokens < 1:
            self._buckets[client] = (tokens, now)
            wait = max(1, math.ceil((1 - tokens) / self._rate))
            raise RefusedError(
                TOO_MANY,
                f"more than {self._rate:g} requests a second",
                f"wait {wait} s; dumps of the whole graph are at '/data'",
                {"Retry-After": str(wait)},
            )
        self._buckets[client] = (tokens - 1, now)
        if len(self._buckets) > _MOST_CLIENTS:
            self._buckets.popitem(last=False)


class BodyRoom:
    """Memory for the bodies of all requests that are under way.

    Args:
        size: how many bytes there are.
    """

    def __init__(self, size: int) -> None:
        self._left = size

    @contextmanager
    def of(self, size: int) -> Iterator[None]:
        """Hold so many bytes.

        Raises:
            RefusedError: there are not as many left.
        """
        if size > self._left:
            raise RefusedError(
                BUSY, "too many large requests are under way", "try again in a moment", {"Retry-After": "2"}
            )
        self._left -= size
        try:
            yield
        finally:
            self._left += size
