"""Boundaries and places from the user's own files."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point, box

import hotspot_gaps as hg


def test_own_boundaries_in_any_crs(tmp_path):
    own = gpd.GeoDataFrame(
        {"country": ["BB", "AA"], "name": ["B", "A"]},
        geometry=[box(10, 40, 11, 41), box(0, 0, 1, 1)], crs="EPSG:4326",
    )  # fmt: skip
    own.to_crs("EPSG:3857").to_file(tmp_path / "own.gpkg")
    loaded = hg.load_boundaries(tmp_path / "own.gpkg")
    assert loaded["country"].tolist() == ["AA", "BB"]
    assert loaded.crs == "EPSG:4326"
    assert loaded.total_bounds == pytest.approx([0, 0, 11, 41], abs=1e-6)


def test_what_is_missing_or_not_a_polygon_is_told(tmp_path):
    frame = gpd.GeoDataFrame({"name": ["A"]}, geometry=[box(0, 0, 1, 1)], crs="EPSG:4326")
    frame.to_file(tmp_path / "a.geojson")
    with pytest.raises(hg.InputError, match="column country: this column is missing"):
        hg.load_boundaries(tmp_path / "a.geojson")
    frame = gpd.GeoDataFrame({"name": ["A"], "country": "AA"}, geometry=[Point(0, 0)], crs=4326)
    frame.to_file(tmp_path / "b.geojson")
    with pytest.raises(hg.InputError, match=r"row 1.*not a polygon"):
        hg.load_boundaries(tmp_path / "b.geojson")
    with pytest.raises(hg.MissingInputError):
        hg.load_boundaries(tmp_path / "none.gpkg")


def test_bad_codes_shapes_and_bounds_are_told(tmp_path):
    frame = gpd.GeoDataFrame(
        {"country": ["me", "AA", "BB"], "name": ["A", None, "C"]},
        geometry=[box(0, 0, 1, 1), box(0, 0, 1, 1), box(0, 0, 1e7, 1)], crs="EPSG:4326",
    )  # fmt: skip
    frame.to_file(tmp_path / "bad.gpkg")
    with pytest.raises(hg.InputError) as caught:
        hg.load_boundaries(tmp_path / "bad.gpkg")
    assert [(p.row, p.column) for p in caught.value.problems] == [
        (1, "country"), (2, "name"), (3, "geometry"),
    ]  # fmt: skip


def test_a_polygon_that_crosses_itself_is_mended(tmp_path):
    from shapely import Polygon

    bow = Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    frame = gpd.GeoDataFrame({"country": ["AA"], "name": ["A"]}, geometry=[bow], crs="EPSG:4326")
    frame.to_file(tmp_path / "bow.gpkg")
    assert hg.load_boundaries(tmp_path / "bow.gpkg").is_valid.all()


def test_own_places(tmp_path):
    path = tmp_path / "places.csv"
    path.write_text(
        "geonames_id;name;country;lat;lon;population\n7;Uno;IT;41,5;12,5;0\n3;Due;IT;42;13;900\n"
    )
    places = hg.load_places(path)
    assert places["name"].tolist() == ["Due", "Uno"]
    assert places["population"].isna().tolist() == [False, True]
    assert not places["is_capital"].any()
    assert places.geometry.iloc[1] == Point(12.5, 41.5)


def test_built_in_and_own_places_have_the_same_columns(tmp_path):
    path = tmp_path / "places.csv"
    path.write_text("geonames_id,name,country,lat,lon\n7,Uno,IT,41,12\n")
    own, built_in = hg.load_places(path), hg.load_places()
    assert sorted(own) == sorted(built_in)
    pd.testing.assert_series_equal(own.dtypes.sort_index(), built_in.dtypes.sort_index())
