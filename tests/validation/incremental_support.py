"""Graphs, shapes and changes of every kind, made by chance."""

from __future__ import annotations

from random import Random

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from mca_graph.namespaces import RDF, RDFS, XSD

EX = "http://example.org/"
HEAD = f"""
@prefix : <{EX}> . @prefix sh: <http://www.w3.org/ns/shacl#> . @prefix rdf: <{RDF}> .
@prefix rdfs: <{RDFS}> . @prefix xsd: <{XSD}> .
:prefixes sh:declare [ sh:prefix "" ; sh:namespace "{EX}"^^xsd:anyURI ] ,
  [ sh:prefix "rdf" ; sh:namespace "{RDF}"^^xsd:anyURI ] ,
  [ sh:prefix "rdfs" ; sh:namespace "{RDFS}"^^xsd:anyURI ] .
:Unlinked a sh:ConstraintComponent ; sh:parameter [ sh:path :unlinked ] ; sh:validator [
  a sh:SPARQLAskValidator ; sh:prefixes :prefixes ;
  sh:ask "ASK {{ FILTER NOT EXISTS {{ $value :q ?between . ?between :r $unlinked }} }}" ] .
:Unmet a sh:ConstraintComponent ; sh:parameter [ sh:path :unmet ] ;
  sh:nodeValidator [ a sh:SPARQLSelectValidator ; sh:prefixes :prefixes ;
    sh:select "SELECT $this WHERE {{ $this :p ?between . ?between :q $unmet }}" ] ;
  sh:propertyValidator [ a sh:SPARQLSelectValidator ; sh:prefixes :prefixes ;
    sh:select "SELECT $this ?value WHERE {{ $this $PATH ?value . ?value :q $unmet }}" ] .
"""

TYPE, SUBCLASS = NamedNode(RDF + "type"), NamedNode(RDFS + "subClassOf")
NODES = [NamedNode(EX + name) for name in "abcde"] + [BlankNode("x"), BlankNode("y")]
CLASSES = [NamedNode(EX + name) for name in ("C", "D", "E")]
PROPERTIES = [NamedNode(EX + name) for name in "pqr"]
LITERALS = [
    Literal("1", datatype=NamedNode(XSD + "integer")),
    Literal("01", datatype=NamedNode(XSD + "integer")),
    Literal("2", datatype=NamedNode(XSD + "integer")),
    Literal("2024-01-01", datatype=NamedNode(XSD + "date")),
    Literal("text"),
    Literal("text", language="en"),
    Literal("texte", language="fr"),
]

QUERIES = (
    "$this {p} ?value . ?other {p} ?value . FILTER(?other != $this)",
    "$this {p} ?value . ?value {q}* $this .",
    "$this {p} ?value . ?value {q}+ ?other . ?other a ?kind . ?kind rdfs:subClassOf* :C .",
    "$this {p} ?value . FILTER NOT EXISTS {{ ?value {q} ?other }}",
    "$this {p} ?value . FILTER NOT EXISTS {{ ?other {q} $this ; {r} ?value }}",
    "$this {p} ?value . OPTIONAL {{ ?value {q} ?other . ?other {r} ?third }} FILTER(!bound(?other))",
    "$this {p} ?value . OPTIONAL {{ $this {q} ?other }} ?other {r} ?third .",
    "OPTIONAL {{ $this {q} ?value }} $this {p} ?value .",
    "$this {p} ?value . OPTIONAL {{ $this {q} ?other OPTIONAL {{ ?other {r} ?value }} }} "
    "FILTER(bound(?other))",
    "{{ $this {p} ?value }} UNION {{ ?value {q} $this ; {r} ?other }}",
    "$this a ?kind . {{ ?value {p} ?kind }} "
    "UNION {{ $this {q} ?value . FILTER EXISTS {{ ?value {p} $this }} }}",
    "$this ?path ?value . FILTER NOT EXISTS {{ ?path a :C }}",
    "$this {p}|^{q} ?value . ?value !({p}|^{r}) ?other .",
    "$this {p} ?value . BIND(?value AS ?other) FILTER NOT EXISTS {{ ?other {q} ?value }}",
    "?value {p}/{q}? $this .",
    "$this {p} [ {q} ?value ] .",
    "$this {p} ?value . {{ SELECT $this (MAX(?n) AS ?most) WHERE {{ $this {q} ?n }} GROUP BY $this }}",
    "$this {p} ?value . FILTER(EXISTS {{ ?value {q} 1 }} || EXISTS {{ ?value a :C }})",
    "{{ $this {p} ?value OPTIONAL {{ ?value {q} ?other }} }} ?other {r} ?third .",
    "$this {p} ?value . FILTER NOT EXISTS {{ ?value {q} ?other FILTER NOT EXISTS {{ ?other {r} $this }} }}",
    "$this {p} ?value . GRAPH ?g {{ ?value {q} ?other }}",
    "?other {p} ?value . FILTER($this = ?other)",
    "?value {q} ?third . $this {p} ?other .",
)
COUNTS = (
    "SELECT $this (COUNT(?other) AS ?value) WHERE {{ $this {p} ?other }} "
    "GROUP BY $this HAVING(COUNT(?other) > 1)",
    "SELECT $this ?value WHERE {{ $this {p} ?value . ?other {q} $this }} "
    "GROUP BY $this ?value HAVING(COUNT(DISTINCT ?other) > 1)",
)


