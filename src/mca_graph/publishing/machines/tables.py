"""The graph as tables, one for each class that the shapes describe; their columns are those of the shapes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from pyoxigraph import NamedNode

from mca_graph.contributions.kinds import Kind, Kinds
from mca_graph.namespaces import RDF, RDFS
from mca_graph.project import Project
from mca_graph.publishing.machines.columns import Column, name_all, parts_of
from mca_graph.queries.labels import Labels
from mca_graph.store import Term
from mca_graph.store.embedded import EmbeddedStore

ID = "id"

_TYPE = NamedNode(RDF + "type")
_SUBCLASS = NamedNode(RDFS + "subClassOf")


@dataclass(slots=True)
class Table:
    """The things of a class: a list of values in each cell."""

    name: str
    title: str
    class_: str
    columns: list[Column] = field(default_factory=list)
    rows: list[list[list[str]]] = field(default_factory=list)

    @property
    def ids(self) -> set[str]:
        """The IRIs of its rows."""
        return {row[0][0] for row in self.rows}


def tables(project: Project, store: EmbeddedStore) -> list[Table]:
    """All tables of a graph, by name."""
    kinds = Kinds(project, store)
    labels = Labels(store, project)
    made = [_table(kind, store, labels, members) for kind, members in _chosen(kinds, store)]
    for table in made:
        for index, column in enumerate(table.columns):
            if column.of_things and not column.many and column.property:
                values = {value for row in table.rows for value in row[index]}
                column.target = next((one.name for one in made if values and values <= one.ids), "")
    return made


def _chosen(kinds: Kinds, store: EmbeddedStore) -> Iterator[tuple[Kind, list[NamedNode]]]:
    """Kinds that together hold each thing once, where the classes allow it."""
    found: dict[NamedNode, tuple[Kind, list[NamedNode]]] = {}
    for name in kinds.names:
        kind = kinds.find(name)
        members = _members(store, (kind.class_, *kind.subclasses))
        if members:
            found[kind.class_] = (kind, members)
    kept = {}
    for class_, (kind, members) in found.items():
        below = {member for one in kind.subclasses if one in found for member in found[one][1]}
        if not below.issuperset(members):
            kept[class_] = (kind, members)
    for class_, entry in kept.items():
        if not any(above != class_ and above in kept for above in kinds.ancestors(class_)):
            yield entry


def _members(store: EmbeddedStore, classes: tuple[NamedNode, ...]) -> list[NamedNode]:
    found = {
        subject
        for class_ in classes
        for subject, _p, _o in store.match(None, _TYPE, class_)
        if isinstance(subject, NamedNode)
    }
    return sorted(found, key=str)


def _table(kind: Kind, store: EmbeddedStore, labels: Labels, members: list[NamedNode]) -> Table:
    table = Table(kind.name, kind.label, kind.class_.value)
    cells: list[tuple[Column, list[list[str]]]] = [
        (
            Column(ID, "id", "The permanent address.", datatype="", of_things=True, required=True),
            [[member.value] for member in members],
        )
    ]
    if kind.subclasses:
        values = [_values(store, member, _TYPE) for member in members]
        cells.append(
            (
                Column("type", "type", "The classes.", RDF + "type", of_things=True, many=True),
                [[value.value for value in row] for row in values],
            )
        )
    for column in kind.columns:
        if not column.path.inverse:
            values = [_values(store, member, column.path.property) for member in members]
            cells.extend(parts_of(column, values, labels))
    name_all(cells)
    table.columns = [column for column, _values_of_rows in cells]
    table.rows = [list(row) for row in zip(*(rows for _column, rows in cells), strict=True)]
    return table


def _values(store: EmbeddedStore, subject: NamedNode, property_: NamedNode) -> list[Term]:
    return sorted((value for _s, _p, value in store.match(subject, property_)), key=str)
