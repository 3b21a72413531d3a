"""Reading: every format, separator and encoding, rows as the user counts them, hostile files."""

import csv
import datetime as dt
import io
import json
import os
import struct
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import Point, Polygon

from hotspot_gaps.errors import InputError, MissingInputError
from hotspot_gaps.sources import readers
from hotspot_gaps.sources.readers import plain_text, read_table

ROWS = [["name", "country", "lat"], ["Rožaje", "ME", "42,83"], ["Niš; grad", "RS", ""]]


@pytest.fixture
def towns():
    return gpd.GeoDataFrame(
        {"name": ["Rožaje", "Shkodër"], "population": [9422, 77075]},
        geometry=[Point(20.166, 42.833), Point(19.513, 42.068)],
        crs="EPSG:4326",
    )


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


# CSV.


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


cells = st.text(
    st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=["Cs"]), max_size=12
).map(str.strip)


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


# XLSX.


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
    assert problem(workbook(tmp_path / "a.xlsx", [])).what == "this file is empty."


def test_formulas_without_a_value_are_empty(tmp_path):
    frame = read_table(workbook(tmp_path / "a.xlsx", [["name", "lat"], ["Bar", "=1+1"]]))
    assert frame["lat"].isna().all()


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


def test_a_workbook_that_lies_about_its_size_is_read(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [["name"], ["Bar"]])
    rewrite(path, lambda xml: xml.replace(b'ref="A1:A2"', b'ref="A1:XFD1048576"'))
    assert read_table(path)["name"].tolist() == ["Bar"]


def test_a_row_number_past_the_end_is_refused(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [["name"], ["Bar"]])
    rewrite(path, lambda xml: xml.replace(b'<row r="2"', b'<row r="99999999999"'))
    assert "more than 1,000,000 rows" in problem(path).what


def test_a_zip_bomb_is_not_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(readers, "MAX_UNPACKED_BYTES", 10_000)
    path = workbook(tmp_path / "a.xlsx", [["name"], ["Bar"]])
    rewrite(path, lambda xml: xml + b" " * 100_000)
    assert "unpacks" in problem(path).what


@pytest.mark.parametrize("name", ["a.xlsx", "a.gpkg", "a.shp", "a.geojson", "a.parquet"])
@pytest.mark.parametrize("raw", [b"name,country\n", b"PK\x03\x04 broken", b"{", b"\0" * 200])
def test_another_format_under_this_name_is_a_problem(tmp_path, name, raw):
    found = problem(write(tmp_path / name, raw))
    assert found.file == name
    assert str(tmp_path) not in found.what


# Layers.


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:3035", "EPSG:6316"])
@pytest.mark.parametrize("name", ["a.gpkg", "a.geojson", "a.shp", "a.parquet"])
def test_layers_come_in_degrees(tmp_path, towns, name, crs):
    path = tmp_path / name
    moved = towns.to_crs(crs)
    moved.to_parquet(path) if name.endswith("parquet") else moved.to_file(path)
    frame = read_table(path)
    assert isinstance(frame, gpd.GeoDataFrame)
    assert frame.crs == "EPSG:4326"
    assert (frame.index.name, frame.index.tolist()) == ("row", [1, 2])
    assert frame["name"].tolist() == ["Rožaje", "Shkodër"]
    np.testing.assert_allclose(frame.geometry.x, towns.geometry.x, atol=1e-6)
    np.testing.assert_allclose(frame.geometry.y, towns.geometry.y, atol=1e-6)


@pytest.mark.parametrize("name", ["a.gpkg", "a.shp", "a.parquet"])
@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_a_layer_without_crs_is_a_problem(tmp_path, towns, name):
    path = tmp_path / name
    bare = towns.set_crs(None, allow_override=True)
    bare.to_parquet(path) if name.endswith("parquet") else bare.to_file(path)
    found = problem(path)
    assert found.what == "this has no coordinate reference system."
    assert "declare it, e.g. EPSG:4326" in found.fix


def test_a_crs_without_a_name_is_declared(tmp_path, towns):
    towns.to_crs("+proj=aeqd +lat_0=42 +lon_0=20").to_parquet(tmp_path / "a.parquet")
    np.testing.assert_allclose(read_table(tmp_path / "a.parquet").geometry.x, towns.geometry.x)


