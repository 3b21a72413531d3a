"""The workbook: values as values, text as text, the same bytes, and LibreOffice opens it."""

from __future__ import annotations

import csv
import datetime as dt
import getpass
import io
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from briefs import HOSTILE, judged, with_secrets, with_sources

import hotspot_gaps as hg
from conftest import make_hotspots, make_organizations
from hotspot_gaps.outputs import style, workbook
from hotspot_gaps.outputs.field_meanings import meanings
from hotspot_gaps.outputs.workbook_sheets import sheets
from results import result_of

NAMES = ["gaps", "organizations", "unlocated", "settings", "sources", "read-me"]
FIRST_ROW = workbook.HEADING_ROW + 1


def written(gaps, organizations, settings=None, **more):
    settings = settings or hg.Settings()
    made = sheets(result_of(gaps, organizations, None, settings, **more), settings)
    return workbook.workbook_bytes(made)


def opened(data):
    return openpyxl.load_workbook(io.BytesIO(data))


def table(page):
    """Return a sheet as a frame, by its headings."""
    rows = list(page.iter_rows(min_row=workbook.HEADING_ROW, values_only=True))
    return pd.DataFrame(rows[1:], columns=rows[0])


def every_text(book):
    return "\n".join(
        value
        for page in book
        for row in page.iter_rows(values_only=True)
        for value in row
        if isinstance(value, str)
    )


@pytest.fixture(scope="module")
def data(full_run):
    return written(full_run.gaps, full_run.organizations, notes=full_run.notes)


@pytest.fixture(scope="module")
def book(data):
    return opened(data)


def test_sheets_and_their_notes(book, full_run):
    assert book.sheetnames == NAMES
    assert book["gaps"]["A1"].value == (
        f"{full_run.headline}. Gaps for certain, wherever the 12 supported organizations without "
        "a known place are: 0 of 11. 1 programme does not say how many it supported: there may be "
        "more."
    )
    assert "53 more counted and withheld for safety; " in book["organizations"]["A1"].value
    assert book["unlocated"]["A1"].value.startswith("4 hotspots and ")


def test_every_setting_has_a_meaning_and_no_sheet_prints_beyond_its_columns(book):
    assert all(row[2].value for row in book["settings"].iter_rows(min_row=4))
    for sheet in book:
        area = sheet.print_area.replace("$", "")
        assert area.endswith(str(sheet.max_row)), sheet.title


def test_values_are_those_of_the_table(book, full_run):
    """Every column of the sheet against the gap table, by the heading it has there."""
    sheet, gaps = table(book["gaps"]), full_run.gaps
    heads = {name: found.alias for name, found in meanings("gaps", list(gaps)).items()}
    gaps = gaps.set_index("hotspot_id").loc[sheet[heads["hotspot_id"]]].reset_index()
    shown = [name for name in gaps if heads[name] in sheet and name != "geometry"]
    empty = set(gaps) - set(shown) - {"geometry"}
    assert len(shown) >= 30
    assert all(gaps[name].isna().all() for name in empty)
    for name in shown:
        ours, theirs = gaps[name], sheet[heads[name]]
        assert (ours.isna() == theirs.isna()).all(), name
        some = ours.notna().to_numpy()
        if pd.api.types.is_bool_dtype(ours):
            assert (theirs[some] == ours[some].map({True: "yes", False: "no"})).all(), name
        elif pd.api.types.is_numeric_dtype(ours):
            numbers = ours[some].astype(float).to_numpy()
            assert theirs[some].astype(float).to_numpy() == pytest.approx(numbers, abs=6e-4), name
        else:
            assert theirs[some].tolist() == ours[some].tolist(), name


def test_gaps_come_first_by_rank(book):
    ranks = table(book["gaps"])["Rank"]
    assert ranks.head(11).tolist() == list(range(1, 12))
    assert ranks.iloc[11:].isna().all()


def test_numbers_are_numbers_and_dates_are_dates(book):
    settings = table(book["settings"]).set_index("Setting")["Value"]
    assert settings["as_of"] == dt.datetime(2020, 12, 31)
    assert settings["radius_km"] == 50
    assert settings["travel.speeds_km_h.motorway"] == 110
    dates = [c.value for c in book["organizations"]["L"]] + [
        c.value for row in book["organizations"].iter_rows() for c in row
    ]
    assert any(isinstance(value, dt.datetime) for value in dates)
    page = book["gaps"]
    headings = {cell.value: cell.column for cell in page[workbook.HEADING_ROW]}
    cell = page.cell(FIRST_ROW, headings["Nearest supported (km)"])
    assert (cell.data_type, cell.number_format) == ("n", "0.0")
    assert page.cell(FIRST_ROW, headings["Inhabitants"]).number_format == "#,##0"


