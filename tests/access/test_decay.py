"""Decay: which weights there are, and which are refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspot_gaps.access.decay import weights_at
from hotspot_gaps.errors import SettingsError

COSTS = np.array([0.0, 10, np.nextafter(10, 11), 20, 30, 30.1])


def test_a_radius_takes_in_its_edge():
    assert weights_at(COSTS, 10).tolist() == [1, 1, 0, 0, 0, 0]
    assert weights_at(COSTS, np.float32(0)).tolist() == [1, 0, 0, 0, 0, 0]


def test_steps_hold_up_to_their_cost_in_any_order():
    steps = {30: 0.22, 10: 1, 20: 0.68}
    assert weights_at(COSTS, steps).tolist() == [1, 1, 0.68, 0.68, 0.22, 0]


def test_where_there_is_no_way_the_weight_is_nothing():
    none = np.array([5, np.inf])
    for weights in (10, {10: 1}, lambda cost: 0.5 + 0 * cost, lambda cost: 10 - cost):
        assert weights_at(none, weights)[0] > 0
        assert weights_at(none, weights)[1] == 0


def test_a_function_gets_all_costs_and_may_not_change_them():
    def halved(costs):
        costs *= -0.01
        return np.exp(costs)

    before = COSTS.copy()
    assert weights_at(COSTS, halved) == pytest.approx(np.exp(-COSTS / 100), rel=1e-15)
    assert (before == COSTS).all()
    assert weights_at(np.empty(0), halved).size == 0


@given(st.floats(0, 1e4), st.lists(st.floats(0, 1e4), max_size=20))
def test_a_radius_is_one_step_and_one_function(radius, costs):
    costs = np.array(costs, dtype=float)
    found = weights_at(costs, radius).tolist()
    assert weights_at(costs, {radius: 1}).tolist() == found
    assert weights_at(costs, lambda c: np.where(c <= radius, 1, 0)).tolist() == found


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (-1, "no radius"),
        (np.nan, "no radius"),
        (np.inf, "no radius"),
        (True, "neither a radius"),
        ("50 km", "neither a radius"),
        (None, "neither a radius"),
        ({}, "every weight is 0"),
        ({10: 0, 20: 0}, "every weight is 0"),
        ({10: 1, 20: -0.5}, "at the cost 20 is -0.5"),
        ({10: 0.5, 20: 0.6}, "rises from 0.5 at the cost 10 to 0.6 at 20"),
        ({-10: 1}, "costs of 0 or more"),
        ({10: np.nan}, "finite numbers"),
        ({np.inf: 1}, "finite numbers"),
        ({"near": 1}, "not all numbers"),
        (lambda cost: cost, "rises from 0 at the cost 0 to 10"),
        (lambda cost: -cost, "at the cost 10 is -10"),
        (lambda cost: 1 / cost, "at the cost 0 is inf"),
        (lambda _: 1.0, "6 costs gave 1 weights"),
        (lambda cost: 1 if cost < 10 else 0, "does not take an array"),
        (lambda _: ["near"] * 6, "does not take an array"),
    ],
)
def test_weights_that_are_none_are_refused(weights, message):
    with pytest.raises(SettingsError, match=message):
        weights_at(COSTS, weights)


def test_rounding_is_no_rise():
    assert weights_at(COSTS, lambda cost: 1 + 1e-14 * cost).min() >= 1
    with pytest.raises(SettingsError, match="rises"):
        weights_at(COSTS, lambda cost: 1 + 1e-11 * cost)