def test_geojson_needs_no_crs(tmp_path):
    feature = {
        "type": "Feature",
        "properties": {"name": "Bar"},
        "geometry": {"type": "Point", "coordinates": [19.1, 42.1]},
    }
    content = {"type": "FeatureCollection", "features": [feature]}
    frame = read_table(write(tmp_path / "a.json", "\ufeff" + json.dumps(content)))
    assert (frame.crs, frame.geometry.x.iat[0]) == ("EPSG:4326", 19.1)
    content["crs"] = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    assert read_table(write(tmp_path / "a.json", json.dumps(content))).crs == "EPSG:4326"
    content["crs"] = {"type": "link", "properties": {"href": "https://example.org"}}
    assert "not one of EPSG" in problem(write(tmp_path / "a.json", json.dumps(content))).what
    content = {"type": "FeatureCollection", "features": []}
    assert len(read_table(write(tmp_path / "a.json", json.dumps(content)))) == 0


def test_geojson_that_would_run_a_pipeline_is_refused(tmp_path):
    command = "gdal vector pipeline ! read /etc/passwd"
    text = f'{{"type": "gdal_streamed_alg", "command_line": "{command}"}}'
    assert "not a GeoJSON" in problem(write(tmp_path / "a.geojson", text)).what
    twice = text[:-1] + ', "type": "FeatureCollection", "features": []}'
    assert len(read_table(write(tmp_path / "a.geojson", twice))) == 0


@pytest.mark.parametrize("text", ["[" * 100_000, '{"type": "FeatureCollection", "features": [1]}'])
def test_geojson_that_is_malformed(tmp_path, text):
    assert "cannot be read as GeoJSON" in problem(write(tmp_path / "a.geojson", text)).what


def test_geopackage_layers(tmp_path, towns):
    path = tmp_path / "a.gpkg"
    towns.to_file(path, layer="towns")
    styles = pd.DataFrame({"styleName": ["x"]})
    pyogrio.write_dataframe(styles, path, layer="layer_styles")
    assert len(read_table(path)) == 2
    towns.iloc[:1].to_file(path, layer="one")
    found = problem(path)
    assert found.what == "this has 2 layers: towns, one."
    assert len(read_table(path, layer="one")) == 1
    assert "It has: towns" in problem(path, layer="two").fix


def test_geopackage_table_without_geometry(tmp_path):
    pyogrio.write_dataframe(pd.DataFrame({"name": ["Bar"]}), tmp_path / "a.gpkg", layer="t")
    frame = read_table(tmp_path / "a.gpkg")
    assert frame.loc[1].to_dict() == {"name": "Bar"}


def test_a_database_is_no_geopackage(tmp_path):
    import sqlite3

    with sqlite3.connect(tmp_path / "a.gpkg") as database:
        database.execute("create table t (name text)")
    database.close()
    assert "not a GeoPackage" in problem(tmp_path / "a.gpkg").what


def test_shapefile_parts_and_old_encodings(tmp_path, towns):
    path = tmp_path / "a.shp"
    towns.to_file(path, encoding="cp1250")
    (tmp_path / "a.cpg").unlink()
    dbf = bytearray((tmp_path / "a.dbf").read_bytes())
    dbf[29] = 0
    (tmp_path / "a.dbf").write_bytes(dbf)
    assert read_table(path)["name"].tolist() == ["Rožaje", "Shkodër"]
    (tmp_path / "a.dbf").unlink()
    assert ".dbf file" in problem(path).what


def test_plain_parquet_is_a_table_of_text(tmp_path):
    table = pd.DataFrame(
        {"name": ["Bar", None], "geonames_id": [1.0, np.nan], "tags": [["a", "b"], []]}
    )
    table.to_parquet(tmp_path / "a.parquet")
    frame = read_table(tmp_path / "a.parquet")
    assert frame.loc[1].tolist() == ["Bar", "1", "a;b"]
    assert frame.loc[2].isna().all()


def test_a_second_geometry_column_and_other_names_are_tidied(tmp_path, towns):
    both = towns.rename_geometry("shape").assign(area=towns.geometry)
    both.to_parquet(tmp_path / "a.parquet")
    frame = read_table(tmp_path / "a.parquet")
    assert frame.columns.tolist() == ["name", "population", "geometry"]


def test_coordinates_out_of_their_system_are_a_problem(tmp_path):
    bad = gpd.GeoDataFrame(
        {"name": ["a", "b"]}, geometry=[Point(4e6, 3e6), Point(9e30, 9e30)], crs="EPSG:3035"
    )
    bad.to_parquet(tmp_path / "a.parquet")
    found = problem(tmp_path / "a.parquet")
    assert (found.row, found.column) == (2, "geometry")
    assert "ETRS89" in found.fix


