"""The grid holds the settings, refuses what cannot be set, and lists each combination once."""

from __future__ import annotations

import datetime as dt

import pytest

from hotspot_gaps import Settings, SettingsError
from hotspot_gaps.gaps.scenario_grid import Grid, list_scenarios, rows_along


def test_the_settings_are_among_the_values():
    rule = Settings(radius_km=33.3, smaller_below=7, evidence="direct")
    grid = Grid(radii_km=(40, 20), smaller_below=(), evidence=("related",)).around(rule)
    assert grid.radii_km == (20.0, 33.3, 40.0)
    assert grid.smaller_below == (7,)
    assert grid.evidence == ("direct", "related")
    assert grid.around(rule) == grid


def test_there_are_more_than_five_hundred_scenarios():
    rule = Settings()
    table = list_scenarios(["straight_line"], [rule.as_of], Grid().around(rule), rule)
    assert len(table) == 3 * 10 * 9 * 3
    assert table["is_default"].sum() == 1
    assert table["radius_min"].isna().all()


def test_along_an_axis_all_else_is_as_in_the_settings():
    rule = Settings()
    days = [rule.as_of, dt.date(2021, 1, 1)]
    table = list_scenarios(["straight_line", "road"], days, Grid().around(rule), rule)
    along = rows_along(table, "radius_km")
    assert along["radius_km"].tolist() == list(range(10, 101, 10))
    others = along.drop(columns=["radius_km", "radius_min", "is_default"]).drop_duplicates()
    expected = ["straight_line", "2020-12-31", "as_placed", 50_000, "reported"]
    assert others.to_numpy().tolist() == [expected]


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"radii_km": (0,)}, "radius_km"),
        ({"radii_km": (50, float("nan"))}, "radius_km"),
        ({"smaller_below": (-1,)}, "smaller_below"),
        ({"evidence": ("weak",)}, "evidence"),
        ({"error_km": {"stated": -1.0}}, "stated"),
        ({"error_km": {"stated": float("inf")}}, "stated"),
    ],
)
def test_values_that_cannot_be_are_refused(values, named):
    with pytest.raises(SettingsError, match=named):
        Grid(**values)
