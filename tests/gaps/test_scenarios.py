"""The arithmetic of scenarios, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from hotspot_gaps.gaps.scenarios import Reach, Rules, Sizes, answers, ranking, ranks

NONE = np.inf


def answer(distances, limit, *, size=1, asked=True):
    reach = Reach(*(np.array([each]) for each in distances))
    sizes = np.array([[size]], dtype=np.int8)
    return answers(reach, Rules(np.array([limit]), sizes, np.array([[asked]]))).item()


@pytest.mark.parametrize(
    ("near", "inner", "outer", "limit", "expected"),
    [
        (50.0, NONE, NONE, 50.0, 0),  # at exactly the limit it is covered
        (50.0, NONE, NONE, 49.9, 1),
        (NONE, NONE, NONE, 1e9, 1),
        (NONE, 25.0, 50.0, 25.0, 1),  # at the edges of a band all is told
        (NONE, 25.0, 50.0, 25.1, -1),
        (NONE, 25.0, 50.0, 49.9, -1),
        (NONE, 25.0, 50.0, 50.0, 0),
        (30.0, 25.0, 50.0, 40.0, 0),  # covered by a public one
        (60.0, 25.0, 50.0, 20.0, 1),
        (NONE, 100.0, NONE, 200.0, -1),  # the last band has no end
        (NONE, 0.0, NONE, 1.0, -1),  # nothing beyond the limit is told
    ],
)
def test_one_hotspot(near, inner, outer, limit, expected):
    assert answer((near, inner, outer), limit) == expected
    assert answer((near, inner, outer), limit, size=0) == 0
    assert answer((near, inner, outer), limit, size=-1) == -1
    assert answer((near, inner, outer), limit, asked=False) == -2


def test_axes_come_in_the_order_limits_sizes_questions():
    reach = Reach(np.array([10.0, 30.0]), np.array([NONE] * 2), np.array([NONE] * 2))
    sizes = np.array([[1, 0], [1, 1], [0, 0]], dtype=np.int8)
    questions = np.array([[True, False], [True, True]])
    found = answers(reach, Rules(np.array([20.0]), sizes, questions))
    assert found.shape == (1, 3, 2, 2)
    assert found.tolist() == [[[[0, -2], [0, 0]], [[0, -2], [0, 1]], [[0, -2], [0, 0]]]]


def test_sizes_by_the_number_of_people_or_whatever_it_is():
    never, ever = np.array([0, 1, 0, -1], np.int8), np.array([1, 1, 0, -1], np.int8)
    sizes = Sizes(never, ever, np.array([30.0, np.nan, 5.0, np.nan]))
    assert sizes.by_people.tolist() == [True, False, False, False]
    assert sizes.at([30, 31]).tolist() == [[0, 1, 0, -1], [1, 1, 0, -1]]
    assert sizes.at(31).tolist() == [1, 1, 0, -1]


def test_ranking_is_by_distance_then_people_then_place():
    away = np.array([5.0, NONE, 9.0, 5.0, 5.0])
    people = np.array([1.0, 0.0, 0.0, 2.0, 1.0])
    assert ranking(away, people).tolist() == [1, 2, 3, 0, 4]


def test_ranks_count_gaps_alone():
    found = np.array([[1, 0, 1, -1, 1], [0, 0, 0, 0, 1]], dtype=np.int8)
    assert ranks(found, np.array([4, 1, 0, 3, 2])).tolist() == [[2, 0, 3, 0, 1], [0, 0, 0, 0, 1]]


def test_the_rank_goes_by_the_outer_edge_of_a_band():
    reach = Reach(
        np.array([60.0, NONE, 40.0]), np.array([25.0, NONE, NONE]), np.array([50, NONE, NONE])
    )
    assert reach.away.tolist() == [50.0, NONE, 40.0]
