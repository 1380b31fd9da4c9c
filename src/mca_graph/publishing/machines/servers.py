"""Configurations for serving a site from one's own machine: nginx and Caddy.

Whoever asks for a thing gets 303 See Other, to the form that the ``Accept`` header asks for.
"""

from __future__ import annotations

from mca_graph.project import Project
from mca_graph.publishing.machines.negotiation import MEDIA_TYPES, preferences

_NGINX = """# {title}: {base}
map $http_accept $form {{
    default .html;
{rules}
}}

server {{
    listen 8080;
    root {folder};
    charset utf-8;
    charset_types {texts};
    absolute_redirect off;
    error_page 404 /404.html;
    types {{
{types}
    }}
    add_header Access-Control-Allow-Origin * always;
    add_header X-Content-Type-Options nosniff always;

    location / {{
        try_files $uri $uri/index.html @negotiated;
    }}
    location = / {{
        add_header Vary Accept always;
        add_header Access-Control-Allow-Origin * always;
        if ($form != .html) {{ return 303 /dataset$form; }}
        try_files /index.html =404;
    }}
    location = /dataset {{
        add_header Vary Accept always;
        add_header Access-Control-Allow-Origin * always;
        if ($form = .html) {{ return 303 /; }}
        return 303 /dataset$form;
    }}
    location @negotiated {{
        add_header Vary Accept always;
        add_header Access-Control-Allow-Origin * always;
        if (-f $document_root$uri$form) {{ return 303 $uri$form; }}
        if (-f $document_root$uri.html) {{ return 303 $uri.html; }}
        if (-f $document_root$uri.ttl) {{ return 303 $uri.ttl; }}
        return 404;
    }}
}}
"""

_CADDY = """# {title}: {base}
:8080 {{
    root * {folder}
    header Access-Control-Allow-Origin *
    header X-Content-Type-Options nosniff
{types}
    map {{header.Accept}} {{form}} {{
{rules}
        default .html
    }}
    @home_data {{
        path / /dataset
        not vars {{form}} .html
    }}
    @home_page {{
        path /dataset
        vars {{form}} .html
    }}
    @form {{
        not file {{path}} {{path}}/index.html
        file {{path}}{{form}}
    }}
    @page {{
        not file {{path}} {{path}}/index.html
        file {{path}}.html
    }}
    @data {{
        not file {{path}} {{path}}/index.html
        file {{path}}.ttl
    }}
    @home path / /dataset
    @negotiated not file {{path}} {{path}}/index.html
    route {{
        header @home Vary Accept
        header @negotiated Vary Accept
        redir @home_data /dataset{{form}} 303
        redir @home_page / 303
        redir @form {{path}}{{form}} 303
        redir @page {{path}}.html 303
        redir @data {{path}}.ttl 303
        file_server
    }}
    handle_errors {{
        rewrite * /404.html
        file_server
    }}
}}
"""


def nginx(project: Project, site_folder: str) -> str:
    """A configuration for nginx: include it in ``http``."""
    texts = ("text/turtle", "text/csv", "text/plain", "text/css", "text/javascript", "application/n-triples")
    return _NGINX.format(
        title=one_line(project.title),
        base=project.base,
        folder=site_folder,
        rules="\n".join(f'    "~*{pattern}" {ending};' for pattern, ending in preferences()),
        texts=" ".join(texts),
        types="\n".join(f"        {type_} {ending};" for ending, type_ in MEDIA_TYPES.items()),
    )


def caddyfile(project: Project, site_folder: str) -> str:
    """A configuration for Caddy."""
    return _CADDY.format(
        title=one_line(project.title),
        base=project.base,
        folder=site_folder,
        rules="\n".join(f"        `~(?i){pattern}` {ending}" for pattern, ending in preferences()),
        types="\n".join(
            f"    @{ending} path *.{ending}\n    header @{ending} Content-Type {type_}"
            for ending, type_ in MEDIA_TYPES.items()
            if ending not in ("html", "css", "js", "txt")
        ),
    )


def one_line(text: str) -> str:
    """Text that does not end a comment."""
    return " ".join(text.split())
