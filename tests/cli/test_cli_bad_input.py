"""Input that is wrong, of every kind: exit code 2, one line that says what, a hint, never a traceback."""

from __future__ import annotations

import io
import shlex
import subprocess
from pathlib import Path

import pytest
import rdflib
from cli_support import RIVERS, WETLANDS, Outcome, command, ok, refused, tool, tool_process, write
from rdflib.query import Result

BAD = {
    "a.ttl": ("<urn:a> <urn:b> 'x' .\n<urn:a> <urn:b> oops .\n", "2:17"),
    "a.trig": ("<urn:g> {\n  <urn:a> <urn:b> oops .\n}\n", "2:19"),
    "a.nt": ('<urn:a> <urn:b> "x" .\n<urn:a> <urn:b> oops .\n', "2:17"),
    "a.nq": ('<urn:a> <urn:b> "x" <urn:g> .\n<urn:a> <urn:b> oops <urn:g> .\n', "2:17"),
    "a.jsonld": ('{"@id": "urn:a",\n "urn:b": }\n', "2:11"),
}
ASK = ("query", "--text", "ASK {}", "--data")


def told(outcome: Outcome, beginning: str) -> None:
    """The run was refused with an error that begins so, in one line, and a hint."""
    assert (outcome.code, outcome.out) == (2, b"")
    first, *rest = outcome.err.splitlines()
    assert first.startswith(f"error: {beginning}")
    assert [line.startswith("  hint: ") for line in rest] == [True], outcome.err


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_is_not_what_its_name_says(tmp_path: Path, name: str) -> None:
    text, place = BAD[name]
    file = write(tmp_path / name, text)
    told(tool(*ASK, file), f"{file}:{place}: ")


@pytest.mark.parametrize("name", ["a.ttl", "a.nt", "a.jsonld"])
def test_a_contribution_that_cannot_be_read_is_shown_with_its_place(tmp_path: Path, name: str) -> None:
    text, place = BAD[name]
    file = write(tmp_path / name, text)
    found = tool("validate", file)
    assert found.code == 2
    assert f"{file}:{place}" in found.text + found.err
    assert "Traceback" not in found.err


@pytest.mark.parametrize("name", BAD)
def test_a_file_of_the_project_that_is_wrong(rivers: Path, name: str) -> None:
    text, place = BAD[name]
    file = write(rivers / "data" / "contributions" / f"bad-{name}", text)
    told(tool("query", "--text", "ASK {}", project=rivers), f"{file}:{place}: ")


@pytest.mark.parametrize("command", [ASK, ("fmt",)], ids=["query", "fmt"])
def test_an_unknown_prefix(tmp_path: Path, command: tuple[str, ...]) -> None:
    file = write(tmp_path / "a.ttl", "<urn:a> <urn:b> <urn:c> .\nskos:Concept <urn:b> <urn:c> .\n")
    found = tool(*command, file)
    told(found, f"{file}:2:1: ")
    assert "skos:" in found.err.splitlines()[0]
    assert "http://www.w3.org/2004/02/skos/core#" in found.err.splitlines()[1]


@pytest.mark.parametrize("command", [ASK, ("validate",), ("fmt",)], ids=["query", "validate", "fmt"])
def test_utf_16(tmp_path: Path, command: tuple[str, ...]) -> None:
    file = write(tmp_path / "a.ttl", "<urn:a> <urn:b> 'é' .".encode("utf-16"))
    refused(tool(*command, file), f"{file}:1:1: the text is UTF-16", "save the file as UTF-8")


@pytest.mark.parametrize("command", [("validate",), ("fmt",)], ids=["validate", "fmt"])
def test_latin_1(tmp_path: Path, command: tuple[str, ...]) -> None:
    file = write(
        tmp_path / "a.ttl", "<urn:a> <urn:b> 'x' .\n<urn:a> <urn:b> 'caf\u00e9' .\n".encode("latin-1")
    )
    refused(tool(*command, file), f"{file}:2:21: byte 0xe9 is not UTF-8", "save the file as UTF-8")


def test_latin_1_in_plain_data(tmp_path: Path) -> None:
    file = write(tmp_path / "a.ttl", "<urn:a> <urn:b> 'caf\u00e9' .\n".encode("latin-1"))
    found = tool(*ASK, file)
    assert (found.code, found.out) == (2, b"")
    assert found.err.splitlines()[0].startswith(f"error: {file}:1:21: ")
    assert "UTF-8" in found.err.splitlines()[0]


