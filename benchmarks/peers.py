"""The bare scripts that this tool is measured against: the least that can answer the same question."""

from __future__ import annotations

OXIGRAPH = """
import sys
import click
import pyoxigraph
store = pyoxigraph.Store()
for path in sys.argv[2:]:
    store.bulk_load(path=path, format=pyoxigraph.RdfFormat.TURTLE)
for row in store.query(open(sys.argv[1], encoding="utf-8").read()):
    print(*(term.value if term else "" for term in row), sep="\\t")
"""
"""Import click and pyoxigraph, parse the files, run the query, print the rows."""

RDFLIB = """
import sys
import rdflib
graph = rdflib.Dataset(default_union=True)
for path in sys.argv[2:]:
    graph.parse(path, format="turtle")
for row in graph.query(open(sys.argv[1], encoding="utf-8").read()):
    print(*row, sep="\\t")
"""
"""The same with rdflib."""

OPEN_INDEX = """
import sys
import pyoxigraph
store = pyoxigraph.Store.read_only(sys.argv[2])
for row in store.query(open(sys.argv[1], encoding="utf-8").read()):
    print(*(term.value if term else "" for term in row), sep="\\t")
"""
"""Open a store that stands on disk, run the query, print the rows."""

BULK_LOAD = """
import sys
import pyoxigraph
store = pyoxigraph.Store(sys.argv[1])
store.bulk_load(path=sys.argv[2], format=pyoxigraph.RdfFormat.N_TRIPLES)
store.flush()
"""
"""The engine's own bulk load of one file into a store on disk."""
