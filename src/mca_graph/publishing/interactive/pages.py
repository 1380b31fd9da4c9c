"""The pages of a site that are programs, and the files that those read."""

from __future__ import annotations

import json

from markupsafe import Markup

from mca_graph.publishing.interactive.form import form_model
from mca_graph.publishing.interactive.outlines import outlines
from mca_graph.publishing.interactive.settings import browser_settings, first_query
from mca_graph.publishing.site.context import Site
from mca_graph.publishing.site.render import Renderer
from mca_graph.queries.form import query_form


def write_interactive(site: Site) -> None:
    """Write the editor, the form for contributions, and what they and the saved queries need."""
    renderer = Renderer(site)
    _write_json(site, "editor.json", browser_settings(site))
    _write_json(site, "contribute.json", form_model(site))
    _write_json(site, "assets/outlines.json", outlines(site))
    for name in ("editor", "contribute"):
        site.writer.write(f"{name}.html", renderer.page(name, f"{name}.html"))


def write_endpoint_editor(site: Site, endpoint: str) -> None:
    """Write the editor once more, asking a SPARQL endpoint in the place of the graph in the page."""
    form = Markup(query_form(endpoint, first_query()))  # it escapes what it is given
    page = Renderer(site).page("sparql", "sparql.html", endpoint=endpoint, form=form)
    site.writer.write("sparql.html", page)


def _write_json(site: Site, path: str, value: object) -> None:
    site.writer.write(path, json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n")
