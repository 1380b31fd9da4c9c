"""What a file that can be downloaded is: the terms of DCAT's distributions, and its checksum."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import BinaryIO

from mca_graph.publishing.packing import Packer, packing
from mca_graph.publishing.site.writer import SiteWriter

GZIP = "application/gzip"


@dataclass(frozen=True, slots=True)
class Distribution:
    """A file that can be downloaded.

    Attributes:
        path: its path from the root of the site.
        title: what it is called.
        description: what it holds, in a sentence.
        media_type: what it is once it is unpacked.
        compressed: it is packed with gzip.
        conforms_to: IRIs of standards that it follows.
        is_rdf: it holds the graph as RDF.
        current_only: it holds the current graph, not the contributions.
        size: of the file in bytes; known once it is written.
        sha256: of the file, as hexadecimal digits; known once it is written.
    """

    path: str
    title: str
    description: str
    media_type: str
    compressed: bool = False
    conforms_to: tuple[str, ...] = ()
    is_rdf: bool = False
    current_only: bool = False
    size: int = 0
    sha256: str = ""

    @property
    def name(self) -> str:
        """The name of the file."""
        return self.path.rpartition("/")[2]


class Downloads:
    """Writes the files that can be downloaded, piece by piece, and notes what each turned out to be.

    Args:
        writer: takes the files.
    """

    def __init__(self, writer: SiteWriter) -> None:
        self._writer = writer
        self._files: dict[str, Distribution] = {}

    @property
    def files(self) -> list[Distribution]:
        """The files in the order in which they were begun."""
        return list(self._files.values())

    def found(self, path: str) -> Distribution:
        """What a file turned out to be."""
        return self._files[path]

    @contextmanager
    def open(self, file: Distribution) -> Iterator[_Measured]:
        """Write a file; its size and its checksum are found on the way."""
        self._files[file.path] = file
        with self._writer.open(file.path) as out:
            measured = _Measured(out)
            yield measured
        self._files[file.path] = replace(file, size=measured.size, sha256=measured.digest.hexdigest())

    @contextmanager
    def pack(self, file: Distribution) -> Iterator[Packer]:
        """Write a file that is packed with gzip."""
        with self.open(file) as out, packing(out) as packer:
            yield packer

    def keep(self, file: Distribution) -> bool:
        """Keep a file, whose size and checksum are known, as the last run left it; False where it is gone."""
        if not self._writer.keep(file.path):
            return False
        self._files[file.path] = file
        return True

    def add(self, file: Distribution, content: bytes) -> None:
        """Write a file that is there already as a whole."""
        with self.open(file) as out:
            out.write(content)


class _Measured:
    """A file that counts its bytes and sums them up."""

    def __init__(self, out: BinaryIO) -> None:
        self._out, self.size, self.digest = out, 0, hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.size += len(data)
        self.digest.update(data)
        return self._out.write(data)


def checksums(distributions: Iterable[Distribution], folder: str) -> bytes:
    """The list of checksums of the files below a folder, as ``sha256sum --check`` reads it."""
    files = sorted((one.path.removeprefix(folder), one.sha256) for one in distributions)
    return "".join(f"{digest}  {path}\n" for path, digest in files).encode()
