"""Concentration: counts, shares and quotients by size of town and by country."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

import hotspot_gaps as hg
from conftest import make_hotspots, make_organizations
from hotspot_gaps.gaps.concentration import concentration

TOWNS = [
    # name, country, people, capital, lon, lat
    ("Big", "BA", 60_000, False, 18.0, 43.0),
    ("Small", "BA", 20_000, False, 18.5, 43.0),
    ("Chief", "BA", 120_000, True, 19.0, 43.0),
    ("Unknown", "BA", None, False, 19.5, 43.0),
    ("Abroad", "RS", 200_000, False, 20.0, 43.0),
]


def places():
    names = ["name", "country", "population", "is_capital", "lon", "lat"]
    frame = pd.DataFrame(TOWNS, columns=names).astype({"population": "Int64"})
    points = gpd.points_from_xy(frame.pop("lon"), frame.pop("lat"))
    return gpd.GeoDataFrame(frame, geometry=points, crs="EPSG:4326")


def organizations():
    rows = [
        ("a", "documented", "public", 18.0, 43.0),
        ("b", None, "public", 18.0, 43.0),
        ("c", None, "public", 18.5, 43.0),
        ("d", "probable", "public", 19.5, 43.0),
        ("e", None, "public", None, None),
        ("f", "documented", "restricted", 19.0, 43.0),
        ("g", None, "public", 1.0, 1.0),
        ("h", "documented", "public", 20.0, 43.0),
    ]
    frame = make_organizations(rows)
    frame.loc[frame["organization_id"].eq("h"), "country"] = "RS"
    frame.loc[frame["organization_id"].eq("e"), "geometry"] = None
    return frame


def hotspots():
    rows = [
        ("t", "town", 9_000, 18.0, 44.0), ("x", "border_crossing", None, 18.0, 44.1),
        ("u", "town", None, 18.0, 44.2), ("b", "city", 90_000, 18.0, 44.3),
    ]  # fmt: skip
    return make_hotspots(rows)


@pytest.fixture(scope="module")
def found():
    return concentration(hotspots(), organizations(), places())


def cell(found, country, size, column):
    return found.shares.set_index(["country", "size_class"]).loc[(country, size), column]


def test_counts(found):
    counts = ["supported", "organizations", "hotspots", "people", "towns"]
    table = found.shares.set_index(["country", "size_class"])[counts]
    assert table.loc[("all", "all")].tolist() == [2, 6, 4, 400_000, 5]
    assert table.loc[("BA", "larger_town")].tolist() == [1, 2, 1, 60_000, 1]
    assert table.loc[("BA", "smaller_town")].tolist() == [0, 1, 1, 20_000, 1]
    assert table.loc[("BA", "capital")].tolist() == [0, 0, 0, 120_000, 1]
    assert table.loc[("BA", "unknown")].tolist() == [0, 2, 1, pd.NA, 1]
    assert table.loc[("BA", "not_a_town")].tolist() == [0, 0, 1, pd.NA, 0]
    assert table.loc[("RS", "all")].tolist() == [1, 1, 0, 200_000, 1]


def test_shares_and_quotients(found):
    assert cell(found, "BA", "larger_town", "share_of_organizations") == pytest.approx(2 / 5)
    assert cell(found, "BA", "larger_town", "share_of_people") == pytest.approx(60 / 200)
    assert cell(found, "BA", "larger_town", "quotient_of_organizations") == pytest.approx(4 / 3)
    assert cell(found, "RS", "all", "share_of_organizations") == pytest.approx(1 / 6)
    assert cell(found, "RS", "all", "quotient_of_organizations") == pytest.approx(1 / 3)
    assert np.isnan(cell(found, "BA", "unknown", "share_of_people"))
    assert np.isnan(cell(found, "BA", "unknown", "quotient_of_organizations"))
    assert np.isnan(cell(found, "RS", "capital", "share_of_hotspots"))
    assert cell(found, "BA", "unknown", "share_of_hotspots") == pytest.approx(1 / 4)


def test_what_was_left_out_is_told(found):
    assert (found.organizations_shown, found.organizations_not_placed) == (6, 1)
    assert (found.organizations_withheld, found.supported_withheld) == (1, 1)
    assert (found.organizations_not_in_gazetteer, found.towns_unknown) == (1, 1)
    assert (found.supported_shown, found.supported_not_placed) == (2, 0)
    assert (found.hotspots_counted, found.hotspots_not_counted) == (4, 0)


def test_withheld_ones_of_countries_that_are_not_counted_are_withheld_like_all(found):
    """Counted apart, they would tell how many are in these countries."""
    more = organizations()
    abroad = more[more["organization_id"].isin(["f", "g"])].assign(country="FR")
    more = pd.concat([more, abroad.assign(organization_id=["y", "z"])], ignore_index=True)
    again = concentration(hotspots(), more, places())
    assert again.elsewhere - found.elsewhere == 1  # the public one alone
    assert (again.organizations_withheld, again.supported_withheld) == (2, 2)


def test_the_curve_stands_on_towns_of_known_population(found):
    """0, 1 of 200, 1 of 20 and 2 of 60 thousand: 1 - (.3·0 + .5·.25 + .15·(.25+.75) + .05·1.75)."""
    assert found.lorenz["town"].tolist() == ["Chief", "Abroad", "Big", "Small"]
    assert (found.gini_organizations, found.gini_towns, found.gini_people) == (4, 4, 400_000)
    assert found.gini == pytest.approx(1 - (0.5 * 0.25 + 0.15 * 1.0 + 0.05 * 1.75))


def test_shares_of_the_classes_add_up(gaps, organizations):
    table = concentration(gaps, organizations, hg.load_places()).shares
    parts = table[table["size_class"].ne("all")].groupby("country").sum(numeric_only=True)
    whole = table[table["size_class"].eq("all")].set_index("country")
    for column in ("supported", "organizations", "hotspots", "people", "towns"):
        assert parts[column].tolist() == whole[column].reindex(parts.index).tolist()
    countries = whole.drop("all")
    assert countries["organizations"].sum() == whole.loc["all", "organizations"]
    assert countries["share_of_people"].sum() == pytest.approx(1)


def test_the_built_in_case(gaps, organizations):
    built = concentration(gaps, organizations, hg.load_places())
    assert cell(built, "all", "smaller_town", "organizations") == 35
    assert cell(built, "all", "larger_town", "organizations") == 44
    assert cell(built, "all", "capital", "organizations") == 17
    assert cell(built, "all", "smaller_town", "hotspots") == 9
    quotients = [
        cell(built, "all", size, "quotient_of_organizations")
        for size in ("smaller_town", "larger_town", "capital")
    ]
    assert quotients == pytest.approx([0.793, 1.458, 0.718], abs=5e-4)
    assert built.gini == pytest.approx(0.809, abs=5e-4)
    assert built.gini_by_chance == pytest.approx((0.75, 0.84), abs=0.01)
    assert (built.organizations_withheld, built.organizations_not_in_gazetteer) == (53, 0)
    assert (built.hotspots_counted, built.hotspots_not_counted) == (22, 16)


def test_restricted_organizations_change_nothing_but_their_count(found):
    public = organizations()[organizations()["sensitivity"].ne("restricted")]
    again = concentration(hotspots(), public, places())
    pd.testing.assert_frame_equal(again.shares, found.shares)
    pd.testing.assert_frame_equal(again.lorenz, found.lorenz)
    assert again.organizations_withheld == 0


def test_the_cut_off_decides(found):
    other = concentration(hotspots(), organizations(), places(), smaller_below=60_001)
    assert cell(other, "BA", "smaller_town", "organizations") == 3
    assert cell(found, "BA", "smaller_town", "organizations") == 1


def test_nobody_gives_no_shares():
    nobody = organizations().iloc[:0]
    empty = concentration(hotspots(), nobody, places())
    assert np.isnan(cell(empty, "all", "all", "share_of_organizations"))
    assert np.isnan(empty.gini)
    assert cell(empty, "all", "all", "organizations") == 0


def test_order_does_not_matter(found):
    again = concentration(hotspots()[::-1], organizations()[::-1], places()[::-1])
    pd.testing.assert_frame_equal(again.shares, found.shares)
    assert again.gini == pytest.approx(found.gini)
