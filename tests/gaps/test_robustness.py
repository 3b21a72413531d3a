"""Robustness: the same as asking `find_gaps` again and again, and nothing more told of secrets."""

from __future__ import annotations

import datetime as dt
from itertools import product
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

import hotspot_gaps as hg
from conftest import make_hotspots, make_organizations, make_roads
from hotspot_gaps.access.road_network import road_network
from hotspot_gaps.gaps.by_road import with_roads
from hotspot_gaps.gaps.robustness import robustness, sure_gaps, with_robustness
from hotspot_gaps.gaps.scenario_grid import AXES, Grid
from hotspot_gaps.sources.organizations import load_organizations_by_date

HERE = (18.0, 43.0)
SMALL = Grid(radii_km=(20, 75), smaller_below=(20_000,), error_km={})
CODES = {True: 1, False: 0}


def away(km, azimuth=70.0):
    return Geod(ellps="WGS84").fwd(*HERE, azimuth, km * 1000)[:2]


def brute_force(hotspots, by_date, scenarios):
    """Call `find_gaps` for every scenario; return answers and ranks, hotspots by scenarios."""
    answers, ranks = {}, {}
    for number, row in scenarios.iterrows():
        rule = hg.Settings(
            radius_km=row["radius_km"], smaller_below=int(row["smaller_below"]),
            evidence=row["evidence"], as_of=row["as_of"],
        )  # fmt: skip
        frame = by_date[dt.date.fromisoformat(row["as_of"])]
        gaps = hg.find_gaps(hotspots, frame, settings=rule).set_index("hotspot_id").sort_index()
        codes = gaps["is_gap"].astype("Int8").fillna(-1).where(gaps["in_question"], -2)
        answers[number], ranks[number] = codes.astype("int8"), gaps["rank"].fillna(0)
    return pd.DataFrame(answers), pd.DataFrame(ranks).astype("int32")


def check(hotspots, by_date, found):
    answers, ranks = brute_force(hotspots, by_date, found.scenarios)
    pd.testing.assert_frame_equal(found.answers, answers, check_names=False)
    pd.testing.assert_frame_equal(found.ranks, ranks, check_names=False)


@pytest.fixture(scope="module")
def built_in(hotspots):
    return robustness(hotspots, load_organizations_by_date())


def test_the_scenario_of_the_settings_is_the_default_run(built_in, gaps):
    towns = built_in.towns
    assert towns["hotspot_id"].tolist() == gaps["hotspot_id"].tolist()
    for column in ("is_gap", "in_question", "rank"):
        pd.testing.assert_series_equal(towns[column], gaps[column], check_dtype=False)
    default = built_in.scenarios[built_in.scenarios["is_default"]]
    assert len(default) == 1
    assert default[["gaps", "in_question"]].to_numpy().tolist() == [[11, 22]]


def test_the_built_in_data_is_as_the_page_says(built_in, gaps):
    towns = built_in.towns.set_index("hotspot_id")
    assert len(built_in.scenarios) == 1620
    listed = towns[towns["is_gap"].fillna(value=False) & towns["in_question"]]
    assert listed["flag_share"].eq(1).sum() == 9
    assert listed.loc["al-sarande", "flag_share"] == pytest.approx(8 / 9)
    assert listed.loc["ba-bijeljina", "flag_share"] == pytest.approx(7 / 9)
    assert listed["flag_unknown_share"].eq(0).all()
    assert towns.loc["me-rozaje", ["rank", "rank_best", "rank_worst"]].tolist() == [6, 5, 15]
    assert towns.loc["me-rozaje", "scenarios"] == 1080
    filled = with_robustness(gaps, built_in)
    assert filled.columns.tolist() == gaps.columns.tolist()
    assert (filled.dtypes == gaps.dtypes).all()
    assert filled.set_index("hotspot_id").loc["me-rozaje", "rank_worst"] == 15


