"""The servers that several test modules ask."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from server_support import ROOT, Running, running


@pytest.fixture(scope="session")
def server() -> Iterator[Running]:
    """A server of the rivers, without a limit on how often a client may ask."""
    with running("--rate", "0", "--client-jobs", "1000", "--time-limit", "20") as found:
        yield found


@pytest.fixture(scope="session")
def mca_server() -> Iterator[Running]:
    """A server of the project that the tool comes with."""
    with running("--rate", "0", "--client-jobs", "1000", project=ROOT) as found:
        yield found
