"""Assemble a project's files into one graph: evidence, provenance, and the resolved current graph."""
