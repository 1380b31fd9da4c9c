"""Every saved query against cases worked out by hand, a second engine, and the real graph.

A case is a file ``cases/<query id>/<case>.toml``::

    why = "what the case shows, in a sentence"      # required
    graph = "small"                                 # a folder of graphs/; "small" where none is named
    expected = '''                                  # required; the rows, worked out from the graph's files
    project, phase
    project:tide-pools, phase:1
    '''
    [params]                                        # as a user writes them on the command line
    community = "coastal-communities"
    [add]                                           # more files of the graph, by path; prefixes are given
    "data/contributions/late.ttl" = "project:attic mca:startDate \\"2024\\"^^xsd:gYear ."

``expected`` is CSV: IRIs as CURIEs where a prefix of the project fits, literals as their text, nothing
where a variable is unbound; blanks around a cell do not count. A header alone says that there are no
rows. The order of rows counts where the query says ORDER BY. For a CONSTRUCT it is Turtle without prefixes.

Each case is asked twice: through the tool's own path, and of rdflib, an engine that shares nothing with
ours, with the parameters written into the query by this module.
"""

from __future__ import annotations

import csv
import io
import re
import shutil
import tomllib
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import rdflib
from pyoxigraph import Literal, NamedNode, QuerySolutions, QueryTriples, RdfFormat

from mca_graph.graph.assemble import assemble
from mca_graph.graph.index import open_graph
from mca_graph.project import Project, load_project
from mca_graph.queries.catalogue import Parameter, SavedQuery, catalogue
from mca_graph.queries.names import Names
from mca_graph.queries.parameters import bind_parameters, term_of
from mca_graph.store.embedded import EmbeddedStore

pytestmark = pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning")

ROOT = Path(__file__).parents[2]
CASES = Path(__file__).parent / "cases"
GRAPHS = Path(__file__).parent / "graphs"
MCA = load_project(ROOT)
QUERIES = catalogue(MCA)

NOT_FOR_RDFLIB: dict[str, str] = {}
"""Queries that rdflib cannot answer rightly, each with the reason."""

MAY_BE_EMPTY: dict[str, str] = {
    "facts-without-source": "every statement stands in a contribution: a row is a fault of the data",
    "communities-without-projects": "the scheme is made from what projects say: each has one in some phase",
}
"""Queries that have no rows on the real data with no optional parameter given, each with the reason."""


NEVER_EMPTY: dict[str, str] = {
    "project-graph": "a project that can be asked for has a type, which is an answer",
    "project-profile": "a project that can be asked for has a type, which is an answer",
}
"""Queries that no parameter leaves without an answer, each with the reason."""


class Case(NamedTuple):
    """One case of a saved query."""

    query: str
    name: str
    why: str
    graph: str
    params: Mapping[str, str]
    add: Mapping[str, str]
    expected: str

    @property
    def is_empty(self) -> bool:
        """True when no rows are expected."""
        if QUERIES[self.query].form == "CONSTRUCT":
            return not self.expected.strip()
        return len(_csv_rows(self.expected)) == 1


def read_case(path: Path) -> Case:
    entries: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    unknown = entries.keys() - {"why", "graph", "params", "add", "expected"}
    assert not unknown, f"{path}: unknown keys {sorted(unknown)}"
    return Case(
        query=path.parent.name,
        name=path.stem,
        why=entries["why"],
        graph=entries.get("graph", "small"),
        params={name: str(value) for name, value in entries.get("params", {}).items()},
        add=entries.get("add", {}),
        expected=entries["expected"],
    )


ALL_CASES = [read_case(path) for path in sorted(CASES.glob("*/*.toml"))]

each_case = pytest.mark.parametrize("case", ALL_CASES, ids=lambda case: f"{case.query}-{case.name}")
each_query = pytest.mark.parametrize("query", QUERIES.values(), ids=lambda query: query.id)


