"""The columns of a kind of thing, made from what the shapes say about its properties."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from pyoxigraph import NamedNode, QuerySolutions

from mca_graph.contributions.ranges import Values, values_of
from mca_graph.contributions.rules import Path, Rule, Rules
from mca_graph.contributions.words import kebab, local_name
from mca_graph.namespaces import OWL, RDF, RDFS, SH
from mca_graph.queries.labels import Labels
from mca_graph.store import Term
from mca_graph.store.embedded import EmbeddedStore

Used = Callable[[NamedNode], Iterable[NamedNode]]

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


class Columns:
    """Makes the columns of classes.

    Args:
        shapes: the shapes graph.
        store: the graph, with the ontology.
        labels: names properties.
        used: gives the properties that instances of a class have; the store is asked where it is None.
    """

    def __init__(self, shapes: Rules, store: EmbeddedStore, labels: Labels, used: Used | None = None) -> None:
        self._rules, self._store, self._labels = shapes, store, labels
        self._used_by = used if used is not None else self._ask_for_used

    def of_class(self, class_: NamedNode, ancestors: Mapping[NamedNode, int]) -> tuple[Column, ...]:
        """The columns of a class, in the order of the shapes."""
        return tuple(_distinct(self._columns(class_, ancestors)))

    def _columns(self, class_: NamedNode, ancestors: Mapping[NamedNode, int]) -> Iterator[Column]:
        by_path: dict[Path, list[Rule]] = {}
        allowed = self._rules.allowed(ancestors)
        for rule in self._rules.of_class(ancestors):
            by_path.setdefault(rule.path, []).append(rule)
        for property_ in sorted(self._used_by(class_), key=str):
            by_path.setdefault(Path(property_), []).extend(self._rules.of_subjects(property_))
        for path in sorted(by_path, key=lambda path: self._position(path, by_path[path])):
            rules = [rule for rule in by_path[path] if rule.binding]
            if allowed is not None and not path.inverse and path.property.value not in allowed:
                continue
            if path.property.value != _TYPE and not any(
                self._rules.number(rule.node, "maxCount") == 0 for rule in rules
            ):
                yield self._column(path, rules)

    def _ask_for_used(self, class_: NamedNode) -> Iterable[NamedNode]:
        """The properties that instances have, whether shapes mention them or not."""
        rows = self._store.query(
            f"SELECT DISTINCT ?p WHERE {{ ?s <{_TYPE}>/<{RDFS}subClassOf>* {class_} . ?s ?p ?o }}"
        )
        assert isinstance(rows, QuerySolutions)
        return (row["p"] for row in rows)

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
