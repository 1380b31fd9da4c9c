"""The published site of the river project, for the modules that ask for this plugin."""

from __future__ import annotations

from pathlib import Path

import pytest
from machines_support import full_rivers, publish_site


@pytest.fixture(scope="session")
def river_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The river project with everything that its site can have; not to be changed."""
    return full_rivers(tmp_path_factory.mktemp("project"))


@pytest.fixture(scope="session")
def river_site(river_project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its published site."""
    return publish_site(river_project, tmp_path_factory.mktemp("site") / "out")
