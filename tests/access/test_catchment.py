"""Catchment: known answers, PySAL access as oracle, what must hold for any input, and bad input."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

import hotspot_gaps as hg
from hotspot_gaps.access.catchment import catchment, selection, shared_out
from hotspot_gaps.errors import InputError, SettingsError

KNOWN = Path(__file__).parents[1] / "known_answers" / "catchment.csv"
STEPS = {10: 1, 20: 0.68, 30: 0.22}
WEIGHTS = {"2sfca": 30, "e2sfca": STEPS, "3sfca": STEPS}
METHODS = list(WEIGHTS)


def table(rows, *columns):
    """Make pairs of (place, facility, cost, ...)."""
    frame = pd.DataFrame(rows, columns=["place", "id", *(columns or ["travel_min"])])
    return frame.set_index("place").rename_axis(None)


def measure(pairs, demand, supply, method="2sfca", weights=None, **options):
    weights = WEIGHTS[method] if weights is None else weights
    options = {"cost": "travel_min", **options}
    return catchment(pairs, demand=demand, supply=supply, method=method, weights=weights, **options)


def same(one, other):
    return one.to_numpy() == pytest.approx(other.to_numpy(), rel=1e-12, nan_ok=True)


ZONES = pd.Series({"A": 6000, "B": 4000, "C": 10_000})
TWO = pd.Series({"x": 2, "y": 1})
ROADS = table(
    [
        ("A", "x", 5, 5), ("B", "x", 15, 15), ("B", "y", 8, 8),
        ("C", "x", 40, 28), ("C", "y", 25, 35),
    ],
    "travel_min", "back_min",
)  # fmt: skip


# Known answers


def known(case):
    rows = pd.read_csv(KNOWN, dtype={"place": str})
    rows = rows[rows["case"] == case]
    assert len(rows)
    return rows


@pytest.mark.parametrize("method", METHODS)
def test_three_zones_worked_by_hand(method):
    rows = known("three zones").query("method == @method")
    found = measure(ROADS, ZONES, TWO, method)
    assert found.access.name == "access"
    assert found.access.index.tolist() == rows["place"].tolist()
    assert found.access.to_numpy() == pytest.approx(rows["access"].to_numpy(), rel=1e-14)


def test_there_and_back_worked_by_hand():
    rows = known("three zones there and back")
    found = measure(ROADS, ZONES, TWO, cost_back="back_min")
    assert found.access.to_numpy() == pytest.approx(rows["access"].to_numpy(), rel=1e-14)
    assert found.facilities["people"].to_dict() == {"x": 20_000, "y": 4000}


def test_the_r_package_fca_agrees_on_3sfca():
    rows = known("four by six")
    weight = np.arange(1, 25).reshape(4, 6)
    pairs = table(
        [(str(i + 1), j, 100.0 - weight[i, j]) for i in range(4) for j in range(6)], "distance_m"
    )
    demand, supply = pd.Series([1, 2, 3, 4], list("1234")), pd.Series(range(1, 7))
    found = measure(pairs, demand, supply, "3sfca", lambda cost: 100 - cost, cost="distance_m")
    assert found.access.to_numpy() == pytest.approx(rows["access"].to_numpy(), abs=5e-8)


def test_three_step_by_the_published_formula():
    # Wan, Zou and Sternberg (2012), term by term and pair by pair.
    rng = np.random.default_rng(5)
    cost = rng.uniform(0, 40, (7, 4))
    weight = np.select([cost <= 10, cost <= 20, cost <= 30], [1, 0.68, 0.22])
    people, beds = rng.integers(1, 900, 7), rng.integers(1, 9, 4)
    expected = np.zeros(7)
    for j in range(4):
        served = 0.0
        for k in range(7):
            if weight[k].sum():
                served += weight[k, j] / weight[k].sum() * people[k] * weight[k, j]
        for i in range(7):
            if weight[i, j]:
                share = weight[i, j] / weight[i].sum()
                expected[i] += share * beds[j] / served * weight[i, j]
    pairs = table([(i, j, cost[i, j]) for i in range(7) for j in range(4)])
    found = measure(pairs, pd.Series(people), pd.Series(beds), "3sfca")
    assert found.access.to_numpy() == pytest.approx(expected, rel=1e-13)


# PySAL access


# access and pandas 3.1 disagree on `inplace`, which is nothing of ours.
QUIET = pytest.mark.filterwarnings("ignore:The inplace keyword")


def pysal(pairs, demand, supply, method, max_cost=None, **options):
    """Ask PySAL access the same; costs beyond the last step weigh nothing."""
    access = pytest.importorskip("access")
    asked = access.Access(
        demand_df=demand.rename("people").rename_axis("place").reset_index(),
        demand_index="place", demand_value="people",
        supply_df=supply.rename("beds").rename_axis("id").reset_index(),
        supply_index="id", supply_value="beds",
        cost_df=pairs.rename_axis("place").reset_index(),
        cost_origin="place", cost_dest="id", cost_name="travel_min",
    )  # fmt: skip
    names = ("two_stage_fca", "enhanced_two_stage_fca", "three_stage_fca")
    function = getattr(asked, dict(zip(METHODS, names, strict=True))[method])
    if method == "2sfca":
        max_cost = 30
    else:
        options.setdefault("weight_fn", access.weights.step_fn(STEPS))
    return function(max_cost=max_cost, **options).iloc[:, 0].reindex(demand.index)


@QUIET
@pytest.mark.parametrize("method", METHODS)
def test_pysal_access_agrees(method):
    rng = np.random.default_rng(8)
    cells = rng.choice(300 * 40, 4000, replace=False)
    pairs = table(list(zip(cells // 40, cells % 40, rng.uniform(0, 40, 4000), strict=True)))
    demand, supply = pd.Series(rng.integers(1, 5000, 300)), pd.Series(rng.integers(0, 9, 40))
    ours = measure(pairs, demand, supply, method).access
    theirs = pysal(pairs, demand, supply, method)
    assert theirs.notna().all()
    assert ours.to_numpy() == pytest.approx(theirs.to_numpy(), rel=1e-12)


@QUIET
def test_pysal_access_differs_where_the_page_says_so():
    # A place that no pair names: no row there, nothing in reach here.
    demand = pd.concat([ZONES, pd.Series({"D": 500})])
    assert pysal(ROADS, demand, TWO, "2sfca").isna().tolist() == [False] * 3 + [True]
    assert measure(ROADS, demand, TWO).access["D"] == 0
    # A facility that only places without people reach: infinite there, without a ratio here.
    nobody = pd.Series({"A": 0, "B": 0, "C": 10_000})
    assert np.isinf(pysal(ROADS, nobody, TWO, "2sfca")["B"])
    assert measure(ROADS, nobody, TWO).access["B"] == 1 / 10_000
    # A pair that is there twice counts twice there, and is an error here.
    twice = pd.concat([ROADS, ROADS[1:2]])
    assert pysal(twice, ZONES, TWO, "2sfca")["A"] == 2 / (6000 + 2 * 4000)


@QUIET
def test_pysal_access_lets_people_choose_what_is_out_of_reach_and_the_formula_does_not():
    def within_30(cost):
        return np.exp(-cost / 10) * (cost <= 30)

    ours = measure(ROADS, ZONES, TWO, "3sfca", within_30).access
    theirs = pysal(ROADS, ZONES, TWO, "3sfca", weight_fn=within_30)
    assert same(ours, theirs)
    # C does not reach x, at 40; with max_cost it still counts among the choices of C.
    cut = pysal(ROADS, ZONES, TWO, "3sfca", max_cost=30, weight_fn=lambda c: np.exp(-c / 10))
    assert (ours / cut)["B"] < 0.98


# What must hold


@st.composite
def regions(draw):
    """Draw pairs, demand and supply of a small region."""
    n, m = draw(st.integers(1, 6)), draw(st.integers(1, 4))
    costs = draw(st.lists(st.none() | st.integers(0, 40), min_size=n * m, max_size=n * m))
    pairs = table([(i // m, i % m, c) for i, c in enumerate(costs) if c is not None])
    pairs = pairs.astype({"id": int, "travel_min": float}).set_axis(pairs.index.astype(int))
    amounts = st.integers(0, 1000)
    demand = pd.Series(draw(st.lists(amounts, min_size=n, max_size=n)))
    supply = pd.Series(draw(st.lists(amounts, min_size=m, max_size=m)))
    return pairs, demand, supply


@pytest.mark.no_cover
@pytest.mark.parametrize("method", METHODS)
@given(regions())
def test_supply_that_reaches_somebody_is_handed_out_and_no_more(method, region):
    pairs, demand, supply = region
    found = measure(pairs, demand, supply, method)
    reaching = found.facilities["ratio"].notna()
    assert reaching.equals(found.facilities["people"] > 0)
    assert (found.access * demand).sum() == pytest.approx(supply[reaching].sum(), rel=1e-12)
    assert not np.isinf(found.access).any()
    assert (demand[found.access.isna()] == 0).all()


@pytest.mark.no_cover
@pytest.mark.parametrize("method", METHODS)
@given(regions(), st.integers(1, 9))
def test_scales(method, region, factor):
    pairs, demand, supply = region
    found = measure(pairs, demand, supply, method).access
    assert same(measure(pairs, demand, supply * factor, method).access, found * factor)
    assert same(measure(pairs, demand * factor, supply, method).access, found / factor)
    if method != "2sfca":
        scaled = {limit: weight * factor for limit, weight in STEPS.items()}
        assert same(measure(pairs, demand, supply, method, scaled).access, found)


@pytest.mark.no_cover
@pytest.mark.parametrize("method", METHODS)
@given(regions(), st.randoms(use_true_random=False))
def test_order_of_rows_changes_nothing(method, region, random):
    pairs, demand, supply = region
    found = measure(pairs, demand, supply, method)
    rows, places, facilities = (
        random.sample(range(len(part)), len(part)) for part in (pairs, demand, supply)
    )
    other = measure(pairs.iloc[rows], demand.iloc[places], supply.iloc[facilities], method)
    assert other.access.index.tolist() == places
    assert same(other.access.sort_index(), found.access)
    assert same(other.facilities["ratio"].sort_index(), found.facilities["ratio"])


@pytest.mark.no_cover
@pytest.mark.parametrize("method", ["2sfca", "e2sfca"])
@given(regions())
def test_a_facility_in_two_halves_is_the_same(method, region):
    pairs, demand, supply = region
    half = pairs[pairs["id"] == 0].assign(id=99)
    halves = pd.concat(
        [supply.where(supply.index != 0, supply / 2), pd.Series({99: supply[0] / 2})]
    )
    found = measure(pd.concat([pairs, half]), demand, halves, method)
    assert same(found.access, measure(pairs, demand, supply, method).access)


@pytest.mark.no_cover
@pytest.mark.parametrize("method", ["2sfca", "e2sfca"])
@given(regions())
def test_another_facility_lowers_nobodys_access(method, region):
    pairs, demand, supply = region
    fewer = measure(pairs[pairs["id"] != 0], demand, supply.drop(0), method).access
    more = measure(pairs, demand, supply, method).access
    lower = more < fewer * (1 - 1e-12)
    assert not lower.any()


def test_in_three_steps_another_facility_may_lower_access():
    more = pd.concat([ROADS, table([("B", "z", 15, 15)], "travel_min", "back_min")])
    lower = measure(more, ZONES, pd.concat([TWO, pd.Series({"z": 0})]), "3sfca").access["B"]
    assert lower < 0.9 * measure(ROADS, ZONES, TWO, "3sfca").access["B"]


@pytest.mark.no_cover
@given(regions())
def test_equal_ways_there_and_back_are_one_way(region):
    pairs, demand, supply = region
    pairs["back_min"] = pairs["travel_min"]
    for method in METHODS:
        both = measure(pairs, demand, supply, method, cost_back="back_min")
        assert same(both.access, measure(pairs, demand, supply, method).access)


@pytest.mark.no_cover
@given(regions())
def test_with_one_facility_in_reach_three_steps_are_two(region):
    pairs, demand, supply = region
    pairs = pairs[~pairs.index.duplicated()]
    two, three = (measure(pairs, demand, supply, m, STEPS).access for m in ("e2sfca", "3sfca"))
    assert same(two, three)


# Nobody, nothing, one way


def test_nobody_in_reach_is_no_ratio_and_is_told():
    demand = pd.Series({"A": 0, "B": 4000, "C": 0, "D": 0})
    pairs = table([("A", "x", 1), ("B", "y", 1), ("C", "x", 1), ("C", "y", 1)])
    supply = pd.Series({"x": 1, "y": 2, "z": 3})
    for method in METHODS:
        found = measure(pairs, demand, supply, method)
        # C has nobody and still a value, from y; A reaches x alone, D nothing.
        assert found.access.isna().to_dict() == {"A": True, "B": False, "C": False, "D": False}
        assert found.access["C"] > 0
        assert found.access["D"] == 0
        assert found.facilities["people"].to_dict() == {"x": 0, "y": 4000, "z": 0}
        assert found.facilities["ratio"].isna().to_dict() == {"x": True, "y": False, "z": True}


def test_a_facility_that_reaches_nobody_adds_nothing_to_those_who_reach_it():
    pairs = table([("A", "x", 5, 90), ("A", "y", 5, 5), ("B", "x", 5, 90)], "travel_min", "back")
    found = measure(pairs, ZONES[["A", "B"]], TWO, cost_back="back")
    assert found.access["A"] == 1 / 6000
    assert np.isnan(found.access["B"])
    assert found.facilities["ratio"].isna().tolist() == [True, False]


def test_an_infinite_cost_is_no_way():
    one_way = ROADS.assign(back_min=ROADS["back_min"].where(ROADS["back_min"] <= 30, np.inf))
    expected = measure(ROADS, ZONES, TWO, "3sfca", cost_back="back_min").access
    assert same(measure(one_way, ZONES, TWO, "3sfca", cost_back="back_min").access, expected)


def test_of_facilities_out_of_reach_none_is_chosen():
    weights = csr_array(([0.0, 1.0, 3.0, 0.0], ([0, 1, 1, 1], [0, 0, 1, 2])), shape=(2, 3))
    assert selection(weights).tolist() == [0, 0.25, 0.75, 0]


def test_nothing_for_nobody_is_no_ratio():
    none = csr_array(np.zeros((1, 1)))
    people, ratio, access = shared_out(none, none, np.array([5.0]), np.array([0.0]))
    assert (people.tolist(), access.tolist()) == ([0], [0])
    assert np.isnan(ratio).all()


def test_supply_of_zero_is_a_ratio_of_zero():
    found = measure(ROADS, ZONES, TWO * 0)
    assert found.access.tolist() == [0, 0, 0]
    assert found.facilities["ratio"].tolist() == [0, 0]


def test_no_pairs_no_places_and_no_facilities():
    for method in METHODS:
        found = measure(ROADS[:0], ZONES, TWO, method)
        assert found.access.tolist() == [0, 0, 0]
        assert found.facilities["ratio"].isna().all()
        assert measure(ROADS[:0], ZONES[:0], TWO, method).access.empty
        assert measure(ROADS[:0], ZONES, TWO[:0], method).facilities.empty


def test_inputs_stay_as_they_are():
    before = ROADS.copy(), ZONES.copy(), TWO.copy()
    for method in METHODS:
        measure(ROADS, ZONES, TWO, method, cost_back="back_min")
    pd.testing.assert_frame_equal(ROADS, before[0])
    pd.testing.assert_series_equal(ZONES, before[1])
    pd.testing.assert_series_equal(TWO, before[2])


def test_pairs_of_geodesic_distances_go_straight_in(hotspots, organizations):
    public = organizations[organizations["sensitivity"] == "public"]
    places = hg.load_places()
    places = places[places["population"].notna()].set_index("geonames_id")
    pairs = hg.pairs_within(places, public, radius_m=50_000, id="organization_id")
    supply = pd.Series(1, index=public["organization_id"])
    found = catchment(
        pairs, demand=places["population"], supply=supply, method="2sfca", weights=50_000
    )
    assert (found.access[pairs.index.unique()] > 0).all()
    reaching = found.facilities["ratio"].notna().sum()
    # As docs/methods/catchment.md tells.
    assert (len(places), len(public), len(public) - reaching) == (1338, 134, 36)
    rounded = (found.access[[786234, 3183875, 792680]] * 100_000).round(2)
    assert rounded.tolist() == [5.82, 0.18, 0.2]
    assert (found.access * places["population"].astype(float)).sum() == pytest.approx(reaching)


@pytest.mark.parametrize("kind", ["Int64", "string", "category", "str", "float64", "int16"])
def test_ids_of_any_type_are_found(kind):
    numbers = kind in {"Int64", "float64", "int16"}
    names = pd.Index([5, 7] if numbers else ["x", "y"])
    pairs = ROADS.assign(id=ROADS["id"].map(dict(zip("xy", names, strict=True))).astype(kind))
    found = measure(pairs, ZONES, TWO.set_axis(names))
    assert found.access.tolist() == measure(ROADS, ZONES, TWO).access.tolist()


# Bad input


def problems_of(pairs, demand, supply, **options):
    with pytest.raises(InputError) as caught:
        measure(pairs, demand, supply, **options)
    return [(p.file, p.row, p.column, p.value, p.what) for p in caught.value.problems]


def test_every_problem_of_pairs_is_told_with_its_row():
    bad = table(
        [("A", "x", -1), ("E", "x", 1), ("B", "q", np.nan), (None, None, np.inf), ("C", "y", 2)]
    )
    assert problems_of(bad, ZONES, TWO) == [
        ("pairs", 1, "travel_min", "-1.0", "this is no cost of 0 or more."),
        ("pairs", 2, "", "E", "this is not in demand."),
        ("pairs", 3, "id", "q", "this is not in supply."),
        ("pairs", 3, "travel_min", "nan", "this is no cost of 0 or more."),
        ("pairs", 4, "", "nan", "this is not in demand."),
        ("pairs", 4, "id", "nan", "this is not in supply."),
    ]


@pytest.mark.parametrize("label", [-1, 3, 2**40])
def test_numbers_outside_a_range_are_not_in_it(label):
    pairs = ROADS.set_axis([0, 1, 1, 2, label])
    told = problems_of(pairs, ZONES.reset_index(drop=True), TWO)
    assert told == [("pairs", 5, "", str(label), "this is not in demand.")]


def test_every_problem_of_amounts_is_told_with_its_row():
    demand = pd.Series([1, pd.NA, -3, 4], index=["A", "B", "C", "A"], dtype="Int64")
    supply = pd.Series({"x": np.inf, "y": "two"})
    assert problems_of(ROADS, demand, supply) == [
        ("demand", 2, "", "B: <NA>", "this is no amount of 0 or more."),
        ("demand", 3, "", "C: -3", "this is no amount of 0 or more."),
        ("demand", 4, "", "A", "this place is there twice."),
        ("supply", 0, "", "object", "these are no numbers."),
    ]
    assert problems_of(ROADS, [1, 2, 3], TWO.to_frame()) == [
        ("demand", 0, "", "list", "this is no series."),
        ("supply", 0, "", "DataFrame", "this is no series."),
    ]


def test_columns_that_are_not_there_are_told_together():
    told = problems_of(ROADS.drop(columns="id"), ZONES, TWO, cost="metres", cost_back="hours")
    assert [problem[2] for problem in told] == ["hours", "id", "metres"]
    text = ROADS.assign(travel_min="five")
    assert problems_of(text, ZONES, TWO)[0][2:] == ("travel_min", "str", "these are no numbers.")


def test_a_pair_that_is_there_twice_is_told():
    twice = pd.concat([ROADS, ROADS.iloc[[2, 0]].assign(travel_min=99)])
    assert problems_of(twice, ZONES, TWO) == [
        ("pairs", 6, "", "B, y", "this pair is there twice."),
        ("pairs", 7, "", "A, x", "this pair is there twice."),
    ]


@pytest.mark.no_cover
@given(regions(), st.data())
def test_no_pair_that_is_there_twice_slips_through(region, data):
    pairs, demand, supply = region
    rows = st.lists(st.integers(0, len(pairs) - 1), min_size=1, max_size=9)
    rows = data.draw(rows if len(pairs) else st.just([]))
    twice = pd.concat([pairs, pairs.iloc[rows].assign(travel_min=data.draw(st.integers(0, 40)))])
    if data.draw(st.booleans()):
        twice = twice.sort_index(kind="stable")  # as `pairs_within` gives them
    again = np.flatnonzero(twice.reset_index()[["index", "id"]].duplicated())
    if not rows:
        assert again.size == 0
        assert len(measure(twice, demand, supply).access) == len(demand)
        return
    assert [problem[1] for problem in problems_of(twice, demand, supply)] == (again + 1).tolist()


def test_many_rows_with_one_problem_are_counted():
    bad = pd.concat([ROADS[:1]] * 1000).assign(travel_min=-1.0)
    told = problems_of(bad, ZONES, TWO)
    assert len(told) == 21
    assert told[0][:4] == ("pairs", 0, "travel_min", "")
    assert told[0][4] == "980 more rows have this problem: this is no cost of 0 or more."


@pytest.mark.parametrize(
    ("method", "weights", "message"),
    [
        ("4sfca", 30, "none of 2sfca, e2sfca, 3sfca"),
        ("2sfca", STEPS, "With steps it is e2sfca"),
        ("2sfca", lambda cost: cost, "With steps it is e2sfca"),
        ("e2sfca", 30, "With one cost it is 2sfca"),
        ("3sfca", {10: 1, 20: 2}, "rises"),
        ("2sfca", -1, "no radius"),
    ],
)
def test_settings_that_do_not_fit_are_refused(method, weights, message):
    with pytest.raises(SettingsError, match=message):
        measure(ROADS, ZONES, TWO, method, weights)
