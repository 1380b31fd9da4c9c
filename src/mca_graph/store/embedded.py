"""The embedded store: Oxigraph in this process, in memory or on disk."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad
from pyoxigraph import Store as Engine

from mca_graph.errors import QueryError, StoreError
from mca_graph.files import InUse
from mca_graph.namespaces import STANDARD_PREFIXES
from mca_graph.store import Answer, Term

if TYPE_CHECKING:
    from mca_graph.store.name_table import NameTable

NAMES_FILE = "names.db"
"""Where a store on disk may have the names of its things."""

_DEFAULT = DefaultGraph()
_POSITION = re.compile(r"error at (\d+):(\d+): ")


class Statement(NamedTuple):
    """A statement and the graph that it stands in."""

    subject: Term
    predicate: NamedNode
    value: Term
    graph: NamedNode | DefaultGraph


class EmbeddedStore:
    """A graph in this process.

    Args:
        engine: the engine that holds the graph.
        names: the names of its things, where they are kept apart; the graph then does not change any more.
        used: says so of the folder that it stands in, whose files the engine opens as it needs them.
    """

    def __init__(
        self, engine: Engine | None = None, names: NameTable | None = None, used: InUse | None = None
    ) -> None:
        self.engine = engine if engine is not None else Engine()
        self._names, self._used = names, used

    @classmethod
    def of(cls, quads: Iterable[Quad]) -> EmbeddedStore:
        """Hold these quads in memory."""
        store = cls()
        store.engine.bulk_extend(quads)
        return store

    @classmethod
    def open(cls, folder: Path) -> EmbeddedStore:
        """Open a store on disk for reading; any number of processes may do so at once.

        Raises:
            StoreError: the folder holds no store, or one that cannot be read.
        """
        if not (folder / "CURRENT").is_file():
            raise StoreError(f"{folder}: no store in this folder", "make one with 'mca-graph load DIR'")
        try:
            used = InUse(folder)
            return cls(Engine.read_only(str(folder)), _name_table(folder), used)
        except (OSError, RuntimeError, ValueError) as error:
            raise StoreError(f"{folder}: the store cannot be opened: {error}", "build it again") from error

    def close(self) -> None:
        """Let go of the engine; a store on disk then rests: nothing in it is merged or removed any more."""
        del self.engine
        self._used = None

    def query(self, text: str) -> Answer:
        """Answer a query; see :meth:`mca_graph.store.Store.query`."""
        return self.query_dataset(text)

    def query_dataset(
        self,
        text: str,
        default_graphs: Sequence[NamedNode | DefaultGraph] | None = None,
        named_graphs: Sequence[NamedNode] | None = None,
        base: str | None = None,
    ) -> Answer:
        """Answer a query on a part of the graph; it wins over what the query says in FROM.

        Args:
            text: the query.
            default_graphs: what together is the default graph; where only named graphs are given it is empty.
            named_graphs: the graphs that GRAPH may name; where only default graphs are given there is none.
            base: what relative IRIs of the query are relative to; without it they are refused.

        Raises:
            QueryError: the query is wrong or was refused.
        """
        dataset: dict[str, list[NamedNode | DefaultGraph]] = {}
        if default_graphs or named_graphs:
            dataset = {"default_graph": list(default_graphs or ()), "named_graphs": list(named_graphs or ())}
        try:
            return self.engine.query(text, base_iri=base, **dataset)  # type: ignore[arg-type]
        except SyntaxError as error:
            raise QueryError(*_explain(text, str(error))) from error
        except UnicodeEncodeError:
            raise  # no text at all: the caller's to tell
        except (OSError, RuntimeError, ValueError) as error:
            raise QueryError(
                f"the query could not be answered: {error}", "ask for it in another way"
            ) from error

    def match(
        self,
        subject: Term | None = None,
        predicate: NamedNode | None = None,
        value: Term | None = None,
    ) -> Iterator[tuple[Term, NamedNode, Term]]:
        """Yield triples of the default graph; see :meth:`mca_graph.store.Store.match`."""
        if self._names is not None and isinstance(subject, NamedNode) and predicate is not None:
            names = self._names.names(subject, predicate)
            if names is not None:
                for name in names:
                    if value is None or value == name:
                        yield subject, predicate, name
                return
        for statement in self.statements(subject, predicate, value, _DEFAULT):
            yield statement.subject, statement.predicate, statement.value

    def statements(
        self,
        subject: Term | None = None,
        predicate: NamedNode | None = None,
        value: Term | None = None,
        graph: NamedNode | DefaultGraph | None = None,
        most: int | None = None,
    ) -> Iterator[Statement]:
        """Yield the statements of one graph, or of all where none is named, that fit; so many at most."""
        if isinstance(subject, Literal):
            return  # a literal is never a subject (RDF 1.1 Concepts, section 3.1)
        for quad in islice(self.engine.quads_for_pattern(subject, predicate, value, graph), most):
            yield Statement(*quad)

    def value(self, subject: Term, predicate: NamedNode, graph: NamedNode) -> Term | None:
        """One value of a property in a graph, or None."""
        found = next(self.statements(subject, predicate, None, graph), None)
        return found.value if found is not None else None

    def named_graphs(self) -> list[NamedNode]:
        """The names of all graphs, in a stable order."""
        return sorted(
            (graph for graph in self.engine.named_graphs() if isinstance(graph, NamedNode)), key=str
        )


def _explain(text: str, reason: str) -> tuple[str, str | None]:
    """The engine's complaint in one line, and the line of the query that it points at."""
    position = _POSITION.match(reason)
    if not position:
        return f"not SPARQL: {reason}", None
    line, column = int(position.group(1)), int(position.group(2))
    if not text.strip():
        return "not SPARQL: the query is empty", "write SELECT, ASK, CONSTRUCT or DESCRIBE"
    here = [*text.split("\n"), ""][line - 1]
    what, hint = _cause(here[: column - 1], reason[position.end() :])
    return f"not SPARQL, line {line}, column {column}: {what}", hint or f"look at: {_around(here, column)}"


