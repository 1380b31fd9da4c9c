"""What a site was made from and how its files were left, kept in the user's cache, beside the indexes.

With it a run that finds both as they were ends at once. Where a graph has changed, it tells which folders of
the site still hold what was written there, so that files that were changed or lost are written again.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import sqlite3
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import jinja2
import pyoxigraph

from mca_graph.files import whole_file
from mca_graph.graph.index import cache_folder
from mca_graph.project import Project

_PACKAGE = Path(__file__).parents[2]
_CONTENT = ("ontology", "data", "shapes", "queries")
_ABANDONED_S = 24 * 3600.0
_TOOLS = (sys.version, pyoxigraph.__version__, jinja2.__version__, sqlite3.sqlite_version)


@dataclass(frozen=True, slots=True)
class Seal:
    """How the last run left a site.

    Attributes:
        key: a fingerprint of everything that the site was made from.
        frame: one of all that but the contributions.
        state: the state of the graph, as its index is called.
        things: how many things have a page.
        files: how many files the site has.
        warnings: what the run warned of.
        folders: a fingerprint of the names, sizes and times of the files in each folder.
    """

    key: str
    frame: str
    state: str
    things: int
    files: int
    warnings: Sequence[str] = ()
    folders: Mapping[str, str] = field(default_factory=dict)


class Seals:
    """Keeps the seal of a site.

    Args:
        out: the folder of the site.
    """

    def __init__(self, out: Path) -> None:
        self._site = str(out.resolve())
        name = hashlib.blake2b(os.fsencode(self._site), digest_size=8).hexdigest()
        self._home = cache_folder() / "seals"
        self.folder = self._home / name

    def read(self) -> Seal | None:
        """The seal, or None where there is none that fits."""
        found = _content(self.folder)
        try:
            return Seal(**found["seal"]) if found["site"] == self._site else None
        except (KeyError, TypeError):
            return None

    def write(self, seal: Seal) -> None:
        """Keep a seal; forget those of sites that are gone. What cannot be kept is not missed."""
        with contextlib.suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with whole_file(self.folder / "seal.json") as file:
                file.write(json.dumps({"site": self._site, "seal": asdict(seal)}).encode())
            for folder in self._home.iterdir():
                if _is_left_behind(folder):
                    shutil.rmtree(folder, ignore_errors=True)


def _is_left_behind(folder: Path) -> bool:
    """True for what belongs to a site that is gone, or to a first run that came to no end."""
    site = _content(folder).get("site")
    if isinstance(site, str):
        return not os.path.isdir(site)
    return time.time() - folder.stat().st_mtime > _ABANDONED_S


def _content(folder: Path) -> dict[str, Any]:
    try:
        found = json.loads((folder / "seal.json").read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


class Origin(NamedTuple):
    """Fingerprints of what a site is made from: of all, and of all but the contributions."""

    key: str
    frame: str


def origin_of(project: Project, base_url: str, parts: Sequence[str]) -> Origin:
    """Fingerprints of what a site is made from: content, settings, this package and its tools.

    Args:
        project: whose site it is.
        base_url: where it will stand.
        parts: the names of what else belongs to the site.
    """
    everything = hashlib.blake2b(repr((base_url, parts, _TOOLS)).encode(), digest_size=16)
    frame = everything.copy()
    contributions = set(project.contribution_files)
    for root, path in _sources(project.root):
        name = f"\0{path.relative_to(root)}\0".encode("utf-8", "surrogateescape")
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").digest()
        for hasher in (everything, frame) if path not in contributions else (everything,):
            hasher.update(name + digest)
    return Origin(everything.hexdigest(), frame.hexdigest())


def _sources(root: Path) -> Iterator[tuple[Path, Path]]:
    """The files that a site is made from, each with the folder that its name counts from."""
    yield from ((root, path) for path in sorted((*root.glob("*.toml"), *root.glob("*.ttl"))))
    for top in (*(root / name for name in _CONTENT), _PACKAGE):
        for path in sorted(top.rglob("*")):
            if path.suffix != ".pyc" and path.is_file():
                yield (_PACKAGE if top == _PACKAGE else root), path


def folders_of(out: Path) -> dict[str, str]:
    """A fingerprint of the names, sizes and times of the files in each folder of a site."""
    found: dict[str, str] = {}
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        found[folder], below = _folder(out, folder)
        waiting += below
    return found


def folders_after(out: Path, before: Mapping[str, str], touched: Iterable[str]) -> dict[str, str]:
    """The same where it is known what it was, and in which folders something has been written or removed."""
    found = dict(before)
    for folder in {above for one in touched for above in _with_those_above(one)}:
        if os.path.isdir(f"{out}/{folder}"):
            found[folder], _below = _folder(out, folder)
        else:
            found.pop(folder, None)
    return found


def _with_those_above(folder: str) -> Iterator[str]:
    yield folder
    while folder:
        folder = folder.rpartition("/")[0]
        yield folder


def _folder(out: Path, folder: str) -> tuple[str, list[str]]:
    """The fingerprint of a folder, and the folders in it."""
    lines, below = [], []
    with contextlib.suppress(FileNotFoundError), os.scandir(f"{out}/{folder}") as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                below.append(f"{folder}/{entry.name}" if folder else entry.name)
            else:
                status = entry.stat()
                lines.append(f"{entry.name}\0{status.st_size}\0{status.st_mtime_ns}")
    text = "\n".join(sorted(lines))
    return hashlib.blake2b(os.fsencode(text), digest_size=12).hexdigest(), below
