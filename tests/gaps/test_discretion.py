"""A restricted organization cannot be found by turning the radius, nor by order or margin."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from pyproj import Geod

from conftest import make_hotspots, make_organizations
from hotspot_gaps import Settings, find_gaps
from hotspot_gaps.gaps.discretion import count_shown, nearest_shown

HERE = (18.0, 43.0)


def away(km):
    return Geod(ellps="WGS84").fwd(*HERE, 70, km * 1000)[:2]


def town():
    return make_hotspots([("here", "town", 9, *HERE)])


@pytest.mark.parametrize("radius_km", [0.1, 1, 5, 10, 24.9, 25, 30, 49.9, 50, 99, 100, 300])
@pytest.mark.parametrize("support", ["documented", None])
def test_no_output_tells_where_in_its_band_it_is(radius_km, support):
    rule = Settings(radius_km=radius_km, partner_radius_km=radius_km)
    answers = [
        find_gaps(
            town(), make_organizations([("x", support, "restricted", *away(km))]), settings=rule
        )
        for km in (25.1, 30.0, 41.7, 49.9)
    ]
    for other in answers[1:]:
        pd.testing.assert_frame_equal(pd.DataFrame(other), pd.DataFrame(answers[0]))


def test_rank_goes_by_the_edge_of_the_band():
    hotspots = make_hotspots([("a", "town", 5, *away(60)), ("b", "town", 9, *away(90))])
    gaps = find_gaps(hotspots, make_organizations([("x", "documented", "restricted", *HERE)]))
    assert gaps.set_index("hotspot_id")["rank"].to_dict() == {"b": 1, "a": 2}  # by inhabitants


def test_a_public_one_in_reach_is_named_whatever_lies_nearer():
    rows = [("p", None, "public", *away(24)), ("x", None, "restricted", *away(1))]
    found = nearest_shown(town(), make_organizations(rows)).iloc[0]
    assert (found["id"], found["restricted"]) == ("p", False)
    assert found["km"] == pytest.approx(24, abs=1e-6)
    farther = [("p", None, "public", *away(26)), ("x", None, "restricted", *away(1))]
    found = nearest_shown(town(), make_organizations(farther)).iloc[0]
    assert (found["id"], found["band"]) == ("withheld", "0-25 km")
    assert np.isnan(found["km"])


def test_public_ones_count_exactly_and_restricted_ones_only_where_nobody_else_is():
    secret = [(f"x{n}", None, "restricted", *away(7 + n)) for n in range(3)]
    rows = [("p", None, "public", *away(27)), ("q", None, "public", *away(28)), *secret]
    organizations = make_organizations(rows)
    reaches = {6.9: 0, 24.9: 0, 25: 1, 26.9: 1, 27.1: 1, 28.1: 2, 300: 2}
    counts = {km: count_shown(town(), organizations, km * 1000).item() for km in reaches}
    assert counts == reaches


def test_how_many_restricted_ones_there_are_changes_no_cell():
    """What is counted less what is shown is not how many are withheld near a place."""
    public = [("p", "documented", "public", *away(20)), ("q", None, "public", *away(24))]
    secret = [(f"x{n}", ("documented", None)[n % 2], "restricted", *away(9 + n)) for n in range(6)]
    for shown in (public, public[:1], public[1:], []):
        one, many = (find_gaps(town(), make_organizations(shown + secret[:n])) for n in (2, 6))
        pd.testing.assert_frame_equal(pd.DataFrame(one), pd.DataFrame(many))


def test_frames_of_others_need_no_sensitivity_and_no_towns():
    plain = make_organizations([("p", "documented", "public", *away(7))])
    plain = plain.drop(columns=["sensitivity", "town_basis", "town"]).assign(organization_id=[7])
    row = find_gaps(town(), plain).iloc[0]
    assert row["gap_type"] == "covered"
    assert row["nearest_supported_id"] == "7"


@pytest.mark.parametrize(
    ("km", "radius_km", "is_gap"),
    [
        (3, 20, None),
        (3, 25, False),
        (30, 20, True),
        (30, 49, None),
        (30, 50, False),
        (300, 200, None),
    ],
)
def test_a_radius_that_cuts_a_band_is_not_told(km, radius_km, is_gap):
    organizations = make_organizations([("x", "documented", "restricted", *away(km))])
    row = find_gaps(town(), organizations, settings=Settings(radius_km=radius_km)).iloc[0]
    if is_gap is None:
        assert row["is_gap"] is pd.NA
        assert row["gap_type"] == "unknown"
        assert row["reason"].startswith("Not told")
    else:
        assert row["is_gap"] == is_gap
