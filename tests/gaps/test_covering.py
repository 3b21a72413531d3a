"""Covering: by hand, every placement tried, and spopt's model."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_array

import hotspot_gaps as hg
from hotspot_gaps import InputError
from hotspot_gaps.gaps import covering
from hotspot_gaps.gaps.covering import benefits, max_cover, reduced
from hotspot_gaps.gaps.flags import flagged_rows
from hotspot_gaps.gaps.site_benefits import cover_matrix

COVERS = arrays(bool, st.tuples(st.integers(1, 7), st.integers(1, 7)))


def tried(cover, weights, new, groups=None, limits=None):
    """Return the most weight that any placement covers."""
    best = 0.0
    for size in range(min(new, cover.shape[1]) + 1):
        for sites in combinations(range(cover.shape[1]), size):
            taken = [groups[site] for site in sites] if limits else []
            if all(taken.count(group) <= most for group, most in enumerate(limits or ())):
                best = max(best, float(np.array(weights)[cover[:, list(sites)].any(axis=1)].sum()))
    return best


@settings(deadline=None)
@given(COVERS, st.data())
def test_no_placement_covers_more(cover, data):
    weights = data.draw(arrays(np.float64, cover.shape[0], elements=st.integers(0, 9).map(float)))
    new = data.draw(st.integers(0, 4))
    covered = data.draw(arrays(bool, cover.shape[0]))
    found = max_cover(csc_array(cover), weights, new, covered=covered)
    left = np.where(covered, 0, weights)
    assert found.value == found.bound == tried(cover, left, new)
    assert left[cover[:, found.sites].any(axis=1)].sum() == found.value
    assert (found.status, found.gap) == ("optimal", 0)
    assert found.sites.size <= new


@settings(deadline=None)
@given(COVERS, st.data())
def test_no_placement_within_the_limits_of_groups_covers_more(cover, data):
    groups = data.draw(arrays(np.int64, cover.shape[1], elements=st.integers(0, 1))).tolist()
    limits = data.draw(st.lists(st.integers(0, 3), min_size=2, max_size=2))
    weights = np.ones(cover.shape[0])
    found = max_cover(csc_array(cover), weights, sum(limits), groups=groups, limits=limits)
    assert found.value == tried(cover, weights, sum(limits), groups, limits)
    assert (np.bincount(np.array(groups)[found.sites], minlength=2) <= limits).all()


@given(COVERS, st.integers(0, 3))
@settings(deadline=None)
def test_one_group_has_a_limit_too(cover, most):
    groups, weights = [0] * cover.shape[1], np.ones(cover.shape[0])
    found = max_cover(csc_array(cover), weights, 7, groups=groups, limits=[most])
    assert found.value == tried(cover, weights, 7, groups, [most])
    assert found.sites.size <= most


@pytest.mark.parametrize("radius_km", [10, 20, 50])
def test_without_a_time_limit_towns_and_places_give_an_optimum(hotspots, organizations, radius_km):
    rule = hg.Settings(radius_km=float(radius_km), evidence="related")
    gaps = hg.find_gaps(hotspots, organizations, settings=rule)
    cover = cover_matrix(gaps[flagged_rows(gaps)], hg.load_places(), radius_km * 1000)
    size, sites = cover.shape
    rows = LinearConstraint(np.hstack([-cover.toarray(), np.eye(size)]), -np.inf, 0)
    for new in range(1, 7):
        several = LinearConstraint(np.append(np.ones(sites), np.zeros(size)), -np.inf, new)
        theirs = milp(
            np.append(np.zeros(sites), -np.ones(size)), constraints=[rows, several],
            integrality=np.append(np.ones(sites), np.zeros(size)), bounds=Bounds(0, 1),
        )  # fmt: skip
        found = max_cover(cover, np.ones(size), new)
        assert (found.value, found.bound, found.status) == (round(-theirs.fun),) * 2 + ("optimal",)


@given(COVERS)
def test_what_is_left_out_changes_no_optimum(cover):
    weights = np.arange(1.0, cover.shape[0] + 1)
    small = reduced(benefits(csc_array(cover), weights), np.zeros(cover.shape[1], dtype=int))
    table = small.benefit.toarray()
    for new in (1, 2):
        columns = range(table.shape[1])
        sets = combinations(columns, min(new, len(columns)))
        best = max(table[:, list(each)].max(axis=1, initial=0).sum() for each in sets)
        assert best == tried(cover, weights, new)
    shapes = (table.T > 0).tolist()
    assert len({tuple(each) for each in shapes}) == len(shapes)
    rows = (table > 0).tolist()
    assert len({tuple(each) for each in rows}) == len(rows)


def test_without_looking_for_inclusion_the_optimum_is_the_same(monkeypatch):
    cover = np.random.default_rng(1).random((40, 15)) < 0.2
    found = max_cover(csc_array(cover), np.ones(40), 3)
    monkeypatch.setattr(covering, "PRODUCTS", 0)
    assert max_cover(csc_array(cover), np.ones(40), 3).value == found.value
    assert found.value == tried(cover, np.ones(40), 3)


def random_case(seed, places=150, candidates=40):
    numbers = np.random.default_rng(seed)
    here, there = numbers.random((places, 2)), numbers.random((candidates, 2))
    away = np.hypot(*(here[:, None] - there).T).T
    return away, numbers.integers(1, 100, places)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of spopt, about PuLP
@pytest.mark.parametrize("seed", range(4))
def test_spopt_finds_the_same_optimum(seed):
    pulp, locate = pytest.importorskip("pulp"), pytest.importorskip("spopt.locate")
    away, weights = random_case(seed)
    theirs = locate.MCLP.from_cost_matrix(away, weights, 0.12, 6)
    theirs = theirs.solve(pulp.HiGHS(msg=False, gapRel=0))
    ours = max_cover(csc_array(away <= 0.12), weights, 6)
    assert ours.status == "optimal"
    assert ours.value == pytest.approx(theirs.problem.objective.value())


def test_cut_short_it_says_what_is_proven():
    away, weights = random_case(9, 3_000, 300)
    cover = csc_array(away <= 0.1)
    found = max_cover(cover, weights, 30, time_limit_s=0.01)
    assert found.status == "time_limit"
    assert 0 < found.value < found.bound <= weights.sum()
    assert found.gap == (found.bound - found.value) / found.bound
    assert weights[cover[:, found.sites].sum(axis=1) > 0].sum() == found.value


def test_the_same_again_whatever_the_order_of_places():
    away, weights = random_case(3)
    cover = away <= 0.15
    turned = np.random.default_rng(0).permutation(len(weights))
    one = max_cover(csc_array(cover), weights, 5)
    other = max_cover(csc_array(cover[turned]), weights[turned], 5)
    assert one.sites.tolist() == other.sites.tolist()


def test_of_equal_sites_the_first_is_chosen_and_useless_ones_are_not():
    cover = csc_array([[1, 1, 0], [1, 1, 0]])
    assert max_cover(cover, [1, 1], 3).sites.tolist() == [0]


@pytest.mark.parametrize(
    ("weights", "more", "said"),
    [
        ([1], {}, "1 values for 2 rows"),
        ([1, -1], {}, "not a weight"),
        ([1, np.nan], {}, "not a weight"),
        ([1, 1], {"covered": [True]}, "covered"),
        ([1, 1], {"groups": [0, 1, 2], "limits": [1, 1]}, "group without a limit"),
    ],
)
def test_bad_input(weights, more, said):
    with pytest.raises(InputError, match=said):
        max_cover(csc_array((2, 3)), weights, 1, **more)


def test_the_solver_says_nothing(capfd):
    max_cover(csc_array(random_case(1)[0] <= 0.1), np.ones(150), 4)
    assert capfd.readouterr() == ("", "")
