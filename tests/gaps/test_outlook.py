"""The outlook asks every analysis with the settings of the run, and adds its columns."""

from __future__ import annotations

import pytest

import hotspot_gaps as hg
from hotspot_gaps.gaps.flags import columns
from hotspot_gaps.gaps.outlook import outlook, with_outlook
from hotspot_gaps.sources.builtin import read_builtin


def ask(gaps, organizations, **settings):
    return outlook(
        gaps,
        organizations,
        places=hg.load_places(),
        programmes=read_builtin("programmes.csv"),
        themes=hg.load_themes(),
        settings=hg.Settings(**settings),
        hotspots_stated=40,
    )


@pytest.fixture(scope="module")
def found(gaps, organizations):
    return ask(gaps, organizations)


def test_the_built_in_case(found):
    assert (found.missing.number, found.certainty.flagged, found.certainty.certain) == (12, 11, 0)
    assert found.certainty.curve["certain"].tolist()[:6] == [11, 8, 5, 2, 1, 0]
    assert found.listed.stated == 40
    assert found.sites.sites["name"].tolist() == [
        "Budva", "Bijeljina", "Kulla crossing", "Lezhë", "Sarandë",
    ]  # fmt: skip
    assert len(found.islands.islands) == 14
    assert int(found.markets["answered_by_known"].sum()) == 26
    assert found.concentration.gini == pytest.approx(0.81, abs=0.005)


def test_settings_reach_every_analysis(organizations, hotspots):
    wide = {"radius_km": 100.0, "new_grants": 2, "link_km": 80.0, "smaller_below": 20_000}
    gaps = hg.find_gaps(hotspots, organizations, settings=hg.Settings(**wide))
    found = ask(gaps, organizations, **wide)
    assert found.certainty.flagged == int((gaps["in_question"] & gaps["is_gap"]).sum())
    assert len(found.sites.sites) == 2
    assert found.islands.within == 80.0
    assert found.islands.hotspots["hotspot_id"].tolist() == gaps["hotspot_id"].tolist()
    assert found.markets["known_in_reach"].max() > 20
    small = found.concentration.shares.set_index(["country", "size_class"])["towns"]
    assert small["all", "smaller_town"] < len(hg.load_places())


def test_columns_are_filled_and_nothing_else_changes(gaps, organizations, found):
    before = gaps.copy(deep=True)
    after = with_outlook(gaps, found)
    assert gaps.equals(before)
    assert list(after) == columns(hg.Settings())
    own = [
        "site_order", "island", "answered_by_supported", "answered_by_known",
        "not_answered_by_known", "not_known_for_known",
    ]  # fmt: skip
    assert after.drop(columns=own).equals(gaps.drop(columns=own))
    assert (after.dtypes == gaps.dtypes).all()
    rows = after.set_index("name")
    assert rows.loc["Budva", "site_order"] == 1
    assert rows["site_order"].notna().sum() == 5
    assert rows.loc["Kotor", "island"] == 1
    assert rows.loc[["Sarandë", "Jahorina"], "island"].isna().all()
    assert rows.loc["Bijeljina", "answered_by_known"] == "drug_trafficking"
    assert "car_theft" in rows.loc["Zvornik", "not_answered_by_known"]
    assert "car_theft" in rows.loc["Bijeljina", "not_known_for_known"]  # one in reach is withheld


def test_no_gap_and_no_hotspot_at_all(gaps, organizations):
    for some in (gaps[gaps["gap_type"].eq("not_asked")], gaps.head(0)):
        found = ask(some, organizations)
        assert (found.certainty.flagged, found.certainty.certain) == (0, 0)
        assert found.sites.sites.empty
        assert len(with_outlook(some, found)) == len(some)


def test_no_organization_at_all(hotspots, organizations):
    none = organizations.head(0)
    gaps = hg.find_gaps(hotspots, none)
    found = ask(gaps, none)
    assert found.islands.islands.empty
    assert with_outlook(gaps, found)["island"].isna().all()
