"""Comparison: each change has its cause, and where there are two, it says so."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pandas as pd
import pytest
from findings import finding
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import hotspot_gaps as hg
from conftest import make_hotspots, make_organizations
from hotspot_gaps.errors import InputError, Problem
from hotspot_gaps.gaps.comparison import CHANGES, COLUMNS, compare
from hotspot_gaps.gaps.flags import flagged_rows

HERE = 18.0
NEAR = [("o", "documented", "public", 18.3, 43.0)]  # 24.5 km away
FAR = [("o", "documented", "public", 18.9, 43.0)]  # 73.3 km away
NONE = [("o", None, "public", 18.3, 43.0)]
SECRET = [("o", "documented", "restricted", 18.3, 43.0)]
SECRET_NONE = [("o", None, "restricted", 18.3, 43.0)]
SAME = {"organizations": "a", "supports": "b"}


def town(people=9, kind="town", lon=HERE, evidence="direct"):
    return make_hotspots([("h", kind, people, lon, 43.0)]).assign(evidence=evidence)


def one(before, after, rules=({}, {}), towns=None, tables=(SAME, SAME)):
    """Compare a hotspot with other organizations, other rules, or other data."""
    hotspots = towns or (town(), town())
    sides = [
        finding(hotspot, make_organizations(rows), tables=table, **rule)
        for hotspot, rows, rule, table in zip(hotspots, (before, after), rules, tables, strict=True)
    ]
    table = compare(*sides)
    assert list(table) == list(COLUMNS)
    assert len(table) == 1
    return table.iloc[0]


@pytest.mark.parametrize(
    ("found", "change", "cause", "factors"),
    [
        (lambda: one(NONE, NEAR), "closed_gap", "new_support", "support"),
        (lambda: one(NEAR, NONE), "new_gap", "ended_support", "support"),
        (
            lambda: one(FAR, FAR, ({}, {"radius_km": 80.0})),
            "closed_gap", "moved_threshold", "radius_km",
        ),
        (
            lambda: one(FAR, FAR, ({}, {"smaller_below": 8})),
            "no_longer_asked", "moved_threshold", "smaller_below",
        ),
        (
            lambda: one(
                FAR, FAR, ({}, {"evidence": "related"}),
                (town(evidence="related"), town(evidence="related")),
            ),
            "new_gap", "moved_threshold", "evidence_asked",
        ),
        (
            lambda: one(FAR, FAR, towns=(town(), town(people=60_000))),
            "no_longer_asked", "corrected_data", "population",
        ),
        (
            lambda: one(FAR, FAR, towns=(town(), town(people=None))),
            "no_longer_known", "corrected_data", "population",
        ),
        (
            lambda: one(FAR, FAR, towns=(town(), town(lon=18.8))),
            "closed_gap", "corrected_data", "place",
        ),
        (
            lambda: one(FAR, FAR, towns=(town(evidence="related"), town())),
            "new_gap", "corrected_data", "evidence",
        ),
        (
            lambda: one(FAR, FAR, towns=(town(kind="airport"), town())),
            "new_gap", "corrected_data", "kind",
        ),
        (lambda: one(FAR, NEAR), "closed_gap", "corrected_data", "support"),
        (
            lambda: one(NONE, [("o", None, "public", 18.9, 43.0)]),
            "gap_type_changed", "known_organizations", "known",
        ),
        (
            lambda: one(NONE, NONE, ({}, {"partner_radius_km": 20.0})),
            "gap_type_changed", "moved_threshold", "partner_radius_km",
        ),
        (
            lambda: one(FAR, FAR, towns=(town(), town(people=10))),
            "corrected", "corrected_data", "population",
        ),
    ],
)  # fmt: skip
def test_one_difference_is_the_cause(found, change, cause, factors):
    row = found()
    assert (row["change"], row["cause"], row["factors"]) == (change, cause, factors)
    assert "Not told" not in row["why"]


def test_a_setting_that_differs_and_changes_nothing_is_no_cause():
    rules = {"radius_km": 45.0, "smaller_below": 40_000, "evidence": "related"}
    row = one(NONE, NEAR, ({}, rules))
    assert (row["cause"], row["factors"]) == ("new_support", "support")
    assert "Organization o (Town, 24." in row["why"]


def test_two_causes_of_which_either_would_do_are_not_told_apart():
    row = one(FAR, NEAR, ({}, {"radius_km": 80.0}))
    assert (row["change"], row["cause"]) == ("closed_gap", "not_told_apart")
    assert row["factors"] == "radius_km;support"
    assert "either alone would do" in row["why"]
    assert "The radius is 80 km; it was 50 km." in row["why"]


def test_two_causes_that_it_takes_together_are_told_as_that():
    farther = [("o", None, "public", 18.9, 43.0)]
    row = one(farther, FAR, ({}, {"radius_km": 80.0}))
    assert (row["change"], row["cause"]) == ("closed_gap", "several")
    assert row["factors"] == "radius_km;support"
    assert row["why"].startswith("It takes these together.")


def test_restricted_support_is_told_without_a_name():
    row = one(SECRET_NONE, SECRET)
    assert (row["change"], row["cause"]) == ("closed_gap", "new_support")
    assert "an organization whose name is withheld" in row["why"]
    assert "Organization o" not in row["why"]
    assert "Town" not in row["why"]
    assert "24." not in row["why"]


@pytest.mark.parametrize("radius", [50.0, 40.0])
def test_an_organization_that_became_restricted_is_not_named(radius):
    rows = [*NEAR, ("p", "documented", "public", 18.1, 43.0)]
    later = [("o", "documented", "restricted", 18.3, 43.0), ("p", None, "public", 18.1, 43.0)]
    rule = {"radius_km": radius}
    sides = [finding(town(), make_organizations(r), **rule) for r in (rows, later)]
    told = compare(*sides)
    assert not told["why"].str.contains("Organization o").any()


def test_support_that_the_later_run_may_withhold_is_not_told_apart():
    later = [("o", "documented", "restricted", 19.5, 43.0)]
    row = one(NEAR, later)
    assert (row["change"], row["cause"]) == ("new_gap", "not_told_apart")
    assert "lacks, or does not show" in row["why"]
    assert "Organization o" not in row["why"]


def test_a_band_that_the_radius_cuts_is_told_as_not_known():
    # 40.8 km away, so in the band from 25 to 50 km.
    secret = [("o", "documented", "restricted", 18.5, 43.0)]
    row = one(secret, secret, ({}, {"radius_km": 45.0}))
    assert (row["change"], row["was"], row["now"]) == ("answer_changed", "covered", "unknown")
    assert row["cause"] == "moved_threshold"


def test_the_date_is_named_where_the_tables_are_the_same():
    dates = {"as_of": dt.date(2019, 12, 31)}, {"as_of": dt.date(2020, 12, 31)}
    same = one(NONE, NEAR, dates)
    assert "The date is 2020-12-31; it was 2019-12-31; the tables are the same." in same["why"]
    other = one(NONE, NEAR, dates, tables=(SAME, {**SAME, "supports": "c"}))
    assert "which of them it is is not told apart" in other["why"]
    table = one(NONE, NEAR, tables=(SAME, {**SAME, "supports": "c"}))
    assert "The date is the same; the table differs." in table["why"]
    secret = one(NONE, NEAR, dates, tables=({}, {}))
    assert "whether the table differs too is not told" in secret["why"]


def test_places_added_and_removed_are_no_new_or_closed_gaps():
    rows = [("a", "town", 9, 18.0, 43.0), ("b", "town", 9, 19.0, 43.0)]
    old, new = make_hotspots(rows), make_hotspots([rows[1], ("c", "town", 9, 20.0, 43.0)])
    table = compare(*(finding(frame, make_organizations([])) for frame in (old, new)))
    assert table["change"].tolist() == ["added", "removed"]
    assert table["hotspot_id"].tolist() == ["c", "a"]
    assert (table["cause"] == "list").all()
    assert table["was"].tolist() == ["not_listed", "no_known_partner"]
    assert "not to say that it is cleared" in table["why"].iloc[1]


def test_different_lists_are_refused():
    old, new = (
        finding(make_hotspots([(name, "town", 9, 18.0, 43.0)]), make_organizations([]))
        for name in "ab"
    )
    with pytest.raises(InputError, match="no hotspot in common"):
        compare(old, new)


def test_ids_that_are_there_twice_are_refused_by_name():
    single = finding(town(), make_organizations([]))
    doubled = dataclasses.replace(single, gaps=pd.concat([single.gaps, single.gaps]))
    for sides, which in (((doubled, single), "earlier"), ((single, doubled), "later")):
        with pytest.raises(InputError) as caught:
            compare(*sides)
        problem = Problem(
            f"the {which} run", 0, "hotspot_id", "h", "several rows have this id.", "Run it again."
        )
        assert list(caught.value.problems) == [problem]


def test_the_order_of_the_tables_does_not_matter(gaps, hotspots, organizations):
    old = finding(hotspots, organizations)
    new = finding(hotspots, organizations, radius_km=200.0)
    shuffled = finding(
        hotspots.sample(frac=1, random_state=1),
        organizations.sample(frac=1, random_state=2),
        radius_km=200.0,
    )
    assert compare(old, new).equals(compare(old, shuffled))


def test_a_result_does_not_differ_from_itself(hotspots, organizations):
    same = finding(hotspots, organizations)
    assert compare(same, same).empty


def test_the_inputs_are_left_as_they_were(hotspots, organizations):
    old, new = finding(hotspots, organizations), finding(hotspots, organizations, radius_km=200.0)
    kept = [each.copy() for each in (old.gaps, new.gaps, old.organizations, new.organizations)]
    compare(old, new)
    for was, now in zip(
        kept, (old.gaps, new.gaps, old.organizations, new.organizations), strict=True
    ):
        assert was.equals(now)


@settings(max_examples=20, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(
    before=st.sampled_from([10.0, 25.0, 50.0, 90.0, 200.0]),
    after=st.sampled_from([10.0, 25.0, 50.0, 90.0, 200.0]),
    rule=st.fixed_dictionaries(
        {
            "evidence": st.sampled_from(["direct", "reported", "related"]),
            "smaller_below": st.sampled_from([10_000, 50_000, 100_000]),
        }
    ),
)
def test_the_changes_add_up(hotspots, organizations, before, after, rule):
    old = finding(hotspots, organizations, radius_km=before)
    new = finding(hotspots.iloc[3:], organizations, radius_km=after, **rule)
    table = compare(old, new)
    assert set(table["change"]) <= set(CHANGES)
    assert table["hotspot_id"].is_unique
    count = table["change"].value_counts()
    removed = table.loc[table["change"].eq("removed"), "was"].str.contains("partner").sum()
    left = sum(count.get(c, 0) for c in ("closed_gap", "no_longer_asked", "no_longer_known"))
    gaps = [int(flagged_rows(each.gaps).sum()) for each in (old, new)]
    assert gaps[1] == gaps[0] + count.get("new_gap", 0) - left - removed
    mirrored = compare(new, old)
    assert (mirrored["change"] == "new_gap").sum() == left


def test_the_built_in_case_at_200_km(hotspots, organizations):
    """By hand: the only documented support is in Mostar, and five gaps are 50 to 200 km from it."""
    old, new = finding(hotspots, organizations), finding(hotspots, organizations, radius_km=200.0)
    table = compare(old, new)
    away = old.gaps[flagged_rows(old.gaps)].set_index("hotspot_id")["nearest_supported_km"]
    assert set(table["hotspot_id"]) == set(away.index[away <= 200])
    assert (table["cause"] == "moved_threshold").all()
    assert hg.Settings().radius_km == 50
