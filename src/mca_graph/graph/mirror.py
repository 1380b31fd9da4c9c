"""The graph of an endpoint as a project on disk: what needs all of it at once reads it there.

Each contribution becomes a file again, its header with it. Settings, shapes, saved questions and the
alignment are those of the project at hand; so are its ontology and concepts where the endpoint holds none.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from pyoxigraph import NamedNode, QuerySolutions, Triple

from mca_graph.errors import StoreError
from mca_graph.files import alone, whole_file
from mca_graph.graph.index import cache_folder, short_name
from mca_graph.namespaces import PROV, RDF
from mca_graph.project import SETTINGS_FILE, Project, load_project
from mca_graph.store.copying import LARGEST, graph_of
from mca_graph.store.remote import RemoteStore

_SLUG = re.compile(r"[A-Za-z0-9_][\w.-]*", re.ASCII)
_ONTOLOGY, _CONCEPTS = "ontology/ontology.nt", "ontology/concepts/concepts.nt"
_ATTEMPTS = 3


@contextmanager
def mirrored(project: Project, store: RemoteStore) -> Iterator[Project]:
    """A project whose data are those of an endpoint, kept in the user's cache and brought up to date.

    Another process that wants the same one waits until this is done with it.

    Args:
        project: gives the names of the graphs, and all that is not data.
        store: the endpoint.

    Raises:
        StoreError: a graph did not come whole, or there is too much of it.
    """
    home = cache_folder() / "mirrors" / short_name(f"{project.root}\0{store.url}")
    with ExitStack() as stack:
        try:
            home.mkdir(parents=True, exist_ok=True, mode=0o700)
            stack.enter_context(alone(home))
            there = _files_at(project, store)
            _bring_up_to_date(home, {**_own_files(project, there), **there})
        except OSError as error:
            raise StoreError(f"{home}: the copy of {store.url} cannot be kept: {error}") from error
        yield load_project(home)


def _own_files(project: Project, there: Mapping[str, bytes]) -> dict[str, bytes]:
    """What a project has beside its data, by path, save what the endpoint has instead."""
    paths = [project.root / SETTINGS_FILE, *sorted(project.root.glob("*.ttl")), *project.alignment_files]
    paths += [*project.shape_files, *project.query_files]
    paths += project.ontology_files if _ONTOLOGY not in there else ()
    paths += project.concept_files if _CONCEPTS not in there else ()
    return {path.relative_to(project.root).as_posix(): path.read_bytes() for path in paths}


def _files_at(project: Project, store: RemoteStore) -> dict[str, bytes]:
    """What an endpoint holds of a project, as files by path.

    Raises:
        StoreError: it changes again and again while it is read, or there is too much of it.
    """
    for _attempt in range(_ATTEMPTS):
        before = store.fresh()
        files = _read(project, before)
        if before.fresh().pushed == before.pushed:
            return files
    raise StoreError(f"{store.url} is being changed", "try again when that is done")


def _read(project: Project, store: RemoteStore) -> dict[str, bytes]:
    counted = store.query("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")
    assert isinstance(counted, QuerySolutions)
    size = int(next(iter(counted))["n"].value)
    if size > LARGEST:
        raise StoreError(
            f"{store.url} holds {size:,} triples, more than the {LARGEST:,} that are copied",
            "ask it with 'query', 'show' and 'search', or serve it with 'serve --no-site'",
        )
    if store.dataset is None:  # no graphs of ours: all that it says, said by the endpoint
        name = re.sub(r"[^\w-]+", "-", urlsplit(store.url).netloc, flags=re.ASCII).strip("-")
        path = Path(f"data/contributions/{name}.nt")
        graph = NamedNode(project.contribution_graph(path))
        triples = [Triple(*found) for found in store.match()]  # type: ignore[arg-type]
        triples.append(Triple(graph, NamedNode(RDF + "type"), NamedNode(PROV + "Bundle")))
        triples.append(Triple(graph, NamedNode(PROV + "wasDerivedFrom"), NamedNode(store.url)))
        return {path.as_posix(): _lines(triples)}
    return _graphs(project, store, store.dataset.named)


def _graphs(project: Project, store: RemoteStore, names: Sequence[str]) -> dict[str, bytes]:
    places = {project.graph("ontology"): _ONTOLOGY, project.graph("concepts"): _CONCEPTS}
    prefix, provenance = project.graph("contribution/"), project.graph("provenance")
    for name in names:
        if name.startswith(prefix):
            places[name] = f"data/contributions/{_slug(store, name, prefix)}.nt"
    files = {}
    headers: dict[str, list[Triple]] = defaultdict(list)
    for triple in graph_of(store, provenance) if provenance in names else ():
        # A header stands at the top of its contribution's file; one without a file stands with the others.
        subject = triple.subject.value if isinstance(triple.subject, NamedNode) else ""
        headers[subject if places.get(subject, "").startswith("data/") else ""].append(triple)
    for name, path in places.items():
        if name in names:
            files[path] = _lines([*headers[name], *graph_of(store, name)])
    files["data/provenance.nt"] = _lines(headers[""])
    return {path: content for path, content in files.items() if content}


def _slug(store: RemoteStore, name: str, prefix: str) -> str:
    """The name of a contribution's file.

    Raises:
        StoreError: it is none that a contribution could have.
    """
    slug = name.removeprefix(prefix)
    if not _SLUG.fullmatch(slug):
        raise StoreError(
            f"{store.url}: {name} is no name of a contribution's graph", "give the graph another"
        )
    return slug


def _lines(triples: Iterable[Triple]) -> bytes:
    """Triples as sorted N-Triples."""
    return "".join(sorted(f"{triple} .\n" for triple in triples)).encode()


def _bring_up_to_date(home: Path, files: Mapping[str, bytes]) -> None:
    """Write what is new, leave what is the same untouched, and remove the rest."""
    for path in sorted(home.rglob("*")):
        if path.is_file() and path.relative_to(home).as_posix() not in files:
            path.unlink()
    for name, content in files.items():
        path = home / name
        if path.is_file() and path.read_bytes() == content:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(path) as file:
            file.write(content)
