"""Tables of grants: merged, passing every rule, with a reason for what is not there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hotspot_gaps.errors import InputError
from hotspot_gaps.sources.boundaries import load_boundaries, load_places
from hotspot_gaps.sources.grant_tables import grant_tables
from hotspot_gaps.sources.grants import Grant, Place, Reading
from hotspot_gaps.sources.schema import check_table

KLUB = Grant(
    1, "Klub", "ME-1", "ME", (Place("seat", "Bar"),), "Fund", "2020-01-01", "2020-12-31",
    source_title="a file", file="grants.json",
)  # fmt: skip


@pytest.fixture(scope="module")
def ground():
    return load_places(), load_boundaries()


def tables(ground, *grants):
    return grant_tables([Reading("grants.json", "360Giving", list(grants))], *ground)


def reasons(found, outcome):
    return found.remarks.loc[found.remarks["outcome"].eq(outcome), "why"].tolist()


def test_tables_pass_their_rules(ground):
    found = tables(ground, KLUB, replace(KLUB, organization="Drugi", organization_id=""))
    organizations = check_table(found.organizations, "organizations", "o.csv")
    supports = check_table(found.supports, "supports", "s.csv")
    assert organizations["organization_id"].tolist() == ["ME-1", "me-drugi"]
    assert organizations["town"].tolist() == ["Bar", "Bar"]
    assert organizations["location_of"].tolist() == ["seat", "seat"]
    assert supports["programme"].tolist() == ["Fund", "Fund"]


def test_grants_of_one_organization_are_one_row(ground):
    later = replace(KLUB, record=2, first="2021-01-01", last="", certainty="probable", places=())
    found = tables(ground, KLUB, later)
    assert len(found.organizations) == 1
    assert found.supports["certainty"].tolist() == ["documented", "probable"]


def test_of_the_same_support_the_longest_counts(ground):
    found = tables(ground, KLUB, replace(KLUB, record=2, last="2022-06-30"))
    assert found.supports["to"].tolist() == ["2022-06-30"]
    assert "the later last day counts" in reasons(found, "changed")[0]


def test_one_organization_with_two_ids_is_one(ground):
    found = tables(ground, KLUB, replace(KLUB, organization_id="ME-2", first="2021-01-01", last=""))
    assert found.organizations["organization_id"].tolist() == ["ME-1"]
    assert found.supports["organization_id"].tolist() == ["ME-1", "ME-1"]


def test_without_a_country_the_point_says_it(ground):
    place = Place("activity", lon=20.74, lat=42.21)
    found = tables(ground, replace(KLUB, country="", places=(place,)))
    assert found.organizations[["country", "town"]].to_numpy().tolist() == [["XK", "Prizren"]]


def test_without_any_country_it_is_left_out(ground):
    found = tables(ground, KLUB, replace(KLUB, organization_id="X", country="Atlantis", places=()))
    row = found.remarks[found.remarks["field"].eq("country")].iloc[0]
    assert (row["outcome"], row["value"]) == ("left out", "Atlantis")


def test_another_country_of_a_known_organization_is_told(ground):
    found = tables(ground, KLUB, replace(KLUB, country="AL", first="2021-01-01"))
    assert len(found.organizations) == 1
    assert "is in ME by an earlier grant" in reasons(found, "changed")[0]


def test_several_towns_are_kept_and_not_placed(ground):
    two = Place("activity", "Bar"), Place("activity", "Nikšić")
    found = tables(ground, replace(KLUB, places=two))
    row = found.organizations.iloc[0]
    assert (row["town"], row["location_exactness"]) == ("Bar;Nikšić", "several")
    assert row.isna()["geonames_id"]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"first": ""}, "no first day"),
        ({"programme": ""}, "no funder or programme"),
        ({"programme": "Fund, ana@example.org"}, "personal data must not enter"),
        ({"last": "2019-01-01"}, "before the first day"),
    ],
)
def test_a_support_that_cannot_be_is_left_out_and_the_organization_kept(ground, changes, why):
    found = tables(ground, replace(KLUB, **changes))
    assert len(found.organizations) == 1
    assert found.supports.empty
    assert why in reasons(found, "left out")[0]


def test_a_name_that_holds_a_phone_is_not_carried_nor_repeated(ground):
    found = tables(ground, KLUB, replace(KLUB, organization="Ana 069 123 456", organization_id="X"))
    assert found.organizations["name"].tolist() == ["Klub"]
    assert "069" not in found.remarks.to_csv()
    assert "personal data must not enter" in reasons(found, "left out")[0]


def test_nothing_to_carry_is_an_error_that_says_why(ground):
    with pytest.raises(InputError, match="no country is given"):
        tables(ground, replace(KLUB, country="", places=()))


def test_a_programme_holds_no_separator_of_programmes(ground):
    assert tables(ground, replace(KLUB, programme="A; B")).supports["programme"].item() == "A, B"
