"""Write a site so that it is always whole: the old one until the new one is ready, then the new one.

Everything new or changed is first written into a staging folder beside the pages, so that a run that is
killed while it works, which is nearly all of its time, has touched no page at all. When all is there a
mark says so, the files move into place by renames, files that are gone are removed and the list of files
is replaced, each step safe to be done again: a run that is killed while it moves is finished by the
next. Building a second site beside the first and swapping the two would also keep the old one whole,
but costs time and room for every file where one has changed.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from mca_graph.errors import McaGraphError
from mca_graph.files import alone
from mca_graph.publishing.site.seal import folders_after, folders_of

MANIFEST = ".mca-graph-site.json"
_STAGING = ".mca-graph-staging"
_READY = "ready.json"
_LOCK = "lock"
_VERSION = 2


class Group(NamedTuple):
    """Files that are made from the same.

    Attributes:
        name: what their paths begin with.
        fingerprint: of what they are made from.
        files: their contents by path.
    """

    name: str
    fingerprint: str
    files: Mapping[str, bytes]


class Written(NamedTuple):
    """A group of files that has been written.

    Attributes:
        name: what the paths of its files begin with.
        entry: a fingerprint of what they are made from, and after spaces what the paths go on with.
        written: how many of them were written.
        kept: how many were as they should be.
    """

    name: str
    entry: str
    written: int
    kept: int


@dataclass(slots=True)
class Apart:
    """Files that were written apart from the others, until they are taken into the site.

    Attributes:
        files: a fingerprint of each by path.
        written: how many of them were written.
        kept: how many were as they should be.
    """

    files: dict[str, str] = field(default_factory=dict)
    written: int = 0
    kept: int = 0


class SiteWriter:
    """Writes the files of a site, those only that have changed.

    Args:
        out: the folder of the site; made where it is missing.

    Attributes:
        is_as_left: the whole site is known to be as the last run left it.

    Raises:
        McaGraphError: the folder holds something else, or cannot be written.
    """

    def __init__(self, out: Path) -> None:
        self.out, self._staging = out, out / _STAGING
        self.written = self.kept = self.removed = 0
        self._intact: set[str] | None = None
        self._found: Mapping[str, str] | None = None
        self.is_as_left = False
        self._touched = {""}
        try:
            out.mkdir(parents=True, exist_ok=True)
            self._finish_earlier()
            shutil.rmtree(self._staging, ignore_errors=True)
            old = self._read_manifest()
            if old is None and any(out.iterdir()):
                raise McaGraphError(
                    f"{out}: this folder holds files, and none of them is a site of this tool",
                    "name an empty or a new folder",
                )
        except OSError as error:
            raise McaGraphError(
                f"{out}: {error.strerror or error}", "name a folder that may be written"
            ) from error
        old = old or {"files": {}, "groups": {}}
        self._old_files: dict[str, str] = old["files"]
        self._old_groups: dict[str, str] = old["groups"]
        self._files: dict[str, str] = {}
        self._groups: dict[str, str] = {}
        self._folders: set[str] = set()

    def compare(self, left: Mapping[str, str], found: Mapping[str, str]) -> None:
        """Learn which folders are as the last run left them; without that files are looked for one by one.

        Args:
            left: a fingerprint of each folder as the last run left it.
            found: those as they are now.
        """
        self._found = found
        self._intact = {name for name, fingerprint in found.items() if left.get(name) == fingerprint}
        self.is_as_left = left == found

    def write(self, path: str, content: bytes | str) -> None:
        """Write a file of the site.

        Args:
            path: its path from the root of the site, with ``/``.
            content: its bytes, or its text.

        Raises:
            McaGraphError: the file was written already, with other content.
        """
        data = content.encode() if isinstance(content, str) else content
        digest = hashlib.blake2b(data, digest_size=12).hexdigest()
        self._own(path, digest)
        if self._old_files.get(path) == digest and self._is_there(path):
            self.kept += 1
            return
        self._stage(path, data)

    @contextmanager
    def open(self, path: str) -> Iterator[BinaryIO]:
        """Write a file of the site that is too large to be held."""
        target = Path(self._target(path))
        with target.open("wb") as file:
            yield file
        with target.open("rb") as file:
            digest = hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=12)).hexdigest()
        self._files[path] = digest
        if self._old_files.get(path) == digest and self._is_there(path):
            target.unlink()
            self.kept += 1
        else:
            self.written += 1

    def left(self, path: str) -> str | None:
        """A fingerprint of a file as the last run left it, where it is known to be as it was; else None."""
        return self._old_files.get(path) if self._intact is not None and self._is_there(path) else None

    def keep(self, path: str) -> bool:
        """Take a file into the site as the last run left it; False where it is not known to be as it was.

        Raises:
            McaGraphError: another part of the site has written the file, with other content.
        """
        digest = self.left(path)
        if digest is None:
            return False
        self._own(path, digest)
        self.kept += 1
        return True

    def fingerprint(self, path: str) -> str:
        """The fingerprint of a file that was written or kept; the next run gets it from :meth:`left`."""
        return self._files[path]

    @contextmanager
    def apart(self) -> Iterator[Apart]:
        """Write files that :meth:`take` is told of afterwards, in whichever process it was done."""
        before = self._files, self.written, self.kept
        found = Apart()
        self._files, self.written, self.kept = found.files, 0, 0
        try:
            yield found
        finally:
            found.written, found.kept = self.written, self.kept
            self._files, self.written, self.kept = before

    def take(self, apart: Apart) -> None:
        """Take files into the site that were written apart.

        Raises:
            McaGraphError: another part of the site has written one of them.
        """
        for path, digest in apart.files.items():
            self._own(path, digest)
        self.written += apart.written
        self.kept += apart.kept

    def _own(self, path: str, digest: str) -> None:
        if self._files.setdefault(path, digest) != digest:
            raise McaGraphError(f"{path}: two parts of the site want to be this file", "rename one of them")

    def kept_group(self, name: str, fingerprint: str) -> Written | None:
        """The files of a group as they are, where they were written from the same; else None."""
        entry = self._old_groups.get(name, "")
        if not entry.startswith(f"{fingerprint} "):
            return None
        paths = _paths(name, entry)
        if not all(map(self._is_there, paths)):
            return None
        return Written(name, entry, 0, len(paths))

    def _is_there(self, path: str) -> bool:
        """True for a file that is as it was left, as far as that is known."""
        if self._intact is not None:
            return path.rpartition("/")[0] in self._intact
        return os.path.isfile(f"{self.out}/{path}")

    def alone(self) -> AbstractContextManager[None]:
        """Write while no other process does."""
        self._staging.mkdir(exist_ok=True)
        return alone(self._staging / _LOCK)

    def keep_groups(self, names: Iterable[str]) -> None:
        """Keep the files of groups that the site has, all of which is as it was left."""
        assert self.is_as_left
        for name in names:
            entry = self._groups[name] = self._old_groups[name]
            self.kept += entry.count(" ")

    def has_group(self, name: str) -> bool:
        """True where the site has had a group of this name."""
        return name in self._old_groups

    def write_group(self, group: Group) -> Written:
        """Write the files of a group; to be told to :meth:`note`, in whichever process it was done."""
        written = 0
        known = group.name in self._old_groups
        for path, data in group.files.items():
            if not known or not _same(f"{self.out}/{path}", data):
                self._put(path, data)
                written += 1
        entry = " ".join((group.fingerprint, *(path.removeprefix(group.name) for path in group.files)))
        return Written(group.name, entry, written, len(group.files) - written)

    def note(self, groups: Iterable[Written]) -> None:
        """Take groups into the site."""
        for group in groups:
            self._groups[group.name] = group.entry
            self.written += group.written
            self.kept += group.kept

    @property
    def pages(self) -> list[str]:
        """The paths of the pages that the site has so far."""
        grouped = (path for name, entry in self._groups.items() for path in _paths(name, entry))
        return sorted(path for path in chain(self._files, grouped) if path.endswith(".html"))

    def finish(self) -> None:
        """Put everything into place, and remove what the site no longer has.

        Raises:
            McaGraphError: a file cannot be moved or removed.
        """
        gone = self._gone()
        self._touched.update(path.rpartition("/")[0] for path in gone)
        self._touched.update(_folders(self._staging / "site"))
        manifest = {"version": _VERSION, "files": self._files, "groups": self._groups}
        self._staging.mkdir(exist_ok=True)
        (self._staging / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")
        ready = self._staging / f"{_READY}.part"
        ready.write_text(json.dumps(gone), encoding="utf-8")
        os.replace(ready, self._staging / _READY)
        self._move()
        self.removed = len(gone)

    def folders_left(self) -> dict[str, str]:
        """A fingerprint of each folder of the site as this run leaves it, once it is finished."""
        return (
            folders_of(self.out)
            if self._found is None
            else folders_after(self.out, self._found, self._touched)
        )

    def _gone(self) -> list[str]:
        """The paths of the files that the site had and has no longer."""
        gone = self._old_files.keys() - self._files.keys()
        for name, entry in self._old_groups.items():
            if self._groups.get(name) != entry:
                gone.update(_paths(name, entry))
        if gone:
            gone.difference_update(self._files)
            for name, entry in self._groups.items():
                gone.difference_update(_paths(name, entry))
        return sorted(gone)

    def _finish_earlier(self) -> None:
        """Finish what a killed run had all but done."""
        if (self._staging / _READY).is_file():
            self._move()

    def _move(self) -> None:
        try:
            gone = json.loads((self._staging / _READY).read_text(encoding="utf-8"))
            if (self._staging / "site").is_dir():
                _merge(self._staging / "site", self.out)
            for path in gone:
                self._remove(path)
            if (self._staging / MANIFEST).is_file():
                os.replace(self._staging / MANIFEST, self.out / MANIFEST)
            shutil.rmtree(self._staging)
        except OSError as error:
            raise McaGraphError(
                f"{self.out}: {error.strerror or error}", "publish again to finish"
            ) from error

    def _remove(self, path: str) -> None:
        """Remove a file, and the folders that are empty without it; nothing outside the site."""
        target = self.out / path
        if not target.resolve().is_relative_to(self.out.resolve()):
            return
        target.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            for folder in target.parents:
                if folder == self.out:
                    break
                folder.rmdir()

    def _stage(self, path: str, data: bytes) -> None:
        self._put(path, data)
        self.written += 1

    def _put(self, path: str, data: bytes) -> None:
        file = os.open(self._target(path), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        try:
            left = memoryview(data)
            while left:
                left = left[os.write(file, left) :]
        finally:
            os.close(file)

    def _target(self, path: str) -> str:
        """Where a file is staged; its folder is made."""
        folder, _slash, _name = path.rpartition("/")
        if folder not in self._folders:
            if ".." in path.split("/") or path.startswith("/"):
                raise McaGraphError(f"{path}: not a path inside the site")
            (self._staging / "site" / folder).mkdir(parents=True, exist_ok=True)
            self._folders.add(folder)
        return f"{self._staging}/site/{path}"

    def _read_manifest(self) -> dict[str, Any] | None:
        """The list of the files that the site has; None where there is none that can be read."""
        try:
            found = json.loads((self.out / MANIFEST).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except ValueError as error:
            raise McaGraphError(
                f"{self.out / MANIFEST}: {error}", "remove the folder and publish again"
            ) from error
        if not isinstance(found, dict) or found.get("version") != _VERSION:
            raise McaGraphError(
                f"{self.out}: published by another version", "remove the folder and publish again"
            )
        return found


def _paths(name: str, entry: str) -> list[str]:
    """The paths of the files of a group."""
    return [f"{name}{ending}" for ending in entry.split(" ")[1:]]


def _folders(root: Path) -> Iterator[str]:
    """The folders below a folder that have files, by their paths from there."""
    for folder, _below, files in os.walk(root):
        if files:
            path = Path(folder).relative_to(root).as_posix()
            yield "" if path == "." else path


def _same(path: str, data: bytes) -> bool:
    try:
        with open(path, "rb") as file:
            return file.read() == data
    except OSError:
        return False


def _merge(source: Path, target: Path) -> None:
    """Move files into place; a folder that is not there yet moves as a whole."""
    for entry in sorted(os.scandir(source), key=lambda entry: (entry.is_file(), entry.name)):
        place = target / entry.name
        if entry.is_dir() and place.is_dir():
            _merge(Path(entry.path), place)
        else:
            if entry.is_file() and place.is_dir():
                shutil.rmtree(place)
            elif entry.is_dir() and place.is_file():
                place.unlink()
            os.replace(entry.path, place)