@pytest.mark.no_cover
def test_every_scenario_of_the_built_in_data_is_find_gaps(hotspots):
    by_date = load_organizations_by_date()
    found = robustness(hotspots, by_date, grid=SMALL)
    assert len(found.scenarios) == 2 * 3 * 2 * 3
    check(hotspots, by_date, found)


def mixed():
    """Hotspots and organizations of every kind, restricted ones in several bands."""
    hotspots = make_hotspots(
        [
            ("c", "town", 8_000, *away(60)),
            ("a", "town", 5_000, *away(12)),
            ("b", "border_crossing", None, *away(30)),
            ("d", "town", None, *away(40)),
            ("e", "city", 60_000, *away(99)),
            ("f", "region", None, None, None),
            ("g", "airport", None, *away(5)),
            ("h", "town", 5_000, *away(180)),
            ("i", "town", 5_000, *away(180)),
        ]
    )
    hotspots["evidence"] = ["direct", "reported", "related"] * 3
    organizations = make_organizations(
        [
            ("p", "documented", "public", *away(10, 200)),
            ("q", "documented", "restricted", *away(110)),
            ("r", "documented", "restricted", *away(20, 10)),
            ("s", "probable", "public", *HERE),
            ("t", None, "public", *HERE),
            ("u", "documented", "public", *away(300)),
        ]
    )
    return hotspots, organizations


@pytest.mark.no_cover
def test_every_scenario_is_find_gaps_with_restricted_organizations_too():
    hotspots, organizations = mixed()
    levels = ("direct", "related")
    grid = Grid((1, 25, 49, 50, 300), smaller_below=(5_001,), evidence=levels, error_km={})
    rule = hg.Settings(radius_km=40.0, evidence="direct", smaller_below=9_000)
    later = organizations.assign(supported=organizations["organization_id"].isin(["q", "s"]))
    nobody = organizations.assign(supported=False)
    by_date = {
        rule.as_of: organizations, dt.date(2021, 1, 1): later, dt.date(2022, 1, 1): nobody
    }  # fmt: skip
    found = robustness(hotspots, by_date, settings=rule, grid=grid)
    check(hotspots, by_date, found)
    assert (found.answers.to_numpy() == -1).any()
    assert found.scenarios["gaps"].tolist() == (found.answers == 1).sum().tolist()


def test_shares_are_of_what_is_known_and_of_what_is_asked():
    hotspots = make_hotspots([("t", "town", 5_000, *HERE)]).assign(evidence="reported")
    organizations = make_organizations([("x", "documented", "restricted", *away(30))])
    grid = Grid(radii_km=(10, 25, 30, 50), smaller_below=(50_000,), error_km={})
    town = robustness(hotspots, organizations, grid=grid).towns.iloc[0]
    # Not asked of at direct. Up to 25 km a gap, at 30 km not told, at 50 km covered.
    assert town["scenarios"] == 2 * 4
    assert town["flag_share"] == pytest.approx(2 / 3)
    assert town["flag_unknown_share"] == pytest.approx(1 / 4)
    assert town[["rank_best", "rank_worst"]].tolist() == [1, 1]


def test_what_is_never_known_has_no_share():
    hotspots = make_hotspots([("f", "region", None, None, None)])
    found = robustness(hotspots, make_organizations([]), grid=SMALL)
    town = found.towns.iloc[0]
    assert town["flag_share"] is pd.NA
    assert town["flag_unknown_share"] == 1
    assert town["rank_best"] is pd.NA


def test_no_hotspots_at_all():
    hotspots = make_hotspots([("f", "town", 5_000, *HERE)])[:0]
    found = robustness(hotspots, make_organizations([]), grid=SMALL)
    assert found.towns.empty
    assert found.scenarios["in_question"].eq(0).all()


