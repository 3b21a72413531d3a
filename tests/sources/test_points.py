"""Points of layers, and columns of the same meaning."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from faulty_tables import GOOD, checked, problem, problems
from shapely import MultiPoint, Point, box

from hotspot_gaps.errors import InputError
from hotspot_gaps.sources.schema import check_table, read_checked


@pytest.mark.parametrize("name", ["a.gpkg", "a.geojson", "a.shp", "a.parquet"])
def test_points_become_lat_and_lon(tmp_path, name):
    points = gpd.GeoDataFrame(
        {**{c: [v] for c, v in GOOD["organizations"].items()}, "geonames_id": [3194828]},
        geometry=[Point(17.8081, 43.3433)],
        crs="EPSG:4326",
    ).to_crs("EPSG:3035")
    path = tmp_path / name
    if name == "a.parquet":
        points.to_parquet(path)
    else:
        # Shapefiles cut names to ten letters, and pyogrio says so.
        points.rename(columns=lambda c: c[:10] if name == "a.shp" else c).to_file(path)
    frame = read_checked(path, "organizations")
    assert frame["geonames_id"].tolist() == [3194828]
    assert frame["source_title"].tolist() == ["a report"]
    np.testing.assert_allclose(
        frame[["lat", "lon"]].to_numpy(float), [[43.3433, 17.8081]], atol=1e-6
    )


def layer(*shapes) -> gpd.GeoDataFrame:
    rows = [{**GOOD["hotspots"], "name": f"n{i}"} for i in range(len(shapes))]
    index = pd.RangeIndex(1, len(shapes) + 1, name="row")
    return gpd.GeoDataFrame(rows, geometry=list(shapes), crs="EPSG:4326", index=index)


def test_features_without_a_point():
    frame = check_table(layer(MultiPoint([(19, 42)]), None, Point()), "hotspots", "a.gpkg")
    assert frame["lat"].isna().tolist() == [False, True, True]
    with pytest.raises(InputError) as caught:
        check_table(layer(Point(19, 42), box(19, 42, 20, 43)), "hotspots", "a.gpkg")
    assert str(caught.value).startswith(
        "a.gpkg, row 2, column geometry ('Polygon'): this is not a point."
    )


def test_two_columns_of_one_meaning():
    found = problem({"Latitude": "42", "y": "42", "lon": "19"})
    assert (found.column, found.what) == ("lat", "the columns 'Latitude', 'y' mean the same.")


def test_columns_of_one_meaning_that_differ():
    rows = (
        {"lat": "42", "latitude": "42,0", "lon": "19", "iso3": "MNE"},
        {"name": "b", "lat": "42.1", "latitude": "43.1", "lon": "19", "iso3": "MNE"},
        {"name": "c", "lat": None, "lon": None, "latitude": None, "iso3": "ALB"},
    )
    found = problems(*rows)
    assert [(p.row, p.column, p.value) for p in found] == [
        (3, "lat, latitude", "42.1, 43.1"),
        (4, "country, iso3", "ME, ALB"),
    ]
    assert found[0].what == "these columns mean the same, but differ."
    assert found[0].fix == "Delete the one that is wrong."
    assert len(checked(rows[0])) == 1


def test_points_that_differ_from_their_columns():
    frame = layer(Point(19, 42), Point(19, 42), Point(19, 42), None)
    frame["lat"] = [42.0000005, 42.1, np.nan, 42]
    frame["lon"] = ["19", "19", "here", "19"]
    with pytest.raises(InputError) as caught:
        check_table(frame, "hotspots", "a.gpkg")
    assert [(p.row, p.column, p.value) for p in caught.value.problems] == [
        (2, "lat, geometry", "42.1, 42"),
        (3, "lon, geometry", "here, 19"),
    ]
    assert caught.value.problems[0].what == "lat and the point of the feature differ."
    assert len(check_table(frame.iloc[[0, 3]], "hotspots", "a.gpkg")) == 2


def test_layers_speak_of_their_points():
    with pytest.raises(InputError) as caught:
        check_table(layer(Point(42, 119), Point(300, 42)), "hotspots", "a.gpkg")
    found = caught.value.problems
    assert [(p.row, p.column) for p in found] == [(1, "geometry"), (2, "geometry")]
    assert found[0].what == "x and y look swapped."
