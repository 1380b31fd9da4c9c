"""What a worker can do, and what it has at hand for it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mca_graph.graph.index import best, is_store
from mca_graph.project import Project, load_project
from mca_graph.queries.catalogue import SavedQuery, find_query
from mca_graph.queries.labels import Labels
from mca_graph.queries.names import Names
from mca_graph.queries.parameters import bind_parameters
from mca_graph.server.frames import HEAD, Channel
from mca_graph.server.negotiation import Offer
from mca_graph.server.output import LimitedOutput
from mca_graph.server.refusal import NOT_ACCEPTABLE, RefusedError
from mca_graph.server.worker import WorkerSettings
from mca_graph.store.embedded import EmbeddedStore

if TYPE_CHECKING:
    from mca_graph.store.remote import RemoteStore

Job = dict[str, Any]

_MOST_KEPT = 500
_LONGEST_KEPT = 20_000
_MEMORY_OF_A_BODY = 8
"""So many times its size the answer of an endpoint may need in memory, read and taken apart."""


class Workspace:
    """What the jobs of a worker share.

    Args:
        settings: what the worker was told.
    """

    def __init__(self, settings: WorkerSettings) -> None:
        self.settings = settings
        self.project: Project = load_project(Path(settings.root))
        self.store: EmbeddedStore | RemoteStore = open_store(self.project, settings)
        self._queries: dict[str, SavedQuery] = {}
        self._bound: dict[tuple[str, str], str] = {}

    def saved_query(self, name: str) -> SavedQuery:
        """A saved query, read once.

        Raises:
            UnknownNameError: there is none of that name.
        """
        if name not in self._queries:
            self._queries[name] = find_query(self.project, name)
        return self._queries[name]

    def bound(self, query: SavedQuery, given: dict[str, list[str]]) -> str:
        """The text of a saved query with its parameters bound; the graph stays the same, so it is kept.

        Raises:
            ParameterError: a value is missing, unknown or of the wrong type.
        """
        key = (query.id, repr(sorted(given.items())))
        text = self._bound.pop(key, None)
        if text is None:
            text = bind_parameters(query, given, self.names)
        if len(text) <= _LONGEST_KEPT:
            self._bound[key] = text
            if len(self._bound) > _MOST_KEPT:
                del self._bound[next(iter(self._bound))]
        return text

    def whole_store(self) -> EmbeddedStore:
        """The graph in this process: an endpoint's is copied, once.

        Raises:
            StoreError: it did not come whole.
        """
        if isinstance(self.store, EmbeddedStore):
            return self.store
        from mca_graph.store.copying import copy_of

        return copy_of(self.store)

    @cached_property
    def names(self) -> Names:
        """Finds things by what people call them."""
        return Names(self.store, self.project)

    def labels(self) -> Labels:
        """Names things; new for each job, so that what it has found does not pile up."""
        return Labels(self.store, self.project)

    def output(self, channel: Channel) -> LimitedOutput:
        """Where an answer is written."""
        return LimitedOutput(channel, self.settings.max_bytes_out, self.settings.max_rows)


def open_store(project: Project, settings: WorkerSettings) -> EmbeddedStore | RemoteStore:
    """The graph that a worker answers from.

    Raises:
        StoreError: it cannot be opened.
    """
    if not settings.at_endpoint:
        folder = Path(settings.store)
        return EmbeddedStore.open(folder if is_store(folder) else best(folder))  # tidied in the meantime
    from mca_graph.store.remote import RemoteStore

    # A little less than the worker has: then it can still tell what happened.
    seconds, largest = 0.95 * settings.time_limit, settings.memory // _MEMORY_OF_A_BODY
    return RemoteStore.open(settings.store, project, seconds, largest)


def send_head(channel: Channel, offer: Offer, *, kind: str = "", **more: Any) -> None:
    """Tell the server in which form the answer comes."""
    channel.put_json(
        HEAD, {"status": 200, "type": offer.content_type, "name": offer.name, "kind": kind, **more}
    )


def not_acceptable(what: str, offers: tuple[Offer, ...]) -> RefusedError:
    """Tell a client that nothing on offer is what it wants."""
    listed = ", ".join(offer.media_type for offer in offers)
    return RefusedError(
        NOT_ACCEPTABLE, f"{what} is not to be had in a form that you accept", f"there is {listed}"
    )


def run_job(workspace: Workspace, job: Job, body: bytes, channel: Channel) -> dict[str, Any]:
    """Do a job, write the answer, return what was counted.

    Raises:
        McaGraphError: it cannot be done.
    """
    return _runner(job["kind"])(workspace, job, body, channel)


def _runner(kind: str) -> Callable[[Workspace, Job, bytes, Channel], dict[str, Any]]:
    if kind == "sparql":
        from mca_graph.server.jobs_sparql import answer_query

        return answer_query
    if kind == "saved":
        from mca_graph.server.jobs_saved import answer_saved

        return answer_saved
    if kind == "validate":
        from mca_graph.server.jobs_validate import check_contribution

        return check_contribution
    if kind == "resource":
        from mca_graph.server.jobs_resource import describe

        return describe
    from mca_graph.server.jobs_resource import write_graph

    return write_graph
