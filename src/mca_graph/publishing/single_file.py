"""The whole site as one HTML file, which a browser shows without a server and without a network."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import tempfile
from collections.abc import Iterator
from html import escape
from pathlib import Path

from mca_graph.errors import McaGraphError
from mca_graph.files import whole_file
from mca_graph.project import Project
from mca_graph.publishing.interactive import write_interactive
from mca_graph.publishing.packing import gzipped
from mca_graph.publishing.site import publish
from mca_graph.publishing.site.context import Warn
from mca_graph.store.embedded import EmbeddedStore

_SCRIPT = Path(__file__).parent / "bundles" / "single.js"
_STYLES = ("assets/site.css", "assets/interactive.css")
_HELD = (
    "editor.json",
    "contribute.json",
    "search-index.json",
    "assets/outlines.json",
    "assets/worker.js",
    "assets/oxigraph.wasm.gz",
)
_TITLE = re.compile(r"<title>(.*?)</title>", re.S)
_MAIN = re.compile(r"<main\b[^>]*>(.*)</main>", re.S)
_FRAME = re.compile(r"<body>\s*(?P<before>.*?)<main\b[^>]*>.*</main>(?P<after>.*)</body>", re.S)


def write_single_file(
    project: Project, store: EmbeddedStore, path: Path, base_url: str, *, warn: Warn = lambda text: None
) -> int:
    """Write the site of a project as one file.

    Args:
        project: what to publish.
        store: its assembled graph.
        path: the file.
        base_url: where the site stands that the file is a copy of.
        warn: is told of what does not stop the work.

    Returns:
        The size of the file in bytes.

    Raises:
        McaGraphError: something cannot be read or written.
    """
    with tempfile.TemporaryDirectory(prefix="mca-graph-") as folder:
        site = Path(folder) / "site"
        publish(project, store, site, base_url, warn=warn, parts=[write_interactive])
        content = single_page(site, project, base_url).encode()
    try:
        with whole_file(path) as file:
            file.write(content)
    except OSError as error:
        raise McaGraphError(
            f"{path}: {error.strerror or error}", "name a file in a folder that may be written"
        ) from error
    return len(content)


def single_page(site: Path, project: Project, base_url: str) -> str:
    """A published site as one page.

    Args:
        site: the folder of the site.
        project: whose site it is.
        base_url: where the site stands that has what the page does not hold.
    """
    base_url = f"{base_url.rstrip('/')}/"
    home = (site / "index.html").read_text(encoding="utf-8")
    frame = _FRAME.search(home)
    assert frame is not None
    style = "".join((site / name).read_text(encoding="utf-8") for name in _STYLES)
    scripts = [_inline(path) for path in (site / "assets/theme.js", _SCRIPT)]
    held = "\n".join(
        f'<script type="text/plain" data-path="{escape(path)}">{base64.b64encode(data).decode()}</script>'
        for path, data in _held(site, base_url)
    )
    policy = (
        f"default-src 'none'; script-src {' '.join(map(_digest, scripts))} blob: 'wasm-unsafe-eval'; "
        f"style-src {_digest(style)}; worker-src blob:; img-src data: blob:; "
        "connect-src blob:; base-uri 'none'"
    )
    return (
        f'<!doctype html>\n<html lang="{escape(project.language)}" data-site="{escape(base_url)}">\n<head>\n'
        '<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f"<title>{escape(project.short_title)}</title>\n"
        f'<link rel="icon" href="data:,">\n<style>{style}</style>\n'
        f"<script>{scripts[0]}</script>\n</head>\n<body>\n"
        f'{frame["before"]}<main id="main" tabindex="-1"><p>One moment …</p></main>{frame["after"]}\n'
        "<noscript><p>This file needs a script to show what it holds.</p></noscript>\n"
        f"{held}\n<script>{scripts[1]}</script>\n</body>\n</html>\n"
    )


def _inline(path: Path) -> str:
    """A script that can stand inside a page."""
    text = path.read_text(encoding="utf-8")
    return re.sub(r"<(?=/script|!--|script)", r"\\x3c", text, flags=re.I)


def _digest(text: str) -> str:
    """How a policy names an inline style or script (Content Security Policy, section 2.3.1)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _held(site: Path, base_url: str) -> Iterator[tuple[str, bytes]]:
    """The files that the page holds, packed; all pages together as one of them."""
    pages = {}
    for path in sorted(site.rglob("*.html")):
        name = path.relative_to(site).as_posix()
        text = path.read_text(encoding="utf-8")
        title, main = _TITLE.search(text), _MAIN.search(text)
        if name != "404.html" and title is not None and main is not None:
            pages[name] = [title[1], main[1].strip()]
    # What can be downloaded would make this file many times as large.
    title_text, data_page = pages["data.html"]
    elsewhere = (
        "<p>This is the site as one file. The downloads named here are not in it: they are on the site at "
        f'<a class="out" href="{escape(base_url)}">{escape(base_url)}</a>, where their links lead.</p>'
    )
    pages["data.html"] = [title_text, data_page.replace("</header>", f"{elsewhere}</header>", 1)]
    yield "pages.json", gzipped(json.dumps(pages, ensure_ascii=False, separators=(",", ":")).encode())
    for name in (*_HELD, json.loads((site / "editor.json").read_text(encoding="utf-8"))["data"]):
        data = (site / name).read_bytes()
        yield name, data if data[:2] == b"\x1f\x8b" else gzipped(data)
