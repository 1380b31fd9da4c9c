"""Where the ontology's files are, the graphs made from them, and the two Java reasoners' helpers run on such a graph."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest
from rdflib import OWL, RDF, Graph, URIRef
from rdflib.term import Node

HERE = Path(__file__).parent
REPOSITORY = Path(__file__).parents[2]
ONTOLOGY = REPOSITORY / "ontology"
CONTRIBUTIONS = REPOSITORY / "data" / "contributions"
MCA = "https://w3id.org/mca-graph/ontology#"

ALIGNMENT_FILES = (ONTOLOGY / "align.ttl",)
CORE_FILES = tuple(sorted(path for path in ONTOLOGY.glob("*.ttl") if path not in ALIGNMENT_FILES))
CONCEPT_FILES = tuple(sorted((ONTOLOGY / "concepts").glob("*.ttl")))
CONTRIBUTION_FILES = tuple(sorted(CONTRIBUTIONS.glob("*.ttl")))
VOCABULARY_FILES = tuple(sorted((HERE / "vocabularies").glob("*.ttl")))


def read(*paths: Path) -> Graph:
    """Read files into one graph."""
    graph = Graph()
    for path in paths:
        graph.parse(path)
    return graph


def union(*graphs: Graph) -> Graph:
    """Copy graphs into a new one."""
    result = Graph()
    for graph in graphs:
        for triple in graph:
            result.add(triple)
    return result


def with_turtle(graph: Graph, turtle: str) -> Graph:
    """Copy a graph and add what the Turtle says, with every prefix of the graph known to it."""
    prefixes = "".join(f"@prefix {prefix}: <{name}> .\n" for prefix, name in graph.namespaces() if prefix)
    return union(graph, Graph().parse(data=f"{prefixes}@prefix mca: <{MCA}> .\n{turtle}", format="turtle"))


def current_graph() -> Graph:
    """Give the ontology, the concepts and the data, with one value where the ontology allows only one.

    THE ONE PLACE that stands in for the tool's own `resolve`: here the first value in sorted order is kept, not the
    one that the policy would choose. Denials and pins are about statements, not about things, and are left out.
    """
    graph = read(*CORE_FILES, *CONCEPT_FILES, *CONTRIBUTION_FILES)
    for kind in (OWL.NegativePropertyAssertion, RDF.Statement):
        for node in list(graph.subjects(RDF.type, kind)):
            graph.remove((node, None, None))
    for functional in list(graph.subjects(RDF.type, OWL.FunctionalProperty)):
        for subject in set(graph.subjects(functional, None)):
            for value in sorted(graph.objects(subject, functional), key=str)[1:]:
                graph.remove((subject, functional, value))
    return graph


def _not_run(reason: str) -> NoReturn:
    """Skip the test, or fail it where everything must run."""
    if os.environ.get("MCA_GRAPH_REQUIRE_ALL") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def require_java() -> str:
    """Give the path of Java, without which the test cannot be run."""
    java = shutil.which("java")
    if java is None:
        _not_run("no java on the PATH: the OWL reasoner and the profile checker were not run")
    return java


@dataclass(frozen=True)
class Verdict:
    """What HermiT says about a graph."""

    consistent: bool
    unsatisfiable: frozenset[str] = frozenset()


def hermit(graph: Graph, folder: Path) -> Verdict:
    """Ask HermiT whether the graph is consistent and which of its classes can have no member."""
    require_java()
    import owlready2

    path = folder / "graph.nt"
    graph.serialize(path, format="nt", encoding="utf-8")
    world = owlready2.World()
    world.get_ontology(path.as_uri()).load()
    try:
        owlready2.sync_reasoner_hermit(world, debug=0, ignore_unsupported_datatypes=True)
    except owlready2.OwlReadyInconsistentOntologyError:
        return Verdict(consistent=False)
    unsatisfiable = frozenset(found.iri for found in world.inconsistent_classes()) - {str(OWL.Nothing)}
    return Verdict(consistent=True, unsatisfiable=unsatisfiable)


def profile_violations(graph: Graph, folder: Path) -> dict[str, list[str]]:
    """Check a graph against OWL 2 DL and OWL 2 RL with the OWL API: profile name to its violations."""
    java = require_java()
    import owlready2

    path = folder / "graph.rdf"
    graph.serialize(path, format="xml", encoding="utf-8")
    jar = Path(owlready2.__file__).parent / "hermit" / "HermiT.jar"
    command = [java, "-cp", str(jar), str(HERE / "Profile.java"), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    if "jdk.compiler" in done.stderr:
        _not_run("this Java cannot run a source file (it has no compiler): the profile checker was not run")
    assert done.returncode == 0, done.stderr
    lines = [line.split("\t", 1) for line in done.stdout.splitlines()]
    found = {name: [text for key, text in lines if key == name and text] for name, _ in lines}
    assert set(found) == {"DL", "RL"}, done.stdout
    return found


def names(terms: set[Node]) -> set[str]:
    """Give the local names of the own terms among some nodes."""
    return {str(term).removeprefix(MCA) for term in terms if isinstance(term, URIRef) and term.startswith(MCA)}
