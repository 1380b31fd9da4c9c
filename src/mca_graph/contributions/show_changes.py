"""A comparison as text, Markdown, JSON and RDF Patch."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from pyoxigraph import NamedNode, Triple

from mca_graph.contributions.compare import Comparison
from mca_graph.namespaces import RDF, RDFS, SKOS
from mca_graph.queries.labels import Labels
from mca_graph.rdf.terms import AnyTerm

FORMATS = ("text", "json", "md", "rdfpatch")

_MARKDOWN = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_[]<>|#~"})
_NAMES = {"+": "added", "-": "removed", "~": "changed"}

_WORDS = {RDF + "type": "kind", RDFS + "label": "name", SKOS + "altLabel": "other name"}

Line = tuple[str, str, str]
"""A mark, the property and the value."""


def render(comparison: Comparison, format_name: str, labels: Labels, *, colour: bool = False) -> str:
    """A comparison in one of :data:`FORMATS`."""
    if format_name == "json":
        return to_json(comparison, labels)
    if format_name == "rdfpatch":
        return to_rdf_patch(comparison)
    return to_markdown(comparison, labels) if format_name == "md" else to_text(comparison, labels, colour)


def to_text(comparison: Comparison, labels: Labels, colour: bool = False) -> str:
    """The changes by thing, one a line: ``+`` added, ``-`` removed, ``~`` changed."""
    codes = {"+": "\x1b[32m", "-": "\x1b[31m", "~": "\x1b[33m"} if colour else {}
    bold, reset = ("\x1b[1m", "\x1b[0m") if colour else ("", "")
    out: list[str] = []
    for head, lines in _by_thing(comparison, labels):
        out.append(f"{bold}{head}{reset}")
        out.extend(
            f"  {codes.get(mark, '')}{mark} {name}: {value}{reset if codes else ''}"
            for mark, name, value in lines
        )
    return "\n".join([*out, summary(comparison)]) + "\n"


def to_markdown(comparison: Comparison, labels: Labels) -> str:
    """The changes as Markdown, for the description of a pull request."""
    out: list[str] = []
    for head, lines in _by_thing(comparison, labels):
        out.extend([f"### {head.translate(_MARKDOWN)}", ""])
        for mark, name, value in lines:
            out.append(f"- {_NAMES[mark]}: **{name.translate(_MARKDOWN)}** {value.translate(_MARKDOWN)}")
        out.append("")
    return "\n".join([*out, summary(comparison)]) + "\n"


def to_json(comparison: Comparison, labels: Labels) -> str:
    """The changes as JSON: terms in N-Triples syntax, with their labels."""
    added, removed = comparison.plain()

    def entry(subject: AnyTerm, property_: AnyTerm, **values: AnyTerm) -> dict[str, Any]:
        parts = {"subject": subject, "property": property_, **values}
        return {
            **{name: str(term) for name, term in parts.items()},
            "labels": {name: labels.text(term) for name, term in parts.items()},
        }

    content = {
        "same": comparison.same,
        "added": [entry(one.subject, one.predicate, value=one.object) for one in added],
        "removed": [entry(one.subject, one.predicate, value=one.object) for one in removed],
        "changed": [
            entry(one.subject, one.property, before=one.before, after=one.after) for one in comparison.changed
        ],
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def to_rdf_patch(comparison: Comparison) -> str:
    """The changes as one transaction of an RDF Patch: deletions, then additions."""
    lines = [f"D {_statement(triple)} ." for triple in comparison.removed]
    lines.extend(f"A {_statement(triple)} ." for triple in comparison.added)
    return "\n".join(["TX .", *lines, "TC ."]) + "\n"


def summary(comparison: Comparison) -> str:
    """How much changed, in a line."""
    if comparison.same:
        return "no difference"
    added, removed = comparison.plain()
    return f"{len(added)} added, {len(removed)} removed, {len(comparison.changed)} changed"


def _statement(triple: Triple) -> str:
    return f"{triple.subject} {triple.predicate} {triple.object}"


def _property(labels: Labels, property_: AnyTerm) -> str:
    """What to call a property: as people do where RDF itself has only its own word."""
    known = _WORDS.get(property_.value) if isinstance(property_, NamedNode) else None
    return known or labels.text(property_)


def _by_thing(comparison: Comparison, labels: Labels) -> list[tuple[str, list[Line]]]:
    found: dict[AnyTerm, list[Line]] = defaultdict(list)
    added, removed = comparison.plain()
    for mark, triples in (("-", removed), ("+", added)):
        for triple in triples:
            found[triple.subject].append(
                (mark, _property(labels, triple.predicate), _one_line(labels, triple.object))
            )
    for change in comparison.changed:
        values = f"{_one_line(labels, change.before)} → {_one_line(labels, change.after)}"
        found[change.subject].append(("~", _property(labels, change.property), values))
    things = [(_head(subject, labels), _sorted(lines)) for subject, lines in found.items()]
    return sorted(things, key=lambda thing: thing[0].casefold())


def _sorted(lines: Iterable[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: (line[1].casefold(), "-~+".index(line[0]), line[2].casefold()))


def _head(subject: AnyTerm, labels: Labels) -> str:
    label = labels.text(subject)
    short = labels.iri(subject) if isinstance(subject, NamedNode) else label
    return label if label == short else f"{label} ({short})"


def _one_line(labels: Labels, term: AnyTerm) -> str:
    return " ".join(labels.text(term).split())
