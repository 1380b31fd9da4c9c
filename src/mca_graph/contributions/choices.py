"""The things that a column's values are chosen from, by the names that people read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

from pyoxigraph import Literal, NamedNode

from mca_graph.contributions.ranges import Values
from mca_graph.errors import McaGraphError, did_you_mean
from mca_graph.project import Project
from mca_graph.queries.labels import Labels
from mca_graph.queries.names import Names, Range
from mca_graph.rdf.positions.turtle import make_iri
from mca_graph.store.embedded import EmbeddedStore

_MOST_HINTS = 50
"""Unknown names that the nearest are looked for: in a long list that takes a while."""

_SEARCH = "'mca-graph search WORDS' finds things by their names"
_CURIE = re.compile(r"[A-Za-z][\w.-]*:[^\s/][^\s]*\Z|[A-Za-z][\w.-]*:\Z")


class UnreadableError(McaGraphError):
    """A cell's content means nothing here."""


class AmbiguousError(UnreadableError):
    """A cell's content is the name of several things."""


class Choices:
    """The named things of a range.

    Args:
        values: the range.
        project: gives prefixes and language.
        store: the graph.
        labels: names things.
    """

    def __init__(self, values: Values, project: Project, store: EmbeddedStore, labels: Labels) -> None:
        self._values, self._project, self._labels = values, project, labels
        self._names = Names(store, project)
        self._asked = 0

    @cached_property
    def shown(self) -> dict[NamedNode, str]:
        """What each thing is shown as: its label, with its short name where two share one; sorted."""
        labels = {node: " ".join(self._labels.label(node).split()) for node in self._nodes}
        times: dict[str, int] = {}
        for label in labels.values():
            times[label.casefold()] = times.get(label.casefold(), 0) + 1
        return {
            node: label if times[label.casefold()] == 1 else f"{label} ({self._names.short(node)})"
            for node, label in sorted(labels.items(), key=lambda pair: (pair[1].casefold(), pair[0].value))
        }

    def show(self, node: NamedNode) -> str:
        """What a thing is shown as; its short name or address where it is not of the range."""
        return self.shown.get(node) or self._names.short(node)

    def find(self, text: str, local: Callable[[str], NamedNode | None] = lambda text: None) -> NamedNode:
        """The thing that a text names.

        Args:
            text: a label, another name, a slug, a CURIE or an IRI.
            local: finds things that the table itself describes.

        Raises:
            UnreadableError: nothing bears the name, or more than one thing does.
        """
        folded = " ".join(text.split()).casefold()
        found = self._by_shown.get(folded) or local(text)
        if found is not None:
            return found
        for table in (self._by_name, self._by_slug):
            nodes = table.get(folded, [])
            if len(nodes) == 1:
                return nodes[0]
            if nodes:
                listed = ", ".join(self._names.short(node) for node in nodes[:5])
                what = f"{text!r} is the name of {len(nodes)} things"
                raise AmbiguousError(what, f"write one of {listed}")
        if (node := self._as_iri(text)) is not None:
            return node
        raise UnreadableError(f"nothing here is called {text!r}", self._nearest(text))

    @cached_property
    def _named(self) -> dict[NamedNode, dict[str, None]]:
        found: dict[NamedNode, dict[str, None]] = {
            term: {} for term in self._values.terms if isinstance(term, NamedNode)
        }
        wanted: Iterable[Range] = (
            *(Range(scheme=iri) for iri in self._values.schemes),
            *(Range(class_=iri) for iri in self._values.classes),
        )
        for range_ in wanted:
            for node, name in self._names.candidates(range_):
                found.setdefault(node, {})[name] = None
        return found

    @property
    def _nodes(self) -> Iterator[NamedNode]:
        return iter(self._named)

    @cached_property
    def _by_shown(self) -> dict[str, NamedNode]:
        return {text.casefold(): node for node, text in self.shown.items()}

    @cached_property
    def _by_name(self) -> dict[str, list[NamedNode]]:
        found: dict[str, list[NamedNode]] = {}
        for node, names in self._named.items():
            for folded in {" ".join(name.split()).casefold() for name in names}:
                found.setdefault(folded, []).append(node)
        return found

    @cached_property
    def _by_slug(self) -> dict[str, list[NamedNode]]:
        found: dict[str, list[NamedNode]] = {}
        for node in self._named:
            found.setdefault(self._names.slug(node).casefold(), []).append(node)
        return found

    def _as_iri(self, text: str) -> NamedNode | None:
        bare = text.removeprefix("<").removesuffix(">")
        if re.match(r"https?://", bare):
            if (node := make_iri(bare, None)) is None:
                raise UnreadableError(f"{bare!r} is no address", "are there spaces or brackets in it?")
            return node
        expanded = self._project.prefixes.expand(text) if _CURIE.match(text) else None
        return make_iri(expanded, None) if expanded is not None else None

    def _nearest(self, text: str) -> str | None:
        if self._values.address and not self._named:
            return f"write a whole address, such as https://{text if '.' in text else 'example.org/'}"
        self._asked += 1
        if self._asked > _MOST_HINTS:
            return _SEARCH
        others = [name for names in self._named.values() for name in names]
        names = {name.casefold(): name for name in [*others, *self.shown.values()]}.values()
        known = ", ".join(list(self.shown.values())[:5])
        return did_you_mean(text, names) or (f"such as {known}" if known else None)


def literal_of(text: str, values: Values) -> Literal | None:
    """The listed literal that a text is, or None."""
    folded = text.casefold()
    literals = (term for term in values.terms if isinstance(term, Literal))
    return next((term for term in literals if term.value.casefold() == folded), None)
