"""A published site behind real web servers: who asks for a thing is sent to the form that was asked for."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from machines_support import URL, require

from mca_graph.project import load_project
from mca_graph.publishing.machines import write_redirects
from shared import NGINX, free_port, nginx_command

pytest_plugins = ["machines_fixtures"]

APACHE = """ServerRoot {folder}
ServerName localhost
PidFile {folder}/apache.pid
ErrorLog {folder}/error.log
Listen 127.0.0.1:{port}
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule rewrite_module {modules}/mod_rewrite.so
LoadModule headers_module {modules}/mod_headers.so
DocumentRoot {folder}/root
<Directory {folder}/root>
    AllowOverride All
    Require all granted
</Directory>
"""
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

NEGOTIATED = [
    (BROWSER, "html"),
    ("", "html"),
    ("*/*", "html"),
    ("image/png", "html"),
    ("text/turtle", "ttl"),
    ("TEXT/TURTLE", "ttl"),
    ("application/ld+json", "jsonld"),
    ("application/n-triples", "nt"),
    ("text/turtle;q=0.2, application/n-triples;q=0.9", "nt"),
    ("text/html;q=0.5, text/turtle;q=0.8", "ttl"),
    ("text/turtle;q=0.8, text/html;q=0.9", "html"),
    ("text/turtle;q=0, application/ld+json;q=0.1", "jsonld"),
    ("text/turtle;charset=utf-8", "ttl"),
    ("text/turtle-star", "html"),
]


class Server:
    """A web server on this machine."""

    def __init__(self, port: int, prefix: str = "", target: str = "") -> None:
        self.port, self.prefix, self.target = port, prefix, target

    def get(self, path: str, accept: str) -> tuple[int, dict[str, str]]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("GET", self.prefix + path, headers={"Accept": accept} if accept else {})
        answer = connection.getresponse()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        answer.read()
        connection.close()
        return answer.status, headers

    def leads_to(self, path: str, accept: str) -> str:
        status, headers = self.get(path, accept)
        assert status == 303
        assert "accept" in headers["vary"].lower()
        assert headers["access-control-allow-origin"] == "*"
        place = headers["location"].removeprefix(f"http://127.0.0.1:{self.port}")
        return place.removeprefix(self.target or "/")


def running(command: list[str], port: int, folder: Path) -> Iterator[None]:
    """Run a server until the tests are done with it."""
    own = {**os.environ, "XDG_CONFIG_HOME": str(folder), "XDG_DATA_HOME": str(folder)}
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=quiet, stderr=quiet, env=own) as process:
        try:
            for _attempt in range(100):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                assert process.poll() is None, "the server has ended"
                time.sleep(0.1)
            yield
        finally:
            process.terminate()


@pytest.fixture(scope="module", params=["nginx", "caddy"])
def server(
    request: pytest.FixtureRequest,
    river_site: Path,
    river_project: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Server]:
    """The site as a server of one's own serves it."""
    name, folder, port = request.param, tmp_path_factory.mktemp(request.param), free_port()
    program = NGINX if name == "nginx" else shutil.which(name)
    require(program, f"{name} (Debian: {'nginx-light' if name == 'nginx' else name})")
    for above in (river_site, *river_site.parents[:2]):
        above.chmod(0o755)  # nginx serves as another user than root
    write_redirects(load_project(river_project), URL, folder / "rules", str(river_site))
    rules = folder / "rules" / ("nginx.conf" if name == "nginx" else "Caddyfile")
    text = rules.read_text().replace("8080", f"{'' if name == 'caddy' else '127.0.0.1:'}{port}")
    if name == "nginx":
        rules.write_text(text)
        command = nginx_command(folder, rules)
    else:
        rules.write_text(f"{{\n\tadmin off\n\tauto_https off\n}}\n{text}")
        command = [str(program), "run", "--config", str(rules), "--adapter", "caddyfile"]
    for _started in running(command, port, folder):
        yield Server(port)


