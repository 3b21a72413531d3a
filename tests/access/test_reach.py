"""Counts and pairs within a radius against brute force, in the tree and in the grid alike."""

from __future__ import annotations

import builtins
import sys

import numpy as np
import pytest
from globe import (
    LAT,
    LON,
    PODGORICA,
    POINTS,
    RADII,
    SKOPJE,
    SOME,
    TIRANA,
    matrix,
    nearest_one,
    pairs,
    sphere,
    within,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot_gaps.access import reach
from hotspot_gaps.access.chunks import budget
from hotspot_gaps.access.ellipsoid import WGS84, check_points
from hotspot_gaps.access.facilities import index_facilities
from hotspot_gaps.errors import SettingsError


def counted(places, facilities, radii, grid, **options):
    """Count in the grid, or in the tree."""
    points, indexed = check_points(*places.T, "places"), index_facilities(*facilities.T)
    grid = reach.reach_grid(indexed, radii) if grid else None
    share = budget(options.get("workers", 1), options.get("max_bytes"))
    return reach.count_of(points, indexed, radii, grid, share)


def agree(places, facilities, radii=RADII):
    """Hold counts and pairs against brute force."""
    distances = matrix(places, facilities)
    expected = (distances[:, :, None] <= np.array(radii)).sum(axis=1)
    np.testing.assert_array_equal(counted(places, facilities, radii, grid=False), expected)
    np.testing.assert_array_equal(counted(places, facilities, radii, grid=True), expected)
    for radius in radii[2:6:2]:
        place, facility, metres = pairs(places, facilities, radius)
        row, column = np.nonzero(distances <= radius)
        order = np.lexsort((column, distances[row, column], row))
        np.testing.assert_array_equal(place, row[order])
        np.testing.assert_array_equal(facility, column[order])
        np.testing.assert_array_equal(metres, distances[row, column][order])


def test_over_the_globe():
    rng = np.random.default_rng(1)
    agree(sphere(rng, 700), sphere(rng, 300))


def test_in_the_region():
    rng = np.random.default_rng(2)
    agree(rng.uniform((13, 39), (23, 47), (900, 2)), rng.uniform((13, 39), (23, 47), (400, 2)))


def test_far_away_and_antipodal():
    rng = np.random.default_rng(3)
    agree(rng.uniform((170, -45), (185, -35), (60, 2)), rng.uniform((-8, 35), (4, 45), (300, 2)))


def test_on_a_lattice_full_of_ties():
    lattice = np.array([(lon, lat) for lon in range(10, 20) for lat in range(40, 47)], float)
    agree(lattice + 0.5, lattice)
    agree(lattice, np.concatenate((lattice[::-1], lattice)))


def test_in_a_crowd():
    rng = np.random.default_rng(6)
    crowd = rng.normal(PODGORICA, 0.2, (6_000, 2))
    agree(crowd[:80], crowd, (1_000, 5_000, 20_000, 40_000))


@given(POINTS, POINTS)
@settings(deadline=None, max_examples=150)
def test_on_awkward_points(places, facilities):
    agree(places, facilities)


@pytest.mark.parametrize("grid", [False, True])
def test_at_the_very_edge_of_the_radius(grid):
    azimuths = np.linspace(0, 360, 73)
    for radius in (25_000, 50_000, 100_000):
        there = np.column_stack(
            WGS84.fwd(*np.transpose([PODGORICA] * 73), azimuths, np.full(73, radius))[:2]
        )
        place = np.array([PODGORICA])
        exact = matrix(place, there)[0]
        edges = [radius, radius - 1e-8, radius + 1e-8, radius - 1e-6, radius + 1e-6]
        counts = counted(place, there, edges, grid)
        assert counts.tolist() == [[(exact <= edge).sum() for edge in edges]]
        assert counts[0, -2:].tolist() == [0, 73]
        assert len(pairs(place, there, edges[1])[0]) == counts[0, 1]


@pytest.mark.parametrize("grid", [False, True])
@pytest.mark.parametrize("options", [{"max_bytes": 1_000_000}, {"workers": 3}])
def test_chunks_and_threads_do_not_change_the_answer(grid, options):
    rng = np.random.default_rng(8)
    places, facilities = sphere(rng, 2_000), sphere(rng, 1_000)
    radii = (300_000, 9_000_000, 19_000_000)  # the last two leave much to be settled
    np.testing.assert_array_equal(
        counted(places, facilities, radii, grid, **options),
        counted(places, facilities, radii, grid),
    )
    whole = pairs(places, facilities, 300_000)
    for one, other in zip(whole, pairs(places, facilities, 300_000, **options), strict=True):
        np.testing.assert_array_equal(one, other)


def test_many_rows_are_counted_in_the_grid_and_alike_without_numba(monkeypatch):
    rng = np.random.default_rng(9)
    places = rng.uniform((13, 39), (23, 47), (reach.GRID_ROWS, 2))
    facilities = rng.uniform((13, 39), (23, 47), (300, 2))
    fast = within(places, facilities, (25_000, 50_000))
    load = builtins.__import__

    def without_numba(name, *rest, **more):
        if name == "numba":
            raise ImportError("Numba is not installed")
        return load(name, *rest, **more)

    monkeypatch.delitem(sys.modules, "hotspot_gaps.access.grid")
    monkeypatch.setattr(builtins, "__import__", without_numba)
    assert reach.reach_grid(index_facilities(*facilities.T), (1,)) is None
    np.testing.assert_array_equal(within(places, facilities, (25_000, 50_000)), fast)


def test_the_tree_counts_where_compiled_code_cannot_be_kept(monkeypatch):
    caching = pytest.importorskip("numba.core.caching")
    monkeypatch.setattr(caching.CacheImpl, "_locator_classes", [])
    monkeypatch.setattr(caching.CompileResultCacheImpl, "_locator_classes", [], raising=False)
    monkeypatch.delitem(sys.modules, "hotspot_gaps.access.grid", raising=False)
    assert reach.reach_grid(index_facilities([0.0], [0.0]), (1,)) is None


@given(SOME, SOME, st.tuples(LON, LAT))
@settings(deadline=None, max_examples=60)
def test_one_more_facility_never_lowers_a_count(places, facilities, new):
    more = np.vstack((facilities, new))
    assert (within(places, more) >= within(places, facilities)).all()


@given(SOME, SOME, st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=60)
def test_order_of_rows_does_not_matter(places, facilities, random):
    rows, columns = list(range(len(places))), list(range(len(facilities)))
    random.shuffle(rows)
    random.shuffle(columns)
    np.testing.assert_array_equal(
        within(places[rows], facilities[columns]), within(places, facilities)[rows]
    )


@given(SOME, SOME)
@settings(deadline=None, max_examples=60)
def test_counts_grow_with_the_radius_until_everybody_is_in(places, facilities):
    counts = within(places, facilities)
    assert (np.diff(counts, axis=1) >= 0).all()
    assert (counts[:, -1] == len(facilities)).all()
    _, metres = nearest_one(places, facilities)
    np.testing.assert_array_equal(counts > 0, metres[:, None] <= np.array(RADII))


@given(SOME, SOME, st.sampled_from(RADII[:6]))
@settings(deadline=None, max_examples=60)
def test_pairs_are_as_many_as_are_counted(places, facilities, radius):
    place, facility, metres = pairs(places, facilities, radius)
    counts = np.bincount(place, minlength=len(places))
    np.testing.assert_array_equal(counts, within(places, facilities, (radius,))[:, 0])
    assert (metres <= radius).all()
    back = pairs(facilities, places, radius)
    assert sorted(zip(place, facility, strict=True)) == sorted(zip(back[1], back[0], strict=True))


@pytest.mark.parametrize("grid", [False, True])
def test_zero_and_one_facility_and_no_places(grid):
    none, one, three = np.empty((0, 2)), np.array([TIRANA]), np.array([TIRANA, SKOPJE, PODGORICA])
    assert counted(three, none, [1, 2], grid).tolist() == [[0, 0]] * 3
    assert counted(none, one, [1, 2], grid).shape == (0, 2)
    assert counted(none, none, [1, 2], grid).shape == (0, 2)
    assert counted(three, one, [], grid).shape == (3, 0)
    for places, facilities in ((three, none), (none, one), (none, none)):
        place, facility, metres = pairs(places, facilities, 1e6)
        assert (place.dtype, facility.dtype, metres.dtype) == (np.int64, np.int64, np.float64)
        assert place.size == facility.size == metres.size == 0


@pytest.mark.parametrize("radius", [-1, np.nan, np.inf])
def test_bad_radii_are_refused(radius):
    one, other = np.array([TIRANA]), np.array([SKOPJE])
    with pytest.raises(SettingsError, match="finite metres"):
        within(one, other, [1, radius])
    with pytest.raises(SettingsError, match="finite metres"):
        pairs(one, other, radius)


def test_pairs_that_do_not_fit_are_refused_before_they_are_made():
    rng = np.random.default_rng(10)
    crowd = rng.normal(PODGORICA, 0.1, (400, 2))
    with pytest.raises(SettingsError, match=r"160,000 pairs of 24 bytes.* smaller radius"):
        pairs(crowd, crowd, 200_000, max_bytes=4_000_000)
    assert pairs(crowd, crowd, 200_000, max_bytes=5_000_000)[0].size == 160_000
