"""Borders: the country of a junction, and roads along a line that is drawn coarsely."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from shapely import box

from conftest import make_points, make_roads
from hotspot_gaps.access.road_network import road_network

# Two countries that meet at 20 E; one degree there is 81.5 km.
COUNTRIES = gpd.GeoDataFrame(
    {"country": ["AA", "BB"]}, geometry=[box(19, 42, 20, 44), box(20, 42, 21, 44)], crs="EPSG:4326"
)
KM = 1 / 81.5


def borders(rows, **options):
    return road_network(make_roads(rows), boundaries=COUNTRIES, **options).border.tolist()


def road(one, other, km):
    return ((20 + one * KM, 43.0), (20 + other * KM, 43.0), "primary", km, False)


def test_a_road_between_two_countries_crosses_their_border():
    assert borders([road(-50, -10, 40), road(-10, 40, 50), road(40, 70, 30)]) == ["", "AA-BB", ""]


def test_a_short_piece_cut_off_by_the_line_is_passed_through():
    # A road in AA of which 4 km lie 2 km beyond the drawn line.
    rows = [road(-60, -10, 50), road(-10, 1, 11), road(1, 2, 4), road(2, -9, 12), road(-9, -70, 61)]
    assert borders(rows) == [""] * 5


def test_a_long_piece_is_not():
    rows = [
        road(-60, -10, 50),
        road(-10, 1, 11),
        road(1, 2, 25),
        road(2, -9, 12),
        road(-9, -70, 61),
    ]
    assert borders(rows) == ["", "AA-BB", "", "AA-BB", ""]


def test_a_piece_far_from_the_line_is_not():
    rows = [road(-60, -10, 50), road(-10, 5, 11), road(5, 6, 4), road(6, -9, 12), road(-9, -70, 61)]
    assert borders(rows) == ["", "AA-BB", "", "AA-BB", ""]


def test_the_first_place_behind_a_crossing_stays_where_it_is():
    assert borders([road(-60, -10, 50), road(-10, 1, 11), road(1, 2, 4)]) == ["", "AA-BB", ""]


def test_a_junction_outside_all_countries_is_in_the_nearest():
    sea = [((18.9, 43.0), (19.5, 43.0), "primary", 49, False)]
    assert borders(sea) == [""]


def test_without_boundaries_no_road_crosses_any():
    assert road_network(make_roads([road(-50, 50, 100)])).border.tolist() == [""]


def test_crossings_near_a_checkpoint_of_the_same_countries_have_one():
    rows = [road(-50, 50, 100), ((19.5, 42.5), (20.5, 42.5), "tertiary", 81, False)]
    posts = make_points((20.0, 43.01), border=["AA-BB"])
    assert road_network(
        make_roads(rows), boundaries=COUNTRIES, checkpoints=posts
    ).checkpoint.tolist() == [True, False]
    other = posts.assign(border="AA-CC")
    assert not road_network(
        make_roads(rows), boundaries=COUNTRIES, checkpoints=other
    ).checkpoint.any()


def test_most_crossings_of_the_region_are_found(network, roads, shared_data):
    """The 139 points were made from other, finer boundaries."""
    known = gpd.read_file(shared_data / "border_crossings" / "road_border_crossings.geojson")
    known = known.assign(border=known["country_a"] + "-" + known["country_b"]).to_crs("EPSG:3035")
    six = {"AL", "BA", "ME", "MK", "RS", "XK"}
    crossing = [bool(six & set(pair.split("-"))) for pair in network.border]
    lines = roads.edges[crossing].assign(border=network.border[crossing]).to_crs("EPSG:3035")
    away = np.array(
        [
            lines[lines["border"] == row.border].distance(row.geometry).min()
            for row in known.itertuples()
        ]
    )
    assert np.mean(away < 3000) > 0.85
    # Drawn at 1:10 million, 281 roads would cross; 94 of them farther than 3 km from any point.
    assert len(lines) == pytest.approx(199, abs=10)
