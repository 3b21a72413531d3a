"""Tables of text: CSV, and what makes a table of any rows, as the user counts them."""

from __future__ import annotations

import contextlib
import csv
import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

from hotspot_gaps.errors import InputError, Problem
from hotspot_gaps.sources.cells import plain_text, unfit
from hotspot_gaps.sources.files import (
    MAX_COLUMNS,
    check_cells,
    check_rows,
    check_unpacked,
    file_error,
)
from hotspot_gaps.sources.wording import first_told

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import pandas as pd

_UTF8 = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
# What a byte that is not UTF-8 is decoded to.
_STRAY = re.compile("[\udc80-\udcff]")
LEAST_TABLE = 3  # cells of a row below which one cell above it is no title
_QUOTED = re.compile(r'"(?:[^"]|"")*"')


def read_csv(path: Path, _: str | None) -> pd.DataFrame:
    """Read a CSV in any separator and encoding that `read_table` lists."""
    return tabulate(csv_records(path), path.name, ragged=True)


def csv_records(path: Path) -> Iterable[list[str]]:
    """Split a CSV into its rows of cells, in any separator and encoding that `read_table` lists."""
    text = _decode(path.read_bytes(), path.name)
    header = _QUOTED.sub("", text[:100_000].lstrip("\r\n ")).splitlines() or [""]
    separator = max(",;\t", key=header[0].count)
    # Counted before any cell is made.
    check_cells(text.count(separator) + text.count("\n") + text.count("\r"), path.name)
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=separator, strict=True, skipinitialspace=True
    )
    if _STRAY.search(text):
        _refuse_stray_bytes(reader, path.name)
    return _csv_records(reader, path.name)


def _csv_records(reader: Iterable[list[str]], file: str) -> Iterable[list[str]]:
    row = 0
    try:
        for row, cells in enumerate(reader, 1):  # noqa: B007 - the row before the one that fails
            yield [cell.strip() for cell in cells]
    except csv.Error as error:
        fix = 'Close every quote, and write a quote inside a quoted cell twice ("").'
        raise file_error(
            file, f"this row cannot be split into cells: {error}.", fix, row=row + 1
        ) from error


def _refuse_stray_bytes(reader: Iterable[list[str]], file: str) -> None:
    """Raise a problem for each row with a byte that is not UTF-8."""
    what = "this row holds a byte that is not UTF-8, unlike the rest of the file."
    fix = "Write the letter anew, and save the file as CSV UTF-8."
    raise InputError(
        first_told(
            Problem(file, row, "", "", what, fix)
            for row, cells in enumerate(_csv_records(reader, file), 1)
            if any(map(_STRAY.search, cells))
        )
    )


def _decode(raw: bytes, file: str) -> str:
    fix = "Save it as CSV UTF-8."
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise file_error(file, "this is text in UTF-16.", fix)
    if b"\0" in raw:
        raise file_error(file, "this holds NUL bytes, so it is not plain text.", fix)
    with contextlib.suppress(UnicodeDecodeError):
        return raw.decode("utf-8-sig")
    if _UTF8.search(raw):
        # Text in UTF-8 with a broken letter: to read it all as Windows-1250 would break the others.
        return raw.decode("utf-8-sig", "surrogateescape")
    with contextlib.suppress(UnicodeDecodeError):
        return raw.decode("cp1250")
    raise file_error(file, "this is neither UTF-8 nor Windows-1250 text.", fix)


def tabulate(
    records: Iterable[Sequence[str]],
    file: str,
    *,
    ragged: bool = False,
    empty: InputError | None = None,
) -> pd.DataFrame:
    """Make a frame of text of records that may be blank, short or long; the first is the header."""
    header: list[str] = []
    numbers: list[int] = []
    rows: list[Sequence[str]] = []
    too_long: list[tuple[int, int]] = []
    letters = 0
    for number, cells in enumerate(records, 1):
        check_rows(number - 1, file)
        letters += sum(map(len, cells))
        check_unpacked(letters, file)  # many cells may share one text until they are written out
        if not any(cells):
            continue
        if not header:
            header = list(_trimmed(cells))
            continue
        if any(cells[len(header) :]):
            too_long.append((number, len(_trimmed(cells))))
        numbers.append(number)
        rows.append(cells[: len(header)])
    if not header:
        fix = "Fill it in, with its column names in row 1."
        raise empty or file_error(file, "this file is empty.", fix)
    widest = max((cells for _, cells in too_long), default=0)
    if len(header) == 1 and widest >= LEAST_TABLE:
        what = f"the first row has one cell, and a row below has {widest}: it may be a title."
        fix = "Delete all above the names of the columns, and part merged cells: one name a column."
        raise file_error(file, what, fix)
    problems = first_told(_long_rows(len(header), too_long, file, quoted=ragged))
    problems += _header_problems(header, rows, file)
    if ragged:
        problems += first_told(_short_rows(len(header), numbers, rows, file))
    if problems:
        raise InputError(problems)
    return _text_frame(header, numbers, rows)


