"""Parts of a workbook: what swells, nests, climbs or lies is told before it is unpacked."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import pytest
from files_of_towns import problem, workbook, write
from seed_files import outcome, rezipped

from hotspot_gaps.sources import files
from hotspot_gaps.sources.readers import read_table


@pytest.fixture
def book(tmp_path):
    return workbook(tmp_path / "a.xlsx", [["name", "lat"], ["Bar", 42]])


SHEET = "xl/worksheets/sheet1.xml"


def part(path: Path, name: str = SHEET) -> bytes:
    with zipfile.ZipFile(path) as archive:
        return archive.read(name)


def test_a_row_of_a_workbook_that_does_not_end(book):
    long = part(book).replace(b"</row></sheetData>", b"<c/>" * 600_000 + b"</row></sheetData>")
    assert "unbearable size" in problem(rezipped(book, {SHEET: long})).what


def test_cells_far_to_the_right(book, monkeypatch):
    monkeypatch.setattr(files, "MAX_CELLS", 100_000)
    rows = b'<row><c r="XFD9"/></row>' * 10
    wide = part(book).replace(b"</sheetData>", rows + b"</sheetData>")
    assert "more than 100,000 cells" in problem(rezipped(book, {SHEET: wide})).what


def test_a_text_that_stands_in_every_cell_of_a_workbook(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MAX_UNPACKED_BYTES", 3_000_000)
    path = workbook(tmp_path / "a.xlsx", [["name"], *[["x" * 30_000]] * 200])
    assert "unpacks" in problem(path).what


@pytest.mark.parametrize("name", [SHEET, "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1250"])
def test_entities_in_a_workbook(book, name, encoding):
    laughs = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(9))
    doctype = f'<!DOCTYPE x [<!ENTITY a0 "ha">{laughs}<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    body = part(book, name).decode().split("?>", 1)[-1]
    text = f"<?xml version='1.0' encoding='{encoding}'?>{doctype}{body}"
    assert "entities" in problem(rezipped(book, {name: text.encode(encoding)})).what


def test_a_workbook_nested_too_deep(book):
    deep = b"<a>" * 200_000
    assert "nested too deep" in problem(rezipped(book, {"xl/styles.xml": deep})).what


def test_a_token_of_a_workbook_that_does_not_end(book):
    long = b'<a b="' + b"x" * 3_000_000
    assert "unbearable size" in problem(rezipped(book, {"xl/styles.xml": long})).what


def test_a_workbook_of_many_parts_or_with_names_that_climb(book):
    rezipped(book, {"../../../evil.xml": b"<a/>", "/etc/evil": b"x", "C:\\evil": b"x"})
    assert len(read_table(book)) == 1
    assert not (book.parent.parent / "evil.xml").exists()
    rezipped(book, {f"a{n}": b"" for n in range(10_001)})
    assert "10,000 parts" in problem(book).what


def test_a_workbook_in_a_workbook_and_one_that_lies_about_its_size(book, tmp_path):
    inner = book.read_bytes()
    rezipped(book, {"xl/embeddings/a.xlsx": inner})
    assert len(read_table(book)) == 1
    content = rezipped(book, {SHEET: part(book) + b" " * 50_000_000}).read_bytes()
    size = struct.pack("<I", len(part(book)))
    lying = content.replace(size, struct.pack("<I", 1_000))
    assert size in content
    assert outcome(write(tmp_path / "a.xlsx", lying)) == "told"
