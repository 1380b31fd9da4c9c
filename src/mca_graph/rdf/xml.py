"""What XML cannot say: refused, so that no document is written that nobody can read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import IO

from pyoxigraph import Quad, Triple

from mca_graph.errors import McaGraphError

_FORBIDDEN = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""Characters that no XML document may hold, not even escaped (XML 1.0, section 2.2)."""

_OTHER = "choose a format that is not XML"

_NAME = re.compile(r"[^\W\d][\w.\-]*\Z")
"""The end of an IRI that an element can be called (Namespaces in XML 1.0, section 4)."""


class XmlOutput:
    """Takes a document on its way out.

    Args:
        out: where it goes.
    """

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out

    def write(self, data: bytes) -> int:
        """Write some more of it.

        Raises:
            McaGraphError: it holds a character that XML does not have.
        """
        if found := _FORBIDDEN.search(data):
            character = f"U+{found.group()[0]:04X}"
            raise McaGraphError(f"the answer holds {character}, a character that XML does not have", _OTHER)
        self._out.write(data.replace(b"\r", b"&#13;"))  # a bare one is read back as the end of a line
        return len(data)

    def flush(self) -> None:
        """Write what was held back."""
        self._out.flush()


def named_for_xml(statements: Iterable[Triple] | Iterable[Quad]) -> Iterator[Triple | Quad]:
    """Pass statements on whose properties can be elements (RDF 1.1 XML Syntax, section 2.2).

    Raises:
        McaGraphError: a property cannot.
    """
    for statement in statements:
        if not _NAME.search(statement.predicate.value):
            raise McaGraphError(
                f"{statement.predicate} does not end in a name, as an element of RDF/XML must", _OTHER
            )
        yield statement
