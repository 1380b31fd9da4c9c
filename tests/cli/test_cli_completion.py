"""Shell completion: the protocol of each shell, the script that is printed, and a real bash."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from cli_support import RIVERS, ok, tool

from shared import require

SHELLS = ("bash", "zsh", "fish")


def complete(shell: str, words: str, cwd: Path = RIVERS) -> tuple[list[str], str]:
    """What is offered for the last word of a line (it may be empty), and what was said on stderr."""
    parts = words.split(" ")
    env = {
        **os.environ,
        "_MCA_GRAPH_COMPLETE": f"{shell}_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": parts[-1] if shell == "fish" else str(len(parts) - 1),
    }
    done = subprocess.run(
        [sys.executable, "-m", "mca_graph"], capture_output=True, text=True, env=env, cwd=cwd, check=False
    )
    lines = done.stdout.splitlines()
    if shell == "zsh":  # three lines an entry: kind, value, help
        return lines[1::3], done.stderr
    return [line.partition(",")[2].split("\t")[0] for line in lines if line], done.stderr


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("mca-graph q", ["query", "queries"]),
        ("mca-graph query r", ["rivers-with-habitat"]),
        ("mca-graph query rivers-with-habitat --ha", ["--habitat"]),
        ("mca-graph query rivers-with-habitat --habitat ", ["gravel", "reed-bed", "wetland"]),
        ("mca-graph query rivers-with-habitat --habitat r", ["reed-bed"]),
        ("mca-graph query rivers-with-habitat -f js", ["json", "jsonl", "jsonld"]),
        ("mca-graph validate --engine ", ["fast", "reference"]),
        ("mca-graph query no-such-query --ha", []),
        ("mca-graph no-such-command --ha", []),
    ],
)
def test_a_shell_is_offered_names_parameters_and_values(shell: str, words: str, offered: list[str]) -> None:
    assert complete(shell, words) == (offered, "")


def test_values_bear_their_labels() -> None:
    env = {
        **os.environ,
        "_MCA_GRAPH_COMPLETE": "fish_complete",
        "COMP_WORDS": "mca-graph query rivers-with-habitat --habitat r",
        "COMP_CWORD": "r",
    }
    done = subprocess.run(
        [sys.executable, "-m", "mca_graph"], capture_output=True, text=True, env=env, cwd=RIVERS, check=False
    )
    assert done.stdout == "plain,reed-bed\tReed bed\n"


def test_the_project_that_stands_on_the_line_is_the_one_that_is_asked(tmp_path: Path) -> None:
    line = f"mca-graph --project {RIVERS} query rivers-with-habitat --habitat w"
    assert complete("bash", line, cwd=tmp_path) == (["wetland"], "")


def test_true_and_false_are_offered_for_a_boolean(rivers: Path) -> None:
    text = (
        '#+ title: A\n#+ summary: B.\n#+ params:\n#+   {"wet": {"type": "boolean", "description": "C."}}\n'
        "ASK { FILTER(?wet) }\n"
    )
    (rivers / "queries" / "wet.rq").write_text(text)
    assert complete("bash", "mca-graph query wet --wet ", cwd=rivers) == (["true", "false"], "")


def test_a_broken_project_offers_nothing_and_says_nothing(rivers: Path) -> None:
    (rivers / "mca-graph.toml").write_text("[project\n")
    assert complete("bash", "mca-graph query r", cwd=rivers) == ([], "")


def test_a_broken_graph_offers_no_values_and_says_nothing(rivers: Path) -> None:
    (rivers / "ontology" / "rivers.ttl").write_text("oops")
    assert complete("bash", "mca-graph query rivers-with-habitat --habitat ", cwd=rivers) == ([], "")


@pytest.mark.parametrize(
    ("shell", "registers"),
    [
        ("bash", "complete -o nosort -F _mca_graph_completion mca-graph"),
        ("zsh", "#compdef mca-graph"),
        ("fish", "complete --no-files --command mca-graph"),
    ],
)
def test_the_script_registers_the_command(shell: str, registers: str) -> None:
    text = ok(tool("completion", shell)).text
    assert registers in text
    assert f"_MCA_GRAPH_COMPLETE={shell}_complete" in text


def test_bash_itself_completes_with_the_script() -> None:
    bash = shutil.which("bash")
    require(bash, "bash")
    command = Path(sys.executable).with_name("mca-graph")
    require(command.exists(), "the mca-graph command")
    script = """
    eval "$(mca-graph completion bash)"
    COMP_WORDS=(mca-graph query rivers-with-habitat --habitat "")
    COMP_CWORD=4
    COMPREPLY=()
    _mca_graph_completion mca-graph
    printf '%s\\n' "${COMPREPLY[@]}"
    """
    path = f"{command.parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [bash or "bash", "--norc", "-c", script],
        capture_output=True,
        text=True,
        cwd=RIVERS,
        env={**os.environ, "PATH": path},
        check=False,
    )
    assert (done.stdout.split(), done.stderr) == (["gravel", "reed-bed", "wetland"], "")
