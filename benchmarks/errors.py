"""Errors: how many answers are wrong, and by how much.

The truth is every pair measured with `pyproj.Geod.inv`, on as many places as that can be waited
for. What agrees with it there is the truth for all places.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from pyproj import Geod

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

WGS84 = Geod(ellps="WGS84")


class Wrong(NamedTuple):
    """How many answers are wrong, of how many, and the largest error."""

    count: int
    of: int
    largest: float


class WrongPairs(NamedTuple):
    """Pairs that should be there and are not, that should not, and the largest error in metres."""

    missing: int
    extra: int
    of: int
    largest: float


def all_distances(places: Floats, facilities: Floats) -> Floats:
    """Measure every pair: a row a place, a column a facility, metres on WGS84."""

    def row(place: Floats) -> Floats:
        lon, lat = np.full(len(facilities), place[0]), np.full(len(facilities), place[1])
        return WGS84.inv(lon, lat, facilities[:, 0], facilities[:, 1])[2]

    with ThreadPoolExecutor() as threads:
        return np.array(list(threads.map(row, places)))


def wrong_nearest(answer: Floats, truth: Floats, places: Floats, facilities: Floats) -> Wrong:
    """Compare nearest facilities.

    Parameters
    ----------
    answer, truth
        A row a place: position of the facility, and metres.
    places, facilities
        Longitudes and latitudes.

    Returns
    -------
    Wrong
        Places with a facility that is farther away than the nearest one (another one that is
        equally near is not wrong), and the largest error of the metres reported.
    """
    other = np.flatnonzero(answer[:, 0] != truth[:, 0])
    named = facilities[answer[other, 0].astype(int)]
    metres = WGS84.inv(*places[other].T, *named.T)[2]
    count = int((metres > truth[other, 1]).sum())
    return Wrong(count, len(truth), float(np.abs(answer[:, 1] - truth[:, 1]).max(initial=0)))


def wrong_counts(answer: NDArray[np.int64], truth: NDArray[np.int64]) -> Wrong:
    """Compare counts, a row a place and a column a radius: how many differ, and how much."""
    off = np.abs(answer - truth)
    return Wrong(int((off > 0).sum()), truth.size, float(off.max(initial=0)))


def wrong_pairs(answer: Floats, truth: Floats) -> WrongPairs:
    """Compare pairs within a radius, a row a pair: place, facility, metres."""
    width = 1 + max(rows[:, 1].max(initial=0) for rows in (answer, truth))
    keys = [rows[:, 0] * width + rows[:, 1] for rows in (answer, truth)]
    shared, mine, theirs = np.intersect1d(*keys, return_indices=True)
    off = np.abs(answer[mine, 2] - truth[theirs, 2])
    missing, extra = len(truth) - len(shared), len(answer) - len(shared)
    return WrongPairs(missing, extra, len(truth), float(off.max(initial=0)))


def sample(count: int, of: int) -> NDArray[np.int64]:
    """Choose rows to check, the same ones every time."""
    return np.sort(np.random.default_rng(4).choice(of, min(count, of), replace=False))
