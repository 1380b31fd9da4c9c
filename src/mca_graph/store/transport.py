"""Requests to a server: who asks, how long to wait, what to try again, and what went wrong in words."""

from __future__ import annotations

import random
import signal
import socket
import time
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPException, IncompleteRead, RemoteDisconnected
from urllib.error import HTTPError, URLError
from urllib.request import (
    BaseHandler,
    HTTPDigestAuthHandler,
    HTTPPasswordMgrWithDefaultRealm,
    HTTPRedirectHandler,
    OpenerDirector,
    Request,
    build_opener,
)

from mca_graph import __version__
from mca_graph.errors import LimitError, McaGraphError, QueryError, StoreError, TimeLimitError
from mca_graph.store.dialects import DIALECTS, Dialect
from mca_graph.store.endpoints import Endpoint

ATTEMPTS = 4
_FIRST_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 20.0
_CHUNK = 1 << 20
_BUSY = frozenset({429, 502, 503})
_HUNG_UP = (ConnectionResetError, BrokenPipeError, RemoteDisconnected)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered: status, headers and the whole body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Transport:
    """Sends requests to one endpoint.

    Args:
        endpoint: the endpoint.
        timeout: seconds to wait for a whole answer.
        largest: bytes that an answer may have; None for any number.
    """

    def __init__(self, endpoint: Endpoint, timeout: float, largest: int | None = None) -> None:
        self.endpoint, self.timeout, self.largest = endpoint, timeout, largest

    def send(self, request: Request, *, again: bool) -> Reply:
        """Send a request and read the whole answer.

        Args:
            request: the request.
            again: whether it may be sent once more where the server was busy or hung up, since sending
                it twice does what sending it once does.

        Raises:
            QueryError: the server refused what was asked.
            TimeLimitError: it took too long, by its own limit or by ours.
            LimitError: its answer is too large.
            StoreError: it cannot be reached, is no SPARQL server, or broke off.
        """
        request.add_header("User-Agent", f"mca-graph/{__version__}")
        opener = self._opener(request)
        deadline = time.monotonic() + self.timeout
        for attempt in range(1, ATTEMPTS + 1):
            pause = min(_FIRST_PAUSE_S * 2 ** (attempt - 1), _LONGEST_PAUSE_S) * random.uniform(0.8, 1.2)
            may_repeat = again and attempt < ATTEMPTS
            try:
                return self._once(opener, request, deadline)
            except HTTPError as error:
                said = _text(error)
                pause = _retry_after(error.headers) or pause
                if not (may_repeat and error.code in _BUSY and not self._dialect.is_time_limit(said)):
                    raise self._told(error, said) from None
            except URLError as error:
                if not (may_repeat and isinstance(error.reason, _HUNG_UP)):
                    raise self._unreachable(error) from error
            except _HUNG_UP as error:
                if not may_repeat:
                    raise StoreError(f"{self.endpoint.shown}: the answer broke off: {_why(error)}") from error
            except TimeoutError as error:
                raise self._too_late() from error
            except (OSError, HTTPException) as error:
                raise StoreError(f"{self.endpoint.shown}: the answer broke off: {_why(error)}") from error
            if time.monotonic() + pause > deadline:
                raise self._too_late()
            time.sleep(pause)
        raise AssertionError("the last attempt returns or raises")

    @property
    def _dialect(self) -> Dialect:
        return self.endpoint.dialect or DIALECTS["standard"]

    def _once(self, opener: OpenerDirector, request: Request, deadline: float) -> Reply:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        with _broken_pipes_as_errors(), opener.open(request, timeout=left) as response:
            chunks, size = [], 0
            while chunk := response.read(_CHUNK):
                chunks.append(chunk)
                size += len(chunk)
                if self.largest is not None and size > self.largest:
                    raise LimitError(
                        f"{self.endpoint.shown}: the answer has more than {self.largest:,} bytes",
                        "ask for less",
                    )
                if time.monotonic() > deadline:
                    raise TimeoutError
            body = b"".join(chunks)
            promised = response.headers.get("Content-Length", "")
            if promised.isdecimal() and len(body) < int(promised):
                raise IncompleteRead(body)
            return Reply(response.status, response.headers, body)

    def _opener(self, request: Request) -> OpenerDirector:
        handlers: list[BaseHandler] = [_NoRedirect()]
        who = self.endpoint.credentials
        if who is not None:
            auth = self.endpoint.auth or self._dialect.auth
            if auth == "digest":
                passwords = HTTPPasswordMgrWithDefaultRealm()
                passwords.add_password(None, request.full_url, who.user, who.secret.reveal())
                handlers.append(HTTPDigestAuthHandler(passwords))
            elif auth == "bearer":
                request.add_unredirected_header("Authorization", f"Bearer {who.secret.reveal()}")
            else:
                pair = b64encode(f"{who.user}:{who.secret.reveal()}".encode()).decode()
                request.add_unredirected_header("Authorization", f"Basic {pair}")
        return build_opener(*handlers)

    def _told(self, error: HTTPError, said: str) -> McaGraphError:
        """An answer that is an error, in words."""
        where, code = self.endpoint.shown, error.code
        line = next((line.strip() for line in said.splitlines() if line.strip()), error.reason)[:300]
        if self._dialect.is_time_limit(said) or code == 504:
            return TimeLimitError(
                f"{where} stopped the query at its own time limit: {line}",
                "ask for less, or let the server's operator raise the limit",
            )
        if code in (401, 403):
            hint = "put user and password into a netrc file, or name a variable in [endpoints]"
            what = "refuses these credentials" if self.endpoint.credentials else "wants to know who asks"
            return StoreError(f"{where} {what} ({code})", hint)
        if 300 <= code < 400:
            return StoreError(
                f"{where} has moved ({code})", f"try {error.headers.get('Location', 'its new address')}"
            )
        if code in (404, 405, 406, 410, 415) or _is_page(error):
            return StoreError(
                f"{where}: no SPARQL service at this address ({code} {error.reason})",
                "check the path: most servers end it in /sparql, /query or the name of the repository",
            )
        if code in (413, 414):
            return StoreError(f"{where}: the request is too large for the server ({code})", "ask for less")
        if code in _BUSY:
            return StoreError(f"{where} is busy ({code} {error.reason})", "try again later")
        if code >= 500:
            return StoreError(f"{where} failed ({code} {error.reason}): {line}")
        return QueryError(f"{where} refused the query: {line}")

    def _too_late(self) -> TimeLimitError:
        return TimeLimitError(
            f"{self.endpoint.shown} gave no answer within {self.timeout:g} s", "give a longer --timeout"
        )

    def _unreachable(self, error: URLError) -> StoreError | LimitError:
        where = self.endpoint.shown
        if isinstance(error.reason, TimeoutError):
            return self._too_late()
        if isinstance(error.reason, socket.gaierror):
            return StoreError(f"{where}: no such host", "check the address")
        return StoreError(f"{where} cannot be reached: {error.reason}", "is the server running?")


class _NoRedirect(HTTPRedirectHandler):
    """Follows no redirect: the next request would lose the query, or carry a password elsewhere."""

    def redirect_request(self, *args: object, **kwargs: object) -> None:
        """No request."""
        return


def _text(error: HTTPError) -> str:
    try:
        return error.read(20_000).decode("utf-8", "replace")
    except (OSError, HTTPException):
        return ""


def _is_page(error: HTTPError) -> bool:
    return error.code < 500 and (error.headers.get("Content-Type") or "").startswith("text/html")


def _why(error: Exception) -> str:
    if isinstance(error, IncompleteRead):
        return "the connection ended before the answer did"
    return str(error) or type(error).__name__


def _retry_after(headers: Message) -> float | None:
    given = headers.get("Retry-After", "")
    return min(float(given), _LONGEST_PAUSE_S) if given.isdecimal() else None


@contextmanager
def _broken_pipes_as_errors() -> Iterator[None]:
    """Let a server that hangs up be an error, also where a broken pipe ends the process otherwise."""
    if not hasattr(signal, "sigtimedwait"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGPIPE})
    try:
        yield
    finally:
        if signal.SIGPIPE not in before:
            signal.sigtimedwait({signal.SIGPIPE}, 0)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
