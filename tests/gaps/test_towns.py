"""Size classes and who can be a gap."""

from __future__ import annotations

import pytest

from conftest import make_hotspots
from hotspot_gaps.gaps.towns import SIZE_CLASSES, can_be_gap, size_class


@pytest.mark.parametrize(
    ("kind", "population", "expected"),
    [
        ("town", 49_999, "smaller_town"),
        ("town", 50_000, "larger_town"),
        ("port", 5_000, "smaller_town"),
        ("city", 48_454, "smaller_town"),
        ("town", None, "unknown"),
        ("border_crossing", None, "not_a_town"),
        ("border_crossing", 900, "not_a_town"),
        ("airport", None, "not_a_town"),
        ("region", None, "not_a_town"),
    ],
)
def test_size_class(kind, population, expected):
    frame = make_hotspots([("a", kind, population, 18, 43)])
    assert size_class(frame).tolist() == [expected]
    assert expected in SIZE_CLASSES


def test_a_capital_is_never_small():
    frame = make_hotspots([("a", "town", 100, 18, 43)]).assign(is_capital=True)
    assert size_class(frame).tolist() == ["capital"]


def test_a_region_is_judged_by_the_town_that_stands_for_it():
    frame = make_hotspots([("a", "region", 19_000, 18, 43)]).assign(represented_by="X")
    assert size_class(frame).tolist() == ["smaller_town"]


def test_the_cut_off_is_a_setting():
    frame = make_hotspots([("a", "town", 60_000, 18, 43)])
    assert size_class(frame, smaller_below=60_001).tolist() == ["smaller_town"]


def test_who_can_be_a_gap():
    frame = make_hotspots(
        [
            ("small", "town", 100, 18, 43),
            ("large", "town", 100_000, 18, 43),
            ("crossing", "border_crossing", None, 18, 43),
            ("airport", "airport", None, 18, 43),
            ("unknown", "town", None, 18, 43),
            ("lost", "region", None, None, None),
        ]
    )
    asked = can_be_gap(frame, size_class(frame))
    assert asked.tolist()[:4] == [True, False, True, False]
    assert asked.isna().tolist() == [False, False, False, False, True, True]
