"""Terms as the syntaxes of RDF write them, each worked out once and kept under its number.

A site holds every statement many times: on the page's data files in three syntaxes, and in five dumps.
Joining texts that are there already takes a tenth of the time of handing each statement to a serialiser.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from pyoxigraph import Literal, NamedNode

from mca_graph.namespaces import XSD, Prefixes
from mca_graph.store import Term

Pair = tuple[int, int]
Group = tuple[int | NamedNode, Sequence[Pair]]
"""A subject, and property and value of what is said of it, in order; a file of the site has no number."""

_MOST_KEPT = 50_000
_BARE = {
    XSD + "integer": re.compile(r"[+-]?[0-9]+\Z"),
    XSD + "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+\Z"),
    XSD + "double": re.compile(r"[+-]?([0-9]+\.[0-9]*|\.?[0-9]+)[eE][+-]?[0-9]+\Z"),
    XSD + "boolean": re.compile(r"(true|false)\Z"),
}
"""Literals that Turtle writes without quotation marks (RDF 1.1 Turtle, section 2.5)."""


class Spelt(dict[int, str]):
    """Texts by number, each made when it is first asked for, and kept while there is room.

    Args:
        make: makes the text of a number.
    """

    def __init__(self, make: Callable[[int], str]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, number: int) -> str:
        if len(self) >= _MOST_KEPT:  # most texts stand in one place only: what is common soon comes again
            self.clear()
        text = self[number] = self._make(number)
        return text


class Spelling:
    """Writes statements, which are given as the numbers of their terms.

    Args:
        terms: the terms; more may come.
        type_: the number of ``rdf:type``.
        prefixes: the prefixes that may be used.
    """

    def __init__(self, terms: Sequence[Term], type_: int, prefixes: Prefixes) -> None:
        self.terms, self.type, self._prefixes = terms, type_, prefixes
        self.whole = Spelt(lambda number: str(terms[number]))
        self._short = Spelt(self._shorten)
        self._prefix_of: dict[int, str] = {}

    def position(self, pair: Pair) -> tuple[bool, str, str]:
        """Where a property and its value stand among what is said of a thing: its types come first."""
        return pair[0] != self.type, self.whole[pair[0]], self.whole[pair[1]]

    def subject(self, subject: int | NamedNode) -> str:
        """A subject as N-Triples write it, which is also what subjects are sorted by."""
        return self.whole[subject] if isinstance(subject, int) else str(subject)

    def ntriples(self, groups: Iterable[Group], graph: str = "") -> str:
        """Statements as N-Triples, or with the name of a graph as N-Quads.

        Args:
            groups: the statements.
            graph: the name of the graph in angle brackets, with a space before it.
        """
        whole = self.whole
        return "".join(
            f"{subject} {whole[property_]} {whole[value]}{graph} .\n"
            for subject, pairs in ((self.subject(one), pairs) for one, pairs in groups)
            for property_, value in pairs
        )

    def turtle(self, groups: Iterable[Group]) -> str:
        """Statements as Turtle, without the prefixes."""
        short, parts = self._short, []
        for subject, pairs in groups:
            mark = f"{short[subject] if isinstance(subject, int) else subject} "
            last = None
            for property_, value in pairs:
                if property_ == last:
                    parts.append(f" , {short[value]}")
                else:
                    verb = "a" if property_ == self.type else short[property_]
                    parts.append(f"{mark}{verb} {short[value]}")
                    mark, last = " ;\n\t", property_
            parts.append(" .\n")
        return "".join(parts)

    def document(self, groups: Sequence[Group]) -> str:
        """Statements as a Turtle file, with the prefixes that they use and no others."""
        body = self.turtle(groups)
        numbers = {number for _subject, pairs in groups for pair in pairs for number in pair}
        numbers.update(subject for subject, _pairs in groups if isinstance(subject, int))
        used = {self._prefix_of[number] for number in numbers & self._prefix_of.keys()}
        return f"{self.heading(used)}\n{body}"

    def heading(self, used: Iterable[str] | None = None) -> str:
        """The lines that declare prefixes: those that are used, or all."""
        wanted = sorted(used if used is not None else (prefix for prefix, _iri in self._prefixes))
        return "".join(f"@prefix {name}: <{self._prefixes.expand(f'{name}:')}> .\n" for name in wanted)

    def _shorten(self, number: int) -> str:
        term = self.terms[number]
        if isinstance(term, NamedNode):
            return self._iri(number, term)
        if not isinstance(term, Literal) or term.language:
            return self.whole[number]
        pattern = _BARE.get(term.datatype.value)
        if pattern is not None and pattern.match(term.value):
            return term.value
        if term.datatype.value == XSD + "string":
            return self.whole[number]
        return f"{Literal(term.value)}^^{self._iri(number, term.datatype)}"

    def _iri(self, number: int, node: NamedNode) -> str:
        """An IRI with a prefix where one fits; it is noted which the term needs."""
        curie = self._prefixes.shrink(node.value)
        if curie is None:
            return str(node)
        self._prefix_of[number] = curie.partition(":")[0]
        return curie
