"""Publish a project: gather what pages are made from, write them, and put them into place together."""

from __future__ import annotations

import gc
import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from mca_graph import __version__
from mca_graph.errors import McaGraphError
from mca_graph.graph.lineage import changes_between, graph_at, state_of_graph
from mca_graph.graph.resolve import Dispute, Resolver
from mca_graph.graph.rules import single_valued
from mca_graph.machine import collector_at_rest
from mca_graph.project import SETTINGS_FILE, Project
from mca_graph.publishing.machines.downloads import grants_in, wants_grants
from mca_graph.publishing.machines.machines import Downloaded
from mca_graph.publishing.machines.statements import file_quads, ordered
from mca_graph.publishing.site.context import Site, Warn
from mca_graph.publishing.site.home import shown_at_home
from mca_graph.publishing.site.kept import Kept, Past
from mca_graph.publishing.site.lists import class_lists, write_browse, write_lists
from mca_graph.publishing.site.ontology import write_ontology, write_shapes
from mca_graph.publishing.site.paths import NOT_FOUND, Paths
from mca_graph.publishing.site.queries import catalogue_digest, write_queries
from mca_graph.publishing.site.render import TEMPLATES, Renderer
from mca_graph.publishing.site.resource import ResourcePages
from mca_graph.publishing.site.seal import Origin, Seal, Seals, folders_of, origin_of
from mca_graph.publishing.site.search import write_search
from mca_graph.publishing.site.settings import site_settings
from mca_graph.publishing.site.sharing import aside, give_back_memory, share
from mca_graph.publishing.site.snapshot import Snapshot
from mca_graph.publishing.site.vocabulary import Vocabulary
from mca_graph.publishing.site.writer import SiteWriter, Written
from mca_graph.queries.catalogue import catalogue
from mca_graph.store.embedded import EmbeddedStore
from mca_graph.validation.shapes import Shapes

ASSETS = Path(__file__).parents[1] / "assets"

Part = Callable[[Site], None]
"""Something else that a site is made of: it writes its files through ``site.writer``."""


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing did."""

    pages: int
    written: int
    kept: int
    removed: int


def publish(
    project: Project,
    store: EmbeddedStore,
    out: Path,
    base_url: str,
    *,
    warn: Warn = lambda text: None,
    parts: Sequence[Part] = (),
) -> Published:
    """Publish a project as a static site.

    Args:
        project: what to publish.
        store: its assembled graph.
        out: the folder of the site.
        base_url: where the site will stand.
        warn: is told of what does not stop the work.
        parts: what else belongs to the site.

    Raises:
        McaGraphError: something cannot be read or written.
    """
    base_url = checked_url(base_url)
    names = [_name_of(part) for part in parts]
    origin, seals, warnings = origin_of(project, base_url, names), Seals(out), list[str]()
    seal, state = seals.read(), state_of_graph(project)
    if seal is not None and seal.key == origin.key and seal.folders == folders_of(out):
        for text in seal.warnings:
            warn(text)
        return Published(seal.things, 0, seal.files, 0)

    def warn_and_note(text: str) -> None:
        warnings.append(text)
        warn(text)

    writer, past = SiteWriter(out), _past(project, seals, seal, origin, state)
    with collector_at_rest(), ExitStack() as stack:
        # Neither wants what is read meanwhile.
        folders = stack.enter_context(aside(partial(folders_of, out))) if seal is not None else None
        grants = None
        if wants_grants(past):
            grants = stack.enter_context(aside(partial(grants_in, project, state), later=True))
        disputes = list(Resolver(store, project, single_valued(project.shape_files)).disputes())
        snapshot = Snapshot(project, [triple for dispute in disputes for triple in dispute.losers()])
        if seal is not None and folders is not None:
            writer.compare(seal.folders, folders())
        if not writer.is_as_left:
            past = past.forgotten()
        site = _site(project, store, writer, base_url, snapshot, disputes, warn_and_note, past)
        site.machines.early_grants = grants
        _write(site, parts)
    if origin_of(project, base_url, names) == origin:  # else some of it changed while it was read
        files = writer.written + writer.kept
        seals.write(Seal(*origin, state, len(site.resources), files, warnings, writer.folders_left()))
    return Published(len(site.resources), writer.written, writer.kept, writer.removed)


def _past(project: Project, seals: Seals, seal: Seal | None, origin: Origin, state: str) -> Past:
    """What is known of the last run, if it left the site as it is.

    Args:
        project: the project.
        seals: where its notes are.
        seal: how it left the site.
        origin: what the site is made from now.
        state: of the graph.
    """
    now = f"{origin.frame} {state}"
    changes = (
        changes_between(project, seal.state, state)
        if seal is not None and seal.frame == origin.frame
        else None
    )
    if seal is None or changes is None:
        return Past(Kept(seals.folder, "", now))
    before = f"{seal.frame} {seal.state}"
    return Past(Kept(seals.folder, before, now), changes, partial(graph_at, project, seal.state))


def _name_of(part: Part) -> str:
    """What a part is called, with what it is given beside the site."""
    if isinstance(part, partial):
        return f"{_name_of(part.func)} {part.args} {sorted(part.keywords.items())}"
    return f"{part.__module__}.{part.__qualname__}"


def _write(site: Site, parts: Sequence[Part]) -> None:
    renderer = Renderer(site)
    shown = _write_together(site, renderer, parts)
    for name, path in (("home", "index.html"), ("data", "data.html")):
        site.writer.write(path, renderer.page(name, path, **shown))
    site.machines.write(site.writer.pages)
    site.writer.finish()


def _write_together(site: Site, renderer: Renderer, parts: Sequence[Part]) -> dict[str, Any]:
    """Write all that does not tell of the downloads, and these, with the help of other processes.

    Returns:
        What the home page and that of the downloads show.
    """
    pages, shown = ResourcePages(site, renderer), dict[str, Any]()

    # The largest pieces are the first: whoever begins with them takes fewer of the others.
    first = (site.machines.write_tables, site.machines.write_dumps)

    def write_piece(piece: int) -> Downloaded | list[Written]:
        return first[piece]() if piece < len(first) else pages.write_piece(piece - len(first))

    def write_others() -> None:
        pages.keep_others()
        shown.update(_write_pages(site, renderer))
        for part in parts:
            part(site)
        site.machines.write_grants()  # which another process may still be looking for

    site.machines.prepare(pages.reached)
    give_back_memory()
    gc.freeze()  # what was read stays until the end
    gc.enable()
    try:
        done = share(len(first) + pages.pieces, write_piece, meanwhile=write_others)
    finally:
        gc.disable()
        gc.unfreeze()
    for piece in done:
        if not isinstance(piece, Downloaded):
            site.writer.note(piece)
    tables, dumps = (piece for piece in done if isinstance(piece, Downloaded))
    site.machines.take(dumps, tables)
    return shown


def _write_pages(site: Site, renderer: Renderer) -> dict[str, Any]:
    """Write the pages that there is one of, the lists, and what they load.

    Returns:
        What the home page and that of the downloads show, which are written when the downloads are there.
    """
    instances, uses = _counts(site.snapshot)
    statements = sum(uses.values())
    lists = class_lists(site)
    write_lists(site, renderer, lists)
    write_browse(site, renderer, lists)
    write_queries(site, renderer, statements)
    write_ontology(site, renderer, uses, instances)
    write_shapes(site, renderer)
    write_search(site, renderer)
    site.writer.write("accessibility.html", renderer.page("accessibility", "accessibility.html"))
    site.writer.write(NOT_FOUND, renderer.page("404", NOT_FOUND))
    for path in sorted(ASSETS.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            site.writer.write(f"assets/{path.relative_to(ASSETS).as_posix()}", path.read_bytes())
    return shown_at_home(site, renderer, lists, statements)


def checked_url(url: str) -> str:
    """The address of the site, with a slash at its end.

    Raises:
        McaGraphError: it is not the address of a site.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise McaGraphError(
            f"{url}: not the address of a site", "write --base-url https://example.org/ or with a folder"
        )
    return url if url.endswith("/") else f"{url}/"


