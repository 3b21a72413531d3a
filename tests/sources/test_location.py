"""Places lie in their countries."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import Polygon, box

from hotspot_gaps.sources.boundaries import load_boundaries
from hotspot_gaps.sources.location import check_location


@pytest.fixture(scope="module")
def countries():
    return load_boundaries()


def located(*points):
    return pd.DataFrame(
        points, columns=["country", "lat", "lon"], index=pd.RangeIndex(2, 2 + len(points))
    )


def test_points_in_their_country(countries):
    frame = located(
        ("ME", 42.093, 19.1), ("AL", 41.32, 19.45), ("XK", np.nan, np.nan), ("DE", 0.0, 0.0)
    )  # fmt: skip
    assert check_location(frame, countries, "mine.csv") == []
    assert check_location(frame.iloc[:0], countries, "mine.csv") == []


def test_points_outside_their_country(countries):
    frame = located(
        ("ME", 41.33, 19.82), ("ME", 42.093, 19.1), ("AL", 19.82, 41.33), ("RS", -44.8, -159.5)
    )
    found = check_location(frame, countries, "mine.csv")
    assert [p.row for p in found] == [2, 4, 5]
    assert found[0].what.startswith("this point is ")
    assert found[0].what.endswith("km outside ME.")
    assert found[0].value == "41.33, 19.82"
    assert found[1].what == "lat and lon look swapped."
    assert "Exchange" in found[1].fix
    assert "swapped" not in found[2].what


@pytest.mark.parametrize(("away_m", "count"), [(4_900, 0), (5_100, 1)])
@pytest.mark.parametrize(("lat", "east"), [(0.5, 0), (65, 0), (42, 179.5)])
def test_five_kilometres_are_geodesic(lat, east, away_m, count):
    from pyproj import Geod

    square = box(east - 0.1, lat - 0.1, east + 0.1, lat + 0.1)
    countries = gpd.GeoDataFrame({"country": ["ME"]}, geometry=[square], crs="EPSG:4326")
    lon, y, _ = Geod(ellps="WGS84").fwd(east, lat + 0.1, 0, away_m)
    assert len(check_location(located(("ME", y, lon)), countries, "mine.csv")) == count


def test_several_polygons_of_one_country():
    shapes = [box(0, 0, 1, 1), Polygon([(5, 5), (6, 5), (6, 6)])]
    countries = gpd.GeoDataFrame({"country": ["ME", "ME"]}, geometry=shapes, crs="EPSG:4326")
    assert check_location(located(("ME", 5.2, 5.9), ("ME", 0.5, 0.5)), countries, "x") == []


def test_a_country_across_the_antimeridian():
    shapes = [box(178, -18, 180, -16), box(-180, -17, -179, -16)]
    countries = gpd.GeoDataFrame({"country": ["FJ", "FJ"]}, geometry=shapes, crs="EPSG:4326")
    frame = located(("FJ", -17, 179), ("FJ", -16.5, -179.5), ("FJ", -17, 177))
    found = check_location(frame, countries, "x")
    assert [(p.row, p.what) for p in found] == [(4, "this point is 106 km outside FJ.")]


def test_layers_and_organizations(countries):
    frame = located(("ME", 41.33, 19.82), ("AL", 19.82, 41.33))
    frame.attrs["points"] = "geometry"
    found = check_location(frame, countries, "mine.gpkg")
    assert [(p.column, p.value) for p in found] == [
        ("geometry", "41.33, 19.82"),
        ("geometry", "19.82, 41.33"),
    ]
    assert found[1].what == "x and y look swapped."
    frame["sensitivity"] = ["restricted", "public"]
    found = check_location(frame, countries, "mine.gpkg")
    assert {p.value for p in found} == {""}
    assert found[0].what == "this point is more than 5 km outside ME."
