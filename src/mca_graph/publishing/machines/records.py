"""What a run notes of its downloads for the next one, in the user's cache.

A run may be killed before the files that it wrote are put into the site: whoever reads a record compares what
it says of the files with the fingerprints of those that are there.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from typing import Any

from mca_graph.files import whole_file
from mca_graph.publishing.site.context import Site


def read_record(site: Site, name: str) -> dict[str, Any] | None:
    """What the last run noted, where it is known how the graph has changed since.

    Args:
        site: the site.
        name: of the record.
    """
    if site.kept is None or site.changes is None:
        return None
    try:
        found = json.loads((site.kept / name).read_bytes())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def write_record(site: Site, name: str, record: Mapping[str, Any]) -> None:
    """Note something for the next run; what cannot be kept is not missed.

    Args:
        site: the site.
        name: of the record.
        record: what is noted.
    """
    if site.kept is not None:
        with contextlib.suppress(OSError), whole_file(site.kept / name) as file:
            file.write(json.dumps(record, ensure_ascii=False).encode())
