"""The shapes graph: what each shape says, and how shapes refer to each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, serialize

from mca_graph.errors import McaGraphError
from mca_graph.findings import Severity
from mca_graph.namespaces import OWL, RDF, RDFS, SH, XSD
from mca_graph.rdf.read import read_quads
from mca_graph.store import Term
from mca_graph.validation.result import in_language, severity_of

Node = NamedNode | BlankNode
Messages = tuple[tuple[str, str], ...]

_SINGLE = ("node", "not", "qualifiedValueShape")
_LISTED = ("and", "or", "xone")
_TARGETS = ("targetNode", "targetClass", "targetSubjectsOf", "targetObjectsOf")


class Shapes:
    """A shapes graph.

    Args:
        quads: its triples.
    """

    def __init__(self, quads: Iterable[Quad]) -> None:
        self.triples: list[Triple] = [quad.triple for quad in quads]
        self._values: dict[tuple[Term, str], list[Term]] = {}
        self._uses: dict[str, list[tuple[Node, Term]]] = {}
        for triple in self.triples:
            # Not in a store, which would change literals: "300"^^xsd:byte comes back as an integer.
            subject, predicate, value = triple.subject, triple.predicate.value, triple.object
            if not isinstance(subject, Triple) and not isinstance(value, Triple):
                self._values.setdefault((subject, predicate), []).append(value)
                self._uses.setdefault(predicate, []).append((subject, value))

    @classmethod
    def read(cls, files: Iterable[Path]) -> Shapes:
        """Read a shapes graph from files.

        Raises:
            ReadError: one of them cannot be read.
            McaGraphError: a shape refers to itself by way of others.
        """
        shapes = cls(quad for path in files for quad in read_quads(path))
        if circle := shapes.circle():
            names = dict.fromkeys(shapes.name_of(str(shape)) for shape in circle)
            raise McaGraphError(
                f"shapes that refer to themselves: {', '.join(f'<{name}>' for name in names)}",
                "SHACL leaves open what that means (section 3.4.3): take out one of these references",
            )
        return shapes

    def turtle(self) -> str:
        """The shapes graph as text."""
        return (serialize(self.triples, format=RdfFormat.N_TRIPLES) or b"").decode()

    def values(self, subject: Term, predicate: str) -> list[Term]:
        """The values of a property, in a stable order."""
        return sorted(set(self._values.get((subject, predicate), ())), key=str)

    def value(self, subject: Term, predicate: str) -> Term | None:
        """One value of a property, or None."""
        return next(iter(self.values(subject, predicate)), None)

    def uses(self, predicate: str) -> list[tuple[Node, Term]]:
        """The subjects of a property with its values."""
        return self._uses.get(predicate, [])

    def list_of(self, head: Term) -> list[Term]:
        """The members of an RDF list, as far as it is well-formed."""
        members, seen = [], set()
        while head not in seen and (first := self.value(head, RDF + "first")) is not None:
            seen.add(head)
            members.append(first)
            following = self.value(head, RDF + "rest")
            if following is None:
                break
            head = following
        return members

    def texts(self, node: Term, name: str) -> Messages:
        """What a property of SHACL's namespace says of a node, each text with its language."""
        return tuple(
            (value.value, value.language or "")
            for value in self.values(node, SH + name)
            if isinstance(value, Literal)
        )

    def text(self, node: Term, name: str, language: str) -> str | None:
        """One of these texts, in the language that is wanted where there is one."""
        return in_language(self.texts(node, name), language)

    def messages(self, shape: Term) -> Messages:
        """The messages of a shape, constraint or validator, each with its language."""
        return self.texts(shape, "message")

    def severity_iri(self, shape: Term) -> str:
        """The severity of a shape; a violation where it says nothing (SHACL, section 2.1.4)."""
        found = self.value(shape, SH + "severity")
        return found.value if found is not None else SH + "Violation"

    def severity(self, shape: Term) -> Severity:
        """The severity of a shape as one of the three of SHACL."""
        return severity_of(self.severity_iri(shape))

    def is_deactivated(self, node: Term) -> bool:
        """True when a shape or constraint is switched off (SHACL, sections 2.1.6 and 5.2.1)."""
        return any(self.is_true(value) for value in self.values(node, SH + "deactivated"))

    @staticmethod
    def is_true(value: Term) -> bool:
        """True for the boolean true."""
        return (
            isinstance(value, Literal)
            and value.datatype.value == XSD + "boolean"
            and value.value in ("true", "1")
        )

    def name_of(self, *nodes: str) -> str:
        """The IRI of the first of these nodes that has one, else that of a shape around the last of them.

        Args:
            nodes: the nodes, in N-Triples syntax.
        """
        for node in nodes:
            if node.startswith("<"):
                return node[1:-1]
        seen, waiting = set[str](), [nodes[-1]]
        while waiting:
            inner = waiting.pop(0)
            seen.add(inner)
            for outer in self._around.get(inner, ()):
                if outer.startswith("<"):
                    return outer[1:-1]
                waiting += [outer] if outer not in seen else []
        return nodes[0]

    @cached_property
    def _around(self) -> dict[str, list[str]]:
        """For each shape the shapes that refer to it."""
        found: dict[str, list[str]] = {}
        for shape in self.nodes:
            for inner in (*self.parts(shape), *self.conditions(shape)):
                found.setdefault(str(inner), []).append(str(shape))
        return found

    def parts(self, shape: Term) -> list[Node]:
        """The property shapes of a shape: what they find is reported."""
        return [value for value in self.values(shape, SH + "property") if not isinstance(value, Literal)]

    def conditions(self, shape: Term) -> list[Node]:
        """The shapes that a shape only asks whether a node conforms to them."""
        found = [value for name in _SINGLE for value in self.values(shape, SH + name)]
        for name in _LISTED:
            for head in self.values(shape, SH + name):
                found += self.list_of(head)
        return [value for value in found if not isinstance(value, Literal)]

    def circle(self) -> list[Node]:
        """Shapes of which each refers to the next and the last to the first; empty where there are none."""
        done: set[Node] = set()
        for start in self.nodes:
            # Depth first, without recursion: the way down, and what is left to try at each step of it.
            way, left = {start: None}, [self._referred(start)]
            while left:
                following = next(left[-1], None)
                if following is None:
                    left.pop()
                    done.add(way.popitem()[0])
                elif following in way:
                    shapes = list(way)
                    return shapes[shapes.index(following) :]
                elif following not in done:
                    way[following] = None
                    left.append(self._referred(following))
        return []

    def _referred(self, shape: Node) -> Iterator[Node]:
        return iter([*self.parts(shape), *self.conditions(shape)])

    @cached_property
    def nodes(self) -> list[Node]:
        """All shapes of the graph (SHACL, section 2.1), in a stable order."""
        found: set[Term] = set()
        for kind in ("NodeShape", "PropertyShape"):
            found.update(subject for subject, value in self.uses(RDF + "type") if value.value == SH + kind)
        for name in (*_TARGETS, "property", *_SINGLE, *_LISTED, "sparql"):
            for subject, _value in self.uses(SH + name):
                found.add(subject)
                found.update(self.parts(subject))
                found.update(self.conditions(subject))
        return sorted((node for node in found if not isinstance(node, Literal)), key=str)

    def targets(self, shape: Term) -> list[tuple[str, Term]]:
        """The targets of a shape (SHACL, section 2.1.3) as kind and value."""
        found = [(name, value) for name in _TARGETS for value in self.values(shape, SH + name)]
        if isinstance(shape, NamedNode) and self._is_class(shape):
            found.append(("targetClass", shape))
        return found

    def _is_class(self, shape: NamedNode) -> bool:
        """True for an implicit class target: an instance of rdfs:Class in the shapes graph."""
        kinds = {f"<{RDFS}Class>", f"<{OWL}Class>"}
        types = self.values(shape, RDF + "type")
        if any(str(kind) in kinds for kind in types):
            return True
        return any(str(kind) in kinds for one in types for kind in self.superclasses(one))

    def superclasses(self, kind: Term) -> set[Term]:
        """A class and its superclasses, by the shapes graph."""
        found, waiting = set[Term](), [kind]
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting += self.values(one, RDFS + "subClassOf")
        return found

    def prefixes(self, node: Term) -> str:
        """The PREFIX lines that ``sh:prefixes`` gives a query (SHACL, section 5.2.1)."""
        pairs: set[tuple[str, str]] = set()
        waiting, seen = self.values(node, SH + "prefixes"), set[Term]()
        while waiting:
            one = waiting.pop()
            if one not in seen:
                seen.add(one)
                waiting += self.values(one, OWL + "imports")
                for declaration in self.values(one, SH + "declare"):
                    prefix = self.value(declaration, SH + "prefix")
                    namespace = self.value(declaration, SH + "namespace")
                    if prefix is not None and namespace is not None:
                        pairs.add((prefix.value, namespace.value))
        return "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in sorted(pairs))
