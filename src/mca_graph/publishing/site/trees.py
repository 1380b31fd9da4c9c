"""Hierarchies as nested lists: concepts of a scheme with how often they are used, classes of an ontology."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from markupsafe import Markup

from mca_graph.publishing.site.context import Site
from mca_graph.publishing.site.render import html_link
from mca_graph.publishing.site.values import link_of

_DEEPEST = 40


def scheme_tree(site: Site, scheme: int, root: str) -> tuple[Markup, int]:
    """The concepts of a scheme as a nested list, and how many they are; nothing where it is no scheme."""
    snapshot, vocabulary = site.snapshot, site.vocabulary
    members = set(snapshot.subjects(vocabulary.in_scheme, scheme))
    if not members:
        return Markup(""), 0
    below: dict[int, list[int]] = {}
    tops = []
    for member in members:
        above = [one for one in snapshot.values(member, vocabulary.broader) if one in members]
        for one in above:
            below.setdefault(one, []).append(member)
        if not above:
            tops.append(member)
    used = {member: uses(site, member) for member in members}

    def together(member: int, seen: frozenset[int] = frozenset()) -> set[int]:
        found = set(used[member])
        for one in below.get(member, ()):
            if one not in seen and len(seen) < _DEEPEST:
                found |= together(one, seen | {member})
        return found

    def shown(member: int) -> Markup:
        count = len(together(member))
        mark = Markup(f' <span class="count">{count:,}</span>') if count else Markup("")
        return html_link(link_of(site, member, root)) + mark

    return nested(
        sorted(tops, key=_by_label(site)), lambda one: sorted(below.get(one, ()), key=_by_label(site)), shown
    ), len(members)


def uses(site: Site, concept: int) -> set[int]:
    """The things that point to a concept and are no concepts themselves."""
    snapshot, vocabulary = site.snapshot, site.vocabulary
    return {
        subject
        for property_, subject in snapshot.pointing(concept)
        if property_ != snapshot.type
        and vocabulary.concept not in snapshot.types(subject)
        and vocabulary.scheme not in snapshot.types(subject)
    }


def nested(
    tops: Sequence[int],
    below: Callable[[int], Sequence[int]],
    shown: Callable[[int], Markup],
    depth: int = 0,
    above: frozenset[int] = frozenset(),
) -> Markup:
    """A nested list; a circle in the hierarchy ends where it would begin again."""
    if not tops:
        return Markup("")
    items = []
    for one in tops:
        inner = Markup("")
        if depth < _DEEPEST and one not in above:
            inner = nested(below(one), below, shown, depth + 1, above | {one})
        items.append(Markup("<li>") + shown(one) + inner + Markup("</li>"))
    opening = Markup('<ul class="tree">') if depth == 0 else Markup("<ul>")
    return opening + Markup("").join(items) + Markup("</ul>")


def _by_label(site: Site) -> Callable[[int], tuple[str, str]]:
    return lambda one: (site.snapshot.label(one).casefold(), site.snapshot.iri(one))
