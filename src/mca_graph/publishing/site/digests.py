"""Fingerprints of what pages are made from, so that a page is written anew only where that has changed.

Each thing has a fingerprint of what is said of it and by whom. That of a page joins those of the thing and
of what is next to it by adding them up: the order does not matter, and adding is quick. So a change to one
thing reaches the pages that show it, and no others.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain

from mca_graph.namespaces import GEO, LABEL_PROPERTIES
from mca_graph.publishing.site.context import Site
from mca_graph.publishing.site.figures import coordinates
from mca_graph.publishing.site.snapshot import Snapshot

_MOST_KEPT = 200_000


class _Known(dict[int, int]):
    """Numbers by number, each worked out when it is first asked for, and kept while there is room."""

    def __init__(self, work_out: Callable[[int], int]) -> None:
        super().__init__()
        self._work_out = work_out

    def __missing__(self, key: int) -> int:
        if len(self) >= _MOST_KEPT:
            self.clear()
        value = self[key] = self._work_out(key)
        return value


class Digests:
    """Works out fingerprints.

    Args:
        site: the site that is being published.
        is_joiner: tells things that are shown by what they join, and so are looked through.
        of_few: a few pages only are asked for.
    """

    def __init__(self, site: Site, is_joiner: Callable[[int], bool], *, of_few: bool = False) -> None:
        self._site, self._snapshot, self._is_joiner = site, site.snapshot, is_joiner
        self._seen = seen_beside(site)
        self._common = f"{site.edition} {site.machines.data.context.fingerprint}"
        # Those of all terms as numbers, which copies of the process can share.
        self._term: Mapping[int, int] | Sequence[int] = (
            _Known(self._of_term)
            if of_few
            else array("Q", map(self._of_term, range(len(site.snapshot.terms))))
        )
        self._said = _Known(self._of_said)
        self._beside = _Known(self._of_beside)
        self._shown = _Known(self._of_shown)
        self._source = _Known(self._of_source)

    def of_page(
        self, number: int, above: Iterable[int], stated: Iterable[int], extra: str, *, in_full: bool = True
    ) -> str:
        """A fingerprint of all that a thing's page and its data files are made from.

        Args:
            number: the thing.
            above: what it is part of.
            stated: where it is a contribution, what it speaks of.
            extra: what else the page shows.
            in_full: its files hold what it says of those, not their names alone.
        """
        site, snapshot = self._site, self._snapshot
        iri = snapshot.iri(number)
        sums = (
            self._said[number],
            sum(self._shown[one] for one in self._neighbours(number)),
            sum(self._shown[one] for one in above),
            sum(map((self._said if in_full else self._beside).__getitem__, stated)),
            sum(self._said[one] for one in snapshot.subjects(site.vocabulary.in_scheme, number)),
            sum(self._source[graph] for graph in snapshot.graphs_on(number)),
            site.machines.schema_org.digest(number),
        )
        disputes = repr(site.disputes.get(number, ""))
        return _hex(f"{self._common} {site.paths.stem(iri)} {sums} {disputes} {extra}")

    def _neighbours(self, number: int) -> Iterator[int]:
        return neighbours(self._snapshot, number)

    def _of_term(self, number: int) -> int:
        """That of a term; a node without a name has another name each time that the file is read."""
        snapshot = self._snapshot
        return 0 if number in snapshot.nameless else digest_of(str(snapshot.terms[number]).encode())

    def _of_said(self, number: int) -> int:
        """What is said of a thing and by whom, and what of the nodes without names that this leads to."""
        snapshot = self._snapshot
        flat = chain(
            chain.from_iterable(snapshot.facts(number)), chain.from_iterable(snapshot.header(number))
        )
        found = array("Q", map(self._term.__getitem__, chain(flat, snapshot.evidence(number))))
        self._said[number] = 0  # a circle ends here
        inner = [value for _p, value in snapshot.facts(number) if value in snapshot.nameless]
        found.extend(map(self._said.__getitem__, inner))
        return digest_of(found.tobytes())

    def _of_beside(self, number: int) -> int:
        """What others show of a thing: what leads on from it, and some of its texts."""
        snapshot, seen = self._snapshot, self._seen
        found = array("Q")
        for pairs in (snapshot.facts(number), snapshot.header(number)):
            for property_, value in pairs:
                if property_ in seen or not snapshot.literal(value):
                    found.extend((self._term[property_], self._term[value]))
        iri = snapshot.iri(number)
        page = self._site.paths.stem(iri) if iri in self._site.paths else ""
        return digest_of(found.tobytes() + page.encode())

    def _of_shown(self, number: int) -> int:
        """What the page of a neighbour shows of a thing: of one that joins others, those too."""
        beyond = sum(self._beside[one] for one in self._neighbours(number)) if self._is_joiner(number) else 0
        place = coordinates(self._site, number)
        around = (place[0], self._beside[place[1]]) if place is not None else None
        return digest_of(f"{self._beside[number]} {beyond} {around}".encode())

    def _of_source(self, graph: int) -> int:
        """What pages show of a contribution: its header, and the names of what that leads to."""
        values = (value for _property, value in self._snapshot.header(graph))
        return self._said[graph] + sum(self._said[value] for value in values)


def neighbours(snapshot: Snapshot, number: int) -> Iterator[int]:
    """The things that a thing's statements lead to, and those that lead to it."""
    literal, type_ = snapshot.literal, snapshot.type
    for pairs in (snapshot.facts(number), snapshot.header(number)):
        yield from (one for property_, one in pairs if property_ != type_ and not literal(one))
    yield from (one for property_, one in snapshot.pointing(number) if property_ != type_)


def seen_beside(site: Site) -> frozenset[int]:
    """The properties whose texts are shown beside other things, too: names, dates, sums and places."""
    settings = site.settings
    dates = (*settings.start, *settings.end, *settings.months)
    seen = (*LABEL_PROPERTIES, *dates, *settings.amount, *settings.currency, GEO + "asWKT")
    return frozenset(number for iri in seen if (number := site.snapshot.find(iri)) is not None)


def digest_of(data: bytes) -> int:
    """A fingerprint that can be added up."""
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "big")


def _hex(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=10).hexdigest()
