"""The graph as tables, one for each class that the shapes describe; their columns are those of the shapes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field

from pyoxigraph import NamedNode

from mca_graph.contributions.kinds import Kind, Kinds
from mca_graph.namespaces import RDF
from mca_graph.project import Project
from mca_graph.publishing.machines.columns import Column, name_all, parts_of, separate
from mca_graph.publishing.site.snapshot import Snapshot
from mca_graph.store import Term
from mca_graph.store.embedded import EmbeddedStore

ID = "id"


@dataclass(slots=True)
class Table:
    """The things of a class: a list of values in each cell."""

    name: str
    title: str
    class_: str
    columns: list[Column] = field(default_factory=list)
    rows: list[list[list[str]]] = field(default_factory=list)


def kinds_with_tables(
    project: Project, store: EmbeddedStore, snapshot: Snapshot
) -> list[tuple[Kind, list[int]]]:
    """What has a table, with its members.

    Args:
        project: its shapes say what the columns are.
        store: the graph, for what the shapes leave to the ontology.
        snapshot: the graph, for everything else.
    """
    return list(_chosen(Kinds(project, store, snapshot.used_by), snapshot))


def table_of(
    kind: Kind, members: Sequence[int], snapshot: Snapshot, chosen: Sequence[tuple[Kind, Sequence[int]]]
) -> Table:
    """A table of a graph.

    Args:
        kind: what it is a table of.
        members: its rows.
        snapshot: the graph.
        chosen: what has a table, with its members.
    """
    table = _table(kind, snapshot, members)
    for index, column in enumerate(table.columns):
        cells = [row[index] for row in table.rows]
        separate(column, cells)
        if column.of_things and not column.many and column.property:
            column.target = target_of({snapshot.find(value) for cell in cells for value in cell}, chosen)
    return table


def target_of(values: Set[int | None], chosen: Sequence[tuple[Kind, Sequence[int]]]) -> str:
    """The name of the first table that has a row for each of some things; empty where none has.

    Args:
        values: the things.
        chosen: what has a table, with its members.
    """
    return next((kind.name for kind, members in chosen if values and values <= set(members)), "")


def _chosen(kinds: Kinds, snapshot: Snapshot) -> Iterator[tuple[Kind, list[int]]]:
    """Kinds that together hold each thing once, where the classes allow it."""
    found: dict[NamedNode, tuple[Kind, list[int]]] = {}
    for name in kinds.names:
        kind = kinds.find(name)
        members = _members(snapshot, (kind.class_, *kind.subclasses))
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


def _members(snapshot: Snapshot, classes: tuple[NamedNode, ...]) -> list[int]:
    numbers = (snapshot.find(class_.value) for class_ in classes)
    found = {
        subject
        for number in numbers
        if number is not None
        for subject in snapshot.subjects(snapshot.type, number)
    }
    return sorted(filter(snapshot.iri, found), key=snapshot.iri)


def _table(kind: Kind, snapshot: Snapshot, members: Sequence[int]) -> Table:
    table = Table(kind.name, kind.label, kind.class_.value)
    shapes = [column for column in kind.columns if not column.path.inverse]
    numbers = [snapshot.find(column.path.property.value) for column in shapes]
    said = _by_property(snapshot, members, {snapshot.type, *numbers})
    cells: list[tuple[Column, list[list[str]]]] = [
        (
            Column(ID, "id", "The permanent address.", datatype="", of_things=True, required=True),
            [[snapshot.iri(member)] for member in members],
        )
    ]
    if kind.subclasses:
        cells.append(
            (
                Column("type", "type", "The classes.", RDF + "type", of_things=True, many=True),
                [[value.value for value in row] for row in said[snapshot.type]],
            )
        )

    def name_of(thing: Term) -> str | None:
        label = snapshot.label_literal(snapshot.id_of(thing))
        return label.value if label is not None else None

    for column, number in zip(shapes, numbers, strict=True):
        cells.extend(parts_of(column, said[number], name_of))
    name_all(cells)
    table.columns = [column for column, _values_of_rows in cells]
    table.rows = [list(row) for row in zip(*(rows for _column, rows in cells), strict=True)]
    return table


def _by_property(
    snapshot: Snapshot, members: Sequence[int], properties: Set[int | None]
) -> dict[int | None, list[list[Term]]]:
    """The values in each row by property: most rows have none for most, and these share an empty list.

    Nodes without names are left out: no row is theirs, and the parser's names for them are others each time.
    """
    nothing: list[Term] = []
    terms, nameless = snapshot.terms, snapshot.nameless
    found = {property_: [nothing] * len(members) for property_ in properties}
    several: list[list[Term]] = []
    for row, member in enumerate(members):
        for property_, value in snapshot.facts(member):
            if property_ not in found or value in nameless:
                continue
            column = found[property_]
            if cell := column[row]:
                cell.append(terms[value])
                several.append(cell)
            else:
                column[row] = [terms[value]]
    for cell in several:
        cell.sort(key=str)
    return found
