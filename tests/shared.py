"""Names that several test modules share; the fixtures stand in conftest.py."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

ROOT = Path(__file__).parents[1]
RIVERS = Path(__file__).parent / "projects" / "rivers"

Invoke = Callable[..., Result]
RunProcess = Callable[..., "subprocess.CompletedProcess[str]"]


def require(found: object, what: str) -> None:
    """Skip where a part of the machine is missing, unless everything was promised to be there."""
    if not found:
        if os.environ.get("MCA_GRAPH_REQUIRE_ALL") == "1":
            pytest.fail(f"{what} is missing")
        pytest.skip(f"{what} is missing")
