"""Re-judging: mixing two results gives what find_gaps gives of mixed inputs, or no answer."""

from __future__ import annotations

import numpy as np
import pytest
from findings import finding
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import hotspot_gaps as hg
from conftest import make_hotspots, make_organizations
from hotspot_gaps.gaps.rejudging import (
    FACTORS,
    GAP,
    answers,
    band_cut,
    rejudging,
    sufficient,
)

LEVELS = ("direct", "reported", "related")
# Of the tables, as judging one side from the other would need what is withheld.
MIXED = [factor for factor in FACTORS if factor != "known"]


def ready(old, new):
    return rejudging(old, new, (old.gaps, new.gaps))


KINDS = ("town", "port", "border_crossing", "airport", "region", "city")
SPOT = st.one_of(
    st.just((None, None)),
    st.tuples(st.sampled_from([18.0, 18.3, 18.7, 19.5]), st.sampled_from([43.0, 43.4])),
)
HOTSPOT = st.tuples(
    st.sampled_from(KINDS), st.sampled_from([None, 100, 40_000, 60_000]), SPOT,
    st.sampled_from(LEVELS), st.booleans(),
)  # fmt: skip
ORGANIZATION = st.tuples(
    st.sampled_from([None, "documented", "probable"]),
    st.sampled_from(["public", "public", "restricted"]),
    st.sampled_from([(18.0, 43.0), (18.25, 43.2), (19.0, 43.1), (21.0, 43.0), (None, None)]),
)
RULES = st.fixed_dictionaries(
    {
        "radius_km": st.sampled_from([10.0, 25.0, 30.0, 50.0, 60.0, 120.0]),
        "partner_radius_km": st.sampled_from([10.0, 25.0, 70.0]),
        "smaller_below": st.sampled_from([30_000, 50_000, 70_000]),
        "evidence": st.sampled_from(LEVELS),
    }
)


def hotspots_of(rows):
    people = [row[1] if row[2][0] is not None else 9 for row in rows]
    frame = make_hotspots(
        [(f"h{i}", row[0], n, *row[2]) for i, (row, n) in enumerate(zip(rows, people, strict=True))]
    )
    return frame.assign(
        evidence=[row[3] for row in rows], is_capital=[row[4] and row[0] == "city" for row in rows]
    )


def organizations_of(rows):
    frame = make_organizations([(f"o{i}", r[0], r[1], *r[2]) for i, r in enumerate(rows)])
    placed = [row[2][0] is not None for row in rows]
    return frame.assign(geometry=frame.geometry.where(placed, None))


def mixed(old, new, later):
    """Ask find_gaps itself of inputs of which the named ones are the later ones."""
    (hotspots, organizations, rules), (hotspots2, organizations2, rules2) = old, new
    frame = hotspots.copy()
    for factor, columns in (
        ("population", ["population", "is_capital"]), ("kind", ["kind"]),
        ("evidence", ["evidence"]), ("place", ["geometry"]),
    ):  # fmt: skip
        if factor in later:
            frame[columns] = hotspots2[columns]
    # Of a hotspot without a point nothing depends on people.
    frame["population"] = frame["population"].mask(frame.geometry.isna(), 9)
    names = {"evidence_asked": "evidence"}
    chosen = {**rules}
    for factor in ("radius_km", "partner_radius_km", "smaller_below", "evidence_asked"):
        key = names.get(factor, factor)
        chosen[key] = rules2[key] if factor in later else rules[key]
    who = organizations2 if "support" in later else organizations
    return answers(hg.find_gaps(frame, who, settings=hg.Settings(**chosen)))


