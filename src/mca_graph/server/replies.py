"""Replies: one value for all, made into HTTP in one place: conditions, compression, HEAD, common headers."""

from __future__ import annotations

import asyncio
import hashlib
import zlib
from collections.abc import AsyncIterator, Callable, Iterable
from copy import copy
from gzip import compress
from http import HTTPStatus

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from mca_graph.errors import McaGraphError
from mca_graph.server.negotiation import accepts_gzip

Headers = list[tuple[bytes, bytes]]

_WORTH_GZIP = 860
_LEVEL = 5
_TEXTUAL = (b"text/", b"application/json", b"application/ld+json", b"application/n-", b"application/trig",
            b"application/sparql", b"application/rdf+xml", b"application/xml", b"application/sarif",
            b"application/geo+json", b"application/jsonl", b"application/problem+json",
            b"image/svg+xml", b"application/javascript", b"application/linkset")  # fmt: skip

DATA_POLICY = "default-src 'none'; frame-ancestors 'none'"
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"

_COMMON: Headers = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"Link, ETag, Location, Retry-After, X-Total-Count"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
]


class BrokenAnswerError(Exception):
    """An answer that broke off after it had begun."""


class Reply(Response):
    """What is answered.

    Args:
        body: the content, or pieces of it as they come.
        content_type: its type.
        status: the HTTP status.
        headers: more headers.
        etag: names this content; made from it where it is not given and the content is whole.
        max_age: seconds that others may keep it; None where nobody may.
        vary: the request headers that it depends on.
        policy: its Content-Security-Policy.
        done: is called when it has been sent, or cannot be.
    """

    def __init__(
        self,
        body: bytes | AsyncIterator[bytes] = b"",
        content_type: str = "text/plain; charset=utf-8",
        *,
        status: int = 200,
        headers: Iterable[tuple[str, str]] = (),
        etag: str | None = None,
        max_age: int | None = None,
        vary: str = "Accept",
        policy: str = DATA_POLICY,
        done: Callable[[], None] | None = None,
    ) -> None:
        self.status_code, self.content, self._done = status, body, done
        if etag is None and isinstance(body, bytes) and status == HTTPStatus.OK:
            etag = hashlib.blake2b(body, digest_size=12).hexdigest()
        self.etag = etag
        cached = f"public, max-age={max_age}" if max_age is not None else "no-store"
        self._lines: Headers = [
            *_COMMON,
            (b"content-security-policy", policy.encode()),
            (b"cache-control", cached.encode()),
            (b"vary", (f"{vary}, Accept-Encoding" if vary else "Accept-Encoding").encode()),
            *((name.lower().encode("latin-1"), clean(value).encode("latin-1")) for name, value in headers),
        ]
        if status not in (204, 304):
            self._lines.append((b"content-type", content_type.encode()))
        self._textual = content_type.encode().startswith(_TEXTUAL)
        self._zipped: bytes | None = None

    @property
    def size(self) -> int:
        """Bytes that are held."""
        return len(self.content) * 2 if isinstance(self.content, bytes) else 0

    def with_content(self, content: bytes) -> Reply:
        """The same reply with its content whole."""
        reply = copy(self)
        reply.content, reply._done = content, None
        return reply

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        try:
            await self._send(scope, send)
        finally:
            if self._done is not None:
                self._done()

    async def _send(self, scope: Scope, send: Send) -> None:
        given = dict(scope["headers"])
        zip_it = self._textual and accepts_gzip(given.get(b"accept-encoding", b"").decode("latin-1"))
        if isinstance(self.content, bytes):
            zip_it = zip_it and len(self.content) >= _WORTH_GZIP
        headers = list(self._lines)
        if self.etag is not None:
            tag = f'"{self.etag}{"-gz" if zip_it else ""}"'.encode()
            headers.append((b"etag", tag))
            reads = scope["method"] in ("GET", "HEAD")
            if reads and self.status_code == HTTPStatus.OK and _matches(given.get(b"if-none-match"), tag):
                headers = [entry for entry in headers if entry[0] != b"content-type"]
                await send({"type": "http.response.start", "status": 304, "headers": headers})
                await send({"type": "http.response.body", "body": b""})
                return
        if zip_it:
            headers.append((b"content-encoding", b"gzip"))
        is_head = scope["method"] == "HEAD"
        if isinstance(self.content, bytes):
            body = self._gzip() if zip_it else self.content
            headers.append((b"content-length", str(len(body)).encode()))
            await send({"type": "http.response.start", "status": self.status_code, "headers": headers})
            await send({"type": "http.response.body", "body": b"" if is_head else body})
            return
        await send({"type": "http.response.start", "status": self.status_code, "headers": headers})
        try:
            if not is_head:
                async for piece in _gzipped(self.content) if zip_it else self.content:
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
        except (McaGraphError, TimeoutError) as error:
            # Only a connection that breaks off tells that what was sent is not whole.
            raise BrokenAnswerError(str(error) or "the client does not read") from error
        await send({"type": "http.response.body", "body": b""})

    def _gzip(self) -> bytes:
        if self._zipped is None:
            assert isinstance(self.content, bytes)
            self._zipped = compress(self.content, _LEVEL, mtime=0)
        return self._zipped


def clean(value: str) -> str:
    """A header's value in one line and in Latin-1, whatever it was made from."""
    kept = "".join(character for character in value if character >= " " and character != "\x7f")
    return kept.encode("latin-1", "replace").decode("latin-1")


def names(header: str | None, etag: str) -> bool:
    """True where If-None-Match names a content in any encoding of it."""
    return _matches((header or "").encode("latin-1"), f'"{etag}"'.encode()) or _matches(
        (header or "").encode("latin-1"), f'"{etag}-gz"'.encode()
    )


def _matches(header: bytes | None, tag: bytes) -> bool:
    """True where If-None-Match names a content (RFC 9110, section 13.1.2)."""
    if header is None:
        return False
    named = [part.strip().removeprefix(b"W/") for part in header.split(b",")]
    return tag in named or named == [b"*"]


async def _gzipped(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, 31)
    async for piece in pieces:
        if packed := packer.compress(piece):
            yield packed
        await asyncio.sleep(0)
    yield packer.flush()