class Fixture(NamedTuple):
    """A graph of a case, as the tool has it and as rdflib has it."""

    project: Project
    store: EmbeddedStore
    dataset: rdflib.Dataset


@pytest.fixture(scope="session")
def graph_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Case], Fixture]:
    """Give the graph of a case: a project with the real ontology and queries, and the data of the case."""
    made: dict[tuple[str, str], Fixture] = {}

    def give(case: Case) -> Fixture:
        key = (case.graph, repr(sorted(case.add.items())))
        if key not in made:
            root = tmp_path_factory.mktemp(case.graph)
            shutil.copytree(GRAPHS / case.graph, root, dirs_exist_ok=True)
            for path in MCA.ontology_files:
                shutil.copy(path, root / "ontology")
            shutil.copy(ROOT / "mca-graph.toml", root)
            prefixes = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in MCA.prefixes)
            for name, turtle in case.add.items():
                path = root / name
                path.parent.mkdir(parents=True, exist_ok=True)
                assert not path.exists(), f"{path.name} is a file of the graph already"
                path.write_text(prefixes + turtle, encoding="utf-8")
            project = load_project(root)
            store = EmbeddedStore()
            assemble(project, store)
            dataset = rdflib.Dataset()
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(rdflib, "NORMALIZE_LITERALS", False)  # it would make a day of each year
                dataset.parse(data=store.engine.dump(format=RdfFormat.N_QUADS), format="nquads")
            made[key] = Fixture(project, store, dataset)
        return made[key]

    return give


@each_case
def test_the_answer_is_as_expected(case: Case, graph_of: Callable[[Case], Fixture]) -> None:
    graph = graph_of(case)
    query = QUERIES[case.query]
    given = {name: [value] for name, value in case.params.items()}
    text = bind_parameters(query, given, Names(graph.store, graph.project))
    answer = graph.store.query(text)
    if isinstance(answer, QueryTriples):
        assert {str(triple) for triple in answer} == _expected_triples(case)
        return
    assert isinstance(answer, QuerySolutions)
    names = [variable.value for variable in answer.variables]
    rows = [[_text(row[name]) for name in names] for row in answer]
    _compare(case, names, rows)


@each_case
def test_another_engine_gives_the_same_answer(case: Case, graph_of: Callable[[Case], Fixture]) -> None:
    if case.query in NOT_FOR_RDFLIB:
        pytest.skip(NOT_FOR_RDFLIB[case.query])
    graph = graph_of(case)
    query = QUERIES[case.query]
    answer = graph.dataset.query(_with_values(query, case, Names(graph.store, graph.project)))
    if answer.type == "CONSTRUCT":
        assert answer.graph is not None
        assert _as_text(answer.graph) == _expected_triples(case)
        return
    assert answer.vars is not None
    names = [str(variable) for variable in answer.vars]
    rows = [[_text_of_rdflib(value) for value in row] for row in answer]  # type: ignore[union-attr]
    _compare(case, names, rows)


@each_query
def test_there_are_cases(query: SavedQuery) -> None:
    cases = [case for case in ALL_CASES if case.query == query.id]
    assert any(not case.is_empty for case in cases), "no case that expects rows"
    assert any(case.is_empty for case in cases) != (query.id in NEVER_EMPTY), "no case that expects no rows"
    for parameter in query.params:
        with_value = [case for case in cases if parameter.name in case.params]
        assert with_value, f"no case with {parameter.option}"
        assert parameter.required or len(with_value) < len(cases), f"no case without {parameter.option}"
    assert len({case.why for case in cases}) == len(cases), "two cases give the same reason"


@pytest.mark.parametrize("folder", sorted(path.name for path in CASES.iterdir()))
def test_cases_belong_to_a_query(folder: str) -> None:
    assert folder in QUERIES


