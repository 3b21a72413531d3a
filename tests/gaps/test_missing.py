"""Counts of what is known and what is not."""

from __future__ import annotations

import pandas as pd

from conftest import make_hotspots, make_organizations
from hotspot_gaps import Settings, find_gaps, load_hotspots, load_organizations
from hotspot_gaps.gaps.missing import missing_organizations, what_is_known
from hotspot_gaps.sources.builtin import read_builtin


def known(gaps, organizations, **changes):
    return what_is_known(
        gaps,
        organizations,
        read_builtin("programmes.csv"),
        settings=Settings(**changes),
        hotspots_stated=40,
    )


def test_the_built_in_case(gaps, organizations):
    found = known(gaps, organizations)
    assert (found.hotspots_listed, found.hotspots_placed, found.hotspots_by_extent) == (22, 19, 1)
    assert (found.supported_placed, found.supported_stated, found.supported_missing) == (1, 13, 12)
    assert found.gaps == found.unfunded_partner + found.no_known_partner == 11
    assert found.asked == found.gaps + found.covered
    assert found.partner_withheld == 3
    assert (found.organizations_known, found.organizations_restricted, found.probable) == (
        187,
        53,
        1,
    )


def test_on_another_date_nothing_is_stated():
    organizations = load_organizations(as_of="2022-06-01")
    gaps = find_gaps(load_hotspots(), organizations)
    found = known(gaps, organizations, as_of="2022-06-01")
    assert found.supported_known == 0
    assert found.supported_stated is None
    assert found.supported_missing is None
    assert gaps["nearest_supported_km"].isna().all()


def test_a_programme_that_states_nothing_does_not_hide_one_that_does(gaps, organizations):
    other = organizations.copy()
    other.loc[other["supported"], "programmes"] = "gitoc_grant_2020;resilience_fund_2020"
    assert known(gaps, other).supported_stated == 13
    assert known(gaps, other).supported_missing == 12
    other.loc[other["supported"], "programmes"] = "gitoc_grant_2020"
    # A programme none of whose organizations is known lacks all of them, and one beside is placed.
    assert known(gaps, other).supported_stated == 13
    assert known(gaps, other).supported_missing == 13
    assert known(gaps, other).supported_total == 14
    assert known(gaps, other).programmes_silent == ("gitoc_grant_2020",)


def make_programmes(*rows):
    frame = pd.DataFrame(rows, columns=["programme", "stated_count"])
    frame["stated_count"] = frame["stated_count"].astype("Int64")
    return frame.assign(**{"from": "2020-01-01", "to": "2020-12-31"})


def test_who_is_known_without_a_town_is_missing_once():
    frame = make_organizations(
        [("a", "documented", "public", 18, 43), ("b", "documented", "public", None, None),
         ("c", "documented", "restricted", 18, 43), ("d", "probable", "public", None, None)]
    )  # fmt: skip
    frame.loc[frame["organization_id"] == "b", "geometry"] = None
    stated = make_programmes(("p", 5), ("q", None))
    within = frame.assign(programmes=["p", "p", "p", None])
    assert counted(within, stated) == (3, 5, 5, ("q",))
    beside = frame.assign(programmes=["p", "q", "p", None])
    assert counted(beside, stated) == (4, 6, 5, ("q",))
    fewer = make_programmes(("p", 1))
    assert counted(within, fewer) == (1, 3, 1, ())
    assert counted(within, stated, as_of="2022-01-01") == (1, 3, None, ())


def counted(frame, programmes, **changes):
    found = missing_organizations(frame, programmes, settings=Settings(**changes))
    return (found.number, found.total, found.stated, found.silent)


def test_knowing_less_makes_no_gap_more_certain(organizations):
    programmes = make_programmes(("p", 5))
    for placed in range(4):
        frame = make_organizations(
            [(str(n), "documented", "public", 18, 43) for n in range(placed)]
        ).assign(programmes="p")  # fmt: skip
        assert counted(frame, programmes) == (5 - placed, 5, 5, ())


def test_a_programme_that_no_table_has_states_nothing():
    frame = make_organizations([("a", "documented", "public", 18, 43)]).assign(programmes="mine")
    assert counted(frame, make_programmes()) == (0, 1, None, ("mine",))
    assert counted(frame, make_programmes(("p", 2))) == (2, 3, 2, ("mine",))


def test_a_programme_of_withheld_organizations_alone_is_not_named():
    rows = [("a", "documented", "public", 18, 43), ("x", "documented", "restricted", 18, 43)]
    frame = make_organizations(rows)
    alone = frame.assign(programmes=["mine", "secret"])
    assert counted(alone, make_programmes())[3] == ("mine", "withheld")
    shared = frame.assign(programmes=["mine", "mine"])
    assert counted(shared, make_programmes())[3] == ("mine",)


def test_hotspots_are_counted_by_what_is_known_of_them():
    rows = [
        ("gap", "town", 9_000, 18.0, 43.0),
        ("covered", "town", 9_000, 22.0, 43.0),
        ("crossing", "border_crossing", None, 18.0, 45.0),
        ("size", "town", None, 18.0, 43.0),
        ("large", "city", 90_000, 18.0, 43.0),
        ("nowhere", "town", 9_000, None, None),
        ("apart", "town", 9_000, 18.0, 43.0),
        ("extent", "region", 9_000, 18.0, 43.0),
    ]
    hotspots = make_hotspots(rows).assign(evidence=["direct"] * 6 + ["related", "reported"])
    hotspots["represented_by"] = [None] * 7 + ["Ay"]
    frame = make_organizations(
        [("o", None, "public", 18.1, 43.0), ("s", "documented", "public", 22.0, 43.0),
         ("r", "probable", "restricted", 18.0, 45.0)]
    )  # fmt: skip
    found = known(find_gaps(hotspots, frame), frame)
    assert (found.hotspots_listed, found.hotspots_placed, found.hotspots_by_extent) == (7, 6, 1)
    assert (found.in_question, found.in_question_placed) == (7, 6)
    assert (found.apart_placed, found.apart_gaps) == (1, 1)
    assert (found.asked, found.gaps, found.covered) == (4, 3, 1)
    assert (found.unfunded_partner, found.no_known_partner) == (3, 0)
    assert (found.size_unknown, found.untold, found.partner_withheld) == (1, 2, 1)
    assert (found.organizations_known, found.organizations_restricted) == (3, 1)
    assert (found.supported_known, found.supported_placed, found.towns_with_others) == (1, 1, 1)
    assert (found.probable, found.probable_placed) == (1, 1)
