"""What a command loads: asking must stay quick, so nothing heavy may be on its way."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from cli_support import RIVERS, WETLANDS, tool

HEAVY = (
    "rdflib",
    "pyshacl",
    "shacl",
    "SPARQLWrapper",
    "openpyxl",
    "xlsxwriter",
    "owlrl",
    "hypothesis",
    "pytest",
)
OURS = ("mca_graph.publishing", "mca_graph.server", "mca_graph.validation", "mca_graph.contributions")


def loaded(*args: str) -> set[str]:
    """The modules that a run of the tool has loaded at its end, as ``-X importtime`` tells."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "mca_graph", "--project", str(RIVERS), *args],
        capture_output=True,
        text=True,
        env=os.environ,
        check=True,
    )
    return {
        line.rpartition("|")[2].strip()
        for line in done.stderr.splitlines()
        if line.startswith("import time:")
    }


def unwanted(names: set[str]) -> list[str]:
    return sorted(
        name
        for name in names
        if name.split(".")[0] in HEAVY or name.startswith(OURS) or name == "mca_graph.store.remote"
    )


@pytest.mark.parametrize(
    "args",
    [
        WETLANDS,
        (*WETLANDS, "-f", "csv"),
        ("query", "--text", "ASK {}"),
        ("query", "rivers-with-habitat", "--help"),
        ("show", "alder"),
        ("search", "alder"),
        ("queries",),
        ("--help",),
        ("--version",),
    ],
    ids=lambda args: " ".join(args[:2]),
)
def test_nothing_heavy_is_loaded_to_answer(args: tuple[str, ...]) -> None:
    tool(*WETLANDS)  # the index is there before
    names = loaded(*args)
    assert "mca_graph.cli.main" in names
    assert unwanted(names) == []


def test_what_builds_an_index_is_not_loaded_where_one_is_there() -> None:
    tool(*WETLANDS)
    assert "mca_graph.graph.assemble" not in loaded(*WETLANDS) or os.environ.get("MCA_GRAPH_CACHE") is None


def test_the_package_itself_loads_nothing() -> None:
    code = "import sys; before = set(sys.modules); import mca_graph; print(sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "['mca_graph']\n"
