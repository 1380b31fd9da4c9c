"""The page to write a query on: the editor of the site, asking the server; without scripts a form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from server_support import Running, running

from browsers import chromium, node


@pytest.fixture(scope="module")
def site() -> Iterator[Running]:
    with running("--rate", "0", "--client-jobs", "100", site=True) as found:
        found.until(lambda: found.metric('mca_graph_events_total{event="site",reason="published"}') == 1, 120)
        yield found


def used(site: Running, *, scripts: bool) -> dict[str, Any]:
    seen: dict[str, Any] = node(
        "endpoint.mjs", {"chromium": chromium(), "site": site.url, "scripts": scripts}
    )
    return seen


@pytest.fixture(scope="module")
def seen(site: Running) -> dict[str, Any]:
    return used(site, scripts=True)


def test_the_policy_lets_no_engine_run(site: Running) -> None:
    page = site.get("/sparql", headers={"Accept": "text/html"})
    assert "script-src 'self';" in page.headers["content-security-policy"]
    assert "wasm" not in page.headers["content-security-policy"] + page.text
    assert "accept" in page.headers["vary"].lower()


def test_a_query_is_completed_and_answered_by_the_server(seen: dict[str, Any]) -> None:
    assert any(text.startswith("riv:River") for text in seen["offered"])
    assert seen["told"].startswith("2 rows")
    assert seen["rows"] == [["Alder"], ["Cedar"]]
    assert [link.rpartition("/id/")[2] for link in seen["links"]] == ["river/alder.html", "river/cedar.html"]
    assert seen["form"] == 0


def test_the_engine_is_not_loaded(seen: dict[str, Any]) -> None:
    assert "/sparql" in seen["asked"]
    assert not [path for path in seen["asked"] if path.startswith(("/assets/worker", "/assets/oxi", "/data"))]


def test_nothing_goes_wrong_in_the_page(seen: dict[str, Any], site: Running) -> None:
    assert seen["before"] == [f"failed: {site.url.rstrip('/')}/sparql"], "only what was stopped has no answer"
    assert seen["faults"] == []


def test_a_query_can_be_left_by_its_link(seen: dict[str, Any], site: Running) -> None:
    assert seen["link"].startswith(f"{site.url.rstrip('/')}/sparql#q=")
    assert seen["again"] == seen["rows"]


def test_an_example_with_a_value_that_has_a_name(seen: dict[str, Any]) -> None:
    assert "rows" in seen["example"]
    assert seen["statements"] == 3


def test_a_long_query_is_stopped_for_the_server_too(seen: dict[str, Any], site: Running) -> None:
    assert seen["lead"] == "Yes."
    site.until(lambda: site.metric("mca_graph_workers_busy") == 0, 10)


def test_a_wrong_query_shows_what_the_server_says(seen: dict[str, Any]) -> None:
    assert "not SPARQL, line 1" in seen["wrong"]


def test_without_scripts_there_is_the_form(site: Running) -> None:
    seen = used(site, scripts=False)
    assert (seen["form"], seen["editor"]) == (True, False)
    assert seen["cell"] == "1"
