"""The built wheel answers questions by itself: in an empty environment, in an empty folder."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel and install it; give the command.

    No network is used: the libraries that it depends on are lent by this environment, itself not among them.
    """
    work = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(work)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = work.glob("mca_graph-*.whl")
    venv.create(work / "env", with_pip=False)
    python = work / "env" / "bin" / "python"
    site = next((work / "env").glob("lib/python*/site-packages"))
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-deps",
            "--no-index",
            "--target",
            str(site),
            str(wheel),
        ],
        check=True,
        capture_output=True,
    )
    (site / "lent.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    command = work / "mca-graph"
    command.write_text(f"#!{python}\nfrom mca_graph.cli.main import main\nmain()\n")
    command.chmod(0o755)
    return command


def run(command: Path, folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    env["MCA_GRAPH_CACHE"] = str(folder / ".cache")
    return subprocess.run(
        [str(command), *args], cwd=folder, env=env, capture_output=True, text=True, timeout=120, check=False
    )


def test_the_wheel_holds_the_content_and_the_code(installed: Path, tmp_path: Path) -> None:
    site = next((installed.parent / "env").glob("lib/python*/site-packages"))
    script = "import mca_graph; print(mca_graph.__file__)"
    python = installed.parent / "env" / "bin" / "python"
    found = subprocess.run(
        [str(python), "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert Path(found.stdout.strip()).is_relative_to(site)
    shipped = {path.name for path in (site / "mca_graph" / "content").iterdir()}
    assert {"ontology", "data", "shapes", "queries", "mca-graph.toml"} <= shipped


def test_it_answers_in_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    asked = ("query", "projects-serving-community", "--community", "coastal-communities", "-f", "csv")
    found = run(installed, tmp_path, *asked)
    assert (found.returncode, found.stderr) == (0, "")
    for slug in (
        "coastal-community-creative-health",
        "weston-super-mare-consortium",
        "nenc-housing-health-asset-partnerships",
    ):
        assert f"https://w3id.org/mca-graph/id/project/{slug}," in found.stdout


def test_it_validates_in_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    found = run(installed, tmp_path, "validate")
    assert found.returncode == 0, found.stdout + found.stderr
