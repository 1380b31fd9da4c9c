"""A browser for tests, and the scripts that use it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from shared import ROOT, require

SCRIPTS = Path(__file__).parent / "publishing" / "browser"


def chromium() -> str:
    """The browser; tests that need it are skipped where it is missing."""
    found = os.environ.get("MCA_GRAPH_CHROMIUM") or next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    require(found, "chromium")
    assert found is not None
    return found


def node(script: str, given: object, timeout: float = 240, check: bool = True) -> Any:
    """What a script says about what it is given, both as JSON."""
    require(shutil.which("node"), "node")
    require((ROOT / "web" / "node_modules").is_dir(), "web/node_modules (npm ci --prefix web)")
    done = subprocess.run(
        ["node", str(SCRIPTS / script)],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    assert done.returncode == 0, done.stderr + done.stdout[-2000:]
    return json.loads(done.stdout)
