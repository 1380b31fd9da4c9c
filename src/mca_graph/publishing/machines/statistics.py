"""The dataset in numbers: VoID."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pyoxigraph import Literal, NamedNode, Quad

from mca_graph.publishing.machines.counts import Counts
from mca_graph.publishing.machines.description import VOID, Description, integer, typed
from mca_graph.publishing.machines.distributions import Distribution

_FORMATS = "http://www.w3.org/ns/formats/"


def statistics(about: Description, files: Sequence[Distribution], counts: Counts) -> Iterator[Quad]:
    """The statistics of the current graph, which are those of the dumps that hold it alone."""
    base = about.site.project.base
    yield about.say(VOID + "uriSpace", Literal(base))
    yield about.say(VOID + "uriRegexPattern", Literal(f"^{base.replace('.', '[.]')}"))
    for name in ("Turtle", "N-Triples", "JSON-LD"):
        yield about.say(VOID + "feature", NamedNode(_FORMATS + name))
    for file in files:
        if file.current_only:
            yield about.say(VOID + "dataDump", NamedNode(about.site.base_url + file.path))
    for vocabulary in counts.vocabularies:
        yield about.say(VOID + "vocabulary", NamedNode(vocabulary))
    for name, number in (
        ("triples", counts.triples),
        ("entities", counts.entities),
        ("distinctSubjects", counts.subjects),
        ("distinctObjects", counts.objects),
        ("classes", len(counts.classes)),
        ("properties", len(counts.properties)),
    ):
        yield about.say(VOID + name, integer(number))
    for class_, number in sorted(counts.classes.items()):
        yield from _part(about, "class", class_, "entities", number)
    for property_, number in sorted(counts.properties.items()):
        yield from _part(about, "property", property_, "triples", number)
    for (target, property_), number in sorted(counts.links.items()):
        yield from _linkset(about, target, property_, number)


def _part(about: Description, kind: str, iri: str, counted: str, number: int) -> Iterator[Quad]:
    part = _named(about, kind, iri)
    yield about.say(f"{VOID}{kind}Partition", part)
    yield Quad(part, NamedNode(VOID + kind), NamedNode(iri))
    yield Quad(part, NamedNode(VOID + counted), integer(number))


def _linkset(about: Description, target: str, property_: str, number: int) -> Iterator[Quad]:
    part = _named(about, "links", property_, target)
    yield about.say(VOID + "subset", part)
    yield typed(part.value, VOID + "Linkset")
    yield Quad(part, NamedNode(VOID + "linkPredicate"), NamedNode(property_))
    yield Quad(part, NamedNode(VOID + "subjectsTarget"), about.node)
    yield Quad(part, NamedNode(VOID + "objectsTarget"), NamedNode(target))
    yield Quad(part, NamedNode(VOID + "triples"), integer(number))


def _named(about: Description, kind: str, iri: str, other: str = "") -> NamedNode:
    """An IRI for a part of the description, made from the IRIs that it is about."""
    shrink = about.site.project.prefixes.shrink
    name = "-".join(filter(None, (kind, shrink(iri) or iri, shrink(other) or other)))
    safe = "".join(mark if (mark.isalnum() and mark.isascii()) or mark in "-_" else "-" for mark in name)
    return NamedNode(f"{about.node.value}#{safe.strip('-')}")
