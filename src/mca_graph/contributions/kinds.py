"""The kinds of things that can be entered in a table, and the columns of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from pyoxigraph import NamedNode, QuerySolutions

from mca_graph.contributions.ranges import Values, values_of
from mca_graph.contributions.rules import Path, Rule, Rules
from mca_graph.contributions.words import kebab, local_name
from mca_graph.errors import UnknownNameError, did_you_mean
from mca_graph.namespaces import OWL, RDF, RDFS, SH
from mca_graph.project import Project
from mca_graph.queries.labels import Labels
from mca_graph.store import Term
from mca_graph.store.embedded import EmbeddedStore

_SUBCLASS = NamedNode(RDFS + "subClassOf")
_TYPE = RDF + "type"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: a property of the things in its rows.

    Attributes:
        path: the property.
        name: the heading, from ``sh:name``.
        help: what the shapes say about it, from ``sh:description``.
        advice: what to write, with an example, from ``sh:message``.
        required: a thing without it breaks a rule.
        wanted: a thing without it is reported, as a warning or for information.
        many: there may be several values.
        values: what they may be.
    """

    path: Path
    name: str
    help: str
    advice: str
    required: bool
    wanted: bool
    many: bool
    values: Values


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
    """

    def __init__(self, project: Project, store: EmbeddedStore) -> None:
        self._project, self._store = project, store
        self._labels = Labels(store, project)
        self._rules = Rules(project)
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
            columns = tuple(_distinct(self._columns(class_)))
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

    def _columns(self, class_: NamedNode) -> Iterator[Column]:
        by_path: dict[Path, list[Rule]] = {}
        ancestors = self.ancestors(class_)
        allowed = self._rules.allowed(ancestors)
        for rule in self._rules.of_class(ancestors):
            by_path.setdefault(rule.path, []).append(rule)
        for property_ in self._used(class_):
            by_path.setdefault(Path(property_), []).extend(self._rules.of_subjects(property_))
        for path in sorted(by_path, key=lambda path: self._position(path, by_path[path])):
            rules = [rule for rule in by_path[path] if rule.binding]
            if allowed is not None and not path.inverse and path.property.value not in allowed:
                continue
            if path.property.value != _TYPE and not any(
                self._rules.number(rule.node, "maxCount") == 0 for rule in rules
            ):
                yield self._column(path, rules)

    def _used(self, class_: NamedNode) -> list[NamedNode]:
        """The properties that instances have, whether shapes mention them or not."""
        rows = self._store.query(
            f"SELECT DISTINCT ?p WHERE {{ ?s <{_TYPE}>/<{_SUBCLASS.value}>* {class_} . ?s ?p ?o }}"
        )
        assert isinstance(rows, QuerySolutions)
        return sorted((row["p"] for row in rows), key=str)

    def _position(self, path: Path, rules: list[Rule]) -> tuple[float, float, int, int, float, str]:
        """The group's order, then the more general shape's first, then ``sh:order``."""
        inside = [
            (
                0 if rule.binding else 1,
                min((self._order(group) for group in self._rules.values(rule.node, "group")), default=900.0),
                -rule.distance,
                -rule.breadth,
                self._order(rule.node),
            )
            for rule in rules
        ]
        asked, group, distance, breadth, order = min(inside, default=(2, 990.0, 0, 0, 0.0))
        return (asked, group, distance, breadth, order, str(path))

    def _order(self, node: Term) -> float:
        order = self._rules.number(node, "order")
        return 800.0 if order is None else order

    def _column(self, path: Path, rules: list[Rule]) -> Column:
        rules = sorted(rules, key=lambda rule: (rule.distance, rule.breadth, len(rule.node.value)))
        text = self._rules.text
        least = [rule for rule in rules if (self._rules.number(rule.node, "minCount") or 0) >= 1]
        single = any(
            self._rules.number(rule.node, "maxCount") == 1 or self._rules.is_true(rule.node, "uniqueLang")
            for rule in rules
        )
        helps = dict.fromkeys(text(rule.node, "description") for rule in rules)
        return Column(
            path=path,
            name=self._heading(path, rules),
            help=" ".join(filter(None, helps)),
            advice=next(filter(None, (text(rule.node, "message") for rule in rules)), ""),
            required=any(self._is_grave(rule.node) for rule in least),
            wanted=bool(least),
            many=not single,
            values=values_of(path, rules, self._rules, self._store),
        )

    def _is_grave(self, node: Term) -> bool:
        return self._rules.values(node, "severity") in ([], [NamedNode(SH + "Violation")])

    def _heading(self, path: Path, rules: list[Rule]) -> str:
        local = local_name(path.property.value)
        for rule in rules:
            about_path = rule.path.inverse or rule.node.value.endswith(local)
            if about_path and (name := self._rules.text(rule.node, "name")):
                return name
        if path.inverse:
            return self._backwards(path.property)
        known = self._labels.label(path.property)
        if known != self._labels.iri(path.property):
            return known
        names = (self._rules.text(rule.node, "name") for rule in rules)
        return next(filter(None, names), kebab(local).replace("-", " "))

    def _backwards(self, property_: NamedNode) -> str:
        inverse = NamedNode(OWL + "inverseOf")
        pairs = (*self._store.match(property_, inverse), *self._store.match(None, inverse, property_))
        for subject, _p, value in pairs:
            other = value if subject == property_ else subject
            if isinstance(other, NamedNode):
                return self._labels.label(other)
        name = self._labels.label(property_)
        return f"is {kebab(local_name(name)).replace('-', ' ') if ':' in name else name} of"


def _distinct(columns: Iterable[Column]) -> Iterator[Column]:
    """The columns, with the property's name after a heading that stood already."""
    seen: set[str] = set()
    for column in columns:
        name = column.name
        if name.casefold() in seen:
            name = f"{name} ({local_name(column.path.property.value)})"
        seen.add(name.casefold())
        yield replace(column, name=name)
