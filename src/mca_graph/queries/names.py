"""From what people write to the thing they mean: an IRI, a CURIE, a slug or a label."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from pyoxigraph import Literal, NamedNode, QuerySolutions

from mca_graph.errors import ParameterError, did_you_mean
from mca_graph.namespaces import LABEL_PROPERTIES, RDF, RDFS, SKOS
from mca_graph.project import Project
from mca_graph.store import Store

_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+\Z")
_SLUG = re.compile(r"[\w.~%-]+")
_SHOWN = 8
_ALTERNATIVE = SKOS + "altLabel"
_IN_SCHEME = NamedNode(SKOS + "inScheme")
_TYPE = NamedNode(RDF + "type")


@dataclass(frozen=True, slots=True)
class Range:
    """Where values may come from: the concepts of a scheme, the instances of a class, or anything."""

    scheme: str | None = None
    class_: str | None = None


class Names:
    """Finds things of a graph by the names people give them.

    Args:
        store: the graph.
        project: gives prefixes and the preferred language.
    """

    def __init__(self, store: Store, project: Project) -> None:
        self._store, self._project = store, project

    def find(self, given: str, wanted: Range, what: str = "thing") -> NamedNode:
        """Return the one thing that a name means.

        Args:
            given: an IRI (bare or in angle brackets), a CURIE, a slug, or a label in any case.
            wanted: where it may come from.
            what: what to call it in an error.

        Raises:
            ParameterError: nothing, or more than one thing, bears the name; the nearest are named.
        """
        given = given.strip()
        for candidates in (self._as_iri(given), self._as_slug(given, wanted)):
            found = [node for node in candidates if self._fits(node, wanted)]
            if found:
                break
        else:
            found = self._by_label(given, wanted)
        known: list[tuple[NamedNode, str]] = []
        if not found:
            known = list(self.candidates(wanted))
            folded = given.casefold()
            found = list(dict.fromkeys(node for node, name in known if name.casefold() == folded))
        if len(found) == 1:
            return found[0]
        if found:
            listed = ", ".join(sorted(map(self.short, found))[:_SHOWN])
            raise ParameterError(
                f"{what} {given!r} is the name of {len(found)} things", f"write one of {listed}"
            )
        raise ParameterError(f"unknown {what} {given!r}", self._nearest(given, wanted, known))

    def candidates(self, wanted: Range) -> Iterator[tuple[NamedNode, str]]:
        """Yield each thing that may be meant, with the last part of its IRI and with each of its names."""
        labels = " ".join(f"<{iri}>" for iri in (*LABEL_PROPERTIES, _ALTERNATIVE))
        named = f"VALUES ?name {{ {labels} }} ?thing ?name ?label"
        membership = _membership(wanted)
        pattern = f"{membership} OPTIONAL {{ {named} }}" if membership else named
        rows = self._store.query(f"SELECT DISTINCT ?thing ?label WHERE {{ {pattern} }}")
        assert isinstance(rows, QuerySolutions)
        seen: set[NamedNode] = set()
        for row in rows:
            thing, label = row["thing"], row["label"]
            if not isinstance(thing, NamedNode):
                continue
            if thing not in seen:
                seen.add(thing)
                yield thing, self.slug(thing)
            if label is not None:
                yield thing, label.value

    def slug(self, node: NamedNode) -> str:
        """The last part of an IRI."""
        return re.split(r"[/#]", node.value.rstrip("/#"))[-1]

    def short(self, node: NamedNode) -> str:
        """The CURIE of a thing, or its whole IRI where no prefix fits."""
        return self._project.prefixes.shrink(node.value) or node.value

    def _as_iri(self, given: str) -> list[NamedNode]:
        """What an IRI or a CURIE may stand for; a CURIE is read as one before it is read as an IRI."""
        if given.startswith("<") and given.endswith(">"):
            given = given[1:-1]
        expanded = self._project.prefixes.expand(given)
        return list(islice(_nodes(expanded, given), 1))

    def _as_slug(self, given: str, wanted: Range) -> list[NamedNode]:
        if not _SLUG.fullmatch(given):
            return []
        if wanted.scheme:
            return list(_nodes(f"{wanted.scheme}/{given}"))
        namespaces = dict.fromkeys(self._project.own_namespaces.values())
        return list(_nodes(*(namespace + given for namespace in namespaces)))

    def _fits(self, node: NamedNode, wanted: Range) -> bool:
        if wanted.scheme:
            return next(self._store.match(node, _IN_SCHEME, NamedNode(wanted.scheme)), None) is not None
        if wanted.class_:
            answer = self._store.query(f"ASK {{ {node} <{RDF}type>/<{RDFS}subClassOf>* <{wanted.class_}> }}")
            return bool(answer)
        used = (self._store.match(node), self._store.match(None, node), self._store.match(None, None, node))
        return any(next(found, None) is not None for found in used) or bool(
            self._store.query(f"ASK {{ GRAPH ?graph {{ {node} ?property ?value }} }}")
        )

    def _by_label(self, given: str, wanted: Range) -> list[NamedNode]:
        exact: dict[NamedNode, None] = {}
        for literal in (Literal(given, language=self._project.language), Literal(given)):
            for predicate in (*LABEL_PROPERTIES, _ALTERNATIVE):
                for subject, _predicate, _value in self._store.match(None, NamedNode(predicate), literal):
                    if isinstance(subject, NamedNode) and self._fits(subject, wanted):
                        exact[subject] = None
        return list(exact)

    def _nearest(self, given: str, wanted: Range, known: Iterable[tuple[NamedNode, str]]) -> str:
        slugs: dict[str, None] = {}
        names: dict[str, None] = {}
        for node, label in known:
            slug = self.slug(node)
            slugs[slug] = None
            if "-".join(label.casefold().split()) != slug:
                names[label] = None
        local = re.split(r"[/#:]", given.rstrip("/#"))[-1]
        hint = did_you_mean(given, {**slugs, **names})
        if hint or (local != given and (hint := did_you_mean(local, slugs))):
            return hint
        if not slugs or not (wanted.scheme or wanted.class_):
            return "'mca-graph search WORDS' finds things by their names"
        some = ", ".join(sorted(slugs)[:_SHOWN])
        return f"one of {some}{', …' if len(slugs) > _SHOWN else ''}"


def _nodes(*iris: str | None) -> Iterator[NamedNode]:
    """Those of some texts that are IRIs."""
    for iri in iris:
        if iri is not None and _IRI.match(iri):
            with suppress(ValueError):
                yield NamedNode(iri)


def _membership(wanted: Range) -> str:
    if wanted.scheme:
        return f"?thing <{SKOS}inScheme> <{wanted.scheme}> ."
    if wanted.class_:
        return f"?thing <{RDF}type>/<{RDFS}subClassOf>* <{wanted.class_}> ."
    return ""
