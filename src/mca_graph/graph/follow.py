"""Make the index of a project from the last one, where only a little of what contributions say has changed.

The last index is copied by hard links. Statements that went are taken out of the copy and new ones put in;
what holds is decided anew for them and for whatever had lost its dispute. Wherever the outcome could be
another than that of building from nothing, the index is built from nothing.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, QuerySolutions, Triple, parse

from mca_graph.errors import McaGraphError
from mca_graph.graph.assemble import Assembly, contribution_quads, is_large, placed_quads
from mca_graph.graph.changes import Changes
from mca_graph.graph.index import best, tidied
from mca_graph.graph.lineage import record
from mca_graph.graph.manifest import Entry
from mca_graph.graph.remains import Kept, Remains
from mca_graph.graph.resolve import Resolver
from mca_graph.graph.rules import single_valued
from mca_graph.graph.texts import is_line_based, keep, kept, lines_of, middle
from mca_graph.namespaces import LABEL_PROPERTIES, OWL, RDF, RDFS, XSD
from mca_graph.project import Project
from mca_graph.rdf.formats import format_of
from mca_graph.rdf.read import check_encoding, read_quads
from mca_graph.store import Term
from mca_graph.store.embedded import NAMES_FILE, EmbeddedStore, create, state_of

_DEFAULT = DefaultGraph()
_TYPE = NamedNode(RDF + "type")
_DENIAL = NamedNode(OWL + "NegativePropertyAssertion")
_DENIED_OF = NamedNode(OWL + "sourceIndividual")
_SUBCLASS = NamedNode(RDFS + "subClassOf")
_NAMES = frozenset(map(NamedNode, LABEL_PROPERTIES))

_TEXTS = frozenset((XSD + "string", XSD + "anyURI"))

_MOST = 50_000
"""More changed statements than this are sooner loaded with all the others than one by one."""

_MANY = 2_000
"""Of more things than this the disputes are not looked for one thing after the other."""

_PART = 5
"""No more than one part in so many of a large file may have changed, nor are more of all files compared."""

_LONGEST = 50
"""After so many indexes made one from another a large one is tidied again."""


class _UnfitError(Exception):
    """The last index is not one to make this one from."""


@dataclass(frozen=True, slots=True)
class _Difference:
    """What changed in a contribution: in the graph of its own, and in what is said of it.

    Attributes:
        removed: the statements that went.
        added: the statements that came.
        distinct: how many different ones there are now, where that is known.
        spelt: statements with a number or a date that is spelt otherwise than before: to the store they are
            the same, to whoever reads the file they are not.
        odd: statements with one in a spelling that the store does not keep, where they are wanted again.
    """

    removed: set[Quad]
    added: set[Quad]
    distinct: int | None = None
    spelt: set[Quad] = field(default_factory=set)
    odd: set[Quad] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Step:
    """How an index was made from another.

    Attributes:
        before: the key of the other.
        changes: what differs between the two.
        remains: what the next one is made with.
    """

    before: str
    changes: Changes
    remains: Remains


class Following(Assembly):
    """The files of a project on their way into a store, be it a new one or a copy of the last.

    Args:
        project: whose files they are.
    """

    def __init__(self, project: Project) -> None:
        super().__init__(project)
        self._step: _Step | None = None
        self._odd: set[Quad] = set()

    def said_in(self, path: Path) -> Iterator[Quad]:
        """What a contribution says; it is noted what of it the store spells otherwise."""
        quads = list(super().said_in(path))
        self._odd |= _oddly_spelt(quads)
        yield from quads

    def follow(
        self, home: Path, last: tuple[str, Mapping[str, Entry]] | None, now: Mapping[str, Entry], folder: Path
    ) -> bool:
        """Make the store from the last one; see :class:`mca_graph.graph.build.Build`."""
        self._step, self._odd = None, set()
        if last is None:
            return False
        try:
            self._step = _Last(self._project, home, *last).step(now, folder)
        except (_UnfitError, McaGraphError, OSError, RuntimeError, SyntaxError, ValueError):
            shutil.rmtree(folder, ignore_errors=True)  # building from nothing shows what is wrong, if it is
            return False
        return True

    def note(self, home: Path, key: str, now: Mapping[str, Entry]) -> None:
        """Keep what the next index is made with; see :class:`mca_graph.graph.build.Build`."""
        step = self._step
        remains = step.remains if step is not None else Remains(self.losers, odd=self._odd)
        if any(map(_has_blank_node, (*remains.losers, *remains.odd))):
            return  # another time the node has another name
        texts = dict(self._keep_texts(home, now, remains.texts))
        with contextlib.suppress(OSError):
            if step is not None:
                record(home, step.before, key, step.changes)
            replace(remains, texts=texts).write(home, key)

    def _keep_texts(
        self, home: Path, now: Mapping[str, Entry], known: Mapping[str, Kept]
    ) -> Iterator[tuple[str, Kept]]:
        for path in self._project.contribution_files:
            if (entry := now.get(str(path))) is not None and is_large(entry.size) and is_line_based(path):
                keep(home, path, entry.digest)
                was = known.get(str(path))
                yield str(path), was if was is not None and was.digest == entry.digest else Kept(entry.digest)


class _Last:
    """The last index of a project, and how the next is made from it.

    Args:
        project: the project.
        home: the folder of its indexes.
        key: the key of the last one.
        before: what that was made from.

    Raises:
        StoreError: it is not there, or damaged.
    """

    def __init__(self, project: Project, home: Path, key: str, before: Mapping[str, Entry]) -> None:
        self._project, self._home, self._key, self._before = project, home, key, before
        remains = Remains.read(home, key)
        if remains is None:
            raise _UnfitError
        self._remains = remains
        self._folder = best(home / key)
        self._store = EmbeddedStore.open(self._folder)
        self._provenance = NamedNode(project.graph("provenance"))

    def step(self, now: Mapping[str, Entry], folder: Path) -> _Step:
        """Make the next index.

        Args:
            now: what it is made from.
            folder: where; nothing is there yet.

        Raises:
            _UnfitError: it is better built from nothing, or cannot be made in this way.
            McaGraphError, OSError, RuntimeError, SyntaxError, ValueError: something went wrong on the way.
        """
        paths = self._changed(now)
        self._refuse_foreign_headers(paths)
        differences = {path: self._difference(path, now) for path in paths}
        removed = set().union(*(one.removed for one in differences.values()))
        added = set().union(*(one.added for one in differences.values()))
        spelt = set().union(*(one.spelt for one in differences.values()))
        self._refuse_special(removed | added, now)
        self._store.engine.backup(str(folder))  # of links, so that it takes no room
        store = create(folder)
        try:
            moved, losers = self._apply(store, paths, removed, added)
            store.engine.flush()
            steps = 1 if self._folder == tidied(self._folder) else self._remains.steps + 1
            if steps < _LONGEST:
                self._bring_names(store, folder, moved)
        finally:
            store.close()
        if any(_has_blank_node(quad) for quad in moved):
            raise _UnfitError
        texts = {
            str(path): Kept(now[str(path)].digest, one.distinct)
            for path, one in differences.items()
            if one.distinct is not None
        }
        held = {_held(quad) for quad in spelt if quad.graph_name != self._provenance}
        return _Step(
            self._key,
            Changes(frozenset(removed | added | moved | spelt | held)),
            Remains(losers, {**self._remains.texts, **texts}, steps, self._odd_after(differences)),
        )

    def _odd_after(self, differences: Mapping[Path, _Difference]) -> set[Quad]:
        """What contributions now say in a spelling that the store does not keep."""
        graphs = {NamedNode(self._project.contribution_graph(path)) for path in differences}
        others = {quad for quad in self._remains.odd if graphs.isdisjoint((quad.graph_name, quad.subject))}
        return others.union(*(one.odd for one in differences.values()))

    def _changed(self, now: Mapping[str, Entry]) -> list[Path]:
        """The contributions that came, went or changed.

        Raises:
            _UnfitError: other files changed too.
        """
        before = self._before
        folder = self._project.root / "data" / "contributions"
        names = before.keys() | now.keys()
        paths = [
            Path(name)
            for name in sorted(names)
            if name not in before or name not in now or before[name].digest != now[name].digest
        ]
        if not paths or any(path.parent != folder for path in paths):
            raise _UnfitError
        slugs = [path.stem for path in map(Path, names) if path.parent == folder]
        whole = [str(path) for path in paths if not self._is_compared_as_text(path, now)]
        size = sum(now[name].size for name in whole if name in now)
        too_many = is_large(size) and size > sum(entry.size for entry in now.values()) // _PART
        if len(set(slugs)) < len(slugs) or too_many:
            raise _UnfitError
        return paths

    def _refuse_foreign_headers(self, paths: Sequence[Path]) -> None:
        """Refuse where a header is not the contribution's alone.

        Raises:
            _UnfitError: it is not, so that it is not known what goes with it.
        """
        files = self._project.provenance_files
        if is_large(sum(path.stat().st_size for path in files)):
            raise _UnfitError
        graphs = {NamedNode(self._project.contribution_graph(path)) for path in paths}
        if any(quad.subject in graphs for path in files for quad in read_quads(path)):
            raise _UnfitError

    def _is_compared_as_text(self, path: Path, now: Mapping[str, Entry]) -> bool:
        name = str(path)
        both = name in now and name in self._before
        return both and is_large(now[name].size) and is_large(self._before[name].size) and is_line_based(path)

    def _difference(self, path: Path, now: Mapping[str, Entry]) -> _Difference:
        if self._is_compared_as_text(path, now):
            return self._difference_of_texts(path, now[str(path)])
        entries = [entries[str(path)] for entries in (self._before, now) if str(path) in entries]
        if any(is_large(entry.size) for entry in entries):
            raise _UnfitError
        graph = NamedNode(self._project.contribution_graph(path))
        was = {*self._find(None, graph), *self._find(graph, self._provenance)}
        said = list(contribution_quads(self._project, path)) if str(path) in now else []
        is_, odd = _as_stored(said), _oddly_spelt(said)
        if any(map(_has_blank_node, was | is_)):
            raise _UnfitError
        oddly_before = {quad for quad in self._remains.odd if graph in (quad.graph_name, quad.subject)}
        return _Difference(was - is_, is_ - was, spelt=oddly_before ^ odd, odd=odd)

    def _difference_of_texts(self, path: Path, entry: Entry) -> _Difference:
        digest = self._before[str(path)].digest
        copy = kept(self._home, digest)
        lines = lines_of(copy, digest)
        part = middle(copy, path, entry.size // _PART)
        if lines is None or part is None:
            raise _UnfitError
        read = [self._read(path, text) for text in part]
        was, is_ = (_as_stored(placed_quads(self._project, path, quads)) for quads in read)
        if any(map(_has_blank_node, was | is_)):
            raise _UnfitError
        removed, added = was - is_, {quad for quad in is_ - was if quad not in self._store.engine}
        distinct = self._distinct(path, digest) if removed else self._known_distinct(path, digest)
        if removed and distinct != lines:
            raise _UnfitError  # what went from one line may stand on another
        if distinct is not None:
            distinct += len(added) - len(removed)
        graph = NamedNode(self._project.contribution_graph(path))
        spelt = {
            Quad(quad.subject, quad.predicate, quad.object, graph) for quad in set(read[0]) ^ set(read[1])
        }
        return _Difference(removed, added, distinct, spelt)

    def _read(self, path: Path, text: bytes) -> list[Quad]:
        """Some lines of a contribution."""
        check_encoding(str(path), text)
        return list(parse(text, format=format_of(path).engine))

    def _known_distinct(self, path: Path, digest: str) -> int | None:
        known = self._remains.texts.get(str(path))
        return known.distinct if known is not None and known.digest == digest else None

    def _distinct(self, path: Path, digest: str) -> int:
        """How many different statements a contribution made."""
        if (known := self._known_distinct(path, digest)) is not None:
            return known
        graph = NamedNode(self._project.contribution_graph(path))
        rows = self._store.query(f"SELECT (COUNT(*) AS ?n) {{ GRAPH {graph} {{ ?s ?p ?o }} }}")
        assert isinstance(rows, QuerySolutions)
        return int(next(iter(rows))["n"].value) + sum(1 for _ in self._find(graph, self._provenance))

    def _find(self, subject: NamedNode | None, graph: NamedNode) -> Iterator[Quad]:
        return self._store.engine.quads_for_pattern(subject, None, None, graph)

    def _refuse_special(self, changed: Collection[Quad], now: Mapping[str, Entry]) -> None:
        """Refuse statements of which the current graph does not simply have what some contribution says.

        Raises:
            _UnfitError: there are such, or too many.
        """
        if len(changed) > _MOST:
            raise _UnfitError
        of_denials = (*self._store.engine.quads_for_pattern(None, _TYPE, _DENIAL, None), *changed)
        special = {
            quad.subject for quad in of_denials if quad.predicate == _TYPE and quad.object == _DENIAL
        } | {
            NamedNode(self._project.contribution_graph(Path(name)))
            for name in self._before.keys() | now.keys()
        }
        subjects = {quad.subject for quad in changed if quad.graph_name != self._provenance}
        if not special.isdisjoint(subjects | {loser.subject for loser in self._remains.losers}):
            raise _UnfitError

    def _apply(
        self, store: EmbeddedStore, paths: Iterable[Path], removed: set[Quad], added: set[Quad]
    ) -> tuple[set[Quad], set[Quad]]:
        """Change what contributions say, then what holds; returns what came and went there, and who lost."""
        engine, losers = store.engine, set(self._remains.losers)
        about = self._about(removed | added, losers)
        back = {loser for loser in losers if about is None or loser.subject in about}
        for quad in removed:
            engine.remove(quad)
        engine.extend(added)
        for graph in (
            self._provenance,
            *(NamedNode(self._project.contribution_graph(path)) for path in paths),
        ):
            if next(engine.quads_for_pattern(None, None, None, graph), None) is None:
                engine.remove_graph(graph)
        touched = back | {_held(quad) for quad in removed | added if quad.graph_name != self._provenance}
        for quad in touched:
            if self._is_said(store, quad):
                engine.add(quad)
            else:
                engine.remove(quad)
        lost = set(Resolver(store, self._project, single_valued(self._project.shape_files)).settle(about))
        was = self._store.engine
        moved = {quad for quad in touched | lost if (quad in engine) != (quad in was)}
        return moved, lost | (losers - back)

    def _about(self, changed: Collection[Quad], losers: Collection[Quad]) -> set[Term] | None:
        """The things whose disputes may end in another way; None where there are many of them, or all may."""
        if any(quad.predicate == _SUBCLASS for quad in (*changed, *losers)):
            return None
        found = {thing for quad in changed for thing in self._things(quad)}
        for header in {quad.subject for quad in changed if quad.graph_name == self._provenance}:
            assert isinstance(header, NamedNode)
            for quad in self._find(None, header):  # what it says anew is among the changes
                found.update(self._things(quad))
                if len(found) > _MANY:
                    return None
        return found if len(found) <= _MANY else None

    def _things(self, quad: Quad) -> Iterator[Term]:
        """What a statement is about, and what a denial is about."""
        if not isinstance(quad.subject, Triple):
            yield quad.subject
        if quad.predicate == _DENIED_OF and not isinstance(quad.object, Triple):
            yield quad.object

    def _is_said(self, store: EmbeddedStore, quad: Quad) -> bool:
        """True for a statement of the ontology, of the concepts or of a contribution."""
        found = store.engine.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)
        return any(one.graph_name not in (_DEFAULT, self._provenance) for one in found)

    def _bring_names(self, store: EmbeddedStore, folder: Path, moved: Collection[Quad]) -> None:
        """Take the names of all things along, where they are written beside the last store."""
        names = self._folder / NAMES_FILE
        if not names.is_file():
            return
        try:
            import sqlite3

            from mca_graph.store.name_table import follow_name_table
        except ImportError:  # a Python without SQLite
            return
        things = {quad.subject for quad in moved if quad.predicate in _NAMES}
        named = [thing for thing in things if isinstance(thing, NamedNode)]
        try:
            follow_name_table(
                store, names, state_of(self._folder), folder / NAMES_FILE, state_of(folder), named
            )
        except (OSError, sqlite3.Error):
            (folder / NAMES_FILE).unlink(missing_ok=True)  # the store is asked for names


def _held(quad: Quad) -> Quad:
    """A statement as one that holds."""
    return Quad(quad.subject, quad.predicate, quad.object, _DEFAULT)


def _as_stored(quads: Iterable[Quad]) -> set[Quad]:
    """Statements in the spelling that the engine gives them, save for what holds by them."""
    store = EmbeddedStore.of(quad for quad in quads if quad.graph_name != _DEFAULT)
    return set(store.engine.quads_for_pattern(None, None, None, None))


def _oddly_spelt(quads: Iterable[Quad]) -> set[Quad]:
    """Statements with a value that the engine gives in another spelling, save for what holds by them."""
    typed = [quad for quad in quads if quad.graph_name != _DEFAULT and _has_value(quad)]
    return set(typed) - _as_stored(typed)


def _has_value(quad: Quad) -> bool:
    """True for a statement with a number, a date and the like, of which the engine keeps no spelling."""
    value = quad.object
    if not isinstance(value, Literal):
        return isinstance(value, Triple)
    datatype = value.datatype.value
    return datatype.startswith(XSD) and datatype not in _TEXTS


def _has_blank_node(quad: Quad) -> bool:
    return _is_blank(quad.subject) or _is_blank(quad.object)


def _is_blank(term: object) -> bool:
    if isinstance(term, Triple):
        return _is_blank(term.subject) or _is_blank(term.object)
    return isinstance(term, BlankNode)
