"""Regions under two size cut-offs: the cut-off chooses the town, and is told as the cause."""

from __future__ import annotations

import pytest
from findings import finding

import hotspot_gaps as hg
from conftest import make_hotspots, make_organizations
from hotspot_gaps.gaps.comparison import compare
from hotspot_gaps.outputs.comparison_words import paragraph

REGION = "xk-northern-kosovo"
BIG, SMALL = ("Big", 30_000, 18.0), ("Small", 900, 19.0)
LOWER, RAISED = (50_000, 10_000), (10_000, 50_000)


def region(name, people, lon):
    return make_hotspots([("h", "region", people, lon, 43.0)]).assign(represented_by=name)


def changes(towns, cut_offs, *rows, settings=({}, {})):
    organizations = make_organizations(list(rows))
    sides = [
        finding(region(*town), organizations, smaller_below=below, **rules)
        for town, below, rules in zip(towns, cut_offs, settings, strict=True)
    ]
    return compare(*sides), sides


@pytest.mark.parametrize("cut_offs", [LOWER, RAISED])
def test_the_built_in_region_is_told_with_cut_off_and_both_towns(organizations, cut_offs):
    sides = [
        finding(hg.load_hotspots(smaller_below=n), organizations, smaller_below=n) for n in cut_offs
    ]
    found = compare(*sides).set_index("hotspot_id").loc[REGION]
    assert found["cause"] == "moved_threshold"
    assert found["factors"] == "smaller_below"
    assert f"fewer than {cut_offs[1]:,} inhabitants" in found["why"]
    assert "Čabra (1,300 inhabitants)" in found["why"]
    assert "Leposaviq (19,000 inhabitants)" in found["why"]


def test_the_same_answer_from_another_town_is_no_correction():
    found, sides = changes((BIG, SMALL), LOWER, ("o", "documented", "public", 10.0, 43.0))
    (row,) = found.to_dict("records")
    assert (row["change"], row["cause"]) == ("town_changed", "moved_threshold")
    assert row["why"] == (
        "A smaller town has fewer than 10,000 inhabitants; the cut-off was 50,000. So it is "
        "measured from Small (900 inhabitants); it was from Big (30,000 inhabitants). "
        "The answer is the same."
    )
    assert "easured from another town, same answer" in paragraph(*sides, found, trust=("", ""))


def test_a_new_gap_and_another_type_are_made_by_the_cut_off():
    for rows, change in (
        ([("o", "documented", "public", 18.0, 43.0)], "new_gap"),
        ([("o", None, "public", 18.0, 43.0)], "gap_type_changed"),
    ):
        row = changes((BIG, SMALL), LOWER, *rows)[0].iloc[0]
        assert (row["change"], row["cause"]) == (change, "moved_threshold")
        assert row["factors"] == "smaller_below"
        assert "measured from Small" in row["why"]


def test_where_no_town_is_small_enough_the_cut_off_is_the_cause():
    nowhere = (None, None, None)
    for towns, cut_offs, change in (
        ((BIG, nowhere), LOWER, "no_longer_known"),
        ((nowhere, BIG), RAISED, "new_gap"),
    ):
        row = changes(towns, cut_offs)[0].iloc[0]
        assert (row["change"], row["cause"]) == (change, "moved_threshold")
        assert "no town" in row["why"]


@pytest.mark.parametrize("cut_offs", [(50_000, 50_000), (50_000, 40_000), (40_000, 50_000)])
def test_another_town_that_no_cut_off_explains_is_a_correction(cut_offs):
    row = changes((BIG, SMALL), cut_offs)[0].iloc[0]
    assert (row["change"], row["cause"]) == ("corrected", "corrected_data")
    assert "Small" in row["why"]


def test_a_smaller_radius_beside_is_not_the_cause():
    """At the town of the earlier run it changes nothing; the other town alone does."""
    near = ("o", "documented", "public", 18.0, 43.0)
    row = changes((BIG, SMALL), LOWER, near, settings=({}, {"radius_km": 0.001}))[0].iloc[0]
    assert row["change"] == "new_gap"
    assert row["factors"] == "smaller_below"
