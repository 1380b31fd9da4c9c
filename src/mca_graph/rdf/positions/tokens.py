"""The terminals of Turtle and TriG (RDF 1.1 Turtle, section 6.5), each with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from mca_graph.rdf.positions.document import Span

# The characters of names (PN_CHARS_BASE, PN_CHARS_U, PN_CHARS), each class told by what it leaves out: the
# regular-expression compiler goes through every character of a class, and most characters are in them.
_NOT_HIGH = (
    "\u0080-\u00b6\u00b8-\u00bf\u00d7\u00f7\u037e\u2000-\u200b\u200e-\u203e\u2041-\u206f\u2190-\u2bff"
    "\u2ff0-\u3000\ud800-\uf8ff\ufdd0-\ufdef\ufffe-\uffff\U000f0000-\U0010ffff"
)
_NOT_FIRST = _NOT_HIGH + "\u00b7\u0300-\u036f\u203f-\u2040"
_BASE = rf"[^\x00-@\[-`{{-\x7f{_NOT_FIRST}]"
_U_OR_DIGIT = rf"[^\x00-/:-@\[-^`{{-\x7f{_NOT_FIRST}]"
_U_COLON_OR_DIGIT = rf"[^\x00-/;-@\[-^`{{-\x7f{_NOT_FIRST}]"
_CHARS_OR_DOT = rf"[^\x00-,/:-@\[-^`{{-\x7f{_NOT_HIGH}]"
_CHARS_COLON_OR_DOT = rf"[^\x00-,/;-@\[-^`{{-\x7f{_NOT_HIGH}]"

_PREFIX = rf"{_BASE}{_CHARS_OR_DOT}*(?<!\.)"
_PLX = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_LOCAL = rf"(?:{_U_COLON_OR_DIGIT}|{_PLX})(?:{_CHARS_COLON_OR_DOT}|{_PLX})*(?:(?<!\.)|(?<=\\\.))"
_UCHAR = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"

_TOKEN = re.compile(
    "|".join(
        f"(?P<{name}>{pattern})"
        for name, pattern in (
            ("iri", rf'<(?:[^\x00-\x20<>"{{}}|^`\\]|{_UCHAR})*>'),
            ("long", r'"""(?:[^"\\]|\\.|"(?!""))*+"""' + "|" + r"'''(?:[^'\\]|\\.|'(?!''))*+'''"),
            ("string", r'"(?!"")(?:[^"\\\n\r]|\\.)*+"' + "|" + r"'(?!'')(?:[^'\\\n\r]|\\.)*+'"),
            ("blank", rf"_:{_U_OR_DIGIT}{_CHARS_OR_DOT}*(?<!\.)"),
            ("name", f"(?:{_PREFIX})?:(?:{_LOCAL})?"),
            ("at", r"@[A-Za-z]+(?:-[A-Za-z0-9]+)*"),
            ("double", r"[+-]?(?:[0-9]+\.[0-9]*|\.?[0-9]+)[eE][+-]?[0-9]+"),
            ("decimal", r"[+-]?[0-9]*\.[0-9]+"),
            ("integer", r"[+-]?[0-9]+"),
            ("word", r"[A-Za-z]+(?![:A-Za-z0-9_])"),
            ("punctuation", r"\^\^|[.;,\[\](){}]"),
        )
    ),
    re.DOTALL,
)
_SPACE = re.compile(r"(?:[ \t\r\n]|#[^\r\n]*)*+")
_JUNK = re.compile(r"[^\s;,\[\](){}\"'<>]+|.", re.DOTALL)
_BROKEN_IRI = re.compile(r"<[^>\n\r]*>?")

# Where reading goes on after a string that never ends: a line that begins as a statement does.
_FRESH_LINE = re.compile(r"^(?=[@<\[(]|_:|[^\s#\"'.;,\])}][^\s\"']*:|PREFIX\b|BASE\b|GRAPH\b)", re.MULTILINE)


class Token(NamedTuple):
    """One terminal: its kind, its characters and its place; kind ``bad`` fits no terminal."""

    kind: str
    text: str
    start: int
    end: int

    @property
    def span(self) -> Span:
        """Where it stands."""
        return Span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class BadToken:
    """Why a token of kind ``bad`` is none, and what to write instead."""

    message: str
    hint: str | None = None


def next_token(text: str, position: int) -> Token:
    """The token at or after a position; of kind ``end`` at the end of the text."""
    space = _SPACE.match(text, position)
    start = space.end() if space else position
    if start >= len(text):
        return Token("end", "", len(text), len(text))
    found = _TOKEN.match(text, start)
    if found and found.lastgroup and not _unfinished(text, found):
        return Token(found.lastgroup, found.group(), start, found.end())
    return _bad(text, start)


def _unfinished(text: str, found: re.Match[str]) -> bool:
    """True for an empty name such as the ``:`` of ``a::b`` that stands inside something else."""
    return found.lastgroup in ("integer", "decimal") and text[found.end() : found.end() + 1].isalpha()


def _bad(text: str, start: int) -> Token:
    if text[start] == "<":
        broken = _BROKEN_IRI.match(text, start)
        assert broken is not None
        return Token("bad", broken.group(), start, broken.end())
    for quote in ('"""', "'''"):
        if text.startswith(quote, start):
            fresh = _FRESH_LINE.search(text, start + 3)
            return Token("bad", quote, start, fresh.start() if fresh else len(text))
    if text[start] in "\"'":
        end = min(
            (at for at in (text.find("\n", start), text.find("\r", start)) if at >= 0), default=len(text)
        )
        return Token("bad", text[start], start, end)
    junk = _JUNK.match(text, start)
    assert junk is not None
    return Token("bad", junk.group(), start, junk.end())


def explain_bad(token: Token, text: str) -> tuple[Span, BadToken]:
    """The very characters of a bad token that are at fault, and why."""
    first = token.text[:1]
    if token.text in ('"""', "'''"):
        return Span(token.start, token.start + 3), BadToken(
            f"this string is opened and never closed with {token.text}", f"close it with {token.text}"
        )
    if first in "\"'":
        return Span(token.start, token.start + 1), BadToken(
            "this string is opened and not closed on its line",
            f"close it with {first}, or open and close it with {first * 3} to go over several lines",
        )
    if first == "<":
        if not token.text.endswith(">"):
            return token.span, BadToken("this IRI is opened with < and never closed", "close it with >")
        wrong = next((char for char in token.text[1:-1] if char in ' "{}|^`\\<' or char < " "), "")
        what = "a space" if wrong == " " else f"the character {wrong!r}"
        at = token.text.find(wrong, 1) if wrong else 0
        escape = "".join(f"%{byte:02X}" for byte in wrong.encode())
        return Span(token.start + at, token.start + at + 1), BadToken(
            f"{what} cannot stand in an IRI",
            f"write {escape} in its place" if wrong and wrong != "\\" else None,
        )
    return token.span, BadToken(f"{_shown(token.text)} cannot stand here")


def _shown(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:40] + "…")


