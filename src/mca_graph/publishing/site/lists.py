"""Lists: the things of each class, what can be browsed, and the timeline."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from mca_graph.namespaces import RDFS, SKOS
from mca_graph.publishing.site.context import Site
from mca_graph.publishing.site.figures import span_of
from mca_graph.publishing.site.model import Link, Span
from mca_graph.publishing.site.paths import href_of, root_of
from mca_graph.publishing.site.render import Renderer
from mca_graph.publishing.site.values import link_of

PAGE = 1000
_NOTE = "lists"
_MOST_COLUMNS = 3
_LABELS = frozenset((RDFS + "label", SKOS + "prefLabel"))
_MOST_SPANS = 400


@dataclass(frozen=True, slots=True)
class ClassList:
    """The list of the things of a class."""

    class_: int
    label: str
    path: str
    members: tuple[int, ...]


def class_lists(site: Site) -> list[ClassList]:
    """The lists that the site has, the longest first; concepts stand with their schemes."""
    snapshot, vocabulary = site.snapshot, site.vocabulary
    pages = set(site.resources)
    classes = {type_ for number in site.resources for type_ in snapshot.types(number)}
    found = []
    for class_ in classes - {vocabulary.concept}:
        members = [one for one in vocabulary.instances(class_) if one in pages]
        if not members:  # what is said of contributions stands apart from what they say
            members = [one for one in pages if class_ in snapshot.types(one)]
        if members and snapshot.iri(class_):
            ordered = sorted(members, key=lambda one: (snapshot.label(one).casefold(), snapshot.iri(one)))
            found.append((class_, ordered))
    found.sort(key=lambda entry: (-len(entry[1]), snapshot.iri(entry[0])))
    lists, taken = [], set[str]()
    for class_, members in found:
        folders = Counter(site.paths.stem(snapshot.iri(one)).rpartition("/")[0] for one in members)
        folder = folders.most_common(1)[0][0]
        if folder in taken or ("/" not in folder and folder != "concept"):
            folder = f"id/{_slug(snapshot.iri(class_))}"
        while folder in taken:
            folder += "-class"
        taken.add(folder)
        lists.append(ClassList(class_, _words(site, class_), f"{folder}/index.html", tuple(members)))
    return lists


def _words(site: Site, number: int) -> str:
    """What a term is called; one without a label by the words of its name, ``concept scheme``."""
    if site.snapshot.label_literal(number) is not None:
        return site.snapshot.label(number)
    name = re.split(r"[/#:]", site.snapshot.iri(number))[-1]
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[-_]", " ", name).lower() or site.snapshot.label(number)


def _slug(iri: str) -> str:
    """The last part of a class's IRI in small letters, with hyphens between its words."""
    name = re.sub(r"[^A-Za-z0-9-]", "", re.split(r"[/#:]", iri)[-1])
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower() or "things"


