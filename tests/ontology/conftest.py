"""Graphs that the tests of the ontology share; no test may change them."""

from __future__ import annotations

import pytest
from ontology_support import ALIGNMENT_FILES, CONCEPT_FILES, CORE_FILES, VOCABULARY_FILES, current_graph, read
from rdflib import Graph


@pytest.fixture(scope="session")
def core() -> Graph:
    """Give the ontology without its alignment."""
    return read(*CORE_FILES)


@pytest.fixture(scope="session")
def alignment() -> Graph:
    """Give the alignment alone."""
    return read(*ALIGNMENT_FILES)


@pytest.fixture(scope="session")
def concepts() -> Graph:
    """Give the concept schemes."""
    return read(*CONCEPT_FILES)


@pytest.fixture(scope="session")
def current() -> Graph:
    """Give the ontology, the concepts and the data, with disagreements settled."""
    return current_graph()


@pytest.fixture(scope="session")
def vocabularies() -> Graph:
    """Give the vocabularies of others."""
    return read(*VOCABULARY_FILES)
