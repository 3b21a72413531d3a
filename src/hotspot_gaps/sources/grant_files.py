"""Files of grants: which standard a file follows, told by its content, and what it holds."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hotspot_gaps.errors import InputError
from hotspot_gaps.sources import hxl, iati, threesixty
from hotspot_gaps.sources.cells import to_day
from hotspot_gaps.sources.files import check_cells, check_rows, file_error, local_file
from hotspot_gaps.sources.grants import Grant, Reading, tidy
from hotspot_gaps.sources.readers import faults_of, read_table
from hotspot_gaps.sources.text_tables import csv_records
from hotspot_gaps.sources.wording import safe
from hotspot_gaps.sources.workbooks import xlsx_records

if TYPE_CHECKING:
    from collections.abc import Sequence

_START = 1_000  # bytes that tell XML and JSON from a table
_ZIP = b"PK\x03\x04"


def read_grants(path: str | Path) -> Reading:
    """Read the grants of a local file, whatever its ending.

    Parameters
    ----------
    path
        360Giving as JSON, CSV or XLSX; IATI activities of version 2 as XML; or a table with a row
        of HXL hashtags as CSV or XLSX. At most 200 MB and 1,000,000 grants.

    Returns
    -------
    Reading
        The grants, and what of the file is not carried over.

    Raises
    ------
    InputError
        The file cannot be used, or follows none of these standards.
    MissingInputError
        There is no such file.
    """
    try:
        file = local_file(path)
        with file.open("rb") as opened:
            start = opened.read(_START)
        reading = _read(file, start)
    except InputError as error:
        raise InputError(safe(error.problems)) from error
    reading.grants = [_sourced(grant, reading) for grant in reading.grants]
    return reading


def _sourced(grant: Grant, reading: Reading) -> Grant:
    """Say where a grant is from; what is no date or page of the web is not its source."""
    title = ", ".join(filter(None, (f"{reading.standard}, {reading.file}", grant.source_id)))
    page = grant.source_url.lower().startswith(("https://", "http://"))
    if grant.source_url and not page:
        reading.remark(grant.record, "source_url", "this is not the address of a page")
    return replace(
        grant,
        file=reading.file,
        source_title=grant.source_title or title,
        source_url=grant.source_url if page else "",
        source_date=grant.source_date if to_day(grant.source_date, last=False) else "",
    )


def _read(file: Path, start: bytes) -> Reading:
    plain = start.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if plain.startswith(b"<"):
        reading = Reading(tidy(file.name), "IATI")
        iati.read_activities(file, reading)
        return reading
    if plain.startswith((b"{", b"[")):
        return _from_json(file)
    if start.startswith(_ZIP):
        with faults_of(file, "XLSX"):
            split = xlsx_records(file)
    else:
        split = list(csv_records(file))
    records = [(at, cells) for at, cells in enumerate(split, 1) if any(cells)]
    check_rows(len(records) - 1, file.name)
    return _from_rows(file, records)


def _from_rows(file: Path, records: Sequence[tuple[int, Sequence[str]]]) -> Reading:
    """Read a table of cells: one with hashtags, else one of 360Giving."""
    tagged = hxl.tag_row(cells for _, cells in records)
    if tagged is not None:
        reading = Reading(tidy(file.name), "HXL")
        at, tags = tagged
        hxl.read_rows(records[at + 1 :], tags, reading)
        return reading
    header = records[0][1] if records else []
    if not threesixty.is_table(header):
        what = "this table has neither the columns of 360Giving nor a row of HXL hashtags."
        fix = "Give a file as the funder publishes it; a table of your own goes to `run` as it is."
        raise file_error(file.name, what, fix)
    reading = Reading(tidy(file.name), "360Giving")
    # A column is read by its name alone, so rows and names must fit together.
    table = read_table(file)
    paths = {name: threesixty.field_path(name) for name in map(str, table.columns)}
    columns = list(paths)
    rows = zip(table.index, table.to_numpy(dtype=object).tolist(), strict=True)
    flats = (
        (int(at), threesixty.flat_row(paths, dict(zip(columns, row, strict=True))))
        for at, row in rows
    )
    threesixty.read_grants(flats, reading)
    return reading


def _from_json(file: Path) -> Reading:
    """Read a package of 360Giving grants, counted before anything is made of it."""
    try:
        text = file.read_text(encoding="utf-8-sig")
        check_cells(sum(map(text.count, "[{,")), file.name)
        content: Any = json.loads(text)
    except InputError:
        raise
    except (ValueError, RecursionError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        reason = "it is not in UTF-8" if isinstance(error, UnicodeError) else reason
        what = f"this cannot be read as JSON: {reason[:200]}."
        raise file_error(file.name, what, "Download the file again.") from error
    grants = content.get("grants") if isinstance(content, dict) else None
    if not isinstance(grants, list):
        what = "this JSON is no package of 360Giving: it has no list `grants`."
        raise file_error(file.name, what, "Give the file as the funder publishes it.")
    check_rows(len(grants), file.name)
    reading = Reading(tidy(file.name), "360Giving")
    named = (grant if isinstance(grant, dict) else {} for grant in grants)
    flats = ((at, threesixty.flat_json(grant)) for at, grant in enumerate(named, 1))
    threesixty.read_grants(flats, reading)
    return reading
