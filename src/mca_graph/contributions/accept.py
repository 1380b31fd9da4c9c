"""Prepare a contribution to be taken in: check its name and source, and give it a header."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from mca_graph.contributions.addresses import host_of
from mca_graph.contributions.header import Origin, Registry
from mca_graph.contributions.incoming import Incoming
from mca_graph.contributions.words import slug
from mca_graph.errors import McaGraphError
from mca_graph.project import Project
from mca_graph.queries.labels import Labels
from mca_graph.rdf.positions.document import PlacedSource
from mca_graph.rdf.terms import AnyTerm
from mca_graph.store.embedded import EmbeddedStore

_NAME = re.compile(r"[a-z0-9]+([.-][a-z0-9]+)*")
_DEFAULT = DefaultGraph()


def prepare(
    project: Project,
    store: EmbeddedStore,
    source: PlacedSource,
    name: str | None,
    origin: Origin,
    *,
    again: bool = False,
    changes_only: bool = False,
) -> Incoming:
    """Give a contribution its name and its header.

    Args:
        project: the project.
        store: its graph.
        source: what was read.
        name: the name of the contribution; that of the file where it is None.
        origin: where it comes from.
        again: its source may have been entered already.
        changes_only: leave out what the graph says already.

    Raises:
        McaGraphError: the name is taken or no name, the source was entered already, or something is missing.
    """
    chosen = _free_name(project, name or slug(Path(source.name).stem))
    target = project.root / "data" / "contributions" / f"{chosen}.ttl"
    graph = NamedNode(project.graph(f"contribution/{chosen}"))
    old = NamedNode(project.contribution_graph(Path(source.name)))
    said = [_moved(quad, old, graph) for quad in source.statements()]
    registry = Registry(project, store)
    if not again:
        for page in origin.sources:
            if (known := registry.contribution_from(page)) is not None:
                hint = "add --again to enter what else the page says"
                raise McaGraphError(f"{page} was entered already, as {known}", hint)
    origin = _completed(project, store, origin, [quad for quad in said if quad.subject != graph])
    header = list(registry.header(graph, origin))
    given = {quad.predicate for quad in header if quad.subject == graph}
    body = [quad for quad in said if quad.subject != graph]
    if changes_only:
        body = [quad for quad in body if quad not in store.engine]
        if not body:
            raise McaGraphError(f"{source.name}: nothing in it is new", "the graph says all of it already")
    kept = [quad for quad in said if quad.subject == graph and quad.predicate not in given]
    return Incoming(str(target), source, list(dict.fromkeys([*header, *kept, *body])))


def _free_name(project: Project, name: str) -> str:
    if not _NAME.fullmatch(name):
        better = slug(name)
        hint = f"write {better}" if better else "use small letters, digits and hyphens"
        raise McaGraphError(f"{name!r} is no name of a contribution", hint)
    folder = project.root / "data" / "contributions"
    if folder.is_dir() and any(path.stem == name for path in folder.iterdir()):
        raise McaGraphError(f"there is a contribution {name} already", "choose another with --name")
    return name


def _moved(quad: Quad, old: NamedNode, new: NamedNode) -> Quad:
    """A statement under the new name of its contribution, in no graph where it stood in its own."""
    subject, value = (_renamed(term, old.value, new.value) for term in (quad.subject, quad.object))
    assert not isinstance(subject, Literal)
    return Quad(
        subject, quad.predicate, value, _DEFAULT if quad.graph_name in (old, new) else quad.graph_name
    )


def _renamed(term: AnyTerm, old: str, new: str) -> AnyTerm:
    if isinstance(term, NamedNode) and (term.value == old or term.value.startswith(f"{old}#")):
        return NamedNode(new + term.value[len(old) :])
    return term


def _completed(project: Project, store: EmbeddedStore, origin: Origin, body: list[Quad]) -> Origin:
    """The origin with a title, made from what the contribution is about and where it was read."""
    if origin.title or not origin.sources:
        return origin
    own = EmbeddedStore.of(body)
    subjects = list(dict.fromkeys(quad.subject for quad in body if isinstance(quad.subject, NamedNode)))
    names = [Labels(own, project).label(node) for node in subjects[:1] if isinstance(node, NamedNode)]
    if names and subjects and names[0] == Labels(own, project).iri(subjects[0]):
        names = [Labels(store, project).label(subjects[0])]
    more = f" and {len(subjects) - 1} more" if len(subjects) > 1 else ""
    return replace(origin, title=f"{''.join(names)}{more}, from {host_of(origin.sources[0])}")
