"""The workbook: the tables as a spreadsheet, the same bytes for the same input.

What stands in it is `workbook_sheets`; here it is written and made readable: frozen headings,
filters, widths, number formats, colours that follow the values. Nothing in it is a formula.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from math import ceil
from typing import TYPE_CHECKING, Any

from hotspot_gaps.outputs import style
from hotspot_gaps.outputs.workbook_sheets import Column, Sheet, sheets

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from hotspot_gaps.gaps.result import Result
    from hotspot_gaps.settings import Settings

# A workbook stores when it was made; one date for all keeps the bytes the same.
FIXED_DATE = dt.datetime(2000, 1, 1)  # the format knows no time zones
OLDEST_ZIP = (1980, 1, 1, 0, 0, 0)
NOTE_ROW, MEANING_ROW, HEADING_ROW = 1, 2, 3
FACE = "Calibri"
A4 = 9  # by the format
PAGE_LETTERS, MARGIN_IN = 180, 0.4  # across a page, in widths of columns: type of about 8 points
# Heights of a line, and letters of the meanings' small type beside one of the plain type.
LINE_PT, SMALL_LINE_PT, SMALL = 14, 10.5, 1.2
LONGEST_CELL = 32_767  # letters, by the format


def write_workbook(path: Path, result: Result, settings: Settings) -> None:
    """Write the tables as one workbook.

    Parameters
    ----------
    path
        File to write.
    result
        As `judge` returns it; restricted organizations are counted, no more.
    settings
        Those of the judgement; paths are told by file name alone.
    """
    path.write_bytes(workbook_bytes(sheets(result, settings)))


def workbook_bytes(made: Sequence[Sheet]) -> bytes:
    """Return a workbook of these sheets, without any date, name or path of whoever makes it."""
    from openpyxl import Workbook
    from openpyxl.writer.excel import ExcelWriter

    # Rows go to a file as they are made: a cell that is kept takes more room than all it says.
    book = Workbook(write_only=True)
    for sheet in made:
        _fill(book.create_sheet(sheet.title), sheet)
    book.properties.creator = "hotspot_gaps"
    book.properties.created = book.properties.modified = FIXED_DATE
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        # Not `book.save`, which writes the time of day.
        ExcelWriter(book, archive).write_data()
    return _undated(packed)


def _undated(packed: io.BytesIO) -> bytes:
    """Pack the same files again with one date for all of them."""
    again = io.BytesIO()
    with zipfile.ZipFile(packed) as old, zipfile.ZipFile(again, "w") as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, OLDEST_ZIP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(name))
    return again.getvalue()


def _fill(page: Any, sheet: Sheet) -> None:
    """Write a sheet: a note, what the columns mean, their headings, and the rows."""
    from openpyxl.utils import get_column_letter

    last = get_column_letter(len(sheet.columns))
    end = HEADING_ROW + len(sheet.rows)
    # What stands above the rows in the file must be known before the first of them is written.
    for at, column in enumerate(sheet.columns, 1):
        page.column_dimensions[get_column_letter(at)].width = column.width
    page.freeze_panes = f"{get_column_letter(sheet.frozen + 1)}{HEADING_ROW + 1}"
    if sheet.rows and sheet.filtered:
        page.auto_filter.ref = f"A{HEADING_ROW}:{last}{end}"
    _colour(page, sheet, end)
    _set_up_print(page, sheet, end)
    _write_head(page, sheet)
    # Styles are looked up once a column: to set them on each cell takes longer than all the rest.
    looks: dict[tuple[int, str], Any] = {}
    for number, row in enumerate(sheet.rows, HEADING_ROW + 1):
        cells: list[Any] = []
        tall = 1
        for at, (column, value) in enumerate(zip(sheet.columns, row, strict=True)):
            if value is None:
                cells.append(None)
                continue
            cell = _cell(page, value)
            kind = _kind(column, value)
            if kind == "link":
                cell.hyperlink = value
            if (at, kind) not in looks:
                _style_cell(cell, column, kind)
                looks[at, kind] = cell._style
            cell._style = looks[at, kind]
            cells.append(cell)
            if column.wrapped and kind == "text":
                tall = max(tall, _lines(value, column.width))
        # Not every program finds the height of a row with wrapped text by itself.
        if tall > 1:
            page.row_dimensions[number].height = LINE_PT * tall
        page.append(cells)


def _write_head(page: Any, sheet: Sheet) -> None:
    """Write the note, what the columns mean, and their headings."""
    from openpyxl.styles import Alignment, Font

    note = _cell(page, sheet.note)
    note.font = Font(name=FACE, bold=True, color=_argb(style.WARNING))
    meanings = [_cell(page, column.meaning) for column in sheet.columns]
    for meaning in meanings:
        meaning.font = Font(name=FACE, size=8, color=_argb(style.MUTED))
        meaning.alignment = Alignment(wrap_text=True, vertical="bottom", indent=1)
    headings = [_cell(page, column.title) for column in sheet.columns]
    for heading in headings:
        _style_heading(heading)
    said = max(_lines(column.meaning, column.width * SMALL) for column in sheet.columns)
    titles = max(_lines(column.title, column.width * 0.9) for column in sheet.columns)
    page.row_dimensions[NOTE_ROW].height = LINE_PT + 4
    page.row_dimensions[MEANING_ROW].height = SMALL_LINE_PT * said + 2
    page.row_dimensions[HEADING_ROW].height = LINE_PT * titles + 2
    for cells in ([note], meanings, headings):
        page.append(cells)


def _set_up_print(page: Any, sheet: Sheet, end: int) -> None:
    """Let a sheet be printed on pages that can be read, with headings and first columns on each."""
    from openpyxl.utils import get_column_letter

    page.sheet_view.zoomScale = 100
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = A4
    # As many pages side by side as keep the type large enough to read.
    letters = sum(column.width for column in sheet.columns[: sheet.printed or None])
    page.page_setup.fitToWidth = ceil(letters / PAGE_LETTERS)
    page.page_setup.fitToHeight = 0
    page.page_margins.left = page.page_margins.right = MARGIN_IN
    if sheet.frozen:
        page.print_title_cols = f"A:{get_column_letter(sheet.frozen)}"
    page.sheet_properties.pageSetUpPr.fitToPage = True
    # Without an area a long address would run on over pages of its own.
    page.print_area = f"A1:{get_column_letter(sheet.printed or len(sheet.columns))}{end}"
    page.print_title_rows = f"{HEADING_ROW}:{HEADING_ROW}"


def _lines(text: str, width: float) -> int:
    """Estimate on how many lines a text stands in a column; twelve at most are shown."""
    return min(sum(ceil(max(len(line), 1) / max(width - 2, 1)) for line in text.split("\n")), 12)


def _cell(page: Any, value: Any) -> Any:
    """Return a cell with a value as what it is; text is text, whatever it begins with."""
    from openpyxl.cell import WriteOnlyCell

    if not isinstance(value, str):
        return WriteOnlyCell(page, value)
    if not value.isprintable():
        # A control character is no XML, and would make the file unreadable.
        value = "".join(sign if sign.isprintable() or sign == "\n" else "·" for sign in value)
    cell = WriteOnlyCell(page, value[:LONGEST_CELL])
    cell.data_type = "s"
    return cell


def _style_heading(cell: Any) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    cell.font = Font(name=FACE, bold=True)
    cell.fill = PatternFill("solid", start_color=_argb(style.BOX))
    cell.border = Border(bottom=Side("medium", color=_argb(style.MUTED)))
    cell.alignment = Alignment(wrap_text=True, vertical="bottom", indent=1)


def _kind(column: Column, value: Any) -> str:
    if isinstance(value, str):
        linked = column.linked and value.startswith(("https://", "http://"))
        return "link" if linked else "text"
    return "date" if isinstance(value, dt.date) else "number"


def _style_cell(cell: Any, column: Column, kind: str) -> None:
    from openpyxl.styles import Alignment, Font

    across = "left" if kind in {"text", "link"} else "right"
    cell.alignment = Alignment(across, wrap_text=column.wrapped, vertical="top", indent=1)
    cell.font = Font(name=FACE)
    if kind == "link":
        cell.font = Font(name=FACE, color=_argb(style.PROPOSED), underline="single")
    if kind == "date":
        cell.number_format = "yyyy-mm-dd"
    elif kind == "number" and column.form:
        cell.number_format = column.form


def _colour(page: Any, sheet: Sheet, end: int) -> None:
    """Let the colours follow the values, so that they stay right when rows are sorted."""
    from openpyxl.formatting.rule import ColorScale, FormatObject, Rule
    from openpyxl.styles import Color, Font, PatternFill
    from openpyxl.styles.differential import DifferentialStyle
    from openpyxl.utils import get_column_letter

    for at, column in enumerate(sheet.columns, 1):
        letter = get_column_letter(at)
        cells = f"{letter}{HEADING_ROW + 1}:{letter}{max(end, HEADING_ROW + 1)}"
        if column.colour == "gap_type":
            for kind, (fill, ink) in style.CELLS.items():
                look = DifferentialStyle(
                    font=Font(color=_argb(ink), bold=kind == "no_known_partner"),
                    fill=PatternFill("solid", bgColor=_argb(fill)),
                )
                rule = Rule("cellIs", operator="equal", formula=[f'"{kind}"'], dxf=look)
                page.conditional_formatting.add(cells, rule)
        elif column.colour == "share":
            ends = [FormatObject("num", val) for val in (0, 1)]
            colours = [Color("FFFFFFFF"), Color(_argb(style.CELLS["unfunded_partner"][0]))]
            rule = Rule("colorScale", colorScale=ColorScale(ends, colours))
            page.conditional_formatting.add(cells, rule)


def _argb(colour: str) -> str:
    return f"FF{colour.removeprefix('#').upper()}"
