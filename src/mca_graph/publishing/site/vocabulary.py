"""What ontology and shapes say of classes and properties, as far as pages are arranged by it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from pyoxigraph import Literal, NamedNode

from mca_graph.namespaces import OWL, RDF, RDFS, SH, SKOS
from mca_graph.publishing.site.snapshot import Snapshot
from mca_graph.store import Term
from mca_graph.validation.shapes import Shapes

OTHER_ORDER = 9_999


@dataclass(frozen=True, slots=True)
class Place:
    """Where a property stands on a page: the heading, its rank under it, and what the rule calls it."""

    group: str = ""
    group_order: float = OTHER_ORDER
    order: float = OTHER_ORDER
    name: str = ""
    plain: bool = False


class Vocabulary:
    """Classes and properties of a project.

    Args:
        snapshot: holds the ontology.
        shapes: say in which group and order properties are shown.
    """

    def __init__(self, snapshot: Snapshot, shapes: Shapes) -> None:
        self._snapshot, self.shapes = snapshot, shapes
        self.language = snapshot.project.language
        self.subclass_of = snapshot.id_of(NamedNode(RDFS + "subClassOf"))
        self._inverse_of = snapshot.id_of(NamedNode(OWL + "inverseOf"))
        self.in_scheme = snapshot.id_of(NamedNode(SKOS + "inScheme"))
        self.broader = snapshot.id_of(NamedNode(SKOS + "broader"))
        transitive = snapshot.find(OWL + "TransitiveProperty")
        self.transitive = set() if transitive is None else set(snapshot.subjects(snapshot.type, transitive))
        self.concept = snapshot.id_of(NamedNode(SKOS + "Concept"))
        self.scheme = snapshot.id_of(NamedNode(SKOS + "ConceptScheme"))
        self.superclasses = lru_cache(maxsize=None)(self._superclasses)
        self.specific = lru_cache(maxsize=None)(self._specific)
        self.layout = lru_cache(maxsize=4096)(self._layout)
        self.inverse = lru_cache(maxsize=None)(self._inverse)
        self._by_class: dict[str, list[Term]] = {}
        for shape in shapes.nodes:
            for kind, target in shapes.targets(shape):
                if kind == "targetClass":
                    self._by_class.setdefault(target.value, []).append(shape)

    def _superclasses(self, class_: int) -> tuple[int, ...]:
        """A class and what is above it, nearest first."""
        found: dict[int, None] = {}
        waiting = [class_]
        while waiting:
            one = waiting.pop(0)
            if one not in found:
                found[one] = None
                waiting += self._snapshot.values(one, self.subclass_of)
        return tuple(found)

    def subclasses(self, class_: int) -> list[int]:
        """A class and what is below it."""
        found: dict[int, None] = {}
        waiting = [class_]
        while waiting:
            one = waiting.pop(0)
            if one not in found:
                found[one] = None
                waiting += self._snapshot.subjects(self.subclass_of, one)
        return list(found)

    def _specific(self, types: tuple[int, ...]) -> tuple[int, ...]:
        """Of the classes of a thing those that are not above another one."""
        above = {upper for one in types for upper in self.superclasses(one)[1:]}
        return tuple(one for one in dict.fromkeys(types) if one not in above) or types

    def _layout(self, types: tuple[int, ...]) -> dict[str, Place]:
        """For things of these classes: the place of each property that a shape speaks of."""
        found: dict[str, Place] = {}
        classes = dict.fromkeys(upper for one in types for upper in self.superclasses(one))
        for class_ in classes:
            own: dict[str, Place] = {}
            rules: dict[str, int] = {}
            for shape in self._by_class.get(self._snapshot.iri(class_), ()):
                for part in self.shapes.parts(shape):
                    path = self.shapes.value(part, SH + "path")
                    if isinstance(path, NamedNode):
                        place = self._place(part)
                        own[path.value] = min(own.get(path.value, place), place, key=_rank)
                        rules[path.value] = rules.get(path.value, 0) + 1
            for iri, place in own.items():
                if rules[iri] > 1 and not place.plain:
                    place = replace(place, name="")  # it names one of several rules, not what they are about
                if iri not in found or (place.group and not found[iri].group):
                    found[iri] = place
        return found

    def _place(self, part: Term) -> Place:
        group = self.shapes.value(part, SH + "group")
        return Place(
            group=self.text(self.shapes.values(group, RDFS + "label")) if group is not None else "",
            group_order=_number(self.shapes.value(group, SH + "order")) if group is not None else OTHER_ORDER,
            order=_number(self.shapes.value(part, SH + "order")),
            name=self.text(self.shapes.values(part, SH + "name")),
            plain=_local(part).endswith(f"-{_local(self.shapes.value(part, SH + 'path'))}"),
        )

    def _inverse(self, property_: int) -> str:
        """What to call a property read from its value: the label of its inverse, where there is one."""
        inverses = self._snapshot.values(property_, self._inverse_of)
        inverses += self._snapshot.subjects(self._inverse_of, property_)
        return self._snapshot.label(inverses[0]) if inverses else ""

    def text(self, values: list[Term]) -> str:
        """The literal in the preferred language where there is one, else one without, else any."""
        found = [value for value in values if isinstance(value, Literal)]
        if not found:
            return ""
        return min(
            found, key=lambda value: (value.language != self.language, bool(value.language), value.value)
        ).value

    def instances(self, class_: int) -> list[int]:
        """Things that are said to be of a class or of one below it."""
        found: dict[int, None] = {}
        for one in self.subclasses(class_):
            found.update(dict.fromkeys(self._snapshot.subjects(self._snapshot.type, one)))
        return list(found)

    def terms(self, kind: str) -> list[int]:
        """The terms that the ontology declares to be of a kind, such as ``owl:Class``, by label."""
        number = self._snapshot.find(kind)
        found = [] if number is None else self._snapshot.subjects(self._snapshot.type, number)
        named = [term for term in dict.fromkeys(found) if self._snapshot.iri(term)]
        return sorted(
            named, key=lambda term: (self._snapshot.label(term).casefold(), self._snapshot.iri(term))
        )


def _rank(place: Place) -> tuple[bool, bool, float]:
    """Of several rules on a property the plain one names it, which bears its name: the others say more."""
    return (not place.plain, not place.group, place.order)


def _local(term: Term | None) -> str:
    """The last part of an IRI."""
    return re.split(r"[/#:]", term.value)[-1] if isinstance(term, NamedNode) else ""


def _number(term: Term | None) -> float:
    try:
        return float(term.value) if isinstance(term, Literal) else OTHER_ORDER
    except ValueError:
        return OTHER_ORDER


TYPE_KINDS = (RDFS + "Class", OWL + "Class")
PROPERTY_KINDS = (
    *(OWL + f"{kind}Property" for kind in ("Object", "Datatype", "Annotation")),
    RDF + "Property",
)