def test_a_reader_finds_headings_filters_and_meanings(book):
    for page in book:
        assert page.freeze_panes.endswith(str(FIRST_ROW))
        assert all(page.column_dimensions[c[0].column_letter].width >= 8 for c in page.columns)
        if page.title != "read-me":
            end = page.auto_filter.ref.split(":")[1]
            assert end == page.cell(page.max_row, page.max_column).coordinate
    page = book["gaps"]
    for column in page.iter_cols(min_row=2, max_row=3, values_only=True):
        assert all(column), column
    assert "Kilometres" in " ".join(cell.value for cell in page[2])
    rules = [rule for cells in page.conditional_formatting for rule in cells.rules]
    assert len(rules) == 1 + len(style.CELLS)


def test_colours_of_the_types_differ_in_grey():
    """Lightness of the fills apart by 5 (CIE L*) and more, and text legible on each (WCAG AA)."""

    def luminance(colour):
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    light = [116 * luminance(fill) ** (1 / 3) - 16 for fill, _ in style.CELLS.values()]
    assert light[0] < light[1] - 20
    assert light[1] < light[2] - 5
    for fill, ink in style.CELLS.values():
        low, high = sorted((luminance(fill), luminance(ink)))
        assert (high + 0.05) / (low + 0.05) >= 4.4


def test_the_same_bytes_twice_and_nothing_of_the_machine(tmp_path, full_run, data):
    for name in ("a.xlsx", "b.xlsx"):
        result = result_of(full_run.gaps, full_run.organizations, notes=full_run.notes)
        workbook.write_workbook(tmp_path / name, result, hg.Settings())
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes() == data
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = archive.read("docProps/core.xml").decode()
        every = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert core.count("2000-01-01T00:00:00Z") == 2
    assert str(dt.datetime.now(dt.UTC).year) not in core
    assert "<dc:creator>hotspot_gaps</dc:creator>" in core
    for secret in (str(Path.home()), str(Path.cwd()), str(tmp_path), f">{getpass.getuser()}<"):
        assert secret not in every


def test_restricted_organizations_are_counts(book, hotspots, organizations):
    hidden = organizations[organizations["sensitivity"].eq("restricted")]
    secrets = with_secrets(organizations)
    assert secrets["name"].str.startswith("Secret").sum() == len(hidden) == 53
    made = opened(written(hg.find_gaps(hotspots, secrets), secrets))
    assert "Secret" not in every_text(made)
    assert "53 more counted and withheld" in book["organizations"]["A1"].value
    read_me = {row[0].value: row[1].value for row in book["read-me"].iter_rows(min_row=2)}
    assert "53 organizations, counted and not shown (BA 18, elsewhere 35;" in read_me["Withheld"]
    public = organizations[organizations["sensitivity"].ne("restricted")]
    assert len(table(book["organizations"])) == len(public)


def test_a_town_and_a_file_of_the_user_are_told_by_name_alone(tmp_path):
    rows = [("x", "documented", "restricted", 18.0, 43.0)]
    organizations = with_sources(make_organizations(rows)).assign(town="Skriveno", name="Tajna")
    gaps = hg.find_gaps(make_hotspots([("h", "town", 9, 18.3, 43.0)]), organizations)
    settings = hg.Settings(
        hotspots=tmp_path / "mine.csv", basemap="https://tiles.example/{z}/{x}/{y}.png?key=SECRET"
    )
    text = every_text(opened(written(gaps, organizations, settings)))
    for secret in ("Skriveno", "Tajna", str(tmp_path), "SECRET"):
        assert secret not in text
    assert "mine.csv" in text
    assert "tiles.example" in text


def test_what_a_user_wrote_is_text_and_no_formula():
    names = (*HOSTILE, "+1", "-1", "@x", "\tx", "bell\x07", "#N/A")
    gaps, organizations = judged(names)
    gaps["source"] = [f"{name}, javascript:alert(1)" for name in names]
    book = opened(written(gaps, organizations.assign(name="=1+1", programmes="=2+2")))
    cells = [cell for page in book for row in page.iter_rows() for cell in row]
    assert not {"f", "e"} & {cell.data_type for cell in cells}
    found = set(table(book["gaps"])["Place"])
    for name in HOSTILE:
        assert (f"'{name}" if name.startswith("=") else name) in found
    assert {"'+1", "'-1", "'@x", "bell·", "#N/A"} <= found
    links = [cell.hyperlink.target for cell in cells if cell.hyperlink]
    assert links
    assert all(link.startswith(("http://", "https://")) for link in links)


