"""Certainty: by hand, every placement tried, and the built-in case."""

from __future__ import annotations

from itertools import combinations_with_replacement

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

import hotspot_gaps as hg
from conftest import make_hotspots, make_organizations, make_points
from hotspot_gaps import Settings
from hotspot_gaps.errors import SettingsError
from hotspot_gaps.gaps import certainty
from hotspot_gaps.gaps.certainty import certain_gaps, gaps_on_the_list

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


@pytest.mark.no_cover
@settings(deadline=None, max_examples=30)
@given(FEW, st.lists(SPOTS, min_size=1, max_size=5), st.integers(0, 3))
def test_no_placement_leaves_fewer_gaps(towns, places, missing):
    found = certain_gaps(flagged(*towns), in_places(*places), missing=missing, radius_km=50)
    least = min(
        sum(not any(near(town, seat, 50) for seat in seats) for town in towns)
        for seats in combinations_with_replacement([*places, *towns], missing)
    )
    assert found.certain == least
    assert found.flagged == len(towns)
    assert found.certain_anywhere <= found.certain


@pytest.mark.no_cover
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
    nowhere = {"ME": 0, "BA": 0}
    assert certain_gaps(gaps, places, missing=0, radius_km=50, spread=nowhere).certain == 1


def test_a_country_without_a_candidate_would_bound_nothing():
    gaps, places = flagged((18.0, 43.0)), in_places((18.1, 43.0), country="ME")
    with pytest.raises(SettingsError, match="spread names HR, where there is no candidate"):
        certain_gaps(gaps, places, missing=0, radius_km=50, spread={"HR": 1, "ME": 1})
    assert certain_gaps(gaps, places, missing=0, radius_km=50, spread={"HR": 0}).certain == 1


def test_where_the_gazetteer_has_nothing_the_town_itself_is_a_place():
    found = certain_gaps(flagged((18.0, 43.0)), in_places(), missing=1, radius_km=50)
    assert (found.certain, found.sure, found.by_country["certain"].tolist()) == (0, 0, [0])


def test_what_is_sure_holds_off_the_gazetteer_too():
    towns = [GEOD.fwd(18, 43, angle, 46_188)[:2] for angle in (0, 120, 240)]
    found = certain_gaps(flagged(*towns), in_places(*towns), missing=1, radius_km=50)
    assert (found.certain, found.sure) == (2, 0)
    wide = certain_gaps(flagged(*towns), in_places(*towns), missing=1, radius_km=1_001)
    assert wide.sure == wide.certain == 0


def test_gaps_of_weaker_evidence_may_be_the_certain_ones():
    rows = [(f"h{at}", "town", 8_000, 15 + 3 * at, 43) for at in range(4)]
    frame = make_hotspots(rows).assign(evidence=["direct", "direct", "related", "related"])
    rule = Settings(evidence="related")
    gaps = hg.find_gaps(frame, make_organizations([]), settings=rule)
    found = certain_gaps(gaps, in_places((18, 43)), missing=1, radius_km=50)
    assert (found.flagged, found.certain) == (4, 3)
    listed = gaps_on_the_list(gaps, found, stated=5)
    assert (listed.listed, listed.unlisted, listed.at_least, listed.at_most) == (2, 3, 1, 5)


def test_nothing_flagged_and_circles_too_wide():
    assert certain_gaps(flagged()[:0], in_places((18, 43)), missing=3, radius_km=50).certain == 0
    wide = certain_gaps(flagged((18, 43)), in_places((18, 43)), missing=0, radius_km=1_001)
    assert wide.certain == 1
    assert wide.certain_anywhere is None


def test_the_built_in_case(gaps):
    found = certain_gaps(gaps, hg.load_places(), missing=12, radius_km=50)
    assert (found.flagged, found.missing, found.coverable, found.certain) == (11, 12, 11, 0)
    assert found.curve["certain"].tolist()[:7] == [11, 8, 5, 2, 1, 0, 0]
    assert found.curve["certain_anywhere"].tolist()[:7] == [11, 8, 5, 2, 1, 0, 0]
    assert found.by_country["flagged"].sum() == 11
    listed = gaps_on_the_list(gaps, found, stated=40)
    assert listed == (40, 22, 19, 3, 18, 0, 32)
    assert gaps_on_the_list(gaps, found, stated=None).at_most is None


def test_beyond_a_hundred_towns_a_bound_needs_no_search(monkeypatch):
    towns = [(18 + at / 40, 43.0) for at in range(12)]
    exact = certain_gaps(flagged(*towns), in_places(*towns), missing=3, radius_km=5)
    monkeypatch.setattr(certainty, "MANY_TOWNS", 11)
    bound = certain_gaps(flagged(*towns), in_places(*towns), missing=3, radius_km=5)
    assert bound.certain_anywhere is None
    assert bound.curve["certain"].is_monotonic_decreasing
    assert (bound.curve["certain"] <= exact.curve["certain"]).all()
    assert bound.curve["certain"].tolist()[:2] == exact.curve["certain"].tolist()[:2]
    assert bound.curve["exact"].tolist()[:3] == [True, True, False]
    assert bound.by_country["certain"].tolist() == [bound.certain]
