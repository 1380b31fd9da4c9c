"""Whatever is done to a file, the positioned readers and the engine agree whether and how it can be read."""

from __future__ import annotations

from pathlib import Path

import pytest
from agreement import SYNTAXES, disagreement
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SUITES = Path(__file__).parents[1] / "w3c"
FOUND = sorted((Path(__file__).parent / "found").iterdir())
PIECES = [
    *"<>\"'@^.;,[](){}\\#:_-+0e \n\r\t",
    '"""',
    "a",
    "ex:",
    "\\u00e9",
    "\U0001f600",
    "GRAPH ",
    "PREFIX ",
    "true",
]


def texts(suffix: str) -> list[str]:
    found = (
        path.read_bytes() for path in sorted(SUITES.glob(f"rdf-*/*{suffix}")) if path.stat().st_size < 2000
    )
    return [content.decode() for content in found]


JSON = """{"@context": {"ex": "https://example.org/", "to": {"@id": "ex:to", "@type": "@id"}},
 "@graph": [{"@id": "ex:a", "@type": "ex:T", "ex:p": ["one", 2, true, {"@value": "drei", "@language": "de"}]},
  {"@id": "ex:b", "to": "ex:a", "ex:list": {"@list": [1, "x"]}, "ex:in": {"ex:q": "\\u00e9"}}]}"""
SEEDS = {syntax: texts(suffix) for syntax, suffix in SYNTAXES.items() if syntax != "jsonld"} | {
    "jsonld": [JSON]
}


@st.composite
def changed(draw: st.DrawFn, syntax: str) -> str:
    """A file of the suites with up to three places changed."""
    text = draw(st.sampled_from(SEEDS[syntax]))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(text)))
        end = min(len(text), at + draw(st.integers(0, 4)))
        text = text[:at] + draw(st.sampled_from(["", *PIECES])) + text[end:]
    return text


@pytest.mark.parametrize("syntax", SYNTAXES)
@settings(
    max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(data=st.data())
def test_readers_agree_with_the_engine(syntax: str, data: st.DataObject) -> None:
    assert disagreement(data.draw(changed(syntax)), syntax) is None


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.name)
def test_what_was_once_found(path: Path) -> None:
    syntax = next(name for name, suffix in SYNTAXES.items() if suffix == path.suffix)
    assert disagreement(path.read_text(encoding="utf-8"), syntax) is None
