"""The whole graph as files to download, in each RDF syntax.

All dumps are written side by side, some things at a time: no graph is ever held as text, and what is said
of a thing is put in order once for all of them. Where a thing stands in a block hangs on its address only, so
that the next run finds the blocks that no change touches as they are, packed, in the files of this one.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from typing import BinaryIO, NamedTuple
from urllib.parse import urlsplit
from zlib import ZLIB_RUNTIME_VERSION, crc32

from pyoxigraph import NamedNode

from mca_graph.contributions.words import kebab
from mca_graph.publishing.machines.context import Context
from mca_graph.publishing.machines.distributions import Distribution, Downloads
from mca_graph.publishing.machines.graphs import Graphs
from mca_graph.publishing.machines.resource_data import ResourceData
from mca_graph.publishing.machines.spelling import Group
from mca_graph.publishing.packing import Block, Packer
from mca_graph.publishing.site.context import Site

FOLDER = "data/"
CONTEXT = "context.jsonld"

_W3C = "https://www.w3.org/TR/"
_CURRENT = "The current graph, with ontology and concepts: what holds where sources disagree"
_ALL = "Every graph: the current one, ontology, concepts, and each contribution with where it comes from"
_RECORD = "dumps"
_APART = 500
"""A block has so many things, more or less: smaller ones pack worse, of larger ones more is made anew."""


class Part(NamedTuple):
    """Some things of a graph, one after the other.

    Attributes:
        graph: its name.
        addresses: the things, as they are written.
        subjects: their numbers.
        begins: they are its first.
        ends: they are its last.
    """

    graph: str
    addresses: Sequence[str]
    subjects: Sequence[int]
    begins: bool
    ends: bool


class _Memory:
    """Remembers the last text, for the dump that asks for the same one.

    Args:
        write: writes statements.
    """

    def __init__(self, write: Callable[[Sequence[Group]], str]) -> None:
        self._write = write
        self._last: tuple[Sequence[Group], str] = ((), "")

    def __call__(self, groups: Sequence[Group]) -> str:
        if groups is not self._last[0]:
            self._last = groups, self._write(groups)
        return self._last[1]


class _Dump:
    """A file in one syntax.

    Args:
        packer: takes its blocks.
        data: writes statements.
        turtle: writes statements as Turtle.
        old: what the last run wrote, where blocks may be taken over from there.
    """

    def __init__(self, packer: Packer, data: ResourceData, turtle: _Memory, old: BinaryIO | None) -> None:
        self._packer, self._spelling, self._context = packer, data.spelling, data.context
        self._turtle, self._old, self._texts = turtle, old, list[str]()

    def take(self, part: Part, groups: Sequence[Group]) -> None:
        """Take what a graph says of some things."""
        if part.begins:
            self.begin(part.graph)
        if groups:
            self.add(part, groups)
        if part.ends:
            self.end()

    def begin(self, graph: str) -> None:
        pass

    def add(self, part: Part, groups: Sequence[Group]) -> None:
        raise NotImplementedError

    def end(self) -> None:
        pass

    def write(self, text: str) -> None:
        self._texts.append(text)

    def pack(self) -> Block:
        """Make a block of what was written since the last."""
        block = self._packer.write("".join(self._texts).encode())
        self._texts.clear()
        return block

    def copy(self, block: Block) -> Block:
        """Take over a block of the old file."""
        assert self._old is not None
        self._old.seek(block.offset)
        return self._packer.take(self._old.read(block.length), block.crc, block.size)


class _NTriples(_Dump):
    def add(self, part: Part, groups: Sequence[Group]) -> None:
        self.write(self._spelling.ntriples(groups))


class _NQuads(_Dump):
    def add(self, part: Part, groups: Sequence[Group]) -> None:
        self.write(self._spelling.ntriples(groups, f" {NamedNode(part.graph)}"))


class _Turtle(_Dump):
    def begin(self, graph: str) -> None:
        self.write(f"{self._spelling.heading()}\n")

    def add(self, part: Part, groups: Sequence[Group]) -> None:
        self.write(self._turtle(groups))


class _TriG(_Turtle):
    def __init__(self, packer: Packer, data: ResourceData, turtle: _Memory, old: BinaryIO | None) -> None:
        super().__init__(packer, data, turtle, old)
        self.write(self._spelling.heading())
        self.pack()  # apart from the first block, which may be taken over

    def begin(self, graph: str) -> None:
        self.write(f"\n{NamedNode(graph)} {{\n")

    def end(self) -> None:
        self.write("}\n")


class _JsonLd(_Dump):
    def begin(self, graph: str) -> None:
        self.write(self._context.heading())

    def add(self, part: Part, groups: Sequence[Group]) -> None:
        between = "" if part.begins else ",\n"
        self.write(f"{between}{self._context.listed(self._context.nodes(groups))}")

    def end(self) -> None:
        self.write("\n  ]\n}\n")


_SYNTAXES = (
    (_Turtle, "ttl", "Turtle", "text/turtle", "turtle"),
    (_NTriples, "nt", "N-Triples", "application/n-triples", "n-triples"),
    (_JsonLd, "jsonld", "JSON-LD", "application/ld+json", "json-ld11"),
    (_NQuads, "nq", "N-Quads", "application/n-quads", "n-quads"),
    (_TriG, "trig", "TriG", "application/trig", "trig"),
)
_OF_ALL = (_NQuads, _TriG)


@dataclass(slots=True)
class _Record:
    """What is known of the dumps of a run.

    Attributes:
        made_with: a fingerprint of what they hang on besides the statements.
        files: the fingerprint of each file.
        blocks: for each block, by a fingerprint of its things, where it stands in each of the files.
    """

    made_with: str = ""
    files: dict[str, str] = field(default_factory=dict)
    blocks: dict[str, list[list[int]]] = field(default_factory=dict)


def write_dumps(site: Site, data: ResourceData, graphs: Graphs, downloads: Downloads) -> None:
    """Write the dumps, those of the current graph first.

    Args:
        site: the site.
        data: writes statements.
        graphs: what is to be written.
        downloads: takes the files.
    """
    old, new = _old_record(site, data, graphs), _Record(_made_with(data, graphs))
    changed = _changed(site, graphs)
    with ExitStack() as stack:
        of_current, of_all = list[_Dump](), list[_Dump]()
        turtle = _Memory(data.spelling.turtle)
        for make, ending, label, media_type, standard in _SYNTAXES:
            everything = make in _OF_ALL
            file = Distribution(
                f"{FOLDER}{stem(site)}.{ending}.gz",
                f"{site.project.title}{', with sources' if everything else ''} ({label})",
                f"{_ALL if everything else _CURRENT}, as {label}.",
                media_type,
                compressed=True,
                conforms_to=(f"{_W3C}{standard}/",),
                is_rdf=True,
                current_only=not everything,
            )
            new.files[file.path] = ""
            last = stack.enter_context((site.writer.out / file.path).open("rb")) if old.files else None
            dump = make(stack.enter_context(downloads.pack(file)), data, turtle, last)
            (of_all if everything else of_current).append(dump)
        for block in _blocks(graphs):
            dumps = [*of_all, *(of_current if block[0].graph == graphs.current else ())]
            name = _name(block)
            places = None if _is_touched(block, changed) else old.blocks.get(name)
            if places is None:
                made = _made(block, graphs, dumps)
            else:
                made = [dump.copy(Block(*place)) for dump, place in zip(dumps, places, strict=True)]
            new.blocks[name] = [list(place) for place in made]
    new.files = {path: site.writer.fingerprint(path) for path in new.files}
    site.kept.write(_RECORD, asdict(new))


def _made(block: Sequence[Part], graphs: Graphs, dumps: Sequence[_Dump]) -> list[Block]:
    """Write a block anew."""
    for part in block:
        groups = graphs.groups(part.graph, part.subjects)
        for dump in dumps:
            dump.take(part, groups)
    return [dump.pack() for dump in dumps]


def _blocks(graphs: Graphs) -> Iterator[list[Part]]:
    """All graphs in blocks; that of the current graph share none with others, as some dumps have only these.

    Which things begin a block hangs on their addresses only: what is added or removed moves no other's.
    """
    block: list[Part] = []
    for name in graphs.names:
        found, is_current = graphs.subjects(name), name == graphs.current
        addresses, subjects = [address for address, _ in found], [subject for _, subject in found]
        begins = {index for index, address in enumerate(addresses) if crc32(address.encode()) % _APART == 0}
        for start, end in pairwise((0, *sorted(begins - {0}), len(found))):
            if block and (start in begins or (is_current and start == 0)):
                yield block
                block = []
            is_last = end == len(found)
            block.append(Part(name, addresses[start:end], subjects[start:end], start == 0, is_last))
        if is_current:
            yield block
            block = []
    if block:
        yield block


def _name(block: Sequence[Part]) -> str:
    """A fingerprint of which things of which graphs stand in a block."""
    hasher = hashlib.blake2b(digest_size=12)
    for graph, addresses, _subjects, begins, ends in block:
        things = "\n".join(addresses)
        hasher.update(f"{graph} {begins} {ends} {len(addresses)}\n{things}\n".encode())
    return hasher.hexdigest()


def _is_touched(block: Sequence[Part], changed: Mapping[str, set[int]]) -> bool:
    return any(not changed[part.graph].isdisjoint(part.subjects) for part in block if part.graph in changed)


def _changed(site: Site, graphs: Graphs) -> dict[str, set[int]]:
    """For each graph the things of which it says something else than it did."""
    found: dict[str, set[int]] = defaultdict(set)
    for quad in site.changes.quads if site.changes is not None else ():
        name = quad.graph_name.value if isinstance(quad.graph_name, NamedNode) else graphs.current
        number = site.snapshot.number_of(quad.subject)  # type: ignore[arg-type]
        if number is not None:
            found[name].add(number)
    return found


def _old_record(site: Site, data: ResourceData, graphs: Graphs) -> _Record:
    """What is known of the files of the last run, where blocks may be taken over; else nothing."""
    found = site.kept.read(_RECORD)
    if found is None:
        return _Record()
    try:
        record = _Record(**found)
    except TypeError:  # of another version
        return _Record()
    fits = record.made_with == _made_with(data, graphs)
    if fits and all(site.writer.left(path) == print_ for path, print_ in record.files.items()):
        return record
    return _Record()


def _made_with(data: ResourceData, graphs: Graphs) -> str:
    """A fingerprint of what dumps hang on besides the statements."""
    parts = (ZLIB_RUNTIME_VERSION, data.spelling.heading(), data.context.fingerprint, graphs.nameless)
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=12).hexdigest()


def stem(site: Site) -> str:
    """The name of the dumps without its ending: the last word of the base, such as ``mca-graph``."""
    parts = urlsplit(site.project.base)
    last = parts.path.strip("/").rpartition("/")[2] or (parts.hostname or "").partition(".")[0]
    return kebab(last) or "graph"


def context_file(context: Context) -> bytes:
    """The whole context of the JSON-LD files."""
    return json.dumps({"@context": context.full()}, indent=2, ensure_ascii=False).encode() + b"\n"
