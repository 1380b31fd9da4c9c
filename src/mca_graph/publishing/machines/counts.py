"""What a graph is made of, in numbers: the statistics of VoID, counted and not guessed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from mca_graph.publishing.site.snapshot import Snapshot


@dataclass(slots=True)
class Counts:
    """The statistics of a graph.

    Attributes:
        triples: how many statements there are.
        entities: how many own things are described.
        subjects: how many different subjects there are.
        objects: how many different values there are.
        classes: how many things each class has.
        properties: how many statements each property has.
        links: how many statements lead to each other dataset by each property.
        vocabularies: namespaces of the classes and properties.
    """

    triples: int = 0
    entities: int = 0
    subjects: int = 0
    objects: int = 0
    classes: Counter[str] = field(default_factory=Counter)
    properties: Counter[str] = field(default_factory=Counter)
    links: Counter[tuple[str, str]] = field(default_factory=Counter)
    vocabularies: tuple[str, ...] = ()


def count(snapshot: Snapshot, base: str, targets: Mapping[str, str]) -> Counts:
    """Count the statements that hold.

    Args:
        snapshot: the graph.
        base: what the IRIs of own things begin with.
        targets: what the IRIs of things of other datasets begin with, by the IRI of the dataset.
    """
    counts, iri = Counts(), snapshot.iri
    objects: set[int] = set()
    classes, properties = Counter[int](), Counter[int]()
    links = Counter[tuple[int, int]]()
    for subject in snapshot.current():
        is_own = iri(subject).startswith(base)
        said = False
        for property_, value in snapshot.facts(subject):
            said = True
            objects.add(value)
            properties[property_] += 1
            if property_ == snapshot.type:
                classes[value] += 1
            elif is_own and targets:
                links[property_, value] += 1
        counts.subjects += said
        counts.entities += said and is_own
    counts.triples, counts.objects = properties.total(), len(objects)
    counts.properties = Counter({iri(one): number for one, number in properties.items()})
    counts.classes = Counter({iri(one): number for one, number in classes.items() if iri(one)})
    for (property_, value), number in links.items():
        for target, space in targets.items():
            if iri(value).startswith(space):
                counts.links[target, iri(property_)] += number
    used = {namespace(one) for one in (*counts.properties, *counts.classes)}
    counts.vocabularies = tuple(sorted(used))
    return counts


def namespace(iri: str) -> str:
    """The namespace that an IRI stands in."""
    return iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]