def _site(
    project: Project,
    store: EmbeddedStore,
    writer: SiteWriter,
    base_url: str,
    snapshot: Snapshot,
    disputes: list[Dispute],
    warn: Warn,
    past: Past | None = None,
) -> Site:
    # The parser names nodes without names anew each time, and the site shows the shapes as text.
    vocabulary = Vocabulary(snapshot, Shapes(ordered(file_quads(project.shape_files))))
    queries = catalogue(project)
    by_subject: dict[int, list[Dispute]] = defaultdict(list)
    for dispute in disputes:
        by_subject[snapshot.id_of(dispute.subject)].append(dispute)
    resources = _resources(project, snapshot)
    site = Site(
        project=project,
        store=store,
        base_url=base_url,
        settings=site_settings(project),
        snapshot=snapshot,
        vocabulary=vocabulary,
        paths=Paths(project.base, map(snapshot.iri, resources)),
        writer=writer,
        queries=queries,
        disputes=by_subject,
        resources=resources,
        edition="",
        warn=warn,
        past=past or Past(),
    )
    object.__setattr__(site, "edition", _edition(site))
    return site


def _resources(project: Project, snapshot: Snapshot) -> list[int]:
    """The things that get a page: those of the project's own that something is said of."""
    own = {}
    for number in snapshot.described():
        iri = snapshot.iri(number)
        own_page = iri in (project.base, f"{project.base}ontology", f"{project.base}dataset")
        if iri.startswith(project.base) and "#" not in iri and "?" not in iri and not own_page:
            own[iri] = number
    return [own[iri] for iri in sorted(own)]


def _edition(site: Site) -> str:
    """A fingerprint of what every page depends on: templates, settings, ontology, shapes and questions."""
    hasher = hashlib.blake2b(f"{__version__} {site.base_url}".encode(), digest_size=8)
    code = sorted(Path(__file__).parents[1].rglob("*.py"))
    project = site.project
    content = (project.root / SETTINGS_FILE, *project.ontology_files, *project.shape_files)
    for path in (*sorted(TEMPLATES.glob("*.html")), *code, *content):
        hasher.update(path.name.encode() + b"\0" + path.read_bytes())
    hasher.update(catalogue_digest(site).encode())
    return hasher.hexdigest()


def _counts(snapshot: Snapshot) -> tuple[Counter[int], Counter[int]]:
    """How many things each class has, and how often each property is used."""
    instances: Counter[int] = Counter()
    uses: Counter[int] = Counter()
    for subject in snapshot.described():
        for property_, value in snapshot.facts(subject):
            uses[property_] += 1
            if property_ == snapshot.type:
                instances[value] += 1
    return instances, uses
