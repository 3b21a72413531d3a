"""Joints: how many are made, and how many are too many."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from hotspot_gaps import InputError
from hotspot_gaps.access import joints
from hotspot_gaps.access.borders import Links
from hotspot_gaps.access.joints import Joints, Ways, along, away, make_joints, toward


def made(roads, length_m):
    """Make the joints of parallel roads between two junctions."""
    ends = np.zeros(roads, dtype=np.int64)
    lines = np.full(roads, shapely.LineString([(18, 43), (18.2, 43)]))
    links = Links(ends, ends + 1, np.full(roads, length_m))
    allowed = np.ones(roads, dtype=bool)
    return make_joints(lines, links, allowed, np.zeros(2, dtype=np.int64), np.ones(roads))


def test_one_a_kilometre_and_both_ends_once():
    assert len(made(1, 16_300.0).road) == 18
    assert len(made(3, 16_300.0).road) == 2 + 3 * 16


@pytest.mark.parametrize(("roads", "length_m"), [(900_000, 16_300.0), (1, 1e13)])
def test_too_many_are_refused_before_they_are_made(roads, length_m):
    with pytest.raises(InputError, match="5,000,000"):
        made(roads, length_m)


def test_the_most_there_may_be_are_made(monkeypatch):
    monkeypatch.setattr(joints, "MOST", 18)
    assert len(made(1, 16_300.0).road) == 18
    monkeypatch.setattr(joints, "MOST", 17)
    with pytest.raises(InputError, match="17"):
        made(1, 16_300.0)


def road_of_ten_minutes(delay, *, oneway=False):
    """Make one road with five joints, and its border at the second of them."""
    zero = np.zeros(1, dtype=np.int64)
    ways = Ways(
        zero, zero + 1, np.array([10.0]), np.array([oneway]), np.array([delay]), np.array([0.25])
    )
    share = np.array([0, 0.25, 0.5, 0.75, 1])
    return Joints(np.zeros(5, dtype=np.int64), share, None, None, None, ()), ways


def test_a_border_is_paid_for_once_and_not_by_who_stands_at_it():
    one, other = np.array([0, 1, 1, 2, 0, 4, 3]), np.array([1, 1, 2, 3, 4, 0, 2])
    found = along(one, other, *road_of_ten_minutes(20.0))
    assert found.tolist() == [2.5, 0, 22.5, 2.5, 30, 30, 2.5]
    closed = along(one, other, *road_of_ten_minutes(np.inf))
    assert closed.tolist() == [2.5, 0, np.inf, 2.5, np.inf, np.inf, 2.5]
    oneway = along(one, other, *road_of_ten_minutes(20.0, oneway=True))
    assert oneway.tolist() == [2.5, 0, 22.5, 2.5, 30, np.inf, np.inf]


def test_minutes_to_and_from_both_ends():
    every = np.arange(5)
    from_u, to_v = [0, 2.5, 25, 27.5, 30], [30, 27.5, 5, 2.5, 0]
    both_ways = road_of_ten_minutes(20.0)
    for found in (away(every, *both_ways), toward(every, *both_ways)):
        assert [minutes.tolist() for minutes in found] == [from_u, to_v]
    oneway = road_of_ten_minutes(20.0, oneway=True)
    assert [side.tolist() for side in away(every, *oneway)] == [[0, *[np.inf] * 4], to_v]
    assert [side.tolist() for side in toward(every, *oneway)] == [from_u, [*[np.inf] * 4, 0]]
