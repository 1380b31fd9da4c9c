"""The published site over HTTP."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin

import pytest
from rdflib import Graph
from server_support import Running, running


@pytest.fixture(scope="module")
def site() -> Iterator[Running]:
    with running("--rate", "0", "--client-jobs", "100", site=True) as found:
        found.until(lambda: found.metric('mca_graph_events_total{event="site",reason="published"}') == 1, 60)
        yield found


def test_pages_and_data_of_the_site(site: Running) -> None:
    assert "Rivers of the Vale" in site.get("/").text
    assert site.get("/").headers["content-type"] == "text/html; charset=utf-8"
    page = site.get("/id/river/alder", headers={"Accept": "text/html"}, follow_redirects=True)
    assert (page.status_code, page.url.path) == (200, "/id/river/alder.html")
    assert "Alder" in page.text
    data = site.get("/id/river/alder", headers={"Accept": "text/turtle"}, follow_redirects=True)
    assert len(Graph().parse(data=data.text, format="turtle")) > 3
    assert site.get("/id/river/alder.rdf").status_code == 200, (
        "what the site does not have is made on request"
    )


def test_every_link_of_the_site_leads_somewhere(site: Running) -> None:
    seen, waiting, broken = {"/"}, ["/"], []
    while waiting:
        path = waiting.pop()
        found = site.get(path)
        if found.status_code not in (200, 303):
            broken.append((path, found.status_code))
        if found.headers["content-type"].startswith("text/html"):
            for link in re.findall(r'(?:href|src)="([^"#]+)', found.text):
                target = urljoin(path, link.replace("&amp;", "&"))
                if target.startswith("/") and target not in seen and "?" not in target:
                    seen.add(target)
                    waiting.append(target)
    assert len(seen) > 10
    assert broken == []


def test_its_pages_run_no_script_that_is_not_theirs(site: Running) -> None:
    policy = site.get("/").headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy


@pytest.mark.parametrize(
    "path", ["/.mca-graph-site.json", "/.mca-graph-staging/x", "/id/.hidden", "/assets/", "/assets"]
)
def test_what_is_not_for_readers(site: Running, path: str) -> None:
    assert site.get(path).status_code == 404


def test_conditions_on_files(site: Running) -> None:
    found = site.get("/assets/site.css")
    assert found.headers["content-type"] == "text/css; charset=utf-8"
    assert site.get("/assets/site.css", headers={"If-None-Match": found.headers["etag"]}).status_code == 304
