"""Isochrones: areas that agree with the minutes of single points."""

from __future__ import annotations

import numpy as np
import pytest
from shapely import Point

import hotspot_gaps as hg
from conftest import make_points, make_roads
from hotspot_gaps.access.isochrones import isochrones
from hotspot_gaps.access.road_network import road_network
from hotspot_gaps.access.travel_time import travel_time

A, B, C = (18.0, 43.0), (18.5, 43.0), (19.0, 43.0)


@pytest.fixture(scope="module")
def straight():
    """40.76 km of a road from A to B at 65 km/h, as long as the map says."""
    return road_network(make_roads([(A, B, "primary", 40.763, False)]))


def test_a_place_beside_no_road_but_its_own_walks(straight):
    area = isochrones(make_points(A), straight, minutes=[6]).geometry.item()
    # 6 minutes along the road are 6.5 km; off it 6 min at 25 km/h, less the detour: 1.92 km. On a
    # grid of 500 m a road may be 350 m from a corner, which costs the tip 1.2 km.
    assert area.contains(Point(18.064, 43.0))
    assert not area.contains(Point(18.081, 43.0))
    assert area.contains(Point(18.0, 43.016))
    assert not area.contains(Point(18.0, 43.019))


def test_areas_agree_with_the_minutes_of_points(network, hotspots):
    place = hotspots[hotspots["name"] == "Zvornik"]
    area = isochrones(place, network, minutes=[45]).geometry.item()
    west, south, east, north = area.bounds
    lon, lat = np.random.default_rng(4).uniform([west, south], [east, north], (1500, 2)).T
    points = make_points(*zip(lon, lat, strict=True))
    # Roads that lead one way only are few, so that there and back are much the same.
    minutes = travel_time(points, place, network)["travel_min"].fillna(np.inf)
    inside = points.within(area)
    # A grid of 500 m: 1.6 minutes off the road from one corner to the next.
    assert inside[minutes < 40].mean() > 0.99
    assert (~inside[minutes > 50]).mean() > 0.99


def test_an_area_holds_the_place_it_starts_from(straight):
    aside = make_points((18.2, 43.05))  # 5.6 km from the road, 17 minutes
    areas = isochrones(aside, straight, minutes=[5, 30]).geometry
    # Around it one walks, but only toward what joins where it joins: a strip of a kilometre.
    assert areas.iloc[0].distance(aside.geometry.item()) < 0.005
    assert areas.iloc[1].contains(aside.geometry.item())
    assert areas.iloc[1].contains(Point(18.25, 43.0))


def test_more_time_reaches_more(straight):
    areas = isochrones(make_points(A), straight, minutes=[5, 10, 20]).geometry.tolist()
    assert areas[1].buffer(1e-9).contains(areas[0])
    assert areas[2].buffer(1e-9).contains(areas[1])


def test_rows_are_places_by_times(straight):
    places = make_points(A, None, (18.0, 44.0)).set_axis(["x", "y", "z"])
    areas = isochrones(places, straight, minutes=[5, 10])
    assert areas.index.tolist() == ["x", "x", "y", "y", "z", "z"]
    assert areas["minutes"].tolist() == [5, 10] * 3
    assert areas.geometry.isna().tolist() == [False, False, True, True, False, False]
    assert areas.geometry.is_empty.tolist() == [False, False, False, False, True, True]
    assert areas.crs.to_epsg() == 4326


def test_a_one_way_road_is_followed_in_its_direction():
    network = road_network(make_roads([(A, B, "primary", 40.763, True)]))
    area = isochrones(make_points((18.25, 43.0)), network, minutes=[6]).geometry.item()
    assert area.contains(Point(18.29, 43.0))
    assert not area.contains(Point(18.21, 43.0))


@pytest.mark.parametrize("minutes", [[0], [-1], [np.nan], [np.inf]])
def test_impossible_times_are_told(straight, minutes):
    with pytest.raises(hg.SettingsError, match="must be above 0"):
        isochrones(make_points(A), straight, minutes=minutes)


def test_people_within_some_minutes_are_those_in_the_area(network, hotspots, shared_data):
    """Population within t minutes, on the real roads and raster."""
    place = hotspots[hotspots["name"] == "Zvornik"]
    areas = isochrones(place, network, minutes=[20, 60])
    raster = shared_data / "population" / "pop_2018_5km_epsg3035.tif"
    people = hg.people_in(areas, raster)["people"].tolist()
    assert 8_000 < people[0] < people[1]
    # Nobody gets farther than 110 km in an hour, and somebody as far as 10 km.
    assert people[1] < hg.people_within(place, raster, radius_m=110_000)["people"].item()
    assert people[1] > hg.people_within(place, raster, radius_m=10_000)["people"].item()
