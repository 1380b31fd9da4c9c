"""Templates: from the names of kinds to a file's content."""

from __future__ import annotations

from collections.abc import Sequence

from pyoxigraph import NamedNode

from mca_graph.contributions.fill import Filler, Sheet
from mca_graph.contributions.minting import Mint
from mca_graph.errors import McaGraphError
from mca_graph.project import Project
from mca_graph.queries.names import Names, Range
from mca_graph.store.embedded import EmbeddedStore


def fill(
    project: Project,
    store: EmbeddedStore,
    kinds: Sequence[str],
    *,
    everything: bool = False,
    things: Sequence[str] = (),
) -> tuple[list[Sheet], Filler]:
    """Tables of these kinds.

    Args:
        project: the project.
        store: its graph.
        kinds: their names.
        everything: fill in all that is known.
        things: fill in these things, by their names.

    Raises:
        UnknownNameError: there is no kind of that name.
        ParameterError: there is no thing of that name.
        McaGraphError: a thing is of none of the kinds.
    """
    filler = Filler(project, store)
    found = list(dict.fromkeys(filler.kinds.find(name) for name in kinds))
    chosen: dict[str, list[NamedNode]] = {kind.name: [] for kind in found}
    for kind in found if everything else ():
        chosen[kind.name] = filler.things(kind)
    for given in things:
        names = Names(store, project)
        for number, kind in enumerate(found, start=1):
            try:
                chosen[kind.name].append(names.find(given, Range(class_=kind.class_.value), kind.label))
                break
            except McaGraphError:
                if number == len(found):
                    raise
    return [filler.sheet(kind, chosen[kind.name]) for kind in found], filler


def xlsx_bytes(sheets: list[Sheet], project: Project) -> bytes:
    """A workbook; see :func:`mca_graph.contributions.workbook.workbook`."""
    from mca_graph.contributions.workbook import workbook

    return workbook(sheets, project.title)


def csv_files(sheets: list[Sheet], project: Project, filler: Filler, file_name: str) -> tuple[bytes, bytes]:
    """A CSV file and its metadata.

    Raises:
        McaGraphError: more than one kind was asked for.
    """
    from mca_graph.contributions.csvw import csv_text, metadata

    if len(sheets) != 1:
        raise McaGraphError("a CSV file holds one table", "name one KIND, or write .xlsx")
    namespace = Mint(project, filler.store, filler.kinds).namespace(sheets[0].kind)
    return csv_text(sheets[0]), metadata(sheets[0], file_name, project, namespace).encode()


def ttl_text(sheets: list[Sheet], project: Project, filler: Filler) -> bytes:
    """A Turtle file with comments.

    Raises:
        McaGraphError: it was to be filled.
    """
    from mca_graph.contributions.skeleton import skeleton

    if any(sheet.rows for sheet in sheets):
        raise McaGraphError(
            "a Turtle template is not filled", "'mca-graph show THING -f turtle' shows a thing"
        )
    return skeleton(sheets, project, Mint(project, filler.store, filler.kinds)).encode()
