"""Reasons of changes, whole sentences: a degree of longitude at 43° N is 81.5 km."""

from __future__ import annotations

import dataclasses

import pytest
from findings import finding

from conftest import make_hotspots, make_organizations
from hotspot_gaps.gaps.change_reasons import changed_support, hidden_ids
from hotspot_gaps.gaps.comparison import compare

FAR = [("o", "documented", "public", 18.9, 43.0)]
KNOWN = [("o", None, "public", 18.3, 43.0)]
WITHIN = "Documented support within 50 km"
SAME_DATE = " The date is the same; the table differs."


def town(lon=18.0, people=9, **columns):
    return make_hotspots([("h", "town", people, lon, 43.0)]).assign(**columns)


def why(before, after, towns=None, rules=({}, {})):
    """Compare one hotspot on two sides; return why its answer changed."""
    sides = [
        finding(hotspot, make_organizations(rows), **rule)
        for hotspot, rows, rule in zip(
            towns or (town(), town()), (before, after), rules, strict=True
        )
    ]
    return compare(*sides)["why"].item()


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        (town(None), town(), "It is placed now."),
        (town(), town(None), "It is not placed any more."),
        (town(), town(18.8), "Its point is 65.2 km from where it was."),
        (town(), town(people=60_000), "Its size is 60,000 inhabitants; it was 9 inhabitants."),
        (town(), town(people=None), "Its size is not known; it was 9 inhabitants."),
        (
            town(), town(kind="city", is_capital=True),
            "Its size is that of a capital; it was 9 inhabitants.",
        ),
        (
            town(kind="border_crossing"), town(),
            "It is listed as town; it was border crossing. The answer is the same.",
        ),
        (
            town(kind="airport", represented_by="Ay"), town(),
            "It is listed as town; it was airport, represented by Ay.",
        ),
        (town(evidence="related"), town(), "Its evidence is direct; it was related."),
    ],
)  # fmt: skip
def test_what_differs_of_the_hotspot(was, now, said):
    assert why(FAR, FAR, (was, now)) == said


@pytest.mark.parametrize(
    ("evidence", "was", "now", "said"),
    [
        (
            "reported", {"evidence": "direct"}, {"evidence": "reported"},
            "The question is asked of hotspots with reported or direct evidence; it was direct "
            "evidence alone.",
        ),
        (
            "related", {"evidence": "reported"}, {"evidence": "related"},
            "The question is asked of hotspots with evidence of any level; it was reported or "
            "direct evidence.",
        ),
        (
            "direct", {}, {"smaller_below": 8},
            "A smaller town has fewer than 8 inhabitants; the cut-off was 50,000.",
        ),
        ("direct", {}, {"radius_km": 73.5}, "The radius is 73.5 km; it was 50 km."),
    ],
)  # fmt: skip
def test_what_differs_of_the_rule(evidence, was, now, said):
    hotspots = town(evidence=evidence), town(evidence=evidence)
    assert why(FAR, FAR, hotspots, (was, now)) == said


def test_the_radius_of_partners_is_told():
    said = why(KNOWN, KNOWN, rules=({}, {"partner_radius_km": 20.0}))
    assert said == "A partner counts within 20 km; it was 25 km."


@pytest.mark.parametrize(
    ("before", "after", "now", "was"),
    [
        ([], KNOWN, "Organization o (24.5 km)", "none"),
        (KNOWN, [], "none", "Organization o (24.5 km)"),
        (
            [], [("o", None, "restricted", 18.1, 43.0)],
            "an organization whose name is withheld (0-25 km)", "none",
        ),
        (
            KNOWN, [("o", None, "restricted", 18.9, 43.0)],
            "an organization whose name is withheld (50-100 km)",
            "one that the later run does not show",
        ),
    ],
)  # fmt: skip
def test_the_nearest_known_organization(before, after, now, was):
    assert why(before, after) == f"The nearest known organization is {now}; it was {was}."


@pytest.mark.parametrize(("count", "rest"), [(3, ""), (4, ", 1 more"), (5, ", 2 more")])
def test_three_are_named_the_nearest_first(count, rest):
    rows = [(n, "documented", "public", 18 + k / 20, 43.0) for k, n in enumerate("edcba", 1)]
    named = (
        "Organization e (Town, 4.1 km), Organization d (Town, 8.2 km), Organization c (Town, "
        f"12.2 km){rest}."
    )
    came, left = (why(*sides) for sides in (([], rows[:count]), (rows[:count], [])))
    assert came == f"{WITHIN} that was not there before: {named}{SAME_DATE}"
    assert left == f"{WITHIN} that is not there any more: {named}{SAME_DATE}"


def test_support_that_moved_says_so_and_blames_no_date():
    near = [("o", "documented", "public", 18.3, 43.0)]
    named = "Organization o (Town, 24.5 km) (placed elsewhere in the other run)."
    assert why(FAR, near) == f"{WITHIN} that was not there before: {named}"
    assert why(near, FAR) == f"{WITHIN} that is not there any more: {named}"


def test_what_the_tables_do_not_explain_is_said_to_be_so():
    same = finding(town(), make_organizations(FAR))
    answer = same.gaps.assign(gap_type="covered", is_gap=False)
    row = compare(same, dataclasses.replace(same, gaps=answer)).iloc[0]
    assert (row["change"], row["cause"], row["factors"]) == ("closed_gap", "not_told_apart", "")
    assert row["why"] == (
        "Not told apart. Nothing that the two tables tell of it explains the change; the rule or "
        "withheld data may differ."
    )


def test_it_takes_both_or_either():
    known = [("o", None, "public", 18.9, 43.0)]
    wider = "The radius is 80 km; it was 50 km."
    came = "Documented support within 80 km that was not there before: Organization o (Town, 73.4"
    both = why(known, FAR, rules=({}, {"radius_km": 80.0}))
    assert both == f"It takes these together. {wider} And: {came} km).{SAME_DATE}"
    near = [("n", "documented", "public", 18.3, 43.0), *FAR]
    either = why(FAR, near, rules=({}, {"radius_km": 80.0}))
    assert either.startswith(f"Not told apart; either alone would do. {wider} Or: Documented")


def test_a_hotspot_that_moves_to_an_unsupported_organization_stays_a_gap():
    known = make_organizations([("o", None, "public", 18.9, 43.0)])
    row = compare(finding(town(), known), finding(town(18.8), known)).iloc[0]
    assert (row["change"], row["cause"], row["factors"]) == (
        "gap_type_changed", "corrected_data", "place",
    )  # fmt: skip


def test_support_of_one_result_alone_is_listed_without_what_may_be_withheld():
    old, new = (
        make_organizations([(name, support, "public", 18.1, 43.0) for name, support in rows])
        for rows in (
            [("p", "documented"), ("o", "documented"), ("q", "documented")],
            [("o", None), ("r", "documented"), ("q", "documented")],
        )
    )
    new.loc[1, "town"] = None
    one, other = (finding(town(), table) for table in (old, new))
    came, left = changed_support(one, other)
    assert came == ["Organization r"]
    assert left == ["Organization o (Town)", "Organization p (Town)"]
    assert hidden_ids(one, other) == frozenset()

    secret = finding(town(), new.assign(sensitivity=["restricted", "public", "public"]))
    assert hidden_ids(one, secret) == {"o", "p"}
    assert changed_support(one, secret) == (["Organization r"], [])
