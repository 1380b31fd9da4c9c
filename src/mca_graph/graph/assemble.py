"""Load a project's files into a store.

The default graph is what queries see: the resolved statements of all contributions, the concept
schemes and the ontology. What each contribution says stands in its own named graph beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad

from mca_graph.errors import ReadError
from mca_graph.graph.resolve import Resolver
from mca_graph.graph.rules import single_valued
from mca_graph.machine import processors, usable_memory
from mca_graph.namespaces import OWL, RDF
from mca_graph.project import Project
from mca_graph.rdf.formats import format_of
from mca_graph.rdf.read import BOM, read_quads, refuse_deep_json, refuse_utf_16, syntax_error
from mca_graph.store.embedded import EmbeddedStore

_DEFAULT = DefaultGraph()
_TYPE = NamedNode(RDF + "type")
_DENIAL = NamedNode(OWL + "NegativePropertyAssertion")
_LARGE = 8 * 1024 * 1024
"""Size in bytes above which the engine reads a file itself: no quad passes through Python."""
_ROOM_FOR_TWO = 5 * 1024**3
"""So many bytes of memory two loads at once may want; one alone wants little more than half of it."""


def assemble(project: Project, store: EmbeddedStore) -> None:
    """Load a whole project into an empty store and resolve what contributions disagree about.

    Raises:
        ReadError: a file cannot be read.
    """
    small = [path for path in project.contribution_files if path.stat().st_size < _LARGE]
    large = [path for path in project.contribution_files if path.stat().st_size >= _LARGE]
    store.engine.bulk_extend(_small_quads(project, small))
    for path in large:
        _load_large(project, path, store)
    Resolver(store, project, single_valued(project.shape_files)).settle()


def _small_quads(project: Project, contributions: list[Path]) -> Iterator[Quad]:
    for name, files in (("ontology", project.ontology_files), ("concepts", project.concept_files)):
        graph = NamedNode(project.graph(name))
        for path in files:
            for quad in read_quads(path):
                yield Quad(quad.subject, quad.predicate, quad.object, graph)
                yield Quad(quad.subject, quad.predicate, quad.object, _DEFAULT)
    provenance = NamedNode(project.graph("provenance"))
    for path in project.provenance_files:
        for quad in read_quads(path):
            yield Quad(quad.subject, quad.predicate, quad.object, provenance)
    for path in contributions:
        yield from contribution_quads(project, path)


def contribution_quads(project: Project, path: Path) -> Iterator[Quad]:
    """Yield a contribution's statements where they belong.

    Its header goes to the provenance graph, the rest to its own named graph and, save for what it
    denies, to the current graph.

    Raises:
        ReadError: the file cannot be read, or names a graph of its own.
    """
    yield from placed_quads(project, path, list(read_quads(path)))


def placed_quads(project: Project, path: Path, quads: Sequence[Quad]) -> Iterator[Quad]:
    """The same for what was already read from a file.

    Raises:
        ReadError: a statement names a graph of its own.
    """
    graph = NamedNode(project.contribution_graph(path))
    provenance = NamedNode(project.graph("provenance"))
    denials = {quad.subject for quad in quads if quad.predicate == _TYPE and quad.object == _DENIAL}
    for quad in quads:
        if quad.graph_name not in (_DEFAULT, graph):
            raise ReadError(
                str(path),
                f"a statement in graph {quad.graph_name}",
                hint=f"a contribution speaks for {graph} only",
            )
        if quad.subject == graph:
            yield Quad(quad.subject, quad.predicate, quad.object, provenance)
            continue
        yield Quad(quad.subject, quad.predicate, quad.object, graph)
        if quad.subject not in denials:
            yield Quad(quad.subject, quad.predicate, quad.object, _DEFAULT)


def _load_large(project: Project, path: Path, store: EmbeddedStore) -> None:
    """The same for a file that is too large to hold: the engine loads it twice, then the header is moved."""
    engine = store.engine
    syntax = format_of(path)
    if syntax.has_graphs:
        engine.bulk_extend(contribution_quads(project, path))
        return
    graph = NamedNode(project.contribution_graph(path))
    provenance = NamedNode(project.graph("provenance"))
    _load_twice(path, store, graph)
    header = list(engine.quads_for_pattern(graph, None, None, graph))
    engine.extend(Quad(quad.subject, quad.predicate, quad.object, provenance) for quad in header)
    denials = [quad.subject for quad in engine.quads_for_pattern(None, _TYPE, _DENIAL, graph)]
    hidden = [quad for node in denials for quad in engine.quads_for_pattern(node, None, None, graph)]
    for quad in header:
        engine.remove(quad)
    for quad in (*header, *hidden):
        if not isinstance(quad.subject, BlankNode):
            engine.remove(Quad(quad.subject, quad.predicate, quad.object, _DEFAULT))


def _load_twice(path: Path, store: EmbeddedStore, graph: NamedNode) -> None:
    """Load a file as what holds and as what its contribution says, side by side where the machine can.

    One load keeps no more than one and a half processors busy.
    """
    if processors() < 2 or usable_memory() < _ROOM_FOR_TWO:
        _bulk_load(path, store, to_graph=_DEFAULT)  # the other order is a tenth slower
        _bulk_load(path, store, to_graph=graph, lenient=True)  # the first has checked it
        return
    from concurrent.futures import ThreadPoolExecutor

    helper = ThreadPoolExecutor(max_workers=1)
    try:
        evidence = helper.submit(_bulk_load, path, store, to_graph=graph, lenient=True)
        _bulk_load(path, store, to_graph=_DEFAULT)  # this one checks it
        evidence.result()
    finally:
        helper.shutdown(wait=False)  # what the file has wrong is told at once


def load_plain(paths: Iterable[Path], store: EmbeddedStore) -> None:
    """Load plain RDF files into a store, for asking what is no project; named graphs stay what they are.

    Raises:
        ReadError: a file cannot be read.
    """
    for path in paths:
        _bulk_load(path, store, base_iri=path.resolve().as_uri())


def _bulk_load(path: Path, store: EmbeddedStore, **options: Any) -> None:
    """Let the engine itself read a file.

    Raises:
        ReadError: the file cannot be read.
    """
    syntax = format_of(path)
    try:
        with path.open("rb") as file:
            start = file.read(len(BOM))
            refuse_utf_16(str(path), start)
            if syntax.name == "jsonld":
                refuse_deep_json(str(path), start + file.read())
            if start == BOM:
                file.seek(len(BOM))
                store.engine.bulk_load(input=file, format=syntax.engine, **options)
            else:
                store.engine.bulk_load(path=str(path), format=syntax.engine, **options)
    except SyntaxError as error:
        raise syntax_error(str(path), error) from error
    except OSError as error:
        raise ReadError(str(path), error.strerror or str(error)) from error
