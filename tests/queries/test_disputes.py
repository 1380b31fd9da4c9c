"""What the saved query on disagreement shows is what was resolved when the graph was assembled."""

from __future__ import annotations

from pyoxigraph import QuerySolutions

from mca_graph.graph.assemble import assemble
from mca_graph.graph.resolve import Choice, Dispute, Resolver
from mca_graph.graph.rules import single_valued
from mca_graph.project import Project
from mca_graph.queries.catalogue import find_query
from mca_graph.store.embedded import EmbeddedStore

Side = tuple[str, str, str, str, str, str]
"""Subject, property, value, "yes" or "no", contribution, and whether it prevails."""


def sides_of(dispute: Dispute) -> set[Side]:
    sides: list[tuple[Choice, str]] = [(dispute.chosen, "true")]
    sides.extend((choice, "false") for choice in dispute.rejected)
    return {
        (
            str(dispute.subject),
            str(dispute.property),
            str(dispute.denied if choice.value is None else choice.value),
            "no" if choice.value is None else "yes",
            contribution.value,
            prevails,
        )
        for choice, prevails in sides
        for contribution in choice.contributions
    }


def test_the_query_shows_the_disputes_of_the_real_data(mca: Project) -> None:
    store = EmbeddedStore()
    assemble(mca, store)
    found: set[Side] = set()
    rows = store.query(find_query(mca, "facts-sources-disagree").text)
    assert isinstance(rows, QuerySolutions)
    for row in rows:
        found.add(
            (
                str(row["thing"]),
                str(row["property"]),
                str(row["value"]),
                row["says"].value,
                row["contribution"].value,
                row["in_use"].value,
            )
        )
    resolver = Resolver(store, mca, single_valued(mca.shape_files))
    resolved = {side for dispute in resolver.disputes() for side in sides_of(dispute)}
    assert resolved
    assert found == resolved
