"""What a query reads of a graph: whether its answer can be another one after some statements have changed.

A query sees a statement through its triple patterns only. Where none of them fits a statement that came or
went, the answer is what it was (SPARQL 1.1 Query Language, section 18: a solution is made of matches of
triple patterns, whatever is then joined, filtered, grouped and counted).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from pyoxigraph import DefaultGraph, Quad

_DEFAULT = DefaultGraph()
_OPAQUE = frozenset(("DescribeQuery", "ServiceGraphPattern"))
"""What shows more than its patterns say."""

_TOGETHER = frozenset(("Slice", "Group", "AggregateJoin"))
"""What makes a solution depend on the others."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A triple pattern; each part is an IRI in angle brackets, a variable with ``?``, or empty."""

    subject: str
    predicate: str
    value: str

    def fits(self, quad: Quad) -> bool:
        """True where a statement could match."""
        pairs = ((self.predicate, quad.predicate), (self.subject, quad.subject), (self.value, quad.object))
        return all(not part.startswith("<") or part == str(term) for part, term in pairs)


@dataclass(frozen=True, slots=True)
class Reads:
    """What a query reads.

    Attributes:
        patterns: its triple patterns.
        is_flat: a variable means the same in all of them: there is no query within the query.
        other_graphs: it reads named graphs, too.
        speaks_of: of a CONSTRUCT whose solutions do not depend on one another the one variable that its
            statements are about, beside nodes that it makes up; empty where there are several.
    """

    patterns: Sequence[Pattern]
    is_flat: bool
    other_graphs: bool
    speaks_of: str = ""

    def touched(self, quads: Iterable[Quad]) -> Iterator[tuple[Pattern, Quad]]:
        """The statements that could match, each with the pattern."""
        for quad in quads:
            if self.other_graphs or quad.graph_name == _DEFAULT:
                yield from ((pattern, quad) for pattern in self.patterns if pattern.fits(quad))

    def as_note(self) -> list[Any]:
        """The same as JSON can hold it."""
        parts = [[one.subject, one.predicate, one.value] for one in self.patterns]
        return [parts, self.is_flat, self.other_graphs, self.speaks_of]

    @classmethod
    def from_note(cls, note: list[Any]) -> Reads:
        """What :meth:`as_note` gave."""
        return cls([Pattern(*parts) for parts in note[0]], *note[1:])


def reads_of(text: str) -> Reads | None:
    """What a query reads; None where that cannot be told.

    Args:
        text: the query.
    """
    from rdflib.plugins.sparql import prepareQuery

    try:
        algebra = prepareQuery(text).algebra
        nodes = list(_nodes(algebra))
    except Exception:  # whatever this parser makes of a query that the engine takes
        return None
    names = [node.name for node in nodes]
    if not _OPAQUE.isdisjoint(names):
        return None
    groups = [list(_triples(node)) for node in nodes if node.name in ("BGP", "TriplesBlock")]
    is_flat = names.count("Project") < 2 and "SubSelect" not in names
    has_ways = not {"Union", "GroupOrUnionGraphPattern"}.isdisjoint(names)
    # With one way through the query alone, what is bound anywhere is bound wherever it counts.
    bound = {term for group in groups for term in _ends(group)} if is_flat and not has_ways else set()
    patterns: list[Pattern] = []
    for group in groups:
        found = _patterns(group, bound)
        if found is None:
            return None
        patterns += found
    other_graphs = not {"Graph", "GraphGraphPattern"}.isdisjoint(names)
    return Reads(patterns, is_flat, other_graphs, _speaks_of(algebra, nodes))


def note_on(text: str) -> list[Any] | None:
    """What a query reads as JSON can hold it; None where that cannot be told."""
    reads = reads_of(text)
    return reads.as_note() if reads is not None else None


def _nodes(found: Any) -> Iterator[Any]:
    """All parts of a query's algebra."""
    from rdflib.plugins.sparql.parserutils import CompValue

    if isinstance(found, CompValue):
        yield found
        for part in found.values():
            yield from _nodes(part)
    elif isinstance(found, list | tuple):
        for part in found:
            yield from _nodes(part)