@pytest.mark.parametrize(
    ("query", "optional"),
    [
        pytest.param(query, optional, id=f"{query.id}{f'-{optional.name}' if optional else ''}")
        for query in QUERIES.values()
        for optional in (None, *(parameter for parameter in query.params if not parameter.required))
    ],
)
def test_the_examples_give_an_answer_on_the_real_data(
    query: SavedQuery, optional: Parameter | None, mca: Project
) -> None:
    """With the examples of the required parameters, and with that of each other one beside them."""
    store = open_graph(mca)
    given = {
        parameter.name: [parameter.example]
        for parameter in query.params
        if parameter.example is not None and (parameter.required or parameter == optional)
    }
    answer = store.query(bind_parameters(query, given, Names(store, mca)))
    found = next(iter(answer), None)  # type: ignore[arg-type]
    if query.id == "facts-without-source":
        assert found is None
    elif query.id in MAY_BE_EMPTY and optional is None:
        pytest.skip(MAY_BE_EMPTY[query.id])
    else:
        assert found is not None


@each_query
def test_the_header_says_what_people_need(query: SavedQuery) -> None:
    assert query.summary.endswith((".", "?"))
    assert not query.description or query.description.endswith(".")
    assert query.tags
    for parameter in query.params:
        assert parameter.description.endswith("."), parameter.name
        assert parameter.example, f"{parameter.name} has no example"
        if parameter.type == "iri" and not (parameter.scheme or parameter.class_):
            assert parameter.name in ("thing", "property", "kind"), f"{parameter.name}: where from?"


def _compare(case: Case, names: Sequence[str], rows: list[list[str]]) -> None:
    header, *expected = _csv_rows(case.expected)
    assert names == header
    if not _is_ordered(QUERIES[case.query]):
        rows, expected = sorted(rows), sorted(expected)
    assert rows == expected, case.why


def _is_ordered(query: SavedQuery) -> bool:
    return re.search(r"^ORDER BY", query.text, re.MULTILINE) is not None


def _csv_rows(text: str) -> list[list[str]]:
    rows = csv.reader(io.StringIO(text.strip()), skipinitialspace=True)
    return [[_number(cell.strip()) for cell in row] for row in rows if row]


def _text(value: object) -> str:
    """A term of our store as a case writes it."""
    if isinstance(value, NamedNode):
        return MCA.prefixes.shrink(value.value) or value.value
    return "" if value is None else _number(value.value if isinstance(value, Literal) else str(value))


def _text_of_rdflib(value: object) -> str:
    if isinstance(value, rdflib.URIRef):
        return MCA.prefixes.shrink(str(value)) or str(value)
    return "" if value is None else _number(str(value))


def _number(text: str) -> str:
    """One form of each decimal: engines write 200000, 200000.0 and 2E5 for the same sum."""
    if not re.fullmatch(r"-?\d+\.\d+|-?\d+(\.\d+)?[eE]\+?\d+", text):
        return text
    try:
        plain = f"{Decimal(text):f}"
    except InvalidOperation:
        return text
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _expected_triples(case: Case) -> set[str]:
    graph = rdflib.Graph()
    prefixes = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in MCA.prefixes)
    graph.parse(data=prefixes + case.expected, format="turtle")
    return _as_text(graph)


def _as_text(graph: rdflib.Graph) -> set[str]:
    store = EmbeddedStore()
    store.engine.load(graph.serialize(format="nt").encode(), format=RdfFormat.N_TRIPLES)
    return {str(quad.triple) for quad in store.engine}


def _with_values(query: SavedQuery, case: Case, names: Names) -> str:
    """Write the parameters into the query: VALUES at the head of each WHERE, and nowhere else."""
    text = query.text
    for parameter in query.params:
        value = case.params.get(parameter.name, parameter.default)
        if value is not None:
            term = term_of(parameter, value, names)
            text = re.sub(r"\bWHERE\s+\{", f"WHERE {{ VALUES ?{parameter.name} {{ {term} }} ", text)
    return text
