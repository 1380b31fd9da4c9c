"""What several test modules share."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import settings

from mca_graph.cli.main import cli
from mca_graph.project import Project, load_project
from shared import RIVERS, ROOT, Invoke, RunProcess

# The same cases every time: whether a change passes must not hang on chance. To look for new ones:
# pytest --hypothesis-profile=search
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("search", deadline=None)
settings.load_profile("same")


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    os.environ["MCA_GRAPH_CACHE"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture
def invoke() -> Invoke:
    """Run the command line in this process; a bug surfaces as itself, not as an exit code."""

    def run(*args: str | Path) -> Result:
        from mca_graph.errors import McaGraphError

        result = CliRunner().invoke(cli, [str(arg) for arg in args], prog_name="mca-graph")
        if result.exception and not isinstance(result.exception, SystemExit | McaGraphError):
            raise result.exception
        return result

    return run


@pytest.fixture
def process() -> RunProcess:
    """Run ``mca-graph`` as users do: as a process of its own."""

    def run(
        *args: str | Path, cwd: Path | None = None, env: dict[str, str] | None = None, timeout: float = 120
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "mca_graph", *map(str, args)],
            cwd=cwd,
            env={**os.environ, **(env or {})},
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    return run


@pytest.fixture
def rivers(tmp_path: Path) -> Path:
    """A copy of the small second project, free to be changed."""
    return Path(shutil.copytree(RIVERS, tmp_path / "rivers"))


@pytest.fixture(scope="session")
def mca() -> Project:
    """The project that the tool comes with."""
    return load_project(ROOT)
