"""How ``mca-graph query`` is told what to run: saved queries, files, text, parameters, graphs, limits."""

from __future__ import annotations

import os
import re
import resource
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from cli_support import (
    ENDLESS,
    HABITAT,
    HUGE,
    RIV,
    RIVER,
    RIVERS,
    WETLANDS,
    command,
    ok,
    refused,
    tool,
    tool_process,
    write,
)
from pyoxigraph import QueryResultsFormat, Store

from mca_graph.graph.index import open_graph
from mca_graph.project import load_project

WETLAND_ROWS = ["river,length", f"{RIVER}alder,12.5", f"{RIVER}cedar,40"]


def habitat(value: str) -> list[str]:
    return ok(tool("query", "rivers-with-habitat", "--habitat", value, "-f", "csv")).lines


@pytest.mark.parametrize(
    "value",
    [
        "wetland",
        "Wetland",
        "WETLAND",
        " wetland ",
        "habitat:wetland",
        f"{HABITAT}wetland",
        f"<{HABITAT}wetland>",
    ],
)
def test_a_slug_a_label_a_curie_and_an_iri_mean_the_same(value: str) -> None:
    assert sorted(habitat(value)) == sorted(WETLAND_ROWS)


@pytest.mark.parametrize("value", ["Kies", "Pebbles", "pebbles", "gravel"])
def test_other_names_and_other_languages_are_known(value: str) -> None:
    assert habitat(value)[1:] == [f"{RIVER}birch,3"]


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("wetlnd", "did you mean 'wetland'?"),
        ("reed", "did you mean 'reed-bed'?"),
        ("zzz", "one of gravel, reed-bed, wetland"),
        ("", "one of gravel, reed-bed, wetland"),
        (f"{RIVER}alder", "one of gravel, reed-bed, wetland"),
    ],
)
def test_an_unknown_value_is_refused_with_the_nearest(value: str, hint: str) -> None:
    refused(
        tool("query", "rivers-with-habitat", "--habitat", value),
        f"unknown habitat {value!r}",
        hint,
    )


def test_a_name_of_two_things_is_refused(rivers: Path) -> None:
    scheme = rivers / "ontology" / "concepts" / "habitat.ttl"
    scheme.write_text(scheme.read_text().replace('"Pebbles"@en', '"Pebbles"@en , "Reed bed"@en'))
    refused(
        tool("query", "rivers-with-habitat", "--habitat", "Reed bed", project=rivers),
        "habitat 'Reed bed' is the name of 2 things",
    )


@pytest.mark.parametrize("value", ['x" } DROP ALL #', "> } ; {", "\\u003e", "wetland } UNION {"])
def test_a_value_never_changes_the_query(value: str) -> None:
    refused(tool("query", "rivers-with-habitat", "--habitat", value), f"unknown habitat {value!r}")


def test_an_unknown_query_is_refused_with_the_nearest() -> None:
    refused(
        tool("query", "rivers-with-habitt"),
        "no saved query 'rivers-with-habitt'",
        "did you mean 'rivers-with-habitat'?",
    )


def test_a_missing_parameter_is_asked_for_with_its_example() -> None:
    refused(
        tool("query", "rivers-with-habitat"),
        "rivers-with-habitat needs --habitat",
        "for instance --habitat 'wetland'",
    )


def test_a_parameter_given_twice_is_refused() -> None:
    refused(tool(*WETLANDS, "--habitat", "gravel"), "--habitat may be given once only")


def test_an_unknown_parameter_is_refused_with_the_nearest() -> None:
    found = tool("query", "rivers-with-habitat", "--habita", "wetland")
    assert (found.code, found.out) == (2, b"")
    assert "--habitat" in found.err.splitlines()[0]


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        (("--text", "ASK {}", "--file", "x.rq"), "Invalid value for '--file'"),
        (("--format", "nope"), "Invalid value for '-f' / '--format': 'nope' is not one of"),
        *(
            (("--timeout", text), f"Invalid value for '--timeout': '{text}' is not a number of seconds")
            for text in ("soon", "0", "-1", "nan", "inf", "1e20")
        ),
        *(
            (("--memory", text), f"Invalid value for '--memory': '{text}' is too small: 200M or more")
            for text in ("0", "-5", "1K", "199M")
        ),
        (("--memory", "inf"), "Invalid value for '--memory': 'inf' is not a size"),
        (("--memory", "999999999T"), "Invalid value for '--memory': '999999999T' is more than any machine"),
        (("--memory", "much"), "Invalid value for '--memory': 'much' is not a size, such as 500M or 2G"),
        (("-o", "/"), "Invalid value for '-o' / '--output'"),
    ],
)
def test_wrong_options_are_refused_in_one_line(extra: tuple[str, ...], message: str) -> None:
    found = tool("query", *extra)
    first, hint = found.err.splitlines()
    assert (found.code, found.out) == (2, b"")
    assert first.startswith(f"error: {message}")
    assert hint == "  hint: 'mca-graph query --help' tells more"


