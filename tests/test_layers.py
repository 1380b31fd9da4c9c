"""The layers: a module imports only from its own layer's package or from layers below it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "mca_graph"

LAYERS: dict[str, int] = {
    "namespaces": 0,
    "errors": 0,
    "files": 0,
    "findings": 0,
    "machine": 0,
    "project": 1,
    "rdf": 2,
    "store": 3,
    "graph": 4,
    "queries": 5,
    "validation": 6,
    "contributions": 7,
    "publishing": 8,
    "server": 8,
    "cli": 9,
}
"""Each room of the package and its layer; rooms of one layer do not import from each other."""

MODULES = sorted(SOURCE.rglob("*.py"))

ENGINE = "pyoxigraph.Store"


def room_of(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imports_of(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def test_there_are_modules() -> None:
    assert len(MODULES) > 20


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_point_down(path: Path) -> None:
    room = room_of(path)
    if room in ("__init__", "__main__"):
        return
    for name in imports_of(path):
        if name.startswith("mca_graph."):
            other = name.split(".")[1]
            if other != room and other != "__version__":
                assert LAYERS[other] < LAYERS[room], f"{room} imports {name}"


@pytest.mark.parametrize(
    ("library", "only"),
    [
        ("click", {"cli"}),
        ("SPARQLWrapper", {"store/remote.py"}),
        ("pyoxigraph.Store", {"store/embedded.py"}),
        ("pyshacl", {"validation/reference.py"}),
        ("shacl", {"validation/core.py"}),
        ("rdflib", {"validation/reference.py", "rdf/canonical.py", "queries/reads.py"}),
        ("xlsxwriter", {"queries/results/xlsx.py", "contributions/workbook.py"}),
    ],
)
def test_a_library_has_one_door(library: str, only: set[str]) -> None:
    users = {
        str(path.relative_to(SOURCE))
        for path in MODULES
        if any(name == library or name.startswith(f"{library}.") for name in imports_of(path))
    }
    outside = {user for user in users if user not in only and user.split("/")[0] not in only}
    assert users
    assert not outside


def test_only_the_command_line_prints_or_exits() -> None:
    for path in MODULES:
        if room_of(path) in ("cli", "__main__"):
            continue
        called = {
            node.func.id
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        assert not called & {"print", "exit", "quit"}, path
