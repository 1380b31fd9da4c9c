"""The form for contributions, made from the shapes: what it asks for, and what it is checked by."""

from __future__ import annotations

import json
from typing import Any

from pyoxigraph import Literal, NamedNode

from mca_graph.contributions.choices import Choices
from mca_graph.contributions.columns import Column
from mca_graph.contributions.kinds import Kind, Kinds
from mca_graph.contributions.minting import Mint
from mca_graph.contributions.ranges import Values
from mca_graph.namespaces import OWL, PROV, RDF, RDFS, SH, SKOS
from mca_graph.publishing.site.context import Site
from mca_graph.queries.labels import Labels
from mca_graph.store import Term
from mca_graph.validation.constraints import constraints
from mca_graph.validation.prebinding import TABLES, insert
from mca_graph.validation.shapes import Shapes

_MOST_CHOICES = 2_000
_MARK = "?this <urn:here> ?this"
_HEADER = PROV + "Bundle"
_PLAIN_HEADER: dict[str, Any] = {
    "class": _HEADER,
    "fields": [
        {
            "property": PROV + "wasDerivedFrom",
            "inverse": False,
            "name": "source",
            "help": "The page where it can be read.",
            "advice": "",
            "required": True,
            "wanted": True,
            "many": True,
            "things": False,
            "address": True,
            "datatypes": [],
            "literals": [],
            "classes": [],
            "choices": None,
        }
    ],
}
"""What is asked about a contribution where the shapes say nothing of it."""


def form_model(site: Site) -> dict[str, Any]:
    """Everything that the page needs to make a form, to check what was entered and to write it down."""
    made = _Model(site)
    kinds = [made.kind(kind) for kind in _offered(site, made.kinds)]
    project = site.project
    return {
        "language": project.language,
        "graph": project.graph("contribution/"),
        "licence": project.licence,
        "agents": project.own_namespaces.get("agent", f"{project.base}id/agent/"),
        "contact": site.settings.contact,
        "source": site.settings.source,
        "header": made.kind(made.kinds.of_class(NamedNode(_HEADER))) if made.has_header else _PLAIN_HEADER,
        "basis": [project.policy.basis_property, *project.policy.basis_order[:1]]
        if project.policy.basis_property
        else None,
        "kinds": kinds,
        "choices": made.lists,
        "shapes": made.shapes.turtle(),
        "constraints": _constraints(made.shapes, project.language),
    }


class _Model:
    def __init__(self, site: Site) -> None:
        self._site = site
        self.kinds = Kinds(site.project, site.store, site.snapshot.used_by)
        self._mint = Mint(site.project, site.store, self.kinds)
        self._labels = Labels(site.store, site.project)
        self.shapes = site.vocabulary.shapes
        self.lists: dict[str, list[list[str]]] = {}

    @property
    def has_header(self) -> bool:
        """True where the shapes say what the header of a contribution looks like."""
        return any(class_.value == _HEADER for class_ in self.kinds.by_name.values())

    def kind(self, kind: Kind) -> dict[str, Any]:
        """A kind of thing: what it is asked for, and how its IRI is made."""
        rule = self._mint.rule(kind)
        types = [kind.class_, *kind.subclasses] if kind.subclasses else []
        number = self._site.snapshot.find(kind.class_.value)
        definition = _definition(self._site, number) if number is not None else ""
        return {
            "name": kind.name,
            "class": kind.class_.value,
            "above": [class_.value for class_ in self.kinds.ancestors(kind.class_)],
            "label": kind.label,
            "definition": definition,
            "namespace": self._mint.namespace(kind),
            "parts": list(rule.parts),
            "digest": rule.digest,
            "types": [[one.value, self._labels.label(one)] for one in types],
            "fields": [
                self._field(column) for column in kind.columns if column.path.property.value != RDF + "type"
            ],
        }

    def _field(self, column: Column) -> dict[str, Any]:
        values = column.values
        return {
            "property": column.path.property.value,
            "inverse": column.path.inverse,
            "name": column.name,
            "help": column.help,
            "advice": column.advice,
            "required": column.required,
            "wanted": column.wanted,
            "many": column.many,
            "things": values.of_things,
            "address": values.address and not values.of_things and not values.datatypes,
            "datatypes": list(values.datatypes),
            "literals": [term.value for term in values.terms if isinstance(term, Literal)],
            "classes": list(values.classes),
            "choices": self._choices(values) if values.of_things else None,
        }

    def _choices(self, values: Values) -> str | None:
        """The name of the list that a value is chosen from; None where there are too many."""
        if self._is_long(values):
            return None
        key = json.dumps([values.schemes, values.classes, [str(term) for term in values.terms]])
        if key not in self.lists:
            chosen = Choices(values, self._site.project, self._site.store, self._labels)
            self.lists[key] = [[node.value, label] for node, label in chosen.shown.items()]
        return key

    def _is_long(self, values: Values) -> bool:
        """True where there are more things to choose from than a list can have."""
        snapshot, vocabulary = self._site.snapshot, self._site.vocabulary
        found = set[int]()
        for iri in values.classes:
            found.update(vocabulary.instances(snapshot.id_of(NamedNode(iri))))
        for iri in values.schemes:
            found.update(snapshot.subjects(vocabulary.in_scheme, snapshot.id_of(NamedNode(iri))))
        return len(found) > _MOST_CHOICES


def _offered(site: Site, kinds: Kinds) -> list[Kind]:
    """The kinds of things that can be entered, those with most things first."""
    snapshot, found = site.snapshot, []
    for class_ in dict.fromkeys(kinds.by_name.values()):
        number = snapshot.find(class_.value)
        if number is None or class_.value.startswith((PROV, SH, SKOS, OWL, RDF)):
            continue
        # A class that only gathers others has no things of its own.
        if members := snapshot.subjects(snapshot.type, number):
            found.append((-len(members), class_.value, class_))
    return [kinds.of_class(class_) for _size, _iri, class_ in sorted(found)]


def _definition(site: Site, number: int) -> str:
    snapshot = site.snapshot
    for iri in (SKOS + "definition", RDFS + "comment"):
        terms = [snapshot.terms[value] for value in snapshot.values(number, snapshot.find(iri))]
        if text := site.vocabulary.text([term for term in terms if isinstance(term, Literal)]):
            return text
    return ""


def _constraints(shapes: Shapes, language: str) -> list[dict[str, Any]]:
    """The rules that are written as queries, each cut where the things to be checked are put in."""
    found = []
    for constraint in constraints(shapes):
        if constraint.is_ask or constraint.parameters:
            continue
        query = insert(constraint.query, {"this": _MARK}).split(f" GRAPH <{TABLES}> {{ {_MARK} }} ")
        node = constraint.node if constraint.node is not None else constraint.shape
        texts = sorted(constraint.messages, key=lambda text: (text[1] != language, bool(text[1])))
        found.append(
            {
                "shape": _id(constraint.node or constraint.shape),
                "severity": _severity(shapes, node, constraint.shape),
                "message": texts[0][0] if texts else "",
                "targets": [[kind, value.value] for kind, value in shapes.targets(constraint.shape)],
                "template": query,
            }
        )
    return found


def _severity(shapes: Shapes, *nodes: Term) -> str:
    for node in nodes:
        if (found := shapes.value(node, SH + "severity")) is not None:
            return found.value
    return SH + "Violation"


def _id(term: Term) -> str:
    return term.value if isinstance(term, NamedNode) else str(term)
