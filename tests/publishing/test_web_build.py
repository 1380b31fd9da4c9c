"""The scripts that come with the package are those that their sources give."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from shared import ROOT, require

WEB = ROOT / "web"
PACKAGE = ROOT / "src" / "mca_graph" / "publishing"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    require(shutil.which("node"), "node")
    require((WEB / "node_modules").is_dir(), "web/node_modules (npm ci --prefix web)")
    out = tmp_path_factory.mktemp("built")
    subprocess.run(["node", "build.mjs", str(out)], cwd=WEB, check=True, timeout=120)
    return out


def test_building_again_gives_the_same_bytes(built: Path) -> None:
    files = sorted(path.relative_to(built) for path in built.rglob("*") if path.is_file())
    assert len(files) > 8
    changed = [str(path) for path in files if (PACKAGE / path).read_bytes() != (built / path).read_bytes()]
    assert not changed, "run 'make web'"


def test_every_script_of_the_package_is_built(built: Path) -> None:
    scripts = {
        path.relative_to(PACKAGE)
        for folder in ("assets", "bundles")
        for path in (PACKAGE / folder).glob("*.js")
    }
    assert scripts == {path.relative_to(built) for path in built.rglob("*.js")}


def test_versions_are_exact_and_no_registry_is_named() -> None:
    package = json.loads((WEB / "package.json").read_text(encoding="utf-8"))
    lock = (WEB / "package-lock.json").read_text(encoding="utf-8")
    for version in (*package["dependencies"].values(), *package["devDependencies"].values()):
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)
    assert '"resolved"' not in lock


def test_every_package_that_went_in_is_named_with_its_licence() -> None:
    licences = (PACKAGE / "assets" / "LICENCES.txt").read_text(encoding="utf-8")
    named = set(re.findall(r"^(\S+) \d+\.\d+\.\d+ \((.+)\)$", licences, re.MULTILINE))
    assert {"oxigraph", "@codemirror/view", "minisearch", "n3", "shacl-engine"} <= {name for name, _ in named}
    allowed = {"MIT", "ISC", "BSD-3-Clause", "Apache-2.0", "MIT OR Apache-2.0"}
    assert {licence for _name, licence in named} <= allowed