def test_no_gap_one_hotspot_none_placed_and_five_hundred():
    gaps, organizations = judged(["Bar"], support=(17.0, 43.0))
    book = opened(written(gaps, organizations))
    assert table(book["gaps"])["Gap"].tolist() == ["no"]
    assert table(book["unlocated"]).empty
    lost = hg.find_gaps(make_hotspots([("lost", "region", None, None, None)]), organizations)
    assert table(opened(written(lost, organizations))["unlocated"])["Id"].tolist() == ["lost"]
    many, organizations = judged([f"Town {at}" for at in range(500)])
    assert len(table(opened(written(many, organizations))["gaps"])) == 500
    nobody = make_organizations([])
    nobody = with_sources(nobody)
    assert table(opened(written(lost, nobody))["organizations"]).empty


def test_what_is_printed_can_be_read(data):
    """A page is 277 mm wide: no more letters of 11 points stand on it than twice what fits."""
    page = opened(data)["gaps"]
    last = page[workbook.HEADING_ROW][15]
    assert last.value == "Reason"
    assert page.print_area.startswith("'gaps'!$A$1:$P$")
    assert page.print_title_rows == f"${workbook.HEADING_ROW}:${workbook.HEADING_ROW}"
    assert page.print_title_cols == "$A:$B"
    width = sum(page.column_dimensions[cell.column_letter].width for cell in page[3][:16])
    assert width / page.page_setup.fitToWidth <= workbook.PAGE_LETTERS


@pytest.fixture(scope="module")
def soffice(tmp_path_factory):
    """Return a way to convert a file with LibreOffice, without a window."""
    program = shutil.which("soffice")
    if program is None:
        reason = "LibreOffice (soffice) is not installed"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    profile = tmp_path_factory.mktemp("profile")

    def convert(path, kind):
        done = subprocess.run(
            [program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to",
             kind, "--outdir", path.parent, path],
            capture_output=True, text=True, check=True, timeout=180,
        )  # fmt: skip
        return done.stdout + "\n".join(
            line for line in done.stderr.splitlines() if "javaldx" not in line
        )

    return convert


# Comma, double quote, UTF-8, values in full and not as they look, every sheet in its own file.
EVERY_SHEET = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"


def read_back(folder, sheet):
    with (folder / f"gaps-{sheet}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    return rows[workbook.HEADING_ROW - 1], rows[workbook.HEADING_ROW :]


def test_libreoffice_reads_the_same_values(tmp_path, full_run, data, soffice):
    (tmp_path / "gaps.xlsx").write_bytes(data)
    said = soffice(tmp_path / "gaps.xlsx", EVERY_SHEET)
    for word in ("warning", "error", "corrupt", "repair"):
        assert word not in said.lower(), said
    assert {path.stem.removeprefix("gaps-") for path in tmp_path.glob("*.csv")} == set(NAMES)
    heads, rows = read_back(tmp_path, "gaps")
    assert len(rows) == len(full_run.gaps)
    gaps = full_run.gaps.set_index("hotspot_id")
    at = {head: number for number, head in enumerate(heads)}
    for row in rows:
        one = gaps.loc[row[at["Hotspot id"]]]
        assert row[at["Place"]] == one["name"]
        assert row[at["Reason"]] == one["reason"]
        assert row[at["Gap type"]] == one["gap_type"]
        for head, column, exact in (
            ("Nearest supported (km)", "nearest_supported_km", 6e-4),
            ("Inhabitants", "population", 0), ("Rank", "rank", 0),
            ("Share of scenarios", "flag_share", 6e-5), ("Latitude (°)", "lat", 6e-6),
        ):  # fmt: skip
            value = row[at[head]]
            if pd.isna(one[column]):
                assert value == "", (head, one.name)
            else:
                number = float(value.rstrip("%")) / (100 if value.endswith("%") else 1)
                assert number == pytest.approx(float(one[column]), abs=exact), head
    heads, rows = read_back(tmp_path, "settings")
    assert rows[0][:2] == ["as_of", "2020-12-31"]


def test_libreoffice_runs_nothing_that_a_user_wrote(tmp_path, soffice):
    gaps, organizations = judged([*HOSTILE, "=1+1"])
    (tmp_path / "gaps.xlsx").write_bytes(written(gaps, organizations))
    soffice(tmp_path / "gaps.xlsx", EVERY_SHEET)
    heads, rows = read_back(tmp_path, "gaps")
    names = {row[heads.index("Place")] for row in rows}
    assert "'=1+1" in names
    assert "2" not in names
    assert f"'{HOSTILE[2]}" in names
    assert HOSTILE[3] in names