@pytest.mark.parametrize("content", ["", "  \n\n"])
@pytest.mark.parametrize("command", ["validate", "fmt"])
def test_an_empty_file(tmp_path: Path, command: str, content: str) -> None:
    file = write(tmp_path / "a.ttl", content)
    refused(tool(command, file), f"{file}: the file is empty")


def test_a_file_without_a_statement(tmp_path: Path) -> None:
    file = write(tmp_path / "a.ttl", "# nothing yet\n")
    refused(tool("validate", file), f"{file}: no statement in this file")


@pytest.mark.parametrize("command", [ASK, ("validate",), ("fmt",), ("query", "--file")])
def test_a_missing_file_and_a_folder_in_place_of_a_file(tmp_path: Path, command: tuple[str, ...]) -> None:
    for name, reason in ((tmp_path / "none.ttl", "does not exist."), (tmp_path, "is a directory.")):
        found = tool(*command, name)
        told(found, "Invalid value for ")
        assert found.err.splitlines()[0].endswith(f"File '{name}' {reason}")


@pytest.mark.parametrize("name", ["a.xyz", "a", "a.owl"])
def test_a_file_of_no_known_kind(tmp_path: Path, name: str) -> None:
    file = write(tmp_path / name, "<urn:a> <urn:b> <urn:c> .")
    refused(
        tool(*ASK, file),
        f"{file}: not a kind of RDF file that is known",
        "use one of .ttl, .nt, .trig, .nq, .jsonld",
    )


def test_a_contribution_with_graphs_of_its_own(tmp_path: Path) -> None:
    file = write(tmp_path / "a.trig", "<urn:g> { <urn:a> <urn:b> <urn:c> }")
    told(tool("validate", file), f"{file}")


# -- SPARQL ----------------------------------------------------------------------------------------

WRONG = [
    ("SELECT ?x WHERE {\n  ?x a ?y .\n}}\n", "not SPARQL, line 4, column 1: "),
    ("SELECT ?x { ?x a ?y } LIMIT ten", "not SPARQL, line 1, column 29: "),
    (
        "SELECT ?x { ?x skos:broader ?y }",
        "not SPARQL, line 1, column 28: the prefix skos: has not been declared",
    ),
    ("SELECT ?x { ?x foo:bar ?y }", "not SPARQL, line 1, column 23: the prefix foo: has not been declared"),
    ("SELECT (COUNT(*) AS ?n) ?x { ?x a ?y }", "not SPARQL, line 1, column 39: SELECT shows a variable"),
    ("SELECT ?x { ?x a <bad iri> }", "not SPARQL, line 1, column "),
    ("", "not SPARQL: the query is empty"),
    ("DROP ALL", "DROP is not allowed: the graph is read-only"),
    ("INSERT DATA { <urn:a> <urn:b> <urn:c> }", "INSERT is not allowed: the graph is read-only"),
    ("SELECT (<urn:f>(1) AS ?x) {}", "the query could not be answered: The custom function <urn:f>"),
    ("SELECT * { " + "{" * 5000 + "}" * 5000 + " }", "the query nests more than 200 deep"),
    ("# " + "x" * 1_000_001, "the query has 1,000,003 characters; 1,000,000 are allowed"),
]


@pytest.mark.parametrize(("text", "beginning"), WRONG, ids=range(len(WRONG)))
def test_a_query_that_is_wrong(tmp_path: Path, text: str, beginning: str) -> None:
    told(tool("query", "--file", write(tmp_path / "q.rq", text)), beginning)


def test_the_hint_on_an_undeclared_prefix_is_the_line_to_add() -> None:
    found = tool("query", "--text", "SELECT ?x { ?x skos:broader ?y }")
    assert found.err.splitlines()[1] == "  hint: add PREFIX skos: <http://www.w3.org/2004/02/skos/core#>"


def test_a_query_in_another_encoding(tmp_path: Path) -> None:
    utf16 = write(tmp_path / "a.rq", "ASK {}".encode("utf-16"))
    refused(tool("query", "--file", utf16), f"{utf16}:1:1: the text is UTF-16", "save the file as UTF-8")
    latin = write(tmp_path / "b.rq", "ASK { ?x ?y 'é' }".encode("latin-1"))
    refused(tool("query", "--file", latin), f"{latin}:1:14: byte 0xe9 is not UTF-8", "save the file as UTF-8")