def test_polygons_and_missing_geometry_pass(tmp_path):
    square = Polygon([(19, 42), (20, 42), (20, 43)])
    frame = gpd.GeoDataFrame({"name": ["a", "b"]}, geometry=[square, None], crs="EPSG:4326")
    frame.to_file(tmp_path / "a.gpkg")
    assert read_table(tmp_path / "a.gpkg").geometry.isna().tolist() == [False, True]


# Hostile paths.


@pytest.mark.parametrize(
    "path",
    [
        "https://example.org/a.csv",
        "file:///etc/passwd",
        "s3://bucket/a.parquet",
        "/vsicurl/https://example.org/a.gpkg",
        "/vsizip/a.zip/a.gpkg",
        "PG:host=example.org password=secret",
        "GPKG:a.gpkg:layer",
        "zip+https:a.zip",
        "a\0.csv",
        Path("https://example.org/a.csv"),
    ],
)
def test_only_local_paths(path):
    found = problem(path)
    assert found.what == "this is not a local file."
    assert "secret" not in str(found)


def test_what_is_no_regular_file(tmp_path):
    (tmp_path / "a.csv").mkdir()
    assert "not a regular file" in problem(tmp_path / "a.csv").what
    os.mkfifo(tmp_path / "b.csv")
    assert "not a regular file" in problem(tmp_path / "b.csv").what
    (tmp_path / "c.csv").symlink_to(tmp_path / "c.csv")
    assert "cannot be opened" in problem(tmp_path / "c.csv").what
    assert "cannot be opened" in problem(tmp_path / ("x" * 300 + ".csv")).what


def test_a_missing_file_is_a_missing_file(tmp_path):
    with pytest.raises(MissingInputError, match="no such file"):
        read_table(tmp_path / "a.csv")
    (tmp_path / "b.csv").symlink_to(tmp_path / "a.csv")
    with pytest.raises(FileNotFoundError):
        read_table(tmp_path / "b.csv")


@pytest.mark.parametrize("name", ["a.xls", "a.zip", "a.pkl", "a.kml", "a", "a.vrt"])
def test_unlisted_formats(tmp_path, name):
    assert ".gpkg" in problem(write(tmp_path / name, "x")).fix


def test_names_that_gdal_would_read_as_an_archive(tmp_path, towns):
    path = tmp_path / "a.zip!b.gpkg"
    towns.to_file(tmp_path / "b.gpkg")
    (tmp_path / "b.gpkg").rename(path)
    assert "one of the signs" in problem(path).what


def test_sizes_are_capped(tmp_path, towns, monkeypatch):
    monkeypatch.setattr(readers, "MAX_ROWS", 1)
    for name in ("a.gpkg", "a.geojson", "a.shp"):
        towns.to_file(tmp_path / name)
        assert "more than 1 rows" in problem(tmp_path / name).what
    towns.to_parquet(tmp_path / "a.parquet")
    assert "more than 1 rows" in problem(tmp_path / "a.parquet").what
    assert "more than 1 rows" in problem(write(tmp_path / "a.csv", "a\n1\n2\n")).what
    assert "more than 1 rows" in problem(workbook(tmp_path / "a.xlsx", [["a"], [1], [2]])).what
    monkeypatch.setattr(readers, "MAX_UNPACKED_BYTES", 1)
    monkeypatch.setattr(readers, "MAX_ROWS", 9)
    assert "unpacks" in problem(tmp_path / "a.parquet").what
    monkeypatch.setattr(readers, "MAX_BYTES", 3)
    assert "MB" in problem(tmp_path / "a.csv").what


def test_a_sidecar_is_capped_too(tmp_path, towns, monkeypatch):
    towns.to_file(tmp_path / "a.shp")
    size = max((tmp_path / f"a.{s}").stat().st_size for s in ("shp", "shx"))
    with (tmp_path / "a.dbf").open("ab") as opened:
        opened.write(struct.pack(f"{size}x"))
    monkeypatch.setattr(readers, "MAX_BYTES", size)
    assert problem(tmp_path / "a.shp").file == "a.dbf"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None), (float("nan"), None), (np.nan, None), (pd.NaT, None), (pd.NA, None),
        (12.0, "12"), (np.float64(42.25), "42.25"), (np.int64(3), "3"), (1e300, "1e+300"),
        (float("inf"), "inf"), (True, "yes"), (np.False_, "no"), ("  ", None), (" a ", "a"),
        (pd.Timestamp("2020-10-01"), "2020-10-01"), (dt.date(2020, 1, 2), "2020-01-02"),
        (np.array(["a", None]), "a"), ([1, 2.0], "1;2"),
        (dt.time(3, 4), "03:04:00"),
    ],
)  # fmt: skip
def test_plain_text(value, text):
    assert plain_text(value) == text
