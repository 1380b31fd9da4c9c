"""What may stand in a column: things of classes, concepts of schemes, listed terms, or typed text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode

from mca_graph.contributions.rules import Path, Rule, Rules
from mca_graph.namespaces import OWL, RDF, RDFS, SH, SKOS, XSD
from mca_graph.store import Term
from mca_graph.store.embedded import EmbeddedStore

LANG_STRING = RDF + "langString"
_LOGICAL = ("or", "xone", "and")
_SAMPLE = 200


@dataclass(frozen=True, slots=True)
class Values:
    """What may stand in a column.

    Attributes:
        schemes: concepts of these schemes.
        classes: instances of these classes.
        terms: one of these very terms.
        datatypes: literals of these datatypes, the first that fits.
        address: any IRI.
    """

    schemes: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()
    datatypes: tuple[str, ...] = ()
    address: bool = False

    @property
    def of_things(self) -> bool:
        """True where values are chosen by their names."""
        return bool(self.schemes or self.classes) or any(isinstance(term, NamedNode) for term in self.terms)

    @property
    def of_languages(self) -> bool:
        """True where a value is text in a language."""
        return self.datatypes[:1] == (LANG_STRING,)

    @property
    def of_text(self) -> bool:
        """True where a value is plain text."""
        return self.datatypes[:1] in ((LANG_STRING,), (XSD + "string",)) and not self.of_things


def values_of(path: Path, rules: list[Rule], shapes: Rules, store: EmbeddedStore) -> Values:
    """What the values of a path are: as the shapes say, else the ontology, else what is there already."""
    said: list[tuple[str, Term]] = []
    for rule in rules:
        if rule.binding:
            said.extend(_constraints(rule.node, shapes))
    found = _gather(said)
    if not (found.of_things or found.datatypes or found.terms or found.address):
        found = _from_ontology(path, store)
    if not (found.of_things or found.datatypes or found.address):
        found = _observed(path, store)
    if not found.of_things and not found.datatypes and any(name == "uniqueLang" for name, _v in said):
        found = Values(datatypes=(LANG_STRING,))
    return found


def _constraints(node: Term, shapes: Rules, depth: int = 0) -> Iterator[tuple[str, Term]]:
    for name in ("class", "datatype", "nodeKind", "uniqueLang"):
        for value in shapes.values(node, name):
            yield name, value
    for head in shapes.values(node, "in"):
        for item in shapes.items(head):
            yield "in", item
    for shape in shapes.values(node, "node"):
        for inner in shapes.values(shape, "property"):
            if shapes.path(inner) == Path(NamedNode(SKOS + "inScheme")):
                for scheme in shapes.values(inner, "hasValue"):
                    yield "scheme", scheme
        if depth < 3:
            yield from _constraints(shape, shapes, depth + 1)
    if depth < 3:
        for name in _LOGICAL:
            for head in shapes.values(node, name):
                for member in shapes.items(head):
                    yield from _constraints(member, shapes, depth + 1)


def _gather(said: Iterable[tuple[str, Term]]) -> Values:
    by_name: dict[str, dict[Term, None]] = {}
    for name, value in said:
        by_name.setdefault(name, {})[value] = None
    schemes = tuple(value.value for value in by_name.get("scheme", ()))
    datatypes = tuple(value.value for value in by_name.get("datatype", ()))
    if not datatypes and "uniqueLang" in by_name:
        datatypes = (LANG_STRING,)
    kinds = {value.value for value in by_name.get("nodeKind", ())}
    classes = tuple(value.value for value in by_name.get("class", ()))
    terms = tuple(by_name.get("in", ()))
    if not datatypes and not (schemes or classes):
        datatypes = tuple(
            dict.fromkeys(term.datatype.value for term in terms if isinstance(term, Literal))
        ) or ((XSD + "string",) if SH + "Literal" in kinds else ())
    return Values(
        schemes=schemes,
        classes=() if schemes else classes,
        terms=terms,
        datatypes=datatypes,
        address=SH + "IRI" in kinds and not (schemes or classes),
    )


def _from_ontology(path: Path, store: EmbeddedStore) -> Values:
    side = NamedNode(RDFS + ("domain" if path.inverse else "range"))
    stated = [value for *_rest, value in store.match(path.property, side) if isinstance(value, NamedNode)]
    if path.inverse:
        return Values(classes=tuple(value.value for value in stated))
    datatypes = tuple(value.value for value in stated if _is_datatype(value))
    classes = tuple(value.value for value in stated if not _is_datatype(value) and not _is_anything(value))
    return Values(classes=classes, datatypes=datatypes)


def _is_datatype(node: NamedNode) -> bool:
    return node.value.startswith(XSD) or node.value == LANG_STRING


def _is_anything(node: NamedNode) -> bool:
    return node.value in (OWL + "Thing", RDFS + "Resource", RDFS + "Literal")


def _observed(path: Path, store: EmbeddedStore) -> Values:
    """What the values are that the graph has already; plain text where there are none."""
    sample = [
        subject if path.inverse else value
        for _index, (subject, _p, value) in zip(
            range(_SAMPLE), store.match(None, path.property), strict=False
        )
    ]
    literals = [term for term in sample if isinstance(term, Literal)]
    if literals:
        return Values(datatypes=tuple(sorted({term.datatype.value for term in literals})))
    if any(isinstance(term, NamedNode | BlankNode) for term in sample):
        schemes = _schemes_of(sample, store)
        return Values(schemes=schemes, classes=() if schemes else _classes_of(sample, store), address=True)
    object_property = NamedNode(OWL + "ObjectProperty")
    if next(store.match(path.property, NamedNode(RDF + "type"), object_property), None):
        return Values(address=True)
    return Values(datatypes=(XSD + "string",))


def _schemes_of(sample: list[Term], store: EmbeddedStore) -> tuple[str, ...]:
    """The schemes of the sample's concepts; none where one of them is no concept of a scheme."""
    found: dict[str, None] = {}
    for term in sample:
        schemes = [value.value for *_rest, value in store.match(term, NamedNode(SKOS + "inScheme"))]
        if not schemes:
            return ()
        found.update(dict.fromkeys(sorted(schemes)))
    return tuple(found)


def _classes_of(sample: list[Term], store: EmbeddedStore) -> tuple[str, ...]:
    """The classes that the sample's things are instances of; none where one of them is unknown here."""
    found: dict[str, None] = {}
    for term in sample:
        kinds = [value.value for *_rest, value in store.match(term, NamedNode(RDF + "type"))]
        if not kinds:
            return ()
        found.update(dict.fromkeys(sorted(kinds)))
    return tuple(found)
