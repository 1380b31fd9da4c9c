"""The catalogue of saved queries: one ``<id>.rq`` a question, its header compatible with grlc.

A header line begins with ``#+``. The lines together are YAML; of YAML only what is needed is read:
``key: value`` with a plain value, or a value in JSON, which may go on over indented lines.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mca_graph.errors import QueryError, UnknownNameError, did_you_mean
from mca_graph.project import Project
from mca_graph.queries.sparql import check, groups

PARAMETER_TYPES = ("iri", "string", "integer", "decimal", "date", "boolean")
VIEWS = ("table", "chart-bar", "map", "timeline", "graph")

_KEYS = frozenset(
    {"title", "summary", "description", "tags", "params", "view", "endpoint", "method", "pagination"}
)
_PARAMETER_KEYS = frozenset(
    {"type", "description", "required", "default", "repeat", "scheme", "class", "example"}
)
_OBJECT = """write {"name": {"type": "string", "description": "…"}}"""
_LINE = re.compile(r"(?P<key>[A-Za-z_-]+):(?:[ \t]+(?P<value>.*))?\Z")

RESERVED = frozenset(
    {"format", "output", "iris", "timeout", "memory", "endpoint", "store", "data", "help", "page"}
)
"""Names that parameters cannot have, since every query has an option of that name."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a saved query.

    Attributes:
        name: the variable that it binds, without the question mark.
        type: one of :data:`PARAMETER_TYPES`.
        description: what it is for, in a sentence.
        required: whether a value must be given.
        default: the value where none is given.
        repeat: whether several values may be given.
        scheme: IRI of the concept scheme that values come from.
        class_: IRI of the class whose instances are values.
        example: a value that gives an answer.
    """

    name: str
    type: str
    description: str
    required: bool = False
    default: str | None = None
    repeat: bool = False
    scheme: str | None = None
    class_: str | None = None
    example: str | None = None

    @property
    def option(self) -> str:
        """The parameter as an option of the command line."""
        return f"--{self.name.replace('_', '-')}"


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """A saved query: what it asks, with which parameters, and its text."""

    id: str
    path: Path
    title: str
    summary: str
    description: str
    tags: tuple[str, ...]
    params: tuple[Parameter, ...]
    view: str
    text: str
    form: str


def catalogue(project: Project) -> dict[str, SavedQuery]:
    """All saved queries of a project by id, in the order of the ids.

    Raises:
        QueryError: a header cannot be read.
    """
    return {path.stem: read_query(path, project) for path in project.query_files}


def find_query(project: Project, name: str) -> SavedQuery:
    """One saved query; the others are not read.

    Raises:
        UnknownNameError: there is none of that name.
        QueryError: its header cannot be read.
    """
    paths = {path.stem: path for path in project.query_files}
    if name not in paths:
        hint = did_you_mean(name, paths) or "'mca-graph queries' lists what can be asked"
        raise UnknownNameError(f"no saved query {name!r}", hint)
    return read_query(paths[name], project)


def read_query(path: Path, project: Project) -> SavedQuery:
    """Read one saved query.

    Raises:
        QueryError: the file is not text, or its header is wrong; file and line are named.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise QueryError(f"{path}: {error}", "is it a text file in UTF-8?") from error
    header = _header(path, text)
    for key in ("title", "summary"):
        if not header.get(key):
            raise QueryError(f"{path}: the header needs '#+ {key}: …'", "add this line at the top")
        if not isinstance(header[key], str):
            raise QueryError(f"{path}: {key} must be text", f"write '#+ {key}: …'")
    view = header.get("view", "table")
    if view not in VIEWS:
        hint = did_you_mean(str(view), VIEWS) or f"one of {', '.join(VIEWS)}"
        raise QueryError(f"{path}: unknown view {view!r}", hint)
    tags = header.get("tags") or []
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise QueryError(f"{path}: tags must be a JSON list of texts", """write '#+ tags: ["…", "…"]'""")
    params = header.get("params") or {}
    if not isinstance(params, dict):
        raise QueryError(f"{path}: params must be a JSON object of parameters by name", _OBJECT)
    used = {name for group in groups(text) for name in group.variables}
    return SavedQuery(
        id=path.stem,
        path=path,
        title=header["title"],
        summary=header["summary"],
        description=header.get("description", ""),
        tags=tuple(tags),
        params=tuple(_parameter(path, name, entry, project, used) for name, entry in params.items()),
        view=view,
        text=text,
        form=check(text),
    )


