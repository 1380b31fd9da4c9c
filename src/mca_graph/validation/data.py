"""What is validated: the whole graph of a project, or a contribution as if it were already in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Triple, parse, serialize

from mca_graph.project import Project
from mca_graph.queries.catalogue import catalogue
from mca_graph.queries.published import catalogue_quads
from mca_graph.rdf.positions.document import PlacedSource
from mca_graph.store.embedded import EmbeddedStore
from mca_graph.validation.incremental.change import change_of


class DataGraph:
    """A data graph in the sense of SHACL, section 1.4.

    Args:
        triples: its triples, with literals as they were typed where that is known.
        mentioned: the subjects of the contributions under test, in N-Triples syntax; None when the whole
            graph is under test.
    """

    def __init__(self, triples: Iterable[Triple] = (), mentioned: frozenset[str] | None = None) -> None:
        self._triples: list[Triple] | None = list(triples)
        self._text: str | None = None
        self._as_stored = False
        self.mentioned = mentioned

    @classmethod
    def of_text(cls, text: str, *, as_stored: bool = False) -> DataGraph:
        """A data graph that is N-Triples already.

        Args:
            text: one triple in each line.
            as_stored: true when its literals come from a store.
        """
        found = cls()
        found._triples, found._text, found._as_stored = None, text, as_stored
        return found

    @property
    def triples(self) -> list[Triple]:
        """Its triples."""
        if self._triples is None:
            self._triples = _parsed(self._text or "")
        return self._triples

    def ntriples(self) -> str:
        """The data graph as N-Triples."""
        if self._text is None:
            self._text = (serialize(self.triples, format=RdfFormat.N_TRIPLES) or b"").decode()
        return self._text

    def store(self) -> EmbeddedStore:
        """The data graph in memory, for SPARQL-based constraints."""
        # Loading renames blank nodes, which must keep their names; so the lines with one go in apart.
        with_blank, rest = _apart(self.ntriples())
        store = EmbeddedStore.of(
            Quad(triple.subject, triple.predicate, triple.object) for triple in _parsed(with_blank)
        )
        # In memory, a load that could be undone takes a third less room than a bulk load.
        store.engine.load(rest.encode(), format=RdfFormat.N_TRIPLES, lenient=True)
        return store

    def typed(self) -> list[Triple]:
        """The triples in which a literal may stand in another form than a store gives it."""
        return [] if self._as_stored else self.triples


def _parsed(text: str) -> list[Triple]:
    return [quad.triple for quad in parse(text.encode(), format=RdfFormat.N_TRIPLES, lenient=True)]


def _apart(text: str) -> tuple[str, str]:
    """The lines of N-Triples that may hold a blank node, and the others."""
    apart, rest, done = [], [], 0
    while (found := text.find("_:", done)) >= 0:
        start, end = text.rfind("\n", 0, found) + 1, text.find("\n", found) + 1 or len(text)
        rest.append(text[done:start])
        apart.append(text[start:end])
        done = end
    return "".join(apart), "".join([*rest, text[done:]]) if rest else text


def whole_graph(project: Project, store: EmbeddedStore) -> DataGraph:
    """The current graph with concepts, ontology, provenance and the catalogue of saved queries."""
    described = (quad.triple for quad in catalogue_quads(project, catalogue(project).values()))
    parts = [
        serialize(described, format=RdfFormat.N_TRIPLES),
        *(
            store.engine.dump(format=RdfFormat.N_TRIPLES, from_graph=graph)
            for graph in (DefaultGraph(), NamedNode(project.graph("provenance")))
        ),
    ]
    return DataGraph.of_text(b"".join(part or b"" for part in parts).decode(), as_stored=True)


def with_sources(project: Project, store: EmbeddedStore, sources: Sequence[PlacedSource]) -> DataGraph:
    """The whole graph as it would be if these contributions were in it and won every dispute.

    Raises:
        ReadError: a contribution names a graph of its own.
    """
    change = change_of(project, store, sources)
    kept = (triple for triple in change.base.triples() if triple not in change.removed)
    mentioned = frozenset(str(node) for node in change.mentioned)
    return DataGraph(list(dict.fromkeys([*kept, *change.added])), mentioned)