TYPED = """#+ title: Rivers by length
#+ summary: Lists rivers by what is asked for.
#+ params:
#+   {"longest": {"type": "decimal", "description": "At most so long.", "default": 20},
#+    "since": {"type": "date", "description": "A day.", "example": "2020-05-01"},
#+    "many": {"type": "integer", "description": "A count.", "example": 3},
#+    "wet_only": {"type": "boolean", "description": "Or not.", "example": true},
#+    "word": {"type": "string", "description": "Words.", "repeat": true, "example": "a"}}
PREFIX riv: <https://rivers.example/ontology#>
SELECT ?river ?longest ?since ?many ?wet_only ?word WHERE {
  ?river riv:length ?length .
  FILTER(?length <= ?longest)
  FILTER(!BOUND(?since) || BOUND(?since)) FILTER(!BOUND(?many) || BOUND(?many))
  FILTER(!BOUND(?wet_only) || BOUND(?wet_only)) FILTER(!BOUND(?word) || BOUND(?word))
}
"""


@pytest.fixture
def typed(rivers: Path) -> Path:
    write(rivers / "queries" / "by-length.rq", TYPED)
    return rivers


def test_a_default_holds_where_nothing_is_given(typed: Path) -> None:
    rows = ok(tool("query", "by-length", "-f", "csv", project=typed)).lines
    assert sorted(rows[1:]) == [f"{RIVER}alder,20,,,,", f"{RIVER}birch,20,,,,"]


def test_values_are_bound_with_their_types(typed: Path) -> None:
    given = (
        "--longest",
        "5.5",
        "--since",
        "2020-02-29",
        "--many",
        "7",
        "--wet-only",
        "yes",
        "--word",
        'a"\\',
    )
    rows = ok(tool("query", "by-length", *given, "-f", "tsv", project=typed)).lines
    assert rows[1] == (
        f'<{RIVER}birch>\t5.5\t"2020-02-29"^^<http://www.w3.org/2001/XMLSchema#date>\t7\ttrue\t"a\\"\\\\"'
    )


def test_a_parameter_that_repeats_takes_each_value(typed: Path) -> None:
    given = ("--longest", "5", "--word", "a", "--word", "b", "--word", "a")
    rows = ok(tool("query", "by-length", *given, "-f", "csv", project=typed)).lines
    assert sorted(row.rsplit(",", 1)[1] for row in rows[1:]) == ["a", "b"]


@pytest.mark.parametrize(
    ("option", "value", "form"),
    [
        ("--longest", "long", "a number, such as 180000 or 0.8"),
        ("--longest", "1e5", "a number, such as 180000 or 0.8"),
        ("--since", "2021-02-29", "a date, such as 2025-06-01"),
        ("--since", "yesterday", "a date, such as 2025-06-01"),
        ("--many", "2.5", "a whole number, such as 3"),
        ("--many", "9" * 30, "a whole number, such as 3"),
        ("--wet-only", "maybe", "true or false"),
    ],
)
def test_a_value_of_the_wrong_type_is_refused(typed: Path, option: str, value: str, form: str) -> None:
    found = tool("query", "by-length", option, value, project=typed)
    refused(found, f"{option}: {value!r} is not {form}")


def test_options_stand_before_or_after_the_name_of_the_query(tmp_path: Path) -> None:
    before = ok(tool("query", "-f", "csv", *WETLANDS[1:])).out
    assert before == ok(tool(*WETLANDS, "-f", "csv")).out


