"""Parts of a workbook: its XML is gone through, piece by piece, before openpyxl builds anything."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

from hotspot_gaps.sources.files import check_cells, check_rows, check_unpacked, file_error

if TYPE_CHECKING:
    from typing import IO

MAX_PARTS = 10_000
MAX_ELEMENTS = 500_000  # at once: in a row, or in a part that is not a sheet
MAX_TEXTS = 4_000_000  # in the list of texts that cells refer to
MAX_TOKEN = 1_000_000  # bytes that belong together; expat takes ever longer over more
MAX_DEPTH = 50
_CHUNK = 65_536
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_CELL, _FORMULA, _ROW, _TEXT = (f"{_MAIN} {name}" for name in ("c", "f", "row", "si"))
FIX = "Open it in a spreadsheet program, copy the table alone to a new workbook, and save that."


class _Count:
    """What is open, and how many elements would be kept of what is open."""

    def __init__(self, file: str) -> None:
        self.file, self.formula, self.depth, self.last = file, False, 0, ""
        self.kept = self.cells = self.rows = self.texts = 0

    def start(self, name: str, about: dict[str, str]) -> None:
        """Count an element; openpyxl lets go of a row, and of a text, when it ends."""
        self.depth += 1
        if name == _CELL:
            self.cells, self.last = self.cells + 1, about.get("r", "")
        elif name == _FORMULA:
            self.formula = True
        elif name == _ROW and self.depth == 3:
            self.row()
        elif name == _TEXT and self.depth == 2:
            self.texts, self.kept = self.texts + 1, 0
        self.kept += 1
        if self.kept > MAX_ELEMENTS or self.texts > MAX_TEXTS:
            raise file_error(self.file, "a part of this workbook has an unbearable size.", FIX)
        if self.depth > MAX_DEPTH:
            raise file_error(self.file, "this workbook is nested too deep.", FIX)

    def row(self) -> None:
        """Close a row; a cell far to the right stands for all those before it."""
        self.rows, self.kept = self.rows + 1, 0
        self.cells, self.last = self.cells + column_number(self.last), ""
        check_rows(self.rows - 1, self.file)
        check_cells(self.cells, self.file)

    def end(self, _: str) -> None:
        """Close an element."""
        self.depth -= 1

    def refuse(self, *_: Any) -> None:
        """Refuse declarations, which no spreadsheet program writes: they name files and unfold."""
        raise file_error(self.file, "this workbook declares entities of its own.", FIX)


def column_number(reference: str) -> int:
    """Return the number of the column of a cell; 0 where it has none that can be.

    >>> column_number("A1"), column_number("XFD1048576"), column_number("")
    (1, 16384, 0)
    """
    number = 0
    for letter in reference[:3].upper():
        if not "A" <= letter <= "Z":
            break
        number = 26 * number + ord(letter) - ord("A") + 1
    return number


def check_parts(archive: zipfile.ZipFile, file: str) -> bool:
    """Refuse a workbook that would unfold beyond bounds; say whether it has formulas.

    What openpyxl reads of a part, the same parser reads here, and it stops at the same fault.
    """
    entries = archive.infolist()
    if len(entries) > MAX_PARTS:
        raise file_error(file, f"this workbook has more than {MAX_PARTS:,} parts.", FIX)
    check_unpacked(sum(entry.file_size for entry in entries), file)
    formulas = False
    for entry in entries:
        with archive.open(entry) as part:
            formulas |= _has_formula(part, file)
    return formulas


def _has_formula(part: IO[bytes], file: str) -> bool:
    """Go through a part; what is no XML, such as a picture, is not read by openpyxl either."""
    count = _Count(file)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = count.start, count.end
    parser.StartDoctypeDeclHandler = count.refuse
    fed = 0
    try:
        while chunk := part.read(_CHUNK):
            fed += len(chunk)
            parser.Parse(chunk, False)
            if fed - parser.CurrentByteIndex > MAX_TOKEN:
                raise file_error(file, "a part of this workbook has an unbearable size.", FIX)
        count.row()
    except expat.ExpatError:
        pass
    return count.formula
