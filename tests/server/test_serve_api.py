"""Saved queries and the check of contributions over HTTP: the same as on the command line."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator
from server_support import RIVERS, ROOT, WETLANDS, Running, running

from mca_graph.cli.main import cli
from mca_graph.errors import McaGraphError
from mca_graph.project import load_project
from mca_graph.queries.catalogue import SavedQuery, catalogue

MCA = load_project(ROOT)
QUERIES = list(catalogue(MCA).values())


def command(*args: str, project: Path = RIVERS) -> str:
    """What the command line writes."""
    result = CliRunner().invoke(cli, ["--project", str(project), *args], prog_name="mca-graph")
    if isinstance(result.exception, McaGraphError):
        raise result.exception
    return result.stdout


def examples(query: SavedQuery) -> dict[str, str]:
    return {
        parameter.name: parameter.example
        for parameter in query.params
        if parameter.required and parameter.example
    }


def test_the_list_says_what_the_command_line_says(mca_server: Running) -> None:
    listed = mca_server.get("/api/queries").json()["queries"]
    wanted = json.loads(command("queries", "--format", "json", project=ROOT))
    assert [{key: value for key, value in entry.items() if key != "href"} for entry in listed] == wanted
    assert [entry["href"] for entry in listed] == [f"./queries/{query.id}" for query in QUERIES]


def test_the_list_as_a_page_to_try_it(mca_server: Running) -> None:
    page = mca_server.get("/api/queries", headers={"Accept": "text/html"}).text
    assert page.count("<form") == len(QUERIES)
    assert 'name="community"' in page


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.id)
def test_every_answer_is_that_of_the_command_line(mca_server: Running, query: SavedQuery) -> None:
    options = [
        word for name, value in examples(query).items() for word in (f"--{name.replace('_', '-')}", value)
    ]
    if query.form == "CONSTRUCT":
        found = mca_server.get(f"/api/queries/{query.id}.nt", params=examples(query))
        assert sorted(found.text.splitlines()) == sorted(
            command("query", query.id, *options, "-f", "ntriples", project=ROOT).splitlines()
        )
        return
    found = mca_server.get(f"/api/queries/{query.id}.csv", params=examples(query))
    assert found.status_code == 200, found.text
    wanted = command("query", query.id, *options, "-f", "csv", project=ROOT)
    assert sorted(csv.reader(io.StringIO(found.text))) == sorted(csv.reader(io.StringIO(wanted)))


@pytest.mark.parametrize("suffix", ["json", "xml", "csv", "tsv", "html", "md", "jsonl", "xlsx"])
def test_formats_by_ending_and_by_parameter(server: Running, suffix: str) -> None:
    ending = server.get(f"/api/queries/rivers-with-habitat.{suffix}?habitat=wetland")
    parameter = server.get(f"{WETLANDS}&format={suffix}")
    assert ending.status_code == parameter.status_code == 200
    assert ending.headers["content-type"] == parameter.headers["content-type"]


ERRORS: list[tuple[str, int]] = [
    ("habitat=nothing", 400),
    ("habitat=wetlant", 400),
    ("", 400),
    ("habitat=wetland&habitat=gravel", 400),
    ("habitat=wetland&nope=1", 400),
    ("habitat=", 400),
]


@pytest.mark.parametrize(("fields", "status"), ERRORS)
def test_errors_are_those_of_the_command_line(server: Running, fields: str, status: int) -> None:
    from mca_graph.graph.index import open_graph
    from mca_graph.queries.names import Names
    from mca_graph.queries.parameters import bind_parameters

    project = load_project(RIVERS)
    given: dict[str, list[str]] = {}
    for field in filter(None, fields.split("&")):
        name, value = field.split("=")
        given.setdefault(name, []).extend([value] if value else [])
    with pytest.raises(McaGraphError) as wanted:
        bind_parameters(catalogue(project)["rivers-with-habitat"], given, Names(open_graph(project), project))
    found = server.get(f"/api/queries/rivers-with-habitat?{fields}")
    assert found.status_code == status
    assert (found.json()["detail"], found.json().get("hint")) == (wanted.value.message, wanted.value.hint)


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        ("/api/queries/rivers-with-habitats", 404, "no saved query 'rivers-with-habitats'"),
        (
            "/api/queries/rivers-with-habitat.exe?habitat=wetland",
            404,
            "no saved query 'rivers-with-habitat.exe'",
        ),
        (f"{WETLANDS}&page=0", 400, "page must be one number from 1 to 1,000,000"),
        (f"{WETLANDS}&page=x", 400, "page must be one number from 1 to 1,000,000"),
        (f"{WETLANDS}&page=1&page=2", 400, "page must be one number from 1 to 1,000,000"),
        (f"{WETLANDS}&page=99", 404, "there is no page 99"),
        (f"{WETLANDS}&page-size=99999", 400, "page-size must be one number from 1 to 10,000"),
        (f"{WETLANDS}&format=png", 406, "this answer is not to be had as 'png'"),
        ("/api/queries?x=1", 400, "no parameter 'x'"),
    ],
)
def test_other_errors(server: Running, path: str, status: int, message: str) -> None:
    found = server.get(path)
    assert (found.status_code, found.json()["detail"]) == (status, message)


def test_pages_make_up_the_whole_in_one_order(mca_server: Running) -> None:
    url = "/api/queries/projects.csv"
    whole = list(csv.reader(io.StringIO(mca_server.get(url).text)))
    rows, link, path, count = [], True, f"{url}?page=1&page-size=7", 0
    while link:
        found = mca_server.get(path)
        page = list(csv.reader(io.StringIO(found.text)))
        assert page[0] == whole[0]
        assert len(page) <= 8
        rows += page[1:]
        links = {
            entry.rpartition('rel="')[2].rstrip('"'): entry[1 : entry.index(">")]
            for entry in found.headers["link"].split(", ")
        }
        assert int(found.headers["x-total-count"]) == len(whole) - 1
        link = "next" in links
        path = "/api/queries/" + links["next"].removeprefix("./") if link else ""
        assert ("prev" in links) == (count > 0)
        count += 1
    assert count == -(-(len(whole) - 1) // 7)
    assert sorted(rows) == sorted(whole[1:])


def test_an_answer_is_kept_and_not_sent_again(server: Running) -> None:
    first = server.get(WETLANDS)
    assert first.headers["cache-control"] == "public, max-age=60"
    again = server.get(WETLANDS, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(("room", "kept"), [("64M", True), ("8M", False)])
def test_a_long_answer_is_kept_when_it_has_been_sent(rivers: Path, room: str, kept: bool) -> None:
    """One that streams has no length in its head; one that is kept has."""
    pairs = "#+ title: Pairs\n#+ summary: Every pair of statements.\n#+ method: GET\n#+ view: table\n"
    (rivers / "queries/pairs.rq").write_text(pairs + "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f }\n")
    with running("--rate", "0", "--cache-bytes", room, project=rivers) as server:
        first = server.get("/api/queries/pairs.json")
        assert first.headers.get("transfer-encoding") == "chunked"
        assert 2**19 < len(first.content) < 2**22
        again = server.get("/api/queries/pairs.json")
        assert again.headers.get("transfer-encoding") == (None if kept else "chunked")
        assert (again.content, again.headers["etag"]) == (first.content, first.headers["etag"])
        # The other way of packing is made from the same.
        plain = server.get("/api/queries/pairs.json", headers={"Accept-Encoding": "identity"})
        assert plain.content == first.content


def test_the_document_is_openapi_and_every_example_works(mca_server: Running) -> None:
    document = mca_server.get("/api/openapi.json").json()
    assert document["openapi"] == "3.1.0"
    for path, operations in document["paths"].items():
        for parameter in operations.get("get", {}).get("parameters", ()):
            Draft202012Validator.check_schema(parameter["schema"])
            if "example" in parameter:
                Draft202012Validator(parameter["schema"]).validate(parameter["example"])
        if path.startswith("/api/queries/"):
            names = {parameter["name"] for parameter in operations["get"]["parameters"]}
            assert {"format"} <= names


GOOD = b"""@prefix river: <https://rivers.example/id/river/> .
@prefix riv: <https://rivers.example/ontology#> .
river:alder riv:length 12.5 .
"""
BAD = b"""@prefix river: <https://rivers.example/id/river/> .
@prefix riv: <https://rivers.example/ontology#> .
river:doe a riv:River ; riv:length -3.0 .
"""


@pytest.mark.parametrize("name", ["json", "text", "turtle", "sarif", "junit", "html", "github"])
@pytest.mark.parametrize("content", [GOOD, BAD, b"river:x a"], ids=["good", "bad", "broken"])
def test_findings_are_those_of_the_command_line(
    server: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, content: bytes
) -> None:
    (tmp_path / "letter.ttl").write_bytes(content)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    result = CliRunner().invoke(cli, ["--project", str(RIVERS), "validate", "letter.ttl", "-f", name])
    found = server.post(
        f"/api/validate?name=letter.ttl&format={name}",
        content=content,
        headers={"Content-Type": "text/turtle"},
    )
    assert found.status_code == 200, found.text
    assert found.text == result.stdout
    assert found.headers["conforms"] == ("true" if result.exit_code == 0 else "false")


def test_a_table_is_checked_too(server: Running) -> None:
    found = server.post(
        "/api/validate?name=river.csv",
        content=b"label,length\nDoe,-3\n",
        headers={"Content-Type": "text/csv"},
    )
    assert found.status_code == 200, found.text
    assert found.headers["conforms"] == "false"


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"", "text/turtle", 400),
        (b"\xff\xfe", "text/turtle", 400),
        (b"<x/>", "application/rdf+xml", 415),
        (b"x", "application/octet-stream", 415),
        (b"x", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", 400),
        (b'{"@context": "http://127.0.0.1:9/x", "@id": "a:a"}', "application/ld+json", 200),
        (b"[" * 5000, "application/ld+json", 200),
    ],
)
def test_contributions_that_cannot_be_read(server: Running, content: bytes, kind: str, status: int) -> None:
    found = server.post("/api/validate", content=content, headers={"Content-Type": kind})
    assert found.status_code == status, found.text


def test_a_name_never_leads_anywhere(server: Running, tmp_path: Path) -> None:
    for name in ("../../etc/passwd", f"{tmp_path}/x.ttl", "a\0b", "..", "x" * 5000, "a\r\nX: y"):
        found = server.post(
            "/api/validate", params={"name": name}, content=BAD, headers={"Content-Type": "text/turtle"}
        )
        assert found.status_code == 200, name
        assert found.json()["conforms"] is False
    assert list(tmp_path.iterdir()) == []
