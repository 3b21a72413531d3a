"""Flags: definitions by hand, properties by hypothesis, and the real table."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from conftest import make_hotspots, make_organizations
from hotspot_gaps import CRSError, InputError, Settings, find_gaps
from hotspot_gaps.gaps import flags
from hotspot_gaps.gaps.flags import columns

GEOD = Geod(ellps="WGS84")
HERE = (18.0, 43.0)


def away(km, azimuth=90.0):
    """Return the longitude and latitude that many kilometres from HERE."""
    lon, lat, _ = GEOD.fwd(*HERE, azimuth, km * 1000)
    return lon, lat


def one_town(population=8_000, kind="town"):
    return make_hotspots([("here", kind, population, *HERE)])


def judge(organizations, hotspots=None, **changes):
    frame = make_organizations(organizations)
    row = find_gaps(
        one_town() if hotspots is None else hotspots, frame, settings=Settings(**changes)
    )
    return row.iloc[0]


@pytest.mark.parametrize(
    ("rows", "is_gap", "gap_type"),
    [
        ([("a", "documented", "public", *away(49.9))], False, "covered"),
        ([("a", "documented", "public", *away(50.1))], True, "no_known_partner"),
        (
            [("a", "documented", "public", *away(300)), ("b", None, "public", *away(24.9))],
            True,
            "unfunded_partner",
        ),
        (
            [("a", "documented", "public", *away(300)), ("b", None, "public", *away(25.1))],
            True,
            "no_known_partner",
        ),
        ([("a", None, "public", *away(1))], True, "unfunded_partner"),
        ([("a", "probable", "public", *away(1))], True, "unfunded_partner"),
        ([], True, "no_known_partner"),
    ],
)
def test_definitions(rows, is_gap, gap_type):
    row = judge(rows)
    assert row["is_gap"] == is_gap
    assert row["gap_type"] == gap_type


def test_at_exactly_the_radius_a_town_is_covered():
    lon, lat = away(37)
    exact = GEOD.inv(*HERE, lon, lat)[2] / 1000
    assert not judge([("a", "documented", "public", lon, lat)], radius_km=exact)["is_gap"]


def test_margin_is_distance_minus_radius():
    row = judge([("a", "documented", "public", *away(80))])
    assert row["nearest_supported_km"] == pytest.approx(80, abs=1e-6)
    assert row["gap_margin_km"] == pytest.approx(30, abs=1e-6)
    assert row["nearest_supported_band"] == "50-100 km"


def test_a_supported_organization_beyond_a_small_radius_is_no_partner():
    row = judge([("a", "documented", "public", *away(20))], radius_km=10)
    assert row["gap_type"] == "no_known_partner"
    assert row["known_within_25km"] == 1
    assert row["supported_within_10km"] == 0


@pytest.mark.parametrize(("kind", "population"), [("town", 50_000), ("airport", None)])
def test_larger_towns_and_airports_are_not_asked(kind, population):
    row = judge([], make_hotspots([("here", kind, population, *HERE)]))
    assert row["gap_type"] == "not_asked"
    assert not row["is_gap"]
    assert row["reason"].startswith("Not asked")


def test_unknown_population_is_neither():
    row = judge([], make_hotspots([("here", "town", None, *HERE)]))
    assert row["is_gap"] is pd.NA
    assert row["gap_type"] == "unknown"
    assert "asked, it would be a gap" in row["reason"]


def test_what_cannot_be_placed_stays():
    row = judge([], make_hotspots([("here", "region", None, None, None)]))
    assert row["is_gap"] is pd.NA
    assert row["gap_type"] == "unknown"
    assert row["reason"].startswith("Not located")


def test_related_evidence_is_judged_and_counted_apart():
    hotspots = one_town().assign(evidence="related")
    organizations = make_organizations([])
    row = find_gaps(hotspots, organizations).iloc[0]
    assert row["is_gap"]
    assert not row["in_question"]
    assert row["rank"] is pd.NA
    asked = find_gaps(hotspots, organizations, settings=Settings(evidence="related")).iloc[0]
    assert asked["in_question"]
    assert asked["rank"] == 1


def test_rank_puts_the_farthest_first_and_breaks_ties_by_people():
    hotspots = make_hotspots(
        [
            ("near", "town", 30, *away(60)),
            ("far", "town", 10, *away(90)),
            ("twin", "town", 20, *away(90)),
        ]
    )
    gaps = find_gaps(hotspots, make_organizations([("a", "documented", "public", *HERE)]))
    assert gaps.set_index("hotspot_id")["rank"].to_dict() == {"twin": 1, "far": 2, "near": 3}


def test_a_restricted_organization_gives_a_band_and_no_name():
    row = judge(
        [
            ("secret", "documented", "restricted", *away(60.123)),
            ("x", None, "restricted", *away(3.21)),
        ]
    )
    assert row["nearest_supported_id"] == row["nearest_known_id"] == "withheld"
    assert row["nearest_supported_name"] == "name withheld"
    assert np.isnan(row["nearest_supported_km"])
    assert np.isnan(row["gap_margin_km"])
    assert (row["nearest_supported_band"], row["nearest_known_band"]) == ("50-100 km", "0-25 km")
    assert row["is_gap"]
    assert "secret" not in row.to_string()
    assert "60.1" not in row["reason"]
    assert "3.2" not in row["reason"]


def test_unknown_population_near_support_is_still_not_known():
    hotspots = make_hotspots([("here", "town", None, *HERE)])
    row = judge([("a", "documented", "public", *away(10))], hotspots)
    assert row["is_gap"] is pd.NA
    assert row["gap_type"] == "unknown"
    assert "asked, it would be covered" in row["reason"]


def test_how_a_town_is_known_is_told():
    organizations = make_organizations([("a", None, "public", *away(5))])
    row = find_gaps(one_town(), organizations.assign(town_basis="from_name")).iloc[0]
    assert "5.0 km; town taken from its name" in row["reason"]


@pytest.mark.parametrize("radius", [37.5, 0.001, 49.99999])
def test_any_radius_names_its_columns(radius):
    row = judge([], radius_km=radius, partner_radius_km=radius)
    assert row[f"supported_within_{radius}km"] == 0


def test_frames_in_any_crs_and_with_any_index_give_the_same_in_4326():
    hotspots = one_town().to_crs("EPSG:3035").rename_geometry("where").set_axis([7], axis=0)
    organizations = make_organizations([("a", "documented", "public", *away(60))]).to_crs(
        "EPSG:32634"
    )
    row = find_gaps(hotspots, organizations).iloc[0]
    assert row["nearest_supported_km"] == pytest.approx(60, abs=1e-5)
    assert (row["lon"], row["lat"]) == pytest.approx(HERE, abs=1e-7)


def test_two_organizations_with_one_id_are_refused():
    rows = [("a", None, "public", *away(5)), ("a", None, "public", *away(6))]
    with pytest.raises(InputError, match="several rows have this id"):
        find_gaps(one_town(), make_organizations(rows))


def test_missing_crs():
    with pytest.raises(CRSError):
        find_gaps(one_town().set_crs(None, allow_override=True), make_organizations([]))


def test_no_organization_at_all(organizations):
    row = find_gaps(one_town(), organizations.iloc[:0]).iloc[0]
    assert row["gap_type"] == "no_known_partner"


def test_of_two_in_one_town_the_public_one_is_named():
    row = judge([("a", None, "restricted", *away(5)), ("b", None, "public", *away(5))])
    assert row["nearest_known_id"] == "b"


def test_near_misses_are_told():
    probable = judge([("a", "probable", "public", *away(40))])
    assert "is probable, and would cover it if documented" in probable["reason"]
    edge = judge([], make_hotspots([("here", "town", 56_199, *HERE)]))
    assert "6,199 inhabitants above the cut-off; asked, it would be a gap" in edge["reason"]
    covered = judge([("a", "documented", "public", *away(40.06))])
    assert "a radius below 40.0 km would leave it a gap" in covered["reason"]
    gap = judge([("a", "documented", "public", *away(60.04))])
    assert "only a radius of 60.1 km or more would cover it" in gap["reason"]


def test_inputs_are_untouched(hotspots, organizations):
    before = hotspots.copy(), organizations.copy()
    find_gaps(hotspots, organizations)
    pd.testing.assert_frame_equal(hotspots, before[0])
    pd.testing.assert_frame_equal(organizations, before[1])


def test_columns_and_dtypes_of_an_empty_table(hotspots, organizations):
    empty = find_gaps(hotspots.iloc[:0], organizations)
    assert list(empty) == columns(Settings())
    assert len(empty) == 0


def test_the_real_table(gaps):
    asked = gaps[gaps["in_question"]]
    flagged = asked[asked["is_gap"].fillna(value=False)]
    assert set(flagged["name"]) == {
        "Sarandë", "Northern Kosovo", "Lezhë", "Rača crossing", "Kulla crossing", "Rožaje",
        "Bijeljina", "Bar", "Zvornik", "Budva", "Kotor",
    }  # fmt: skip
    assert flagged.set_index("name")["rank"]["Sarandë"] == 1
    zvornik = gaps.set_index("name").loc["Zvornik"]
    assert zvornik["gap_type"] == "no_known_partner"
    assert sorted(flagged["rank"]) == list(range(1, 12))


@pytest.mark.parametrize("rows", [1, 3, 10, 37, 1000])
def test_partitions_change_nothing(hotspots, organizations, gaps, rows):
    pytest.importorskip("dask.dataframe")
    from hotspot_gaps.cluster import in_partitions

    mixed = hotspots.sample(frac=1, random_state=7)  # the index must not matter
    table = find_gaps(in_partitions(mixed, rows), organizations)
    assert type(table) is type(gaps)
    assert table.crs == gaps.crs
    assert table.index.equals(mixed.index)
    aligned = pd.DataFrame(table).sort_index()
    pd.testing.assert_frame_equal(
        aligned, pd.DataFrame(gaps), check_exact=True, check_index_type=False
    )


def test_an_empty_partition_has_the_types_of_the_others(hotspots, organizations):
    whole = flags._judge_rows(hotspots, organizations, settings=Settings())
    for few in (hotspots.iloc[:0], hotspots[hotspots.geometry.isna()], hotspots.iloc[:1]):
        part = flags._judge_rows(few, organizations, settings=Settings())
        pd.testing.assert_series_equal(part.dtypes, whole.dtypes)


points = st.tuples(st.floats(14, 23, allow_nan=False), st.floats(40, 46, allow_nan=False))
scenes = st.tuples(
    st.lists(points, min_size=1, max_size=6), st.lists(points, max_size=6), st.floats(1, 400)
)


def scene(towns, organizations):
    frame = make_hotspots([(f"h{i}", "town", 100, *p) for i, p in enumerate(towns)])
    rows = [(f"o{i}", "documented", "public", *p) for i, p in enumerate(organizations)]
    return frame, make_organizations(rows)


@pytest.mark.no_cover
@settings(max_examples=25, deadline=None)
@given(scenes, points)
def test_another_organization_never_makes_a_gap(drawn, extra):
    towns, organizations, radius = drawn
    rule = Settings(radius_km=radius)
    before = find_gaps(*scene(towns, organizations), settings=rule)
    after = find_gaps(*scene(towns, [*organizations, extra]), settings=rule)
    assert not (after["is_gap"] & ~before["is_gap"]).any()
    assert (after["nearest_supported_km"] <= before["nearest_supported_km"].fillna(np.inf)).all()


@pytest.mark.no_cover
@settings(max_examples=25, deadline=None)
@given(scenes, st.floats(1, 400))
def test_a_wider_radius_never_makes_a_gap(drawn, more):
    towns, organizations, radius = drawn
    narrow = find_gaps(*scene(towns, organizations), settings=Settings(radius_km=radius))
    wide = find_gaps(*scene(towns, organizations), settings=Settings(radius_km=radius + more))
    assert not (wide["is_gap"] & ~narrow["is_gap"]).any()


@pytest.mark.no_cover
@settings(max_examples=15, deadline=None)
@given(scenes, st.integers(1, 7))
def test_where_the_partitions_are_cut_does_not_matter(drawn, rows):
    pytest.importorskip("dask.dataframe")
    from hotspot_gaps.cluster import in_partitions

    towns, organizations, radius = drawn
    frame, others = scene([*towns, towns[0]], organizations)  # two towns in one place: a tie
    rule = Settings(radius_km=radius)
    cut = find_gaps(in_partitions(frame, rows), others, settings=rule)
    whole = find_gaps(frame, others, settings=rule)
    pd.testing.assert_frame_equal(
        pd.DataFrame(cut), pd.DataFrame(whole), check_exact=True, check_index_type=False
    )


@pytest.mark.no_cover
@settings(max_examples=20, deadline=None)
@given(scenes, st.randoms(use_true_random=False))
def test_order_of_rows_does_not_matter(drawn, random):
    towns, organizations, radius = drawn
    frame, others = scene(towns, organizations)
    rule = Settings(radius_km=radius)
    straight = find_gaps(frame, others, settings=rule)
    order, other_order = list(range(len(frame))), list(range(len(others)))
    random.shuffle(order)
    random.shuffle(other_order)
    mixed = find_gaps(frame.iloc[order], others.iloc[other_order], settings=rule)
    assert mixed.index.tolist() == order
    aligned = pd.DataFrame(mixed).sort_index()
    pd.testing.assert_frame_equal(aligned, pd.DataFrame(straight), check_index_type=False)


def test_a_town_without_a_place_and_without_people_is_only_not_located():
    frame = make_hotspots([("a", "town", None, 18, 43)])
    frame.loc[0, "geometry"] = None
    found = find_gaps(frame, make_organizations([("o", "documented", "public", 18, 43)]))
    assert found["is_gap"].isna().all()
    assert found["reason"].item().startswith("Not located")
