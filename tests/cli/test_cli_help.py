"""The help: every command and every saved query explains itself."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from cli_support import RIVERS, ok, refused, tool, tool_process, write

from mca_graph import __version__
from mca_graph.cli.main import COMMANDS, cli
from mca_graph.project import load_project

ROOT = Path(__file__).parents[2]


def command_named(name: str) -> click.Command:
    found = cli.get_command(click.Context(cli), name)
    assert found is not None
    return found


def test_the_tool_lists_its_commands_with_what_they_do() -> None:
    lines = ok(tool("--help")).lines
    at = lines.index("Commands:")
    listed = [line.split(maxsplit=1) for line in lines[at + 1 :] if line.startswith("  ") and line[2] != " "]
    assert [name for name, _text in listed] == list(COMMANDS)
    assert all(len(text) > 20 for _name, text in listed)


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_and_each_of_its_options_is_explained(name: str) -> None:
    text = ok(tool(name, "--help")).text
    assert text.startswith("Usage: mca-graph")
    assert ok(tool(name, "-h")).text == text
    for option in command_named(name).params:
        if isinstance(option, click.Option):
            assert option.help, option.name
            assert option.opts[-1] in text


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_fits_80_columns(name: str) -> None:
    lines = ok(tool(name, "--help")).lines
    assert [line for line in lines if len(line) > 80 and "[table|csv" not in line] == []


def test_a_saved_query_tells_its_question_its_parameters_and_an_example() -> None:
    lines = [line.strip() for line in ok(tool("query", "rivers-with-habitat", "--help")).lines]
    assert lines[0] == "Usage: mca-graph query rivers-with-habitat [OPTIONS]"
    assert lines[2] == "Rivers with a habitat"
    assert lines[4] == "Lists the rivers that have a habitat or a narrower one."
    at = lines.index("--habitat THING                 A habitat; narrower ones count too.")
    assert lines[at + 1] == "[required]"
    assert lines[-3:] == ["Example:", "", "mca-graph query rivers-with-habitat --habitat wetland"]


def test_types_defaults_and_repetition_are_told(rivers: Path) -> None:
    write(
        rivers / "queries" / "q.rq",
        '#+ title: A\n#+ summary: B.\n#+ description: "C: d."\n#+ params:\n'
        '#+   {"start_year": {"type": "integer", "description": "First year.", "default": 2020},\n'
        '#+    "word": {"type": "string", "description": "A word.", "repeat": true, "required": true,\n'
        '#+             "example": "two words"}}\n'
        "SELECT ?word { FILTER(?start_year > 1) FILTER(BOUND(?word)) }\n",
    )
    text = " ".join(ok(tool("query", "q", "--help", project=rivers)).text.split())
    assert "C: d." in text
    assert "--start-year INTEGER First year. [default: 2020]" in text
    assert "--word STRING A word. May be given several times. [required]" in text
    assert text.endswith('Example: mca-graph query q --word "two words"')


def test_query_help_lists_the_saved_queries_with_their_titles() -> None:
    assert ok(tool("query", "--help")).lines[-2:] == [
        "Saved queries:",
        "  rivers-with-habitat  Rivers with a habitat",
    ]


def test_query_alone_is_its_help() -> None:
    assert ok(tool("query")).out == ok(tool("query", "--help")).out


@pytest.mark.parametrize("path", load_project(ROOT).query_files, ids=lambda path: path.stem)
def test_each_saved_query_of_the_packaged_graph_has_its_help(path: Path) -> None:
    text = " ".join(ok(tool("query", path.stem, "--help", project=ROOT)).text.split())
    header = dict(
        line[2:].strip().split(": ", 1)
        for line in path.read_text().splitlines()
        if line.startswith(("#+ title: ", "#+ summary: "))
    )
    assert " ".join(header["title"].strip('"').split()) in text
    assert " ".join(header["summary"].strip('"').split()) in text
    assert f"Example: mca-graph query {path.stem}" in text


def test_the_version_is_shown() -> None:
    assert ok(tool("--version")).text == f"mca-graph, version {__version__}\n"


def test_no_command_at_all_is_a_usage_error() -> None:
    found = tool_process(project=None)
    assert (found.code, found.out) == (2, b"")
    assert "Usage: mca-graph [OPTIONS] COMMAND [ARGS]..." in found.err


def test_an_unknown_command_is_refused_with_the_nearest() -> None:
    refused(tool("qurey"), "no command 'qurey'", "did you mean 'query' or 'queries'?")
    refused(tool("xyzzy"), "no command 'xyzzy'", "'mca-graph --help' lists the commands")


def test_the_project_is_found_from_a_folder_below_it() -> None:
    found = tool_process("queries", project=None, cwd=RIVERS / "data" / "contributions")
    assert ok(found).lines[0] == "rivers-with-habitat --habitat"


def test_the_packaged_graph_is_asked_where_there_is_no_project(tmp_path: Path) -> None:
    found = tool_process("--project", ROOT, "queries", project=None)
    assert ok(tool_process("queries", project=None, cwd=tmp_path)).out == ok(found).out
