"""Write a template as Turtle with comments: for those who would rather type than fill in a table."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from pyoxigraph import NamedNode

from mca_graph.contributions.columns import Column
from mca_graph.contributions.fill import Sheet
from mca_graph.contributions.guide import what_to_write
from mca_graph.contributions.minting import Mint
from mca_graph.namespaces import XSD
from mca_graph.project import Project

_WIDTH = 96


def skeleton(sheets: list[Sheet], project: Project, mint: Mint) -> str:
    """A Turtle file that says what to write where; every optional line is a comment."""
    writer = _Writer(project)
    blocks = ["\n".join(writer.block(sheet, mint.namespace(sheet.kind))) for sheet in sheets]
    head = (
        "# A contribution to fill in. Replace each … by what your source says.\n"
        "# Take the '#' before a line away to use it; take lines that you do not need away.\n"
        "# 'mca-graph validate FILE' says what is missing or wrong.\n\n"
    )
    return head + writer.prefixes() + "\n" + "\n".join(blocks)


class _Writer:
    def __init__(self, project: Project) -> None:
        self._project = project
        self._used: dict[str, None] = {}

    def prefixes(self) -> str:
        known = dict(self._project.prefixes)
        return "".join(f"@prefix {name}: <{known[name]}> .\n" for name in sorted(self._used))

    def block(self, sheet: Sheet, namespace: str | None) -> Iterator[str]:
        yield f"# {sheet.kind.label}"
        subject = self._short(f"{namespace or self._project.base}the-id-of-the-{sheet.kind.name}")
        yield f"{subject} a {self._short(sheet.kind.class_.value)} ;"
        for at, slot in enumerate(sheet.slots):
            if slot.column is not None:
                yield from self._lines(slot.column, what_to_write(sheet, at), subject)
        yield "."
        yield ""

    def _lines(self, column: Column, what: str, subject: str) -> Iterator[str]:
        mark = "needed" if column.required else "if known" if column.wanted else ""
        yield ""
        heading = f"{column.name}{f' ({mark})' if mark else ''}: {column.help} {column.advice or what}"
        for line in wrap(" ".join(heading.split()), _WIDTH):
            yield f"    # {line}"
        property_ = self._short(column.path.property.value)
        value = self._placeholder(column)
        if column.path.inverse:
            yield f"    # … {property_} {subject} ."
        else:
            is_open = column.required and not column.values.of_things
            yield f"    {'' if is_open else '# '}{property_} {value} ;"

    def _placeholder(self, column: Column) -> str:
        values = column.values
        if values.of_languages:
            return f'"…"@{self._project.language}'
        if values.of_things:
            return "…"
        if values.address:
            return "<https://…>"
        datatype = values.datatypes[0] if values.datatypes else XSD + "string"
        return '"…"' if datatype == XSD + "string" else f'"…"^^{self._short(datatype)}'

    def _short(self, iri: str) -> str:
        short = self._project.prefixes.shrink(iri)
        if short is None:
            return str(NamedNode(iri))
        self._used[short.split(":")[0]] = None
        return short
