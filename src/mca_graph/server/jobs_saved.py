"""Answer a saved query: bind its parameters, run it, give the whole answer or a page of it."""

from __future__ import annotations

from typing import Any

from pyoxigraph import QuerySolutions, Triple

from mca_graph.queries.labels import Labels
from mca_graph.server.frames import Channel
from mca_graph.server.jobs import Job, Workspace
from mca_graph.server.jobs_sparql import offer_for, write
from mca_graph.server.output import too_many_rows
from mca_graph.server.query_text import is_ordered
from mca_graph.server.refusal import BAD_REQUEST, NOT_FOUND, RefusedError
from mca_graph.server.rows import as_answer
from mca_graph.store import Term

Row = list[Term | Triple | None]


def answer_saved(workspace: Workspace, job: Job, _body: bytes, channel: Channel) -> dict[str, Any]:
    """Answer a saved query.

    Raises:
        UnknownNameError: there is none of that name.
        ParameterError: a value is missing, unknown or of the wrong type.
        RefusedError: the form or the page cannot be had, or a limit was reached.
    """
    query = workspace.saved_query(job["name"])
    offer = offer_for(query.form, job.get("format"), job.get("accept"))
    page = job.get("page")
    if page is not None and query.form != "SELECT":
        raise RefusedError(
            BAD_REQUEST, f"{query.id} has no pages: its answer is not a table", "leave out page"
        )
    text = workspace.bound(query, job["params"])
    answer = workspace.store.query(text)
    sort = not is_ordered(query.text)
    if page is None:
        return write(workspace, answer, offer, channel, title=query.title, sort=sort)
    assert isinstance(answer, QuerySolutions)
    columns = [variable.value for variable in answer.variables]
    rows = read_rows(answer, columns, workspace.settings.max_rows)
    if sort:
        sort_rows(rows, workspace.labels())
    size = job.get("page_size") or workspace.settings.page_size
    pages = max(1, -(-len(rows) // size))
    if page > pages:
        raise RefusedError(NOT_FOUND, f"there is no page {page}", f"the last page is {pages}")
    part = rows[(page - 1) * size : page * size]
    answer = as_answer(columns, part, workspace.project.base)
    return write(
        workspace,
        answer,
        offer,
        channel,
        title=query.title,
        sort=False,
        page=page,
        pages=pages,
        total=len(rows),
    )


def read_rows(answer: QuerySolutions, columns: list[str], limit: int) -> list[Row]:
    """All rows of an answer.

    Raises:
        RefusedError: there are too many.
    """
    rows: list[Row] = []
    for solution in answer:
        rows.append([solution[name] for name in columns])
        if len(rows) > limit:
            raise too_many_rows(limit)
    return rows


def sort_rows(rows: list[Row], labels: Labels) -> None:
    """Sort rows by what people see, and where that is the same by what there is: every page fits the next."""
    rows.sort(key=lambda row: ([labels.text(term).casefold() for term in row], [str(term) for term in row]))
