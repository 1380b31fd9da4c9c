"""JSON-LD with the place and the JSON pointer of every value.

The engine's parser knows no places, so the file is read twice: as it is, and with each value replaced
by a mark of its own. Both readings give the same statements in the same order, and the marks in the
second tell where the terms of the first stand.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from mca_graph.rdf.positions.document import Document, Fault, PlacedQuad, Span

_MARK = "urn:x-mca-graph-place:"
_DEEPEST = 150
_SPACE = re.compile(r"[ \t\r\n]*")
_SCALAR = re.compile(r"true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")
_KEPT = frozenset(
    {"@context", "@language", "@direction", "@index", "@version", "@container", "@base", "@vocab"}
)


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A scalar of the JSON text: its place, its pointer, and the place of the key that it stands under."""

    span: Span
    pointer: str
    key: Span


class _Scanner:
    """Reads JSON into a value in which every scalar that RDF is made of is replaced by its mark."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.leaves: list[_Leaf] = []
        self.fault: Fault | None = None

    def scan(self) -> Any:
        """The marked value of the whole text; every kind of broken JSON raises ValueError."""
        value, _end = self._value(_space(self.text, 0), "", Span(0, 1), 0, keep=False)
        return value

    def _value(self, at: int, pointer: str, key: Span, depth: int, *, keep: bool) -> tuple[Any, int]:
        if depth > _DEEPEST:
            self.fault = Fault(Span(at, at + 1), f"brackets are nested more than {_DEEPEST} deep")
            raise ValueError
        first = self.text[at : at + 1]
        if first == "{":
            return self._object(at, pointer, depth, keep=keep)
        if first == "[":
            return self._array(at, pointer, key, depth, keep=keep)
        if first == '"':
            value, end = scanstring(self.text, at + 1, True)
        else:
            found = _SCALAR.match(self.text, at)
            if not found:
                raise ValueError
            value, end = json.loads(found.group()), found.end()
        if keep or value is None:
            return value, end
        self.leaves.append(_Leaf(Span(at, end), pointer, key))
        return f"{_MARK}{len(self.leaves) - 1}", end

    def _object(self, at: int, pointer: str, depth: int, *, keep: bool) -> tuple[Any, int]:
        members: dict[str, Any] = {}
        at = _space(self.text, at + 1)
        start = at
        if self.text[at : at + 1] == "}":
            return members, at + 1
        is_value = _is_value_object(self.text, start)
        while True:
            if self.text[at : at + 1] != '"':
                raise ValueError
            name, end = scanstring(self.text, at + 1, True)
            key = Span(at, end)
            at = _space(self.text, end)
            if self.text[at : at + 1] != ":":
                raise ValueError
            stay = keep or name in _KEPT or (name == "@type" and is_value)
            inner = f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"
            members[name], at = self._value(_space(self.text, at + 1), inner, key, depth + 1, keep=stay)
            at = _space(self.text, at)
            mark = self.text[at : at + 1]
            at = _space(self.text, at + 1)
            if mark == "}":
                return members, at
            if mark != ",":
                raise ValueError

    def _array(self, at: int, pointer: str, key: Span, depth: int, *, keep: bool) -> tuple[Any, int]:
        items: list[Any] = []
        at = _space(self.text, at + 1)
        if self.text[at : at + 1] == "]":
            return items, at + 1
        while True:
            item, at = self._value(at, f"{pointer}/{len(items)}", key, depth + 1, keep=keep)
            items.append(item)
            at = _space(self.text, at)
            mark = self.text[at : at + 1]
            at = _space(self.text, at + 1)
            if mark == "]":
                return items, at
            if mark != ",":
                raise ValueError


def _space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    assert found is not None
    return found.end()


def _is_value_object(text: str, start: int) -> bool:
    """True when the object that begins there is a value object (JSON-LD 1.1, section 9.5)."""
    end = text.find("}", start)
    return '"@value"' in text[start : end if end >= 0 else len(text)]


def read_json_ld(name: str, text: str, *, base: str | None) -> Document:
    """Read JSON-LD; a remote context is never fetched.

    Args:
        name: the file's name, for its locations.
        text: its characters.
        base: the base IRI that it begins with.
    """
    document = Document(name, text, base=base)
    scanner = _Scanner(text)
    try:
        json.loads(text)
        marked = scanner.scan()
    except json.JSONDecodeError as error:
        document.faults.append(_json_fault(text, error))
        return document
    except (ValueError, RecursionError):
        deep = Fault(Span(0, 1), f"brackets are nested more than {_DEEPEST} deep")
        document.faults.append(scanner.fault or deep)
        return document
    try:
        quads = list(parse(text, format=RdfFormat.JSON_LD, base_iri=base))
        twins = list(parse(json.dumps(marked), format=RdfFormat.JSON_LD, base_iri=base))
    except SyntaxError as error:
        document.faults.append(_engine_fault(document, error))
        return document
    whole = _Leaf(Span(0, 0), "", Span(0, 0))
    if len(twins) != len(quads):
        twins = quads
    for quad, twin in zip(quads, twins, strict=True):
        value = _leaf(twin, "object", scanner.leaves) or whole
        subject = _leaf(twin, "subject", scanner.leaves) or value
        document.quads.append(PlacedQuad(quad, subject.span, value.key, value.span, value.pointer))
    return document


def _leaf(quad: Quad, part: str, leaves: list[_Leaf]) -> _Leaf | None:
    term = getattr(quad, part)
    if isinstance(term, NamedNode | Literal) and term.value.startswith(_MARK):
        return leaves[int(term.value.removeprefix(_MARK))]
    return None


def _json_fault(text: str, error: json.JSONDecodeError) -> Fault:
    at = min(error.pos, len(text))
    if error.msg.startswith("Unterminated string"):
        return Fault(Span(at, at + 1), "this string is opened and not closed on its line", 'close it with "')
    reason = error.msg[0].lower() + error.msg[1:]
    return Fault(Span(at, min(at + 1, len(text))), f"this is not JSON: {reason}")


def _engine_fault(document: Document, error: SyntaxError) -> Fault:
    reason = str(error.args[0])
    hint = None
    at = 0
    if error.lineno:
        document.position(0)
        lines = document.text.splitlines(keepends=True)
        at = sum(map(len, lines[: error.lineno - 1])) + (error.offset or 1) - 1
    if "context" in reason.lower() and "load" in reason.lower():
        found = re.search(r'"@context"\s*:\s*', document.text)
        at = found.end() if found else 0
        reason = "a remote context is never fetched"
        hint = "put the context into the file itself"
    return Fault(Span(at, min(at + 1, len(document.text))), reason, hint)