# -- the project -----------------------------------------------------------------------------------

GOOD = (RIVERS / "mca-graph.toml").read_text()
SETTINGS = [
    ("[project\n", ""),
    (GOOD.replace("title =", "titel ="), "unknown key titel in [project]"),
    (GOOD.replace("[resolve]", "[resolv]"), "unknown table [resolv]"),
    (GOOD.replace('title = "Rivers of the Vale"\n', ""), "[project] needs a title"),
    (GOOD.replace('"https://rivers.example/"', '"https://rivers.example"'), "[project] base must end in '/'"),
    (GOOD.replace('"riv:trust"', '"nope:trust"'), "[resolve] nope:trust: unknown prefix"),
    (GOOD.replace('"https://rivers.example/id/river/"', "7"), "prefix river is not text"),
    (
        GOOD.replace('["trust:measured", "trust:guessed"]', "7"),
        "basis_order in [resolve] is not a list of texts",
    ),
    (GOOD.replace('"riv:trust"', "7"), "basis_property in [resolve] is not text"),
    (GOOD.replace('language = "en"', "language = 7"), "language in [project] is not text"),
    ("\x00", ""),
]


@pytest.mark.parametrize(("text", "reason"), SETTINGS, ids=range(len(SETTINGS)))
def test_settings_that_are_wrong(rivers: Path, text: str, reason: str) -> None:
    file = write(rivers / "mca-graph.toml", text)
    told(tool("queries", project=rivers), f"{file}: {reason}")


def test_settings_in_another_encoding(rivers: Path) -> None:
    file = write(rivers / "mca-graph.toml", GOOD.encode("utf-16"))
    told(tool("queries", project=rivers), f"{file}: ")


def test_a_folder_that_is_no_project(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "none"):
        refused(
            tool("queries", project=folder),
            f"{folder}: no mca-graph.toml in this folder",
            "name the folder that holds it",
        )


PARAMS = '#+ title: A\n#+ summary: B.\n#+ params:\n#+   {"x": %s}\nSELECT ?x { ?x ?p ?o }\n'
HEADERS = [
    ("#+ title: A\n#+ sumary: B.\nASK {}\n", "2: unknown header key 'sumary'"),
    ("#+ title: A\nASK {}\n", " the header needs '#+ summary: …'"),
    ("#+ title: A\n#+ title: B\nASK {}\n", "2: title stands twice in the header"),
    ("#+ just words\nASK {}\n", "1: not a header line"),
    ("#+ title: A: B\n#+ summary: C.\nASK {}\n", "1: put this value into double quotes"),
    ("#+ title: A\n#+ summary: B.\n#+ tags: [1,\nASK {}\n", "3: not JSON: "),
    ("#+ title: A\n#+ summary: B.\n#+ view: pie\nASK {}\n", " unknown view 'pie'"),
    (
        "#+ title: A\n#+ summary: B.\n#+ params: x\nASK {}\n",
        " params must be a JSON object of parameters by name",
    ),
    (PARAMS % '{"type": "text", "description": "D."}', " parameter x: unknown type 'text'"),
    (PARAMS % '{"type": "iri"}', " parameter x: needs a description"),
    (PARAMS % '{"type": "iri", "description": "D.", "requird": true}', " parameter x: unknown key 'requird'"),
    (
        PARAMS % '{"type": "iri", "description": "D.", "scheme": "no:x"}',
        " parameter x: scheme 'no:x' has an unknown",
    ),
    (PARAMS % "7", " parameter x: must be a JSON object"),
    (
        PARAMS.replace("?x", "?y") % '{"type": "iri", "description": "D."}',
        " parameter x: the query has no variable ?x",
    ),
    ("#+ title: [1]\n#+ summary: B.\nASK {}\n", " title must be text"),
    ('#+ title: A\n#+ summary: B.\n#+ tags: "one"\nASK {}\n', " tags must be a JSON list of texts"),
]