def _around(line: str, column: int, room: int = 60) -> str:
    """A line, or where it is long the part of it around a column."""
    start, end = max(column - 1 - room, 0), column + room
    return f"{'…' if start else ''}{line[start:end].strip()}{'…' if end < len(line) else ''}"


def _cause(before: str, reason: str) -> tuple[str, str | None]:
    """What the engine says of the cause, in words, and a hint; its lists of what it expected help nobody."""
    if "Prefix not found" in reason and (found := re.search(r"([\w.-]*):[^\s:]*\Z", before)):
        prefix = found.group(1)
        known = STANDARD_PREFIXES.get(prefix)
        hint = f"add PREFIX {prefix}: <{known}>" if known else f"add a line PREFIX {prefix}: <…>"
        return f"the prefix {prefix}: has not been declared", hint
    if "variable that is unbound" in reason:
        return "SELECT shows a variable that is neither grouped nor aggregated", None
    if "IRI parsing failed" in reason:
        return "an IRI that is not valid or not absolute", None
    return "something is wrong here or just before", None


def _name_table(folder: Path) -> NameTable | None:
    """The table of names of a store; None where there is none that fits it, or it cannot be read."""
    if not (folder / NAMES_FILE).is_file():
        return None
    try:
        from mca_graph.store.name_table import NameTable
    except ImportError:  # a Python without SQLite
        return None
    return NameTable.beside(folder / NAMES_FILE, state_of(folder))


def state_of(folder: Path) -> int:
    """A number for the state of a store on disk; whoever opens it for writing gives it another one."""
    return zlib.crc32((folder / "CURRENT").read_bytes()) & 0x7FFFFFFF


def create(folder: Path) -> EmbeddedStore:
    """Make an empty store on disk, open for writing.

    Raises:
        OSError: the folder cannot be written, or another process writes it.
    """
    return EmbeddedStore(Engine(str(folder)))
