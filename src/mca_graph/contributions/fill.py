"""Tables of what is known already: things as rows that read back as what they were."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, QuerySolutions

from mca_graph.contributions.choices import Choices
from mca_graph.contributions.columns import Column
from mca_graph.contributions.kinds import Kind, Kinds
from mca_graph.contributions.layout import EXAMPLE, ID_HEADING, Slot, slots_of
from mca_graph.contributions.minting import Mint
from mca_graph.contributions.ranges import Values
from mca_graph.contributions.values import is_prose, join_values
from mca_graph.namespaces import RDF, RDFS
from mca_graph.project import Project
from mca_graph.queries.labels import Labels
from mca_graph.store import Term
from mca_graph.store.embedded import EmbeddedStore

_TYPE = NamedNode(RDF + "type")
_CANDIDATES = 200
"""Things that are looked at for an example."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table to be written.

    Attributes:
        kind: what its rows describe.
        slots: its columns.
        rows: the texts of its cells.
        choices: for each column the names that it may hold, where they can be listed.
        example: a row that shows how.
    """

    kind: Kind
    slots: list[Slot]
    rows: list[list[str]]
    choices: list[list[str]]
    example: list[str]


class Filler:
    """Makes tables from a project's graph.

    Args:
        project: the project.
        store: its graph.
    """

    def __init__(self, project: Project, store: EmbeddedStore) -> None:
        self._project, self.store = project, store
        self._labels = Labels(store, project)
        self._choices: dict[Values, Choices] = {}
        self.kinds = Kinds(project, store)
        self._mint = Mint(project, store, self.kinds)

    def sheet(self, kind: Kind, things: Sequence[NamedNode] = ()) -> Sheet:
        """A table of a kind, with rows for these things; without any, an example shows how to fill it."""
        slots = slots_of(kind, self._project, self._languages(kind, things))
        rows = [[self._cell(kind, slot, thing) for slot in slots] for thing in things]
        choices = [self._listed(kind, slot) for slot in slots]
        return Sheet(kind, slots, rows, choices, self._example(kind, slots))

    def things(self, kind: Kind) -> list[NamedNode]:
        """The instances of a kind, by their labels."""
        members = f"?s <{RDF}type>/<{RDFS}subClassOf>* {kind.class_} FILTER(isIRI(?s))"
        rows = self.store.query(f"SELECT DISTINCT ?s WHERE {{ {members} }}")
        assert isinstance(rows, QuerySolutions)
        found: list[NamedNode] = [row["s"] for row in rows]
        return sorted(found, key=lambda node: (self._labels.label(node).casefold(), node.value))

    def _example(self, kind: Kind, slots: list[Slot]) -> list[str]:
        """The thing of the kind that shows most columns."""
        candidates = sorted(self.things(kind)[:_CANDIDATES], key=str)
        rows = ([self._cell(kind, slot, thing) for slot in slots] for thing in candidates)
        best = max(rows, key=lambda row: sum(map(bool, row)), default=[""] * len(slots))
        return [EXAMPLE, *best[1:]]

    def _languages(self, kind: Kind, things: Iterable[NamedNode]) -> Iterator[tuple[Column, str]]:
        columns = [column for column in kind.columns if column.values.of_languages]
        for thing in things:
            for column in columns:
                for value in self._values(column, thing):
                    if isinstance(value, Literal):
                        yield column, value.language or ""

    def _values(self, column: Column, thing: NamedNode) -> list[Term]:
        if column.path.inverse:
            return [subject for subject, *_rest in self.store.match(None, column.path.property, thing)]
        return [value for *_rest, value in self.store.match(thing, column.path.property)]

    def _cell(self, kind: Kind, slot: Slot, thing: NamedNode) -> str:
        column = slot.column
        if column is None:
            return self._id(kind, thing) if slot.heading == ID_HEADING else self._types(kind, thing)
        texts = sorted(
            self._text(column, value)
            for value in self._values(column, thing)
            if not column.values.of_languages
            or (isinstance(value, Literal) and (value.language or "") == slot.language)
        )
        return "\n".join(texts) if is_prose(column) else join_values(texts)

    def _text(self, column: Column, value: Term) -> str:
        if not isinstance(value, NamedNode):
            return value.value
        choices = self._of(column.values)
        return choices.shown.get(value) or (value.value if column.values.address else choices.show(value))

    def _id(self, kind: Kind, thing: NamedNode) -> str:
        namespace = self._mint.namespace(kind)
        local = thing.value.removeprefix(namespace) if namespace else thing.value
        if local != thing.value and local and "/" not in local and "#" not in local:
            return local
        return self._project.prefixes.shrink(thing.value) or thing.value

    def _types(self, kind: Kind, thing: NamedNode) -> str:
        choices = self._of(Values(terms=(kind.class_, *kind.subclasses)))
        types = {value for *_rest, value in self.store.match(thing, _TYPE)}
        return join_values(sorted(text for node, text in choices.shown.items() if node in types))

    def _listed(self, kind: Kind, slot: Slot) -> list[str]:
        if slot.column is None:
            if slot.heading == ID_HEADING:
                return []
            return list(self._of(Values(terms=(kind.class_, *kind.subclasses))).shown.values())
        values = slot.column.values
        listed = [term.value for term in values.terms if isinstance(term, Literal)]
        return [*listed, *(self._of(values).shown.values() if values.of_things else ())]

    def _of(self, values: Values) -> Choices:
        if values not in self._choices:
            self._choices[values] = Choices(values, self._project, self.store, self._labels)
        return self._choices[values]
