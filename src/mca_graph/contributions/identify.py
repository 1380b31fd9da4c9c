"""Which thing a row describes: one that is known already, or a new one with an IRI of its own."""

from __future__ import annotations

import re

from pyoxigraph import NamedNode

from mca_graph.contributions.choices import AmbiguousError, Choices, UnreadableError
from mca_graph.contributions.kinds import Kind, Kinds
from mca_graph.contributions.layout import ID_HEADING
from mca_graph.contributions.minting import Mint
from mca_graph.contributions.ranges import Values
from mca_graph.contributions.rows import Row
from mca_graph.contributions.rules import Path
from mca_graph.contributions.values import Reader
from mca_graph.contributions.words import local_name
from mca_graph.namespaces import LABEL_PROPERTIES
from mca_graph.project import Project
from mca_graph.queries.labels import Labels
from mca_graph.store import Term
from mca_graph.store.embedded import EmbeddedStore

_SLUG = re.compile(r"[\w.~-]+")


class Identifier:
    """Finds or makes the things that rows describe.

    Args:
        project: gives the language and the way of making IRIs.
        store: what is known already.
        kinds: the kinds of the project.
    """

    def __init__(self, project: Project, store: EmbeddedStore, kinds: Kinds) -> None:
        self._project, self._store, self._kinds = project, store, kinds
        self._mint = Mint(project, store, kinds)
        self._labels = Labels(store, project)
        self._own: dict[str, dict[NamedNode, NamedNode]] = {}
        self.reader = Reader(project, store, self._labels, self._local)

    def waits(self, row: Row) -> bool:
        """True where the IRI is made from values that other rows may describe."""
        return not self._given(row) and bool(self._mint.rule(row.kind).digest)

    def identify(self, row: Row) -> NamedNode:
        """The thing that a row describes.

        Raises:
            UnreadableError: it cannot be told.
        """
        given, name = self._given(row), self._name(row)
        thing = self._named(row.kind, given) if given else self._unnamed(row, name)
        for text in (name, given, thing.value, local_name(thing.value)):
            if text:
                self._own.setdefault(" ".join(text.split()).casefold(), {})[thing] = row.kind.class_
        return thing

    def _given(self, row: Row) -> str:
        cell = row.cell(ID_HEADING)
        return cell.text.strip() if cell is not None and not cell.problem else ""

    def _named(self, kind: Kind, given: str) -> NamedNode:
        """The thing that an identifier means: one that is there already, or a new one."""
        is_slug = bool(_SLUG.fullmatch(given))
        made = self._mint.named(kind, given) if is_slug and self._mint.namespace(kind) else None
        if made is not None and next(self._store.match(made), None) is not None:
            return made
        try:
            return self._existing(kind).find(given)
        except AmbiguousError:
            raise
        except UnreadableError:
            if is_slug:
                return self._mint.named(kind, given)
            raise

    def _unnamed(self, row: Row, name: str) -> NamedNode:
        """The thing of that name that is there already, else a new one."""
        kind = row.kind
        from_values = bool(self._mint.rule(kind).digest)
        if name and not from_values and (known := self._known(kind, name)) is not None:
            row.named = True
            return known
        made = self._mint.make(kind, name, lambda path: self._values(row, path))
        if not from_values and next(self._store.match(made), None) is not None:
            raise UnreadableError(
                f"the id that this name would give is that of {self._labels.label(made)!r}",
                "write that id if it is the same thing, another id if it is not",
            )
        return made

    def _known(self, kind: Kind, name: str) -> NamedNode | None:
        """The thing whose very name this is; another name of it could be that of another thing too."""
        try:
            known = self._existing(kind).find(name)
        except AmbiguousError:
            raise
        except UnreadableError:
            return None
        label = self._labels.label(known)
        if label.casefold() != " ".join(name.split()).casefold():
            raise UnreadableError(
                f"{name!r} is another name of {label!r}",
                f"write the id {local_name(known.value)} if it is the same thing, a fuller name if it is not",
            )
        return known

    def _existing(self, kind: Kind) -> Choices:
        return self.reader.choices(Values(classes=(kind.class_.value,)))

    def _values(self, row: Row, path: Path) -> list[Term]:
        found: list[Term] = []
        for slot, cell in row.texts(path):
            found.extend(term for term, _problem in self.reader.read(None, slot, cell) if term is not None)
        return found

    def _name(self, row: Row) -> str:
        """What a row calls its thing, in the project's language where it can."""
        for property_ in LABEL_PROPERTIES:
            found = [
                (slot.language != self._project.language, cell.text.strip())
                for slot, cell in row.texts(Path(NamedNode(property_)))
            ]
            if found:
                return min(found)[1]
        return ""

    def _local(self, text: str, values: Values) -> NamedNode | None:
        """A thing that this very file describes, by its name or identifier."""
        for node, class_ in self._own.get(" ".join(text.split()).casefold(), {}).items():
            above = {ancestor.value for ancestor in self._kinds.ancestors(class_)}
            if above & set(values.classes):
                return node
        return None
