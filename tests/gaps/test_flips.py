"""Flips: the setting that changes an answer changes it, and the one just before does not."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from pyproj import Geod

import hotspot_gaps as hg
from conftest import make_hotspots, make_organizations
from hotspot_gaps.gaps.robustness import robustness
from hotspot_gaps.gaps.scenario_grid import Grid

HERE = (18.0, 43.0)


def away(km, azimuth=70.0):
    return Geod(ellps="WGS84").fwd(*HERE, azimuth, km * 1000)[:2]


def flips(*offices, population=8_000, kind="town", evidence="direct", grid=None, **changes):
    hotspots = make_hotspots([("t", kind, population, *HERE)]).assign(evidence=evidence)
    organizations = make_organizations(
        [(f"o{at}", "documented", who, *away(km)) for at, (km, who) in enumerate(offices)]
    )
    rule = hg.Settings(**changes)
    return robustness(hotspots, organizations, settings=rule, grid=grid).towns.iloc[0]


def test_a_gap_is_covered_from_the_distance_on():
    town = flips((129.07, "public"), population=49_000, smaller_below=10**9)
    assert town["flip_radius_km"] == pytest.approx(129.07, abs=1e-6)
    assert (town["nearest_flip"], town["flip_axis"]) == ("radius 129.1 km", "radius_km")


def test_a_covered_town_is_a_gap_below_the_distance():
    town = flips((37.19, "public"))
    assert town["flip_radius_km"] == pytest.approx(37.19, abs=1e-6)
    assert town["nearest_flip"] == "radius below 37.1 km"
    assert town["flip_smaller_below"] is pd.NA


def test_the_smaller_factor_is_the_nearer_flip():
    town = flips((200, "public"), population=18_695)
    assert town["flip_smaller_below"] == 18_695
    assert town["flip_radius_km"] == pytest.approx(200, abs=1e-6)
    assert town["nearest_flip"] == "size cut-off 18,695 inhabitants"  # 2.7 against 4 times


def test_a_larger_town_comes_on_the_list_at_one_more_than_its_people():
    town = flips((200, "public"), population=56_297)
    assert not town["is_gap"]
    assert town["nearest_flip"] == "size cut-off 56,298 inhabitants"
    assert town["flip_radius_km"] is pd.NA
    covered = flips((20, "public"), population=56_297)
    assert pd.isna(covered["nearest_flip"])
    assert covered["flip_smaller_below"] is pd.NA


def test_crossings_have_no_cut_off():
    town = flips((200, "public"), kind="border_crossing", population=None)
    assert town["flip_smaller_below"] is pd.NA
    assert town["flip_axis"] == "radius_km"


@pytest.mark.parametrize(
    ("km", "radius", "is_gap", "flip", "words"),
    [
        (30, 10.0, True, 50, "radius 50 km"),
        (3, 10.0, None, None, None),
        (30, 50.0, False, 25, "radius 25 km"),
        (3, 50.0, False, None, None),  # within its band nothing is told, and there is no lower one
        (120, 100.0, True, None, None),  # the last band has no edge
    ],
)
def test_restricted_organizations_flip_at_the_edges_of_their_bands(km, radius, is_gap, flip, words):
    town = flips((km, "restricted"), kind="border_crossing", population=None, radius_km=radius)
    assert town["is_gap"] is pd.NA if is_gap is None else town["is_gap"] == is_gap
    assert town["flip_radius_km"] is pd.NA if flip is None else town["flip_radius_km"] == flip
    assert pd.isna(town["nearest_flip"]) if words is None else town["nearest_flip"] == words


def test_flips_of_radius_and_cut_off_are_exact():
    for offices, people in ([(81.3, "public")], 30_000), ([(33.3, "public")], 30_000):
        town = flips(*offices, population=people)
        before = town["is_gap"]
        radius = float(town["flip_radius_km"])
        step = 1e-6
        for km, expected in ((radius - step, True), (radius + step, False)):
            again = flips(*offices, population=people, radius_km=km)
            assert bool(again["is_gap"]) is expected
        if before:
            assert not flips(*offices, population=people, smaller_below=30_000)["is_gap"]
            assert flips(*offices, population=people, smaller_below=30_001)["is_gap"]
            assert town["flip_smaller_below"] == 30_000


def test_evidence_brings_a_hotspot_on_the_list():
    town = flips((200, "public"), evidence="related")
    assert (town["nearest_flip"], town["flip_evidence"]) == ("evidence related", "related")
    assert town["flip_radius_km"] is pd.NA
    reported = flips((200, "public"), evidence="reported")
    assert reported["flip_evidence"] == "direct"  # there it is not asked any more
    assert reported["flip_axis"] == "radius_km"  # the axes with numbers come before


def test_the_nearest_value_of_an_axis_is_taken():
    hotspots = make_hotspots([("t", "border_crossing", None, *HERE)])
    organizations = make_organizations([("o", "documented", "public", *away(0.0))])
    nobody = organizations.assign(supported=False)
    days = [dt.date(2020, 12, 31), dt.date(2018, 1, 1), dt.date(2022, 1, 1)]
    by_date = dict(zip(days, (organizations, nobody, nobody), strict=True))
    town = robustness(hotspots, by_date, grid=Grid(error_km={})).towns.iloc[0]
    assert town["flip_as_of"] == "2022-01-01"
    assert town["nearest_flip"] == "as of 2022-01-01"  # in the same town no radius leaves it a gap


def test_an_error_of_the_place_is_put_into_words():
    grid = Grid(error_km={"stated": 5.0})
    town = flips((48, "public"), grid=grid)
    assert town["flip_location"] == "farther"
    assert flips((52, "public"), grid=grid)["flip_location"] == "nearer"
    assert pd.isna(flips((60, "public"), grid=grid)["flip_location"])