def write_lists(site: Site, renderer: Renderer, lists: list[ClassList]) -> None:
    """Write the list of each class, in pages where it is long."""
    noted, notes = site.kept.read(_NOTE) or {}, dict[str, list[str]]()
    touched = _touched(site)
    for one in lists:
        columns = _columns(site, one)
        count = -(-len(one.members) // PAGE)
        names = [
            one.path if not page else one.path.replace(".html", f"-{page + 1}.html") for page in range(count)
        ]
        links = [href_of(name.rsplit("/", 1)[-1]) for name in names]
        notes[one.path] = [*names, *map(site.snapshot.iri, columns)]
        is_same = touched is not None and one.class_ not in touched and noted.get(one.path) == notes[one.path]
        for page, name in enumerate(names):
            members = one.members[page * PAGE : (page + 1) * PAGE]
            if touched is not None and is_same and touched.isdisjoint(members) and site.writer.keep(name):
                continue
            root = root_of(name)
            text = renderer.page(
                "list",
                name,
                list=one,
                about=link_of(site, one.class_, root),
                definition=_definition(site, one.class_),
                columns=[
                    "kind" if column == site.snapshot.type else _words(site, column) for column in columns
                ],
                rows=[_row(site, member, columns, root) for member in members],
                pages=links,
                path_name=links[page],
            )
            site.writer.write(name, text)
    site.kept.write(_NOTE, notes)


def _touched(site: Site) -> set[int | None] | None:
    """The things of which something else is said than before; None where that is not known, or names changed.

    Where they have not, lists have the members that they had, in the same order.
    """
    if site.changes is None or not site.has_same_names:
        return None
    return {
        site.snapshot.number_of(quad.subject)
        for quad in site.changes.quads
        if isinstance(quad.subject, NamedNode)
    }


def _row(site: Site, number: int, columns: list[int], root: str) -> tuple[Link, list[list[Link]]]:
    cells = [
        sorted(link_of(site, value, root) for value in dict.fromkeys(_all_values(site, number, column)))[:4]
        for column in columns
    ]
    return link_of(site, number, root), cells


def _all_values(site: Site, number: int, property_: int) -> list[int]:
    return site.snapshot.values(number, property_) or [
        value for found, value in site.snapshot.header(number) if found == property_
    ]


def _columns(site: Site, one: ClassList) -> list[int]:
    """The properties that a list shows: short values that most of its things have, in order."""
    snapshot = site.snapshot
    sample = one.members[:400]
    having: Counter[int] = Counter()
    total: Counter[int] = Counter()
    long: set[int] = set()
    for member in sample:
        pairs = (*snapshot.facts(member), *snapshot.header(member))
        having.update({property_ for property_, _value in pairs})
        total.update(property_ for property_, _value in pairs)
        for property_, value in pairs:
            term = snapshot.terms[value]
            if (isinstance(term, Literal) and len(term.value) > 60) or (
                isinstance(term, NamedNode) and snapshot.label_literal(value) is None
            ):
                long.add(property_)
    layout = site.vocabulary.layout((one.class_,))
    joiners = set(site.settings.inline)
    chosen = []
    for property_ in having:
        iri = snapshot.iri(property_)
        if (
            iri in _LABELS
            or property_ in long
            or (property_ == snapshot.type and len(set(map(tuple, map(snapshot.types, sample)))) < 2)
        ):
            continue
        if having[property_] < len(sample) * 0.4 or total[property_] > having[property_] * 2.5:
            continue
        value_types = {
            type_
            for member in sample[:40]
            for value in snapshot.values(member, property_)
            for type_ in snapshot.types(value)
        }
        if joiners & {snapshot.iri(type_) for type_ in value_types}:
            continue
        place = layout.get(iri)
        rank = (place.group_order, place.order) if place else (50.0, 0.0)
        chosen.append((rank, iri, property_))
    return [property_ for _rank, _iri, property_ in sorted(chosen)[:_MOST_COLUMNS]]


def _definition(site: Site, class_: int) -> str:
    for iri in (SKOS + "definition", RDFS + "comment"):
        number = site.snapshot.find(iri)
        values = [site.snapshot.terms[value] for value in site.snapshot.values(class_, number)]
        if values:
            return site.vocabulary.text(values)
    return ""


def scheme_links(site: Site) -> list[tuple[Link, int]]:
    """The concept schemes and how many concepts each has."""
    snapshot, vocabulary = site.snapshot, site.vocabulary
    schemes = [
        one for one in snapshot.subjects(snapshot.type, vocabulary.scheme) if one in set(site.resources)
    ]
    found = [(link_of(site, one, ""), len(snapshot.subjects(vocabulary.in_scheme, one))) for one in schemes]
    return sorted(found, key=lambda entry: entry[0].text.casefold())


def write_browse(site: Site, renderer: Renderer, lists: list[ClassList]) -> None:
    """Write the page that leads to all lists, and the timeline."""
    if _shows_the_same(site, lists) and site.writer.keep("browse.html"):
        site.writer.keep("timeline.html")  # which there was only if there is one now
        return
    shown = [
        (Link(one.label, href_of(one.path)), len(one.members), _definition(site, one.class_)) for one in lists
    ]
    spans = timeline_spans(site)
    site.writer.write(
        "browse.html",
        renderer.page(
            "browse", "browse.html", lists=shown, schemes=scheme_links(site), has_timeline=bool(spans)
        ),
    )
    if spans:
        site.writer.write("timeline.html", renderer.page("timeline", "timeline.html", groups=spans))


def _shows_the_same(site: Site, lists: list[ClassList]) -> bool:
    """True where no change reaches a class, a scheme, or what a line of time is drawn from."""
    touched = _touched(site)
    if touched is None or site.changes is None:
        return False
    settings, schemes = site.settings, site.snapshot.subjects(site.snapshot.type, site.vocabulary.scheme)
    drawn_from = {*settings.start, *settings.end, *settings.months, SKOS + "inScheme"}
    return touched.isdisjoint((*(one.class_ for one in lists), *schemes)) and not any(
        quad.predicate.value in drawn_from for quad in site.changes.quads
    )


class Times(NamedTuple):
    """The lines of the things of a class that have a beginning; ``undated`` ones have none."""

    kind: str
    spans: list[Span]
    undated: int


def timeline_spans(site: Site) -> list[Times]:
    """Everything that has a beginning, by class: the largest span of time first."""
    grouped: dict[str, list[Span]] = {}
    undated: Counter[str] = Counter()
    kinds: dict[tuple[int, ...], str] = {}
    for number in site.resources:
        types = site.snapshot.types(number)
        if types not in kinds:
            specific = site.vocabulary.specific(types)
            kinds[types] = site.snapshot.label(specific[0]) if specific else ""
        if not (kind := kinds[types]):
            continue
        span = span_of(site, number, "") if number in site.begun else None
        if span is None:
            undated[kind] += 1
        else:
            grouped.setdefault(kind, []).append(span)
    found = [
        Times(
            kind,
            sorted(spans, key=lambda one: (one.start, one.end, one.link.text))[:_MOST_SPANS],
            undated[kind],
        )
        for kind, spans in grouped.items()
    ]
    return sorted(found, key=lambda times: (len(times.spans), times.kind))
