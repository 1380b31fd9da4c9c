"""Look into a workbook before it is opened: a zip archive of XML that anybody may have made."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import BinaryIO
from xml.parsers import expat

from mca_graph.errors import LimitError, ReadError

_MOST_BYTES = 512 * 1024 * 1024
_SUSPECT_FROM = 16 * 1024 * 1024
_MOST_RATIO = 150
"""A workbook of the most uniform rows shrinks to about a fiftieth; a bomb to a thousandth and less."""

_MOST_PARTS = 5_000
_WORKBOOK = re.compile(r"(^|/)workbook\d*\.xml\Z", re.IGNORECASE)
_OLE = b"\xd0\xcf\x11\xe0"


def check_archive(path: Path) -> None:
    """Refuse a workbook that is none, holds macros, or would fill memory when opened.

    Raises:
        ReadError: it is no workbook, holds macros, or declares entities.
        LimitError: it would be too large.
    """
    name = str(path)
    try:
        with path.open("rb") as file:
            if file.read(4) == _OLE:
                hint = "save it as .xlsx, without a password"
                raise ReadError(name, "an old .xls file, or one with a password", hint=hint)
            file.seek(0)
            _check(name, file)
    except zipfile.BadZipFile as error:
        raise ReadError(name, f"this is no .xlsx file: {error}", hint="save it again as .xlsx") from error
    except (OSError, NotImplementedError, RuntimeError) as error:
        raise ReadError(name, f"it cannot be opened: {error}") from error


def _check(name: str, file: BinaryIO) -> None:
    with zipfile.ZipFile(file) as archive:
        parts = archive.infolist()
        whole = sum(part.file_size for part in parts)
        packed = sum(part.compress_size for part in parts)
        bomb = whole > _SUSPECT_FROM and whole > _MOST_RATIO * max(packed, 1)
        if whole > _MOST_BYTES or bomb or len(parts) > _MOST_PARTS:
            raise LimitError(
                f"{name}: {whole:,} bytes are packed into {packed:,}: not opened",
                "use a CSV file for very large tables",
            )
        for part in parts:
            if part.filename.lower().endswith("vbaproject.bin"):
                raise ReadError(name, "the workbook holds macros", hint="save it as .xlsx without macros")
        if not any(_WORKBOOK.search(part.filename) for part in parts):
            raise ReadError(name, "this is no Excel workbook", hint="save it as .xlsx")
        for part in parts:
            if part.filename.lower().endswith((".xml", ".rels", ".vml")):
                with archive.open(part) as content:
                    _check_xml(name, part.filename, content)


class _DeclaredError(Exception):
    pass


def _check_xml(name: str, part: str, content: object) -> None:
    """Refuse a document type declaration: entities stand in one, and no workbook needs any."""

    def refuse(*_args: object) -> None:
        raise _DeclaredError

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        parser.ParseFile(content)  # type: ignore[arg-type]
    except _DeclaredError as error:
        hint = "no spreadsheet program writes such a file"
        raise ReadError(name, f"{part} declares entities", hint=hint) from error
    except expat.ExpatError as error:
        raise ReadError(name, f"{part} is not XML: {error}", hint="save it again as .xlsx") from error
