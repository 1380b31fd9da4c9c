"""Why a request gets no answer, as both the server and its workers say it."""

from __future__ import annotations

from collections.abc import Mapping

from mca_graph.errors import (
    ForbiddenError,
    LimitError,
    McaGraphError,
    ParameterError,
    ProjectError,
    QueryError,
    ReadError,
    StoreError,
    TimeLimitError,
    UnknownNameError,
)

BAD_REQUEST, FORBIDDEN, NOT_FOUND, NOT_ACCEPTABLE = 400, 403, 404, 406
TOO_LARGE, WRONG_TYPE, UNPROCESSABLE, TOO_MANY = 413, 415, 422, 429
BROKEN, BAD_GATEWAY, BUSY, TOO_LONG, NO_MEMORY = 500, 502, 503, 504, 507


class RefusedError(McaGraphError):
    """A request that gets no answer.

    Args:
        status: the HTTP status.
        message: what went wrong, in one line.
        hint: what the client can try.
        headers: headers that go with it.
    """

    def __init__(
        self, status: int, message: str, hint: str | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message, hint)
        self.status = status
        self.headers = dict(headers or {})


def status_of(error: McaGraphError) -> int:
    """The HTTP status that fits an error."""
    if isinstance(error, RefusedError):
        return error.status
    if isinstance(error, ForbiddenError):
        return FORBIDDEN
    if isinstance(error, TimeLimitError):
        return TOO_LONG
    if isinstance(error, LimitError):
        return TOO_LARGE
    if isinstance(error, UnknownNameError):
        return NOT_FOUND
    if isinstance(error, QueryError | ParameterError | ReadError):
        return BAD_REQUEST
    return BROKEN if isinstance(error, StoreError | ProjectError) else UNPROCESSABLE
