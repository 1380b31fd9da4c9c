"""IRIs for new things: always the same for the same description."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence

from pyoxigraph import NamedNode, QuerySolutions

from mca_graph.contributions.choices import UnreadableError
from mca_graph.contributions.kinds import Kind, Kinds
from mca_graph.contributions.rules import Path
from mca_graph.contributions.words import slug
from mca_graph.namespaces import RDF, RDFS
from mca_graph.project import IriRule, Project
from mca_graph.rdf.positions.turtle import make_iri
from mca_graph.store import Term
from mca_graph.store.embedded import EmbeddedStore

_SAMPLE = 500

ValuesOf = Callable[[Path], Sequence[Term]]


class Mint:
    """Makes IRIs.

    Args:
        project: its settings say how.
        store: shows where things of a class stand.
        kinds: the kinds of the project.
    """

    def __init__(self, project: Project, store: EmbeddedStore, kinds: Kinds) -> None:
        self._project, self._store, self._kinds = project, store, kinds
        self._rules: dict[NamedNode, IriRule] = {}
        self._namespaces: dict[NamedNode, str | None] = {}

    def rule(self, kind: Kind) -> IriRule:
        """How IRIs of a kind are made: as is said of its class, or of the nearest class above it."""
        if kind.class_ not in self._rules:
            stated = (
                self._project.iri_rules.get(class_.value) for class_ in self._kinds.ancestors(kind.class_)
            )
            self._rules[kind.class_] = next((rule for rule in stated if rule is not None), IriRule())
        return self._rules[kind.class_]

    def parts(self, kind: Kind) -> list[Path]:
        """The properties that an IRI is made from; none where it is made from the name."""
        return [
            Path(NamedNode(part.removeprefix("^")), part.startswith("^")) for part in self.rule(kind).parts
        ]

    def make(self, kind: Kind, name: str, values_of: ValuesOf) -> NamedNode:
        """The IRI of a new thing.

        Args:
            kind: what it is.
            name: what it is called.
            values_of: the values of its properties.

        Raises:
            UnreadableError: there is nothing to make it from.
        """
        rule = self.rule(kind)
        parts = [min((value.value for value in values_of(part)), default="") for part in self.parts(kind)]
        if rule.digest:
            if not all(parts):
                raise UnreadableError("there is no id, and something that it is made from is missing")
            return self.named(kind, _digest(parts, rule.digest))
        local = slug("-".join(parts)) if parts and all(parts) else slug(name)
        if not local:
            hint = "write a name, or an id of small letters, digits and hyphens"
            raise UnreadableError("there is no id, and no name to make one from", hint)
        return self.named(kind, local)

    def named(self, kind: Kind, local: str) -> NamedNode:
        """The IRI of a thing of a kind with this last part.

        Raises:
            UnreadableError: it is not known where IRIs of the kind stand, or this makes none.
        """
        namespace = self.namespace(kind)
        if namespace is None:
            hint = f"add a prefix {kind.name} to the settings, or write whole IRIs"
            raise UnreadableError(f"it is not known which IRIs a {kind.label} may have", hint)
        made = make_iri(namespace + local, None)
        if made is None:
            raise UnreadableError(f"{local!r} makes no IRI", "use small letters, digits and hyphens")
        return made

    def namespace(self, kind: Kind) -> str | None:
        """Where IRIs of a kind stand.

        As the settings say; else under the prefix of the kind's name; else where most of its things are.
        """
        if kind.class_ not in self._namespaces:
            self._namespaces[kind.class_] = self._namespace(kind)
        return self._namespaces[kind.class_]

    def _namespace(self, kind: Kind) -> str | None:
        if (said := self.rule(kind).namespace) is not None:
            return said
        own = self._project.own_namespaces
        names = [name for name, class_ in self._kinds.by_name.items() if class_ == kind.class_]
        for name in (kind.name, *names):
            if name in own:
                return own[name]
        for class_ in self._kinds.ancestors(kind.class_):
            if (common := self._commonest(class_)) is not None:
                return common
        return None

    def _commonest(self, class_: NamedNode) -> str | None:
        members = f"?s <{RDF}type>/<{RDFS}subClassOf>* {class_} FILTER(isIRI(?s))"
        rows = self._store.query(f"SELECT ?s WHERE {{ {members} }} LIMIT {_SAMPLE}")
        assert isinstance(rows, QuerySolutions)
        base = self._project.base
        found = Counter(row["s"].value.rpartition("/")[0] + "/" for row in rows)
        own = {namespace: count for namespace, count in found.items() if namespace.startswith(base)}
        return max(sorted(own), key=lambda namespace: own[namespace], default=None)


def _digest(parts: Sequence[str], digits: int) -> str:
    joined = "|".join(parts).encode()
    return hashlib.sha1(joined, usedforsecurity=False).hexdigest()[:digits]