@pytest.mark.parametrize(("text", "reason"), HEADERS, ids=range(len(HEADERS)))
def test_a_saved_query_with_a_wrong_header(rivers: Path, text: str, reason: str) -> None:
    file = write(rivers / "queries" / "bad.rq", text)
    told(tool("query", "bad", project=rivers), f"{file}:{reason}")
    told(tool("queries", project=rivers), f"{file}:{reason}")


def test_another_saved_query_that_is_wrong_is_not_in_the_way(rivers: Path) -> None:
    write(rivers / "queries" / "bad.rq", HEADERS[0][0])
    assert tool("query", "rivers-with-habitat", "--habitat", "gravel", "-f", "csv", project=rivers).code == 0


# -- what kills engines ----------------------------------------------------------------------------

N = 5_000
DEEP = {
    "a.ttl": "<urn:a> <urn:p> " + "[ <urn:p> " * N + "1" + " ]" * N + " .",
    "b.ttl": "<urn:a> <urn:p> " + "( " * N + "1" + " )" * N + " .",
    "c.jsonld": '{"@id":"urn:a","urn:p":' * 2_000 + "1" + "}" * 2_000,
    "d.jsonld": '{"@id":"urn:a","urn:p":' + "[" * N + "1" + "]" * N + "}",
    "e.nt": "<urn:a> <urn:p> " + "<<( <urn:a> <urn:p> " * N + "<urn:o>" + " )>>" * N + " .\n",
}


@pytest.mark.parametrize("name", DEEP)
@pytest.mark.parametrize("command", [ASK, ("validate",), ("fmt",)], ids=["query", "validate", "fmt"])
def test_a_file_nested_thousands_deep(tmp_path: Path, name: str, command: tuple[str, ...]) -> None:
    """It is read, or refused with a message; the engine never takes the process down without a word."""
    file = write(tmp_path / name, DEEP[name])
    found = tool_process(*command, file)
    assert "Traceback" not in found.err
    assert found.code in (0, 1, 2)
    if found.code == 2 and command != ("validate",):
        told(found, "")
    else:
        assert found.out + found.err.encode()


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { FILTER(" + "!" * 100_000 + "true) }",
        "SELECT * { FILTER(" + "1||" * 100_000 + "true) }",
        "SELECT * { " + "?s ?p ?o OPTIONAL {} " * N + " }",
        "SELECT * { {} " + " UNION {} " * N + " }",
        "SELECT * { ?s " + "<urn:p>/" * 50_000 + "<urn:p> ?o }",
    ],
    ids=["not", "or", "optional", "union", "path"],
)
def test_a_query_that_nests_without_brackets(tmp_path: Path, text: str) -> None:
    found = tool_process("query", "--file", write(tmp_path / "q.rq", text))
    if found.code != 0:
        told(found, "")
        assert len(found.err) < 500


def test_a_regular_expression_without_end_is_harmless() -> None:
    text = f'SELECT (REGEX("{"a" * 60}b", "^(a+)+$") AS ?x) {{}}'
    assert tool_process("query", "--text", text, "-f", "csv", timeout=10).lines == ["x", "false"]


RDF_XML = """<?xml version="1.0"?>
<!DOCTYPE rdf:RDF [<!ENTITY a "aaaaaaaaaa"><!ENTITY f SYSTEM "file:///etc/passwd">%s]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:p="urn:p:">
  <rdf:Description rdf:about="urn:a"><p:b>&f;&i;</p:b></rdf:Description>
</rdf:RDF>
"""


@pytest.mark.parametrize("command", [ASK, ("validate",)], ids=["query", "validate"])
def test_rdf_xml_with_its_entities_is_never_read(tmp_path: Path, command: tuple[str, ...]) -> None:
    bomb = "".join(
        f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdegh", "bcdeghi", strict=True)
    )
    file = write(tmp_path / "a.rdf", RDF_XML % bomb)
    refused(tool(*command, file), f"{file}: rdfxml files are not read", "convert it to Turtle first")


FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="only Linux has a device that is always full")
@pytest.mark.parametrize(
    "args",
    [
        WETLANDS,
        (*WETLANDS, "-f", "json"),
        ("export", "-f", "turtle"),
        ("queries",),
        ("show", "river:alder"),
        ("validate",),
        ("--help",),
        ("--version",),
    ],
    ids=" ".join,
)
def test_output_that_cannot_be_written(args: tuple[str, ...]) -> None:
    with FULL.open("w") as full:
        done = subprocess.run(
            command(*args, project=RIVERS), stdout=full, stderr=subprocess.PIPE, timeout=60, check=False
        )
    assert done.returncode == 2
    first, hint = done.stderr.decode().splitlines()[-2:]
    assert first == "error: the output: No space left on device"
    assert hint == "  hint: is there room, and may it be read or written?"
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_streams_that_the_caller_has_closed(closed: str, tmp_path: Path) -> None:
    """What is opened next would get their numbers, and be written into."""
    rows = tmp_path / "rows.csv"
    words = shlex.join(command(*WETLANDS, "-f", "csv", "-o", rows, project=RIVERS))
    done = subprocess.run(["sh", "-c", f"{words} {closed}"], timeout=60, check=False, capture_output=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert rows.read_text().startswith("river,")


@pytest.mark.parametrize(
    "args",
    [
        ("show", "a\udcff"),
        ("search", "a\udcff"),
        ("query", "rivers-with-habitat", "--habitat", "a\udcff"),
        ("query", "--text", "ASK { ?s ?p 'a\udcff' }"),
    ],
    ids=lambda args: args[0],
)
def test_words_that_are_no_text(args: tuple[str, ...]) -> None:
    found = tool_process(*args)
    assert (found.code, found.out) == (2, b"")
    first, hint = found.err.splitlines()
    assert first.endswith("is not UTF-8")
    assert "\\udcff" in first
    assert hint == "  hint: write names in UTF-8"


def test_a_contribution_whose_name_is_no_text(tmp_path: Path) -> None:
    file = tmp_path / "n\udcff.ttl"
    try:
        file.write_text("<urn:a> <urn:b> 1 .")
    except OSError:
        pytest.skip("this file system has names in UTF-8 only")
    found = tool_process("validate", file)
    assert found.code == 2
    assert found.err.splitlines()[0].endswith("n\\udcff' is not UTF-8")


@pytest.mark.parametrize("args", [("query", "--text", "ASK {}"), ("load",)], ids=lambda args: args[0])
def test_a_file_with_nothing_in_it(tmp_path: Path, args: tuple[str, ...]) -> None:
    file = write(tmp_path / "empty.ttl", "")
    where = (tmp_path / "store",) if args == ("load",) else ()
    told(tool(*args, *where, "--data", file), f"{file}: the file is empty")
    assert not (tmp_path / "store").exists()


def test_the_hint_names_the_prefix_of_the_project() -> None:
    refused(
        tool("query", "--text", "ASK { ?s a riv:River }"),
        "not SPARQL, line 1, column 21: the prefix riv: has not been declared",
        "add PREFIX riv: <https://rivers.example/ontology#>",
    )


@pytest.mark.parametrize(
    ("query", "syntax", "message"),
    [
        (
            "SELECT ('a\\u0001' AS ?x) {}",
            "xml",
            "the answer holds U+0001, a character that XML does not have",
        ),
        (
            "CONSTRUCT { <urn:s> <urn:p> 'a\\u0001' } {}",
            "rdfxml",
            "the answer holds U+0001, a character that XML does not have",
        ),
        (
            "CONSTRUCT { <urn:s> <http://e/12> 1 } {}",
            "rdfxml",
            "<http://e/12> does not end in a name, as an element of RDF/XML must",
        ),
    ],
)
def test_what_xml_cannot_say_is_not_written(query: str, syntax: str, message: str, tmp_path: Path) -> None:
    out = tmp_path / "answer.xml"
    refused(
        tool("query", "--text", query, "-f", syntax, "-o", out), message, "choose a format that is not XML"
    )
    assert not out.exists()


def test_a_carriage_return_survives_xml() -> None:
    """A bare one would be read back as a line feed (XML 1.0, section 2.11)."""
    found = ok(tool("query", "--text", "SELECT ('a\\rb\\nc' AS ?x) {}", "-f", "xml"))
    (row,) = Result.parse(io.BytesIO(found.out), format="xml").bindings
    assert row == {rdflib.Variable("x"): rdflib.Literal("a\rb\nc")}
    found = ok(tool("query", "--text", "CONSTRUCT { <urn:s> <urn:p> 'a\\rb\\nc' } {}", "-f", "rdfxml"))
    graph = rdflib.Graph().parse(data=found.out, format="xml")
    assert [str(value) for value in graph.objects()] == ["a\rb\nc"]
