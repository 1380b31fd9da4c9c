"""``mca-graph search``: things by the words of their names."""

from __future__ import annotations

import json

import pytest
from cli_support import HABITAT, RIV, RIVER, ok, tool

BIRCH_ROW = f"{RIVER}birch,{RIV}Brook,Birch Brook"


def found(*words: str) -> list[str]:
    return ok(tool("search", *words, "-f", "csv")).lines[1:]


@pytest.mark.parametrize("words", [("birch",), ("BIRCH",), ("bro", "bir"), ("birch brook",), ("rch",)])
def test_all_words_in_any_case_and_order(words: tuple[str, ...]) -> None:
    assert found(*words) == [BIRCH_ROW]


def test_one_word_that_is_missing_is_enough_to_find_nothing() -> None:
    assert found("birch", "alder") == []


def test_other_names_are_searched_too() -> None:
    concept = "http://www.w3.org/2004/02/skos/core#Concept"
    assert found("pebb") == [f"{HABITAT}gravel,{concept},Pebbles"]
    assert found("kies") == [f"{HABITAT}gravel,{concept},Kies"]


def test_the_table_shows_kinds_and_is_sorted() -> None:
    assert ok(tool("search", "e", "d", "r")).lines == [
        "thing     kind          name",
        "────────  ────────────  ────────",
        "Alder     river         Alder",
        "Cedar     river         Cedar",
        "Reed bed  skos:Concept  Reed bed",
    ]


@pytest.mark.parametrize("word", ['"', "\\", "') } #", "?name", ".*"])
def test_marks_are_words_like_others(word: str) -> None:
    assert found(word) == []


def test_json_is_that_of_sparql() -> None:
    rows = json.loads(ok(tool("search", "cedar", "-f", "json")).out)["results"]["bindings"]
    assert rows == [
        {
            "thing": {"type": "uri", "value": f"{RIVER}cedar"},
            "kind": {"type": "uri", "value": f"{RIV}River"},
            "name": {"type": "literal", "value": "Cedar", "xml:lang": "en"},
        }
    ]


def test_without_words_it_is_a_usage_error() -> None:
    result = tool("search")
    assert (result.code, result.out) == (2, b"")
    assert result.err.splitlines()[0] == "error: Missing argument 'WORDS...'."
