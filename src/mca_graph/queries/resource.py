"""One resource and its surroundings; finding resources by words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from pyoxigraph import Literal, NamedNode, QuerySolutions

from mca_graph.errors import McaGraphError
from mca_graph.namespaces import LABEL_PROPERTIES, OWL, PROV, RDF, SKOS
from mca_graph.project import Project
from mca_graph.queries.labels import Labels
from mca_graph.queries.results.table import display_width, wrap
from mca_graph.store import Answer, Store, Term

_MOST_INCOMING = 25
_TYPE = RDF + "type"


def search(store: Store, words: Sequence[str]) -> Answer:
    """Find things whose names hold all words, in any case.

    Returns:
        Rows of ``?thing ?kind ?name``, the shortest names first: they say little else than the words.
    """
    if not words:
        raise McaGraphError("nothing to search for", "give a word, such as 'coastal'")
    tests = " && ".join(f"CONTAINS(LCASE(STR(?name)), {Literal(word.lower())})" for word in words)
    labels = " ".join(f"<{iri}>" for iri in (*LABEL_PROPERTIES, SKOS + "altLabel"))
    return store.query(
        f"SELECT DISTINCT ?thing ?kind ?name WHERE {{ VALUES ?property {{ {labels} }} ?thing ?property ?name "
        f"FILTER({tests}) OPTIONAL {{ ?thing a ?kind }} }} "
        "ORDER BY STRLEN(STR(?name)) LCASE(STR(?name)) ?thing"
    )


def description(store: Store, node: NamedNode) -> Answer:
    """The triples in which a thing is subject or object."""
    return store.query(
        f"CONSTRUCT {{ {node} ?p ?o . ?s ?q {node} }} WHERE {{ {{ {node} ?p ?o }} UNION {{ ?s ?q {node} }} }}"
    )


def render(store: Store, project: Project, node: NamedNode, labels: Labels, width: int, colour: bool) -> str:
    """Everything known of a thing as text, each fact with the contributions that say so."""
    bold, dim, reset = ("\x1b[1m", "\x1b[2m", "\x1b[0m") if colour else ("", "", "")
    width = width or 100
    out = [f"{bold}{labels.label(node)}{reset}", f"{dim}{node.value}{reset}"]
    facts = _facts(store, project, node)
    kinds = [labels.text(value) for predicate, value, _from in facts if predicate.value == _TYPE]
    if kinds:
        out.append(", ".join(kinds))
    numbers: dict[str, int] = {}
    grouped: dict[NamedNode, list[tuple[Term, list[NamedNode]]]] = defaultdict(list)
    for predicate, value, graphs in facts:
        if predicate.value != _TYPE:
            grouped[predicate].append((value, graphs))
    out.append("")
    for predicate in sorted(grouped, key=lambda item: labels.text(item).casefold()):
        entries = []
        for value, graphs in sorted(grouped[predicate], key=lambda entry: labels.text(entry[0]).casefold()):
            marks = ",".join(str(numbers.setdefault(graph.value, len(numbers) + 1)) for graph in graphs)
            entries.append(f"{labels.text(value)} [{marks}]" if marks else labels.text(value))
        out.extend(_block(labels.text(predicate), entries, width))
    incoming = _incoming(store, node)
    if incoming:
        out.extend(["", f"{bold}what points here{reset}"])
        for predicate, (subjects, total) in sorted(
            incoming.items(), key=lambda item: labels.text(item[0]).casefold()
        ):
            entries = sorted((labels.text(subject) for subject in subjects), key=str.casefold)
            if total > len(entries):
                entries.append(f"… and {total - len(entries)} more")
            out.extend(_block(_backwards(store, labels, predicate), entries, width))
    if numbers:
        out.extend(["", f"{bold}where this comes from{reset}"])
        for graph, number in numbers.items():
            pages = " ".join(_pages(store, project, NamedNode(graph)))
            out.extend(
                _block(f"[{number}]", [f"{graph.removeprefix(project.base)} {pages}".strip()], width, 5)
            )
    return "\n".join(out) + "\n"


def _backwards(store: Store, labels: Labels, predicate: NamedNode) -> str:
    """What to call a property read from its object: the label of its inverse where the ontology has one."""
    inverse = NamedNode(OWL + "inverseOf")
    for found in (*store.match(predicate, inverse, None), *store.match(None, inverse, predicate)):
        other = found[2] if found[0] == predicate else found[0]
        if isinstance(other, NamedNode):
            return labels.text(other)
    return f"← {labels.text(predicate)}"


def _facts(store: Store, project: Project, node: NamedNode) -> list[tuple[NamedNode, Term, list[NamedNode]]]:
    rows = store.query(
        f"SELECT ?p ?o ?g WHERE {{ {{ {node} ?p ?o OPTIONAL {{ GRAPH ?g {{ {node} ?p ?o }} "
        f'FILTER(STRSTARTS(STR(?g), "{project.graph("contribution/")}")) }} }} '
        f"UNION {{ GRAPH <{project.graph('provenance')}> {{ {node} ?p ?o }} }} }}"
    )
    assert isinstance(rows, QuerySolutions)
    found: dict[tuple[NamedNode, Term], list[NamedNode]] = {}
    for row in rows:
        graphs = found.setdefault((row["p"], row["o"]), [])
        if row["g"] is not None and row["g"] not in graphs:
            graphs.append(row["g"])
    return [(predicate, value, sorted(graphs, key=str)) for (predicate, value), graphs in found.items()]


def _incoming(store: Store, node: NamedNode) -> dict[NamedNode, tuple[list[Term], int]]:
    found: dict[NamedNode, tuple[list[Term], int]] = {}
    for subject, predicate, _value in store.match(None, None, node):
        kept, total = found.get(predicate, ([], 0))
        if len(kept) < _MOST_INCOMING:
            kept.append(subject)
        found[predicate] = (kept, total + 1)
    return found


def _pages(store: Store, project: Project, graph: NamedNode) -> list[str]:
    provenance = NamedNode(project.graph("provenance"))
    rows = store.query(
        f"SELECT ?page WHERE {{ GRAPH {provenance} {{ {graph} <{PROV}wasDerivedFrom> ?page }} }}"
    )
    assert isinstance(rows, QuerySolutions)
    return sorted(row["page"].value for row in rows)


def _block(head: str, entries: Sequence[str], width: int, column: int = 24) -> list[str]:
    lines: list[str] = []
    for entry in entries:
        lines.extend(wrap(" ".join(entry.split()), max(width - column - 2, 20)))
    if display_width(head) > column:
        return [f"  {head}", *(f"{' ' * (column + 2)}{line}" for line in lines)]
    first, *rest = lines or [""]
    return [
        f"  {head}{' ' * (column - display_width(head))}{first}",
        *(f"{' ' * (column + 2)}{line}" for line in rest),
    ]