@pytest.mark.parametrize("band", [(0.5, 24.9), (25.1, 49.9), (50.1, 99.9), (100.1, 400.0)])
def test_a_fine_grid_of_radii_does_not_tell_where_a_restricted_organization_is(band):
    hotspots = make_hotspots([("t", "town", 5_000, *HERE), ("far", "town", 9, *away(900))])
    fine = Grid(radii_km=tuple(np.arange(1, 400, 1.5)), smaller_below=(50_000,))
    others = [("p", "documented", "public", *away(60, 10))]
    found = [
        robustness(
            hotspots,
            make_organizations([*others, ("x", "documented", "restricted", *away(km, 250))]),
            grid=fine,
        )
        for km in np.linspace(*band, 4)
    ]
    for other in found[1:]:
        for name in ("towns", "scenarios", "answers", "ranks"):
            pd.testing.assert_frame_equal(getattr(other, name), getattr(found[0], name))


def test_the_location_error_moves_each_organization_by_its_own():
    # Covered at 58 km only if the organization of an activity area may be 25 km nearer.
    hotspots = make_hotspots([("t", "town", 5_000, *HERE)])
    rows = [("a", "documented", "public", *away(58)), ("b", "documented", "public", *away(45))]
    organizations = make_organizations(rows).assign(town_basis=["activity_area", "from_name"])
    along = robustness(hotspots, organizations).along("location").loc["t"]
    assert along.to_dict() == {"as_placed": 0, "nearer": 0, "farther": 1}
    only = robustness(hotspots, organizations[:1]).along("location").loc["t"]
    assert only.to_dict() == {"as_placed": 1, "nearer": 0, "farther": 1}


@pytest.mark.parametrize("sign", [-1, 1])
def test_one_error_for_all_is_another_radius(sign):
    hotspots, organizations = mixed()
    public = organizations[organizations["sensitivity"] == "public"]
    grid = Grid((20, 50, 100), smaller_below=(20_000,), evidence=(), error_km={"stated": 7.0})
    found = robustness(hotspots, public, grid=grid)
    rows = found.scenarios[found.scenarios["location"] == {-1: "nearer", 1: "farther"}[sign]]
    moved = rows.assign(radius_km=rows["radius_km"] - sign * 7.0)
    answers, _ = brute_force(hotspots, {hg.Settings().as_of: public}, moved)
    pd.testing.assert_frame_equal(found.answers[rows.index], answers, check_names=False)


def test_by_road_is_with_roads_in_every_scenario():
    ends = {"o": HERE, "a": (18.5, 43.0), "b": (19.0, 43.0), "z": (17.0, 43.0), "y": (16.9, 43.0)}
    network = road_network(
        make_roads(
            [
                (ends["o"], ends["a"], "primary", 41, False),
                (ends["a"], ends["b"], "tertiary", 41, False),
                (ends["z"], ends["y"], "primary", 9, False),
            ]
        )
    )
    hotspots = make_hotspots(
        [
            ("near", "town", 4_000, *ends["a"]),
            ("far", "town", 30_000, *ends["b"]),
            ("cut", "town", 7_000, *ends["z"]),
            ("off", "town", 7_000, 18.2, 44.0),
        ]
    )
    rule = hg.Settings(radius_min=45.0)
    grid = Grid(radii_km=(20, 50, 100), smaller_below=(20_000,), evidence=(), error_km={})
    supported = [("p", "documented", "public", *HERE)]
    secret = [*supported, ("x", "documented", "restricted", *away(300))]
    for rows in (supported, secret):
        organizations = make_organizations(rows)
        found = robustness(hotspots, organizations, settings=rule, grid=grid, network=network)
        by_road = found.scenarios[found.scenarios["distance"] == "road"]
        assert by_road["radius_min"].tolist() == (by_road["radius_km"] * 0.9).tolist()
        for number, row in by_road.iterrows():
            other = rule.model_copy(
                update={
                    "radius_min": row["radius_min"], "smaller_below": int(row["smaller_below"]),
                }
            )  # fmt: skip
            gaps = hg.find_gaps(hotspots, organizations, settings=other)
            gaps = with_roads(gaps, organizations, network, settings=other)
            gaps = gaps.sort_values("hotspot_id")  # as the answers are
            expected = gaps.set_index("hotspot_id")["is_gap_by_road"].astype("Int8").fillna(-1)
            large = gaps.set_index("hotspot_id")["size_class"] == "larger_town"
            expected = expected.mask(large, 0).astype("int8")  # there not asked, here no gap
            pd.testing.assert_series_equal(found.answers[number], expected, check_names=False)
    assert set(found.along("distance").columns) == {"straight_line", "road"}


