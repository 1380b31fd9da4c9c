"""Where the ontology's files are, the graphs made from them, and the reasoners run on such a graph."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rdflib import OWL, RDF, RDFS, Graph, Literal, Namespace, URIRef

from mca_graph.graph.assemble import assemble
from mca_graph.project import load_project
from mca_graph.store.embedded import EmbeddedStore
from shared import require

HERE = Path(__file__).parent
REPOSITORY = Path(__file__).parents[2]
ONTOLOGY = REPOSITORY / "ontology"
MCA = Namespace("https://w3id.org/mca-graph/ontology#")

ALIGNMENT_FILES = (ONTOLOGY / "align.ttl",)
CORE_FILES = tuple(sorted(path for path in ONTOLOGY.glob("*.ttl") if path not in ALIGNMENT_FILES))
CONCEPT_FILES = tuple(sorted((ONTOLOGY / "concepts").glob("*.ttl")))
VOCABULARY_FILES = tuple(sorted((HERE / "vocabularies").glob("*.ttl")))
DATA_FILES = tuple(sorted((REPOSITORY / "data").rglob("*.ttl")))
SHAPE_FILES = tuple(sorted((REPOSITORY / "shapes").rglob("*.ttl")))
QUERY_FILES = tuple(sorted((REPOSITORY / "queries").rglob("*.rq")))

KINDS_OF_PROPERTY = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)

_CLOSURE_ERROR = URIRef("http://www.daml.org/2002/03/agents/agent-ont#error")
"""What owlrl says of an inconsistent graph: a triple, not an exception."""


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


def headers(path: Path) -> dict[str, str]:
    """Give what the leading comments of a planted file say: name to text."""
    return dict(re.findall(r"^# ([a-z]+): (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE))


# No test may change a graph that it gets from here: each is made once.


@cache
def core() -> Graph:
    """Give the ontology without its alignment."""
    return read(*CORE_FILES)


@cache
def alignment() -> Graph:
    """Give the alignment alone."""
    return read(*ALIGNMENT_FILES)


@cache
def concepts() -> Graph:
    """Give the concept schemes."""
    return read(*CONCEPT_FILES)


@cache
def vocabularies() -> Graph:
    """Give the vocabularies of others."""
    return read(*VOCABULARY_FILES)


@cache
def current() -> Graph:
    """Give what queries see, with the provenance: ontology, concepts and the data as the tool settles it.

    Editors' pins are left out: they are about statements, which OWL 2 DL cannot speak of.
    """
    project = load_project(REPOSITORY)
    store = EmbeddedStore()
    assemble(project, store)
    graph = Graph()
    for name in (None, project.graph("provenance")):
        where = "" if name is None else f"GRAPH <{name}>"
        found = store.engine.query(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {where} {{ ?s ?p ?o }} }}")
        graph.parse(data="".join(f"{triple} .\n" for triple in found), format="nt")
    for pin in list(graph.subjects(RDF.type, RDF.Statement)):
        graph.remove((pin, None, None))
    return graph


def without_annotations(graph: Graph) -> Graph:
    """Copy what a reasoner reads: labels, notes and the like mean nothing to it, but cost it time."""
    annotations = {RDFS.label, RDFS.comment, RDFS.seeAlso, RDFS.isDefinedBy}
    annotations.update(graph.subjects(RDF.type, OWL.AnnotationProperty))
    result = Graph()
    for triple in graph:
        if triple[1] not in annotations:
            result.add(triple)
    return result


def run_java(program: str, graphs: Sequence[Graph], folder: Path) -> list[list[list[str]]]:
    """Run a Java program of this folder on graphs, in one process; for each graph, give its lines in fields.

    HermiT and the OWL API come inside a jar that owlready2 brings along.
    """
    java = shutil.which("java")
    require(java, "Java, which the OWL reasoner and the profile checker run on,")
    import owlready2

    paths = [folder / f"{number}.rdf" for number in range(len(graphs))]
    for path, graph in zip(paths, graphs, strict=True):
        graph.serialize(path, format="xml", encoding="utf-8")
    jar = Path(owlready2.__file__).parent / "hermit" / "HermiT.jar"
    command = [str(java), "-cp", str(jar), str(HERE / program), *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    require("jdk.compiler" not in done.stderr, "a Java that can run a source file (a JDK, not a JRE)")
    assert done.returncode == 0, done.stderr
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    return [[rest for path, *rest in lines if path == str(wanted)] for wanted in paths]


@dataclass(frozen=True)
class Verdict:
    """What HermiT says about a graph."""

    consistent: bool
    unsatisfiable: frozenset[URIRef] = frozenset()


def verdicts(graphs: Sequence[Graph], folder: Path) -> list[Verdict]:
    """Ask HermiT of each graph whether it is consistent and which of its classes can have no member."""
    result = []
    for (state,), *classes in run_java("Reason.java", graphs, folder):
        assert state in ("consistent", "inconsistent")
        result.append(Verdict(state == "consistent", frozenset(URIRef(iri) for _, iri in classes)))
    return result


def verdict(graph: Graph, folder: Path) -> Verdict:
    """Ask HermiT about one graph."""
    return verdicts([graph], folder)[0]


def profile_violations(graphs: Sequence[Graph], folder: Path) -> list[dict[str, list[str]]]:
    """Check each graph against OWL 2 DL and OWL 2 RL with the OWL API: profile name to its violations."""
    result = []
    for lines in run_java("Profile.java", graphs, folder):
        assert [name for name, text in lines if not text] == ["DL", "RL"]
        result.append({name: [text for key, text in lines if key == name and text] for name in ("DL", "RL")})
    return result


def closure(graph: Graph) -> Graph:
    """Give the graph and all that follows from it by the rules of OWL 2 RL."""
    import owlrl

    result = without_annotations(graph)
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(result)
    return result


def closure_errors(closed: Graph) -> list[str]:
    """Give the contradictions that the closure found."""
    return sorted(str(text) for text in closed.objects(None, _CLOSURE_ERROR))


def own_names(graph: Graph) -> set[URIRef]:
    """Give the own terms that occur anywhere in a graph, as names or in the text of a query within it."""
    found = {term for triple in graph for term in triple if isinstance(term, URIRef) and term.startswith(MCA)}
    for text in graph.objects():
        if isinstance(text, Literal) and re.search(r"\bWHERE\b", text):
            found.update(own_names_in_query(text))
    return found


def own_names_in_query(text: str) -> set[URIRef]:
    """Give the own terms that a query's text uses, comments left out."""
    code = re.sub(r"(?m)^\s*#.*$|\s#\s.*$", "", text)
    return {MCA[name] for name in re.findall(rf"(?:\bmca:|<{MCA})([A-Za-z]\w*)", code)}
