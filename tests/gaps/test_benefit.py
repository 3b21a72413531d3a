"""Benefit: sums by hand, and properties that make one at a time good."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.sparse import csc_array

from hotspot_gaps.gaps.benefit import best_of, exchanged, gains, one_at_a_time

SHAPES = st.tuples(st.integers(1, 6), st.integers(1, 6))
TABLES = arrays(np.float64, SHAPES, elements=st.integers(0, 9).map(float))


def worth(table, sites):
    return table[:, list(sites)].max(axis=1, initial=0).sum()


@given(TABLES, st.integers(1, 4))
def test_one_at_a_time_adds_up_and_is_within_its_guarantee(table, new):
    sites, added = one_at_a_time(csc_array(table), new)
    columns = range(table.shape[1])
    best = max(worth(table, each) for each in combinations(columns, min(new, len(columns))))
    assert sum(added) == worth(table, sites)
    assert added == sorted(added, reverse=True)
    assert sum(added) >= (1 - 1 / np.e) * best


@given(TABLES, st.data())
def test_gains_are_what_a_site_adds(table, data):
    sites = data.draw(st.lists(st.integers(0, table.shape[1] - 1), unique=True))
    matrix = csc_array(table)
    more = gains(matrix, best_of(matrix, sites))
    for site in range(table.shape[1]):
        assert more[site] == worth(table, [*sites, site]) - worth(table, sites)


@given(TABLES, st.data())
def test_an_exchange_never_loses_and_ends_where_no_single_one_helps(table, data):
    sites = data.draw(st.lists(st.integers(0, table.shape[1] - 1), unique=True))
    found = exchanged(csc_array(table), sites).tolist()
    assert len(set(found)) == len(sites)
    value = worth(table, found)
    assert value >= worth(table, sites)
    for site in found:
        others = [each for each in found if each != site]
        for instead in set(range(table.shape[1])) - set(found):
            assert worth(table, [*others, instead]) <= value


def test_of_equally_good_sites_the_first_is_taken_up_to_rounding():
    table = csc_array([[0.3, 0.1 + 0.2, 0.29], [0.0, 0.0, 0.0]])
    assert table[0, 0] < table[0, 1]
    assert exchanged(table, [1]).tolist() == [0]
    assert exchanged(table, [1], [np.array([1, 2])]).tolist() == [1]
    assert exchanged(table, [2], [np.array([1, 2])]).tolist() == [1]
    assert one_at_a_time(table, 3) == ([0], [0.3])