def test_by_road_ranks_go_by_minutes_and_an_error_costs_the_way_to_a_road():
    a, b = (18.5, 43.0), (17.6, 43.0)
    roads = [(HERE, a, "primary", 41, False), (HERE, b, "tertiary", 34, False)]
    hotspots = make_hotspots([("a", "town", 9, *a), ("b", "town", 9, *b)])
    organizations = make_organizations([("p", "documented", "public", *HERE)])
    grid = Grid(radii_km=(10, 20), smaller_below=(), evidence=())
    found = robustness(hotspots, organizations, grid=grid, network=road_network(make_roads(roads)))
    rows = found.scenarios.reset_index().set_index(["distance", "location", "radius_km"])
    ranks = {
        way: found.ranks[rows.loc[(way, "as_placed", 10.0), "scenario"]].tolist()
        for way in ("straight_line", "road")
    }
    assert ranks == {"straight_line": [1, 2], "road": [2, 1]}  # 38 and 51 min; limit 12 min
    # 5 km x 1.3 at 25 km/h are 15.6 min.
    answers = {
        place: found.answers[rows.loc[("road", place, 50.0), "scenario"]].tolist()
        for place in ("as_placed", "nearer", "farther")
    }
    assert answers == {"as_placed": [0, 0], "nearer": [0, 0], "farther": [0, 1]}
    nearer = found.answers[rows.loc[("road", "nearer", 20.0), "scenario"]]
    assert nearer.tolist() == [0, 1]  # limit 24 min


def test_on_a_date_without_any_support_every_town_is_a_gap_by_road_too():
    network = road_network(make_roads([(HERE, (18.5, 43.0), "primary", 41, False)]))
    hotspots = make_hotspots([("t", "town", 9, *HERE), ("off", "town", 9, 20.0, 44.0)])
    found = robustness(hotspots, make_organizations([]), grid=SMALL, network=network)
    assert (found.answers.to_numpy() == 1).all()


def test_real_roads(hotspots, organizations, network, gaps):
    found = robustness(hotspots, organizations, network=network)
    judged = with_roads(gaps, organizations, network, settings=hg.Settings())
    judged = judged[judged["in_question"] & judged["is_gap_by_road"].notna()]
    road = found.along("distance")["road"].loc[judged["hotspot_id"]]
    assert road.tolist() == judged["is_gap_by_road"].astype(int).tolist()
    assert len(judged) == 11


def test_frames_of_other_tables_or_without_the_date_are_refused():
    hotspots, organizations = mixed()
    rule = hg.Settings()
    other = organizations.assign(organization_id=list("uvwxyz"))
    with pytest.raises(hg.InputError, match=r"2021-01-01.*not the same organizations"):
        robustness(hotspots, {rule.as_of: organizations, dt.date(2021, 1, 1): other})
    with pytest.raises(hg.SettingsError, match=r"2020-12-31.*2021-01-01"):
        robustness(hotspots, {dt.date(2021, 1, 1): other})


points = st.tuples(st.floats(16, 20), st.floats(42, 44))
towns = st.lists(
    st.tuples(
        st.sampled_from(["town", "border_crossing", "city"]),
        st.one_of(st.none(), st.integers(0, 120_000)),
        points,
        st.sampled_from(["direct", "reported", "related"]),
    ),
    min_size=1,
    max_size=6,
)
offices = st.lists(
    st.tuples(
        st.sampled_from(["documented", "probable"]),
        st.sampled_from(["public", "restricted"]),
        points,
        st.sampled_from(["stated", "activity_area", "from_name"]),
    ),
    max_size=6,
)