def triple(chance: Random) -> Triple:
    """A statement about things of few kinds, so that statements meet."""
    kind = chance.randrange(10)
    if kind < 2:
        return Triple(chance.choice(NODES), TYPE, chance.choice(CLASSES))
    if kind == 2:
        return Triple(chance.choice(CLASSES), SUBCLASS, chance.choice(CLASSES))
    if kind == 3:
        return Triple(chance.choice(PROPERTIES), TYPE, chance.choice(CLASSES))
    value = chance.choice(LITERALS if kind < 6 else NODES)
    return Triple(chance.choice(NODES), chance.choice(PROPERTIES), value)


def triples(chance: Random, most: int) -> list[Triple]:
    """Some statements, each once."""
    return list(dict.fromkeys(triple(chance) for _ in range(chance.randrange(most + 1))))


def _property(chance: Random) -> str:
    return chance.choice((":p", ":q", ":r"))


def path(chance: Random, depth: int = 2) -> str:
    """A property path as SHACL writes it."""
    kind = chance.randrange(12)
    if depth == 0 or kind < 5:
        return _property(chance)
    if kind == 5:
        return chance.choice(("rdf:type", "( rdf:type rdfs:subClassOf )"))
    inner = path(chance, depth - 1)
    if kind < 8:
        return f"[ sh:inversePath {inner} ]"
    if kind == 8:
        return f"( {inner} {path(chance, depth - 1)} )"
    if kind == 9:
        return f"[ sh:alternativePath ( {inner} {path(chance, depth - 1)} ) ]"
    return f"[ sh:{chance.choice(('zeroOrMorePath', 'oneOrMorePath', 'zeroOrOnePath'))} {inner} ]"


def sparql(chance: Random) -> str:
    """A SPARQL-based constraint."""
    names = {name: _property(chance) for name in "pqr"}
    if chance.randrange(8) == 0:
        query = chance.choice(COUNTS).format(**names)
    else:
        query = f"SELECT DISTINCT $this ?value WHERE {{ {chance.choice(QUERIES).format(**names)} }}"
    return f'sh:sparql [ sh:prefixes :prefixes ; sh:select """{query}""" ]'


def constraint(chance: Random, depth: int) -> str:
    """A constraint that any shape may have."""
    simple = (
        f"sh:class {chance.choice((':C', ':D', ':E'))}",
        f"sh:datatype {chance.choice(('xsd:integer', 'xsd:string', 'rdf:langString'))}",
        f"sh:nodeKind sh:{chance.choice(('IRI', 'Literal', 'BlankNode', 'BlankNodeOrIRI'))}",
        "sh:minInclusive 2",
        "sh:maxLength 2",
        'sh:pattern "^http"',
        'sh:languageIn ( "en" )',
        "sh:hasValue :a",
        "sh:in ( :a :b 1 )",
        f"sh:equals {_property(chance)}",
        f"sh:disjoint {_property(chance)}",
        "sh:closed true ; sh:ignoredProperties ( rdf:type )",
        f":unlinked {chance.choice((':a', ':b', '1'))}",
        f":unmet {chance.choice((':a', ':b', '1'))}",
    )
    if chance.randrange(4) == 0:
        return sparql(chance)
    kind = chance.randrange(len(simple) + (6 if depth else 0))
    if kind < len(simple):
        return simple[kind]
    inner = f"[ {shape(chance, depth - 1)} ]"
    other = f"[ {shape(chance, depth - 1)} ]"
    return (
        f"sh:not {inner}",
        f"sh:or ( {inner} {other} )",
        f"sh:and ( {inner} {other} )",
        f"sh:xone ( {inner} {other} )",
        f"sh:node {inner}",
        f"sh:property [ {property_shape(chance, depth - 1)} ]",
    )[kind - len(simple)]


def property_shape(chance: Random, depth: int) -> str:
    """The inside of a property shape."""
    own = (
        "sh:minCount 1",
        "sh:maxCount 1",
        "sh:uniqueLang true",
        f"sh:lessThan {_property(chance)}",
        f"sh:lessThanOrEquals {_property(chance)}",
    )
    kind = chance.randrange(len(own) + 6)
    if kind < len(own):
        said = own[kind]
    elif kind <= len(own) + 1 and depth:
        said = (
            f"sh:qualifiedValueShape [ {shape(chance, depth - 1)} ] ; "
            f"sh:{chance.choice(('qualifiedMinCount', 'qualifiedMaxCount'))} 1 ; "
            f"sh:qualifiedValueShapesDisjoint {chance.choice(('true', 'false'))}"
        )
    else:
        said = constraint(chance, depth)
    return f"sh:path {path(chance)} ; {said}"


def shape(chance: Random, depth: int) -> str:
    """The inside of a shape of either kind."""
    return constraint(chance, depth) if chance.randrange(2) else property_shape(chance, depth)


def target(chance: Random) -> str:
    """A target of any kind."""
    return chance.choice(
        (
            "sh:targetClass :C",
            "sh:targetClass :D",
            "sh:targetSubjectsOf :p",
            "sh:targetObjectsOf :q",
            "sh:targetNode :a , :b , 1",
            "a rdfs:Class",
        )
    )


def shapes(chance: Random) -> list[Quad]:
    """A shapes graph: some shapes with targets, which share some property shapes."""
    lines = [HEAD]
    for number in range(1 + chance.randrange(3)):
        name = ":E" if number == 0 and chance.randrange(2) else f":S{number}"
        shared = chance.choice((":part0", ":part1", ":part0 , :part1"))
        parts = [target(chance), shape(chance, 2), f"sh:property {shared}"]
        parts += [constraint(chance, 1)] if chance.randrange(2) else []
        lines.append(f"{name} {' ; '.join(parts)} .")
    for number in range(2):
        lines.append(f":part{number} {property_shape(chance, 1)} .")
    return list(parse("\n".join(lines), format=RdfFormat.TURTLE))
