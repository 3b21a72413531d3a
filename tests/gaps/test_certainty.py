"""Certainty: by hand, every placement tried, and the built-in case."""

from __future__ import annotations

from itertools import combinations_with_replacement

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

import hotspot_gaps as hg
from conftest import make_hotspots, make_organizations, make_points
from hotspot_gaps import Settings
from hotspot_gaps.gaps.certainty import (
    certain_gaps,
    gaps_on_the_list,
    missing_organizations,
)
from hotspot_gaps.sources.builtin import read_builtin

GEOD = Geod(ellps="WGS84")
# Seats of the region, as (lon, lat) within some 100 km.
STEPS = st.tuples(st.integers(0, 12), st.integers(0, 8))
SPOTS = STEPS.map(lambda at: (18 + at[0] / 8, 43 + at[1] / 8))
FEW = st.lists(SPOTS, min_size=1, max_size=6)


def flagged(*positions, country="BA"):
    rows = [(f"h{at}", "town", 8_000, *where) for at, where in enumerate(positions)]
    frame = make_hotspots(rows).assign(country=country)
    return hg.find_gaps(frame, make_organizations([]))


def in_places(*positions, country="BA"):
    return make_points(*positions, country=country)


def near(one, other, km):
    return GEOD.inv(*one, *other)[2] <= km * 1000


@settings(deadline=None, max_examples=30)
@given(FEW, st.lists(SPOTS, min_size=1, max_size=5), st.integers(0, 3))
def test_no_placement_leaves_fewer_gaps(towns, places, missing):
    found = certain_gaps(flagged(*towns), in_places(*places), missing=missing, radius_km=50)
    least = min(
        sum(not any(near(town, seat, 50) for seat in seats) for town in towns)
        for seats in combinations_with_replacement(places, missing)
    )
    assert found.certain == least
    assert found.flagged == len(towns)
    assert found.certain_anywhere <= found.certain


@settings(deadline=None, max_examples=30)
@given(FEW)
def test_the_curve_falls_to_zero(towns):
    curve = certain_gaps(flagged(*towns), in_places(*towns), missing=1, radius_km=30).curve
    assert curve["missing"].tolist() == list(range(21))
    assert curve["certain"].is_monotonic_decreasing
    assert curve["certain"].iloc[0] == len(towns)
    assert curve["certain"].iloc[len(towns)] == 0
    assert (curve["certain"] >= 0).all()
    steps = -curve["certain"].diff().dropna()
    assert steps.iloc[0] == steps.max()
    assert curve["exact"].all()


def test_three_towns_that_only_a_point_without_a_town_is_near():
    # A triangle with sides of 80 km, and its centre 46 km from each town.
    towns = [GEOD.fwd(18, 43, angle, 46_188)[:2] for angle in (0, 120, 240)]
    found = certain_gaps(flagged(*towns), in_places(*towns), missing=1, radius_km=50)
    assert (found.coverable, found.coverable_anywhere) == (1, 3)
    assert (found.certain, found.certain_anywhere) == (2, 0)


def test_the_spread_by_country_can_only_make_more_certain():
    towns = [(18.0, 43.0), (18.1, 43.0), (20.0, 43.0)]
    gaps = flagged(*towns)
    gaps["country"] = ["BA", "BA", "ME"]
    places = in_places(*towns).assign(country=["BA", "BA", "ME"])
    assert certain_gaps(gaps, places, missing=1, radius_km=50).certain == 1
    spread = certain_gaps(gaps, places, missing=9, radius_km=50, spread={"ME": 1, "BA": 0})
    assert (spread.missing, spread.certain, spread.spread) == (1, 2, True)
    assert spread.by_country.set_index("country")["certain"].to_dict() == {"BA": 2, "ME": 0}
    assert spread.certain_anywhere is None


def test_an_organization_across_the_border_covers_too():
    gaps = flagged((18.0, 43.0))
    places = in_places((18.1, 43.0), country="ME")
    assert certain_gaps(gaps, places, missing=0, radius_km=50, spread={"ME": 1}).certain == 0
    assert certain_gaps(gaps, places, missing=0, radius_km=50, spread={"BA": 1}).certain == 1


def test_nothing_flagged_and_circles_too_wide():
    assert certain_gaps(flagged()[:0], in_places((18, 43)), missing=3, radius_km=50).certain == 0
    wide = certain_gaps(flagged((18, 43)), in_places((18, 43)), missing=0, radius_km=1_001)
    assert wide.certain == 1
    assert wide.certain_anywhere is None


def test_the_built_in_case(gaps, organizations):
    programmes = read_builtin("programmes.csv")
    counted = missing_organizations(organizations, programmes, settings=Settings())
    assert counted == (12, ("gitoc_grant_2020",))
    found = certain_gaps(gaps, hg.load_places(), missing=counted.number, radius_km=50)
    assert (found.flagged, found.missing, found.coverable, found.certain) == (11, 12, 11, 0)
    assert found.curve["certain"].tolist()[:7] == [11, 8, 5, 2, 1, 0, 0]
    assert found.curve["certain_anywhere"].tolist()[:7] == [11, 8, 5, 2, 1, 0, 0]
    assert found.by_country["flagged"].sum() == 11
    listed = gaps_on_the_list(gaps, found, stated=40)
    assert listed == (40, 22, 19, 3, 18, 0, 32)
    assert gaps_on_the_list(gaps, found, stated=None).at_most is None


def make_programmes(*rows):
    frame = pd.DataFrame(rows, columns=["programme", "stated_count"])
    frame["stated_count"] = frame["stated_count"].astype("Int64")
    return frame.assign(**{"from": "2020-01-01", "to": "2020-12-31"})


def test_who_is_known_without_a_town_is_missing_once():
    frame = make_organizations(
        [("a", "documented", "public", 18, 43), ("b", "documented", "public", None, None),
         ("c", "documented", "restricted", 18, 43), ("d", "probable", "public", None, None)]
    )  # fmt: skip
    frame.loc[frame["organization_id"] == "b", "geometry"] = None
    stated = make_programmes(("p", 5), ("q", None))
    within = frame.assign(programmes=["p", "p", "p", None])
    assert missing_organizations(within, stated, settings=Settings()) == (3, ("q",))
    beside = frame.assign(programmes=["p", "q", "p", None])
    assert missing_organizations(beside, stated, settings=Settings()) == (4, ("q",))
    fewer = make_programmes(("p", 1))
    assert missing_organizations(within, fewer, settings=Settings()) == (1, ())
    later = Settings(as_of="2022-01-01")
    assert missing_organizations(within, stated, settings=later) == (1, ())
