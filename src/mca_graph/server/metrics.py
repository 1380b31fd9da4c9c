"""Counters and times in the text format of Prometheus (version 0.0.4)."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """What has happened since the server started."""

    def __init__(self) -> None:
        self.requests: Counter[tuple[str, str, int]] = Counter()
        self.events: Counter[tuple[str, str]] = Counter()
        self.bytes_out = 0
        self.in_flight = 0
        self._times: dict[str, list[int]] = defaultdict(lambda: [0] * (len(_BOUNDS) + 1))
        self._sums: Counter[str] = Counter()

    def count(self, what: str, why: str) -> None:
        """Count an event: a worker that ended, a request that was refused, a reload."""
        self.events[what, why] += 1

    def request(self, route: str, method: str, status: int, seconds: float, size: int) -> None:
        """Count a request."""
        self.requests[route, method, status] += 1
        self.bytes_out += size
        self._times[route][bisect_left(_BOUNDS, seconds)] += 1
        self._sums[route] += seconds  # type: ignore[assignment]

    def text(self, **gauges: float) -> str:
        """All of it as text.

        Args:
            gauges: values as they are now, by name.
        """
        return "\n".join([*self._lines(gauges), ""])

    def _lines(self, gauges: dict[str, float]) -> Iterator[str]:
        yield "# HELP mca_graph_requests_total Requests answered."
        yield "# TYPE mca_graph_requests_total counter"
        for (route, method, status), count in sorted(self.requests.items()):
            yield f'mca_graph_requests_total{{route="{route}",method="{method}",status="{status}"}} {count}'
        yield "# HELP mca_graph_request_seconds Time from a request's head to the end of its answer."
        yield "# TYPE mca_graph_request_seconds histogram"
        for route, counts in sorted(self._times.items()):
            total = 0
            for bound, count in zip((*map(str, _BOUNDS), "+Inf"), counts, strict=True):
                total += count
                yield f'mca_graph_request_seconds_bucket{{route="{route}",le="{bound}"}} {total}'
            yield f'mca_graph_request_seconds_sum{{route="{route}"}} {self._sums[route]:.6f}'
            yield f'mca_graph_request_seconds_count{{route="{route}"}} {total}'
        yield "# HELP mca_graph_events_total Workers ended, requests refused, reloads, by reason."
        yield "# TYPE mca_graph_events_total counter"
        for (what, why), count in sorted(self.events.items()):
            yield f'mca_graph_events_total{{event="{what}",reason="{why}"}} {count}'
        yield "# TYPE mca_graph_sent_bytes_total counter"
        yield f"mca_graph_sent_bytes_total {self.bytes_out}"
        for name, value in gauges.items():
            yield f"# TYPE mca_graph_{name} gauge"
            yield f"mca_graph_{name} {value:g}"
