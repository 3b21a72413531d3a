"""Support distances, held against pyproj one by one."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from pyproj import Geod

from conftest import make_hotspots, make_organizations
from hotspot_gaps.gaps.support_distances import groups_of, straight_reaches

GEOD = Geod(ellps="WGS84")
ERRORS = {"stated": 5.0, "from_name": 10.0, "activity_area": 25.0}


def test_each_place_is_moved_by_its_own_error_on_each_date():
    numbers = np.random.default_rng(3)
    bases = numbers.choice([*ERRORS, None], 30)
    seats = numbers.uniform((16, 42), (20, 44), (30, 2))
    organizations = make_organizations(
        [(f"o{at}", "documented", "public", *where) for at, where in enumerate(seats)]
    ).assign(town_basis=bases)
    supported = numbers.random((2, 30)) < 0.3
    days = dt.date(2020, 12, 31), dt.date(2021, 1, 1)
    frames = [organizations.assign(supported=row) for row in supported]
    by_date = dict(zip(days, frames, strict=True))
    places = numbers.uniform((16, 42), (20, 44), (8, 2))
    hotspots = make_hotspots([(f"h{at}", "town", 9, *where) for at, where in enumerate(places)])
    groups = groups_of(by_date, ERRORS)
    assert sum(len(group.rows) for group in groups) == supported.any(axis=0).sum()
    names = ("as_placed", "nearer", "farther")
    found = straight_reaches(hotspots, groups, 2, names)
    for at, reach in enumerate(found):
        on, sign = supported[at // 3], {"as_placed": 0, "nearer": -1, "farther": 1}[names[at % 3]]
        for place, near in zip(places, reach.near, strict=True):
            moved = [
                max(GEOD.inv(*place, *seat)[2] + sign * ERRORS.get(basis, 25.0) * 1000, 0)
                for seat, basis, here in zip(seats, bases, on, strict=True)
                if here
            ]
            assert near == pytest.approx(min(moved), abs=1e-6)
        assert np.isinf(reach.inner).all()


@pytest.mark.parametrize(
    ("km", "band"),
    [(3, (0, 25)), (25.1, (25, 50)), (99, (50, 100)), (101, (100, np.inf))],
)
@pytest.mark.parametrize("location", ["as_placed", "nearer", "farther"])
def test_restricted_ones_stay_in_their_band_whatever_the_error(km, band, location):
    seat = GEOD.fwd(18, 43, 70, km * 1000)[:2]
    organizations = make_organizations([("x", "documented", "restricted", *seat)])
    groups = groups_of({0: organizations}, {"stated": 30.0})
    hotspots = make_hotspots([("t", "town", 9, 18.0, 43.0)])
    (reach,) = straight_reaches(hotspots, groups, 1, (location,))
    assert (reach.inner.item() / 1000, reach.outer.item() / 1000) == band
    assert np.isinf(reach.near).all()


def test_frames_of_others_need_no_basis():
    organizations = make_organizations([("p", "documented", "public", 18.0, 43.0)])
    plain = organizations.drop(columns=["town_basis", "sensitivity"])
    (group,) = groups_of({0: plain}, ERRORS)
    assert group[:3] == ((True,), 25.0, False)
    assert groups_of({0: plain.assign(supported=None)}, {}) == []
