"""Lorenz, Gini and location quotients against published values and other formulas."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspot_gaps.gaps.inequality import gini, gini_by_chance, location_quotient, lorenz_curve

PLACES = st.lists(st.tuples(st.integers(0, 9), st.integers(1, 1000)), min_size=1, max_size=9)
# Seven values and the coefficient that R's phylotools 0.1.2 (gini, the algorithm of ineq by Achim
# Zeileis) prints for them in its manual.
PUBLISHED, COEFFICIENT = [1, 3, 2, 1, 1, 1, 4], 0.3076923


def test_a_published_value():
    assert gini(PUBLISHED, [1] * 7) == pytest.approx(COEFFICIENT, abs=5e-8)


def test_places_of_one_ratio_can_be_put_together():
    """The same seven, those with 1 counted as one place of four people."""
    assert gini([4, 2, 3, 4], [4, 1, 1, 1]) == pytest.approx(COEFFICIENT, abs=5e-8)


@given(PLACES.filter(lambda places: sum(have for have, _ in places)))
def test_it_is_half_the_mean_difference_over_the_mean(places):
    """Gini's own definition, over all pairs and without a curve."""
    have, people = np.array(places, dtype=float).T
    share, ratio = people / people.sum(), have / people
    mean = (share * ratio).sum()
    pairs = share[:, None] * share * np.abs(ratio[:, None] - ratio)
    assert gini(have, people) == pytest.approx(pairs.sum() / (2 * mean), abs=1e-9)


@given(PLACES.filter(lambda places: sum(have for have, _ in places)), st.randoms())
def test_order_and_units_do_not_matter(places, random):
    mixed = list(places)
    random.shuffle(mixed)
    have, people = np.array(places).T
    other, heads = np.array(mixed).T
    assert gini(other * 7, heads * 3) == pytest.approx(gini(have, people), abs=1e-12)
    _, x, y = lorenz_curve(have, people)
    assert (np.diff(x) > 0).all()
    assert (np.diff(y) >= 0).all()
    assert (y <= x + 1e-12).all()
    assert (x[0], y[0], x[-1], y[-1]) == (0, 0, pytest.approx(1), pytest.approx(1))


def test_the_ends():
    assert gini([2, 4, 6], [100, 200, 300]) == pytest.approx(0)
    assert gini([0, 0, 5], [10, 10, 10]) == pytest.approx(2 / 3)
    assert np.isnan(gini([0, 0], [1, 2]))
    assert np.isnan(gini([], []))


def test_chance_is_even_with_many_units_and_uneven_with_few():
    people = [1000.0] * 100
    few, many = gini_by_chance(10, people), gini_by_chance(1_000_000, people)
    assert few[0] > 0.85
    assert many[1] < 0.01
    assert few == gini_by_chance(10, people) == gini_by_chance(10, people, draws=499)
    # Of Poisson counts of mean 1 the coefficient is exp(-2) (I0(2) + I1(2)) = 0.5237.
    low, high = gini_by_chance(10_000, [1.0] * 10_000, draws=40)
    assert low < 0.5237 < high
    assert high - low < 0.02
    assert np.isnan(gini_by_chance(0, people)).all()


def test_location_quotients():
    found = location_quotient([5, 0, 5, 1], [10, 10, 0, 10], [250, 250, 250, 0], [1000] * 4)
    assert found[:2].tolist() == [2, 0]
    assert np.isnan(found[2:]).all()


@given(PLACES)
def test_quotients_average_to_one_when_weighed_by_the_base(places):
    have, people = np.array(places, dtype=float).T
    if have.sum():
        quotient = location_quotient(have, have.sum(), people, people.sum())
        assert (quotient * people / people.sum()).sum() == pytest.approx(1)
