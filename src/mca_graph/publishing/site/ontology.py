"""The pages on the terms and on the rules for data: definitions, hierarchies, and use."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from markupsafe import Markup
from pyoxigraph import Literal, NamedNode

from mca_graph.namespaces import DCTERMS, OWL, RDFS, SH, SKOS
from mca_graph.publishing.site.context import Site
from mca_graph.publishing.site.hierarchy import draw_hierarchy
from mca_graph.publishing.site.lists import scheme_links
from mca_graph.publishing.site.model import Link
from mca_graph.publishing.site.paths import fragment_of
from mca_graph.publishing.site.render import Renderer, html_link
from mca_graph.publishing.site.trees import nested
from mca_graph.publishing.site.values import link_of, literal_link
from mca_graph.publishing.site.vocabulary import PROPERTY_KINDS, TYPE_KINDS
from mca_graph.store import Term

_TEXTS = (SKOS + "definition", RDFS + "comment", SKOS + "scopeNote", SKOS + "example", SKOS + "editorialNote")
_HIDDEN = frozenset((RDFS + "label", RDFS + "isDefinedBy", SKOS + "definition"))


@dataclass(slots=True)
class TermView:
    """A class or property as the page shows it."""

    anchor: str
    label: str
    iri: str
    curie: str
    definition: str
    kinds: list[str]
    rows: list[tuple[str, list[Link]]] = field(default_factory=list)
    used: int = 0
    own: bool = True


def write_ontology(site: Site, renderer: Renderer, uses: Counter[int], instances: Counter[int]) -> None:
    """Write the page on classes and properties."""
    vocabulary = site.vocabulary
    classes = list(dict.fromkeys(one for kind in TYPE_KINDS for one in vocabulary.terms(kind)))
    properties = list(dict.fromkeys(one for kind in PROPERTY_KINDS for one in vocabulary.terms(kind)))
    header = next(iter(vocabulary.terms(OWL + "Ontology")), None)
    known = set(classes)
    tops = [one for one in classes if not any(above in known for above in vocabulary.superclasses(one)[1:])]

    def below(one: int) -> list[int]:
        found = [
            sub for sub in site.snapshot.subjects(vocabulary.subclass_of, one) if sub in known and sub != one
        ]
        return sorted(found, key=lambda sub: site.snapshot.label(sub).casefold())

    def shown(one: int) -> Markup:
        count = instances[one]
        mark = Markup(f' <span class="count">{count:,}</span>') if count else Markup("")
        iri = site.snapshot.iri(one)
        curie = "" if iri.startswith(site.project.base) else site.project.prefixes.shrink(iri) or iri
        foreign = Markup(' <code class="count">{}</code>').format(curie) if curie else Markup("")
        return html_link(link_of(site, one, "")) + foreign + mark

    text = renderer.page(
        "ontology",
        "ontology.html",
        about=_header(site, header),
        classes=_split(site, [_term(site, one, instances[one]) for one in classes]),
        properties=_split(site, [_term(site, one, uses[one]) for one in properties]),
        tree=nested(tops, below, shown),
        picture=draw_hierarchy(site, classes, properties, instances),
        schemes=scheme_links(site),
        namespace=f"{site.project.base}ontology#",
    )
    site.writer.write("ontology.html", text)


def _split(site: Site, terms: list[TermView]) -> list[tuple[str, list[TermView]]]:
    """Own terms first, then those of other vocabularies that are used as they are."""
    own, foreign = [term for term in terms if term.own], [term for term in terms if not term.own]
    return [(name, found) for name, found in (("own", own), ("others", foreign)) if found]


def _header(site: Site, number: int | None) -> list[tuple[str, list[Link]]]:
    if number is None:
        return []
    snapshot = site.snapshot
    wanted = (
        DCTERMS + "abstract",
        DCTERMS + "description",
        OWL + "versionInfo",
        DCTERMS + "license",
        SKOS + "changeNote",
    )
    return [
        (snapshot.label(snapshot.id_of(NamedNode(iri))), links)
        for iri in wanted
        if (links := [link_of(site, value, "") for value in snapshot.values(number, snapshot.find(iri))])
    ]


def _term(site: Site, number: int, used: int) -> TermView:
    snapshot = site.snapshot
    iri = snapshot.iri(number)
    grouped: dict[int, list[int]] = {}
    for property_, value in snapshot.facts(number):
        if snapshot.iri(property_) not in _HIDDEN and property_ != snapshot.type:
            grouped.setdefault(property_, []).append(value)
    texts = {
        wanted: [snapshot.terms[v] for v in snapshot.values(number, snapshot.find(wanted))]
        for wanted in _TEXTS[:2]
    }
    definition = next((site.vocabulary.text(found) for found in texts.values() if found), "")
    rows = []
    for property_, values in sorted(
        grouped.items(), key=lambda entry: (_rank(snapshot.iri(entry[0])), snapshot.iri(entry[0]))
    ):
        links = sorted(
            link_of(site, value, "") for value in values if not _is_nameless(snapshot.terms[value])
        )
        if links:
            rows.append((snapshot.label(property_), links))
    inverse = site.vocabulary.inverse(number)
    if inverse and not any(name.endswith("inverseOf") or name == "inverse of" for name, _links in rows):
        rows.append(("inverse", [Link(inverse)]))
    return TermView(
        anchor=site.term_anchor(iri),
        label=snapshot.label(number),
        iri=iri,
        curie=site.project.prefixes.shrink(iri) or "",
        definition=definition,
        kinds=[snapshot.label(kind).split(":")[-1] for kind in snapshot.types(number)],
        rows=rows,
        used=used,
        own=iri.startswith(site.project.base),
    )


def _rank(iri: str) -> int:
    order = (
        SKOS + "scopeNote",
        SKOS + "example",
        RDFS + "subClassOf",
        RDFS + "subPropertyOf",
        RDFS + "domain",
        RDFS + "range",
        OWL + "inverseOf",
    )
    return order.index(iri) if iri in order else len(order)


def _is_nameless(term: Term) -> bool:
    return not isinstance(term, NamedNode | Literal)


def write_shapes(site: Site, renderer: Renderer) -> None:
    """Write the page on the rules that data are checked by."""
    shapes, vocabulary = site.vocabulary.shapes, site.vocabulary
    shown: list[dict[str, object]] = []
    anchored: set[str] = set()
    for shape in shapes.nodes:
        targets = shapes.targets(shape)
        if not targets or not isinstance(shape, NamedNode):
            continue
        rules = []
        for part in (*shapes.parts(shape), *shapes.values(shape, SH + "sparql")):
            path = shapes.value(part, SH + "path")
            if not isinstance(part, NamedNode):
                continue
            anchor = _anchor(site, part.value)
            rules.append(
                {
                    "anchor": anchor if part.value not in anchored else "",
                    "name": vocabulary.text(shapes.values(part, SH + "name")) or _anchor(site, part.value),
                    "path": _link(site, path) if isinstance(path, NamedNode) else None,
                    "description": vocabulary.text(shapes.values(part, SH + "description")),
                    "message": vocabulary.text(shapes.values(part, SH + "message")),
                    "severity": shapes.severity_iri(part).split("#")[-1],
                    "limits": _limits(site, part),
                }
            )
            anchored.add(part.value)
        shown.append(
            {
                "anchor": _anchor(site, shape.value),
                "name": vocabulary.text(shapes.values(shape, SH + "name")) or _anchor(site, shape.value),
                "description": vocabulary.text(shapes.values(shape, SH + "description")),
                "message": vocabulary.text(shapes.values(shape, SH + "message")),
                "severity": shapes.severity_iri(shape).split("#")[-1],
                "targets": sorted({_link(site, target) for _kind, target in targets}),
                "rules": rules,
            }
        )
    shown.sort(key=lambda entry: (str(entry["name"]).casefold(), str(entry["anchor"])))
    site.writer.write("shapes.html", renderer.page("shapes", "shapes.html", shapes=shown))


def _limits(site: Site, part: Term) -> list[tuple[str, list[Link]]]:
    """What a rule demands, by the names of SHACL."""
    found = []
    for name in (
        "datatype",
        "class",
        "nodeKind",
        "minCount",
        "maxCount",
        "minInclusive",
        "maxInclusive",
        "minExclusive",
        "pattern",
        "uniqueLang",
        "hasValue",
    ):
        values = site.vocabulary.shapes.values(part, SH + name)
        if values:
            found.append((f"sh:{name}", [_link(site, value) for value in values]))
    return found


def _link(site: Site, term: Term) -> Link:
    if isinstance(term, Literal):
        return literal_link(term, site.project.language)
    return link_of(site, site.snapshot.id_of(term), "")


def _anchor(site: Site, iri: str) -> str:
    own = f"{site.project.base}shapes#"
    return fragment_of(iri.removeprefix(own) if iri.startswith(own) else iri)
