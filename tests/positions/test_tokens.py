"""The characters of names are those of the grammar (RDF 1.1 Turtle, section 6.5)."""

from __future__ import annotations

import pytest

from mca_graph.rdf.positions.tokens import next_token

PN_CHARS_BASE = [
    *(("A", "Z"), ("a", "z"), ("\u00c0", "\u00d6"), ("\u00d8", "\u00f6"), ("\u00f8", "\u02ff")),
    *(("\u0370", "\u037d"), ("\u037f", "\u1fff"), ("\u200c", "\u200d"), ("\u2070", "\u218f")),
    *(("\u2c00", "\u2fef"), ("\u3001", "\ud7ff"), ("\uf900", "\ufdcf"), ("\ufdf0", "\ufffd")),
    ("\U00010000", "\U000effff"),
]
PN_CHARS_U = [*PN_CHARS_BASE, ("_", "_")]
DIGITS = [("0", "9")]
PN_CHARS = [
    *PN_CHARS_U,
    *DIGITS,
    *(("-", "-"), ("\u00b7", "\u00b7"), ("\u0300", "\u036f"), ("\u203f", "\u2040")),
]
# every character at the edge of a range, its neighbours, and all of ASCII
EDGES = {ord(end) + step for start_end in PN_CHARS for end in start_end for step in (-1, 0, 1)}
CHARACTERS = [chr(code) for code in sorted(EDGES | set(range(128)) | {0x10FFFF})]


def among(character: str, ranges: list[tuple[str, str]]) -> bool:
    return any(first <= character <= last for first, last in ranges)


@pytest.mark.parametrize(
    ("kind", "before", "after", "allowed"),
    [
        ("name", "", ":", PN_CHARS_BASE),
        ("name", "a", "a:", [*PN_CHARS, (".", ".")]),
        ("name", "a:", "", [*PN_CHARS_U, *DIGITS, (":", ":")]),
        ("name", "a:a", "a", [*PN_CHARS, (".", "."), (":", ":")]),
        ("name", "a:a", "", [*PN_CHARS, (":", ":")]),
        ("blank", "_:", "", [*PN_CHARS_U, *DIGITS]),
        ("blank", "_:a", "a", [*PN_CHARS, (".", ".")]),
        ("blank", "_:a", "", PN_CHARS),
    ],
    ids=["prefix", "in prefix", "local", "in local", "end of local", "label", "in label", "end of label"],
)
def test_a_name_holds_the_characters_of_the_grammar(
    kind: str, before: str, after: str, allowed: list[tuple[str, str]]
) -> None:
    found = {}
    for character in CHARACTERS:
        text = before + character + after
        token = next_token(text, 0)
        found[character] = (token.kind, token.text) == (kind, text)
    expected = {character: among(character, allowed) for character in CHARACTERS}
    if after.endswith(":"):
        expected[":"] = True  # it ends the prefix, and is part of the local name itself
    assert found == expected


@pytest.mark.parametrize("name", ["a:b\\.", "a:%2E", "a:b\\.c", "a:\\~"])
def test_an_escape_may_end_a_name(name: str) -> None:
    assert next_token(f"{name} .", 0)[:2] == ("name", name)


def test_a_full_stop_does_not() -> None:
    assert next_token("a:b. ", 0)[:2] == ("name", "a:b")
