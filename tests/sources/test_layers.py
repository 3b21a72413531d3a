"""Layers: every format in degrees, hostile GeoJSON, what belongs to a file."""

import json
import sqlite3
from contextlib import closing

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
from files_of_towns import problem, write
from shapely import Point, Polygon

from hotspot_gaps.sources.readers import read_table


@pytest.fixture
def towns():
    return gpd.GeoDataFrame(
        {"name": ["Rožaje", "Shkodër"], "population": [9422, 77075]},
        geometry=[Point(20.166, 42.833), Point(19.513, 42.068)],
        crs="EPSG:4326",
    )


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


@pytest.mark.parametrize(
    "command",
    [
        "UPDATE gpkg_contents SET table_name = 'elsewhere'",
        "UPDATE gpkg_contents SET table_name = 'notes'",
        "UPDATE gpkg_contents SET table_name = 'notes', data_type = 'attributes'",
        "UPDATE gpkg_contents SET data_type = 'attributes'",
        "DELETE FROM gpkg_contents",
        "DELETE FROM gpkg_geometry_columns",
        "UPDATE gpkg_contents SET table_name = 'elsewhere';"
        "UPDATE gpkg_geometry_columns SET table_name = 'elsewhere'",
    ],
)
def test_points_that_the_file_does_not_list_are_not_lost_in_silence(tmp_path, towns, command):
    path = tmp_path / "a.gpkg"
    towns.to_file(path, layer="places")
    with closing(sqlite3.connect(path)) as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            database.execute(f'DROP TRIGGER "{name}"')
        database.execute("CREATE TABLE notes (fid INTEGER PRIMARY KEY, name TEXT)")
        database.executescript(command)
        database.commit()
    found = problem(path)
    assert "'places' holds geometries" in found.what
    assert "Export the layer alone" in found.fix


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


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"type": "FeatureCollection", "features": [1]}',
        '{"type": "FeatureCollection", "features": [{"properties": [1]}]}',
    ],
)
def test_geojson_that_is_malformed(tmp_path, text):
    found = problem(write(tmp_path / "a.geojson", text))
    assert "cannot be read as GeoJSON" in found.what or "not a GeoJSON feature" in found.what


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


def test_names_that_gdal_would_read_as_an_archive(tmp_path, towns):
    path = tmp_path / "a.zip!b.gpkg"
    towns.to_file(tmp_path / "b.gpkg")
    (tmp_path / "b.gpkg").rename(path)
    assert "one of the signs" in problem(path).what


def collection(*features, **more) -> str:
    return json.dumps({"type": "FeatureCollection", "features": list(features), **more})


def feature(geometry, **properties):
    return {"type": "Feature", "properties": properties, "geometry": geometry}


BAR = {"type": "Point", "coordinates": [19.1, 42.1]}


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Point", "coordinates": []},
        {"type": "Point"},
        {"type": "Point", "coordinates": [None, None]},
        {"type": "Polygon", "coordinates": [[]]},
        {"type": "Point", "coordinates": ["a", "b"]},
        {"type": "Circle", "coordinates": [1, 2]},
        [19.1, 42.1],
    ],
)
def test_geojson_geometry_that_cannot_be_made(tmp_path, geometry):
    text = collection(feature(BAR), feature(geometry), feature(None))
    found = problem(write(tmp_path / "a.geojson", text))
    assert (found.file, found.row, found.column) == ("a.geojson", 2, "geometry")
    assert "cannot be read" in found.what
    assert "null" in found.fix


@pytest.mark.parametrize(
    "name",
    ["EPSG:4326", "urn:ogc:def:crs:EPSG::4326", "urn:ogc:def:crs:EPSG:6.9:4326", "epsg:4326"],
)
def test_geojson_systems_by_any_name(tmp_path, name):
    text = collection(feature(BAR), crs={"type": "name", "properties": {"name": name}})
    assert read_table(write(tmp_path / "a.geojson", text)).geometry.y.iat[0] == 42.1


def test_geojson_in_another_system(tmp_path, towns):
    point = towns.to_crs("EPSG:3035").geometry.iat[0]
    moved = {"type": "Point", "coordinates": [point.x, point.y]}
    text = collection(feature(moved), crs={"properties": {"name": "urn:ogc:def:crs:EPSG::3035"}})
    frame = read_table(write(tmp_path / "a.geojson", text))
    np.testing.assert_allclose(frame.geometry.x, towns.geometry.x[:1])


def test_nested_values_are_problems(tmp_path):
    text = collection(feature(BAR, name={"en": "Bar"}, tags=["a", "b"]))
    found = problem(write(tmp_path / "a.geojson", text))
    assert (found.row, found.column, found.what) == (1, "name", "this is a nested value.")
    pd.DataFrame({"name": [{"en": "Bar"}]}).to_parquet(tmp_path / "a.parquet")
    found = problem(tmp_path / "a.parquet")
    assert (found.row, found.column, found.what) == (1, "name", "this is a nested value.")
