"""Locate a project and describe its content folders and settings.

A project is a folder with ``mca-graph.toml`` and four content folders beside it: ``ontology``,
``data``, ``shapes`` and ``queries``. The MCA project itself travels inside the installed package, so
that the command answers questions in an empty folder too.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from mca_graph.errors import ProjectError, did_you_mean
from mca_graph.namespaces import Prefixes

SETTINGS_FILE = "mca-graph.toml"
RDF_SUFFIXES = frozenset({".ttl", ".trig", ".nt", ".nq", ".jsonld"})

_PACKAGE = Path(__file__).parent
_TABLES: dict[str, frozenset[str]] = {
    "project": frozenset({"title", "short_title", "base", "language", "licence"}),
    "prefixes": frozenset(),
    "iris": frozenset(),
    "resolve": frozenset({"basis_property", "basis_order", "source_property", "source_order"}),
    "site": frozenset(),
    "endpoints": frozenset(),
}


@dataclass(frozen=True, slots=True)
class ResolvePolicy:
    """How one value is chosen where contributions disagree: IRIs, the preferred first."""

    basis_property: str | None = None
    basis_order: tuple[str, ...] = ()
    source_property: str | None = None
    source_order: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IriRule:
    """How the last part of the IRI of a new thing is made.

    Attributes:
        parts: IRIs of the properties that it is made from, ``^`` before one that is read backwards.
        digest: so many hexadecimal digits of the SHA-1 digest of the values; a slug of them where it is 0.
        namespace: where the IRI stands; None to find out from the project's prefixes.
    """

    parts: tuple[str, ...] = ()
    digest: int = 0
    namespace: str | None = None


@dataclass(frozen=True)
class Project:
    """A knowledge graph's content on disk.

    Attributes:
        root: the folder that holds ``mca-graph.toml``.
        title: the name of the knowledge graph.
        base: the IRI under which everything of the project's own stands; ends in ``/``.
        language: the preferred language of labels (BCP 47).
        licence: IRI of the licence of the data.
        prefixes: standard prefixes and the project's own.
        policy: how disagreement is resolved.
        iri_rules: how IRIs of new things are made, by the IRI of their class.
        site: what the published pages show, as it was written; read by the module that publishes.
        short_title: the name in short.
        endpoints: SPARQL endpoints by name, as it was written; read by the module that asks them.
    """

    root: Path
    title: str
    base: str
    language: str = "en"
    licence: str | None = None
    prefixes: Prefixes = field(default_factory=Prefixes)
    own_namespaces: Mapping[str, str] = field(default_factory=dict)
    policy: ResolvePolicy = ResolvePolicy()
    iri_rules: Mapping[str, IriRule] = field(default_factory=dict)
    site: Mapping[str, Any] = field(default_factory=dict)
    short_title: str = ""
    endpoints: Mapping[str, Any] = field(default_factory=dict)

    def graph(self, name: str) -> str:
        """IRI of a named graph of the project, such as ``provenance`` or ``contribution/<slug>``."""
        return f"{self.base}graph/{name}"

    def contribution_graph(self, path: Path) -> str:
        """IRI of the named graph that holds what one contribution says."""
        return self.graph(f"contribution/{path.stem}")

    @cached_property
    def ontology_files(self) -> Sequence[Path]:
        """The ontology's modules, without its concept schemes and without the alignment."""
        return [path for path in _rdf_files(self.root / "ontology") if path.stem != "align"]

    @cached_property
    def alignment_files(self) -> Sequence[Path]:
        """Links of the ontology to other vocabularies; published, never reasoned with."""
        return [path for path in _rdf_files(self.root / "ontology") if path.stem == "align"]

    @cached_property
    def concept_files(self) -> Sequence[Path]:
        """One file per concept scheme."""
        return _rdf_files(self.root / "ontology" / "concepts")

    @cached_property
    def contribution_files(self) -> Sequence[Path]:
        """One file per contribution."""
        return _rdf_files(self.root / "data" / "contributions")

    @cached_property
    def provenance_files(self) -> Sequence[Path]:
        """Statements on contributors, and the editors' pins."""
        return _rdf_files(self.root / "data")

    @cached_property
    def shape_files(self) -> Sequence[Path]:
        """The shapes graph, one file per class."""
        return _rdf_files(self.root / "shapes")

    @cached_property
    def query_files(self) -> Sequence[Path]:
        """One file per saved query."""
        return _files(self.root / "queries", frozenset({".rq"}))

    @property
    def graph_files(self) -> Sequence[Path]:
        """Every file that the queried graph is made of; the shapes say what has one value."""
        return [
            *self.ontology_files,
            *self.concept_files,
            *self.shape_files,
            *self.provenance_files,
            *self.contribution_files,
        ]


def find_project(given: Path | None = None, start: Path | None = None) -> Project:
    """Find and load a project.

    Args:
        given: the project's folder, where the user named one.
        start: where to look from, upwards; the current folder by default.

    Returns:
        The named project; else the nearest one at or above ``start``; else the packaged one.

    Raises:
        ProjectError: the named folder is not a project, or the settings do not make sense.
    """
    if given is not None:
        if not (given / SETTINGS_FILE).is_file():
            raise ProjectError(f"{given}: no {SETTINGS_FILE} in this folder", "name the folder that holds it")
        return load_project(given)
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / SETTINGS_FILE).is_file():
            return load_project(folder)
    return load_project(packaged_content())