def _speaks_of(algebra: Any, nodes: Sequence[Any]) -> str:
    from rdflib.term import BNode

    if not _TOGETHER.isdisjoint(node.name for node in nodes):
        return ""
    template = algebra.template if "template" in algebra else ()
    subjects = {subject for subject, _predicate, _value in template}
    told = {one for one in subjects if not isinstance(one, BNode) and not _is_made_up(one, nodes)}
    return _part(told.pop()) if len(told) == 1 else ""


def _is_made_up(variable: Any, nodes: Sequence[Any]) -> bool:
    """True for a variable that only ever stands for an IRI or a node that the query itself makes."""
    extends = [node for node in nodes if node.name == "Extend" and node.var == variable]
    bound = {
        part for node in nodes if node.name in ("BGP", "TriplesBlock") for part in chain(*_triples(node))
    }
    return bool(extends) and variable not in bound and all(_makes(node) for node in extends)


def _makes(extend: Any) -> bool:
    """True where a BIND makes a node, or takes one that a BIND before it has made."""
    from rdflib.term import Variable

    if not isinstance(extend.expr, Variable):
        return getattr(extend.expr, "name", "") in ("Builtin_IRI", "Builtin_URI", "Builtin_BNODE")
    before = [one for one in _nodes(extend.p) if one.name == "Extend" and one.var == extend.expr]
    return bool(before) and all(map(_makes, before))


def _triples(node: Any) -> Iterator[tuple[Any, Any, Any]]:
    """The triples of a basic graph pattern; inside FILTER the parser leaves them one after the other."""
    if node.name == "BGP":
        yield from node.triples
        return
    for flat in node.triples:
        parts = iter(flat)
        yield from zip(parts, parts, parts, strict=True)


def _ends(triples: Sequence[Any]) -> Iterator[Any]:
    """What a basic graph pattern binds by statements, not by paths that may have no steps."""
    from rdflib.paths import Path

    for subject, predicate, value in triples:
        if not isinstance(predicate, Path):
            yield from (subject, value)


def _patterns(triples: Sequence[Any], bound: Collection[Any]) -> list[Pattern] | None:
    """The patterns of a basic graph pattern; None where a path of no steps could begin anywhere."""
    from rdflib.paths import MulPath, Path
    from rdflib.term import Variable

    known = {*bound, *_ends(triples)}
    patterns: list[Pattern] = []
    for subject, predicate, value in triples:
        if not isinstance(predicate, Path):
            patterns.append(Pattern(*map(_part, (subject, predicate, value))))
            continue
        is_anchored = any(not isinstance(end, Variable) or end in known for end in (subject, value))
        steps = list(_steps(predicate))
        if not is_anchored and any(isinstance(step, MulPath) and step.zero for step in steps):
            return None
        patterns += [Pattern("", iri, "") for iri in _properties(steps)]
    return patterns


def _steps(path: Any) -> Iterator[Any]:
    """A path and the paths that it is made of."""
    from rdflib.paths import AlternativePath, InvPath, MulPath, Path, SequencePath

    yield path
    if isinstance(path, SequencePath | AlternativePath):
        for part in path.args:
            yield from _steps(part)
    elif isinstance(path, InvPath):
        yield from _steps(path.arg)
    elif isinstance(path, MulPath):
        yield from _steps(path.path)
    elif isinstance(path, Path):
        yield None  # one that tells which properties it does not follow


def _properties(steps: Sequence[Any]) -> Iterator[str]:
    from rdflib.term import URIRef

    for step in steps:
        if step is None:
            yield ""
        elif isinstance(step, URIRef):
            yield _part(step)


def _part(term: Any) -> str:
    from rdflib.term import URIRef, Variable

    if isinstance(term, URIRef):
        return f"<{term}>"
    return f"?{term}" if isinstance(term, Variable) else ""
