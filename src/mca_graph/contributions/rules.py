"""The shapes graph as the source of forms: which property shapes speak of the instances of a class."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from mca_graph.namespaces import RDF, SH
from mca_graph.project import Project
from mca_graph.rdf.read import read_quads
from mca_graph.store import Term
from mca_graph.store.embedded import EmbeddedStore

_NIL = RDF + "nil"
_FIRST, _REST = NamedNode(RDF + "first"), NamedNode(RDF + "rest")
_LOGICAL = ("or", "xone", "and")


@dataclass(frozen=True, slots=True)
class Path:
    """A property read forwards or, from the thing that is its value, backwards."""

    property: NamedNode
    inverse: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A property shape as it applies to a class.

    Attributes:
        node: the property shape.
        path: what it is about.
        distance: steps from the class up to the one that the shape is for.
        breadth: how many classes it is for.
        binding: false for one alternative among several, which asks nothing by itself.
    """

    node: Term
    path: Path
    distance: int
    breadth: int
    binding: bool = True


class Rules:
    """A project's shapes graph, to be walked.

    Args:
        project: its shape files are read.
    """

    def __init__(self, project: Project) -> None:
        self._language = project.language
        self.store = EmbeddedStore.of(quad for path in project.shape_files for quad in read_quads(path))

    def values(self, node: Term, name: str) -> list[Term]:
        """The values of a property of SHACL, in a stable order."""
        found = self.store.match(node, NamedNode(SH + name))
        return sorted((value for _s, _p, value in found), key=str)

    def number(self, node: Term, name: str) -> float | None:
        """A numeric value, or None."""
        try:
            return next((float(value.value) for value in self.values(node, name)), None)
        except ValueError:
            return None

    def text(self, node: Term, name: str) -> str:
        """A text in the project's language where there is one; empty where there is none."""
        found = [value for value in self.values(node, name) if isinstance(value, Literal)]
        found.sort(key=lambda value: (value.language != self._language, bool(value.language)))
        return " ".join(found[0].value.split()) if found else ""

    def is_true(self, node: Term, name: str) -> bool:
        """True where a flag is set."""
        return any(value.value == "true" for value in self.values(node, name))

    def items(self, head: Term) -> Iterator[Term]:
        """The members of an RDF list."""
        seen: set[Term] = set()
        while head.value != _NIL and head not in seen:
            seen.add(head)
            first = next((value for *_rest, value in self.store.match(head, _FIRST)), None)
            if first is not None:
                yield first
            head = next((value for *_rest, value in self.store.match(head, _REST)), NamedNode(_NIL))

    def path(self, rule: Term) -> Path | None:
        """The path of a property shape where it is a property or the inverse of one."""
        for value in self.values(rule, "path"):
            if isinstance(value, NamedNode):
                return Path(value)
            for inner in self.values(value, "inversePath"):
                if isinstance(inner, NamedNode):
                    return Path(inner, inverse=True)
        return None

    def targets(self) -> dict[NamedNode, list[Term]]:
        """The node shapes of each target class."""
        found: dict[NamedNode, list[Term]] = {}
        for shape, _p, target in self.store.match(None, NamedNode(SH + "targetClass")):
            if isinstance(target, NamedNode) and not self.is_true(shape, "deactivated"):
                found.setdefault(target, []).append(shape)
        return {target: sorted(found[target], key=str) for target in sorted(found, key=str)}

    def of_class(self, ancestors: Mapping[NamedNode, int]) -> list[Rule]:
        """The property shapes that apply to a class, given with its ancestors and their distances."""
        found: dict[Term, Rule] = {}
        for target, shapes in self.targets().items():
            if target not in ancestors:
                continue
            for shape in shapes:
                breadth = len(self.values(shape, "targetClass"))
                for node in self.values(shape, "property"):
                    self._add(found, node, ancestors[target], breadth, True)
                for node in self._alternatives(shape):
                    self._add(found, node, ancestors[target], breadth, False)
        return list(found.values())

    def allowed(self, ancestors: Mapping[NamedNode, int]) -> set[str] | None:
        """The properties that closed shapes leave to a class (SHACL, 4.8.1); None where none is closed."""
        left: set[str] | None = None
        for target, shapes in self.targets().items():
            for shape in shapes if target in ancestors else ():
                if self.is_true(shape, "closed"):
                    paths = (self.path(node) for node in self.values(shape, "property"))
                    own = {path.property.value for path in paths if path and not path.inverse}
                    for head in self.values(shape, "ignoredProperties"):
                        own.update(item.value for item in self.items(head))
                    left = own if left is None else left & own
        return left

    def of_subjects(self, property_: NamedNode) -> list[Rule]:
        """The property shapes for a property that are asked of whatever has it."""
        found: dict[Term, Rule] = {}
        for shape, _p, _o in self.store.match(None, NamedNode(SH + "targetSubjectsOf"), property_):
            for node in self.values(shape, "property"):
                if self.path(node) == Path(property_):
                    self._add(found, node, 0, 1, True)
        return list(found.values())

    def _add(self, found: dict[Term, Rule], node: Term, distance: int, breadth: int, binding: bool) -> None:
        path = self.path(node)
        if path is None or self.is_true(node, "deactivated"):
            return
        known = found.get(node)
        if known is None or distance < known.distance:
            found[node] = Rule(node, path, distance, breadth, binding)

    def _alternatives(self, shape: Term) -> Iterator[Term]:
        """Property shapes inside the alternatives of a node shape."""
        for name in _LOGICAL:
            for head in self.values(shape, name):
                for member in self.items(head):
                    yield from self.values(member, "property")