def packaged_content() -> Path:
    """The folder of the project that came with the tool: inside the wheel, or around the sources.

    Raises:
        ProjectError: the installation is incomplete.
    """
    for folder in (_PACKAGE / "content", _PACKAGE.parent.parent):
        if (folder / SETTINGS_FILE).is_file():
            return folder
    raise ProjectError("the packaged knowledge graph is missing", "install mca-graph again, or use --project")


def load_project(root: Path) -> Project:
    """Read a project's settings.

    Raises:
        ProjectError: the settings are not TOML, lack something or hold an unknown key.
    """
    path = root / SETTINGS_FILE
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ProjectError(f"{path}: {error}", "it must be TOML in UTF-8 (toml.io)") from error
    _check_keys(path, settings)
    about = settings.get("project", {})
    own = settings.get("prefixes", {})
    for key in ("title", "base"):
        if not isinstance(about.get(key), str):
            raise ProjectError(f"{path}: [project] needs a {key}", f'write {key} = "…"')
    if not about["base"].endswith("/"):
        raise ProjectError(f"{path}: [project] base must end in '/'", f"write {about['base']}/")
    prefixes = Prefixes(own)
    return Project(
        root=root.resolve(),
        title=about["title"],
        base=about["base"],
        language=about.get("language", "en"),
        licence=about.get("licence"),
        prefixes=prefixes,
        own_namespaces={prefix: iri for prefix, iri in own.items() if iri.startswith(about["base"])},
        policy=_policy(path, settings.get("resolve", {}), prefixes),
        iri_rules=dict(_iri_rules(path, settings.get("iris", {}), prefixes)),
        site=settings.get("site", {}),
        short_title=about.get("short_title", about["title"]),
        endpoints=settings.get("endpoints", {}),
    )


def _check_keys(path: Path, settings: Mapping[str, Any]) -> None:
    for table, entries in settings.items():
        if table not in _TABLES or not isinstance(entries, dict):
            hint = did_you_mean(table, _TABLES) or f"known are {', '.join(sorted(_TABLES))}"
            raise ProjectError(f"{path}: unknown table [{table}]", hint)
        for key, value in entries.items():
            if table == "prefixes":
                if not isinstance(value, str):
                    raise ProjectError(f"{path}: prefix {key} is not text", f'write {key} = "https://…"')
            elif table not in ("iris", "site", "endpoints"):
                _check_key(path, table, key, value)


def _expanded(path: Path, table: str, prefixes: Prefixes, curie: str) -> str:
    expanded = prefixes.expand(curie)
    if expanded is None:
        raise ProjectError(f"{path}: [{table}] {curie}: unknown prefix", "declare it in [prefixes]")
    return expanded


def _iri_rules(path: Path, settings: Mapping[str, Any], prefixes: Prefixes) -> Iterator[tuple[str, IriRule]]:
    for class_, entry in settings.items():
        where = f"{path}: [iris] {class_}"
        if not isinstance(entry, dict) or not entry.keys() <= {"from", "digest", "namespace"}:
            raise ProjectError(
                f"{where}: must be a table of from, digest and namespace", 'write {from = ["…"]}'
            )
        parts, digest, namespace = entry.get("from", []), entry.get("digest", 0), entry.get("namespace")
        if not isinstance(parts, list) or not isinstance(digest, int) or not 0 <= digest <= 40:
            raise ProjectError(
                f"{where}: from must be a list, digest a number up to 40", 'write {from = ["…"]}'
            )
        made = tuple(
            ("^" if part.startswith("^") else "") + _expanded(path, "iris", prefixes, part.removeprefix("^"))
            for part in map(str, parts)
        )
        base = None if namespace is None else _expanded(path, "iris", prefixes, f"{namespace}:")
        yield _expanded(path, "iris", prefixes, class_), IriRule(made, digest, base)


def _check_key(path: Path, table: str, key: str, value: object) -> None:
    if key not in _TABLES[table]:
        hint = did_you_mean(key, _TABLES[table]) or f"known are {', '.join(sorted(_TABLES[table]))}"
        raise ProjectError(f"{path}: unknown key {key} in [{table}]", hint)
    if not key.endswith("_order"):
        if not isinstance(value, str):
            raise ProjectError(f"{path}: {key} in [{table}] is not text", f'write {key} = "…"')
    elif not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
        raise ProjectError(f"{path}: {key} in [{table}] is not a list of texts", f'write {key} = ["…", "…"]')


def _policy(path: Path, settings: Mapping[str, Any], prefixes: Prefixes) -> ResolvePolicy:
    def iri(curie: str) -> str:
        return _expanded(path, "resolve", prefixes, curie)

    return ResolvePolicy(
        basis_property=iri(settings["basis_property"]) if "basis_property" in settings else None,
        basis_order=tuple(iri(curie) for curie in settings.get("basis_order", ())),
        source_property=iri(settings["source_property"]) if "source_property" in settings else None,
        source_order=tuple(iri(curie) for curie in settings.get("source_order", ())),
    )


def _rdf_files(folder: Path) -> list[Path]:
    return _files(folder, RDF_SUFFIXES)


def _files(folder: Path, suffixes: frozenset[str]) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(
        (path for path in folder.iterdir() if path.suffix in suffixes and not path.name.startswith(".")),
        key=lambda path: path.name,
    )
