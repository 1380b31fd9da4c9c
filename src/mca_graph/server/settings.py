"""What a server may use and how it behaves; every limit is one of these."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from mca_graph.machine import processors


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a server.

    Attributes:
        host: the address to listen on.
        port: the port to listen on; 0 for any that is free.
        base_url: where readers reach the server, for documents that need an absolute address.
        store_folder: a store on disk to serve instead of the project's own index.
        endpoint: a SPARQL endpoint to serve instead, by its address or its name in the settings.
        workers: how many processes answer queries.
        time_limit: seconds that one answer may take.
        memory: bytes that one worker may hold.
        max_rows: rows or statements of one answer.
        max_bytes_in: bytes of a request's body.
        max_bytes_out: bytes of one answer.
        queue: how many requests may wait for a worker.
        queue_time: seconds that a request waits for a worker.
        rate: requests a second from one client that need a worker; 0 for no limit.
        burst: how many of them may come at once.
        client_jobs: how many of a client's requests may be under way or waiting at once.
        connections: how many connections may be open.
        header_time: seconds that a client may take to send the head of a request, or its body.
        send_time: seconds that a client may take to read a part of an answer.
        page_size: rows of a page of a saved query's answer.
        max_age: seconds that others may keep an answer without asking again.
        cache_bytes: memory for answers that are kept.
        watch: seconds between looks at the content; 0 for none.
        services: hosts that SERVICE may call.
        proxies: addresses of proxies whose word on the client's address is taken.
        drain_time: seconds that requests may still take when the server stops.
        site: whether the pages of the published site are served.
        access_log: a file for the access log, ``-`` for standard error, or nothing.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    base_url: str = ""
    store_folder: Path | None = None
    endpoint: str | None = None
    workers: int = field(default_factory=lambda: max(2, processors()))
    time_limit: float = 30.0
    memory: int = 2 * 2**30
    max_rows: int = 100_000
    max_bytes_in: int = 10 * 2**20
    max_bytes_out: int = 100 * 2**20
    queue: int = 64
    queue_time: float = 10.0
    rate: float = 20.0
    burst: int = 100
    client_jobs: int = 16
    connections: int = 1000
    header_time: float = 10.0
    send_time: float = 30.0
    page_size: int = 100
    max_age: int = 60
    cache_bytes: int = 64 * 2**20
    watch: float = 5.0
    services: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()
    drain_time: float = 35.0
    site: bool = True
    access_log: str = "-"
