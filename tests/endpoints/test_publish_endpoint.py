"""A site published from an endpoint is the site of the project that was pushed there."""

from __future__ import annotations

import gzip
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from endpoint_support import ROOT, tool
from pyoxigraph import RdfFormat, parse
from servers import Server, oxigraph

from mca_graph.store.content import canonical_lines

URL = "https://site.example/"
GRAPH = "https://rivers.example/graph/"


def publish(out: Path, *options: str, project: Path = ROOT) -> None:
    done = tool("publish", str(out), "--base-url", URL, *options, project=project)
    assert done.code == 0, done.err


def files(site: Path) -> set[str]:
    return {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}


def meant(path: Path) -> list[str]:
    """The statements of a file, their literals as values, as every engine holds them."""
    return canonical_lines(parse(path=str(path), format=RdfFormat.N_TRIPLES))


def dumped(site: Path) -> dict[str, list[str]]:
    """What the dump says in each graph."""
    graphs = defaultdict(list)
    for quad in parse(
        gzip.decompress((site / "data/mca-graph.nq.gz").read_bytes()), format=RdfFormat.N_QUADS
    ):
        graphs[str(quad.graph_name)].append(quad)
    return {name: canonical_lines(quads) for name, quads in graphs.items()}


def test_the_site_is_the_same(pushed: Server, tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    publish(here)
    publish(there, "--endpoint", pushed.url)
    names = files(here)
    assert files(there) == names
    assert len(names) > 5000
    pages = sorted(name for name in names if name.endswith(".html"))
    # The home page has the checksums of the dumps in it, and a dump spells numbers as it got them.
    assert [
        name
        for name in pages
        if name != "index.html" and (here / name).read_bytes() != (there / name).read_bytes()
    ] == []
    described = sorted(name for name in names if name.endswith(".nt") and not name.startswith("dataset"))
    assert len(described) > 1000
    assert [name for name in described if meant(here / name) != meant(there / name)] == []
    assert dumped(there) == dumped(here)


@pytest.fixture
def server() -> Iterator[str]:
    with oxigraph() as found:
        yield found.url


def insert(url: str, text: str) -> None:
    headers = {"Content-Type": "application/sparql-update"}
    urlopen(Request(url.replace("/query", "/update"), data=text.encode(), headers=headers)).close()


def test_what_was_changed_there_is_published_again(server: str, rivers: Path, tmp_path: Path) -> None:
    assert tool("push", "--endpoint", server, project=rivers).code == 0
    out = tmp_path / "site"
    publish(out, "--endpoint", server, project=rivers)
    assert "Floods in March" not in (out / "id/river/birch.html").read_text()
    insert(
        server,
        f"INSERT DATA {{ GRAPH <{GRAPH}contribution/survey-2020> {{ <https://rivers.example/id/river/birch> "
        '<http://www.w3.org/2000/01/rdf-schema#comment> "Floods in March" } }',
    )
    publish(out, "--endpoint", server, project=rivers)
    assert "Floods in March" in (out / "id/river/birch.html").read_text()
    publish(out, project=rivers)
    assert "Floods in March" not in (out / "id/river/birch.html").read_text()


def test_an_endpoint_without_our_graphs_is_one_source(server: str, rivers: Path, tmp_path: Path) -> None:
    insert(
        server,
        "INSERT DATA { <https://rivers.example/id/river/neubach> a <https://rivers.example/ontology#River> ; "
        '<http://www.w3.org/2000/01/rdf-schema#label> "Neubach" }',
    )
    out = tmp_path / "site"
    publish(out, "--endpoint", server, project=rivers)
    assert {name for name in files(out) if name.startswith("id/river/")} == {
        "id/river/index.html",
        *(f"id/river/neubach.{ending}" for ending in ("html", "ttl", "nt", "jsonld")),
    }
    (source,) = (out / "graph/contribution").glob("*.nt")
    assert source.stem == server.split("/")[2].replace(".", "-").replace(":", "-")


@pytest.mark.parametrize("slug", ["../../escaped", "a/b", ".hidden", ""])
def test_a_name_that_would_leave_the_folder_is_refused(
    server: str, rivers: Path, tmp_path: Path, slug: str
) -> None:
    graph = f"{GRAPH}contribution/{slug}"
    insert(
        server,
        f"INSERT DATA {{ GRAPH <{graph}> {{ <urn:a> <urn:b> <urn:c> }} "
        f"GRAPH <{GRAPH}current> {{ <urn:a> <urn:b> <urn:c> }} }}",
    )
    out = tmp_path / "site"
    done = tool("publish", str(out), "--base-url", URL, "--endpoint", server, project=rivers)
    assert done.code == 2
    assert done.err.startswith(f"error: {server}: {graph} is no name of a contribution's graph\n")
    assert not out.exists()


def test_nobody_there(rivers: Path, tmp_path: Path) -> None:
    out = tmp_path / "site"
    url = "http://127.0.0.1:9/query"
    done = tool("publish", str(out), "--base-url", URL, "--endpoint", url, project=rivers)
    assert done.code == 2
    assert done.err.startswith(f"error: {url} cannot be reached")
    assert not out.exists()
