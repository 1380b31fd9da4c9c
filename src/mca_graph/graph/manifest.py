"""What an index was made from: status and digest of each file.

An unchanged file is known by its status (size, times, inode) and need not be read again. A file that
had just been written when it was read may change again without its status showing it, so such a file
is not taken for unchanged.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

import pyoxigraph

from mca_graph.errors import ReadError

SCHEMA = f"1 {pyoxigraph.__version__}"
"""Changes whenever an older index must not be read any more."""

_SETTLED_NS = 2_000_000_000


@dataclass(frozen=True)
class Entry:
    """A file when it was read: its status, and the SHA-256 digest of its content."""

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int
    digest: str

    @classmethod
    def read(cls, path: Path) -> Entry:
        """Read a file.

        Raises:
            ReadError: it cannot be read.
        """
        import hashlib

        try:
            with path.open("rb") as file:
                status = os.fstat(file.fileno())
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise ReadError(str(path), error.strerror or str(error)) from error
        return cls(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, digest)

    def fits(self, status: os.stat_result) -> bool:
        """True when a file's status is what it was."""
        return (self.size, self.mtime_ns, self.ctime_ns, self.inode) == (
            status.st_size,
            status.st_mtime_ns,
            status.st_ctime_ns,
            status.st_ino,
        )

    def settled(self, moment_ns: int) -> bool:
        """True when the file had been at rest for a while at that moment."""
        return max(self.mtime_ns, self.ctime_ns) < moment_ns - _SETTLED_NS


class Manifest:
    """The manifest beside the indexes of one project.

    Args:
        path: its file.
        name: what is indexed.
    """

    def __init__(self, path: Path, name: str) -> None:
        self._path, self._name = path, name
        self._read_ns, self._key, self._entries = self._recall()

    @property
    def last(self) -> tuple[str, Mapping[str, Entry]] | None:
        """The key of the last index, and the files that it was made from."""
        return (self._key, self._entries) if self._key is not None else None

    def key_of_unchanged(self, files: Sequence[Path]) -> str | None:
        """The key of the index of these files when none has changed; None when that is not sure."""
        if len(files) != len(self._entries):
            return None
        for path in files:
            entry = self._entries.get(str(path))
            if entry is None or not entry.settled(self._read_ns):
                return None
            try:
                if not entry.fits(os.stat(path)):
                    return None
            except OSError:
                return None
        return self._key

    def read(self, files: Sequence[Path]) -> dict[str, Entry]:
        """Status and digest of each file as it is now; only what may have changed is read.

        Raises:
            ReadError: a file cannot be read.
        """
        found = {}
        for path in files:
            entry = self._entries.get(str(path))
            try:
                unchanged = entry is not None and entry.settled(self._read_ns) and entry.fits(os.stat(path))
            except OSError as error:
                raise ReadError(str(path), error.strerror or str(error)) from error
            found[str(path)] = entry if entry is not None and unchanged else Entry.read(path)
        return found

    def remember(self, key: str, entries: Mapping[str, Entry], read_ns: int) -> None:
        """Write down what an index was made from; the file changes at once or not at all.

        Args:
            key: the key of the index.
            entries: the files.
            read_ns: when they were read, at the latest.
        """
        content = {
            "schema": SCHEMA,
            "name": self._name,
            "read_ns": read_ns,
            "key": key,
            "files": {name: astuple(entry) for name, entry in entries.items()},
        }
        with _scratch_file(self._path.parent) as file:
            file.write_text(json.dumps(content), encoding="utf-8")
            os.replace(file, self._path)

    def _recall(self) -> tuple[int, str | None, dict[str, Entry]]:
        try:
            stored = json.loads(self._path.read_bytes())
            if (stored["schema"], stored["name"]) != (SCHEMA, self._name):
                return 0, None, {}
            entries = {name: Entry(*row) for name, row in stored["files"].items()}
            return stored["read_ns"], stored["key"], entries
        except (OSError, ValueError, KeyError, TypeError):
            return 0, None, {}


def key_of(entries: Mapping[str, Entry]) -> str:
    """The key of an index: the same for the same names with the same content."""
    import hashlib

    digest = hashlib.sha256(SCHEMA.encode())
    for name, entry in sorted(entries.items()):
        digest.update(f"\0{name}\0{entry.digest}".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()[:32]


def changed(entries: Mapping[str, Entry]) -> bool:
    """True when a file is no longer what its entry says; one that was just written is read again."""
    now = time.time_ns()
    try:
        return any(
            not entry.fits(os.stat(name))
            or (not entry.settled(now) and Entry.read(Path(name)).digest != entry.digest)
            for name, entry in entries.items()
        )
    except (OSError, ReadError):
        return True


@contextlib.contextmanager
def _scratch_file(folder: Path) -> Iterator[Path]:
    path = folder / f"writing-{os.getpid()}-{time.monotonic_ns()}"
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)
