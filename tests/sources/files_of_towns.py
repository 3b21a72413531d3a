"""Files in every format, for the tests of reading."""

from pathlib import Path

import openpyxl
import pytest

from hotspot_gaps.errors import InputError
from hotspot_gaps.sources.readers import read_table


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def workbook(path: Path, rows, **sheets) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for title, others in sheets.items():
        sheet = book.create_sheet(title)
        for row in others:
            sheet.append(row)
    book.save(path)
    return path


def problem(path, **options):
    with pytest.raises(InputError) as caught:
        read_table(path, **options)
    assert len(caught.value.problems) == 1, caught.value
    return caught.value.problems[0]
