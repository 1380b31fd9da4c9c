"""The tokens of SPARQL (SPARQL 1.1, section 19.8): no word in a string or a comment is taken for one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

_SHORT = 10_000
"""How many characters a query may have for its tokens to be remembered."""

_TOKEN = re.compile(
    r"""
    (?P<space>   [\s\ufeff]+ | \#[^\n\r]* )
  | (?P<iri>     <[^<>"{}|^`\\\x00-\x20]*> )
  | (?P<string>  \"\"\" (?: [^"\\] | \\. | \"(?!\"\") )* \"\"\"
               | ''' (?: [^'\\] | \\. | '(?!'') )* '''
               | " (?: [^"\\\n\r] | \\. )* "
               | ' (?: [^'\\\n\r] | \\. )* ' )
  | (?P<var>     [?$] [^\W]+ )
  | (?P<name>    [^\W\d_] [\w.\-]* (?: : (?: [\w.\-:%] | \\. )* )? | : (?: [\w.\-:%] | \\. )* | _: [\w.\-]+ )
  | (?P<other>   [\d.]+ | . )
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    """A token of a query: its kind, its text and where it starts (0-based character)."""

    kind: str
    text: str
    start: int

    def is_word(self, *words: str) -> bool:
        """True for one of these keywords, which are given in capitals."""
        return self.kind == "name" and self.text.upper() in words


def tokens(text: str) -> Iterator[Token]:
    """Cut a query into tokens, white space and comments left out."""
    return iter(_tokens(text)) if len(text) <= _SHORT else _cut(text)


def _cut(text: str) -> Iterator[Token]:
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup or "other"
        if kind != "space":
            yield Token(kind, found.group(), found.start())


@lru_cache(maxsize=256)
def _tokens(text: str) -> tuple[Token, ...]:
    """The tokens of a query that is asked about again and again."""
    return tuple(_cut(text))
