"""Read RDF files into quads, or say in one line where they are wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from pyoxigraph import Quad, parse

from mca_graph.errors import ReadError, did_you_mean
from mca_graph.namespaces import STANDARD_PREFIXES
from mca_graph.rdf.formats import format_of

BOM = b"\xef\xbb\xbf"
DEEPEST = 150
"""Brackets within brackets that are read in JSON: more than a person writes, less than breaks the engine."""

_SAVE = "save the file as UTF-8"
_JSON_MARK = re.compile(rb'[\[\]{}]|"(?:[^"\\]|\\.)*+"')
_LONGEST_LINE = 200
_UNDECLARED = re.compile(r"The prefix (\S*): has not been declared")


def read_bytes(path: Path) -> bytes:
    """Return the content of a file that must be UTF-8 text.

    Raises:
        ReadError: the file cannot be opened, is not UTF-8, or is empty.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ReadError(
            str(path), error.strerror or str(error), hint="is it a file that you may read?"
        ) from error
    check_encoding(str(path), content)
    if not content.strip():
        raise empty_file(path)
    return content


def empty_file(path: Path) -> ReadError:
    """What is said of a file in which there is nothing."""
    return ReadError(str(path), "the file is empty", hint="a contribution needs at least one statement")


def refuse_utf_16(name: str, start: bytes) -> None:
    """Refuse a text whose first bytes say that it is UTF-16.

    Raises:
        ReadError: they do.
    """
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise ReadError(name, "the text is UTF-16", line=1, column=1, hint=_SAVE)


def refuse_deep_json(name: str, content: bytes) -> None:
    """Refuse JSON whose brackets are nested so deeply that it would take the engine down.

    Raises:
        ReadError: they are.
    """
    depth = 0
    for found in _JSON_MARK.finditer(content):
        mark = found.group()
        depth += (mark in b"[{") - (mark in b"]}")
        if depth > DEEPEST:
            line = content.count(b"\n", 0, found.start()) + 1
            raise ReadError(
                name,
                f"brackets are nested more than {DEEPEST} deep",
                line=line,
                hint="give the inner things an @id and a place of their own",
            )


def check_encoding(name: str, content: bytes) -> None:
    """Refuse what is not UTF-8, with the place of the first wrong byte.

    Raises:
        ReadError: there is such a byte.
    """
    refuse_utf_16(name, content)
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line_start = before.rfind(b"\n") + 1
        raise ReadError(
            name,
            f"byte 0x{content[error.start]:02x} is not UTF-8",
            line=before.count(b"\n") + 1,
            column=len(before[line_start:].decode("utf-8")) + 1,
            hint=_SAVE,
        ) from error


def read_quads(path: Path) -> Iterator[Quad]:
    """Yield the quads of an RDF file, in the order of the file.

    Lexical forms stay as they were typed. A remote JSON-LD context is never fetched.

    Raises:
        ReadError: the file is not what its name says, with line and column.
        McaGraphError: the name does not tell a known syntax.
    """
    syntax = format_of(path)
    content = read_bytes(path)
    content = content.removeprefix(BOM)
    if syntax.name == "jsonld":
        refuse_deep_json(str(path), content)
    try:
        yield from parse(content, format=syntax.engine, base_iri=path.resolve().as_uri())
    except SyntaxError as error:
        raise syntax_error(str(path), error) from error


def _line(name: str, number: int) -> str | None:
    """A line of a file, to be looked at."""
    try:
        with open(name, encoding="utf-8", errors="replace") as file:
            text = next(islice(file, number - 1, None), "").strip()
    except OSError:
        return None
    return f"look at: {text if len(text) <= _LONGEST_LINE else text[:_LONGEST_LINE] + '…'}" if text else None


def syntax_error(name: str, error: SyntaxError) -> ReadError:
    """Turn the parser's error into ours: one line, with the place and what to try."""
    reason = str(error.args[0])
    reason = re.sub(r"^Parser error (at|between) .*?: (?=\S)", "", reason, count=1)
    hint = None
    if found := _UNDECLARED.search(reason):
        prefix = found.group(1)
        if prefix in STANDARD_PREFIXES:
            hint = f"add @prefix {prefix}: <{STANDARD_PREFIXES[prefix]}> . at the top"
        else:
            hint = did_you_mean(prefix, STANDARD_PREFIXES) or f"declare the prefix {prefix}: at the top"
    elif "context" in reason.lower() and "load" in reason.lower():
        hint = "put the context into the file itself: remote contexts are never fetched"
    elif "utf-8" in reason.lower():
        hint = _SAVE
    elif error.lineno:
        hint = _line(name, error.lineno)
    return ReadError(name, reason, line=error.lineno, column=error.offset, hint=hint)
