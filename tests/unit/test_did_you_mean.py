"""The nearest names, and that being quick about it changes none of them."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mca_graph.errors import did_you_mean

LETTERS = st.text("abcéß -", max_size=9)


def slowly(given: str, known: list[str]) -> str | None:
    """The same with the standard library alone, every name compared in full."""

    def likeness(text: str) -> float:
        return SequenceMatcher(None, text, given.casefold(), autojunk=False).ratio()

    scored = []
    for name in known:
        folded = name.casefold()
        scores = [likeness(folded)]
        if len(folded) > len(given):
            scores += [0.95 * likeness(word) for word in re.split(r"[\s_:-]+", folded) if word]
        if max(scores) >= 0.5:
            scored.append((-max(scores), len(name), name))
    found = list(dict.fromkeys(name for _score, _length, name in sorted(scored)))[:3]
    return f"did you mean {' or '.join(map(repr, found))}?" if found else None


@given(LETTERS.filter(bool), st.lists(LETTERS, max_size=6))
def test_it_names_what_a_full_comparison_names(name: str, known: list[str]) -> None:
    assert did_you_mean(name, known) == slowly(name, known)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("costal", "did you mean 'coastal-communities'?"),
        ("Brid", "did you mean 'Birds'?"),
        ("xyz", None),
    ],
)
def test_a_slip_of_the_hand(name: str, hint: str | None) -> None:
    assert did_you_mean(name, ["coastal-communities", "Birds", "urban"]) == hint
