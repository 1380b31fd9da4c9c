"""What a graph is made of, in numbers: the statistics of VoID, counted and not guessed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pyoxigraph import NamedNode, Quad

from mca_graph.namespaces import RDF

_TYPE = RDF + "type"


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


def count(quads: Iterable[Quad], base: str, targets: Mapping[str, str]) -> Counts:
    """Count a graph.

    Args:
        quads: its statements, each once.
        base: what the IRIs of own things begin with.
        targets: what the IRIs of things of other datasets begin with, by the IRI of the dataset.
    """
    counts = Counts()
    subjects, objects = set(), set()
    for quad in quads:
        counts.triples += 1
        subjects.add(quad.subject)
        objects.add(quad.object)
        counts.properties[quad.predicate.value] += 1
        value = quad.object
        if not isinstance(value, NamedNode):
            continue
        if quad.predicate.value == _TYPE:
            counts.classes[value.value] += 1
        elif isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(base):
            for target, space in targets.items():
                if value.value.startswith(space):
                    counts.links[target, quad.predicate.value] += 1
    counts.subjects, counts.objects = len(subjects), len(objects)
    counts.entities = sum(isinstance(one, NamedNode) and one.value.startswith(base) for one in subjects)
    used = {namespace(iri) for iri in (*counts.properties, *counts.classes)}
    counts.vocabularies = tuple(sorted(used))
    return counts


def namespace(iri: str) -> str:
    """The namespace that an IRI stands in."""
    return iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]
