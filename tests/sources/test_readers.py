"""Reading: a format by its suffix, whatever hides behind it."""

import pytest
from files_of_towns import problem, write


@pytest.mark.parametrize("name", ["a.xlsx", "a.gpkg", "a.shp", "a.geojson", "a.parquet"])
@pytest.mark.parametrize("raw", [b"name,country\n", b"PK\x03\x04 broken", b"{", b"\0" * 200])
def test_another_format_under_this_name_is_a_problem(tmp_path, name, raw):
    found = problem(write(tmp_path / name, raw))
    assert found.file == name
    assert str(tmp_path) not in found.what


@pytest.mark.parametrize("name", ["a.xls", "a.zip", "a.pkl", "a.kml", "a", "a.vrt"])
def test_unlisted_formats(tmp_path, name):
    assert ".gpkg" in problem(write(tmp_path / name, "x")).fix
