"""CSV and XLSX: every separator and encoding, rows as the user counts them."""

import csv
import datetime as dt
import io
import re
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from files_of_towns import problem, workbook, write
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotspot_gaps.errors import InputError
from hotspot_gaps.sources import files
from hotspot_gaps.sources.readers import read_table

ROWS = [["name", "country", "lat"], ["Rožaje", "ME", "42,83"], ["Niš; grad", "RS", ""]]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1250"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_csv_in_every_separator_encoding_and_newline(tmp_path, separator, encoding, newline):
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator=newline).writerows(ROWS)
    frame = read_table(write(tmp_path / "a.csv", text.getvalue().encode(encoding)))
    assert frame.columns.tolist() == ROWS[0]
    assert frame.index.name == "row"
    assert frame.index.tolist() == [2, 3]
    assert frame["name"].tolist() == ["Rožaje", "Niš; grad"]
    assert frame["lat"].iat[0] == "42,83"
    assert frame["lat"].isna().tolist() == [False, True]


def test_blank_rows_do_not_shift_the_numbers(tmp_path):
    frame = read_table(write(tmp_path / "a.csv", "name,country\n\nBar,ME\n , \nUlcinj,ME\n\n"))
    assert frame["name"].to_dict() == {3: "Bar", 5: "Ulcinj"}


def test_quoted_separators_and_lines_stay_in_their_cells(tmp_path):
    text = 'name,"country, or area"\n"Novi\nPazar, grad", "RS ""x"""\nBar,ME\n'
    frame = read_table(write(tmp_path / "a.csv", text))
    assert frame.columns.tolist() == ["name", "country, or area"]
    assert frame.loc[2].tolist() == ["Novi\nPazar, grad", 'RS "x"']
    assert frame.loc[3].tolist() == ["Bar", "ME"]


def test_cells_are_stripped_and_na_stays_text(tmp_path):
    frame = read_table(write(tmp_path / "a.csv", "name ; country\n\u00a0Bar  ; NA \n"))
    assert frame.to_dict("records") == [{"name": "Bar", "country": "NA"}]


def test_a_header_alone_is_a_table_without_rows(tmp_path):
    frame = read_table(write(tmp_path / "a.csv", "name,country\n"))
    assert frame.columns.tolist() == ["name", "country"]
    assert len(frame) == 0


def test_trailing_separators_are_no_columns(tmp_path):
    frame = read_table(write(tmp_path / "a.csv", "name;country;;\nBar;ME;;\n"))
    assert frame.columns.tolist() == ["name", "country"]


def test_a_row_may_lack_cells_that_other_rows_leave_empty(tmp_path):
    frame = read_table(write(tmp_path / "a.csv", "name,country,note\nBar,ME,\nUlcinj,ME\n"))
    assert frame["note"].isna().all()


@pytest.mark.parametrize(
    ("text", "row", "what"),
    [
        ("name,country\nBar,ME\nUlcinj\n", 3, "this row has 1 cells, the header has 2."),
        ("name,lat\nBar,42,1\n", 2, "this row has 3 cells, the header has 2."),
        ('name,country\n\nBar,ME\n"Ulcinj,ME\n', 4, "cannot be split into cells"),
        ('name,country\n"Klub" MASA,BA\n', 2, "cannot be split into cells"),
        ("name,country,name\nBar,ME,Bar\n", 0, "this column name stands twice."),
        ("name,,country\nBar,x,ME\n", 0, "column 2 has values but no name."),
        ("\n\n , \n", 0, "this file is empty."),
        ("", 0, "this file is empty."),
        ("name\n" + "x" * 200_000, 2, "field larger than field limit"),
        (",".join(f"c{i}" for i in range(1001)), 0, "more than 1,000 columns"),
    ],
)
def test_broken_csv_says_where(tmp_path, text, row, what):
    found = problem(write(tmp_path / "a.csv", text))
    assert (found.file, found.row) == ("a.csv", row)
    assert what in found.what
    assert found.fix


def test_all_ragged_rows_are_told_at_once(tmp_path):
    path = write(tmp_path / "a.csv", "name,country\nBar\nUlcinj,ME,x\nNikšić,ME\n")
    with pytest.raises(InputError) as caught:
        read_table(path)
    assert [p.row for p in caught.value.problems] == [2, 3]


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        ("name\nBar".encode("utf-16"), "UTF-16"),
        (b"\xfe\xff\x00n", "UTF-16"),
        (b"name\nB\0ar", "NUL"),
        (b"name\n\x81\x98", "neither UTF-8 nor Windows-1250"),
    ],
)
def test_bytes_that_are_no_text(tmp_path, raw, what):
    assert what in problem(write(tmp_path / "a.csv", raw)).what


def test_a_stray_byte_in_utf_8_is_no_windows_1250(tmp_path):
    raw = 'name,note\nRožaje,"a\nb"\nNikšić,x\n'.encode().replace(b"x", b"\x9e")
    found = problem(write(tmp_path / "a.csv", raw))
    assert (found.row, found.what[:43]) == (3, "this row holds a byte that is not UTF-8, un")
    frame = read_table(write(tmp_path / "a.csv", "name\nRožaje\nNikšić\n".encode("cp1250")))
    assert frame["name"].tolist() == ["Rožaje", "Nikšić"]


