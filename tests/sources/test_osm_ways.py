"""What tags say of a road, as the OpenStreetMap wiki defines them."""

from __future__ import annotations

import numpy as np
import pytest

from hotspot_gaps.sources.osm_ways import ROAD_CLASSES, Ways, joined, road_of


@pytest.mark.parametrize("link", [False, True])
@pytest.mark.parametrize("name", ROAD_CLASSES)
def test_the_five_classes_and_their_links(name, link):
    road = road_of({"highway": f"{name}_link" if link else name})
    assert (ROAD_CLASSES[road.road_class], road.link) == (name, link)


@pytest.mark.parametrize(
    "tags",
    [
        {},
        {"highway": "residential"},
        {"highway": "construction", "construction": "motorway"},
        {"highway": "proposed"},
        {"highway": "secondary", "area": "yes"},
        {"highway": "primary", "route": "ferry"},
        {"route": "ferry"},
        {"highway": "tertiary", "access": "no"},
        {"highway": "tertiary", "access": "private"},
        {"highway": "tertiary", "motor_vehicle": "no"},
        {"highway": "tertiary", "access": "yes", "vehicle": "private"},
    ],
)
def test_what_is_no_road_for_cars_is_left_out(tags):
    assert road_of(tags) is None


@pytest.mark.parametrize(
    "tags", [{"access": "no", "motor_vehicle": "yes"}, {"access": "destination"}, {"area": "no"}]
)
def test_the_most_specific_tag_decides(tags):
    assert road_of({"highway": "tertiary"} | tags)


@pytest.mark.parametrize(
    ("tags", "oneway", "backwards"),
    [
        ({"highway": "primary"}, False, False),
        ({"highway": "primary", "oneway": "yes"}, True, False),
        ({"highway": "primary", "oneway": "true"}, True, False),
        ({"highway": "primary", "oneway": "1"}, True, False),
        ({"highway": "primary", "oneway": "-1"}, True, True),
        ({"highway": "primary", "oneway": "reverse"}, True, True),
        ({"highway": "primary", "oneway": "no"}, False, False),
        ({"highway": "primary", "oneway": "reversible"}, False, False),
        ({"highway": "primary", "oneway": "alternating"}, False, False),
        ({"highway": "primary", "junction": "roundabout"}, True, False),
        ({"highway": "primary", "junction": "circular"}, False, False),
        ({"highway": "primary", "junction": "roundabout", "oneway": "no"}, False, False),
        ({"highway": "motorway"}, True, False),
        ({"highway": "motorway_link"}, True, False),
        ({"highway": "motorway", "oneway": "no"}, False, False),
        ({"highway": "motorway", "oneway": "reversible"}, False, False),
        ({"highway": "trunk"}, False, False),
        ({"highway": "trunk_link"}, False, False),
    ],
)
def test_one_way(tags, oneway, backwards):
    road = road_of(tags)
    assert (road.oneway, road.backwards) == (oneway, backwards)


def ways(rows):
    """Make ways of (id, version, nodes); the coordinates are the ids."""
    table = np.array([(i, v, len(n), 0, 0, 0) for i, v, n in rows], dtype=np.int64)
    nodes = np.array([node for *_, n in rows for node in n], dtype=np.int64)
    return Ways(*table.reshape(-1, 6).T, nodes, nodes, nodes)


def test_a_road_of_several_extracts_is_there_once_in_its_highest_version():
    first = ways([(9, 1, [1, 2]), (7, 2, [3, 4, 5])])
    second = ways([(7, 3, [3, 6]), (8, 1, []), (9, 1, [1, 2])])
    for parts in ([first, second], [second, first]):
        once = joined(parts).once()
        assert once.id.tolist() == [7, 8, 9]
        assert once.size.tolist() == [2, 0, 2]
        assert once.node.tolist() == once.x.tolist() == [3, 6, 1, 2]
