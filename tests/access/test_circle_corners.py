"""Circle corners: on both circles, and no point is within more circles than one of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from hotspot_gaps.access.circle_corners import circle_corners

GEOD = Geod(ellps="WGS84")
STEPS = st.tuples(st.integers(0, 12), st.integers(0, 8))
SPOTS = STEPS.map(lambda at: (18 + at[0] / 8, 43 + at[1] / 8))


def near(one, other, km):
    return GEOD.inv(*one, *other)[2] <= km * 1000


@settings(deadline=None, max_examples=30)
@given(st.lists(SPOTS, min_size=1, max_size=6, unique=True), SPOTS)
def test_any_point_is_no_better_than_a_corner(towns, anywhere):
    lon, lat = (np.array(each) for each in zip(*towns, strict=True))
    at = circle_corners(lon, lat, 40_000)
    within = {i for i, town in enumerate(towns) if near(town, anywhere, 40)}
    corners = [
        {i for i, town in enumerate(towns) if near(town, corner, 40.001)}
        for corner in zip(*at, strict=True)
    ]
    assert any(within <= reached for reached in corners)


def test_corners_lie_on_both_circles():
    lon, lat = circle_corners(np.array([18.0, 18.5]), np.array([43.0, 43.2]), 50_000)
    for corner in list(zip(lon, lat, strict=True))[2:]:
        for town in ((18.0, 43.0), (18.5, 43.2)):
            assert GEOD.inv(*town, *corner)[2] == pytest.approx(50_000, abs=1e-3)
