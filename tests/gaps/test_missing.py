"""Counts of what is known and what is not."""

from __future__ import annotations

from hotspot_gaps import Settings, find_gaps, load_hotspots, load_organizations
from hotspot_gaps.gaps.missing import what_is_known
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
    assert known(gaps, other).supported_stated is None
