"""What is kept of the building of an index, so that the next one can be made from it."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import Quad, RdfFormat, parse, serialize

from mca_graph.files import whole_file
from mca_graph.graph.manifest import SCHEMA
from mca_graph.graph.texts import sweep_texts

_SUFFIX = ".remains"
_TRIPLES, _QUADS = RdfFormat.N_TRIPLES, RdfFormat.N_QUADS


class Kept(NamedTuple):
    """A large file whose text was kept.

    Attributes:
        digest: of its content.
        distinct: how many different statements it makes, where they have been counted.
    """

    digest: str
    distinct: int | None = None


@dataclass(frozen=True, slots=True)
class Remains:
    """What an index does not say of itself.

    Attributes:
        losers: what lost its dispute, so that it is not in the current graph, though contributions say it.
        texts: the large files whose text was kept, by their name.
        steps: how many indexes were made one from another since one was built from nothing.
        odd: what the other contributions say with numbers and dates that the store spells otherwise.
    """

    losers: Collection[Quad] = ()
    texts: Mapping[str, Kept] = field(default_factory=dict)
    steps: int = 0
    odd: Collection[Quad] = ()

    def write(self, home: Path, key: str) -> None:
        """Write it down beside an index.

        Raises:
            OSError: it cannot be written.
        """
        losers, odd = serialize(self.losers, format=_TRIPLES), serialize(self.odd, format=_QUADS)
        assert losers is not None
        assert odd is not None
        content = {
            "schema": SCHEMA,
            "key": key,
            "losers": losers.decode(),
            "texts": self.texts,
            "steps": self.steps,
            "odd": odd.decode(),
        }
        with whole_file(home / f"{key}{_SUFFIX}") as file:
            file.write(json.dumps(content).encode())

    @classmethod
    def read(cls, home: Path, key: str) -> Remains | None:
        """What was written down beside an index; None where that is nothing that can be used."""
        try:
            stored = json.loads((home / f"{key}{_SUFFIX}").read_bytes())
            if (stored["schema"], stored["key"]) != (SCHEMA, key):
                return None
            losers = frozenset(parse(stored["losers"], format=_TRIPLES))
            texts = {name: Kept(*row) for name, row in stored["texts"].items()}
            return cls(losers, texts, stored["steps"], frozenset(parse(stored["odd"], format=_QUADS)))
        except (OSError, ValueError, KeyError, TypeError, AttributeError, SyntaxError):
            return None


def sweep_remains(home: Path, keys: Collection[str]) -> None:
    """Remove what was kept for indexes that are gone.

    Args:
        home: the folder of the project's indexes.
        keys: those of the indexes that stay.
    """
    wanted: set[str] = set()
    for path in home.glob(f"*{_SUFFIX}"):
        key = path.name.removesuffix(_SUFFIX)
        if key not in keys:
            with contextlib.suppress(OSError):
                path.unlink()
        elif (remains := Remains.read(home, key)) is not None:
            wanted.update(kept.digest for kept in remains.texts.values())
    sweep_texts(home, wanted)
