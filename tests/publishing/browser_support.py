"""What the tests of a site in a browser share: the site, and a server for it."""

from __future__ import annotations

import functools
import http.server
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mca_graph.graph.index import open_graph
from mca_graph.project import load_project
from mca_graph.publishing.interactive import write_interactive
from mca_graph.publishing.single_file import write_single_file
from mca_graph.publishing.site import publish
from shared import ROOT


@functools.cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="mca-graph-site-")


@functools.cache
def published(root: Path = ROOT) -> Path:
    """The folder of the site of a project."""
    project, out = load_project(root), Path(_folder().name) / root.name
    publish(project, open_graph(project), out, "http://127.0.0.1/", parts=[write_interactive])
    return out


@functools.cache
def one_file(root: Path = ROOT) -> Path:
    """The same as one file."""
    project, out = load_project(root), Path(_folder().name) / f"{root.name}.html"
    write_single_file(project, open_graph(project), out, "http://127.0.0.1/")
    return out


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a folder while it is served."""
    handler = functools.partial(_Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