_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_CHARACTERS = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}


NEEDS_LANGUAGE = frozenset(
    f"http://www.w3.org/1999/02/22-rdf-syntax-ns#{name}" for name in ("langString", "dirLangString")
)
"""Datatypes that a literal has by its language tag only (RDF 1.1 Concepts, section 3.3)."""


class EscapeError(ValueError):
    """An escape that means nothing; ``offset`` counts from the start of the text that was given."""

    def __init__(self, message: str, offset: int, length: int) -> None:
        super().__init__(message)
        self.offset = offset
        self.length = length


def unescape(text: str, *, characters: bool = True) -> str:
    """Replace the escapes of a string, or where ``characters`` is False of an IRI (section 6.4).

    Raises:
        EscapeError: one of them means nothing.
    """
    if "\\" not in text:
        return text

    def replace(found: re.Match[str]) -> str:
        code = found.group(1) or found.group(2)
        if code:
            number = int(code, 16)
            if number > 0x10FFFF or 0xD800 <= number <= 0xDFFF:
                raise EscapeError(f"{found.group()} is no character", found.start(), len(found.group()))
            return chr(number)
        if not characters or found.group(3) not in _CHARACTERS:
            raise EscapeError(f"{found.group()} is no escape", found.start(), len(found.group()))
        return _CHARACTERS[found.group(3)]

    return _ESCAPE.sub(replace, text)


_LOCAL_ESCAPE = re.compile(r"\\(.)")


def unescape_local(text: str) -> str:
    """Take the backslashes out of a local name (section 6.4, reserved character escapes)."""
    return _LOCAL_ESCAPE.sub(r"\1", text)