def frames(places, seats):
    hotspots = make_hotspots(
        [(f"h{at}", kind, people, *where) for at, (kind, people, where, _) in enumerate(places)]
    ).assign(evidence=[row[3] for row in places])
    organizations = make_organizations(
        [(f"o{at}", how, who, *where) for at, (how, who, where, _) in enumerate(seats)]
    ).assign(town_basis=[row[3] for row in seats])
    return hotspots, organizations


@pytest.mark.no_cover
@settings(deadline=None, max_examples=25)
@given(towns, offices)
def test_find_gaps_is_the_oracle(places, seats):
    hotspots, organizations = frames(places, seats)
    grid = Grid(radii_km=(25, 40), smaller_below=(), evidence=(), error_km={})
    found = robustness(hotspots, organizations, grid=grid)
    check(hotspots, {hg.Settings().as_of: organizations}, found)


@pytest.mark.no_cover
@settings(deadline=None, max_examples=40)
@given(towns, offices)
def test_a_wider_radius_or_a_nearer_place_never_makes_a_gap(places, seats):
    found = robustness(*frames(places, seats))
    gap, cleared = found.answers.to_numpy() == 1, found.answers.to_numpy() == 0
    shape = tuple(found.scenarios[axis].nunique() for axis in AXES)
    for axis, order in (("radius_km", slice(None)), ("location", [2, 0, 1])):
        at = AXES.index(axis) + 1
        flagged, clear = (
            np.moveaxis(each.reshape(-1, *shape), at, 0)[order] for each in (gap, cleared)
        )
        assert not (flagged[1:] & clear[:-1]).any()
    share = found.towns["flag_share"].dropna()
    assert share.between(0, 1).all()
    assert found.towns["flag_unknown_share"].dropna().between(0, 1).all()
    assert (found.towns["rank_best"] <= found.towns["rank_worst"]).fillna(value=True).all()
    assert found.ranks.max().tolist() == found.scenarios["gaps"].tolist()


@pytest.mark.no_cover
@settings(deadline=None, max_examples=25)
@given(towns, offices, st.randoms())
def test_the_order_of_rows_does_not_matter(places, seats, random):
    hotspots, organizations = frames(places, seats)
    mixed_up = [
        frame.sample(frac=1, random_state=random.randrange(2**31)) if len(frame) else frame
        for frame in (hotspots, organizations)
    ]
    one, other = robustness(hotspots, organizations), robustness(*mixed_up)
    for name in ("towns", "scenarios", "answers", "ranks"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))


def test_the_inputs_are_untouched():
    hotspots, organizations = mixed()
    before = hotspots.copy(), organizations.copy()
    robustness(hotspots, organizations)
    pd.testing.assert_frame_equal(pd.DataFrame(hotspots), pd.DataFrame(before[0]))
    pd.testing.assert_frame_equal(pd.DataFrame(organizations), pd.DataFrame(before[1]))


def test_all_combinations_are_there_once():
    hotspots, organizations = mixed()
    scenarios = robustness(hotspots, organizations).scenarios
    combined = set(product(*(scenarios[axis].unique() for axis in AXES)))
    assert set(scenarios[list(AXES)].itertuples(index=False, name=None)) == combined
    assert len(scenarios) == len(combined) == 810


def test_sure_gaps_are_gaps_wherever_they_are_asked_for_and_known():
    towns = pd.DataFrame(
        [(True, True, 1.0, 0.0)] * 2
        + [
            (False, True, 1.0, 0.0),  # not asked for
            (True, False, 1.0, 0.0),  # no gap with the settings
            (True, pd.NA, 1.0, 0.0),  # not known with the settings
            (True, True, 0.99, 0.0),  # covered in one scenario
            (True, True, 1.0, 0.01),  # not known in one scenario
        ],
        columns=["in_question", "is_gap", "flag_share", "flag_unknown_share"],
    ).astype({"is_gap": "boolean"})
    assert sure_gaps(SimpleNamespace(towns=towns)) == 2
