"""What a run notes for the next one, which may then leave out what has not changed since."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mca_graph.files import whole_file
from mca_graph.graph.changes import Changes
from mca_graph.queries.reads import Reads
from mca_graph.store.embedded import EmbeddedStore


class Kept:
    """Notes in the user's cache, each with what it was made from.

    A run that is killed leaves notes on a site that was never put into place: nobody reads those, since they
    are of another moment than the site's seal.

    Args:
        folder: where they are; None where nothing is kept.
        before: what the site was made from as the last run left it; empty where that is not known.
        now: what it is made from now.
    """

    def __init__(self, folder: Path | None = None, before: str = "", now: str = "") -> None:
        self._folder, self._before, self._now = folder, before, now

    def read(self, name: str) -> Any:
        """What the last run noted, or None."""
        if self._folder is None or not self._before:
            return None
        try:
            found = json.loads((self._folder / f"{name}.json").read_bytes())
            return found["note"] if found["of"] == self._before else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def unread(self) -> Kept:
        """The same folder, without what was noted there."""
        return Kept(self._folder, "", self._now)

    def write(self, name: str, note: object) -> None:
        """Note something that JSON can hold. What cannot be kept is not missed."""
        if self._folder is None:
            return
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with whole_file(self._folder / f"{name}.json") as file:
                file.write(json.dumps({"of": self._now, "note": note}, ensure_ascii=False).encode())


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of the last run.

    Attributes:
        kept: its notes, and where this run leaves its own.
        changes: by what the graph differs from the one that the site was made from, where nothing else that
            it is made from has changed and it is as it was left; else None.
        graph: opens the graph that the site was made from, where it is still there.
    """

    kept: Kept = field(default_factory=Kept)
    changes: Changes | None = None
    graph: Callable[[], EmbeddedStore | None] = lambda: None

    def may_change(self, note: list[Any] | None) -> bool:
        """True where the answer of a query may be another than in the last run.

        Args:
            note: what :func:`mca_graph.queries.reads.note_on` told of the query.
        """
        if self.changes is None or note is None:
            return True
        return any(Reads.from_note(note).touched(self.changes.quads))

    def forgotten(self) -> Past:
        """Nothing of it; this run leaves its notes all the same."""
        return Past(self.kept.unread())
