"""The kinds of things that can be entered in a table, and the columns of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import NamedNode, QuerySolutions

from mca_graph.contributions.columns import Column, Columns, Used
from mca_graph.contributions.rules import Rules
from mca_graph.contributions.words import kebab, local_name
from mca_graph.errors import UnknownNameError, did_you_mean
from mca_graph.namespaces import RDF, RDFS
from mca_graph.project import Project
from mca_graph.queries.labels import Labels
from mca_graph.store import Term
from mca_graph.store.embedded import EmbeddedStore

_SUBCLASS = NamedNode(RDFS + "subClassOf")
_TYPE = RDF + "type"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing.

    Attributes:
        name: what it is called on the command line and on the tab of its sheet.
        class_: the class.
        label: what people call it.
        columns: its columns, in the order of the shapes.
        subclasses: more special classes; where there are any, a table has a column for the type.
    """

    name: str
    class_: NamedNode
    label: str
    columns: tuple[Column, ...]
    subclasses: tuple[NamedNode, ...]

    def names(self) -> Iterator[str]:
        """The headings of its columns."""
        return (column.name for column in self.columns)


class Kinds:
    """All kinds of a project.

    Args:
        project: its shapes say what the kinds are.
        store: its graph, with the ontology.
        used: gives the properties that instances of a class have, for who has them at hand.
    """

    def __init__(self, project: Project, store: EmbeddedStore, used: Used | None = None) -> None:
        self._project, self._store = project, store
        self._labels = Labels(store, project)
        self._rules = Rules(project)
        self._columns = Columns(self._rules, store, self._labels, used)
        self._made: dict[NamedNode, Kind] = {}

    @cached_property
    def by_name(self) -> dict[str, NamedNode]:
        """The class that each name means: the local names and labels of shapes and classes, in kebab case."""
        found: dict[str, NamedNode] = {}
        for class_, shapes in self._rules.targets().items():
            for shape in shapes:
                if self._is_form(shape):
                    found.setdefault(kebab(local_name(shape.value)), class_)
                    if name := self._rules.text(shape, "name"):
                        found.setdefault(kebab(name), class_)
        for class_ in dict.fromkeys(found.values()):
            found.setdefault(kebab(local_name(class_.value)), class_)
            found.setdefault(kebab(self._labels.label(class_)), class_)
        return found

    @property
    def names(self) -> list[str]:
        """One name of each kind."""
        first: dict[NamedNode, str] = {}
        for name, class_ in self.by_name.items():
            first.setdefault(class_, name)
        return sorted(first.values())

    def find(self, name: str) -> Kind:
        """The kind of that name.

        Raises:
            UnknownNameError: there is none; the nearest are named.
        """
        class_ = self.by_name.get(kebab(name))
        if class_ is None:
            hint = did_you_mean(name, self.by_name) or f"one of {', '.join(self.names)}"
            raise UnknownNameError(f"no kind of thing {name!r}", hint)
        return self.of_class(class_)

    def of_class(self, class_: NamedNode) -> Kind:
        """The kind of a class."""
        if class_ not in self._made:
            name = next((name for name, known in self.by_name.items() if known == class_), None)
            columns = self._columns.of_class(class_, self.ancestors(class_))
            label = self._labels.label(class_)
            subclasses = tuple(self._below(class_))
            self._made[class_] = Kind(name or kebab(label), class_, label, columns, subclasses)
        return self._made[class_]

    def label(self, class_: NamedNode) -> str:
        """What people call a class."""
        return self._labels.label(class_)

    def ancestors(self, class_: NamedNode) -> dict[NamedNode, int]:
        """A class and the classes above it, with the steps up to each."""
        found = {class_: 0}
        queue = [class_]
        while queue:
            current = queue.pop(0)
            for _s, _p, above in self._store.match(current, _SUBCLASS):
                if isinstance(above, NamedNode) and above not in found:
                    found[above] = found[current] + 1
                    queue.append(above)
        return found

    def _below(self, class_: NamedNode) -> list[NamedNode]:
        rows = self._store.query(
            f"SELECT DISTINCT ?class WHERE {{ ?class <{_SUBCLASS.value}>+ {class_} FILTER(isIRI(?class)) }}"
        )
        assert isinstance(rows, QuerySolutions)
        return sorted((row["class"] for row in rows if row["class"] != class_), key=str)

    def _is_form(self, shape: Term) -> bool:
        """True for a shape that says what one class looks like, not for one that adds a single rule."""
        single = len(self._rules.values(shape, "targetClass")) == 1
        return isinstance(shape, NamedNode) and single and bool(self._rules.values(shape, "property"))
