"""The data of one thing beside its page: Turtle, JSON-LD and N-Triples.

A thing's files hold what is said of it and, where they are not too many, the statements that point to it;
those of a concept scheme hold its concepts too, and those of a contribution what it says. Each file
says of itself what it is about, under which licence it stands and to which dataset it belongs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import islice

from pyoxigraph import Literal, NamedNode, Quad

from mca_graph.namespaces import DCTERMS, FOAF, RDFS, SKOS, STANDARD_PREFIXES
from mca_graph.publishing.machines.context import Context, Usage, leaves_usage, samples, usage_in
from mca_graph.publishing.machines.graphs import quad_of
from mca_graph.publishing.machines.spelling import Group, Pair, Spelling
from mca_graph.publishing.machines.statements import grouped, ordered
from mca_graph.publishing.site.context import Site

SYNTAXES: tuple[tuple[str, str, str], ...] = (
    (".ttl", "turtle", "text/turtle"),
    (".jsonld", "jsonld", "application/ld+json"),
    (".nt", "ntriples", "application/n-triples"),
)
"""Of each file of a thing: its ending, the name of its syntax, and its media type."""

MOST_STATEMENTS = {"pointing": 1_000, "said": 10_000}
"""So many statements that point to a thing, or that a contribution says, stand in its files."""

_IN_SCHEME = SKOS + "inScheme"
_USAGE = "usage"


class ResourceData:
    """Makes the data files of things.

    Args:
        site: the site that they are for.
    """

    def __init__(self, site: Site) -> None:
        self._site, self._snapshot = site, site.snapshot
        self.spelling = Spelling(site.snapshot.terms, site.snapshot.type, site.project.prefixes)
        number_of = site.snapshot.id_of
        self._contributions = site.snapshot.stated_by()
        self._said_by = lru_cache(maxsize=16)(self._count_said)
        self._topic, self._in, self._comment = (
            number_of(NamedNode(iri))
            for iri in (FOAF + "primaryTopic", STANDARD_PREFIXES["void"] + "inDataset", RDFS + "comment")
        )
        self._same: list[Pair] = [(self._in, number_of(NamedNode(f"{site.project.base}dataset")))]
        if site.project.licence:
            licence = (NamedNode(DCTERMS + "license"), NamedNode(site.project.licence))
            self._same.append((number_of(licence[0]), number_of(licence[1])))

    @cached_property
    def context(self) -> Context:
        """The terms of the JSON-LD files."""
        site = self._site
        noted = self._noted
        if noted is None or site.changes is None or not leaves_usage(site.changes.quads, self._is_there):
            noted = self._usage()
        site.kept.write(_USAGE, noted)
        return Context(site.project, self._snapshot, noted)

    @property
    def writes_as_before(self) -> bool:
        """True where the same statements give the same text as in the last run."""
        return self._noted is not None and self.context.has(self._noted)

    @cached_property
    def _noted(self) -> Usage | None:
        note = self._site.kept.read(_USAGE)
        return Usage(*note) if note is not None else None

    def _usage(self) -> Usage:
        about_files = [
            Quad(self._snapshot.terms[self._in], NamedNode(iri), value)  # type: ignore[arg-type]
            for iri, value in (
                (FOAF + "primaryTopic", NamedNode(FOAF)),
                (STANDARD_PREFIXES["void"] + "inDataset", NamedNode(FOAF)),
                (DCTERMS + "license", NamedNode(FOAF)),
                (RDFS + "comment", _left_out(0, "point here")),
            )
        ]
        return usage_in([*samples(self._snapshot), *about_files], self._site.project.language)

    def _is_there(self, quad: Quad) -> bool:
        """True for a statement that stands in some file."""
        snapshot = self._snapshot
        subject, *pair = map(snapshot.number_of, (quad.subject, quad.predicate, quad.object))  # type: ignore[arg-type]
        if subject is None:
            return False
        return tuple(pair) in {
            *snapshot.facts(subject),
            *snapshot.header(subject),
            *snapshot.sources(subject),
        }

    def files(self, number: int) -> Iterator[tuple[str, bytes]]:
        """The data files of a thing that has a page, each with its path."""
        iri = self._snapshot.iri(number)
        stem, groups = self._site.paths.stem(iri), self.groups(number)
        about = sorted(self._about_file(number), key=self.spelling.position)
        for ending, name, _media_type in SYNTAXES:
            whole: list[Group] = [*groups, (NamedNode(f"{iri}{ending}"), about)]
            whole.sort(key=lambda group: self.spelling.subject(group[0]))
            yield f"{stem}{ending}", self._text(whole, name)

    def text(self, quads: Sequence[Quad], format_name: str) -> bytes:
        """Ordered statements as a file of the site."""
        return self._text(grouped(quads, self._snapshot.id_of), format_name)

    def _text(self, groups: Sequence[Group], format_name: str) -> bytes:
        write = {
            "turtle": self.spelling.document,
            "ntriples": self.spelling.ntriples,
            "jsonld": self.context.document,
        }
        return write[format_name](groups).encode()

    def groups(self, number: int) -> list[Group]:
        """The statements of a thing's files, in order."""
        found: dict[int, dict[Pair, None]] = {}
        for subject, pair in self._about(number):
            found.setdefault(subject, {})[pair] = None
        nameless = self._snapshot.nameless
        if nameless and any(one in nameless for s, pairs in found.items() for one in (s, *_values(pairs))):
            return self._renamed(found)
        position = self.spelling.position
        return [
            (subject, sorted(found[subject], key=position))
            for subject in sorted(found, key=self.spelling.whole.__getitem__)
        ]

    def _renamed(self, found: Mapping[int, Iterable[Pair]]) -> list[Group]:
        """Statements in order, with canonical names for nodes without names."""
        quads = ordered(
            quad_of(self._snapshot, subject, *pair) for subject, pairs in found.items() for pair in pairs
        )
        return grouped(quads, self._snapshot.id_of)

    def _about(self, number: int) -> Iterator[tuple[int, Pair]]:
        """The statements of a thing's files, in no order."""
        yield from self._closure(number, set())
        pointing = list(self._snapshot.pointing(number))
        for property_, subject in pointing:
            if len(pointing) <= MOST_STATEMENTS["pointing"]:
                yield subject, (property_, number)
            if self._snapshot.iri(property_) == _IN_SCHEME:
                yield from self._closure(subject, set())
        if self.holds_what_is_said(number):
            for subject in self._contributions.get(number, ()):
                for pair in self._snapshot.stated(number, subject):
                    yield subject, pair

    def holds_what_is_said(self, number: int) -> bool:
        """True where the files of a contribution hold what it says: that is not too much."""
        said = (1 for one in self._contributions.get(number, ()) for _ in self._snapshot.stated(number, one))
        return sum(islice(said, MOST_STATEMENTS["said"] + 1)) <= MOST_STATEMENTS["said"]

    def _closure(self, subject: int, seen: set[int]) -> Iterator[tuple[int, Pair]]:
        """What is said of a thing, and of the nodes without names that this leads to."""
        seen.add(subject)
        for pair in (*self._snapshot.facts(subject), *self._snapshot.header(subject)):
            yield subject, pair
            if pair[1] in self._snapshot.nameless and pair[1] not in seen:
                yield from self._closure(pair[1], seen)

    def _count_said(self, graph: int) -> int:
        """How many statements a contribution makes; none where the number is not one's."""
        return sum(1 for one in self._contributions.get(graph, ()) for _ in self._snapshot.stated(graph, one))

    def _about_file(self, number: int) -> Iterator[Pair]:
        """What a file says of itself (VoID, section 6.2)."""
        yield self._topic, number
        yield from self._same
        for count, name, verb in (
            (sum(1 for _ in self._snapshot.pointing(number)), "pointing", "point here"),
            (self._said_by(number), "said", "are made here"),
        ):
            if count > MOST_STATEMENTS[name]:
                yield self._comment, self._snapshot.id_of(_left_out(count, verb))


def _left_out(count: int, verb: str) -> Literal:
    text = f"{count} statements {verb}; they are too many for this file and stand in the dumps."
    return Literal(text, language="en")


def _values(pairs: Iterable[Pair]) -> Iterator[int]:
    return (value for _property, value in pairs)