def test_a_query_from_a_file_from_text_and_from_standard_input(tmp_path: Path) -> None:
    text = f"SELECT ?l {{ <{RIVER}alder> <{RIV}length> ?l }}"
    file = write(tmp_path / "own.rq", "\ufeff" + text)
    expected = b"l\r\n12.5\r\n"
    assert ok(tool("query", "--file", file, "-f", "csv")).out == expected
    assert ok(tool("query", "--text", text, "-f", "csv")).out == expected
    assert ok(tool_process("query", "--file", "-", "-f", "csv", stdin=text.encode())).out == expected


def test_two_queries_at_once_are_refused(tmp_path: Path) -> None:
    file = write(tmp_path / "own.rq", "ASK {}")
    refused(tool("query", "--file", file, "--text", "ASK {}"), "--file and --text are two queries")
    refused(
        tool("query", "--text", "ASK {}", *WETLANDS[1:]),
        "a saved query and --file or --text are two queries",
        "give one of them",
    )


def test_plain_files_are_asked_instead_of_the_project(tmp_path: Path) -> None:
    first = write(tmp_path / "a.ttl", "<urn:a> <urn:p> 1 .")
    second = write(tmp_path / "b.jsonld", '{"@id": "urn:b", "urn:p": {"@value": 2}}')
    text = "SELECT ?s ?o { ?s <urn:p> ?o } ORDER BY ?s"
    found = ok(tool("query", "--data", first, "--data", second, "--text", text, "-f", "csv"))
    assert found.lines == ["s,o", "urn:a,1", "urn:b,2"]


def test_named_graphs_of_a_plain_file_stay_what_they_are(tmp_path: Path) -> None:
    data = write(tmp_path / "a.trig", "<urn:a> <urn:p> 1 . GRAPH <urn:g> { <urn:b> <urn:p> 2 }")
    text = "SELECT ?g ?s { GRAPH ?g { ?s ?p ?o } }"
    assert ok(tool("query", "--data", data, "--text", text, "-f", "csv")).lines == ["g,s", "urn:g,urn:b"]


def test_the_evidence_and_its_sources_stand_in_named_graphs() -> None:
    text = f"""
    PREFIX prov: <http://www.w3.org/ns/prov#>
    SELECT ?l ?source {{
      GRAPH ?g {{ <{RIVER}alder> <{RIV}length> ?l }}
      GRAPH <https://rivers.example/graph/provenance> {{ ?g prov:wasDerivedFrom ?source }}
    }} ORDER BY ?l"""
    assert ok(tool("query", "--text", text, "-f", "csv")).lines[1:] == [
        "12.5,https://rivers.example/reports/2020",
        "14,https://rivers.example/letters/7",
    ]


# -- an endpoint -------------------------------------------------------------------------------


