"""p-median: a published optimum, every placement tried, and spopt's model."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.sparse.csgraph import floyd_warshall

from hotspot_gaps import InputError
from hotspot_gaps.gaps import pmedian
from hotspot_gaps.gaps.pmedian import p_median, savings

PMED1 = Path(__file__).parents[1] / "known_answers" / "pmed1.txt"
SIZES, WAYS = st.integers(1, 6), st.integers(0, 9).map(float)


def solved(ways, new, weights=None, existing=None, **options):
    """Return the choice and the weighted way that is left."""
    place, candidate = (each.ravel() for each in np.indices(ways.shape))
    weights = np.ones(len(ways)) if weights is None else weights
    benefit, before = savings(
        place, candidate, ways.ravel(), shape=ways.shape, weights=weights, existing=existing
    )
    found = p_median(benefit, new, **{"time_limit_s": 120, **options})
    return found, float(weights @ before - found.value)


def test_the_published_optimum_of_pmed1():
    (vertices, _, new), *edges = np.loadtxt(PMED1, dtype=int)
    ways = np.full((vertices, vertices), np.inf)
    for one, other, length in edges:
        ways[one - 1, other - 1] = ways[other - 1, one - 1] = length
    np.fill_diagonal(ways, 0)
    found, left = solved(floyd_warshall(ways), int(new))
    assert (left, found.status) == (5819, "optimal")


@settings(deadline=None)
@given(arrays(np.float64, st.tuples(SIZES, SIZES), elements=WAYS), st.data())
def test_no_placement_leaves_a_shorter_way(ways, data):
    new = data.draw(st.integers(1, 3))
    weights = data.draw(arrays(np.float64, len(ways), elements=st.integers(0, 5).map(float)))
    existing = data.draw(st.none() | arrays(np.float64, len(ways), elements=WAYS))
    _, left = solved(ways, new, weights, existing)
    old = np.full(len(ways), np.inf) if existing is None else existing
    tried = min(
        weights @ np.where(weights > 0, np.minimum(old, ways[:, list(sites)].min(axis=1)), 0)
        for sites in combinations(range(ways.shape[1]), min(new, ways.shape[1]))
    )
    assert left == pytest.approx(tried)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of spopt, about PuLP
@pytest.mark.parametrize("seed", range(3))
def test_spopt_finds_the_same_optimum(seed, monkeypatch):
    pulp, locate = pytest.importorskip("pulp"), pytest.importorskip("spopt.locate")
    numbers = np.random.default_rng(seed)
    ways, weights = numbers.random((30, 12)), numbers.integers(1, 50, 30)
    theirs = locate.PMedian.from_cost_matrix(ways, weights, 4).solve(
        pulp.HiGHS(msg=False, gapRel=0)
    )
    assert solved(ways, 4, weights)[1] == pytest.approx(theirs.problem.objective.value())
    monkeypatch.setattr(pmedian, "COMPARISONS", 0)
    assert solved(ways, 4, weights)[1] == pytest.approx(theirs.problem.objective.value())


def test_what_exists_already_serves():
    found, left = solved(np.array([[0.0, 5.0], [5.0, 0.0]]), 1, existing=np.array([1.0, 4.0]))
    assert found.sites.tolist() == [1]
    assert left == 1


def test_a_place_without_anything_needs_all_its_ways():
    with pytest.raises(InputError, match=r"distances, row 1.*no way to some candidates"):
        savings(np.array([0]), np.array([0]), np.array([1.0]), shape=(1, 2), weights=[1])
