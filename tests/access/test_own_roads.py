"""Own roads: what an importer may give, and what is told of what cannot be."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from shapely import Point, box

import hotspot_gaps as hg
from conftest import make_points, make_roads

LINE = ((19.0, 43.0), (19.2, 43.0), (19.4, 43.1))
ROADS = make_roads([(LINE[0], LINE[1], "primary", 17, False), (LINE[1], LINE[2], "primary", 20, 1)])
PLACES, SERVICE = make_points(*LINE), make_points(LINE[2])


def minutes(edges=ROADS.edges, nodes=ROADS.nodes):
    network = hg.road_network(hg.Roads(edges, nodes))
    return hg.travel_time(PLACES, SERVICE, network)["travel_min"].to_numpy()


def test_order_direction_reference_system_and_kind_of_id_change_nothing():
    edges, nodes = ROADS.edges, ROADS.nodes
    plain = minutes()
    assert plain == pytest.approx([37 / 65 * 60, 20 / 65 * 60, 0])
    words = np.array(["b", "c", "a"])
    for own in (
        (edges.set_geometry(edges.geometry.reverse()), nodes),
        (edges[::-1], nodes[::-1]),
        (edges.to_crs("EPSG:32634"), nodes.to_crs("EPSG:3035")),
        (edges.assign(u=words[edges["u"]], v=words[edges["v"]]), nodes.assign(node=words)),
    ):
        assert minutes(*own) == pytest.approx(plain, abs=1e-6)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"v": [1, 9]}, r"edges, row 2, column v \('9'\): this is none of the nodes"),
        ({"road_class": ["primary", "track"]}, "row 2, column road_class .'track'.*motorway, "),
        ({"oneway": [None, True]}, "row 1, column oneway"),
        ({"length_m": [np.nan, 1]}, "row 1, column length_m"),
        ({"geometry": [Point(19, 43)] * 2}, "row 1, column geometry: this is no linestring"),
        ({"u": [2, 1]}, "row 1, column geometry: this ends farther than 200 m"),
    ],
)
def test_what_cannot_be_is_told_with_its_row(changes, told):
    with pytest.raises(hg.InputError, match=told):
        minutes(ROADS.edges.assign(**changes))


def test_frames_that_are_none_are_told():
    edges, nodes = ROADS.edges, ROADS.nodes
    with pytest.raises(hg.InputError, match="edges, column link"):
        minutes(edges.drop(columns="link"))
    with pytest.raises(hg.InputError, match="nodes, row 2, column node"):
        minutes(nodes=nodes.assign(node=[0, 0, 2]))
    with pytest.raises(hg.CRSError, match=r"edges\.set_crs"):
        minutes(edges.set_crs(None, allow_override=True))
    with pytest.raises(hg.InputError, match=r"nodes .*GeoDataFrame of points"):
        minutes(nodes=[1])


def test_boundaries_may_be_in_any_reference_system_and_name_countries_by_code():
    halves = gpd.GeoDataFrame(
        {"country": ["AA", "BB"]}, geometry=[box(18, 42, 19.1, 44), box(19.1, 42, 20, 44)],
        crs="EPSG:4326",
    )  # fmt: skip
    plain = hg.road_network(ROADS, boundaries=halves)
    other = hg.road_network(ROADS, boundaries=halves.to_crs("EPSG:3035"))
    assert plain.border.tolist() == other.border.tolist() == ["AA-BB", ""]
    for wrong, told in (
        (halves.assign(country="Serbia"), "'Serbia'.*RS"),
        (halves[["geometry"]], "column country"),
    ):
        with pytest.raises(hg.InputError, match=told):
            hg.road_network(ROADS, boundaries=wrong)


def test_a_network_is_shown_in_one_line():
    assert repr(hg.road_network(ROADS)) == "RoadNetwork(2 roads between 3 junctions)"
