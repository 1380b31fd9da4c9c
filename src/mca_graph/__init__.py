"""mca-graph: a linked-data knowledge graph and the tool that keeps it.

Importing this package is cheap on purpose: neither an RDF library nor an engine is loaded until
something asks for it.
"""

__version__ = "0.1.0"
