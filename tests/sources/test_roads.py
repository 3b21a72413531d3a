"""Roads: GeoParquet and extracts, and what is told of a network."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from shapely import LineString, MultiLineString, Point

import hotspot_gaps as hg
from conftest import make_roads
from hotspot_gaps.sources.roads import load_roads, report_roads

A, B, C, D, E = (18.0, 43.0), (18.1, 43.0), (18.2, 43.0), (19.0, 44.0), (19.1, 44.0)
AT = {3: A, 5: B, 7: C}
DEGREE_M = 81_541.0  # of longitude at 43 degrees


@pytest.fixture
def folder(tmp_path):
    """A folder of two tables with three nodes, as a user would have them."""
    nodes = pd.DataFrame({"node": [7, 3, 5], "lon": [18.2, 18.0, 18.1], "lat": 43.0})
    nodes.to_parquet(tmp_path / "road_nodes.parquet")
    write(tmp_path / "roads_BA.parquet", u=[3], v=[5])
    write(tmp_path / "roads_ME.parquet", u=[5], v=[7], oneway=[True])
    return tmp_path


def write(path, shape=None, **columns):
    line = shape or LineString([AT.get(int(columns[end][0]), D) for end in ("u", "v")])
    values = {"road_class": ["primary"], "ramp": [False], "oneway": [False]}
    values |= {"length_m": [line.length * DEGREE_M]} | columns
    gpd.GeoDataFrame(values, geometry=[line], crs="EPSG:4326").to_parquet(path)


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


@pytest.mark.parametrize("length_m", [-1.0, float("inf"), float("nan"), 1e9, True])
def test_an_impossible_length_is_told(folder, length_m):
    write(folder / "roads_BA.parquet", u=[3], v=[5], length_m=[length_m])
    found = problem(folder)
    assert (found.file, found.row, found.column) == ("roads_BA.parquet", 1, "length_m")


@pytest.mark.parametrize("km", [0.01, 4.0, 25.0])
def test_a_length_that_is_not_that_of_the_line_is_told(folder, km):
    write(folder / "roads_BA.parquet", u=[3], v=[5], length_m=[km * 1000])
    found = problem(folder)
    assert (found.file, found.row, found.column) == ("roads_BA.parquet", 1, "length_m")
    assert "8,154 m" in found.what
    assert "kilometres" in found.fix


def test_a_road_of_a_few_metres_may_be_simplified_to_less(folder):
    near = LineString([B, (18.10001, 43)])
    write(folder / "roads_BA.parquet", near, u=[5], v=[5], length_m=[19.0])
    assert load_roads(folder).edges["length_m"].tolist()[0] == 19


@pytest.mark.parametrize(
    ("given", "meant"),
    [(True, True), (1, True), (0.0, False), ("yes", True), ("No", False), ("False", False),
     ("true", True), ("1", True)],
)  # fmt: skip
@pytest.mark.parametrize("column", ["oneway", "ramp"])
def test_true_and_false_in_every_writing(folder, column, given, meant):
    write(folder / "roads_BA.parquet", u=[3], v=[5], **{column: [given]})
    edges = load_roads(folder).edges
    assert edges[column.replace("ramp", "link")].tolist()[0] is meant
    assert edges["oneway"].dtype == edges["link"].dtype == bool


@pytest.mark.parametrize("given", [None, -1, 2, 0.5, "-1", "reverse", "", [True, False]])
@pytest.mark.parametrize("column", ["oneway", "ramp"])
def test_what_is_neither_true_nor_false_is_told(folder, column, given):
    write(folder / "roads_BA.parquet", u=[3], v=[5], **{column: [given]})
    found = problem(folder)
    assert (found.file, found.row) == ("roads_BA.parquet", 1)
    assert found.column == column.replace("ramp", "link")
    if given in (-1, "reverse"):
        assert found.value == str(given)


def test_a_ramp_and_a_link_are_one_too_many(folder):
    write(folder / "roads_BA.parquet", u=[3], v=[5], link=[False])
    assert problem(folder).column == "link"


@pytest.mark.parametrize("u", [3.5, 1e30, "three", True, None, pd.Timestamp("2020-01-01")])
def test_ids_that_are_no_whole_numbers_are_told(folder, u):
    write(folder / "roads_BA.parquet", LineString([A, B]), u=[u], v=[5])
    found = problem(folder)
    assert (found.file, found.row, found.column) == ("roads_BA.parquet", 1, "u")
    nodes = pd.DataFrame({"node": [7, 3.4, 3, 5], "lon": 18.0, "lat": 43.0})
    nodes.to_parquet(folder / "road_nodes.parquet")
    assert (problem(folder).row, problem(folder).column) == (2, "node")


def test_missing_numbers_of_pandas_are_told(folder):
    lengths = pd.array([None], dtype="Float64")
    write(folder / "roads_BA.parquet", u=[3], v=[5], length_m=lengths)
    assert problem(folder).column == "length_m"


def test_whole_numbers_may_be_written_as_text_or_decimals(folder):
    write(folder / "roads_BA.parquet", u=["3"], v=[5.0])
    assert load_roads(folder).edges["u"].tolist() == [3, 5]


@pytest.mark.parametrize("oneway", [False, True])
def test_a_line_that_runs_from_v_to_u_is_turned(folder, oneway):
    line = LineString([B, (18.05, 43.001), A])
    write(folder / "roads_BA.parquet", line, u=[3], v=[5], oneway=[oneway])
    edge = load_roads(folder).edges.iloc[0]
    assert edge["u"] == 3
    assert edge["oneway"] == oneway
    assert edge["geometry"] == line.reverse()


def test_lines_that_run_from_u_to_v_and_loops_stay(folder):
    loop = LineString([A, (18.0, 43.01), (18.01, 43.01), A])
    write(folder / "roads_BA.parquet", loop, u=[3], v=[3])
    shapes = load_roads(folder).edges.geometry
    assert shapes.tolist() == [loop, LineString([B, C])]


@pytest.mark.parametrize(
    "shape",
    [LineString([(0, 0), (0.1, 0)]), LineString([A, (18.1, 43.002)]), LineString([A, (18.05, 43)])],
)
def test_a_line_that_does_not_lead_to_its_nodes_is_told(folder, shape):
    write(folder / "roads_ME.parquet", shape, u=[3], v=[5])
    found = problem(folder)
    assert (found.file, found.row, found.column) == ("roads_ME.parquet", 1, "geometry")
    assert "200 m" in found.what


def test_a_line_that_ends_near_its_nodes_is_taken(folder):
    near = LineString([A, (18.1, 43.001)])  # 111 m
    write(folder / "roads_BA.parquet", near, u=[3], v=[5])
    assert load_roads(folder).edges.geometry[0] == near


def test_roads_whose_nodes_are_not_there_may_be_anywhere(folder):
    write(folder / "roads_BA.parquet", LineString([(0, 0), (0.1, 0)]), u=[3], v=[99])
    assert load_roads(folder).dead_references == 1


def test_a_table_without_geometry_is_told(folder):
    table = gpd.read_parquet(folder / "roads_BA.parquet")
    plain = pd.DataFrame(table.drop(columns="geometry")).assign(geometry="LINESTRING (0 0, 1 1)")
    plain.to_parquet(folder / "roads_BA.parquet")
    assert problem(folder).column == "geometry"


@pytest.mark.parametrize(
    "shape",
    [None, LineString(), Point(18, 43), Point(18, 43).buffer(1), MultiLineString([[A, B]]),
     LineString([A, (18.05, 95), B]), LineString([A, (500, 43), B])],
)  # fmt: skip
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
