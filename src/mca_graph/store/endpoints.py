"""Endpoints: by address, or by a name of the project's settings; who may ask there.

Credentials come from an environment variable or from a netrc file, never from the command line or
the settings. Nothing here, and no error message, holds them as text: see :class:`Secret`.
"""

from __future__ import annotations

import netrc
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit, urlunsplit

from mca_graph.errors import StoreError, did_you_mean
from mca_graph.store.dialects import Auth, Dialect, dialect_named

_KEYS = frozenset({"url", "update", "graph_store", "dialect", "auth", "credentials", "rows"})
_AUTHS: tuple[Auth, ...] = ("basic", "digest", "bearer")


class Secret:
    """A text that shows itself to no one by accident."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return "…"

    def reveal(self) -> str:
        """The text."""
        return self._text


@dataclass(frozen=True, slots=True)
class Credentials:
    """What proves who asks: a user and a password, or a token where the user is empty."""

    user: str
    secret: Secret


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A SPARQL endpoint.

    Attributes:
        url: where queries go.
        dialect: its kind of server; None to find out from its first answer.
        update: where updates go; None where the dialect tells.
        graph_store: where whole graphs go; None where the dialect tells.
        auth: how it asks for credentials; None where the dialect tells.
        credentials: who asks; None for nobody in particular.
        rows: how many rows it gives at most, where it does not tell itself.
    """

    url: str
    dialect: Dialect | None = None
    update: str | None = None
    graph_store: str | None = None
    auth: Auth | None = None
    credentials: Credentials | None = None
    rows: int | None = None

    @property
    def shown(self) -> str:
        """The address as messages show it: without a query part, in which a key may stand."""
        parts = urlsplit(self.url)
        return urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))

    def of(self, dialect: Dialect) -> Endpoint:
        """The endpoint with all addresses, now that its dialect is known."""
        return replace(
            self,
            dialect=dialect,
            update=self.update or _beside(self.url, dialect.update),
            graph_store=self.graph_store
            or (None if dialect.graph_store is None else _beside(self.url, dialect.graph_store)),
            auth=self.auth or dialect.auth,
        )


def find_endpoint(given: str, named: Mapping[str, Any] | None = None) -> Endpoint:
    """The endpoint that a user means by an address or by a name.

    Args:
        given: what stands after ``--endpoint``.
        named: the ``[endpoints]`` table of the project's settings.

    Raises:
        StoreError: it is neither, or its settings or credentials do not make sense.
    """
    named = named or {}
    if given in named:
        return _of_settings(given, named[given])
    if "/" not in given and ":" not in given and named:
        raise StoreError(
            f"{given}: neither an address nor an endpoint of the settings",
            did_you_mean(given, named) or f"known are {', '.join(sorted(named))}",
        )
    return _checked(Endpoint(_address(given), credentials=_from_netrc(given)))


def _of_settings(name: str, entry: Any) -> Endpoint:
    where = f"[endpoints] {name}"
    if isinstance(entry, str):
        entry = {"url": entry}
    if not isinstance(entry, dict) or not isinstance(entry.get("url"), str):
        raise StoreError(f"{where} needs a url", 'write {url = "https://…"}')
    for key, value in entry.items():
        if key not in _KEYS:
            hint = did_you_mean(key, _KEYS) or f"known are {', '.join(sorted(_KEYS))}"
            raise StoreError(f"{where}: unknown key {key}", hint)
        if not isinstance(value, int if key == "rows" else str):
            raise StoreError(f"{where}: {key} is not {'a number' if key == 'rows' else 'text'}")
    auth = entry.get("auth")
    if auth is not None and auth not in _AUTHS:
        raise StoreError(f"{where}: unknown auth {auth!r}", f"one of {', '.join(_AUTHS)}")
    dialect = dialect_named(entry["dialect"]) if "dialect" in entry else None
    url = _address(entry["url"])
    token = (auth or (dialect.auth if dialect else None)) == "bearer"
    others = {key: _address(entry[key]) for key in ("update", "graph_store") if key in entry}
    return _checked(
        Endpoint(
            url,
            dialect,
            auth=auth,
            credentials=_credentials(where, url, entry.get("credentials", "netrc"), is_token=token),
            rows=entry.get("rows"),
            **others,
        )
    )


def _credentials(where: str, url: str, source: str, *, is_token: bool) -> Credentials | None:
    if source == "netrc":
        return _from_netrc(url)
    kind, _colon, variable = source.partition(":")
    if kind != "env" or not variable:
        raise StoreError(
            f"{where}: credentials come from a variable or a file", 'write "env:NAME" or "netrc"'
        )
    text = os.environ.get(variable)
    if text is None:
        form = "a token" if is_token else "user:password"
        raise StoreError(f"{where}: the environment has no {variable}", f"set it to {form}")
    if is_token:
        return Credentials("", Secret(text.strip()))
    user, colon, password = text.partition(":")
    if not colon:
        raise StoreError(f"{where}: {variable} is not user:password", "write both, with a colon between them")
    return Credentials(user, Secret(password))


def _from_netrc(url: str) -> Credentials | None:
    path = Path(os.environ.get("NETRC") or Path.home() / ".netrc")
    host = urlsplit(url).hostname
    if not path.is_file():
        return None
    try:
        hosts = netrc.netrc(str(path)).hosts
    except (netrc.NetrcParseError, OSError, UnicodeDecodeError) as error:
        place = f", line {error.lineno}" if isinstance(error, netrc.NetrcParseError) else ""
        raise StoreError(f"{path}{place}: cannot be read as a netrc file") from None
    found = hosts.get(host or "")  # never its default entry: that would go to any server that is named
    return Credentials(found[0], Secret(found[2] or "")) if found else None


def _address(given: str) -> str:
    """An address, once it is clear that it is one and that no password stands in it."""
    hint = "write https://… or http://…"
    try:
        parts = urlsplit(given)
        host = parts.hostname
        _port = parts.port
    except ValueError:
        raise StoreError(f"{given}: not the address of an endpoint", hint) from None
    if parts.scheme not in ("http", "https") or not host:
        raise StoreError(f"{given}: not the address of an endpoint", hint)
    if "@" in parts.netloc:
        raise StoreError(
            f"{parts.scheme}://…@{parts.netloc.rpartition('@')[2]}: an address must not hold a password",
            "put it into a netrc file, or name an environment variable in [endpoints] of mca-graph.toml",
        )
    return given


def _checked(endpoint: Endpoint) -> Endpoint:
    """The endpoint, once it is clear that its credentials do not travel in the open."""
    if endpoint.credentials is not None:
        for url in (endpoint.url, endpoint.update, endpoint.graph_store):
            if url and urlsplit(url).scheme == "http" and not _is_this_machine(urlsplit(url).hostname or ""):
                raise StoreError(
                    f"{endpoint.shown}: a password would travel unencrypted", "use an https:// address"
                )
    return endpoint


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _beside(url: str, path: str) -> str:
    """The address of another service of the same server.

    Args:
        url: where queries go.
        path: the other path, relative to that one; ``./`` below it, ``..`` the folder above it.
    """
    base = url.split("?")[0].rstrip("/")
    if path == "..":
        return base.rpartition("/")[0]
    return f"{base}/{path[2:]}" if path.startswith("./") else urljoin(base, path) if path else url