def _long_rows(
    width: int, rows: list[tuple[int, int]], file: str, *, quoted: bool
) -> Iterator[Problem]:
    fix = "Name every column, and quote cells that hold the separator (a decimal comma, too)."
    if not quoted:
        fix = "Name every column in the first row, or empty the cells beyond the last name."
    for number, cells in rows:
        what = f"this row has {cells} cells, the header has {width}."
        yield Problem(file, number, "", "", what, fix)


def _trimmed(cells: Sequence[str]) -> Sequence[str]:
    """Leave out the empty cells at the end."""
    filled = [position for position, cell in enumerate(cells, 1) if cell]
    return cells[: filled[-1]] if filled else []


def _header_problems(header: list[str], rows: list[Sequence[str]], file: str) -> list[Problem]:
    problems = []
    if len(header) > MAX_COLUMNS:
        what = f"this has more than {MAX_COLUMNS:,} columns."
        return [Problem(file, 0, "", "", what, "Leave out what is not needed.")]
    for position, name in enumerate(header):
        if name and name in header[:position]:
            what = "this column name stands twice."
            problems.append(Problem(file, 0, name, "", what, "Rename or delete one of the two."))
        elif not name and any(
            row[position : position + 1] not in ([], ("",), [""]) for row in rows
        ):
            what = f"column {position + 1} has values but no name."
            problems.append(Problem(file, 0, "", "", what, "Name it in the header, or delete it."))
    return problems


def _short_rows(
    width: int, numbers: list[int], rows: list[Sequence[str]], file: str
) -> Iterator[Problem]:
    """Find rows that lack cells which no complete row leaves empty."""
    may_lack = [False] * width
    for row in rows:
        if len(row) == width:
            may_lack = [lack or not cell for lack, cell in zip(may_lack, row, strict=True)]
    fix = "Add the missing separators; an empty cell has one, too."
    return (
        Problem(
            file, number, "", "", f"this row has {len(row)} cells, the header has {width}.", fix
        )
        for number, row in zip(numbers, rows, strict=True)
        if not all(may_lack[len(row) :])
    )


def _text_frame(
    header: list[str], numbers: list[int], rows: Sequence[Sequence[str]]
) -> pd.DataFrame:
    import pandas as pd

    index = pd.Index(numbers, dtype="int64")
    columns = {
        name: pd.Series(
            [(row[at] or None) if at < len(row) else None for row in rows], index=index, dtype=str
        )
        for at, name in enumerate(header)
        if name
    }
    return pd.DataFrame(columns, index=index)


def unfit_cells(frame: pd.DataFrame, file: str) -> list[Problem]:
    """Find cells that hold nested values, control characters or a book, without repeating them."""
    fix = "Write plain text, or delete the column."
    return first_told(
        Problem(file, int(str(row)), str(name), "", what, fix)
        for name in frame.columns[frame.dtypes != "geometry"]
        if frame[name].dtype.kind not in "biufmM"
        for row, cell in zip(frame.index, frame[name].to_numpy(dtype=object), strict=True)
        if (what := unfit(cell))
    )


def plain_frame(frame: pd.DataFrame, file: str) -> pd.DataFrame:
    """Turn a frame of any types into one of text."""
    names = [str(name) for name in frame.columns]
    problems = _header_problems(names, [], file)
    if not problems:
        # Nested values would pass for text afterwards.
        problems = unfit_cells(frame.set_axis(range(1, len(frame) + 1), axis=0), file)
    if problems:
        raise InputError(problems)
    cells = [[plain_text(value) or "" for value in row] for row in frame.to_numpy(dtype=object)]
    return _text_frame(names, list(range(1, len(frame) + 1)), cells)
