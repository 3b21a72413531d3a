"""Reading: a format by its suffix, whatever hides behind it."""

import geopandas as gpd
import pandas as pd
import pytest
from files_of_towns import problem, write
from shapely import Point

from hotspot_gaps.errors import MissingInputError
from hotspot_gaps.sources.readers import read_table


@pytest.mark.parametrize("name", ["a.xlsx", "a.gpkg", "a.shp", "a.geojson", "a.parquet"])
@pytest.mark.parametrize("raw", [b"name,country\n", b"PK\x03\x04 broken", b"{", b"\0" * 200])
def test_another_format_under_this_name_is_a_problem(tmp_path, name, raw):
    found = problem(write(tmp_path / name, raw))
    assert found.file == name
    assert str(tmp_path) not in found.what


@pytest.mark.parametrize("name", ["a.xls", "a.zip", "a.pkl", "a.kml", "a", "a.vrt"])
def test_unlisted_formats(tmp_path, name):
    assert ".gpkg" in problem(write(tmp_path / name, "x")).fix


@pytest.mark.parametrize("name", ["a.csv", "a.gpkg", "a.geojson", "a.parquet", "geo.parquet"])
def test_control_characters_are_problems_in_any_format(tmp_path, name):
    frame = pd.DataFrame({"name": ["Bar", "Ulc\x1b[31minj"], "note": ["a\tb\nc", ""]})
    points = gpd.GeoDataFrame(frame, geometry=[Point(19, 42), Point(19, 41)], crs="EPSG:4326")
    path = tmp_path / name
    if name == "a.csv":
        frame.to_csv(path, index=False)
    elif name.endswith("parquet"):
        (points if name.startswith("geo") else frame).to_parquet(path)
    else:
        points.to_file(path)
    found = problem(path)
    assert (found.row, found.column) == (3 if name == "a.csv" else 2, "name")
    assert found.what == "this cell holds control characters."
    assert "\x1b" not in str(found)


def test_control_characters_of_names_are_not_repeated(tmp_path):
    found = problem(write(tmp_path / "a\x1b[2J.csv", "na\x1b[31mme,x\u202e\n\x07a,b\n"))
    assert str(found).startswith("a[2J.csv, row 2, column na[31mme: this cell holds")
    with pytest.raises(MissingInputError) as caught:
        read_table(tmp_path / "no\x1b[2J\n.csv")
    assert "\x1b" not in str(caught.value)
    assert "\n" not in str(caught.value)
