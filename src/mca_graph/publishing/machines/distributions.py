"""What a file that can be downloaded is: the terms of DCAT's distributions, and its checksum."""

from __future__ import annotations

import gzip
import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass, field

GZIP = "application/gzip"


@dataclass(frozen=True, slots=True)
class Distribution:
    """A file that can be downloaded.

    Attributes:
        path: its path from the root of the site.
        title: what it is called.
        description: what it holds, in a sentence.
        media_type: what it is once it is unpacked.
        size: of the file in bytes.
        sha256: of the file, as hexadecimal digits.
        compressed: it is packed with gzip.
        conforms_to: IRIs of standards that it follows.
        is_rdf: it holds the graph as RDF.
        current_only: it holds the current graph, not the contributions.
    """

    path: str
    title: str
    description: str
    media_type: str
    size: int
    sha256: str
    compressed: bool = False
    conforms_to: tuple[str, ...] = ()
    is_rdf: bool = False
    current_only: bool = False

    @property
    def name(self) -> str:
        """The name of the file."""
        return self.path.rpartition("/")[2]


@dataclass(slots=True)
class Packed:
    """A file with its content, and what will be said of it.

    Attributes:
        path: its path from the root of the site.
        title: what it is called.
        description: what it holds, in a sentence.
        media_type: what it is once it is unpacked.
        content: its bytes, before they are packed.
        compress: pack it with gzip.
        conforms_to: IRIs of standards that it follows.
        is_rdf: it holds the graph as RDF.
        current_only: it holds the current graph, not the contributions.
    """

    path: str
    title: str
    description: str
    media_type: str
    content: bytes
    compress: bool = False
    conforms_to: tuple[str, ...] = field(default=())
    is_rdf: bool = False
    current_only: bool = False

    def packed(self) -> tuple[Distribution, bytes]:
        """What is said of the file, and its bytes."""
        data = gzipped(self.content) if self.compress else self.content
        return Distribution(
            self.path,
            self.title,
            self.description,
            self.media_type,
            len(data),
            hashlib.sha256(data).hexdigest(),
            self.compress,
            self.conforms_to,
            self.is_rdf,
            self.current_only,
        ), data


def gzipped(content: bytes) -> bytes:
    """Packed bytes that tell neither a time nor a file name, thus are the same each time (RFC 1952)."""
    out = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=out, mtime=0) as file:
        file.write(content)
    return out.getvalue()


def checksums(distributions: Iterable[Distribution], folder: str) -> bytes:
    """The list of checksums of the files below a folder, as ``sha256sum --check`` reads it."""
    files = sorted((one.path.removeprefix(folder), one.sha256) for one in distributions)
    return "".join(f"{digest}  {path}\n" for path, digest in files).encode()
