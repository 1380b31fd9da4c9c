"""The graph as tables, one for each class that the shapes describe; their columns are those of the shapes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode

from mca_graph.contributions.columns import Column as ShapeColumn
from mca_graph.contributions.kinds import Kind, Kinds
from mca_graph.contributions.words import kebab
from mca_graph.namespaces import RDF, RDFS
from mca_graph.project import Project
from mca_graph.queries.labels import Labels
from mca_graph.store import Term
from mca_graph.store.embedded import EmbeddedStore

ID = "id"

_TYPE = NamedNode(RDF + "type")
_SUBCLASS = NamedNode(RDFS + "subClassOf")


@dataclass(slots=True)
class Column:
    """A column of a table.

    Attributes:
        name: for programs: small letters, digits and underscores.
        title: for people.
        description: what the shapes say about it.
        property: IRI of the property; empty for names of the values of the column before.
        language: of its texts.
        datatype: IRI of the datatype, where all values have the same.
        of_things: its values are IRIs.
        many: a cell may hold several values.
        required: every row has a value.
        target: name of the table whose rows its values are.
    """

    name: str
    title: str
    description: str = ""
    property: str = ""
    language: str = ""
    datatype: str = ""
    of_things: bool = False
    many: bool = False
    required: bool = False
    target: str = ""


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
            cells.extend(_parts(column, values, labels))
    _name(cells)
    table.columns = [column for column, _values_of_rows in cells]
    table.rows = [list(row) for row in zip(*(rows for _column, rows in cells), strict=True)]
    return table


def _values(store: EmbeddedStore, subject: NamedNode, property_: NamedNode) -> list[Term]:
    return sorted((value for _s, _p, value in store.match(subject, property_)), key=str)


def _parts(
    shape: ShapeColumn, values: list[list[Term]], labels: Labels
) -> Iterator[tuple[Column, list[list[str]]]]:
    """The columns of a property: one for things, one for their names, one for each language of texts."""
    every = [value for row in values for value in row]
    languages = sorted({value.language or "" for value in every if isinstance(value, Literal)})
    if any(not isinstance(value, Literal) for value in every) or (not every and shape.values.of_things):
        things = [[value for value in row if not isinstance(value, Literal)] for row in values]
        cells = [[_address(value) for value in row] for row in things]
        column = _column(shape, shape.name, cells, len(languages) == 0)
        column.of_things = True
        yield column, cells
        names = [[labels.text(value) for value in row if _has_name(value, labels)] for row in things]
        if any(names):
            title = f"{shape.name} (name)"
            yield Column("", title, f"What people call the values of {shape.name}.", many=column.many), names
    elif not languages:
        languages = [""]
    for language in languages:
        texts = [
            [value for value in row if isinstance(value, Literal) and (value.language or "") == language]
            for row in values
        ]
        cells = [[value.value for value in row] for row in texts]
        title = f"{shape.name} ({language})" if len(languages) > 1 and language else shape.name
        column = _column(shape, title, cells, len(languages) == 1 and not any(map(_is_thing, every)))
        column.language = language
        datatypes = {value.datatype.value for row in texts for value in row}
        column.datatype = datatypes.pop() if len(datatypes) == 1 and not language else ""
        yield column, cells


def _column(shape: ShapeColumn, title: str, cells: list[list[str]], alone: bool) -> Column:
    return Column(
        "",
        title,
        shape.help,
        shape.path.property.value,
        many=any(len(cell) > 1 for cell in cells) or (shape.many and not shape.values.of_languages),
        required=alone and shape.required and all(cells),
    )


def _address(value: Term) -> str:
    return value.value if isinstance(value, NamedNode) else str(value)


def _is_thing(value: Term) -> bool:
    return not isinstance(value, Literal)


def _has_name(value: Term, labels: Labels) -> bool:
    """True where the graph gives a name, not only an address."""
    return isinstance(value, NamedNode) and labels.label(value) != labels.iri(value)


def _name(cells: list[tuple[Column, list[list[str]]]]) -> None:
    """Give each column a name that no other has."""
    taken: set[str] = set()
    for column, _rows in cells:
        title = column.title.replace("(", " ").replace(")", " ")
        name = base = (column.name or kebab(title)).replace("-", "_")
        number = 2
        while not name or name in taken:
            name, number = f"{base or 'column'}_{number}", number + 1
        taken.add(name)
        column.name = name
