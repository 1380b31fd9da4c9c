"""What a template says about its columns, in words."""

from __future__ import annotations

from mca_graph.contributions.fill import Sheet
from mca_graph.contributions.layout import ID_HEADING, Slot
from mca_graph.contributions.literals import described
from mca_graph.contributions.values import is_prose

HEADINGS = ("Sheet", "Column", "Needed", "Several values", "What it is", "What to write", "Example")

INTRODUCTION = (
    "One row describes one thing. Columns may stand in any order, and those you do not need may go.",
    "A column marked * is needed. A row whose first cell begins with # is not read.",
    "Several values in one cell stand on lines of their own, or with a semicolon and a space between "
    "them; a semicolon within a value is written \\;",
    "Things are written by their names, as the lists show them, by their ids, or by their addresses.",
    "Formulas are not read. Dates are written 2024-02-13, 2024-02 or 2024, as exact as in the source.",
    "For text in another language add a column with its tag, such as 'name @cy'.",
)

_ID = "Leave it empty for a new thing: an id is made from what the row says. Write the id to change a thing."


def guide_rows(sheets: list[Sheet]) -> list[list[str]]:
    """One row for each column of each sheet; see :data:`HEADINGS`."""
    return [
        [
            sheet.kind.name,
            slot.heading,
            needed(slot),
            "yes" if slot.column is not None and not is_prose(slot.column) and slot.column.many else "",
            about(sheet, slot),
            what_to_write(sheet, at),
            example if slot.column is not None else "",
        ]
        for sheet in sheets
        for at, (slot, example) in enumerate(zip(sheet.slots, sheet.example, strict=True))
    ]


def needed(slot: Slot) -> str:
    """Whether a column must be filled."""
    if slot.column is None:
        return ""
    return "yes" if slot.column.required else "if known" if slot.column.wanted else ""


def about(sheet: Sheet, slot: Slot) -> str:
    """What a column is, as the shapes say it."""
    if slot.column is not None:
        return slot.column.help
    if slot.heading == ID_HEADING:
        return _ID
    return f"Which sort of {sheet.kind.label} it is, where it is a special one."


def what_to_write(sheet: Sheet, at: int) -> str:
    """What values look like."""
    slot, listed = sheet.slots[at], sheet.choices[at]
    if listed:
        some = ", ".join(listed[:3])
        return f"One of {len(listed)} names: {some}{', …' if len(listed) > 3 else ''}"
    if slot.column is None:
        return "small letters, digits and hyphens" if slot.heading == ID_HEADING else ""
    values = slot.column.values
    if values.of_things:
        return "the name of a thing that the graph or this file describes"
    if values.address:
        return "a whole address, such as https://example.org/"
    text = f"text in the language {slot.language}" if slot.language else "text"
    return text if values.of_text else described(values.datatypes)