class Endpoint(BaseHTTPRequestHandler):
    """A SPARQL endpoint on loopback that answers SELECT and ASK from the rivers."""

    store: Store
    broken = False
    slow = 0.0

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        time.sleep(self.slow)
        answer = self.store.query(parse_qs(body)["query"][0])
        out = answer.serialize(format=QueryResultsFormat.JSON) or b""  # type: ignore[call-overload]
        # Who no longer waits has closed; a word on it would stand in what a later test reads.
        with suppress(ConnectionError):
            self.send_response(200)
            self.send_header("Content-Type", "application/sparql-results+json")
            self.end_headers()
            self.wfile.write(out[: len(out) // 2] if self.broken else out)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def endpoint() -> Iterator[str]:
    Endpoint.store = open_graph(load_project(RIVERS)).engine
    Endpoint.broken, Endpoint.slow = False, 0.0
    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/sparql"
    server.shutdown()
    server.server_close()


def test_an_endpoint_gives_the_same_answer(endpoint: str) -> None:
    assert ok(tool(*WETLANDS, "--endpoint", endpoint)).out == ok(tool(*WETLANDS)).out


def test_an_answer_that_is_cut_off_is_an_error(endpoint: str) -> None:
    Endpoint.broken = True
    refused(
        tool("query", "--endpoint", endpoint, "--text", "SELECT * { ?s ?p ?o }"),
        f"{endpoint}: the answer is cut off or is not a SPARQL result",
    )


def test_an_endpoint_that_hangs_is_left(endpoint: str) -> None:
    Endpoint.slow = 5.0
    started = time.monotonic()
    found = tool_process("query", "--endpoint", endpoint, "--timeout", "1", "--text", "ASK {}")
    assert time.monotonic() - started < 3.5
    assert (found.code, found.out) == (2, b"")
    assert "within 1 s" in found.err.splitlines()[0]


def test_an_endpoint_that_is_nowhere_is_told() -> None:
    refused(
        tool("query", "--endpoint", "http://127.0.0.1:1", "--text", "ASK {}"),
        "http://127.0.0.1:1 cannot be reached: [Errno 111] Connection refused",
        "is the server running?",
    )


@pytest.mark.parametrize("address", ["nowhere", "file:///etc/passwd", "ftp://127.0.0.1/", "http://"])
def test_what_is_no_address_of_an_endpoint_is_refused(address: str) -> None:
    refused(
        tool("query", "--endpoint", address, "--text", "ASK {}"), f"{address}: not the address of an endpoint"
    )


def test_two_graphs_at_once_are_refused(tmp_path: Path) -> None:
    data = write(tmp_path / "a.ttl", "<urn:a> <urn:p> 1 .")
    found = tool("query", "--endpoint", "http://127.0.0.1:1", "--data", data, "--text", "ASK {}")
    refused(found, "--endpoint, --store and --data each name a graph", "give one of them")


# -- limits ------------------------------------------------------------------------------------


def test_a_query_without_end_is_stopped_at_its_time_limit() -> None:
    started = time.monotonic()
    found = tool_process("query", "--timeout", "1", "--text", ENDLESS)
    assert time.monotonic() - started < 3
    refused(
        found,
        "no answer within 1 s, so the work was stopped",
        "ask for less (a LIMIT, a narrower parameter), or give a longer --timeout",
    )


def test_a_query_that_eats_memory_is_stopped_at_its_limit() -> None:
    found = tool_process("query", "--memory", "400M", "--text", HUGE + " ORDER BY ?d")
    refused(
        found,
        "the work needed more than 400 MiB of memory, so it was stopped",
        "ask for less (a LIMIT, a narrower parameter), or give a larger --memory",
    )


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads memory from /proc, as Linux has it")
def test_a_large_answer_streams_and_takes_no_memory() -> None:
    """The first bytes come long before the end, and the process stays small however much it has written."""
    running = subprocess.Popen(
        command("query", "--text", HUGE, "-f", "csv"), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert running.stdout is not None
    assert running.stderr is not None
    first = running.stdout.readline()
    size = 0
    while size < 30_000_000:
        size += len(running.stdout.read(1_000_000))
    # Of a process itself, since getrusage counts what the process that started it held before.
    peaks = [peak_memory(pid) for pid in (running.pid, *children(running.pid))]
    running.stdout.close()  # as "| head" does
    assert first == b"a,d,g,j\r\n"
    running.wait(timeout=30)
    assert running.stderr.read() == b""
    assert len(peaks) == 2
    assert max(peaks) < 200_000  # KiB
    running.stderr.close()


def children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def peak_memory(pid: int) -> int:
    """The most that a process has held, in KiB (proc_pid_status(5))."""
    found = re.search(r"^VmHWM:\s*(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    assert found
    return int(found.group(1))


def test_an_interrupted_query_ends_at_once() -> None:
    running = subprocess.Popen(
        command("query", "--text", ENDLESS),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    time.sleep(0.7)
    started = time.monotonic()
    os.killpg(running.pid, signal.SIGINT)
    out, err = running.communicate(timeout=10)
    assert time.monotonic() - started < 2
    assert (running.returncode, out, err) == (130, b"", b"interrupted\n")


def test_a_file_that_cannot_be_written_is_told_and_not_left_behind(tmp_path: Path) -> None:
    missing = tmp_path / "none" / "out.csv"
    refused(tool(*WETLANDS, "-o", missing), f"{missing}: No such file or directory")


def test_a_disk_that_is_full_is_told(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"

    def small_files() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))

    ok(tool(*WETLANDS))  # the index is there before
    done = subprocess.run(
        command("query", "--text", HUGE, "-f", "csv", "-o", target),
        capture_output=True,
        preexec_fn=small_files,
        timeout=30,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.decode().splitlines()[0] == f"error: {target}: File too large"
    assert list(tmp_path.iterdir()) == []