cells = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=12).map(
    str.strip
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    rows=st.lists(st.tuples(cells, cells, cells), max_size=5),
    separator=st.sampled_from(",;\t"),
    bom=st.booleans(),
)
def test_any_cells_come_back(tmp_path, rows, separator, bom):
    text = io.StringIO()
    # Quotes around every cell, as the quoting of csv does not know that \x1c also ends a line.
    writer = csv.writer(text, delimiter=separator, quoting=csv.QUOTE_ALL)
    writer.writerows([("a", "b", "c"), *rows])
    path = write(tmp_path / "a.csv", text.getvalue().encode("utf-8-sig" if bom else "utf-8"))
    expected = {n: row for n, row in enumerate(rows, 2) if any(row)}
    frame = read_table(path)
    found = {n: tuple("" if pd.isna(c) else c for c in row) for n, *row in frame.itertuples()}
    assert found == expected


def test_workbook_cells_become_plain_text(tmp_path):
    path = workbook(
        tmp_path / "a.xlsx",
        [
            ["name", "geonames_id", "lat", "from", "capital", "at", None],
            [
                " Bar ",
                3204509,
                42.1,
                dt.date(2020, 10, 1),
                True,
                dt.datetime(2020, 1, 2, 3, 4),
                None,
            ],
            [None, None, None, None, None, None, None],
            ["Nikšić", 12.0, None, 2020, False, None, None],
        ],
        other=[["x"]],
    )
    frame = read_table(path)
    assert frame.index.tolist() == [2, 4]
    assert frame.loc[2].tolist() == [
        "Bar", "3204509", "42.1", "2020-10-01", "yes", "2020-01-02 03:04:00",
    ]  # fmt: skip
    assert frame.loc[4, ["geonames_id", "from", "capital"]].tolist() == ["12", "2020", "no"]
    assert frame.loc[4].isna().tolist() == [False, False, True, False, False, True]
    assert read_table(path, layer="other").columns.tolist() == ["x"]
    assert "'none'" in problem(path, layer="none").what


def test_a_cell_beyond_the_header_is_a_problem(tmp_path):
    found = problem(workbook(tmp_path / "a.xlsx", [["name"], ["Bar", "ME"]]))
    assert (found.row, found.what) == (2, "this row has 2 cells, the header has 1.")


def test_an_empty_sheet_is_a_problem(tmp_path):
    assert problem(workbook(tmp_path / "a.xlsx", [])).what == "the sheet 'Sheet' is empty."
    found = problem(workbook(tmp_path / "a.xlsx", [], towns=[["name"]], more=[["x"]]))
    assert found.what == "the sheet 'Sheet' is empty."
    assert found.fix.endswith("the others: towns, more.")


def rewrite(path: Path, change) -> Path:
    """Change the XML of the first sheet."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = "xl/worksheets/sheet1.xml"
    parts[name] = change(parts[name])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    return path


def test_formulas_without_a_value_are_problems(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [["name", "lat"], ["Bar", 42], ["Ulcinj", "=1+1"]])
    found = problem(path)
    assert (found.row, found.column) == (3, "lat")
    assert found.what == "cell B3 holds a formula without a stored value."
    assert "save it" in found.fix


@pytest.mark.parametrize(
    ("stored", "value"),
    [(b'<c r="B2"><f>1+1</f><v>2</v></c>', "2"), (b'<c r="B2" t="str"><f>""</f><v></v></c>', None)],
)
def test_formulas_with_a_value_pass(tmp_path, stored, value):
    path = workbook(tmp_path / "a.xlsx", [["name", "lat"], ["Bar", "=1+1"]])
    rewrite(path, lambda xml: re.sub(rb'<c r="B2".*?</c>', stored, xml))
    cell = read_table(path)["lat"].iat[0]
    assert pd.isna(cell) if value is None else cell == value


def test_a_workbook_that_lies_about_its_size_is_read(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [["name"], ["Bar"]])
    rewrite(path, lambda xml: xml.replace(b'ref="A1:A2"', b'ref="A1:XFD1048576"'))
    assert read_table(path)["name"].tolist() == ["Bar"]


def test_a_row_number_past_the_end_is_refused(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [["name"], ["Bar"]])
    rewrite(path, lambda xml: xml.replace(b'<row r="2"', b'<row r="99999999999"'))
    assert "more than 1,000,000 rows" in problem(path).what


def test_a_zip_bomb_is_not_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MAX_UNPACKED_BYTES", 10_000)
    path = workbook(tmp_path / "a.xlsx", [["name"], ["Bar"]])
    rewrite(path, lambda xml: xml + b" " * 100_000)
    assert "unpacks" in problem(path).what


def test_a_title_above_the_names_is_told_once(tmp_path):
    rows = [["Spisak"], ["name", "country", "source"], ["Bar", "ME", "t"]]
    found = problem(workbook(tmp_path / "a.xlsx", rows))
    assert "the first row has one cell, and a row below has 3: it may be a title." in found.what
    assert "merged" in found.fix