def _near(given: str, known: Iterable[str]) -> str:
    return did_you_mean(given, known) or f"known are {', '.join(sorted(known))}"


def _header(path: Path, text: str) -> dict[str, Any]:
    entries: dict[str, tuple[int, str]] = {}
    key = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.startswith("#+"):
            break
        content = line[2:].removeprefix(" ")
        if content[:1].isspace() and key:
            entries[key] = (entries[key][0], f"{entries[key][1]}\n{content.strip()}".lstrip("\n"))
            continue
        found = _LINE.match(content.rstrip())
        if not found:
            raise QueryError(f"{path}:{number}: not a header line", "write '#+ key: value'")
        key = found["key"]
        if key not in _KEYS:
            raise QueryError(f"{path}:{number}: unknown header key {key!r}", _near(key, _KEYS))
        if key in entries:
            raise QueryError(f"{path}:{number}: {key} stands twice in the header", "keep one of them")
        entries[key] = (number, found["value"] or "")
    return {key: _value(path, number, value) for key, (number, value) in entries.items()}


def _value(path: Path, number: int, value: str) -> Any:
    if value[:1] in ("{", "[", '"'):
        try:
            return json.loads(value)
        except ValueError as error:
            raise QueryError(
                f"{path}:{number}: not JSON: {error}", "text that begins with a bracket is JSON"
            ) from error
    if ": " in value or " #" in value or value[:1] in "'&*!|>%@`":
        raise QueryError(
            f"{path}:{number}: put this value into double quotes", "a grlc server reads it as YAML"
        )
    return " ".join(value.split())


def _parameter(
    path: Path, name: str, entry: Mapping[str, Any], project: Project, used: set[str]
) -> Parameter:
    where = f"{path}: parameter {name}"
    if not isinstance(entry, dict):
        raise QueryError(f"{where}: must be a JSON object", _OBJECT)
    for key in entry:
        if key not in _PARAMETER_KEYS:
            raise QueryError(f"{where}: unknown key {key!r}", _near(key, _PARAMETER_KEYS))
    kind = entry.get("type")
    if kind not in PARAMETER_TYPES:
        raise QueryError(f"{where}: unknown type {kind!r}", f"one of {', '.join(PARAMETER_TYPES)}")
    if name in RESERVED:
        raise QueryError(f"{where}: this name is an option of every query", "give the variable another name")
    if not entry.get("description"):
        raise QueryError(f"{where}: needs a description", "say in a sentence what it is for")
    if name not in used:
        raise QueryError(f"{where}: the query has no variable ?{name} in a group", f"use ?{name} in it")
    if entry.get("required") and "default" in entry:
        raise QueryError(f"{where}: is required, so a default has no use", "drop one of them")

    def iri(key: str) -> str | None:
        curie = entry.get(key)
        if curie is None:
            return None
        expanded = project.prefixes.expand(curie)
        if expanded is None:
            raise QueryError(
                f"{where}: {key} {curie!r} has an unknown prefix", "declare it in mca-graph.toml"
            )
        return expanded

    def text(key: str) -> str | None:
        value = entry.get(key)
        return None if value is None else str(value).lower() if isinstance(value, bool) else str(value)

    return Parameter(
        name=name,
        type=kind,
        description=entry["description"],
        required=bool(entry.get("required", False)),
        default=text("default"),
        repeat=bool(entry.get("repeat", False)),
        scheme=iri("scheme"),
        class_=iri("class"),
        example=text("example"),
    )
