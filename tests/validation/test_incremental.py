"""What a change can matter to is checked, nothing else matters, and nobody can tell it from a full check."""

from __future__ import annotations

from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from incremental_support import shapes, triples
from pyoxigraph import Quad, Triple

from mca_graph.findings import Finding
from mca_graph.store.embedded import EmbeddedStore
from mca_graph.validation.data import DataGraph
from mca_graph.validation.fast import validate
from mca_graph.validation.incremental.change import Change
from mca_graph.validation.incremental.check import Checker
from mca_graph.validation.incremental.view import Base
from mca_graph.validation.shapes import Shapes


def full(data: list[Triple], rules: Shapes) -> set[Finding]:
    return set(validate(DataGraph(data), rules, "en"))


def check_change(held: list[Triple], rules: Shapes, said: list[Triple], removed: set[Triple]) -> None:
    """Compare the check of a change with the check of the whole graph, before and after it."""
    store = EmbeddedStore.of(Quad(one.subject, one.predicate, one.object) for one in held)
    base = Base(store, [None])
    before = list(dict.fromkeys(base.triples()))
    out = frozenset(removed & set(before) - set(said))
    added = tuple(one for one in said if one not in base)
    change = Change(base, added, out, frozenset(one.subject for one in said))
    after = [*(one for one in before if one not in out), *added]

    checker = Checker(change, rules, "en")
    found_after, found_before = set(checker.after()), set(checker.before())
    full_after, full_before = full(after, rules), full(before, rules)

    assert found_after <= full_after
    assert found_before <= full_before
    assert full_after - found_after == full_before - found_before
    mentioned = {str(node) for node in change.mentioned}
    assert {one for one in full_after if one.focus in mentioned} <= found_after
    assert full_after - full_before == found_after - found_before


@settings(max_examples=2000, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(st.randoms(use_true_random=False))
def test_a_change_is_checked_as_if_everything_were(chance: Random) -> None:
    held = triples(chance, 25)
    removed = {one for one in held if not chance.randrange(8)}
    check_change(held, Shapes(shapes(chance)), triples(chance, 5), removed)
