"""What the tests of indexes that are made from the last one share."""

from __future__ import annotations

from pathlib import Path

import pytest

from mca_graph.graph.follow import Following


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where indexes are kept."""
    monkeypatch.setenv("MCA_GRAPH_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def followed(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Of each index that is built, whether it was made from the last one."""
    found: list[bool] = []
    follow = Following.follow

    def note(*args: object) -> bool:
        found.append(follow(*args))  # type: ignore[arg-type]
        return found[-1]

    monkeypatch.setattr(Following, "follow", note)
    return found
