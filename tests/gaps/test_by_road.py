"""By road: minutes beside the straight line, and where the two disagree."""

from __future__ import annotations

import pandas as pd
import pytest

import hotspot_gaps as hg
from conftest import make_hotspots, make_organizations, make_roads
from hotspot_gaps.access.road_network import road_network
from hotspot_gaps.gaps.by_road import border_scenarios, with_roads

# One degree of longitude is 81.5 km at 43 N.
TOWN, ORG = (18.0, 43.0), (18.5, 43.0)
FAST = [(TOWN, ORG, "primary", 41, False)]
SLOW = [(TOWN, ORG, "tertiary", 60, False)]


def judged(rows, organizations, place=TOWN, kind="town", **changes):
    settings = hg.Settings(**changes)
    hotspots = make_hotspots([("t", kind, 20_000, *place)])
    frame = make_organizations(organizations)
    gaps = hg.find_gaps(hotspots, frame, settings=settings)
    return with_roads(gaps, frame, road_network(make_roads(rows)), settings=settings).iloc[0]


def supported(lon, lat, sensitivity="public"):
    return ("o", "documented", sensitivity, lon, lat)


def test_covered_by_air_and_a_gap_by_road():
    row = judged(SLOW, [supported(*ORG)])
    assert (row["is_gap"], row["is_gap_by_road"]) == (False, True)
    assert row["travel_min"] == pytest.approx(90)
    assert row["reason"].endswith(
        "By road it is 90 min, more than 60 min: a gap by road, though not by air."
    )


def test_a_gap_by_air_and_covered_by_road():
    row = judged(FAST, [supported(*ORG)], radius_km=30)
    assert (row["is_gap"], row["is_gap_by_road"]) == (True, False)
    assert row["reason"].endswith("within 60 min: covered by road, though not by air.")


def test_both_agree():
    assert judged(FAST, [supported(*ORG)])["reason"].endswith("covered by road too.")
    assert judged(SLOW, [supported(*ORG)], radius_km=30)["reason"].endswith("a gap by road too.")


def test_at_exactly_the_limit_it_is_covered():
    rows = [(TOWN, ORG, "primary", 65, False)]
    assert not judged(rows, [supported(*ORG)], radius_min=60.0)["is_gap_by_road"]
    assert judged(rows, [supported(*ORG)], radius_min=59.9)["is_gap_by_road"]


def test_who_is_nearest_by_road_is_named_if_it_is_another():
    rows = [*SLOW, (TOWN, (17.3, 43.0), "motorway", 57, False)]
    rows += [(TOWN, (18.0, 43.01), "primary", 1, False)]
    others = [("slow", "documented", "public", *ORG), ("fast", "documented", "public", 17.3, 43.0)]
    rows += [((17.3, 43.0), (17.3, 43.01), "primary", 1, False)]
    row = judged(rows, others)
    assert (row["nearest_supported_id"], row["nearest_supported_by_road_id"]) == ("slow", "fast")
    assert "to Organization fast, within 60 min" in row["reason"]


def test_no_road_is_a_gap_and_too_far_is_not_known():
    rows = [*FAST, ((18.0, 43.5), (18.1, 43.5), "primary", 8, False)]
    row = judged(rows, [supported(*ORG)], place=(18.0, 43.5))
    assert (row["travel"], row["is_gap_by_road"]) == ("unreachable", True)
    assert (
        "no supported organization that was measured can be reached: a gap by road too."
        in row["reason"]
    )
    row = judged(rows, [supported(*ORG)], place=(18.0, 43.3))
    assert row["travel"] == "too_far_from_a_road"
    assert row["is_gap_by_road"] is pd.NA
    assert "By road: not known, 22.2 km from a road." in row["reason"]


def test_what_is_not_asked_gets_minutes_and_no_verdict():
    row = judged(FAST, [supported(*ORG)], kind="airport")
    assert row["travel_min"] == pytest.approx(41 / 65 * 60)
    assert row["is_gap_by_road"] is pd.NA
    assert row["reason"].endswith("By road it is 38 min.")


def test_restricted_organizations_are_not_measured_to():
    secret = ("secret", "documented", "restricted", 18.01, 43.0)
    row = judged(FAST, [secret])
    for column in ("travel", "travel_min", "is_gap_by_road", "nearest_supported_by_road_id"):
        assert pd.isna(row[column]), column
    assert "By road" not in row["reason"]  # nobody to measure to is not the same as no road
    row = judged(FAST, [supported(*ORG), secret])
    assert row["is_gap_by_road"] is not pd.NA
    assert not row["is_gap_by_road"]
    assert row["nearest_supported_by_road_id"] == "o"
    assert row["travel_min"] == pytest.approx(41 / 65 * 60)
    # The public one is too far by road, the other may be near.
    row = judged(SLOW, [supported(*ORG), secret])
    assert row["is_gap_by_road"] is pd.NA
    assert row["reason"].endswith(
        "By road it is 90 min to Organization o; 1 more with support is withheld, or too far from "
        "a road, and not measured."
    )


def test_where_support_is_off_the_roads_a_gap_by_road_is_not_known():
    rows = [*FAST, ((18.0, 43.5), (18.1, 43.5), "primary", 8, False)]
    others = [supported(*ORG), ("off", "documented", "public", 18.0, 43.2)]
    row = judged(rows, others, place=(18.0, 43.5))
    assert (row["travel"], row["is_gap_by_road"]) == ("unreachable", pd.NA)
    assert "that was measured can be reached; 1 more with support" in row["reason"]
    assert judged(FAST, others)["is_gap_by_road"] is not pd.NA  # covered all the same


def test_an_unlocated_hotspot_stays_as_it_is():
    hotspots = make_hotspots([("t", "region", None, None, None)])
    frame = make_organizations([supported(*ORG)])
    gaps = hg.find_gaps(hotspots, frame)
    network = road_network(make_roads(FAST))
    found = with_roads(gaps, frame, network, settings=hg.Settings())
    assert found["travel_min"].isna().all()
    assert found["reason"].equals(gaps["reason"])
    assert list(found.columns) == list(gaps.columns)


def test_three_scenarios_of_borders(gaps, organizations, network):
    settings = hg.Settings()
    table = border_scenarios(gaps, organizations, network, settings=settings)
    assert len(table) == len(gaps)  # an unlocated hotspot is listed in every output
    assert table["travel_default"].notna().sum() == int(gaps.geometry.notna().sum())
    table = table[table["travel_default"].notna()]
    free, default = table["travel_min_open"], table["travel_min_default"]
    shut = table["travel_min_closed"]
    assert (free <= default).all()
    assert (default <= shut)[shut.notna()].all()
    # The one supported organization that is placed is in Bosnia and Herzegovina.
    assert table["travel_closed"].eq("reached").tolist() == table["country"].eq("BA").tolist()
    filled = with_roads(gaps, organizations, network, settings=settings)
    same = filled[filled.geometry.notna()].set_index("hotspot_id")["travel_min"]
    assert same.tolist() == default.tolist()


def test_the_table_that_was_given_is_not_changed(gaps, organizations, network):
    before = gaps.copy()
    with_roads(gaps, organizations, network, settings=hg.Settings())
    pd.testing.assert_frame_equal(gaps, before)