@settings(max_examples=25, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(
    pairs=st.lists(st.tuples(HOTSPOT, HOTSPOT), min_size=1, max_size=4),
    before=st.lists(ORGANIZATION, max_size=4),
    after=st.lists(ORGANIZATION, max_size=4),
    rules=st.tuples(RULES, RULES),
    later=st.sets(st.sampled_from(MIXED)),
)
def test_a_mixed_judgement_is_that_of_mixed_inputs_or_none(pairs, before, after, rules, later):
    one = hotspots_of([a for a, _ in pairs]), organizations_of(before), rules[0]
    two = hotspots_of([b for _, b in pairs]), organizations_of(after), rules[1]
    both = ready(finding(one[0], one[1], **one[2]), finding(two[0], two[1], **two[2]))
    truth = mixed(one, two, later)
    for row in range(len(pairs)):
        # What does not differ may be taken from either side.
        told = both.judge(row, later)
        if told is not None:
            assert told.state == truth[row].state
            if told.gap_type is not None and ("support" in later) is False:
                assert told.gap_type == truth[row].gap_type


@settings(max_examples=25, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(
    pairs=st.lists(st.tuples(HOTSPOT, HOTSPOT), min_size=1, max_size=4),
    before=st.lists(ORGANIZATION, max_size=4),
    after=st.lists(ORGANIZATION, max_size=4),
    rules=st.tuples(RULES, RULES),
)
def test_both_ends_are_the_results_themselves(pairs, before, after, rules):
    one = finding(hotspots_of([a for a, _ in pairs]), organizations_of(before), **rules[0])
    two = finding(hotspots_of([b for _, b in pairs]), organizations_of(after), **rules[1])
    both = ready(one, two)
    for row in range(len(pairs)):
        for side, later in ((0, ()), (1, both.differences(row))):
            told, actual = both.judge(row, later), both.actual(row, side)
            if told is not None:
                assert told.state == actual.state
                assert told.gap_type in {None, actual.gap_type}
        if both.actual(row, 0).state != both.actual(row, 1).state:
            found = sufficient(both, row, by_type=False)
            assert found.sets or not both.differences(row)


def test_without_withheld_support_everything_is_told():
    places = [(18.0, 43.0), (18.3, 43.0), (19.5, 43.4)]
    old = make_hotspots([(f"h{i}", "town", 9, *at) for i, at in enumerate(places)])
    new = make_hotspots([(f"h{i}", "town", 9, *at) for i, at in enumerate(places[::-1])])
    here = make_organizations([("o", "documented", "public", 18.0, 43.0)])
    there = make_organizations([("o", "documented", "public", 19.5, 43.4)])
    both = ready(finding(old, here), finding(new, there))
    for row in range(3):
        for later in ((), ("place",), ("support",), ("place", "support")):
            assert both.judge(row, later) is not None


def test_a_moved_hotspot_and_withheld_support_are_not_told_apart():
    old, new = (make_hotspots([("h", "town", 9, at, 43.0)]) for at in (18.0, 21.0))
    secret = make_organizations([("o", "documented", "restricted", 18.0, 43.0)])
    none = make_organizations([("o", None, "restricted", 18.0, 43.0)])
    both = ready(finding(old, secret), finding(new, none))
    assert both.judge(0, ("place",)) is None
    found = sufficient(both, 0, by_type=False)
    assert not found.sure


@pytest.mark.parametrize("radius", [0.001, 10, 25, 26, 50, 99, 100, 101, 20_004])
def test_the_cut_band_holds_the_radius(radius):
    inner, outer = band_cut(float(radius))
    assert inner <= radius <= outer
    assert (inner == outer) == (radius in {25, 50, 100})


def test_the_answer_of_a_row_outside_the_question_is_that():
    frame = make_hotspots([("h", "town", 9, 18.0, 43.0)]).assign(evidence="related")
    both = ready(*[finding(frame, make_organizations([]), evidence=e) for e in LEVELS[1:]])
    assert both.actual(0, 0).state == "outside"
    assert both.actual(0, 1).state == GAP
    assert both.judge(0, ("evidence_asked",)) == both.actual(0, 1)
    assert np.flatnonzero(both.differing["evidence_asked"]).tolist() == [0]


# A public organization 44.8 km away, and a withheld one 40.8 km away: in the band 25 to 50 km.
PUBLIC = ("o0", "documented", "public", 18.55, 43.0)
WITHHELD = ("o1", "documented", "restricted", 18.5, 43.0)


def judged_at(before, after, rows):
    """Judge by the organizations of one run with the radius of another."""
    town = make_hotspots([("h", "town", 9, 18.0, 43.0)])
    organizations = make_organizations(rows)
    both = ready(*(finding(town, organizations, radius_km=r) for r in (before, after)))
    return both.judge(0, ("radius_km",)), both.actual(0, 1)


@pytest.mark.parametrize(
    ("before", "after", "rows", "state"),
    [
        (60.0, 30.0, [WITHHELD], "unknown"),  # the withheld one is nearest: its band is cut
        (60.0, 20.0, [WITHHELD], GAP),  # and here it is not
        (60.0, 25.0, [PUBLIC, WITHHELD], GAP),  # a radius on an edge cuts no band
        (60.0, 45.0, [PUBLIC, WITHHELD], "covered"),
        (30.0, 35.0, [PUBLIC, WITHHELD], "unknown"),  # as the run itself says of this band
        (60.0, 30.0, [PUBLIC], GAP),  # nothing is withheld
    ],
)
def test_what_a_band_lets_be_told(before, after, rows, state):
    told, actual = judged_at(before, after, rows)
    assert told.state == actual.state == state


def test_a_band_that_no_table_tells_of_has_no_answer():
    told, actual = judged_at(60.0, 30.0, [PUBLIC, WITHHELD])
    assert (told, actual.state) == (None, "unknown")
