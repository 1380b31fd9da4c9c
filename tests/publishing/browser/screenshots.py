"""Take pictures of one page of every kind, in light and dark, wide and narrow: ``screenshots.py FOLDER``."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent)]

from browser_support import published, served  # noqa: E402
from test_browser import kinds_of_pages  # noqa: E402

from browsers import chromium, node  # noqa: E402

folder = Path(sys.argv[1]).resolve()
with served(published()) as url:
    for path in kinds_of_pages(published()):
        given = {"chromium": chromium(), "site": url, "paths": [path], "screenshots": str(folder)}
        for problem in node("pages.mjs", given):
            sys.stdout.write(f"{problem}\n")
sys.stdout.write(f"{folder}\n")
