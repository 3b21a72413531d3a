"""Joints: how many are made, and how many are too many."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from hotspot_gaps import InputError
from hotspot_gaps.access import joints
from hotspot_gaps.access.borders import Links
from hotspot_gaps.access.joints import make_joints


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
