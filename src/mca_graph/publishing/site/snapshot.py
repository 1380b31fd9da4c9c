"""The whole graph in memory, each term once and statements as numbers: read once, then asked many times.

A query for each fact of each page would cost minutes on a large graph. Here the files are read in one
pass, and what is said of a thing lies together.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from mca_graph.errors import McaGraphError
from mca_graph.namespaces import LABEL_PROPERTIES, OWL, RDF, RDFS
from mca_graph.project import Project
from mca_graph.rdf.read import read_quads
from mca_graph.store import Term
from mca_graph.validation.lexical import normal_forms

Pairs = Iterator[tuple[int, int]]

_EMPTY: array[int] = array("I")
_DENIAL = OWL + "NegativePropertyAssertion"


class _Numbers(dict[Term, int]):
    """The number of each term, in the order in which they were first asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.terms: list[Term] = []

    def __missing__(self, term: Term | Triple) -> int:
        if isinstance(term, Triple):
            raise McaGraphError(f"a statement inside a statement: {term}", "state it of a node with a name")
        number = self[term] = len(self.terms)
        self.terms.append(term)
        return number


class Snapshot:
    """A project's graph: what holds, who says so, and what is said of the contributions.

    Args:
        project: gives the files and the names of the graphs.
        losers: triples that contributions state, but that lost against others.
    """

    def __init__(self, project: Project, losers: Iterable[tuple[Term, Term, Term]] = ()) -> None:
        self.project = project
        self._ids = _Numbers()
        self.terms = self._ids.terms
        self._out: dict[int, array[int]] = {}
        self._into: dict[int, array[int]] = {}
        self._evidence: dict[int, array[int]] = {}
        self._header: dict[int, array[int]] = {}
        self._labels: dict[int, Literal | None] = {}
        self._types: dict[int, tuple[int, ...]] = {}
        self._used_by: dict[NamedNode, list[NamedNode]] = {}
        self.type = self.id_of(NamedNode(RDF + "type"))
        self._named_by = [self.id_of(NamedNode(iri)) for iri in LABEL_PROPERTIES]
        self._same: dict[tuple[int, ...], tuple[int, ...]] = {}
        self._denied: set[int] = set()
        for path in (*project.ontology_files, *project.concept_files):
            self._add(self._out, read_quads(path))
        for path in project.provenance_files:
            self._add(self._header, read_quads(path))
        for path in project.contribution_files:
            self._contribution(path)
        self.read = len(self.terms)
        """So many terms stand in the files; they have the first numbers, which hang on the files only."""
        self._settle({(self.id_of(s), self.id_of(p), self.id_of(o)) for s, p, o in losers})
        self.nameless = self.find_nameless()

    def id_of(self, term: Term | Triple) -> int:
        """The number of a term; a new one where it has none.

        Raises:
            McaGraphError: it is a statement inside a statement, which pages cannot show.
        """
        return self._ids[term]  # type: ignore[index]

    def find(self, iri: str) -> int | None:
        """The number of an IRI that the graph knows, or None."""
        try:
            return self.number_of(NamedNode(iri))
        except ValueError:
            return None

    def number_of(self, term: Term) -> int | None:
        """The number of a term that the graph knows, or None."""
        return self._ids.get(term)

    def iri(self, number: int) -> str:
        """The IRI of a thing; the empty text for a literal and for a node without a name."""
        term = self.terms[number]
        return term.value if isinstance(term, NamedNode) else ""

    def literal(self, number: int) -> bool:
        """True for the number of a literal."""
        return isinstance(self.terms[number], Literal)

    def facts(self, subject: int) -> Pairs:
        """Property and value of every statement on a thing that holds."""
        return _pairs(self._out.get(subject, _EMPTY))

    def header(self, subject: int) -> Pairs:
        """Property and value of every statement on a contribution, an editor or a pin."""
        return _pairs(self._header.get(subject, _EMPTY))

    def pointing(self, value: int) -> Pairs:
        """Property and subject of every statement that holds and has this value."""
        return _pairs(self._into.get(value, _EMPTY))

    def values(self, subject: int, *properties: int | None) -> list[int]:
        """The values of some properties of a thing."""
        return [value for property_, value in self.facts(subject) if property_ in properties]

    def subjects(self, property_: int, value: int) -> list[int]:
        """What has a value for a property."""
        return [subject for found, subject in self.pointing(value) if found == property_]

    def used_by(self, class_: NamedNode) -> Iterable[NamedNode]:
        """The properties that the things of a class and of those below it have."""
        if class_ not in self._used_by:
            above, classes = self.find(RDFS + "subClassOf"), [self.find(class_.value)]
            for one in classes:
                if one is not None and above is not None:
                    classes.extend(below for below in self.subjects(above, one) if below not in classes)
            things = {thing for one in classes if one is not None for thing in self.subjects(self.type, one)}
            found = set().union(*(self._out[thing][::2] for thing in things))
            self._used_by[class_] = [term for one in found if isinstance(term := self.terms[one], NamedNode)]
        return self._used_by[class_]

    def sources(self, subject: int) -> dict[tuple[int, int], list[int]]:
        """For each property and value that contributions state of a thing, which do."""
        flat = self._evidence.get(subject, _EMPTY)
        found: dict[tuple[int, int], list[int]] = {}
        for index in range(0, len(flat), 3):
            graphs = found.setdefault((flat[index], flat[index + 1]), [])
            if flat[index + 2] not in graphs:
                graphs.append(flat[index + 2])
        return found

    def evidence(self, subject: int) -> Iterable[int]:
        """Property, value and source of every statement of a contribution on a thing, one after another."""
        return self._evidence.get(subject, _EMPTY)

    def graphs_on(self, subject: int) -> set[int]:
        """The contributions that speak of a thing."""
        return set(self._evidence.get(subject, _EMPTY)[2::3])

    def stated_by(self) -> dict[int, list[int]]:
        """For each contribution the things that it speaks of, in the order of its file."""
        found: dict[int, dict[int, None]] = {}
        for subject, flat in self._evidence.items():
            for graph in dict.fromkeys(flat[2::3]):
                found.setdefault(graph, {})[subject] = None
        return {graph: list(subjects) for graph, subjects in found.items()}

    def current(self) -> Iterator[int]:
        """What the statements that hold are about, in the order of the files."""
        yield from self._out

    def headed(self) -> Iterator[int]:
        """The contributions, editors and pins, in the order of the files."""
        yield from self._header

    def stated(self, graph: int, subject: int) -> Pairs:
        """Property and value of every statement of a contribution on a thing."""
        flat = self._evidence.get(subject, _EMPTY)
        sources, pairs = flat[2::3], zip(flat[::3], flat[1::3], strict=True)
        if sources.count(graph) == len(sources):  # most things have one source only
            return pairs
        return (pair for pair, source in zip(pairs, sources, strict=True) if source == graph)

    def statements(self) -> Iterator[tuple[int, int, int]]:
        """Every statement of every file, some of them more than once.

        What contributions say also holds, save of the things on which they disagree or that are denied.
        """
        for held in (self._out, self._header):
            for subject, flat in held.items():
                for property_, value in _pairs(flat):
                    yield subject, property_, value
        for subject in self._disputed:
            flat = self._evidence.get(subject, _EMPTY)
            for property_, value in zip(flat[::3], flat[1::3], strict=True):
                yield subject, property_, value

    def having(self, properties: Collection[int]) -> frozenset[int]:
        """Everything of which a value of one of some properties holds."""
        wanted = frozenset(properties)
        return frozenset(one for one, flat in self._out.items() if not wanted.isdisjoint(flat[::2]))

    def find_nameless(self) -> frozenset[int]:
        """The numbers of all nodes without names."""
        return frozenset(number for number, term in enumerate(self.terms) if isinstance(term, BlankNode))

    def described(self) -> Iterator[int]:
        """Everything that is the subject of a statement, in the order of the files."""
        yield from self._out
        yield from (subject for subject in self._header if subject not in self._out)

    def types(self, subject: int) -> tuple[int, ...]:
        """The classes that a thing is said to be of."""
        found = self._types.get(subject)
        if found is None:
            type_ = self.type
            found = tuple(self.values(subject, type_)) or tuple(
                v for p, v in self.header(subject) if p == type_
            )
            self._types[subject] = found = self._same.setdefault(found, found)
        return found

    def label(self, number: int) -> str:
        """What people call a thing: its label in the project's language, else its CURIE, else its IRI."""
        found = self.label_literal(number)
        if found is not None:
            return found.value
        term = self.terms[number]
        if isinstance(term, NamedNode):
            return self.project.prefixes.shrink(term.value) or term.value
        return term.value if isinstance(term, Literal) else "something without a name"

    def label_literal(self, number: int) -> Literal | None:
        """The label of a thing with its language, or None."""
        if number not in self._labels:
            self._labels[number] = self._find_label(number)
        return self._labels[number]

    def _find_label(self, number: int) -> Literal | None:
        best: tuple[int, int, str] | None = None
        chosen: Literal | None = None
        for source in (self._out, self._header):
            for property_, value in _pairs(source.get(number, _EMPTY)):
                term = self.terms[value]
                if property_ in self._named_by and isinstance(term, Literal):
                    tag = (term.language or "").lower()
                    close = 0 if tag.split("-")[0] == self.project.language else 1 if not tag else 2
                    rank = (self._named_by.index(property_), close, term.value)
                    if best is None or rank < best:
                        best, chosen = rank, term
        return chosen

    def _add(self, where: dict[int, array[int]], quads: Iterable[Quad]) -> None:
        for subject, property_, value in self._numbered(quads):
            pair = (property_, value)
            where.setdefault(subject, array("I")).extend(pair)

    def _numbered(self, quads: Iterable[Quad]) -> Iterator[tuple[int, int, int]]:
        """Statements as the numbers of their terms."""
        ids = self._ids
        for quad in quads:
            yield ids[quad.subject], ids[quad.predicate], ids[quad.object]  # type: ignore[index]

    def _contribution(self, path: Path) -> None:
        """Read what a contribution says; its header apart, and what it denies not as something that holds."""
        graph = self.id_of(NamedNode(self.project.contribution_graph(path)))
        denial = self.id_of(NamedNode(_DENIAL))
        last, flat = -1, list[int]()
        for subject, property_, value in self._numbered(read_quads(path)):
            if subject != last:
                if flat:
                    self._state(graph, last, flat)
                last, flat = subject, []
            flat += (property_, value)
            if value == denial and property_ == self.type:
                self._denied.add(subject)
        if flat:
            self._state(graph, last, flat)

    def _state(self, graph: int, subject: int, flat: list[int]) -> None:
        """Note what a contribution says of a thing: properties and values, one after the other."""
        if subject == graph:
            self._header.setdefault(subject, array("I")).extend(flat)
            return
        said = [graph] * (len(flat) // 2 * 3)
        said[::3], said[1::3] = flat[::2], flat[1::2]
        for where, entry in ((self._out, flat), (self._evidence, said)):
            known = where.get(subject)
            if known is None:
                where[subject] = array("I", entry)
            else:
                known.extend(entry)

    def _settle(self, losers: set[tuple[int, int, int]]) -> None:
        """Take out what lost or was denied and what stands twice, and turn the statements round."""
        for subject in self._denied:
            self._out.pop(subject, None)
        lost = {subject for subject, _property, _value in losers}
        self._disputed = self._denied | lost
        into, literal = self._into, bytes(isinstance(term, Literal) for term in self.terms)
        for subject, flat in self._out.items():
            pairs = dict.fromkeys(_pairs(flat))
            if subject in lost:
                pairs = {pair: None for pair in pairs if (subject, *self._as_held(pair)) not in losers}
            if 2 * len(pairs) != len(flat):
                self._out[subject] = array("I", (number for pair in pairs for number in pair))
            for property_, value in pairs:
                if not literal[value]:
                    held = into.get(value)
                    if held is None:
                        into[value] = array("I", (property_, subject))
                    else:
                        held.extend((property_, subject))

    def _as_held(self, pair: tuple[int, int]) -> tuple[int, int]:
        """A property and its value as a store holds it, which keeps a number's value and not its spelling."""
        value = self.terms[pair[1]]
        return pair[0], self.id_of(normal_forms([value]).get(value, value))


def _pairs(flat: array[int]) -> Pairs:
    following = iter(flat)
    return zip(following, following, strict=True)
