"""Which form of a thing an ``Accept`` header asks for, as regular expressions that any web server knows.

The forms are tried from the quality 1 downwards in tenths (RFC 9110, section 12.5.1), and at one quality in
the order below, so that a browser gets the page. Who accepts nothing that is offered gets the page too.
The expressions need no look-around: Go's engine, which Caddy uses, has none.
"""

from __future__ import annotations

from collections.abc import Iterator

PAGE = ".html"

FORMS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (PAGE, ("text/html", "application/xhtml+xml")),
    (".ttl", ("text/turtle", "application/x-turtle")),
    (".jsonld", ("application/ld+json", "application/json")),
    (".nt", ("application/n-triples",)),
)
"""The forms of a thing: the ending of the file, and the media types that ask for it."""

MEDIA_TYPES: dict[str, str] = {
    "html": "text/html",
    "css": "text/css",
    "js": "text/javascript",
    "json": "application/json",
    "svg": "image/svg+xml",
    "png": "image/png",
    "ico": "image/x-icon",
    "txt": "text/plain",
    "xml": "application/xml",
    "wasm": "application/wasm",
    "woff2": "font/woff2",
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "trig": "application/trig",
    "nq": "application/n-quads",
    "rq": "application/sparql-query",
    "csv": "text/csv",
    "db": "application/vnd.sqlite3",
    "gz": "application/gzip",
}
"""Media types by the endings of the files of a site."""

_BLANK = "[[:blank:]]*"
_PARAMETERS = f"{_BLANK}(;{_BLANK}[A-Za-z0-9-][A-Za-z0-9-]+=[^,;]*)*"
_WHOLE = f"(;{_BLANK}q=1([.]0*)?{_BLANK})?(,|$)"
_BELOW = (*(f"0?[.]{tenth}[0-9]?[0-9]?" for tenth in range(9, 0, -1)), "0?[.]0([1-9][0-9]?|0[1-9])")


def preferences() -> Iterator[tuple[str, str]]:
    """Regular expressions for an ``Accept`` header, the first to match wins, each with an ending."""
    for quality in (_WHOLE, *(f";{_BLANK}q={part}{_BLANK}(,|$)" for part in _BELOW)):
        for ending, types in FORMS:
            names = "|".join(name.replace("+", "[+]") for name in types)
            yield f"(^|,){_BLANK}({names}){_PARAMETERS}{quality}", ending