@pytest.fixture(scope="module")
def redirecting(river_project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The rules for w3id.org, in a folder of Apache as they stand there."""
    folder, port = tmp_path_factory.mktemp("apache"), free_port()
    program = shutil.which("apache2") or shutil.which("apache2", path="/usr/sbin")
    modules = Path("/usr/lib/apache2/modules")
    require(program and modules.is_dir(), "apache2 (Debian: apache2-bin)")
    write_redirects(load_project(river_project), URL, folder / "rules")
    (folder / "root/rivers").mkdir(parents=True)
    shutil.copy(folder / "rules/w3id/.htaccess", folder / "root/rivers")
    for path in (folder, folder.parent, folder / "root", folder / "root/rivers"):
        path.chmod(0o755)
    config = folder / "apache.conf"
    config.write_text(APACHE.format(folder=folder, port=port, modules=modules))
    for _started in running([str(program), "-f", str(config), "-DFOREGROUND"], port, folder):
        yield Server(port, "/rivers", URL)


@pytest.mark.parametrize(("accept", "ending"), NEGOTIATED)
def test_an_iri_leads_to_the_form_that_is_asked_for(server: Server, accept: str, ending: str) -> None:
    assert server.leads_to("/id/river/alder", accept) == f"id/river/alder.{ending}"


@pytest.mark.parametrize(("accept", "ending"), NEGOTIATED)
def test_the_rules_for_w3id_lead_there_too(redirecting: Server, accept: str, ending: str) -> None:
    assert redirecting.leads_to("/id/river/alder", accept) == f"id/river/alder.{ending}"


PLACES = [
    ("/dataset", "text/turtle", "dataset.ttl"),
    ("/dataset", BROWSER, ""),
    ("/", "application/ld+json", "dataset.jsonld"),
    ("/ontology", "text/turtle", "ontology.ttl"),
    ("/ontology", BROWSER, "ontology.html"),
    ("/ontology/1.0", "text/turtle", "ontology/1.0.ttl"),
    ("/ontology/1.0", BROWSER, "ontology/1.0.ttl"),
    ("/concept/habitat", BROWSER, "concept/habitat.html"),
    ("/graph/contribution/survey-2020", "text/turtle", "graph/contribution/survey-2020.ttl"),
]


@pytest.mark.parametrize(("path", "accept", "place"), PLACES)
def test_other_permanent_paths(server: Server, path: str, accept: str, place: str) -> None:
    assert server.leads_to(path, accept) == place


@pytest.mark.parametrize(("path", "accept", "place"), PLACES)
def test_other_permanent_paths_at_w3id(redirecting: Server, path: str, accept: str, place: str) -> None:
    assert redirecting.leads_to(path, accept) == place


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/", "text/html"),
        ("/id/river/alder.html", "text/html"),
        ("/id/river/alder.ttl", "text/turtle"),
        ("/id/river/alder.jsonld", "application/ld+json"),
        ("/id/river/alder.nt", "application/n-triples"),
        ("/id/river/", "text/html"),
        ("/data/tables/river.csv", "text/csv"),
        ("/data/rivers.ttl.gz", "application/gzip"),
    ],
)
def test_a_file_is_served_as_what_it_is(server: Server, path: str, media_type: str) -> None:
    status, headers = server.get(path, BROWSER)
    assert (status, headers["content-type"].split(";")[0]) == (200, media_type)
    assert "content-encoding" not in headers


def test_what_is_not_there_is_not_found(server: Server) -> None:
    for path in ("/id/river/none", "/id/river/none.ttl", "/..%2f..%2fetc/passwd", "/id/a%0d%0aSet-Cookie:b"):
        assert server.get(path, "text/turtle")[0] in (400, 404), path


def test_every_page_and_every_iri_of_the_site_can_be_had(server: Server, river_site: Path) -> None:
    for path in sorted(river_site.rglob("*.ttl")):
        iri = "/" + path.relative_to(river_site).with_suffix("").as_posix()
        if path.parent.name != "ontology":  # a name such as 2.0 loses more than its ending here
            place = server.leads_to(iri, "text/turtle")
            assert server.get(f"/{place}", "text/turtle")[0] == 200
