"""What web servers must be told: rules for w3id.org, and whole configurations for nginx and Caddy.

The IRIs of a graph are permanent, the place of its site is not. Where the IRIs are those of a redirecting
service such as w3id.org, its rules send each to the right file of the site by the ``Accept`` header, with
303 See Other, for an IRI may name a river and a river is no file. A server of one's own does the same.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from mca_graph.errors import McaGraphError
from mca_graph.project import Project
from mca_graph.publishing.machines.negotiation import MEDIA_TYPES, PAGE, preferences
from mca_graph.publishing.machines.servers import caddyfile, nginx, one_line


def write_redirects(project: Project, base_url: str, folder: Path, site_folder: str = "/srv/site") -> None:
    """Write the rules and configurations into a folder.

    Args:
        project: whose IRIs they are for.
        base_url: where the site stands; ends in ``/``.
        folder: where to write; made where it is missing.
        site_folder: where the files of the site will lie on a server of one's own.

    Raises:
        McaGraphError: the folder cannot be written.
    """
    files = {
        "w3id/.htaccess": htaccess(project, base_url),
        "w3id/README.md": w3id_readme(project, base_url),
        "nginx.conf": nginx(project, site_folder),
        "Caddyfile": caddyfile(project, site_folder),
    }
    try:
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        hint = "name a folder that may be written"
        raise McaGraphError(f"{folder}: {error.strerror or error}", hint) from error


def htaccess(project: Project, base_url: str) -> str:
    """Rules for Apache's mod_rewrite, for the project's folder at w3id.org."""
    to = base_url.replace("%", "\\%").replace("$", "\\$")
    endings = "|".join(MEDIA_TYPES)
    lines = [
        f"# {one_line(project.title)}: {project.base}",
        "Options -MultiViews",
        "<IfModule mod_headers.c>",
        "  Header always merge Vary Accept",
        "  Header always set Access-Control-Allow-Origin *",
        "</IfModule>",
        "RewriteEngine on",
        "",
        "# A file, or a folder of the site, is what it is.",
        f"RewriteRule ^(.+[.]({endings})|.+/|[.]well-known/.+)$ {to}$1 [R=303,L]",
        "",
        "# Anything else comes in the form that is asked for.",
        f"RewriteRule ^ - [E=FORM:{PAGE}]",
    ]
    # The last rule that fits wins here, so the least wanted come first.
    for pattern, ending in reversed(list(preferences())):
        lines.append(f'RewriteCond %{{HTTP:Accept}} "{pattern}" [NC]')
        lines.append(f"RewriteRule ^ - [E=FORM:{ending}]")
    lines += [
        f"RewriteCond %{{ENV:FORM}} ={PAGE}",
        f"RewriteRule ^(dataset)?$ {to} [R=303,L]",
        f"RewriteRule ^$ {to}dataset%{{ENV:FORM}} [R=303,L]",
        "# A version of the ontology has no page.",
        f"RewriteCond %{{ENV:FORM}} ={PAGE}",
        f"RewriteRule ^(ontology/[^/]+)$ {to}$1.ttl [R=303,L]",
        f"RewriteRule ^(.+)$ {to}$1%{{ENV:FORM}} [R=303,L]",
    ]
    return "\n".join(lines) + "\n"


def w3id_readme(project: Project, base_url: str) -> str:
    """What w3id.org asks of whoever adds a folder: what it is, where it leads and who answers for it."""
    path = urlsplit(project.base).path
    return (
        f"# {one_line(project.title)}\n\nThe permanent IRIs below `{path}` lead to <{base_url}>.\n\n"
        "Each answers with 303 See Other: to HTML, Turtle, JSON-LD or N-Triples, as the `Accept` header"
        " asks.\n\n## Maintainers\n\nName at least one GitHub account here before this is sent to w3id.org.\n"
    )
