"""Roads: GeoParquet and extracts, and what is told of a network."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from shapely import LineString, Point

import hotspot_gaps as hg
from conftest import make_roads
from hotspot_gaps.sources.roads import load_roads, report_roads

A, B, C, D, E = (18.0, 43.0), (18.1, 43.0), (18.2, 43.0), (19.0, 44.0), (19.1, 44.0)


@pytest.fixture
def folder(tmp_path):
    """A folder of two tables with three nodes, as a user would have them."""
    nodes = pd.DataFrame({"node": [7, 3, 5], "lon": [18.2, 18.0, 18.1], "lat": 43.0})
    nodes.to_parquet(tmp_path / "road_nodes.parquet")
    write(tmp_path / "roads_BA.parquet", u=[3], v=[5])
    write(tmp_path / "roads_ME.parquet", u=[5], v=[7], oneway=[True])
    return tmp_path


def write(path, **columns):
    values = {"road_class": ["primary"], "ramp": [False], "oneway": [False], "length_m": [8000.0]}
    line = [LineString([A, B])]
    gpd.GeoDataFrame(values | columns, geometry=line, crs="EPSG:4326").to_parquet(path)


def problem(folder):
    with pytest.raises(hg.InputError) as caught:
        load_roads(folder)
    return caught.value.problems[0]


def test_the_mirror_is_what_its_source_says(roads):
    report = report_roads(roads)
    # ../shared/data/roads/SOURCES.md: 65,110 edges, 45,960 nodes, 78,603 km, 98.7 %
    assert (report.edges, report.nodes) == (65_110, 45_960)
    assert report.length_km == pytest.approx(78_603, abs=0.5)
    assert report.largest_share == pytest.approx(0.987, abs=0.0005)
    assert (report.dead_references, report.without_class) == (0, 0)
    assert "65,110 roads of 78,603 km between 45,960 nodes" in report.line()


def test_files_of_a_folder_are_one_network(folder):
    roads = load_roads(folder)
    assert roads.nodes["node"].tolist() == [3, 5, 7]
    assert roads.edges["oneway"].tolist() == [False, True]
    assert report_roads(roads).components == 1


def test_edges_that_cannot_be_used_are_left_out_and_counted(folder):
    write(folder / "roads_XK.parquet", u=[3], v=[99])
    write(folder / "roads_RS.parquet", u=[3], v=[7], road_class=[None])
    write(folder / "roads_MK.parquet", u=[3], v=[7], road_class=["footway"])
    roads = load_roads(folder)
    assert len(roads.edges) == 2
    assert (roads.dead_references, roads.without_class) == (1, 2)


def test_components_and_share_of_the_largest():
    rows = [(A, B, "primary", 6, False), (B, C, "primary", 2, True), (D, E, "primary", 2, False)]
    report = report_roads(make_roads(rows))
    assert (report.components, report.largest_share, report.length_km) == (2, 0.8, 10)


def test_a_network_without_roads_is_told(folder):
    for name in ("roads_BA.parquet", "roads_ME.parquet"):
        write(folder / name, u=[3], v=[99])
    assert report_roads(load_roads(folder)).largest_share == 0


@pytest.mark.parametrize("column", ["u", "v", "road_class", "ramp", "oneway", "length_m"])
def test_a_missing_column_is_told(folder, column):
    table = gpd.read_parquet(folder / "roads_BA.parquet").drop(columns=column)
    table.to_parquet(folder / "roads_BA.parquet")
    found = problem(folder)
    assert (found.file, found.column) == ("roads_BA.parquet", column.replace("ramp", "link"))


@pytest.mark.parametrize("length_m", [-1.0, float("inf"), float("nan"), 1e9])
def test_an_impossible_length_is_told(folder, length_m):
    write(folder / "roads_BA.parquet", u=[3], v=[5], length_m=[length_m])
    found = problem(folder)
    assert (found.file, found.row, found.column) == ("roads_BA.parquet", 1, "length_m")


@pytest.mark.parametrize("shape", [None, LineString(), Point(18, 43)])
def test_a_road_without_a_line_is_told(folder, shape):
    table = gpd.read_parquet(folder / "roads_BA.parquet")
    table.set_geometry(gpd.GeoSeries([shape], crs="EPSG:4326")).to_parquet(
        folder / "roads_BA.parquet"
    )
    found = problem(folder)
    assert (found.file, found.row, found.column) == ("roads_BA.parquet", 1, "geometry")


def test_a_node_off_the_earth_is_told(folder):
    nodes = pd.DataFrame({"node": [7, 3, 5], "lon": 18.0, "lat": [43.0, 91.0, 43.0]})
    nodes.to_parquet(folder / "road_nodes.parquet")
    assert (problem(folder).row, problem(folder).column) == (2, "lat")


def test_a_node_without_a_position_is_told(folder):
    nodes = pd.DataFrame({"node": [7, 3, 5], "lon": [18.2, None, 18.1], "lat": 43.0})
    nodes.to_parquet(folder / "road_nodes.parquet")
    found = problem(folder)
    assert (found.file, found.row, found.column) == ("road_nodes.parquet", 2, "lon")


def test_a_node_twice_is_told(folder):
    nodes = pd.DataFrame({"node": [7, 3, 3, 5], "lon": 18.0, "lat": 43.0})
    nodes.to_parquet(folder / "road_nodes.parquet")
    assert (problem(folder).row, problem(folder).column) == (3, "node")


def test_a_folder_without_roads_is_told(tmp_path):
    with pytest.raises(hg.MissingInputError, match="this folder has no roads"):
        load_roads(tmp_path)


def test_nodes_that_are_not_there_are_told(folder):
    (folder / "road_nodes.parquet").unlink()
    with pytest.raises(hg.MissingInputError, match=r"road_nodes\.parquet"):
        load_roads(folder)
