"""Workbooks: a sheet of an XLSX as a table of text."""

from __future__ import annotations

import contextlib
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from hotspot_gaps.errors import InputError, Problem
from hotspot_gaps.sources.cells import plain_text
from hotspot_gaps.sources.files import (
    MAX_COLUMNS,
    check_cells,
    check_layer,
    check_rows,
    file_error,
)
from hotspot_gaps.sources.text_tables import tabulate
from hotspot_gaps.sources.wording import first_told
from hotspot_gaps.sources.workbook_parts import check_parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd


def read_xlsx(path: Path, layer: str | None) -> pd.DataFrame:
    """Read a sheet of a workbook, the first unless it is named."""
    with _opened(path, layer) as (rows, empty):
        return tabulate(rows, path.name, empty=empty)


def xlsx_records(path: Path) -> list[list[str]]:
    """Split the first sheet of a workbook into its rows of cells."""
    records: list[list[str]] = []
    cells = 0
    with _opened(path, None) as (rows, _):
        for row in rows:
            records.append(row)
            cells += len(row)
            check_rows(len(records) - 1, path.name)
            check_cells(cells, path.name)
    return records


@contextlib.contextmanager
def _opened(path: Path, layer: str | None) -> Iterator[tuple[Iterator[list[str]], InputError]]:
    """Give the rows of a sheet, and the error if there is none.

    A formula without a stored value is a problem: it would pass for an empty cell.
    """
    with path.open("rb") as opened:
        with zipfile.ZipFile(opened) as archive:
            formulas = check_parts(archive, path.name)
        sheet, names = _sheet(opened, layer, path.name, values=True)
        if formulas:
            _refuse_formulas(opened, sheet.title, path.name)
        others = ", ".join(name for name in names if name != sheet.title)
        what = f"the sheet {sheet.title!r} is empty."
        fix = f"Name another sheet, or put the table first; the others: {others}."
        empty = file_error(path.name, what, fix if others else "Fill it in.")
        with contextlib.closing(sheet.iter_rows(values_only=True)) as rows:
            yield map(_record, rows), empty


def _sheet(
    opened: BinaryIO, layer: str | None, file: str, *, values: bool
) -> tuple[Any, Sequence[str]]:
    """Open a sheet to be read row by row: the values of its formulas, or the formulas."""
    import openpyxl

    book = openpyxl.load_workbook(opened, read_only=True, data_only=values, keep_links=False)
    check_layer(layer, book.sheetnames, file, "sheet")
    sheet = book[layer] if layer else book.worksheets[0]
    # The size that a workbook states may be wrong, or meant to fill the memory.
    sheet.reset_dimensions()
    return sheet, book.sheetnames


def _record(cells: Sequence[Any]) -> list[str]:
    return ["" if cell is None else plain_text(cell) or "" for cell in cells[: MAX_COLUMNS + 1]]


def _refuse_formulas(opened: BinaryIO, title: str, file: str) -> None:
    """Raise a problem for each formula of a sheet whose value the workbook does not hold."""
    problems = first_told(_unvalued(opened, title, file))
    if problems:
        raise InputError(problems)


def _unvalued(opened: BinaryIO, title: str, file: str) -> Iterator[Problem]:
    values, formulas = (_sheet(opened, title, file, values=kept)[0] for kept in (True, False))
    header: dict[int, str] = {}
    rows = zip(values.iter_rows(), formulas.iter_rows(), strict=True)
    for number, (stored, written) in enumerate(rows, 1):
        check_rows(number - 1, file)
        if not header:
            header = {at: plain_text(c.value) or "" for at, c in enumerate(stored) if c.value}
        for at, (value, formula) in enumerate(
            zip(stored[:MAX_COLUMNS], written[:MAX_COLUMNS], strict=False)
        ):
            # Of a formula that yields an empty text, the text is stored.
            if value.value is None and value.data_type != "str" and formula.value is not None:
                what = f"cell {formula.coordinate} holds a formula without a stored value."
                fix = "Open the file in a spreadsheet program and save it, or write the value."
                yield Problem(file, number, header.get(at, ""), "", what, fix)
