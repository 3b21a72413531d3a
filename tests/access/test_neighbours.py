"""Nearest facilities against brute force, and the properties that they must have."""

from __future__ import annotations

import numpy as np
import pytest
from geographiclib.geodesic import Geodesic
from globe import (
    LAT,
    LON,
    PODGORICA,
    POINTS,
    SKOPJE,
    SOME,
    TIRANA,
    matrix,
    near,
    nearest_one,
    sphere,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot_gaps.access.neighbours import nearest_arrays
from hotspot_gaps.errors import SettingsError


def agree(places, facilities, k=1, **options):
    """Hold the k nearest against brute force; the lowest index wins a tie."""
    distances = matrix(places, facilities)
    order = np.argsort(distances, axis=1, kind="stable")[:, :k]
    index, metres = near(places, facilities, k=k, **options)
    size = order.shape[1]
    np.testing.assert_array_equal(index[:, :size], order)
    np.testing.assert_array_equal(metres[:, :size], np.take_along_axis(distances, order, 1))
    assert index.shape == metres.shape == (len(places), k)
    assert (index[:, size:] == -1).all()
    assert np.isnan(metres[:, size:]).all()


@pytest.mark.parametrize("k", [1, 2, 7])
def test_over_the_globe(k):
    rng = np.random.default_rng(1)
    agree(sphere(rng, 700), sphere(rng, 300), k)


@pytest.mark.parametrize("k", [1, 5])
def test_in_the_region(k):
    rng = np.random.default_rng(2)
    agree(rng.uniform((13, 39), (23, 47), (900, 2)), rng.uniform((13, 39), (23, 47), (400, 2)), k)


@pytest.mark.parametrize("k", [1, 3])
def test_far_away_and_antipodal(k):
    rng = np.random.default_rng(3)
    agree(rng.uniform((170, -45), (185, -35), (60, 2)), rng.uniform((-8, 35), (4, 45), (300, 2)), k)


@pytest.mark.parametrize("k", [1, 2, 4, 5, 200])
def test_on_a_lattice_full_of_ties(k):
    lattice = np.array([(lon, lat) for lon in range(10, 20) for lat in range(40, 47)], float)
    agree(lattice + 0.5, lattice, k)
    agree(lattice, np.concatenate((lattice[::-1], lattice)), k)
    agree(lattice, np.repeat(lattice[:9], np.arange(9) + 1, axis=0)[::-1], k)


@given(POINTS, SOME, st.integers(1, 15))
@settings(deadline=None, max_examples=150)
def test_on_awkward_points(places, facilities, k):
    agree(places, facilities, k)


@given(POINTS, SOME, st.lists(st.integers(0, 11), max_size=30), st.integers(1, 6))
@settings(deadline=None, max_examples=100)
def test_with_facilities_at_one_position(places, facilities, again, k):
    more = facilities[np.array([*again, 0]) % len(facilities)]
    agree(places, np.concatenate((facilities, more)), k)


def test_geographiclib_finds_the_same():
    rng = np.random.default_rng(7)
    places, facilities = sphere(rng, 40), sphere(rng, 30)
    facilities[:5] = places[:5] * (1, -1) + (180.3, 0.2)  # nearly antipodal
    oracle = np.array(
        [
            [Geodesic.WGS84.Inverse(lat, lon, lat2, lon2)["s12"] for lon2, lat2 in facilities]
            for lon, lat in places
        ]
    )
    index, metres = near(places, facilities, k=3)
    np.testing.assert_array_equal(index, oracle.argsort(axis=1)[:, :3])
    np.testing.assert_allclose(metres, np.sort(oracle, axis=1)[:, :3], rtol=0, atol=1e-6)


@pytest.mark.parametrize("options", [{"max_bytes": 1_000_000}, {"workers": 3}, {"workers": 1}])
def test_chunks_and_threads_do_not_change_the_answer(options):
    rng = np.random.default_rng(8)
    lattice = np.array([(lon, lat) for lon in range(40) for lat in range(40)], float)
    places = np.concatenate((lattice + 0.5, sphere(rng, 3_000)))
    facilities = np.concatenate((lattice, lattice[::7]))
    for k in (1, 4):
        whole, pieces = near(places, facilities, k=k), near(places, facilities, k=k, **options)
        for one, other in zip(whole, pieces, strict=True):
            np.testing.assert_array_equal(one, other)


@given(SOME, SOME, st.tuples(LON, LAT), st.integers(1, 4))
@settings(deadline=None, max_examples=60)
def test_one_more_facility_never_raises_a_distance(places, facilities, new, k):
    more = near(places, np.vstack((facilities, new)), k=k)[1]
    fewer = near(places, facilities, k=k)[1]
    assert (more <= np.where(np.isnan(fewer), np.inf, fewer))[~np.isnan(more)].all()


@given(SOME, SOME, st.randoms(use_true_random=False), st.integers(1, 4))
@settings(deadline=None, max_examples=60)
def test_order_of_rows_does_not_matter(places, facilities, random, k):
    rows, columns = list(range(len(places))), list(range(len(facilities)))
    random.shuffle(rows)
    random.shuffle(columns)
    np.testing.assert_array_equal(
        near(places[rows], facilities[columns], k=k)[1], near(places, facilities, k=k)[1][rows]
    )


@given(SOME, SOME, st.integers(1, 6))
@settings(deadline=None, max_examples=60)
def test_fewer_neighbours_are_the_first_of_more(places, facilities, k):
    some, more = near(places, facilities, k=k), near(places, facilities, k=k + 3)
    for one, other in zip(some, more, strict=True):
        np.testing.assert_array_equal(one, other[:, :k])


def test_poles_antimeridian_and_full_turns():
    places = np.array([(0, 90), (77, 90), (0, -90), (179.9, 10), (-179.9, 10), (355, 5)], float)
    facilities = np.array([(-120, 89.9), (12, -89.9), (-179.95, 10), (179.8, 10), (-5, 5)])
    agree(places, facilities, 2)
    assert nearest_one(places, facilities)[0].tolist() == [0, 0, 1, 3, 2, 4]
    assert nearest_one(places, facilities)[1][5] == 0
    one, other = np.array([[180.0, 3.0]]), np.array([[-180.0, 3.0]])
    assert nearest_one(one, other)[1].item() == 0


def test_duplicates_and_ties_give_the_lowest_index():
    facilities = np.array([(5, 5), (1, 0), (-1, 0), (1, 0), (-1, 0)], float)
    origin = np.array([[0.0, 0.0]])
    assert near(origin, facilities, k=5)[0].tolist() == [[1, 2, 3, 4, 0]]
    assert nearest_one(origin, facilities[[0, 2, 1, 4, 3]])[0].item() == 1
    assert nearest_one(np.array([[1.0, 0.0]]), facilities)[0].item() == 1


@pytest.mark.parametrize("k", [1, 3])
def test_many_duplicates_are_quick(k):
    facilities = np.tile([PODGORICA, TIRANA], (20_000, 1))
    index, _ = near(np.tile([SKOPJE, TIRANA], (500, 1)), facilities, k=k)
    assert index.tolist() == [[1, 3, 5][:k]] * 1_000


def test_zero_and_one_facility_and_no_places():
    none, one, three = np.empty((0, 2)), np.array([TIRANA]), np.array([TIRANA, SKOPJE, PODGORICA])
    index, metres = near(three, none, k=2)
    assert (index.dtype, metres.dtype) == (np.int64, np.float64)
    assert index.tolist() == [[-1, -1]] * 3
    assert np.isnan(metres).all()
    assert near(three, one, k=2)[0].tolist() == [[0, -1]] * 3
    for facilities in (none, one):
        assert [answer.shape for answer in near(none, facilities, k=2)] == [(0, 2), (0, 2)]


@pytest.mark.parametrize("k", [0, -1, 1.5, True, None, float("nan"), float("inf"), "2"])
def test_how_many_must_be_a_whole_number(k):
    with pytest.raises(SettingsError, match=r"k: .* whole number"):
        near(np.array([TIRANA]), np.array([SKOPJE]), k=k)


def test_inputs_stay_as_they_are():
    lon, lat = np.array([370.0 - 360]), np.array([45.0])
    for array in (lon, lat):
        array.flags.writeable = False
    index, metres = nearest_arrays(lon, lat, lon, lat)
    assert (index.item(), metres.item()) == (0, 0)
